"""What other formulas make of the same votes: the counted ones, or the mean of the draws."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from simulator.allocation import registry
from simulator.allocation.law import allocate_by_law
from simulator.allocation.numbers import read_share
from simulator.engine.formulas import METHODS
from simulator.results.run import Run
from simulator.vocabulary import NOMINAL_BALLOTS


@dataclass(frozen=True)
class Formula:
    """The list seats that a method gives, and how many are others than under the law."""

    label: str
    seats: tuple[int, ...]
    moved: int
    law: bool


@dataclass(frozen=True)
class Formulas:
    """The same votes under several methods, the law first."""

    counted: bool  # whether the votes are official counts, not means
    rows: tuple[Formula, ...]


def formulas(run: Run) -> Formulas | None:
    """Return the list seats under other methods; None where they cannot be compared.

    The threshold is that of the scenario; a lone list, where the law has a clause for it, is none
    of the methods' business, and then nothing is compared.

    Examples
    --------
    >>> from simulator import run
    >>> found = formulas(run("scenarios/kazakhstan-2023-official.yaml", draws=256))
    >>> [(row.label, row.seats) for row in found.rows if row.moved][:2]
    [('Adams', (39, 8, 7, 6, 5, 4, 0)), ("D'Hondt", (41, 8, 6, 6, 5, 3, 0))]
    """
    try:
        contest = _read(run)
        law = None if contest is None else contest.seats(*contest.own)
    except (AttributeError, KeyError, TypeError, ValueError, ZeroDivisionError):
        # The scenario of another version may state its law in other words.
        return None
    if contest is None or law is None:
        return None
    rows = [Formula(run.facts.rule, law, 0, True)]
    for name in METHODS:
        found = contest.seats(name, {}) if (name, {}) != contest.own else None
        if found is not None:
            moved = sum(abs(a - b) for a, b in zip(found, law, strict=True)) // 2
            rows.append(Formula(registry.get(name).label, found, moved, False))
    ordered = sorted(rows, key=lambda row: (not row.law, row.moved))
    return Formulas(contest.counted, tuple(ordered))


@dataclass(frozen=True)
class _Contest:
    """The votes of the parties and all of the law but its method."""

    votes: tuple[int, ...]
    counted: bool
    base: int
    size: int
    share: Fraction
    strict: bool
    none_pass: str
    own: tuple[str, dict[str, Any]]

    def seats(self, method: str, parameters: Mapping[str, Any]) -> tuple[int, ...] | None:
        """Return the seats by a method; None when one list alone passes."""
        outcome = allocate_by_law(
            self.votes, base=self.base, seats=self.size, method=method, parameters=parameters,
            threshold=self.share, strict=self.strict, none_pass=self.none_pass,
        )  # fmt: skip
        return None if outcome.one_passed else outcome.seats


def _read(run: Run) -> _Contest | None:
    """Return the contest that a scenario states; None without a list tier."""
    tier = run.facts.scenario["tiers"]["list"]
    if tier is None:
        return None
    votes, counted = _votes(run)
    threshold = tier["threshold"]
    own = registry.get(tier["method"])
    parameters = {k: tier[k] for k in own.parameters if tier.get(k) is not None}
    if parameters.get("quota") == "hare":
        del parameters["quota"]
    return _Contest(
        votes=tuple(votes[name] for name in run.facts.parties),
        counted=counted,
        base=_base(run, votes, threshold["of"] if threshold else "valid"),
        size=run.facts.tiers["list"],
        share=read_share(threshold["share"], "threshold") if threshold else Fraction(0),
        strict=bool(threshold) and threshold["compare"] == ">",
        none_pass=tier["none_pass"],
        own=(own.id, parameters),
    )


def _votes(run: Run) -> tuple[dict[str, int], bool]:
    """Return the votes of each option: official counts, or the mean shares of the draws."""
    stated = run.facts.scenario["parties"]
    known = {name: stated[name]["votes"] for name in run.facts.options if name in stated}
    if len(known) == len(run.facts.options) and all(n is not None for n in known.values()):
        return {name: int(n) for name, n in known.items()}, True
    means = {o: round(run.share(o)[0] * NOMINAL_BALLOTS) for o in run.facts.options}
    return means, False


def _base(run: Run, votes: Mapping[str, int], of: str) -> int:
    """Return the number that the threshold is a share of."""
    valid = sum(votes.values())
    if of == "party-votes":
        return sum(votes[name] for name in run.facts.parties)
    if of == "valid":
        return valid
    invalid = read_share(run.facts.scenario["electorate"]["invalid"], "invalid")
    ballots = Fraction(valid) / (1 - invalid)
    if of == "electorate":
        turnout = run.turnout()
        ballots /= Fraction(turnout[0]) if turnout else 0
    return round(ballots)
