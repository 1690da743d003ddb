"""The front door against brute force: every method, every quota, every way out of a tie."""

from __future__ import annotations

import itertools
import json
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import simulator
from simulator.allocation import registry
from simulator.allocation.allocate import allocate
from simulator.errors import AllocationError, TiedSeats
from tests.allocation import reference
from tests.allocation.lots import agree, check, named

FEW = st.lists(st.integers(0, 12), min_size=1, max_size=5).filter(any)
VOTES = st.one_of(FEW, st.lists(st.integers(0, 5_000), min_size=1, max_size=5).filter(any))
SEATS = st.integers(0, 11)
ROUNDINGS = ("exact", "floor", "ceil", "half-up")
OVERFLOWS = ("error", "subtract-smallest-remainder", "larger-quota", "enlarge-chamber")
PRICES = [*reference.ADDED, 3, 40]
QUICK = settings(max_examples=25)


def exact(votes: list[int]) -> list[Fraction]:
    return [Fraction(v) for v in votes]


@pytest.mark.parametrize("method", list(reference.QUOTIENTS))
@settings(max_examples=80)
@given(VOTES, SEATS)
def test_divisor_methods(method: str, votes: list[int], seats: int) -> None:
    agree(votes, seats, method, reference.divisor(method, exact(votes), seats))


def test_every_divisor_method_has_a_reference() -> None:
    methods = {m.id for m in registry.all_methods() if m.family == "divisor"}
    assert methods - {"divisor-list"} == set(reference.QUOTIENTS)


@pytest.mark.parametrize("overflow", OVERFLOWS)
@pytest.mark.parametrize("rounding", ROUNDINGS)
@pytest.mark.parametrize("quota", PRICES)
@settings(max_examples=30)
@given(VOTES, SEATS.filter(bool))
def test_largest_remainders(
    quota: str | int, rounding: str, overflow: str, votes: list[int], seats: int
) -> None:
    rule = {"quota": quota, "rounding": rounding, "on_overflow": overflow}
    total = Fraction(sum(votes))
    assume(reference.price(total, seats, quota, rounding) > 0)
    try:
        outcomes = reference.largest_remainder(exact(votes), seats, quota, rounding, overflow)
    except reference.Overflow:
        with pytest.raises(AllocationError) as fault:
            allocate(named(votes), seats, **rule)  # type: ignore[arg-type]
        assert fault.value.code == "E504"
        return
    agree(votes, seats, "largest-remainder", outcomes, **rule)


@pytest.mark.parametrize("divisor", ["dhondt", "sainte-lague", "adams"])
@pytest.mark.parametrize("overflow", OVERFLOWS[1:])
@pytest.mark.parametrize("quota", PRICES)
@settings(max_examples=25)
@given(VOTES, SEATS.filter(bool), st.sampled_from(ROUNDINGS))
def test_quota_then_divisor(
    quota: str | int, overflow: str, divisor: str, votes: list[int], seats: int, rounding: str
) -> None:
    rule = {"quota": quota, "rounding": rounding, "on_overflow": overflow}
    assume(reference.price(Fraction(sum(votes)), seats, quota, rounding) > 0)
    try:
        outcomes = reference.quota_then_divisor(
            exact(votes), seats, quota, rounding, overflow, divisor
        )
    except reference.Overflow:
        assume(False)
    agree(votes, seats, "quota-then-divisor", outcomes, divisor=divisor, **rule)


@settings(max_examples=150)
@given(VOTES, SEATS)
def test_the_quota_method_of_balinski_and_young(votes: list[int], seats: int) -> None:
    outcomes = reference.balinski_young(exact(votes), seats)
    agree(votes, seats, "balinski-young-quota", outcomes, stages=2)
    open_ = allocate(named(votes), seats, "balinski-young-quota", ties="report")
    assert bool(open_.ties) == (len(outcomes) > 1)


def test_others_join_a_tie_as_the_chamber_grows() -> None:
    """The second seat is between a and b; for the third, c comes in at the same quotient."""
    votes = {"a": 1, "b": 1, "c": 2}
    found = allocate(votes, 3, "balinski-young-quota", ties="report")
    assert [(t.parties, t.seats) for t in found.ties] == [(("a", "b"), 1), (("b", "c"), 1)]
    assert found.certain == {"a": 0, "b": 0, "c": 1}
    assert not allocate(votes, 4, "balinski-young-quota").ties


