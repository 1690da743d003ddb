"""A sweep: the same draws at every point of a grid, beside the scenario's own values."""

from __future__ import annotations

import csv
import html
import io
import json
import os
from dataclasses import dataclass
from typing import Any

from simulator.results.comparison import Alternative, Comparison, rows_of, shown_entities
from simulator.results.writing import given
from simulator.vocabulary import SWEEP_SCHEMA


@dataclass(frozen=True)
class Line:
    """A path that is varied: its values as written, and as numbers where they are numbers."""

    path: str
    values: tuple[str, ...]
    numbers: tuple[float, ...] | None
    percent: bool


@dataclass(frozen=True)
class Point:
    """A point of the grid."""

    values: tuple[str, ...]
    found: Alternative
    own: bool  # whether these are the scenario's own values


@dataclass(frozen=True)
class Sweep:
    """Estimates at every point of a grid, with paired differences to the scenario as it is."""

    lines: tuple[Line, ...]
    points: tuple[Point, ...]  # the first path moves slowest
    comparison: Comparison

    @property
    def reference(self) -> Alternative:
        """The scenario with its own values."""
        return self.comparison.reference

    def __getitem__(self, values: str | tuple[str, ...]) -> Alternative:
        """Return the point with these values, as they were written.

        Raises
        ------
        KeyError
            With the values there are.
        """
        wanted = (values,) if isinstance(values, str) else tuple(values)
        for point in self.points:
            if point.values == wanted:
                return point.found
        known = "; ".join(f"{line.path}: {', '.join(line.values)}" for line in self.lines)
        raise KeyError(f"{wanted} is no point of the grid; {known}")

    def to_dict(self) -> dict[str, Any]:
        """Return the sweep as plain data: that of a comparison, and where its points lie."""
        document = self.comparison.to_dict()
        for point, plain in zip(self.points, document["alternatives"][1:], strict=True):
            plain["values"] = list(point.values)
            plain["own"] = point.own
        paths = [{"path": line.path, "values": list(line.values)} for line in self.lines]
        return {**document, "schema": SWEEP_SCHEMA, "paths": paths}

    def to_json(self, path: str | os.PathLike[str] | None = None) -> str:
        """Return the sweep as JSON text: the same bytes for the same draws.

        With a path it is written there too.
        """
        plain = json.dumps(self.to_dict(), ensure_ascii=False, indent=2, allow_nan=False)
        return given(f"{plain}\n", path)

    def to_csv(self, path: str | os.PathLike[str] | None = None) -> str:
        """Return tidy rows: the value of each path, then those of a comparison.

        The scenario as it is comes first, without values. With a path they are written there too.
        """
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        head = ["quantity", "kind", "value", "mcse", "difference", "difference_mcse"]
        writer.writerow([*(line.path for line in self.lines), *head])
        empty = ("",) * len(self.lines)
        rows = [(empty, self.reference), *((p.values, p.found) for p in self.points)]
        for values, found in rows:
            for row in rows_of(found, self.comparison.quantities):
                writer.writerow([*values, *row[: len(head)]])
        return given(out.getvalue(), path)

    def _repr_html_(self) -> str:
        """Return a table for notebooks: a row a point, mean seats by party, the own values bold."""
        shown = shown_entities(self.comparison)
        labels = self.comparison.labels
        heads = [*(line.path for line in self.lines), *(labels[n] for n in shown), "seats moved"]
        body = ""
        for point in self.points:
            found = point.found
            words = [html.escape(value) for value in point.values]
            words = [f"<strong>{word}</strong>" if point.own else word for word in words]
            means = [f"{found.values[f'seats.{name}'].mean:.2f}" for name in shown]
            cells = [*words, *means, "–" if point.own else f"{found.moved.mean:.2f}"]
            body += "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"
        titles = "".join(f"<th>{html.escape(word)}</th>" for word in heads)
        name, draws = self.comparison.name, self.comparison.draws
        caption = html.escape(f"{name}: mean seats, the same {draws} draws at every point")
        return (
            f"<table><caption>{caption}</caption><thead><tr>{titles}</tr></thead>"
            f"<tbody>{body}</tbody></table>"
        )
