"""Every outcome that a law allows, by brute force: one seat at a time, every way out of a tie.

Shares no code with the judge or the kernels. An outcome is the seats by party; a function returns
the set of all of them, so that a tie shows as more than one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from typing import NamedTuple

Seats = tuple[int, ...]
Key = tuple[int, Fraction]

# The sign of votes / divisor is kept by these powers of both: (votes, seats held) to a key.
QUOTIENTS: dict[str, Callable[[Fraction, int], Key]] = {
    "dhondt": lambda v, s: (0, v / (s + 1)),
    "sainte-lague": lambda v, s: (0, v / (2 * s + 1)),
    "modified-sainte-lague": lambda v, s: (0, v / (Fraction(7, 5) if s == 0 else 2 * s + 1)),
    "imperiali-divisor": lambda v, s: (0, v / (s + 2)),
    "danish": lambda v, s: (0, v / (3 * s + 1)),
    "adams": lambda v, s: (1, v) if s == 0 else (0, v / s),
    "dean": lambda v, s: (1, v) if s == 0 else (0, v * (2 * s + 1) / (2 * s * (s + 1))),
    "huntington-hill": lambda v, s: (1, v) if s == 0 else (0, v**2 / (s * (s + 1))),
    "macau": lambda v, s: (0, v / 2**s),
    "power-divisor": lambda v, s: (0, v**10 / (s + 1) ** 9),
    "stationary": lambda v, s: (0, v / (s + Fraction(1, 2))),
}
ADDED = {"hare": 0, "droop": 1, "hagenbach-bischoff": 1, "imperiali": 2, "reinforced-imperiali": 3}


class Overflow(Exception):
    """Whole quotas exceed the seats, and the law does not say what happens."""


def moved(held: Seats, p: int, by: int = 1) -> Seats:
    """Return the seats with some more for one party."""
    return (*held[:p], held[p] + by, *held[p + 1 :])


def grow(
    start: set[Seats], seats: int, votes: Sequence[Fraction], most: Sequence[int],
    key: Callable[[int, Seats], Key | Fraction],
) -> set[Seats]:  # fmt: skip
    """Return what can come of giving seats to whoever has the largest key."""
    states = start
    while True:
        following: set[Seats] = set()
        for held in states:
            able = [p for p, v in enumerate(votes) if v > 0 and held[p] < most[p]]
            if sum(held) >= seats or not able:
                following.add(held)
                continue
            best = max(key(p, held) for p in able)  # type: ignore[type-var]
            following |= {moved(held, p) for p in able if key(p, held) == best}
        if following == states:
            return states
        states = following


def divisor(
    name: str, votes: Sequence[Fraction], seats: int, held: Seats | None = None,
    most: Sequence[int] | None = None,
) -> set[Seats]:  # fmt: skip
    """Return the outcomes of a divisor method."""
    quotient = QUOTIENTS[name]
    start = held if held is not None else (0,) * len(votes)
    limit = most if most is not None else [seats] * len(votes)
    return grow({start}, seats, votes, limit, lambda p, h: quotient(votes[p], h[p]))


def price(total: Fraction, seats: int, quota: str | int, rounding: str) -> Fraction:
    """Return the quota in votes."""
    if isinstance(quota, int):
        exact = Fraction(quota)
    else:
        exact = total / (seats + ADDED[quota])
        if quota == "droop":
            exact = Fraction(exact.__floor__() + 1)
    return {
        "exact": exact,
        "floor": Fraction(exact.__floor__()),
        "ceil": Fraction(exact.__ceil__()),
        "half-up": Fraction((exact + Fraction(1, 2)).__floor__()),
    }[rounding]


def whole(votes: Sequence[Fraction], quota: Fraction, held: Seats, most: Sequence[int]) -> Seats:
    """Return the seats after whole quotas, bought one at a time."""
    for p, v in enumerate(votes):
        while held[p] < most[p] and v >= quota * (held[p] + 1):
            held = moved(held, p)
    return held


def quotas(
    votes: Sequence[Fraction], seats: int, quota: str | int, rounding: str, overflow: str,
    held: Seats | None = None, most: Sequence[int] | None = None,
) -> tuple[set[Seats], int, Fraction]:  # fmt: skip
    """Return the outcomes after whole quotas and the rule for too many, the seats, the quota."""
    total = sum(votes, Fraction(0))
    least = held if held is not None else (0,) * len(votes)
    limit = most if most is not None else [10**9] * len(votes)
    cost = price(total, seats, quota, rounding)
    states = {whole(votes, cost, least, limit)}
    given = sum(next(iter(states)))
    if given <= seats:
        return states, seats, cost
    if overflow == "enlarge-chamber":
        return states, given, cost
    if overflow == "larger-quota":
        for added in (2, 1, 0):
            exact = total / (seats + added)
            larger = {
                "exact": exact, "floor": Fraction(exact.__floor__()),
                "ceil": Fraction(exact.__ceil__()),
                "half-up": Fraction((exact + Fraction(1, 2)).__floor__()),
            }[rounding]  # fmt: skip
            if larger > cost and sum(found := whole(votes, larger, least, limit)) <= seats:
                return {found}, seats, larger
        raise Overflow
    if overflow == "error":
        raise Overflow
    while any(sum(h) > seats for h in states):
        following = set()
        for h in states:
            able = [p for p in range(len(votes)) if h[p] > least[p]]
            left_over = {p: votes[p] - (h[p] - 1) * cost for p in able}
            fewest = min(left_over.values())
            following |= {moved(h, p, -1) for p in able if left_over[p] == fewest}
        states = following
    return states, seats, cost


def largest_remainder(
    votes: Sequence[Fraction], seats: int, quota: str | int = "hare", rounding: str = "exact",
    overflow: str = "error", held: Seats | None = None, most: Sequence[int] | None = None,
) -> set[Seats]:  # fmt: skip
    """Return the outcomes of a quota and largest remainders."""
    states, size, cost = quotas(votes, seats, quota, rounding, overflow, held, most)
    limit = most if most is not None else [10**9] * len(votes)
    return grow(states, size, votes, limit, lambda p, h: votes[p] - h[p] * cost)


def quota_then_divisor(
    votes: Sequence[Fraction], seats: int, quota: str | int, rounding: str, overflow: str,
    name: str = "dhondt",
) -> set[Seats]:  # fmt: skip
    """Return the outcomes of a quota and then a divisor method."""
    states, size, _ = quotas(votes, seats, quota, rounding, overflow)
    found: set[Seats] = set()
    for held in states:
        found |= divisor(name, votes, size, held)
    return found


def balinski_young(votes: Sequence[Fraction], seats: int) -> set[Seats]:
    """Return the outcomes of the quota method of 1975: a_i < v_i h / V for the h-th seat."""
    total = sum(votes, Fraction(0))
    states = {(0,) * len(votes)}
    for size in range(1, seats + 1):
        following = set()
        for held in states:
            able = [p for p, v in enumerate(votes) if held[p] < v * size / total]
            best = max(votes[p] / (held[p] + 1) for p in able)
            following |= {moved(held, p) for p in able if votes[p] / (held[p] + 1) == best}
        states = following
    return states


class Council(NamedTuple):
    """A Dutch council on its way: seats, who had a seat by remainder or average, and the order."""

    held: Seats
    by_remainder: Seats
    by_average: Seats
    history: tuple[tuple[str, Fraction, int], ...] = ()


def dutch_council(
    votes: Sequence[Fraction], seats: int, most: Sequence[int] | None = None
) -> set[Seats]:
    """Return the outcomes of the Kieswet, articles P 5 to P 10."""
    quota = sum(votes, Fraction(0)) / seats  # P 5
    none = (0,) * len(votes)
    free = [10**9] * len(votes)
    start = Council(whole(votes, quota, none, free), none, none)  # P 6
    found: set[Seats] = set()
    for state in _residual(start, votes, seats, quota, free):  # P 7, P 8
        for after in _majority(state, votes, seats):  # P 9
            if most is None or all(h <= m for h, m in zip(after.held, most, strict=True)):
                found.add(after.held)
                continue
            kept = tuple(min(h, m) for h, m in zip(after.held, most, strict=True))  # P 10
            final = after._replace(held=kept)
            found |= {s.held for s in _residual(final, votes, seats, quota, most)}
    return found


def _residual(
    state: Council, votes: Sequence[Fraction], seats: int, quota: Fraction, most: Sequence[int]
) -> Iterator[Council]:
    held = state.held
    able = [p for p, v in enumerate(votes) if v > 0 and held[p] < most[p]]
    if sum(held) >= seats or not able:
        yield state
        return
    average = {p: votes[p] / (held[p] + 1) for p in able}
    stage, claims = "average", average
    if seats < 19:
        first = {
            p: votes[p] - held[p] * quota
            for p in able
            if votes[p] >= quota * 3 / 4 and not state.by_remainder[p]
        }
        second = {p: a for p, a in average.items() if not state.by_average[p]}
        if first:
            stage, claims = "remainder", first
        elif second:
            stage, claims = "one average", second
    best = max(claims.values())
    for p in (p for p, claim in claims.items() if claim == best):
        yield from _residual(
            _marked(state, stage, p, 1)._replace(history=(*state.history, (stage, best, p))),
            votes, seats, quota, most,
        )  # fmt: skip


def _marked(state: Council, stage: str, p: int, by: int) -> Council:
    state = state._replace(held=moved(state.held, p, by))
    if stage == "remainder":
        return state._replace(by_remainder=moved(state.by_remainder, p, by))
    if stage == "one average":
        return state._replace(by_average=moved(state.by_average, p, by))
    return state


def _majority(state: Council, votes: Sequence[Fraction], seats: int) -> Iterator[Council]:
    winner = next((p for p, v in enumerate(votes) if 2 * v > sum(votes)), None)
    if winner is None or 2 * state.held[winner] > seats or not state.history:
        yield state
        return
    stage, smallest, _ = state.history[-1]
    for p in {p for s, claim, p in state.history if (s, claim) == (stage, smallest)}:
        yield _marked(_marked(state, stage, p, -1), stage, winner, 1)


def certain(outcomes: set[Seats]) -> Seats:
    """Return the seats that every party has in all outcomes."""
    return tuple(min(column) for column in zip(*outcomes, strict=True))
