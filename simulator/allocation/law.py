"""The law of a list tier applied to counted votes: threshold, method, rules for rare cases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from simulator.allocation import registry
from simulator.allocation.exact import Contest
from simulator.allocation.ties import Decider


@dataclass(frozen=True)
class LoneClause:
    """The runner-up is admitted when one list passes: factor on its quotient, minimum of seats."""

    factor: Fraction
    minimum: int


@dataclass(frozen=True)
class LawOutcome:
    """An outcome under a law with a threshold.

    `tied` are the parties level at the last seat, decided by the order of the lists.
    """

    seats: tuple[int, ...]
    tied: tuple[int, ...]
    vacant: int
    nobody_passed: bool
    one_passed: bool
    admitted: tuple[int, ...]


def passes(votes: int, base: int, share: Fraction, strict: bool) -> bool:
    """Tell whether a list reaches a share of the base; 7% of 100 votes is 7."""
    return votes > share * base if strict else votes >= share * base


def allocate_by_law(
    votes: Sequence[int],
    *,
    base: int,
    seats: int,
    method: str,
    threshold: Fraction | None,
    parameters: Mapping[str, Any] | None = None,
    strict: bool = False,
    none_pass: str = "admit-all",
    lone: LoneClause | None = None,
) -> LawOutcome:
    """Allocate the seats of a list tier; ties go to the list named first.

    >>> votes = [3431510, 693938, 547154, 535139, 432920, 331058, 146431]
    >>> allocate_by_law(votes, base=6521860, seats=69, method="largest-remainder",
    ...                 threshold=Fraction(1, 20)).seats
    (40, 8, 6, 6, 5, 4, 0)
    """
    share = threshold if threshold is not None else Fraction(0)
    admitted = [p for p, v in enumerate(votes) if v > 0 and passes(v, base, share, strict)]
    nobody, one = not admitted, len(admitted) == 1
    if nobody:
        everybody = [p for p, v in enumerate(votes) if v > 0]
        largest = sorted(everybody, key=lambda p: (-votes[p], p))[:1]
        admitted = everybody if none_pass == "admit-all" else largest
    eligible = [v if p in admitted else 0 for p, v in enumerate(votes)]
    names = [str(p) for p in range(len(votes))]
    contest = Contest(
        names, eligible, seats, [0] * len(votes), [0] * len(votes), [None] * len(votes),
        Decider(names, votes, ("listed-order",)),
    )  # fmt: skip
    registry.get(method).allocate(contest, **(parameters or {}))
    tied = tuple(int(name) for name in contest.ties[-1].parties) if contest.ties else ()
    found = LawOutcome(
        tuple(contest.held), tied, max(0, contest.left), nobody, one, tuple(admitted)
    )
    if one and lone is not None:
        return _with_runner_up(votes, admitted[0], seats, lone, found)
    return found


def _with_runner_up(
    votes: Sequence[int], first: int, seats: int, lone: LoneClause, alone: LawOutcome
) -> LawOutcome:
    """Admit the runner-up: the whole part of its reduced quotient, at least the minimum.

    Who gets the seats that the factor leaves over was not found; here the list that passed.
    """
    others = [p for p, v in enumerate(votes) if v > 0 and p != first]
    if not others:
        return alone
    second = min(others, key=lambda p: (-votes[p], p))
    quota = Fraction(votes[first] + votes[second], seats)
    got = min(max(int(lone.factor * votes[second] / quota), lone.minimum), seats)
    held = [0] * len(votes)
    held[first], held[second] = seats - got, got
    return replace(alone, seats=tuple(held), admitted=(first, second))
