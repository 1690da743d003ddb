"""The judge: allocation in whole numbers and fractions, one seat at a time, obviously right.

A method is a rule for the *claim* of a party to its next seat: its votes over a divisor, or what
its votes leave over after the seats it holds. The largest claim takes the seat; equal claims to
fewer seats than there are of them are a tie. Nothing here is shared with the kernels.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple, TypeAlias

from simulator.allocation.numbers import Exact
from simulator.allocation.ties import Decider, Tie
from simulator.errors import AllocationError


class Root(NamedTuple):
    """The number radicand ** (1 / degree), kept exactly."""

    radicand: Exact
    degree: int


# Larger numbers are shown with an exponent; floats end at 2**1024.
_LARGEST_SHIFT = 1_000

Signpost: TypeAlias = int | Fraction | Root
# Claims are compared, never computed with: (0, v) stands for v / 0, which beats every (-1, x).
Claim: TypeAlias = tuple[int, Exact]


@dataclass(frozen=True)
class Step:
    """Why seats went where: to whom, how many, by which rule and on which claim."""

    party: str
    seats: int
    rule: str
    claim: str = ""


@dataclass
class Contest:
    """One allocation while it is going on.

    `votes` are those of admitted parties, zero for others; `held` is what each party has so far,
    `least` and `most` the bounds inside which methods may move it.
    """

    names: Sequence[str]
    votes: Sequence[Exact]
    seats: int
    held: list[int]
    least: Sequence[int]
    most: Sequence[int | None]
    decider: Decider
    steps: list[Step] = field(default_factory=list)
    ties: list[Tie] = field(default_factory=list)
    waiting: list[tuple[int, str]] = field(default_factory=list)
    last: tuple[int, str] | None = None
    quota: Exact | None = None
    # What every outcome of the lots leaves in place, as long as nothing happens after the tie.
    certain: list[int] | None = None

    @property
    def left(self) -> int:
        """Seats still to be given; negative when too many are held."""
        return self.seats - sum(self.held)

    @property
    def total(self) -> Exact:
        """Votes of all admitted parties."""
        return sum(self.votes)

    def has_room(self, p: int, held: int) -> bool:
        """Whether a party with `held` seats stays inside its bound with one more."""
        most = self.most[p]
        return most is None or held < most

    def open(self, p: int) -> bool:
        """Whether a party may take one more seat."""
        return self.votes[p] > 0 and self.has_room(p, self.held[p])

    def give(self, p: int, seats: int, rule: str, claim: str = "") -> None:
        """Move seats to (or, when negative, from) a party and write down why."""
        if seats:
            self.held[p] += seats
            self.steps.append(Step(self.names[p], seats, rule, claim))
            self.certain = None
            if seats > 0:
                self.last = (p, claim)

    def settle(self, level: Sequence[int], count: int, stage: str) -> list[int]:
        """Return which `count` of the parties with equal claims get their seat."""
        if count <= 0 or count >= len(level):
            return list(level)[: max(0, count)]
        winners, rule = self.decider.decide(level, count, stage)
        self.ties.append(
            Tie(
                tuple(self.names[p] for p in sorted(level)),
                count,
                tuple(self.names[p] for p in winners),
                rule,
                stage,
            )
        )
        return winners


def divide(votes: Exact, signpost: Signpost) -> Claim:
    """Return the claim votes / signpost, raised to the degree of a root.

    A party without a seat whose first divisor is 0 comes before all others, and among such parties
    the larger comes first (Balinski and Young, Fair Representation, appendix A).
    """
    radicand, degree = signpost if isinstance(signpost, Root) else (signpost, 1)
    return (0, votes) if radicand == 0 else (-1, Fraction(votes**degree) / radicand)


def show_claim(claim: Claim, degree: int = 1) -> str:
    """Return a claim as text: exact where that is short, else with six decimals."""
    infinite, value = claim
    if infinite == 0:
        return f"{value} / 0"
    if degree == 1 and len(str(value)) <= 12:
        return str(value)
    number, shift = _root(value, degree)
    if shift > _LARGEST_SHIFT:
        return f"{Decimal(number) * Decimal(2) ** shift:.6e}"
    return f"{number * 2.0**shift:.6f}" if degree > 1 else f"{float(value):.6f}"


def _root(value: Exact, degree: int) -> tuple[float, int]:
    """Return the root of a number that may be beyond the floats, as f * 2**shift."""
    number = Fraction(value)
    shift = (number.numerator.bit_length() - number.denominator.bit_length()) // degree
    power = Fraction(2) ** (shift * degree)
    return float(float(number / power) ** (1 / degree)), shift


def fill(
    contest: Contest, claim: Callable[[int], Claim], stage: str, show: Callable[[Claim], str]
) -> None:
    """Give the seats that are left, one at a time, to the largest claims.

    Parties at the same claim take one seat each before any of them comes again; where two divisors
    of an own list are equal this is the order among equal claims.
    """
    heap = [(_first(claim(p)), p) for p in range(len(contest.names)) if contest.open(p)]
    heapq.heapify(heap)
    while contest.left > 0 and heap:
        best = heap[0][0]
        level = []
        while heap and heap[0][0] == best:
            level.append(heapq.heappop(heap)[1])
        value = show(claim(level[0]))
        tied = contest.left < len(level)
        certain = list(contest.held) if tied else None
        winners = contest.settle(level, contest.left, stage)
        for p in winners:
            contest.give(p, 1, stage, value)
        for p in level:
            if contest.left > 0 and contest.open(p):
                heapq.heappush(heap, (_first(claim(p)), p))
        contest.certain = certain
    contest.waiting = _waiting(contest, claim, show)


def _waiting(
    contest: Contest, claim: Callable[[int], Claim], show: Callable[[Claim], str]
) -> list[tuple[int, str]]:
    """Return who would come next, largest claim first; an own list of divisors may have ended."""
    found = []
    for p in range(len(contest.names)):
        if contest.open(p):
            with suppress(AllocationError):
                found.append((_first(value := claim(p)), p, show(value)))
    return [(p, text) for _, p, text in sorted(found)]


def withdraw(
    contest: Contest, claim: Callable[[int], Claim], stage: str, show: Callable[[Claim], str]
) -> None:
    """Take back the seats held in excess, one at a time, from the smallest claims.

    `claim` is the claim of a party to the last seat it holds.
    """
    while contest.left < 0:
        holders = [p for p, held in enumerate(contest.held) if held > contest.least[p]]
        if not holders:
            raise AllocationError("E503", "the minimum seats and the seats held exceed the seats")
        worst = min(claim(p) for p in holders)
        level = [p for p in holders if claim(p) == worst]
        excess = -contest.left
        value = show(worst)
        tied = excess < len(level)
        held = list(contest.held)
        keep = contest.settle(level, len(level) - excess, stage) if tied else []
        for p in level:
            if p not in keep:
                contest.give(p, -1, stage, value)
        # Whoever is level may be the one that loses.
        contest.certain = [h - (p in level) for p, h in enumerate(held)] if tied else None


def _first(claim: Claim) -> tuple[int, Exact]:
    """Return a key that puts larger claims first in a heap."""
    return (-claim[0], -claim[1])


def highest_quotients(
    contest: Contest, signpost: Callable[[int], Signpost], stage: str = "quotient"
) -> None:
    """Fill a contest by the quotients votes / signpost(seats held).

    Pukelsheim, *Proportional Representation*, 2nd ed., section 4; the sequence of divisors must
    not fall, which is checked as far as it is used.
    """
    known: list[Signpost] = []

    def at(s: int) -> Signpost:
        while len(known) <= s:
            known.append(_checked(signpost(len(known)), known))
        return known[s]

    degree = first.degree if isinstance(first := at(0), Root) else 1

    def show(claim: Claim) -> str:
        return show_claim(claim, degree)

    fill(contest, lambda p: divide(contest.votes[p], at(contest.held[p])), stage, show)


def _checked(found: Signpost, before: Sequence[Signpost]) -> Signpost:
    value = found.radicand if isinstance(found, Root) else found
    last = before[-1] if before else 0
    least = last.radicand if isinstance(last, Root) else last
    if value < least:
        raise AllocationError("E509", f"divisor {len(before) + 1} is smaller than the one before")
    if before and value == 0:
        raise AllocationError("E509", "only the first divisor may be 0")
    return found


def remainder(contest: Contest, quota: Exact, ahead: int = 0) -> Callable[[int], Claim]:
    """Return the claim of a party to a seat by what its votes leave over, in votes.

    `ahead` 0 is the next seat, -1 the last one held. A party that already had a seat for its
    remainder comes again only when all others had one, since its remainder is then below zero.
    """
    return lambda p: (-1, contest.votes[p] - (contest.held[p] + ahead) * quota)


def give_whole_quotas(contest: Contest, quota: Exact) -> None:
    """Give every party one seat a whole quota, inside its bounds; may exceed the seats."""
    contest.quota = quota
    for p, votes in enumerate(contest.votes):
        whole = int(votes // quota)
        most = contest.most[p]
        whole = whole if most is None else min(whole, most)
        extra = whole - contest.held[p]
        if extra > 0:
            contest.give(p, extra, "whole quotas", f"{show_claim((-1, Fraction(votes) / quota))}")