@pytest.mark.parametrize("method", [m.id for m in registry.all_methods() if m.proportional])
@QUICK
@given(VOTES, SEATS, st.sampled_from(["listed-order", "larger-party", "smaller-party", "report"]))
def test_seats_add_up(method: str, votes: list[int], seats: int, rule: str) -> None:
    extra = {"divisors": [1, 3, 5, *range(7, 30)]} if method == "divisor-list" else {}
    found = allocate(named(votes), seats, method, ties=(rule, "listed-order"), **extra)
    check(found, seats)
    assert found.vacant == 0


# ------------------------------------------------------------------------------ votes and seats


def test_a_float_is_refused_with_the_reason() -> None:
    with pytest.raises(AllocationError, match=r"12\.5 is a float, which is rounded .* as text"):
        allocate({"a": 12.5}, 3)
    with pytest.raises(AllocationError, match="is a float"):
        allocate({"a": np.float64(12)}, 3)


@pytest.mark.parametrize(
    "count", [True, None, "", "nan", "inf", "1e5", "abc", "1/0", -1, "-2", Decimal("NaN"),
              Decimal("Infinity"), 1j, [1], "9" * 401, 10**400, Decimal("1e999999"),
              Fraction(1, 10**400), np.float32(3)],
)  # fmt: skip
def test_what_is_no_count(count: object) -> None:
    with pytest.raises(AllocationError) as fault:
        allocate({"a": count, "b": 1}, 3)
    assert fault.value.code == "E501"
    assert "votes of a" in str(fault.value)


@pytest.mark.parametrize(
    "count", [7, "7", "7.0", " 7 ", "14/2", Fraction(7), Decimal("7.00"), np.int64(7), np.uint8(7)]
)
def test_what_is_a_count(count: object) -> None:
    found = allocate({"a": count, "b": 3}, 10)
    assert found.seats == {"a": 7, "b": 3}
    assert found.votes["a"] == 7


def test_fractions_are_exact() -> None:
    assert allocate({"a": "1/3", "b": "2/3"}, 3).seats == {"a": 1, "b": 2}
    assert allocate({"a": "0.1", "b": "0.2"}, 3).seats == {"a": 1, "b": 2}
    assert allocate({"a": 2**200 + 1, "b": 2**200}, 1, "dhondt").seats == {"a": 1, "b": 0}


@pytest.mark.parametrize("method", ["dhondt", "huntington-hill", "power-divisor", "macau",
                                    "largest-remainder", "plurality"])  # fmt: skip
def test_huge_counts(method: str) -> None:
    most = 10**399
    found = allocate({"a": 2 * most, "b": most, "c": 1}, 3, method)
    assert found.total == 3
    assert found.seats["a"] >= found.seats["b"]
    assert json.dumps(found.to_dict())


def test_votes_that_are_none() -> None:
    for votes in ({}, [3, 4], None):
        with pytest.raises(AllocationError) as fault:
            allocate(votes, 3)  # type: ignore[arg-type]
        assert fault.value.code == "E502"


def test_two_parties_of_one_name() -> None:
    with pytest.raises(AllocationError, match="the same name"):
        allocate({1: 600, "1": 400}, 10)  # type: ignore[dict-item]


@pytest.mark.parametrize("seats", [-1, "2.5", "x", None, 2.0, True])
def test_no_number_of_seats(seats: Any) -> None:
    with pytest.raises(AllocationError) as fault:
        allocate({"a": 1}, seats)
    assert fault.value.code in ("E501", "E503")


METHODS = [m.id for m in registry.all_methods()]
WHOLE = {"winner-bonus": {"bonus": 0}, "divisor-list": {"divisors": range(1, 60)}}


@pytest.mark.parametrize("method", METHODS)
def test_no_votes_leave_all_seats_vacant(method: str) -> None:
    seats = 1 if method == "two-round-runoff" else 5
    found = allocate({"a": 0, "b": 0}, seats, method, **WHOLE.get(method, {}))
    assert found.seats == {"a": 0, "b": 0} == found.certain
    assert found.vacant == seats
    assert not found.ties


@pytest.mark.parametrize("method", METHODS)
def test_no_seats(method: str) -> None:
    found = allocate({"a": 5, "b": 5}, 0, method, **WHOLE.get(method, {}))
    assert found.seats == {"a": 0, "b": 0}
    assert not found.ties
    assert found.vacant == 0


