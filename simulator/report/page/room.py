"""How much of a run a page has room for: names are cut and lists end early, never silently."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from simulator.report.figures.svg import escape, short
from simulator.results.facts import Facts
from simulator.results.run import Run

Value = TypeVar("Value")


@dataclass(frozen=True)
class Room:
    """The most that a page shows of each kind; what is left out is in run.json."""

    strips: int  # parties with a strip of their own
    districts: int
    regions: int
    chambers: int  # where each has many parties
    coalitions: int
    majorities: int
    notes: int  # sources, doubts and assumptions, each
    letters: int  # of two bytes, of a name; a sentence may have eight times as many
    narrow: bool  # whether there are figures for a phone


WHOLE = Room(10**6, 60, 40, 20, 60, 10**6, 10**6, 10**6, True)
# The first is what nearly every run has; the last holds whatever can be stated.
ROOMS = (
    WHOLE,
    replace(WHOLE, narrow=False),
    Room(24, 30, 24, 12, 24, 8, 60, 48, False),
    Room(10, 6, 12, 5, 8, 3, 12, 18, False),
)


def trim(run: Run, room: Room) -> Run:
    """Return a run whose texts fit; its counts and its fingerprint are the same.

    Examples
    --------
    >>> from simulator import run
    >>> found = run("scenarios/kazakhstan-2023-official.yaml", draws=256)
    >>> trim(found, ROOMS[-1]).facts.name
    'Kazakhstan 2023,…'
    """
    if room.letters >= WHOLE.letters:
        return run
    facts, most = run.facts, room.letters

    def cut(text: str) -> str:
        return fit(text, most)

    def say(text: str) -> str:
        return fit(text, 8 * most)

    changed = replace(
        facts,
        name=cut(facts.name), chamber=cut(facts.chamber), rule=say(facts.rule),
        labels={name: cut(label) for name, label in facts.labels.items()},
        regions=tuple((region, cut(name)) for region, name in facts.regions),
        contests=tuple((cut(name), region, who) for name, region, who in facts.contests),
        majorities=dict(list(_renamed(facts.majorities, most).items())[: room.majorities]),
        coalitions=_renamed(facts.coalitions, most),
        alternatives=tuple(
            replace(a, label=cut(a.label), basis=say(a.basis))
            for a in facts.alternatives[: room.notes]
        ),
        assumptions=tuple(
            replace(a, value=say(a.value), about=cut(a.about), place=a.place[-2 * most :])
            for a in facts.assumptions[: room.notes]
        ),
        warnings=tuple(
            replace(w, message=say(w.message), file=w.file[-most:])
            for w in facts.warnings[: room.notes]
        ),
        sources=tuple(map(say, facts.sources[: room.notes])),
    )  # fmt: skip
    return Run(changed, run.tally, run.made_with)


def fit(text: str, letters: int) -> str:
    """Return a text cut to some letters, fewer where they take more than two bytes each.

    >>> fit("Respublica", 6), fit("<<<<<<<<", 6)
    ('Respu…', '<<…')
    """
    most = letters
    while most > 1 and len(escape(words := short(text, most)).encode()) > 2 * letters:
        most -= 1
    return words if most > 1 else short(text, 1)


def _renamed(named: Mapping[str, Value], most: int) -> dict[str, Value]:
    """Return values under names that are cut and still differ from each other."""
    found: dict[str, Value] = {}
    for k, (name, value) in enumerate(named.items(), 1):
        words = fit(name, most)
        found[words if words not in found else f"{words} {k}"] = value
    return found


def left_out(whole: Facts, shown: Facts) -> dict[str, int]:
    """Return how many of each kind of note a trimmed run lacks."""
    return {
        kind: len(getattr(whole, kind)) - len(getattr(shown, kind))
        for kind in ("majorities", "alternatives", "assumptions", "warnings", "sources")
    }
