"""Ties: always reported, decided by the rule that was named, never silently."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.allocation.allocate import allocate
from simulator.errors import AllocationError, TiedSeats
from tests.allocation.lots import by_every_lot, check, named

LEVEL = {"a": 10, "b": 10, "c": 10}
TIED_VOTES = st.lists(st.integers(1, 4), min_size=2, max_size=5)
TYPICAL = ["largest-remainder", "dhondt", "adams", "plurality", "party-block", "dutch-council",
           "balinski-young-quota", "quota-then-divisor"]  # fmt: skip


def test_an_undecided_tie_is_an_error_that_says_who_and_for_how_many() -> None:
    with pytest.raises(TiedSeats, match=r"a, b, c are level .* for 2 seats") as tie:
        allocate(LEVEL, 5, "dhondt")
    assert (tie.value.parties, tie.value.seats, tie.value.code) == (("a", "b", "c"), 2, "E505")


def test_a_tie_among_parties_that_all_get_the_seat_is_none() -> None:
    for method in TYPICAL:
        if method != "party-block":
            assert not allocate(LEVEL, 3, method).ties


def test_report_leaves_it_open() -> None:
    found = allocate(LEVEL, 4, ties="report")
    assert found.seats == {"a": 2, "b": 1, "c": 1}
    assert found.certain == {"a": 1, "b": 1, "c": 1}
    (tie,) = found.ties
    assert (tie.parties, tie.seats, tie.winners, tie.rule) == (("a", "b", "c"), 1, ("a",), "report")
    assert not tie.decided


def test_listed_order() -> None:
    found = allocate({"c": 10, "a": 10, "b": 10}, 2, ties="listed-order")
    assert found.seats == {"c": 1, "a": 1, "b": 0}
    assert found.ties[0].winners == ("c", "a")


def test_larger_and_smaller_party() -> None:
    """A second quotient of 10 and a first of 10."""
    votes = {"small": 10, "large": 20}
    assert allocate(votes, 2, "dhondt", ties="larger-party").seats == {"small": 0, "large": 2}
    assert allocate(votes, 2, "dhondt", ties="smaller-party").seats == {"small": 1, "large": 1}


def test_equal_votes_are_not_decided_by_size() -> None:
    votes = {"a": 10, "b": 10, "c": 20}
    with pytest.raises(TiedSeats, match="larger-party does not decide it") as tie:
        allocate(votes, 3, "dhondt", ties="larger-party")
    assert (tie.value.parties, tie.value.seats) == (("a", "b"), 1)
    found = allocate(votes, 3, "dhondt", ties=("larger-party", "listed-order"))
    assert found.seats == {"a": 1, "b": 0, "c": 2}
    assert found.ties[0].parties == ("a", "b", "c")
    assert found.ties[0].rule == "larger-party, listed-order"


def test_a_lot_is_repeated_by_its_seed() -> None:
    seen = set()
    for seed in range(40):
        one, other = (allocate(LEVEL, 1, ties="lot", seed=s) for s in (seed, str(seed)))
        assert one.seats == other.seats
        assert one.ties[0].rule == "lot"
        seen.add(one.lots)
    assert seen == {(("a",),), (("b",),), (("c",),)}


def test_a_lot_does_not_depend_on_the_order_of_the_list() -> None:
    for seed in range(10):
        one = allocate(LEVEL, 2, ties="lot", seed=seed)
        other = allocate(dict(reversed(LEVEL.items())), 2, ties="lot", seed=seed)
        assert one.seats == other.seats


@settings(max_examples=40)
@given(TIED_VOTES, st.integers(1, 6), st.sampled_from(TYPICAL), st.integers(0, 9))
def test_a_draw_can_be_fed_back(votes: list[int], seats: int, method: str, seed: int) -> None:
    drawn = allocate(named(votes), seats, method, ties="lot", seed=seed)
    check(drawn, seats)
    again = [[t.winners for t in drawn.ties], drawn.lots, [list(lot) for lot in drawn.lots]]
    for lots in again:
        fed = allocate(named(votes), seats, method, ties="lot", lots=lots)
        assert fed.seats == drawn.seats
        assert fed.ties == drawn.ties


def test_an_outside_draw_after_another_rule() -> None:
    votes = {"a": 10, "b": 10, "c": 20}
    rules = ("larger-party", "lot")
    for lot in (["b"], ["c", "b"], "b"):
        found = allocate(votes, 3, "dhondt", ties=rules, lots=[lot])
        assert found.seats == {"a": 0, "b": 1, "c": 2}
    assert found.lots == (("b",),)
    assert allocate(votes, 3, "dhondt", ties=rules, lots=found.lots).seats == found.seats


@pytest.mark.parametrize(
    "lots", [[["z"]], [["a", "b"]], [[]], [["a", "a"]], [["a"], ["b"]], [["c"]]]
)
def test_a_wrong_outcome_is_refused(lots: list[list[str]]) -> None:
    with pytest.raises(AllocationError) as fault:
        allocate({"a": 10, "b": 10, "c": 2}, 1, ties="lot", lots=lots)
    assert fault.value.code == "E508"


def test_a_lot_that_nobody_needs_is_refused() -> None:
    with pytest.raises(AllocationError, match="1 lots were fed back, and 0 had to be drawn"):
        allocate({"a": 6, "b": 4}, 10, ties="lot", lots=[["a"]])


def test_a_lot_that_is_still_to_be_drawn_names_who_draws() -> None:
    with pytest.raises(TiedSeats, match=r"give seed=, or the outcome with lots=") as tie:
        allocate(LEVEL, 1, ties="lot")
    assert tie.value.parties == ("a", "b", "c")


@pytest.mark.parametrize("ties", ["coin", (), [], None, 5, ("lot", "coin"), ""])
def test_no_tie_rule(ties: Any) -> None:
    with pytest.raises(AllocationError) as fault:
        allocate(LEVEL, 1, ties=ties)
    assert fault.value.code == "E508"


@settings(max_examples=60)
@given(TIED_VOTES, st.integers(1, 6), st.sampled_from(TYPICAL))
def test_certain_is_the_least_over_all_lots(votes: list[int], seats: int, method: str) -> None:
    every = by_every_lot(named(votes), seats, method)
    least = {p: min(one.seats[p] for one in every) for p in named(votes)}
    assert all(one.certain == least for one in every)
    assert allocate(named(votes), seats, method, ties="report").certain == least


def test_too_many_outcomes_to_try() -> None:
    """C(20, 10) winners of a bonus' worth of ties: nothing but the seats held is certain."""
    votes = dict.fromkeys("abcdefghijklmnopqrst", 5)
    found = allocate(votes, 11, "winner-bonus", bonus=1, ties="report", initial={"a": 1})
    assert len(found.ties) == 2
    assert found.certain == {p: int(p == "a") for p in votes}


