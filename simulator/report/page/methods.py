"""Other formulas on the draws of a run, as its document has them, and on one election."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from simulator.allocation import registry
from simulator.report.formulas import Formula, Formulas, formulas
from simulator.report.headline import leader
from simulator.report.page.content import Seen, chance, seen
from simulator.report.sentences import is_open
from simulator.results.attribution import Estimate
from simulator.results.run import Run
from simulator.results.summary import Probability
from simulator.vocabulary import INDEPENDENTS

MOST_EVENTS = 3
# Seats that are worth a column, and chances that are worth one although they are not open.
LEAST_MEAN, LEAST_CHANCE = 0.005, 0.005


@dataclass(frozen=True)
class Chance:
    """The chance of an event under a method, and its difference to the law in words."""

    text: str
    open: bool
    difference: str


@dataclass(frozen=True)
class Row:
    """A method over the draws."""

    label: str
    law: bool
    means: tuple[str, ...]
    moved: str
    any: str
    chances: tuple[Chance, ...]


@dataclass(frozen=True)
class Paired:
    """The methods over the same draws, the law first."""

    draws: int
    parties: tuple[Seen, ...]
    events: tuple[tuple[str, str, int], ...]  # holder, majority, seats
    rows: tuple[Row, ...]


def paired(run: Run) -> Paired | None:
    """Return the comparison of methods that a run has; None where it has none that can be read."""
    document = run.facts.methods
    if document is None:
        return None
    try:
        return _read(run, document)
    except (AttributeError, KeyError, TypeError, ValueError, IndexError):
        # The document of another version may state its comparison in other words.
        return None


def once(run: Run) -> Formulas | None:
    """Return one election under every method: counted votes where there are any, else the mean."""
    document = run.facts.methods
    try:
        found = None if document is None else _official(run, document)
    except (AttributeError, KeyError, TypeError, ValueError, IndexError):
        found = None
    return found or formulas(run)


def _official(run: Run, document: Mapping[str, Any]) -> Formulas | None:
    """Return what the document says of counted votes."""
    rows = [(a, a["official"]) for a in _nearest_first(document["alternatives"])]
    if any(official is None for _, official in rows):
        return None
    return Formulas(
        True,
        tuple(
            Formula(
                run.facts.rule if k == 0 else _label(a["name"]),
                tuple(int(official["seats"][p]) for p in run.facts.parties),
                int(official["moved"]), k == 0,
            ) for k, (a, official) in enumerate(rows)
        ),
    )  # fmt: skip


def _nearest_first(every: list[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return the alternatives in the order in which `compare` shows methods."""
    return [*every[:1], *sorted(every[1:], key=lambda a: float(a["moved"]["mean"]))]


def _read(run: Run, document: Mapping[str, Any]) -> Paired:
    every = _nearest_first(document["alternatives"])
    parties = tuple(
        p for p in seen(run)
        if p.name != INDEPENDENTS
        and any(a["quantities"][f"seats.{p.name}"]["value"] >= LEAST_MEAN for a in every)
    )  # fmt: skip
    events = _events(run, every)
    rows = []
    for k, a in enumerate(every):
        moved = a["moved"]
        share = Probability(float(moved["any"]["probability"]), float(moved["any"]["mcse"]))
        rows.append(Row(
            run.facts.rule if k == 0 else _label(a["name"]), k == 0,
            tuple(f"{a['quantities'][f'seats.{p.name}']['value']:.1f}" for p in parties),
            f"{moved['mean']:.2f}" if k else "–", chance(share) if k else "–",
            tuple(_chance(a["quantities"][name]) for name, *_ in events),
        ))  # fmt: skip
    labels = tuple(
        (run.facts.labels.get(holder, holder), bar, run.facts.majorities[bar])
        for _, holder, bar in events
    )
    return Paired(int(document["draws"]), parties, labels, tuple(rows))


def _label(name: str) -> str:
    try:
        return registry.get(name).label
    except LookupError:
        return name


def _chance(plain: Mapping[str, Any]) -> Chance:
    p = Probability(float(plain["value"]), float(plain["mcse"]))
    if "difference" not in plain:
        return Chance(chance(p), is_open(p), "")
    found = Estimate(float(plain["difference"]), float(plain["difference_mcse"]))
    return Chance(chance(p), is_open(p), difference(found))


def difference(e: Estimate) -> str:
    """Return a difference of chances in points with its error, in the digits of the error.

    >>> difference(Estimate(0.0951, 0.0022)), difference(Estimate(-0.004, 0.0009))
    ('+9.5 ±0.2', '−0.40 ±0.09')
    """
    error = 100 * e.mcse
    digits = min(6, max(0, -math.floor(math.log10(error)))) if error > 0 else 1
    return f"{100 * e.mean:+.{digits}f} ±{error:.{digits}f}".replace("-", "−")


def _events(run: Run, every: list[Mapping[str, Any]]) -> list[tuple[str, str, str]]:
    """Return the majorities of the leader, then of the most open coalitions; those that differ."""
    facts = run.facts
    found = []
    for order, holder in enumerate((leader(run), *facts.coalitions)):
        for bar in facts.majorities:
            name = f"{bar}: {holder}"
            values = [float(a["quantities"][name]["value"]) for a in every]
            undecided = is_open(Probability(values[0], 0.0))
            if undecided or max(values) - min(values) >= LEAST_CHANCE:
                rank = (order > 0, not undecided, abs(values[0] - 0.5) if order else 0.0)
                found.append((rank, (name, holder, bar)))
    return [event for _, event in sorted(found, key=lambda item: item[0])[:MOST_EVENTS]]
