"""Seats already held, least and most seats, exhausted lists, bonus and jackpot."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from simulator.allocation import registry
from simulator.allocation.allocate import allocate
from simulator.errors import AllocationError
from tests.allocation import reference
from tests.allocation.lots import agree, by_every_lot, check, named

PARTIES = st.lists(
    st.tuples(st.integers(0, 20), st.integers(0, 3), st.integers(0, 5)), min_size=1, max_size=4
).filter(lambda rows: any(row[0] for row in rows))
BOUND = [*reference.QUOTIENTS, "largest-remainder"]


def options(rows: list[tuple[int, int, int]]) -> dict[str, Any]:
    return {
        "initial": named([r[1] for r in rows]),
        "maximum": named([r[1] + r[2] for r in rows]),
    }


@pytest.mark.parametrize("method", list(reference.QUOTIENTS))
@settings(max_examples=30)
@given(PARTIES, st.integers(0, 12))
def test_divisor_methods_go_on_from_seats_held(
    method: str, rows: list[tuple[int, int, int]], seats: int
) -> None:
    held, most = tuple(r[1] for r in rows), [r[1] + r[2] for r in rows]
    assume(sum(held) <= seats)
    votes = [Fraction(r[0]) for r in rows]
    outcomes = reference.divisor(method, votes, seats, held, most)
    agree([r[0] for r in rows], seats, method, outcomes, **options(rows))


@pytest.mark.parametrize("overflow", ["subtract-smallest-remainder", "enlarge-chamber"])
@pytest.mark.parametrize("quota", list(reference.ADDED))
@settings(max_examples=30)
@given(PARTIES, st.integers(1, 12))
def test_quotas_go_on_from_seats_held(
    quota: str, overflow: str, rows: list[tuple[int, int, int]], seats: int
) -> None:
    held, most = tuple(r[1] for r in rows), [r[1] + r[2] for r in rows]
    assume(sum(held) <= seats)
    votes = [Fraction(r[0]) for r in rows]
    outcomes = reference.largest_remainder(votes, seats, quota, "exact", overflow, held, most)
    agree(
        [r[0] for r in rows], seats, "largest-remainder", outcomes, stages=2,
        quota=quota, on_overflow=overflow, **options(rows),
    )  # fmt: skip


@pytest.mark.parametrize(
    "method",
    [m.id for m in registry.all_methods() if m.id not in ("two-round-runoff", "dutch-council")],
)
@settings(max_examples=20)
@given(PARTIES, st.integers(0, 12))
def test_every_method_keeps_the_bounds(
    method: str, rows: list[tuple[int, int, int]], seats: int
) -> None:
    assume(sum(r[1] for r in rows) <= seats)
    extra: dict[str, Any] = {
        "divisor-list": {"divisors": range(1, 40)}, "winner-bonus": {"bonus": 0},
        "fixed-price": {"quota": 3},
    }.get(method, {})  # fmt: skip
    takes = registry.get(method).parameters
    extra |= {"on_overflow": "subtract-smallest-remainder"} if "on_overflow" in takes else {}
    given_ = options(rows)
    found = allocate(
        named([r[0] for r in rows]), seats, method, ties="listed-order", **extra, **given_
    )
    check(found, seats)
    for p, s in found.seats.items():
        assert given_["initial"][p] <= s <= given_["maximum"][p]
    if method in BOUND or method == "balinski-young-quota":
        able = [p for p, r in zip(found.seats, rows, strict=True) if r[0]]
        full = all(found.seats[p] == given_["maximum"][p] for p in able)
        assert found.vacant == 0 or full


@given(st.lists(st.integers(1, 30), min_size=1, max_size=4), st.integers(0, 3), st.integers(0, 9))
@settings(max_examples=60)
def test_a_minimum_is_where_the_method_starts(votes: list[int], least: int, extra: int) -> None:
    seats = least * len(votes) + extra
    outcomes = reference.divisor(
        "dhondt", [Fraction(v) for v in votes], seats, (least,) * len(votes)
    )
    agree(votes, seats, "dhondt", outcomes, minimum=least)


VOTES = {"a": 600, "b": 400}


def test_seats_are_those_of_the_whole_contest() -> None:
    assert allocate(VOTES, 10, "dhondt", initial={"a": 8}).seats == {"a": 8, "b": 2}
    assert allocate(VOTES, 10, "dhondt", initial={"b": 1}).seats == {"a": 6, "b": 4}


def test_seats_held_can_make_quotas_exceed_the_seats() -> None:
    with pytest.raises(AllocationError) as fault:
        allocate(VOTES, 10, initial={"a": 8})
    assert fault.value.code == "E504"
    rule = {"initial": {"a": 8}, "on_overflow": "subtract-smallest-remainder"}
    assert allocate(VOTES, 10, **rule).seats == {"a": 8, "b": 2}  # type: ignore[arg-type]
    rule["on_overflow"] = "enlarge-chamber"
    assert allocate(VOTES, 10, **rule).seats == {"a": 8, "b": 4}  # type: ignore[arg-type]


def test_every_list_exhausted_leaves_seats_vacant() -> None:
    for method in BOUND:
        found = allocate(VOTES, 10, method, maximum=3)
        assert found.seats == {"a": 3, "b": 3}
        assert found.vacant == 4
    assert allocate(VOTES, 10, maximum=0).vacant == 10
    level = allocate({"a": 5, "b": 5}, 9, "balinski-young-quota", maximum={"a": 1, "b": 2})
    assert level.seats == {"a": 1, "b": 2}
    assert allocate(VOTES, 10, "dhondt", maximum={"a": 2}).seats == {"a": 2, "b": 8}


def test_a_party_that_takes_no_part_keeps_what_it_holds() -> None:
    found = allocate(VOTES | {"c": 0}, 10, "dhondt", minimum=1, initial={"c": 2})
    assert found.seats == {"a": 5, "b": 3, "c": 2}
    found = allocate(VOTES, 10, "dhondt", threshold="50%", minimum=1, initial={"b": 0})
    assert found.seats == {"a": 10, "b": 0}


@pytest.mark.parametrize(
    "bounds", [
        {"initial": {"a": 11}}, {"minimum": 6}, {"initial": {"z": 1}}, {"maximum": {"z": 1}},
        {"minimum": {"a": -1}}, {"maximum": "1.5"}, {"initial": {"a": 3}, "maximum": 2},
        {"minimum": 3, "maximum": 2},
    ],
)  # fmt: skip
def test_bounds_that_do_not_fit(bounds: dict[str, Any]) -> None:
    with pytest.raises(AllocationError) as fault:
        allocate(VOTES, 10, **bounds)
    assert fault.value.code == "E503"


def test_the_bonus() -> None:
    votes = {"a": 40, "b": 30, "c": 30}
    assert allocate(votes, 14, "winner-bonus", bonus=4).seats == {"a": 8, "b": 3, "c": 3}
    found = allocate(votes, 14, "winner-bonus", bonus=4, maximum={"a": 6})
    assert found.seats == {"a": 6, "b": 4, "c": 4}
    found = allocate(votes, 14, "winner-bonus", bonus=4, maximum={"a": 2})
    assert found.seats == {"a": 2, "b": 6, "c": 6}
    with pytest.raises(AllocationError, match="15 of 14 seats"):
        allocate(votes, 14, "winner-bonus", bonus=15)


def test_the_jackpot() -> None:
    votes = {"a": 40, "b": 30, "c": 30}
    assert allocate(votes, 10, "majority-jackpot").seats == {"a": 6, "b": 2, "c": 2}
    assert allocate(votes, 10, "majority-jackpot", jackpot="30%").seats["a"] == 4
    assert allocate(votes, 9, "majority-jackpot", jackpot="54%").seats["a"] == 5
    found = allocate(votes, 11, "majority-jackpot", ties="report")
    assert found.seats == {"a": 6, "b": 3, "c": 2}
    assert found.certain == {"a": 6, "b": 2, "c": 2}
    found = allocate(votes, 10, "majority-jackpot", maximum={"a": 4})
    assert found.seats == {"a": 4, "b": 3, "c": 3}
    found = allocate(votes, 10, "majority-jackpot", initial={"b": 6}, rest="dhondt")
    assert found.seats == {"a": 4, "b": 6, "c": 0}
    assert allocate(votes, 1, "majority-jackpot").seats == {"a": 1, "b": 0, "c": 0}
    assert allocate(votes, 9, "majority-jackpot", jackpot="100%").seats["a"] == 9
    rule = {"quota": "imperiali", "bonus": 2}
    with pytest.raises(AllocationError, match="on_overflow"):
        allocate({"a": 600, "b": 400}, 12, "winner-bonus", **rule)
    rule["on_overflow"] = "subtract-smallest-remainder"
    assert allocate({"a": 600, "b": 400}, 12, "winner-bonus", **rule).seats == {"a": 8, "b": 4}


@settings(max_examples=40)
@given(
    st.lists(st.integers(1, 6), min_size=2, max_size=4), st.integers(1, 8),
    st.sampled_from(["winner-bonus", "majority-jackpot"]),
    st.sampled_from(["dhondt", "largest-remainder"]),
)  # fmt: skip
def test_ties_for_bonus_and_jackpot(votes: list[int], seats: int, method: str, rest: str) -> None:
    rule = {"rest": rest} | ({"bonus": min(2, seats)} if method == "winner-bonus" else {})
    every = by_every_lot(named(votes), seats, method, **rule)
    least = {p: min(one.seats[p] for one in every) for p in named(votes)}
    for one in every:
        check(one, seats)
        assert one.certain == least
