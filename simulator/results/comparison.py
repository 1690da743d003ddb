"""Alternatives on the same draws: estimates, paired differences, official votes, as plain data."""

from __future__ import annotations

import csv
import html
import io
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from simulator.results.attribution import Estimate
from simulator.results.pairing import Quantity
from simulator.results.summary import Probability, SeatDistribution
from simulator.results.writing import given
from simulator.vocabulary import COMPARISON_SCHEMA, DIGITS, INDEPENDENTS

VOTE_BASE = "votes for lists"


@dataclass(frozen=True)
class OfficialSeats:
    """Counted votes under the rule of an alternative, allocated once and exactly."""

    seats: Mapping[str, int]
    moved: int  # from those under the rule of the reference
    measures: Mapping[str, float]
    tied: tuple[str, ...]


@dataclass(frozen=True)
class Alternative:
    """One of the scenarios that are compared, over the draws that all share."""

    name: str
    rule: str
    settings: Mapping[str, str]
    seats: int
    values: Mapping[str, Estimate]
    differences: Mapping[str, Estimate]
    distributions: Mapping[str, SeatDistribution]  # all seats by entity
    moved: SeatDistribution
    reallocated: bool  # the votes of another alternative were allocated again
    same: bool  # nothing differs from the reference
    official: OfficialSeats | None = None

    def probability(self, name: str) -> Probability:
        """Return the probability of an event by its name, such as ``majority: amanat``."""
        found = self.values[name]
        return Probability(found.mean, found.mcse)


@dataclass(frozen=True)
class Comparison:
    """The same named draws under several rules or assumptions; the first is the reference.

    Differences are those of paired draws, so what draws have in common is not in their error.
    """

    name: str
    chamber: str
    draws: int
    seed: int
    sampler: str
    replicates: int
    entities: tuple[str, ...]
    labels: Mapping[str, str]
    colours: Mapping[str, str]  # those that scenarios state
    list_seats: int
    district_seats: int
    majorities: Mapping[str, int]
    coalitions: Mapping[str, tuple[str, ...]]
    quantities: tuple[Quantity, ...]
    alternatives: tuple[Alternative, ...]
    official_source: str
    notes: tuple[str, ...]
    official_list: Mapping[str, int] = field(default_factory=dict)  # seats of the result, if known

    @property
    def reference(self) -> Alternative:
        """The alternative that the others are compared with."""
        return self.alternatives[0]

    def __getitem__(self, name: str) -> Alternative:
        """Return an alternative by its name.

        Raises
        ------
        KeyError
            With the names there are.
        """
        for found in self.alternatives:
            if found.name == name:
                return found
        known = ", ".join(a.name for a in self.alternatives)
        raise KeyError(f"no alternative is called {name!r}; there are {known}")

    def to_dict(self) -> dict[str, Any]:
        """Return the comparison as plain data."""
        return {
            "schema": COMPARISON_SCHEMA,
            "name": self.name,
            "chamber": self.chamber,
            "draws": self.draws,
            "seed": self.seed,
            "sampler": self.sampler,
            "replicates": self.replicates,
            "tiers": {"list": self.list_seats, "district": self.district_seats},
            "parties": {n: self.labels[n] for n in self.entities},
            "majorities": dict(self.majorities),
            "coalitions": {name: list(group) for name, group in self.coalitions.items()},
            "vote_base": VOTE_BASE,
            "official_votes": self.official_source or None,
            "reference": self.reference.name,
            "alternatives": [_plain(a, self.quantities) for a in self.alternatives],
            "notes": list(self.notes),
        }

    def to_json(self, path: str | os.PathLike[str] | None = None) -> str:
        """Return the comparison as JSON text: the same bytes for the same draws.

        With a path it is written there too.
        """
        plain = json.dumps(self.to_dict(), ensure_ascii=False, indent=2, allow_nan=False)
        return given(f"{plain}\n", path)

    def to_csv(self, path: str | os.PathLike[str] | None = None) -> str:
        """Return tidy rows: alternative, quantity, kind, value, error, difference, its error.

        With a path they are written there too.
        """
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        head = ["alternative", "quantity", "kind", "value", "mcse", "difference",
                "difference_mcse", "official"]  # fmt: skip
        writer.writerow(head)
        for alternative in self.alternatives:
            for row in rows_of(alternative, self.quantities):
                writer.writerow([alternative.name, *row])
        return given(out.getvalue(), path)

    def _repr_html_(self) -> str:
        """Return a table for notebooks: mean seats by party and alternative."""
        shown = shown_entities(self)
        head = ["", *(self.labels[n] for n in shown), "seats moved"]
        body = ""
        for a in self.alternatives:
            cells = [html.escape(a.name), *(f"{a.values[f'seats.{n}'].mean:.2f}" for n in shown)]
            moves = "–" if a is self.reference else f"{a.moved.mean:.2f}"
            body += "<tr>" + "".join(f"<td>{cell}</td>" for cell in [*cells, moves]) + "</tr>"
        titles = "".join(f"<th>{html.escape(word)}</th>" for word in head)
        caption = html.escape(f"{self.name}: mean seats, {self.draws} draws")
        return (
            f"<table><caption>{caption}</caption><thead><tr>{titles}</tr></thead>"
            f"<tbody>{body}</tbody></table>"
        )