@pytest.mark.parametrize("method", METHODS)
def test_one_party(method: str) -> None:
    seats = 1 if method in ("plurality", "two-round-runoff") else 7
    rule = WHOLE.get(method, {}) | ({"quota": 1} if method == "fixed-price" else {})
    assert allocate({"a": 7}, seats, method, **rule).seats == {"a": seats}


@pytest.mark.parametrize("method", METHODS)
def test_a_party_without_votes_gets_nothing(method: str) -> None:
    seats = 1 if method == "two-round-runoff" else 3
    rule = WHOLE.get(method, {}) | ({"quota": 400} if method == "fixed-price" else {})
    found = allocate({"a": 0, "b": 601, "c": 300, "d": 0}, seats, method, **rule)
    assert found.seats["a"] == found.seats["d"] == 0


@pytest.mark.parametrize("method", ["adams", "dean", "huntington-hill"])
def test_fewer_seats_than_parties(method: str) -> None:
    found = allocate({"a": 10, "b": 40, "c": 30, "d": 20}, 2, method)
    assert found.seats == {"a": 0, "b": 1, "c": 1, "d": 0}
    with pytest.raises(TiedSeats) as tie:
        allocate({"a": 10, "b": 40, "c": 20, "d": 20}, 2, method)
    assert (tie.value.parties, tie.value.seats) == (("c", "d"), 1)


# --------------------------------------------------------------------------- quotas and overflow


def test_imperiali_overflow_with_each_choice() -> None:
    """Whole quotas of 250/3 votes give 7 + 4 seats of 10."""
    votes = {"a": 600, "b": 400}
    with pytest.raises(AllocationError, match="name what happens with on_overflow"):
        allocate(votes, 10, quota="imperiali")

    def by(choice: str) -> simulator.Allocation:
        return allocate(votes, 10, quota="imperiali", on_overflow=choice)

    assert by("subtract-smallest-remainder").seats == {"a": 6, "b": 4}
    assert by("larger-quota").seats == {"a": 6, "b": 4}
    assert by("larger-quota").quota == Fraction(1000, 11)
    assert by("enlarge-chamber").seats == {"a": 7, "b": 4}
    with pytest.raises(AllocationError, match="on_overflow"):
        by("repair")


def test_one_whole_quota_too_many_is_a_tie_of_all() -> None:
    """Votes that are multiples of V / (n + 1) leave nothing over anywhere."""
    rule = {"quota": "hagenbach-bischoff", "on_overflow": "subtract-smallest-remainder"}
    found = allocate({"a": 60, "b": 40, "c": 20}, 11, ties="report", **rule)  # type: ignore[arg-type]
    (tie,) = found.ties
    assert (tie.parties, tie.seats, tie.stage) == (("a", "b", "c"), 2, "smallest remainder")
    assert found.certain == {"a": 5, "b": 3, "c": 1}


def test_many_rounds_are_taken_back_at_once() -> None:
    rule = {"quota": 1, "on_overflow": "subtract-smallest-remainder"}
    found = allocate({"a": 10**12, "b": 10**12 + 3}, 5, **rule)  # type: ignore[arg-type]
    assert found.seats == {"a": 1, "b": 4}


def test_a_larger_quota_that_rounds_to_nothing_is_passed_over() -> None:
    """12 votes for 11 seats: floor(12 / 13) and floor(12 / 12) are not above floor(12 / 11)."""
    with pytest.raises(AllocationError, match="even with the Hare quota"):
        allocate({"a": 7, "b": 5}, 11, rounding="floor", on_overflow="larger-quota")


def test_droop_is_the_whole_number_above() -> None:
    assert allocate({"a": 62, "b": 38}, 9, quota="droop").quota == 11
    assert allocate({"a": 62, "b": 38}, 9, quota="hagenbach-bischoff").quota == 10


def test_roundings_of_the_hare_quota() -> None:
    votes = {"a": 52, "b": 23, "c": 20}  # 95 / 10
    prices = {r: allocate(votes, 10, rounding=r, on_overflow="enlarge-chamber").quota
              for r in ROUNDINGS}  # fmt: skip
    assert prices == {"exact": Fraction(19, 2), "floor": 9, "ceil": 10, "half-up": 10}


