"""Power indices: textbook games, and all coalitions and orders one by one (V21)."""

from __future__ import annotations

from fractions import Fraction as F
from itertools import combinations, permutations
from math import comb

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from simulator.measures.power import banzhaf, deegan_packel, holler, shapley_shubik, swings

INDICES = (banzhaf, shapley_shubik, deegan_packel, holler)
COUNCIL_1958 = [4, 4, 4, 2, 2, 1]
SECURITY_COUNCIL = [7] * 5 + [1] * 10
MAZHILIS_2023 = [62, 8, 6, 6, 5, 4, 7]


@st.composite
def games(draw: DrawFn) -> tuple[int, list[int]]:
    weights = draw(st.lists(st.integers(0, 12), min_size=1, max_size=6).filter(any))
    return draw(st.integers(1, sum(weights))), weights


def wins(quota: int, weights: list[int], members: tuple[int, ...]) -> bool:
    return sum(weights[i] for i in members) >= quota


def enumerated(quota: int, weights: list[int]) -> dict[str, list[F]]:
    """The four indices by their definitions: every coalition and every order."""
    n = len(weights)
    swung, pivots, shares, places = [0] * n, [0] * n, [F(0)] * n, [0] * n
    minimal = 0
    for size in range(1, n + 1):
        for members in combinations(range(n), size):
            if not wins(quota, weights, members):
                continue
            needed = [
                i for i in members if not wins(quota, weights, tuple(j for j in members if j != i))
            ]
            for i in needed:
                swung[i] += 1
            if len(needed) == size:
                minimal += 1
                for i in members:
                    shares[i] += F(1, size)
                    places[i] += 1
    orders = list(permutations(range(n)))
    for order in orders:
        pivots[next(p for k, p in enumerate(order) if wins(quota, weights, order[: k + 1]))] += 1
    return {
        "swings": [F(s) for s in swung],
        "banzhaf": [F(s, sum(swung)) for s in swung],
        "shapley_shubik": [F(p, len(orders)) for p in pivots],
        "deegan_packel": [s / minimal for s in shares],
        "holler": [F(p, sum(places)) for p in places],
    }


@given(games())
@settings(max_examples=80)
def test_generating_functions_equal_enumeration(game: tuple[int, list[int]]) -> None:
    expected = enumerated(*game)
    assert list(swings(*game)) == expected["swings"]
    for index in INDICES:
        found = index(*game)
        assert list(found) == expected[index.__name__]
        assert sum(found) == 1


def test_v21_a_party_of_one_seat_has_the_power_of_one_with_49() -> None:
    assert banzhaf(51, [50, 49, 1]) == (F(3, 5), F(1, 5), F(1, 5))
    assert shapley_shubik(51, [50, 49, 1]) == (F(2, 3), F(1, 6), F(1, 6))
    assert deegan_packel(51, [50, 49, 1]) == (F(1, 2), F(1, 4), F(1, 4))
    assert holler(51, [50, 49, 1]) == (F(1, 2), F(1, 4), F(1, 4))


def test_v21_council_of_the_six() -> None:
    assert swings(12, COUNCIL_1958) == (10, 10, 10, 6, 6, 0)
    large, small = F(7, 30), F(3, 20)
    assert shapley_shubik(12, COUNCIL_1958) == (large, large, large, small, small, 0)


def test_v21_security_council() -> None:
    """Five permanent members of weight 7, ten others of weight 1: 39 are needed."""
    found = swings(39, SECURITY_COUNCIL)
    assert found == (848,) * 5 + (84,) * 10
    assert sum(found) == 5080
    power = shapley_shubik(39, SECURITY_COUNCIL)
    assert float(power[0]) == pytest.approx(0.1962704, abs=5e-8)
    assert float(power[-1]) == pytest.approx(0.0018648, abs=5e-8)


def test_v21_two_thirds_of_the_mazhilis() -> None:
    assert swings(66, MAZHILIS_2023) == (63, 1, 1, 1, 1, 1, 1)
    assert banzhaf(66, MAZHILIS_2023)[0] == F(63, 69)
    assert shapley_shubik(66, MAZHILIS_2023)[0] == F(6, 7)
    assert deegan_packel(66, MAZHILIS_2023)[0] == F(1, 2)


def test_a_majority_alone_has_all_power() -> None:
    for index in INDICES:
        assert index(50, MAZHILIS_2023) == (1, 0, 0, 0, 0, 0, 0)


@given(st.integers(1, 8), st.integers(1, 9))
def test_equal_parties_have_equal_power(parties: int, weight: int) -> None:
    quota = parties * weight // 2 + 1
    for index in INDICES:
        assert index(quota, [weight] * parties) == (F(1, parties),) * parties


def test_a_chamber_of_twenty_lists_and_600_seats() -> None:
    """More seats never mean less Banzhaf or Shapley power; with minimal coalitions they can."""
    weights = [120, 95, 80, 64, 50, 41, 33, 27, 22, 17, 13, 10, 8, 6, 5, 4, 2, 1, 1, 1]
    for index in INDICES:
        found = index(301, weights)
        assert sum(found) == 1
        if index in (banzhaf, shapley_shubik):
            assert list(found) == sorted(found, reverse=True)


def test_more_parties_than_64_bits_hold() -> None:
    """Of seventy equal parties each has a seventieth: counts of coalitions beyond 2^63."""
    assert swings(36, [1] * 70)[0] == comb(69, 35)
    for index in INDICES:
        assert index(36, [1] * 70) == (F(1, 70),) * 70


@pytest.mark.parametrize(("quota", "weights"), [(0, [1]), (4, [1, 2]), (1, [-1, 3]), (1, [])])
def test_bad_games(quota: int, weights: list[int]) -> None:
    for index in INDICES:
        with pytest.raises(ValueError, match=r"quota|negative"):
            index(quota, weights)
