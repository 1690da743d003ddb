"""Kernels equal the exact twins on adversarial elections, ties and edge cases included.

Exactness is proved by sizes: with at most 2e9 votes and 1,000 seats the largest product is
4 x 2e9 x 1001 = 8.008e12, far below 2^53 = 9.007e15.
"""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.allocation.law import LoneClause, allocate_by_law
from simulator.system.law import prove_exact
from tests.allocation.blocks import divisors, law, remainders
from tests.allocation.elections import elections, houses, kinds, seeds, sizes
from tests.allocation.plain import divisor, largest_remainder

SPLITS = (Fraction(1), Fraction(1, 2))


@given(kinds, sizes, houses, seeds)
@settings(max_examples=250)
def test_largest_remainders(kind: str, parties: int, house: int, seed: int) -> None:
    drawn = elections(kind, parties, seed)
    found = remainders(drawn, house)
    for k, votes in enumerate(drawn):
        judge = largest_remainder(votes, house)
        assert tuple(found.seats[k]) == judge.seats
        assert bool(found.tied[k]) == bool(judge.tied)
        assert bool(found.vacant[k]) == bool(judge.vacant)


@given(
    kinds, st.integers(1, 12), st.sampled_from([1, 2, 7, 31, 69]), seeds, st.sampled_from(SPLITS)
)
@settings(max_examples=120)
def test_divisor_methods(kind: str, parties: int, house: int, seed: int, split: Fraction) -> None:
    drawn = elections(kind, parties, seed, 64)
    found = divisors(drawn, house, float(split))
    for k, votes in enumerate(drawn):
        judge = divisor(votes, house, split)
        assert tuple(found.seats[k]) == judge.seats
        assert bool(found.tied[k]) == bool(judge.tied)


@pytest.mark.parametrize("split", SPLITS)
def test_divisor_methods_with_1000_seats_and_40_parties(split: Fraction) -> None:
    for kind in ("huge", "steep", "ties"):
        drawn = elections(kind, 40, 5, 8)
        found = divisors(drawn, 1000, float(split))
        for k, votes in enumerate(drawn):
            assert tuple(found.seats[k]) == divisor(votes, 1000, split).seats


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