def test_a_fixed_price_leaves_seats_vacant() -> None:
    found = allocate({"a": 150_000, "b": 59_999}, 4, "fixed-price")
    assert found.seats == {"a": 2, "b": 0}
    assert found.vacant == 2
    assert allocate({"a": 620, "b": 380}, 10, "fixed-price", quota=100).total == 9
    with pytest.raises(AllocationError, match="needs a number of votes"):
        allocate({"a": 620}, 10, "fixed-price", quota="droop")


@pytest.mark.parametrize("quota", [0, "-5", "Hare", -1, True, "0/5", None])
def test_no_quota(quota: Any) -> None:
    with pytest.raises(AllocationError):
        allocate({"a": 600, "b": 400}, 10, quota=quota)


def test_what_a_method_does_not_take_is_refused() -> None:
    for method, rule in (
        ("dhondt", {"quota": "droop"}), ("dhondt", {"first_divisor": "1.4"}),
        ("plurality", {"rounding": "floor"}), ("no-such-method", {}),
        ("quota-then-divisor", {"divisor": "no-such"}), ("quota-then-divisor", {"divisor": 3}),
        ("winner-bonus", {"rest": "no-such", "bonus": 1}),
        ("winner-bonus", {"rest": "plurality", "bonus": 1}),
        ("winner-bonus", {"rest": "dhondt", "quota": "droop", "bonus": 1}),
    ):  # fmt: skip
        with pytest.raises(AllocationError) as fault:
            allocate({"a": 6, "b": 4}, 3, method, **rule)  # type: ignore[arg-type]
        assert fault.value.code == "E507"


def test_divisors() -> None:
    assert allocate({"a": 60, "b": 40}, 3, "divisor-list", divisors=[1, 3]).seats["a"] == 2
    for divisors, code in (
        ([1], "E509"), ([3, 1], "E509"), ([0, 0, 1], "E509"), ("1,3", "E509"), ([-1, 2], "E509"),
        (["x"], "E501"),
    ):  # fmt: skip
        with pytest.raises(AllocationError) as fault:
            allocate({"a": 60, "b": 4}, 3, "divisor-list", divisors=divisors)
        assert fault.value.code == code
    for first in ("0", "-1", 5):
        with pytest.raises(AllocationError):
            allocate({"a": 60, "b": 40}, 5, "modified-sainte-lague", first_divisor=first)
    assert allocate({"a": 60, "b": 40}, 5, "modified-sainte-lague", first_divisor=1.2).total == 5


# ------------------------------------------------------------------------------- the whole answer


def test_it_is_plain_values_in_json() -> None:
    for method, rule in (
        ("largest-remainder", {"quota": "droop"}), ("adams", {}), ("dutch-council", {}),
        ("divisor-list", {"divisors": [Fraction(1, 3), "2", 3, 4, 5]}),
        ("winner-bonus", {"bonus": 1}),
    ):  # fmt: skip
        found = allocate({"a": 60, "b": "38.5", "c": 1}, 4, method, **rule)  # type: ignore[arg-type]
        assert json.loads(json.dumps(found.to_dict()))["seats"] == found.seats


def test_the_table_for_notebooks_escapes_names() -> None:
    found = allocate({"<b>x</b>": 10, "a&b": 10}, 1, ties="report")
    shown = found._repr_html_()
    assert "<b>" not in shown
    assert "&lt;b&gt;x&lt;/b&gt;" in shown
    assert "a&amp;b" in shown
    assert "not decided" in shown


def test_the_last_seat_and_who_was_next() -> None:
    found = allocate({"a": 60, "b": 29, "c": 11}, 10, "dhondt")
    assert found.last == ("b", "29/3")
    assert found.waiting[0] == ("a", "60/7")


@QUICK
@given(VOTES, SEATS, st.sampled_from(list(reference.QUOTIENTS)))
def test_order_changes_only_ties(votes: list[int], seats: int, method: str) -> None:
    straight = allocate(named(votes), seats, method, ties="report")
    for order in itertools.islice(itertools.permutations(named(votes).items()), 6):
        other = allocate(dict(order), seats, method, ties="report")
        assert other.certain == {p: straight.certain[p] for p, _ in order}
        assert {frozenset(t.parties) for t in other.ties} == {
            frozenset(t.parties) for t in straight.ties
        }
