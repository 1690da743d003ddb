"""The judge: the rules in whole numbers and fractions, short and obviously right.

Nothing here is shared with the kernels, neither code nor idea: quotas are floored and remainders
sorted, quotients are handed seats one at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from simulator.allocation import registry


@dataclass(frozen=True)
class Outcome:
    """Seats by party, the parties in a decisive tie, and how many seats the tie was about."""

    seats: tuple[int, ...]
    tied: tuple[int, ...] = ()
    tied_seats: int = 0
    vacant: int = 0


@dataclass(frozen=True)
class LoneClause:
    """The runner-up is admitted when one list passes: factor on its quotient, minimum of seats."""

    factor: Fraction
    minimum: int


@dataclass(frozen=True)
class LawOutcome:
    """An outcome under a law with a threshold."""

    seats: tuple[int, ...]
    tied: tuple[int, ...]
    tied_seats: int
    vacant: int
    nobody_passed: bool
    one_passed: bool
    admitted: tuple[int, ...]


def largest_remainder(votes: Sequence[int], seats: int) -> Outcome:
    """Allocate by the Hare quota and largest remainders; earlier lists win equal remainders.

    Constitutional Law on Elections of Kazakhstan, art. 97-1; Pukelsheim, Proportional
    Representation, ch. 5. The 69 list seats of 19 March 2023:

    >>> votes = [3431510, 693938, 547154, 535139, 432920, 331058]
    >>> largest_remainder(votes, 69).seats
    (40, 8, 6, 6, 5, 4)
    """
    total = sum(votes)
    if total == 0:
        return Outcome((0,) * len(votes), vacant=seats)
    quotients = [Fraction(v * seats, total) for v in votes]
    whole = [int(q) for q in quotients]
    left = seats - sum(whole)
    rests = [q - w for q, w in zip(quotients, whole, strict=True)]
    order = sorted(range(len(votes)), key=lambda p: (-rests[p], p))
    for p in order[:left]:
        whole[p] += 1
    tied, about = _tie(rests, order, left)
    return Outcome(tuple(whole), tied, about)


def _tie(keys: Sequence[Fraction], order: Sequence[int], given: int) -> tuple[tuple[int, ...], int]:
    """Return who shares the key at the edge between winners and losers, and the seats at stake."""
    if not 0 < given < len(order) or keys[order[given - 1]] != keys[order[given]]:
        return (), 0
    edge = keys[order[given]]
    level = tuple(sorted(p for p in order if keys[p] == edge))
    return level, sum(1 for p in order[:given] if keys[p] == edge)


def divisor(votes: Sequence[int], seats: int, split: Fraction) -> Outcome:
    """Allocate by highest quotients v / (s + split), one seat at a time.

    split 1 is D'Hondt, 1/2 Sainte-Lague; earlier lists win equal quotients.

    >>> divisor([3431510, 693938, 547154, 535139, 432920, 331058], 69, Fraction(1)).seats
    (41, 8, 6, 6, 5, 3)
    """
    held = [0] * len(votes)
    standing = [p for p, v in enumerate(votes) if v > 0]
    if not standing:
        return Outcome(tuple(held), vacant=seats)

    def quotient(p: int) -> Fraction:
        return Fraction(votes[p]) / (held[p] + split)

    last = Fraction(0)
    for _ in range(seats):
        winner = max(standing, key=lambda p: (quotient(p), -p))
        last = quotient(winner)
        held[winner] += 1
    losers = [p for p in standing if quotient(p) == last]
    if not losers:
        return Outcome(tuple(held))
    winners = [
        p for p in standing if held[p] and Fraction(votes[p]) / (held[p] - 1 + split) == last
    ]
    return Outcome(tuple(held), tuple(sorted({*losers, *winners})), len(winners))


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
    strict: bool = False,
    none_pass: str = "admit-all",
    lone: LoneClause | None = None,
) -> LawOutcome:
    """Allocate the seats of a list tier: threshold, method, and the rules for rare cases.

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
    rule = registry.get(method)
    allocate: Callable[[Sequence[int], int], Outcome] = largest_remainder
    if rule.split is not None:
        split = rule.split

        def allocate(votes: Sequence[int], seats: int) -> Outcome:
            return divisor(votes, seats, split)

    found = allocate(eligible, seats)
    if one and lone is not None:
        found, admitted = _with_runner_up(votes, admitted[0], seats, lone, found)
    return LawOutcome(
        found.seats, found.tied, found.tied_seats, found.vacant, nobody, one, tuple(admitted)
    )


def _with_runner_up(
    votes: Sequence[int], first: int, seats: int, lone: LoneClause, alone: Outcome
) -> tuple[Outcome, list[int]]:
    """Admit the runner-up: the whole part of its reduced quotient, at least the minimum.

    Who gets the seats that the factor leaves over was not found; here the list that passed.
    """
    others = [p for p, v in enumerate(votes) if v > 0 and p != first]
    if not others:
        return alone, [first]
    second = min(others, key=lambda p: (-votes[p], p))
    quota = Fraction(votes[first] + votes[second], seats)
    got = min(max(int(lone.factor * votes[second] / quota), lone.minimum), seats)
    held = [0] * len(votes)
    held[first], held[second] = seats - got, got
    return replace(alone, seats=tuple(held)), [first, second]


def plurality(weights: Sequence[Fraction | int]) -> tuple[int, bool]:
    """Return the winner and whether the largest weight is shared; the earlier candidate wins."""
    best = max(weights)
    return list(weights).index(best), list(weights).count(best) > 1
