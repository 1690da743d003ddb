"""Dutch councils: the Kieswet, articles P 5 to P 10, against brute force and worked cases."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from simulator.allocation.allocate import allocate
from simulator.errors import AllocationError, TiedSeats
from tests.allocation import reference
from tests.allocation.lots import agree, named

COUNCIL = "dutch-council"
SMALL = st.lists(st.integers(0, 40), min_size=1, max_size=6).filter(any)
MAJORITY = st.lists(st.integers(0, 30), min_size=1, max_size=5).map(lambda v: [sum(v) + 1, *v])


@settings(max_examples=200)
@given(st.one_of(SMALL, MAJORITY), st.integers(1, 24))
def test_all_outcomes(votes: list[int], seats: int) -> None:
    outcomes = reference.dutch_council([Fraction(v) for v in votes], seats)
    assume(len(outcomes) < 60)
    agree(votes, seats, COUNCIL, outcomes, stages=2)


@settings(max_examples=200)
@given(st.one_of(SMALL, MAJORITY), st.integers(1, 24), st.lists(st.integers(0, 9), min_size=6))
def test_exhausted_lists(votes: list[int], seats: int, most: list[int]) -> None:
    limit = most[: len(votes)]
    outcomes = reference.dutch_council([Fraction(v) for v in votes], seats, limit)
    assume(len(outcomes) < 60)
    agree(votes, seats, COUNCIL, outcomes, stages=2, maximum=named(limit))


def seats_of(votes: list[int], seats: int) -> list[int]:
    return list(allocate(named(votes), seats, COUNCIL).seats.values())


@pytest.mark.parametrize(
    ("seats", "votes", "expected"),
    [
        (15, [480, 160, 160, 160, 80, 80, 80], [6, 2, 2, 2, 1, 1, 1]),  # no residual seats
        (15, [540, 160, 160, 80, 80, 80, 60, 40], [7, 2, 2, 1, 1, 1, 1, 0]),  # remainders
        (15, [808, 59, 58, 57, 56, 55, 54, 53], [12, 1, 1, 1, 0, 0, 0, 0]),  # below 75%: averages
        (15, [480, 240, 240, 55, 50, 45, 45, 45], [7, 4, 4, 0, 0, 0, 0, 0]),  # remainders of 0
        (10, [0, 3, 5, 6, 7, 79], [0, 0, 0, 0, 1, 9]),
        (15, [2571, 977, 567, 536, 453], [8, 3, 2, 1, 1]),  # P 9, municipal election of 2022
    ],
)
def test_worked_cases(seats: int, votes: list[int], expected: list[int]) -> None:
    """Cases of the Electoral Council's own software: github.com/kiesraad/abacus, EUPL-1.2."""
    assert seats_of(votes, seats) == expected


def test_the_line_between_small_and_large_councils() -> None:
    votes = [1000, 100, 90]
    small, large = seats_of(votes, 18), seats_of(votes, 19)
    assert small == [15, 2, 1]
    assert large == [17, 1, 1]


def test_several_lists_had_the_last_seats() -> None:
    """P 9: three won a seat on the same remainder, and a lot decides whose falls."""
    votes = {"a": 2552, "b": 511, "c": 511, "d": 511, "e": 509, "f": 509}
    with pytest.raises(TiedSeats) as tie:
        allocate(votes, 15, COUNCIL)
    assert (tie.value.parties, tie.value.seats) == (("b", "c", "d"), 2)
    found = allocate(votes, 15, COUNCIL, ties="lot", lots=[["b", "d"]])
    assert found.seats == {"a": 8, "b": 2, "c": 1, "d": 2, "e": 1, "f": 1}
    assert found.certain == {"a": 8, "b": 1, "c": 1, "d": 1, "e": 1, "f": 1}


def test_half_of_the_votes_is_no_majority() -> None:
    found = allocate({"a": 500, "b": 300, "c": 200}, 7, COUNCIL)
    assert not any(step.rule == "absolute majority" for step in found.steps)


def test_a_majority_list_without_candidates_passes_its_seat_on() -> None:
    """P 9 comes before P 10: the seat goes back to the list that lost it."""
    votes = named([2571, 977, 567, 536, 453])
    assert allocate(votes, 15, COUNCIL, maximum={"a": 7}).seats == named([7, 3, 2, 2, 1])


def test_a_council_starts_empty() -> None:
    with pytest.raises(AllocationError) as fault:
        allocate({"a": 0, "b": 10}, 1, COUNCIL, initial={"a": 1})
    assert fault.value.code == "E503"
