"""Kernels equal the exact twins on adversarial elections, ties and edge cases included.

Exactness is proved by sizes: with at most 2e9 votes and 1,000 seats the largest product is
4 x 2e9 x 1001 = 8.008e12, far below 2^53 = 9.007e15.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numba
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator import AllocationError, allocate, allocate_many
from simulator.allocation.law import LoneClause, allocate_by_law
from simulator.kernels.wide import compare_products
from simulator.system.law import prove_exact
from tests.allocation.blocks import law
from tests.allocation.elections import elections, houses, kinds, seeds, sizes
from tests.allocation.plain import largest_remainder

DIVISORS: list[tuple[str, dict[str, Any]]] = [
    ("dhondt", {}), ("sainte-lague", {}), ("imperiali-divisor", {}), ("danish", {}), ("adams", {}),
    ("dean", {}), ("huntington-hill", {}), ("modified-sainte-lague", {}),
    ("modified-sainte-lague", {"first_divisor": "0.6"}), ("macau", {}), ("power-divisor", {}),
    ("power-divisor", {"exponent": "1/2"}),
    ("power-divisor", {"exponent": "1/50"}), ("power-divisor", {"exponent": "2"}),
    ("stationary", {"split": "1/7"}), ("stationary", {"split": "7/3"}),
    ("quota-then-divisor", {}),
    ("divisor-list", {"divisors": ["1.5", 2, "2.5", 5, *range(6, 2100, 2)]}),
]  # fmt: skip
QUOTAS = ["hare", "droop", "hagenbach-bischoff", "imperiali", "reinforced-imperiali", "50000/7"]
ROUNDINGS = ["exact", "floor", "ceil", "half-up"]


def assert_agree(drawn: list[list[int]], house: int, method: str, options: dict[str, Any]) -> None:
    """Compare seats and ties of every election with the judge; nothing may be judged silently."""
    rows = np.array(drawn, np.int64)
    found = allocate_many(rows, house, method, **options)
    for k, votes in enumerate(drawn):
        named = {str(p): v for p, v in enumerate(votes)}
        judge = allocate(named, house, method, ties="listed-order", **options)
        assert found[k].tolist() == list(judge.seats.values()), (votes, house, method, options)
        assert bool(found.tied[k]) == bool(judge.ties), (votes, house, method, options)


@given(kinds, sizes, houses, seeds)
@settings(max_examples=60)
def test_largest_remainders_against_the_plain_twin(
    kind: str, parties: int, house: int, seed: int
) -> None:
    drawn = elections(kind, parties, seed)
    found = allocate_many(np.array(drawn), house)
    for k, votes in enumerate(drawn):
        plain = largest_remainder(votes, house)
        assert tuple(found[k].tolist()) == plain.seats
        assert bool(found.tied[k]) == bool(plain.tied)
    assert found.judged == 0


@pytest.mark.parametrize(("method", "options"), DIVISORS, ids=lambda v: str(v)[:30])
@given(kinds, st.integers(1, 12), st.sampled_from([1, 2, 3, 7, 31, 69]), seeds)
@settings(max_examples=25)
def test_divisor_methods(
    method: str, options: dict[str, Any], kind: str, parties: int, house: int, seed: int
) -> None:
    assert_agree(elections(kind, parties, seed, 24), house, method, options)


@pytest.mark.parametrize("quota", QUOTAS)
@given(kinds, st.integers(1, 12), st.sampled_from([1, 2, 3, 7, 31, 69]), seeds, st.data())
@settings(max_examples=30)
def test_quotas(
    quota: str, kind: str, parties: int, house: int, seed: int, data: st.DataObject
) -> None:
    rounding = "exact" if quota[0].isdigit() else data.draw(st.sampled_from(ROUNDINGS))
    options = {"quota": quota, "rounding": rounding, "on_overflow": "subtract-smallest-remainder"}
    drawn = elections(kind, parties, seed, 24)
    if rounding in ("floor", "half-up"):
        # A quota that rounds to zero votes is refused, see test_a_quota_of_no_votes.
        drawn = [v for v in drawn if sum(v) == 0 or sum(v) >= 2 * (house + 3)] or [[1000] * parties]
    assert_agree(drawn, house, "largest-remainder", options)


@pytest.mark.parametrize(("method", "options"), DIVISORS, ids=lambda v: str(v)[:30])
def test_1000_seats_and_40_parties(method: str, options: dict[str, Any]) -> None:
    for kind in ("huge", "steep", "ties"):
        assert_agree(elections(kind, 40, 5, 4), 1000, method, options)


@pytest.mark.parametrize("quota", QUOTAS[:-1])
def test_quotas_with_1000_seats_and_40_parties(quota: str) -> None:
    options = {"quota": quota, "on_overflow": "subtract-smallest-remainder"}
    for kind in ("huge", "steep", "ties"):
        assert_agree(elections(kind, 40, 5, 8), 1000, "largest-remainder", options)


def test_what_the_kernel_cannot_decide_goes_to_the_judge() -> None:
    """Equal quotients of 2^0.9 and 1, and quotients that differ in the twentieth digit."""
    power = 1024 * 3**10
    close = [[10**9, 10**9, 1], [2**9 * power, power, 1], [999_999_937, 535_886_731, 0]]
    found = allocate_many(close, 3, "power-divisor")
    assert found.judged >= 1
    assert_agree(close, 3, "power-divisor", {})
    # Certified draws never reach the judge.
    assert allocate_many([[700, 200, 101]], 3, "power-divisor").judged == 0


@pytest.mark.parametrize(("method", "options"), DIVISORS, ids=lambda v: str(v)[:30])
def test_a_thousand_million_votes_for_every_party(method: str, options: dict[str, Any]) -> None:
    """The kernels decide them, not the judge, unless a power is too steep."""
    rng = np.random.default_rng(8)
    rows = rng.integers(0, 10**9 + 1, (12, 40))
    rows[0], rows[1, :20] = 10**9, 10**9
    for seats in (69, 1000):
        assert_agree(rows.tolist(), seats, method, options)
        # The fiftieth power of so many votes is beyond what the kernels take a first guess from.
        steep = options.get("exponent") == "1/50"
        assert allocate_many(rows[2:], seats, method, **options).judged == (10 if steep else 0)


def test_more_votes_than_are_proved_exact_go_to_the_judge() -> None:
    rows = [[2**60, 2**60 - 1, 5], [7, 5, 3]]
    found = allocate_many(rows, 11, "dhondt")
    assert found.judged == 1
    assert_agree(rows, 11, "dhondt", {})


def test_a_quota_of_no_votes() -> None:
    with pytest.raises(AllocationError, match="row 1: quota"):
        allocate_many([[70, 30], [1, 1]], 10, quota="hare", rounding="floor")


def test_overflow_is_never_silent() -> None:
    rows = [[50, 26, 24], [40, 35, 25]]
    with pytest.raises(AllocationError, match=r"E504.*row 0"):
        allocate_many(rows, 2, quota="imperiali")
    for choice in ("subtract-smallest-remainder", "larger-quota", "enlarge-chamber"):
        found = allocate_many(rows, 2, quota="imperiali", on_overflow=choice, ties="listed-order")
        for k, row in enumerate(rows):
            named = dict(zip("abc", row, strict=True))
            single = allocate(named, 2, quota="imperiali", on_overflow=choice, ties="listed-order")
            assert found[k].tolist() == list(single.seats.values())


@pytest.mark.parametrize("rule", ["error", "larger-party", "smaller-party", "lot", "report"])
def test_tie_rules(rule: str) -> None:
    rows = np.array([[10, 10, 1], [30, 20, 10], [7, 2, 1]])
    if rule == "error":
        with pytest.raises(AllocationError, match="row 0"):
            allocate_many(rows, 1, "dhondt", ties=rule)
        return
    found = allocate_many(rows, 4, "sainte-lague", ties=(rule, "listed-order"), seed=1)
    assert found.sum(axis=1).tolist() == [4, 4, 4]
    for k, row in enumerate(rows):
        named = {str(p): int(v) for p, v in enumerate(row)}
        single = allocate(named, 4, "sainte-lague", ties=(rule, "listed-order"), seed=f"1/{k}")
        assert found[k].tolist() == list(single.seats.values())
        assert bool(found.tied[k]) == bool(single.ties)


@given(kinds, st.integers(1, 9), seeds, st.sampled_from(["5%", "12.5%", "1/3"]), st.booleans())
@settings(max_examples=40)
def test_thresholds(kind: str, parties: int, seed: int, share: str, strict: bool) -> None:
    threshold = {"share": share, "compare": ">" if strict else ">="}
    drawn = elections(kind, parties, seed, 24)
    for bar in (threshold, threshold | {"base": 60}, {"rank": 2}):
        assert_agree(drawn, 7, "largest-remainder", {"threshold": bar})


@pytest.mark.parametrize("options", [{"minimum": 1}, {"maximum": 3}, {"initial": {"0": 2}}])
def test_bounds_go_to_the_judge(options: dict[str, Any]) -> None:
    drawn = [[5, 3, 2], [900, 50, 50]]
    found = allocate_many(drawn, 7, "dhondt", **options)
    assert found.judged == 2
    assert_agree(drawn, 7, "dhondt", options)


def test_memory_order_and_dtypes_change_nothing() -> None:
    rows = np.array(elections("national", 7, 3, 600))
    one = allocate_many(rows, 69, "dhondt")
    for other in (np.asfortranarray(rows), rows[::-1][::-1], rows.astype(np.uint32)):
        assert np.array_equal(one, allocate_many(other, 69, "dhondt"))


@pytest.mark.parametrize(
    "votes", [[[0.5, 1.0]], [[True, False]], [1, 2], [["a", "b"]], [[-1, 5]], np.zeros((2, 0), int)]
)
def test_bad_votes_are_refused(votes: Any) -> None:
    with pytest.raises(AllocationError):
        allocate_many(votes, 5)


def test_no_draws_no_seats_and_no_votes() -> None:
    assert allocate_many(np.zeros((0, 3), int), 5).shape == (0, 3)
    assert allocate_many([[3, 2]], 0).tolist() == [[0, 0]]
    assert allocate_many([[0, 0], [3, 2]], 5).tolist() == [[0, 0], [3, 2]]


def test_products_are_compared_in_128_bits() -> None:
    rng = np.random.default_rng(5)
    for _ in range(2000):
        a, b, c, d = (int(rng.integers(0, 2**63)) >> int(rng.integers(0, 62)) for _ in range(4))
        d = a * b // max(c, 1) if rng.random() < 0.5 and c and a * b // c < 2**64 else d
        expected = (a * b > c * d) - (a * b < c * d)
        assert compared(*(np.uint64(x) for x in (a, b, c, d))) == expected


@numba.njit
def compared(a, b, c, d):  # type: ignore[no-untyped-def]
    return compare_products(a, b, c, d)


SHARES = ((1, 20), (7, 100), (1, 3), (1, 2), (0, 1))


@given(
    kinds, st.integers(1, 9), houses, seeds, st.sampled_from(SHARES),
    st.booleans(), st.booleans(), st.booleans(),
)  # fmt: skip
@settings(max_examples=150)
def test_the_law(
    kind: str, parties: int, house: int, seed: int, share: tuple[int, int], strict: bool,
    admit_all: bool, lone: bool,
) -> None:  # fmt: skip
    drawn = elections(kind, parties, seed)
    clause = lone and house >= 2
    bases = [sum(votes) for votes in drawn]
    found = law(drawn, bases, house, share, strict=strict, admit_all=admit_all, lone=clause)
    for k, votes in enumerate(drawn):
        judge = allocate_by_law(
            votes, base=bases[k], seats=house, method="largest-remainder",
            threshold=Fraction(*share), strict=strict,
            none_pass="admit-all" if admit_all else "admit-largest",
            lone=LoneClause(Fraction(7, 10), 2) if clause else None,
        )  # fmt: skip
        assert tuple(found.seats[k]) == judge.seats
        assert bool(found.nobody[k]) == judge.nobody_passed
        assert bool(found.one[k]) == judge.one_passed
        assert bool(found.tied[k]) == bool(judge.tied)


@given(st.integers(1, 10**7), st.integers(1, 100))
def test_a_list_exactly_at_the_threshold_passes(unit: int, percent: int) -> None:
    """percent of 100 * unit votes is percent * unit votes, to the vote."""
    edge = percent * unit
    below, base = edge - 1, 100 * unit
    drawn = [[edge, base - edge], [below, base - below]]
    found = law(drawn, [base, base], 10, (percent, 100), strict=False, admit_all=True, lone=False)
    twin = [
        allocate_by_law(votes, base=base, seats=10, method="largest-remainder",
                        threshold=Fraction(percent, 100))
        for votes in drawn
    ]  # fmt: skip
    for k, judge in enumerate(twin):
        assert tuple(found.seats[k]) == judge.seats
        assert bool(found.nobody[k]) == judge.nobody_passed


def test_the_bound_is_proved_and_beyond_it_is_refused() -> None:
    prove_exact(2_000_000_000, 1_000, Fraction(1, 20))
    with pytest.raises(ValueError, match="bound"):
        prove_exact(2_000_000_001, 1_000, Fraction(1, 20))
    with pytest.raises(ValueError, match="2\\^53"):
        prove_exact(2_000_000_000, 1_000, Fraction(1, 10**9 + 7))