def shown_entities(found: Comparison) -> list[str]:
    """Return the parties, and independents where there are district seats."""
    return [n for n in found.entities if n != INDEPENDENTS or found.district_seats]


def rows_of(alternative: Alternative, quantities: tuple[Quantity, ...]) -> list[list[Any]]:
    """Return the tidy rows of an alternative, without its name."""
    rows: list[list[Any]] = []
    official = alternative.official
    for quantity in quantities:
        value = alternative.values.get(quantity.name)
        if value is None:
            continue
        difference = alternative.differences.get(quantity.name)
        kind, _, rest = quantity.name.partition(".")
        known: Any = ""
        if official is not None and kind == "list":
            known = official.seats.get(rest, "")
        elif official is not None and quantity.kind == "measure":
            known = round(official.measures[quantity.name], DIGITS)
        rows.append([
            quantity.name, quantity.kind, round(value.mean, DIGITS), round(value.mcse, DIGITS),
            *(["", ""] if difference is None
              else [round(difference.mean, DIGITS), round(difference.mcse, DIGITS)]),
            known,
        ])  # fmt: skip
    any_moved = alternative.moved.at_least(1)
    mean = round(alternative.moved.mean, DIGITS)
    error = round(alternative.moved.mcse, DIGITS)
    share, share_error = round(any_moved.value, DIGITS), round(any_moved.mcse, DIGITS)
    rows.append(["moved", "seats", mean, error, "", "", official.moved if official else ""])
    rows.append(["moved: any", "probability", share, share_error, "", "", ""])
    return rows


def _plain(a: Alternative, quantities: tuple[Quantity, ...]) -> dict[str, Any]:
    """Return an alternative as plain data."""
    any_moved = a.moved.at_least(1)
    official = None
    if a.official is not None:
        official = {
            "seats": dict(a.official.seats), "moved": a.official.moved,
            "measures": {k: round(v, DIGITS) for k, v in a.official.measures.items()},
            "tied": list(a.official.tied),
        }  # fmt: skip
    return {
        "name": a.name,
        "rule": a.rule,
        "set": dict(a.settings),
        "seats": a.seats,
        "reallocated": a.reallocated,
        "same_as_reference": a.same,
        "quantities": {
            q.name: _estimates(a.values[q.name], a.differences.get(q.name))
            for q in quantities if q.name in a.values
        },
        "region90": {name: sorted(d.region(0.9)) for name, d in a.distributions.items()},
        "moved": {
            "mean": round(a.moved.mean, DIGITS), "mcse": round(a.moved.mcse, DIGITS),
            "any": {
                "probability": round(any_moved.value, DIGITS),
                "mcse": round(any_moved.mcse, DIGITS),
            },
            "pmf": {str(n): round(p, DIGITS) for n, p in a.moved.pmf.items()},
        },
        "official": official,
    }  # fmt: skip


def _estimates(value: Estimate, difference: Estimate | None) -> dict[str, Any]:
    found: dict[str, Any] = {"value": round(value.mean, DIGITS), "mcse": round(value.mcse, DIGITS)}
    if difference is not None:
        found["difference"] = round(difference.mean, DIGITS)
        found["difference_mcse"] = round(difference.mcse, DIGITS)
    return found
