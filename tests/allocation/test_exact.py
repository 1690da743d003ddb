"""The judge judged: textbook facts, other libraries, properties of the methods."""

from __future__ import annotations

from fractions import Fraction

import pytest
from apportionment import methods as apportionment
from hypothesis import assume, given
from hypothesis import strategies as st
from votelib.evaluate.proportional import HighestAverages, LargestRemainder

from simulator.allocation import registry
from simulator.allocation.allocate import allocate
from simulator.allocation.law import LoneClause, allocate_by_law
from tests.allocation.plain import divisor, largest_remainder

VOTES = st.lists(st.integers(0, 10_000), min_size=1, max_size=9).filter(any)
SEATS = st.integers(0, 60)


@given(VOTES, SEATS)
def test_seats_add_up_and_nobody_gets_one_without_votes(votes: list[int], seats: int) -> None:
    for outcome in (
        largest_remainder(votes, seats),
        divisor(votes, seats, Fraction(1)),
        divisor(votes, seats, Fraction(1, 2)),
    ):
        assert sum(outcome.seats) == seats
        assert min(outcome.seats) >= 0
        assert all(s == 0 for s, v in zip(outcome.seats, votes, strict=True) if v == 0)


@given(VOTES, SEATS)
def test_largest_remainders_stay_within_the_quota(votes: list[int], seats: int) -> None:
    total = sum(votes)
    for s, v in zip(largest_remainder(votes, seats).seats, votes, strict=True):
        assert v * seats // total <= s <= -(-v * seats // total)


@given(VOTES, SEATS, st.sampled_from([Fraction(1), Fraction(1, 2)]))
def test_divisor_methods_are_house_monotone(votes: list[int], seats: int, split: Fraction) -> None:
    less, more = divisor(votes, seats, split).seats, divisor(votes, seats + 1, split).seats
    assert all(a <= b for a, b in zip(less, more, strict=True))


def test_largest_remainders_are_not_the_alabama_paradox() -> None:
    votes = [6, 6, 2]
    assert largest_remainder(votes, 10).seats == (4, 4, 2)
    assert largest_remainder(votes, 11).seats == (5, 5, 1)


@given(VOTES, SEATS, st.integers(2, 50))
def test_scaling_changes_nothing(votes: list[int], seats: int, factor: int) -> None:
    scaled = [factor * v for v in votes]
    assert largest_remainder(scaled, seats) == largest_remainder(votes, seats)
    assert divisor(scaled, seats, Fraction(1)) == divisor(votes, seats, Fraction(1))


@given(VOTES, SEATS)
def test_a_party_without_votes_changes_nothing(votes: list[int], seats: int) -> None:
    assert largest_remainder([*votes, 0], seats).seats[:-1] == largest_remainder(votes, seats).seats


@given(VOTES, SEATS, st.randoms(use_true_random=False))
def test_order_matters_only_in_ties(votes: list[int], seats: int, random: object) -> None:
    order = list(range(len(votes)))
    random.shuffle(order)  # type: ignore[attr-defined]
    for method in (largest_remainder, lambda v, s: divisor(v, s, Fraction(1))):
        straight = method(votes, seats)
        assume(not straight.tied)
        mixed = method([votes[k] for k in order], seats)
        assert [mixed.seats[order.index(k)] for k in range(len(votes))] == list(straight.seats)


@given(st.lists(st.integers(1, 10_000), min_size=2, max_size=8), st.integers(1, 60))
def test_other_libraries_agree(votes: list[int], seats: int) -> None:
    parties = [str(k) for k in range(len(votes))]
    theirs = dict(zip(parties, votes, strict=True))
    for outcome, evaluator, name in (
        (largest_remainder(votes, seats), LargestRemainder("hare"), "hamilton"),
        (divisor(votes, seats, Fraction(1)), HighestAverages("d_hondt"), "dhondt"),
        (divisor(votes, seats, Fraction(1, 2)), HighestAverages("sainte_lague"), "saintelague"),
    ):
        if outcome.tied:
            continue
        found = evaluator.evaluate(theirs, seats)
        assert [found.get(p, 0) for p in parties] == list(outcome.seats)
        assert list(apportionment.compute(name, votes, seats, verbose=False)) == list(outcome.seats)


def test_ties_are_reported_and_go_to_the_list_named_first() -> None:
    outcome = largest_remainder([10, 10, 10], 4)
    assert outcome.seats == (2, 1, 1)
    assert outcome.tied == (0, 1, 2)
    assert outcome.tied_seats == 1


def test_a_tie_among_winners_is_no_tie() -> None:
    assert largest_remainder([10, 10], 2).tied == ()
    assert divisor([10, 10], 2, Fraction(1)).tied == ()


def test_no_votes_leave_the_seats_vacant() -> None:
    assert largest_remainder([0, 0], 5).vacant == 5
    assert divisor([0, 0], 5, Fraction(1)).vacant == 5


def test_the_lone_list_clause() -> None:
    """One list passes: two in ten seats for the runner-up become 0.7 of that, at least two."""
    clause = LoneClause(Fraction(7, 10), 2)

    def seats(votes: list[int], house: int) -> tuple[int, ...]:
        return allocate_by_law(
            votes, base=sum(votes), seats=house, method="largest-remainder",
            threshold=Fraction(7, 100), lone=clause,
        ).seats  # fmt: skip

    assert seats([950, 30, 20], 98) == (96, 2, 0)
    assert seats([9_400, 600], 98) == (94, 4)
    assert seats([1000, 0], 98) == (98, 0)


def test_nobody_passes() -> None:
    def seats(rule: str) -> tuple[int, ...]:
        return allocate_by_law(
            [30, 35, 35], base=100, seats=10, method="largest-remainder",
            threshold=Fraction(1, 2), none_pass=rule,
        ).seats  # fmt: skip

    assert seats("admit-all") == (3, 4, 3)
    assert seats("admit-largest") == (0, 10, 0)


def test_plurality_goes_to_the_first_of_equals() -> None:
    tied = allocate({"a": 3, "b": 5, "c": 5}, 1, "plurality", ties="listed-order")
    assert tied.seats == {"a": 0, "b": 1, "c": 0}
    assert tied.ties[0].parties == ("b", "c")
    assert allocate({"a": 3, "b": 4, "c": 5}, 1, "fptp").seats == {"a": 0, "b": 0, "c": 1}


def test_methods_are_found_by_alias() -> None:
    assert registry.get("hamilton").id == "largest-remainder"
    assert registry.get("webster").split == Fraction(1, 2)
    with pytest.raises(LookupError):
        registry.get("no-such-method")
    ids = [m.id for m in registry.all_methods()]
    assert len(set(ids)) == len(ids) >= 4
