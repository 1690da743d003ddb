"""A sweep: the same draws at every point of a grid, beside the scenario's own values."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from typing import Any

from simulator.results.comparison import Alternative, Comparison, rows_of
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

    def to_json(self) -> str:
        """Return the sweep as JSON text: the same bytes for the same draws."""
        return json.dumps(self.to_dict(), ensure_ascii=False, indent=2, allow_nan=False) + "\n"

    def to_csv(self) -> str:
        """Return tidy rows: the value of each path, then those of a comparison.

        The scenario as it is comes first, without values.
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
        return out.getvalue()
