"""Every outcome of an allocation that lots can have, and what must hold of each."""

from __future__ import annotations

from itertools import combinations
from typing import Any

from simulator.allocation.allocate import allocate
from simulator.allocation.outcome import Allocation
from simulator.errors import TiedSeats

NAMES = "abcdefgh"


def named(votes: list[Any]) -> dict[str, Any]:
    """Return votes by party."""
    return dict(zip(NAMES, votes, strict=False))


def by_every_lot(
    votes: dict[str, Any], seats: int, method: str, **options: Any
) -> list[Allocation]:
    """Return the allocations of all lots, each fed back from outside."""
    waiting: list[tuple[tuple[str, ...], ...]] = [()]
    found = []
    while waiting:
        lots = waiting.pop()
        try:
            one = allocate(votes, seats, method, ties="lot", lots=lots, **options)
        except TiedSeats as tie:
            waiting += [(*lots, choice) for choice in combinations(tie.parties, tie.seats)]
        else:
            assert one.lots == lots
            found.append(one)
    return found


def agree(
    votes: list[Any], seats: int, method: str, outcomes: set[tuple[int, ...]],
    stages: int = 1, **options: Any,
) -> None:  # fmt: skip
    """Check seats, ties and what is certain against all outcomes that the law allows."""
    parties = named(votes)
    found = allocate(parties, seats, method, ties="listed-order", **options)
    least = tuple(min(column) for column in zip(*outcomes, strict=True))
    assert tuple(found.seats.values()) in outcomes
    assert tuple(found.certain.values()) == least
    drawn = by_every_lot(parties, seats, method, **options)
    assert {tuple(one.seats.values()) for one in drawn} == outcomes
    for one in (found, *drawn):
        assert tuple(one.certain.values()) == least
        check(one, seats)
    if len(outcomes) > 1:
        assert found.ties
    if stages > 1:
        return
    assert len(found.ties) == (len(outcomes) > 1)
    for tie in found.ties:
        varies = [max(column) > min(column) for column in zip(*outcomes, strict=True)]
        assert tie.parties == tuple(p for p, v in zip(parties, varies, strict=True) if v)
        assert tie.seats == found.total - sum(least)


def check(found: Allocation, seats: int) -> None:
    """Check what holds of every allocation."""
    if found.parameters.get("on_overflow") != "enlarge-chamber":
        assert found.total + found.vacant == seats
    steps = dict.fromkeys(found.seats, 0)
    for step in found.steps:
        steps[step.party] += step.seats
    assert steps == found.seats
    assert all(found.certain[p] <= s for p, s in found.seats.items())
    for tie in found.ties:
        assert 0 < tie.seats < len(tie.parties)
        assert len(tie.winners) == tie.seats
        assert set(tie.winners) <= set(tie.parties)
