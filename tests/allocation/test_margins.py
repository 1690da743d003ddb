"""Margins: the oracle of Kazakhstan 2023, every smaller number tried on small elections, edges."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.allocation.allocate import allocate
from simulator.allocation.margins import next_seat, votes_for_next_seat, votes_to_lose_seat
from simulator.errors import AllocationError

KAZAKHSTAN = {
    "amanat": 3431510, "auyl": 693938, "respublica": 547154, "aqjol": 535139, "qhp": 432920,
    "jsdp": 331058, "baytaq": 146431,
}  # fmt: skip
AGAINST_ALL = 248291
BASE = 6366441
GAIN = {
    "respublica": 19156, "aqjol": 27284, "qhp": 37518, "auyl": 37692, "jsdp": 47318,
    "amanat": 219451,
}  # fmt: skip
LOSE = {
    "jsdp": 13407, "amanat": 54274, "qhp": 57202, "auyl": 61124, "aqjol": 73467,
    "respublica": 96054,
}  # fmt: skip
MONOTONE = ("dhondt", "sainte-lague", "adams", "largest-remainder", "huntington-hill")


def seats_after(party: str, change: int) -> int:
    votes = {**KAZAKHSTAN, party: KAZAKHSTAN[party] + change}
    threshold = {"share": "5%", "base": sum(votes.values()) + AGAINST_ALL}
    return allocate(votes, 69, threshold=threshold, ties="listed-order").seats[party]


def test_the_base_of_the_oracle_is_the_votes_and_those_against_all() -> None:
    assert sum(KAZAKHSTAN.values()) + AGAINST_ALL == BASE


@pytest.mark.parametrize("party", GAIN)
@pytest.mark.parametrize(
    "law",
    [
        {"threshold": "5%", "other_ballots": AGAINST_ALL},
        {"threshold": {"share": "5%", "base": BASE}},
        {"threshold": {
            "share": "5%", "base": "valid-plus-against-all", "valid-plus-against-all": BASE,
        }},
        {"threshold": {"any": [{"share": "5%", "base": str(BASE)}]}},
    ],
    ids=["other ballots", "a number", "a named number", "inside any"],
)  # fmt: skip
def test_kazakhstan_2023(party: str, law: dict[str, object]) -> None:
    more = votes_for_next_seat(KAZAKHSTAN, 69, party, **law)
    less = votes_to_lose_seat(KAZAKHSTAN, 69, party, **law)
    assert (more, less) == (GAIN[party], LOSE[party])


@pytest.mark.parametrize("party", GAIN)
def test_the_seats_change_exactly_there(party: str) -> None:
    now = seats_after(party, 0)
    assert seats_after(party, GAIN[party] - 1) == now < seats_after(party, GAIN[party])
    assert seats_after(party, 1 - LOSE[party]) == now > seats_after(party, -LOSE[party])


def test_an_electorate_does_not_grow_with_the_votes() -> None:
    law = {"share": "5%", "base": "electorate", "electorate": 1000}
    votes = {"a": 900, "b": 40}
    assert votes_for_next_seat(votes, 10, "b", threshold=law) == 10
    assert votes_for_next_seat(votes, 10, "b", threshold={"share": "5%", "base": 1000}) == 11


@given(
    votes=st.lists(st.integers(0, 30), min_size=1, max_size=5),
    seats=st.integers(0, 8),
    method=st.sampled_from(MONOTONE),
    threshold=st.sampled_from([None, "10%", {"share": "20%", "compare": ">"}]),
)
@settings(max_examples=80)
def test_every_smaller_number_was_tried(
    votes: list[int], seats: int, method: str, threshold: object
) -> None:
    counted = {f"p{k}": v for k, v in enumerate(votes)}
    law = {"method": method, "threshold": threshold, "ties": "listed-order"}

    def held(change: int) -> int:
        return allocate({**counted, "p0": votes[0] + change}, seats, **law).seats["p0"]

    now = held(0)
    more = votes_for_next_seat(counted, seats, "p0", method=method, threshold=threshold)
    slow = next((x for x in range(1, 600) if held(x) > now), None)
    assert more == slow if slow is not None or more is None else more >= 600
    less = votes_to_lose_seat(counted, seats, "p0", method=method, threshold=threshold)
    assert less == next((x for x in range(1, votes[0] + 1) if held(-x) < now), None)


def test_nothing_to_gain_and_nothing_to_lose() -> None:
    votes = {"a": 10, "b": 5, "c": 0}
    assert votes_for_next_seat(votes, 3, "a", maximum=2) is None
    assert votes_for_next_seat(votes, 0, "a") is None
    assert votes_to_lose_seat(votes, 3, "c") is None
    assert votes_to_lose_seat(votes, 3, "a", initial={"a": 2}) is None


def test_what_is_not_defined_lies_beyond_the_answer() -> None:
    """With a fixed price the chamber overflows by many votes, and not by the next quota."""
    votes = {"a": 250, "b": 120}
    assert votes_for_next_seat(votes, 4, "a", method="fixed-price", quota=100) == 50
    assert votes_for_next_seat(votes, 3, "a", method="fixed-price", quota=100) is None


def test_fractions_of_votes_and_far_seats() -> None:
    assert votes_for_next_seat({"a": "10.5", "b": 11}, 1, "a") == 1
    assert votes_to_lose_seat({"a": "11.5", "b": 11}, 1, "a") == 1
    assert votes_for_next_seat({"a": 1, "b": 1}, 60, "a", method="macau") == 1


def test_no_such_party_is_a_sentence() -> None:
    with pytest.raises(AllocationError, match='did you mean "amanat"'):
        votes_for_next_seat(KAZAKHSTAN, 69, "amanatt")


def test_the_next_seat_is_that_of_the_runner_up() -> None:
    law = {"threshold": {"share": "5%", "base": BASE}}
    found = next_seat(allocate(KAZAKHSTAN, 69, **law), 69, **law)
    assert found is not None
    assert (found.party, found.votes) == ("respublica", 19156)
    assert found.seats == {
        "amanat": 39, "auyl": 8, "respublica": 7, "aqjol": 6, "qhp": 5, "jsdp": 4, "baytaq": 0,
    }  # fmt: skip
    assert next_seat(allocate({"a": 3}, 2), 2) is None
