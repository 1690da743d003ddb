"""A plain twin of the two commonest rules, which shares no code with the judge or the kernels.

Quotas are floored and remainders sorted, quotients are handed seats one at a time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class Outcome:
    """Seats by party, the parties in a decisive tie, and how many seats the tie was about."""

    seats: tuple[int, ...]
    tied: tuple[int, ...] = ()
    tied_seats: int = 0
    vacant: int = 0


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