# ----------------------------------------------------------------------- plurality and two rounds


def test_plurality_in_one_and_several_seats() -> None:
    votes = {"a": 5, "b": 3, "c": 2}
    assert allocate(votes, 1, "fptp").seats == {"a": 1, "b": 0, "c": 0}
    assert allocate(votes, 2, "block-vote").seats == {"a": 1, "b": 1, "c": 0}
    assert allocate(votes, 5, "plurality").vacant == 2
    assert allocate(votes, 4, "party-block").seats == {"a": 4, "b": 0, "c": 0}
    assert allocate(votes, 4, "party-block", maximum={"a": 3}).vacant == 1


def test_a_level_block() -> None:
    found = allocate({"a": 5, "b": 5, "c": 1}, 3, "party-block", ties="lot", lots=[["b"]])
    assert found.seats == {"a": 0, "b": 3, "c": 0}
    assert found.certain == {"a": 0, "b": 0, "c": 0}


FIRST = {"a": 45, "b": 35, "c": 20}


def test_two_rounds() -> None:
    def winner(votes: dict[str, int], **rule: Any) -> str:
        (party,) = [p for p, s in allocate(votes, 1, "two-round", **rule).seats.items() if s]
        return party

    assert winner({"a": 51, "b": 49}) == "a"
    assert winner(FIRST, second_votes={"a": 40, "b": 60}) == "b"
    assert winner(FIRST, majority="45%", second_votes={"a": 1, "b": 2}) == "b"
    assert winner(FIRST, majority="44%") == "a"
    assert winner({"a": 50, "b": 30, "c": 20}, second_votes={"a": 1, "b": 2}) == "b"
    assert winner(FIRST, runoff_size=3, second_votes={"a": 1, "b": 2, "c": 3}) == "c"


@pytest.mark.parametrize(
    ("rule", "code"),
    [({}, "E502"), ({"second_votes": {"c": 1}}, "E502"), ({"second_votes": {"z": 1}}, "E502"),
     ({"runoff_size": 1}, "E507"), ({"runoff_size": 0}, "E507"),
     ({"second_votes": {"a": 1.5}}, "E501")],
)  # fmt: skip
def test_no_second_round(rule: dict[str, Any], code: str) -> None:
    with pytest.raises(AllocationError) as fault:
        allocate(FIRST, 1, "two-round-runoff", **rule)
    assert fault.value.code == code
    with pytest.raises(AllocationError, match="fills one seat"):
        allocate(FIRST, 2, "two-round-runoff")


def test_a_tie_for_the_second_round() -> None:
    """Who took part in it is known from its votes."""
    votes = {"a": 40, "b": 30, "c": 30}
    for lot, second in (("b", {"a": 40, "b": 60}), ("c", {"a": 40, "c": 60})):
        found = allocate(votes, 1, "two-round", second_votes=second, ties="lot", lots=[[lot]])
        assert found.seats[lot] == found.certain[lot] == 1
        assert found.ties[0].stage == "a place in the second round"
    assert allocate(
        votes, 1, "two-round", second_votes={"a": 40, "b": 60}, ties="report"
    ).seats == {"a": 0, "b": 1, "c": 0}


def test_level_rounds_are_ties() -> None:
    both = {"a": 45, "b": 45, "c": 10}
    with pytest.raises(TiedSeats):
        allocate(both, 1, "two-round", majority="40%")
    with pytest.raises(TiedSeats):
        allocate(both, 1, "two-round", second_votes={"a": 5, "b": 5})
    found = allocate(both, 1, "two-round", second_votes={"a": 0, "b": 0})
    assert found.vacant == 1
    assert not found.ties
