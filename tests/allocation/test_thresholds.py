"""Thresholds: exact shares, every base, alternatives, and what they refuse."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.allocation.allocate import allocate
from simulator.allocation.law import allocate_by_law
from simulator.allocation.outcome import Allocation
from simulator.allocation.threshold import admit, least_votes
from simulator.allocation.ties import Tie
from simulator.errors import ADMISSION, AllocationError, TiedSeats
from tests.allocation.lots import named

COUNTS = st.lists(st.integers(0, 60), min_size=1, max_size=6)
BAR = st.integers(0, 100)
STRICT = st.booleans()
VOTES: dict[str, Any] = {"a": 60, "b": 33, "c": 7}


def compare(strict: bool) -> str:
    return ">" if strict else ">="


def who(votes: dict[str, Any], threshold: object, **rest: Any) -> list[str]:
    return list(admit(votes, threshold, **rest))


@settings(max_examples=200)
@given(COUNTS, BAR, STRICT, st.sampled_from([None, 1, 97, 400]))
def test_shares(counts: list[int], bar: int, strict: bool, base: int | None) -> None:
    whole = sum(counts) if base is None else base
    rule: dict[str, Any] = {"share": f"{bar}%", "compare": compare(strict)}
    if base is not None:
        rule["base"] = base
    passed = [
        v > 0 and (100 * v > bar * whole or (100 * v == bar * whole and not strict)) for v in counts
    ]
    votes = named(counts)
    assert who(votes, rule) == [p for p, ok in zip(votes, passed, strict=True) if ok]
    least = least_votes(Fraction(bar, 100), whole, strict)
    assert passed == [v > 0 and v >= least for v in counts]


@given(COUNTS, st.integers(0, 60), st.integers(0, 6), STRICT)
def test_votes_rank_and_both(counts: list[int], bar: int, rank: int, strict: bool) -> None:
    votes = named(counts)
    order = sorted(counts, reverse=True)
    enough = {p for p, v in votes.items() if v > 0 and (v > bar or (v == bar and not strict))}
    ranked = {p for p, v in votes.items() if v > 0 and v in order[:rank]}
    first, second = {"votes": bar, "compare": compare(strict)}, {"rank": rank}
    assert set(who(votes, first)) == enough
    assert set(who(votes, second)) == ranked
    assert set(who(votes, {"all": [first, second]})) == enough & ranked
    assert set(who(votes, {**first, **second})) == enough & ranked
    assert set(who(votes, {"any": [first, second]})) == enough | ranked


@pytest.mark.parametrize("share", ["7%", " 7 %", "0.07", 0.07, Fraction(7, 100), Decimal("0.07")])
def test_seven_percent_of_a_hundred_votes_is_seven(share: object) -> None:
    assert who(VOTES, share) == ["a", "b", "c"]
    assert who(VOTES, {"share": share, "compare": ">"}) == ["a", "b"]
    assert allocate(VOTES, 10, "dhondt", threshold=share).admitted["c"] == "7% of 100"


def test_the_share_is_of_all_list_votes_not_of_those_that_pass() -> None:
    votes = {"a": 50, "b": 41, "c": 5, "d": 4}
    assert who(votes, "5%") == ["a", "b", "c"]
    assert allocate(votes, 9, threshold="5%").quota == Fraction(96, 9)


@pytest.mark.parametrize("base", ["valid", "valid-plus-against-all", "ballots", "electorate"])
def test_bases_with_a_number(base: str) -> None:
    assert who(VOTES, {"share": "7%", "base": base, base: 100}) == ["a", "b", "c"]
    assert who(VOTES, {"share": "7%", "base": base, base: "101"}) == ["a", "b"]
    assert who(VOTES, {"share": "7%", "base": 101}) == ["a", "b"]
    with pytest.raises(AllocationError, match=f"base {base} needs its number"):
        admit(VOTES, {"share": "7%", "base": base})
    with pytest.raises(AllocationError, match=f"add base: {base}"):
        admit(VOTES, {"share": "7%", base: 101})


def test_shares_by_party() -> None:
    votes = {"a": 60, "b": 33, "minority": 4, "c": 3}
    assert who(votes, {"share": "5%", "per_party": {"minority": "4%"}}) == ["a", "b", "minority"]
    assert who(votes, {"per_party": {"a": "70%"}}) == ["b", "minority", "c"]
    assert who(votes, {"share": "5%", "exempt": ["minority"]}) == ["a", "b", "minority"]
    assert who({"a": 9, "b": 0}, {"share": "5%", "exempt": ["b"]}) == ["a"]


def test_shares_by_number_of_partners() -> None:
    """5% for a party, 8% for two, 11% for three and more."""
    votes = {"alone": 5, "two": 7, "three": 11, "five": 10, "rest": 67}
    rule = {"by_partners": {1: "5%", 2: "8%", 3: "11%"},
            "partners": {"two": 2, "three": 3, "five": 5}}  # fmt: skip
    assert who(votes, rule) == ["alone", "three", "rest"]


def test_ties_in_rank_are_in() -> None:
    votes = {"a": 5, "b": 4, "c": 4, "d": 1}
    assert who(votes, {"rank": 2}) == ["a", "b", "c"]
    assert who(votes, {"rank": 1}) == ["a"]
    assert who(votes, {"rank": 0}) == []


def test_or_district_seats() -> None:
    rule = {"share": "50%", "or_district_seats": 2}
    assert who(VOTES, rule, district_seats={"b": 1, "c": 2}) == ["a", "c"]
    assert who(VOTES, rule | {"district_seats": {"b": 2}}) == ["a", "b"]
    assert who(VOTES, {"or_district_seats": 1}, district_seats={"c": 1}) == ["c"]
    assert allocate(VOTES, 9, "dhondt", threshold=rule, initial={"c": 2}).seats["c"] == 2
    nested = {"any": [{"share": "50%"}, {"or_district_seats": 1}], "district_seats": {"c": 1}}
    assert who(VOTES, nested) == ["a", "c"]


REGIONS = {"north": {"a": 90, "b": 10}, "south": {"a": 70, "b": 20, "c": 10}}


def test_or_regions() -> None:
    def rule(**keys: Any) -> dict[str, Any]:
        return {"share": "50%", "or_regions": keys, "regional_votes": REGIONS}

    assert who(VOTES, rule(share="10%")) == ["a", "b", "c"]
    assert who(VOTES, rule(share="10%", at_least=2)) == ["a", "b"]
    assert who(VOTES, rule(share="10%", at_least=2) | {"compare": ">"}) == ["a"]
    seats = {"regional_seats": {"north": 9, "south": 5}}
    assert who(VOTES, rule(quota="hare") | seats) == ["a", "b"]  # 100 / 5 in the south
    assert who(VOTES, rule(quota="hare", at_least=2) | seats) == ["a"]
    assert who(VOTES, rule(quota="hagenbach-bischoff", at_least=2) | seats) == ["a", "b"]
    with pytest.raises(AllocationError, match="regional_seats of north"):
        admit(VOTES, rule(quota="hare"))


def test_any_and_all_take_over_base_and_comparison() -> None:
    rules = [{"share": "7%"}, {"votes": 33}]
    assert who(VOTES, {"any": rules, "base": 101}) == ["a", "b"]
    assert who(VOTES, {"any": rules, "compare": ">"}) == ["a", "b"]
    assert who(VOTES, {"all": rules, "compare": ">"}) == ["a"]
    assert who(VOTES, {"any": [{"share": "7%", "base": "votes"}], "base": 101}) == ["a", "b", "c"]
    deep = {"any": [{"all": [{"share": "7%"}]}, {"votes": 50}], "base": 101}
    assert who(VOTES, deep) == ["a", "b"]


def test_nobody_passes() -> None:
    def seats(none_pass: str) -> dict[str, int]:
        return allocate(VOTES, 10, "dhondt", threshold="61%", none_pass=none_pass).seats

    assert seats("vacant") == {"a": 0, "b": 0, "c": 0}
    assert seats("admit-all") == {"a": 7, "b": 3, "c": 0}
    assert seats("admit-largest") == {"a": 10, "b": 0, "c": 0}
    with pytest.raises(AllocationError, match="none_pass"):
        seats("nobody")


def test_equal_largest_parties_are_a_tie_for_the_one_place() -> None:
    def found(ties: str, **more: Any) -> Allocation:
        votes = {"a": 1, "b": 5, "c": 5}
        return allocate(
            votes, 4, threshold="50%", none_pass="admit-largest", ties=ties, **more
        )  # fmt: skip

    first = found("listed-order")
    assert first.seats == {"a": 0, "b": 4, "c": 0}
    assert first.admitted == {"b": "no party passed"}
    assert first.ties == (Tie(("b", "c"), 1, ("b",), "listed-order", ADMISSION),)
    assert first.certain == {"a": 0, "b": 0, "c": 0}
    assert not found("report").ties[0].decided
    assert str(first.ties[0]) == (
        "b, c are level (largest list) for 1 place in the allocation: b by listed-order"
    )
    drawn = {tuple(found("lot", seed=seed).seats.items()) for seed in range(20)}
    assert drawn == {(("a", 0), ("b", 4), ("c", 0)), (("a", 0), ("b", 0), ("c", 4))}
    assert found("lot", lots=[["c"]]).seats["c"] == 4
    with pytest.raises(TiedSeats, match="1 place in the allocation"):
        found("error")
    # A guaranteed seat is that of whoever takes part.
    assert found("listed-order", minimum=2).seats == {"a": 0, "b": 4, "c": 0}


@given(
    st.lists(st.integers(0, 6), min_size=1, max_size=5),
    st.integers(1, 9),
    st.sampled_from(["largest-remainder", "dhondt", "sainte-lague"]),
    st.sampled_from(["admit-all", "admit-largest"]),
)
def test_with_the_order_of_the_list_it_is_the_judge_of_scenarios(
    votes: list[int], seats: int, method: str, none_pass: str
) -> None:
    parties = {f"p{k}": v for k, v in enumerate(votes)}
    found = allocate(
        parties, seats, method, threshold="60%", none_pass=none_pass, ties="listed-order"
    )
    judged = allocate_by_law(
        votes, base=sum(votes), seats=seats, method=method, threshold=Fraction(3, 5),
        none_pass=none_pass,
    )  # fmt: skip
    assert tuple(found.seats.values()) == judged.seats
    assert tuple(k for k, name in enumerate(parties) if name in found.admitted) == judged.admitted


def test_no_threshold() -> None:
    for threshold in (None, {}, "0%", 0, {"share": 0}):
        assert who(VOTES, threshold) == ["a", "b", "c"]


@pytest.mark.parametrize(
    "threshold", [
        5, "5", 1.5, "-1%", {"shares": "5%"}, {"share": "5%", "compare": "=>"}, {"base": 100},
        {"compare": ">"}, {"exempt": ["a"]}, {"any": []}, {"all": "5%"}, {"any": {"share": "5%"}},
        {"share": "5%", "exempt": "a"}, {"share": "5%", "exempt": ["z"]},
        {"per_party": {"z": "5%"}}, {"per_party": "5%"}, {"share": "5%", "base": "turnout"},
        {"or_district_seats": 1},
        {"or_district_seats": 0, "district_seats": {"a": 1}}, {"or_regions": {"share": "5%"}},
        {"or_regions": {"at_least": 1}, "regional_votes": REGIONS},
        {"or_regions": {"share": "5%", "at_least": 0}, "regional_votes": REGIONS},
        {"or_regions": {"shares": "5%"}, "regional_votes": REGIONS},
        {"by_partners": {1: "5%"}, "partners": {"z": 2}},
    ],
)  # fmt: skip
def test_what_is_no_threshold(threshold: object) -> None:
    with pytest.raises(AllocationError) as fault:
        admit(VOTES, threshold)
    assert fault.value.code == "E506"


@pytest.mark.parametrize(
    "threshold", [
        {"share": "5%", "base": 100.0}, {"votes": 5.5}, {"share": "x"}, {"share": True}, ["5%"],
        {"share": "5%", "base": True}, {"share": None},
    ],
)  # fmt: skip
def test_numbers_that_are_none(threshold: object) -> None:
    with pytest.raises(AllocationError) as fault:
        admit(VOTES, threshold)
    assert fault.value.code == "E501"
