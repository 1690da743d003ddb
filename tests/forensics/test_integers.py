"""Integer percentages: exact chances, planted peaks, honest elections, the published null."""

from __future__ import annotations

from fractions import Fraction
from math import comb

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from simulator.errors import StationError
from simulator.forensics import Stations, integer_excess, resampled_integer_excess
from simulator.forensics.integers import _chance_of_integer, _is_integer, _log_factorial
from tests.forensics.elections import Stuffing, honest, rewritten, stuffed


def is_integer(k: int, n: int, step: int, tolerance: Fraction) -> bool:
    percent = Fraction(100 * k, n)
    return min(abs(percent - m) for m in range(0, 101, step)) <= tolerance


def chance(n: int, k: int, step: int, tolerance: Fraction) -> float:
    """The slow twin: the whole binomial distribution in fractions."""
    rate = Fraction(k, n)
    return float(
        sum(
            comb(n, j) * rate**j * (1 - rate) ** (n - j)
            for j in range(n + 1)
            if is_integer(j, n, step, tolerance)
        )
    )


@given(
    st.integers(1, 90).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n))),
    st.sampled_from([1, 2, 5, 10]),
    st.sampled_from([Fraction(1, 20), Fraction(1, 100), Fraction(1, 2), Fraction(0)]),
)
@settings(max_examples=60)
def test_the_chance_of_an_integer_is_the_binomial_sum(
    pair: tuple[int, int], step: int, tolerance: Fraction
) -> None:
    n, k = pair
    found = _chance_of_integer(np.array([n]), np.array([k]), step, tolerance)[0]
    assert found == pytest.approx(chance(n, k, step, tolerance), abs=1e-11)
    assert _is_integer(np.array([k]), np.array([n]), step, tolerance)[0] == is_integer(
        k, n, step, tolerance
    )


@pytest.mark.parametrize(("n", "k"), [(1003, 702), (2999, 30), (12_345, 12_000), (400_000, 1234)])
@pytest.mark.parametrize("step", [1, 5])
def test_chance_of_integer_in_large_stations_agree_with_scipy(n: int, k: int, step: int) -> None:
    counts = np.arange(n + 1)
    near = np.abs((100 * counts / n + step / 2) % step - step / 2) <= 0.05 + 1e-12
    expected = stats.binom.pmf(counts[near], n, k / n).sum()
    found = _chance_of_integer(np.array([n]), np.array([k]), step, Fraction(1, 20))[0]
    assert found == pytest.approx(expected, abs=1e-9)


def test_log_factorials() -> None:
    n = np.array([0, 1, 5, 31, 32, 33, 1000, 10**6])
    assert _log_factorial(n) == pytest.approx([float(x) for x in _lgamma(n)], rel=1e-13, abs=1e-13)


def _lgamma(n: np.ndarray) -> list[float]:
    from math import lgamma

    return [lgamma(int(x) + 1) for x in n]


def test_a_station_of_a_hundred_is_always_at_an_integer() -> None:
    """Few counts are possible in a small station: that is no excess."""
    for one in integer_excess(Stations([100] * 9, [61] * 9, [61] * 9, [30] * 9)):
        if one.kind != "leader":
            assert (one.observed, one.expected, one.sd, one.z) == (9, 9, 0, 0)


def test_mean_and_spread_agree_with_draws() -> None:
    stations = honest(5, n=1500).stations
    drawn = resampled_integer_excess(stations, 400, seed=9)
    for exact, sample in zip(integer_excess(stations), drawn, strict=True):
        assert exact.observed == sample.observed
        assert abs(exact.expected - sample.expected) < 4 * exact.sd / np.sqrt(400)
        assert abs(exact.sd / sample.sd - 1) < 4 / np.sqrt(2 * 400)
    again = resampled_integer_excess(stations, 400, seed=9)
    assert again == drawn


@pytest.mark.parametrize("seed", range(6))
def test_v20_an_honest_election_has_no_excess(seed: int) -> None:
    for step in (1, 5):
        for one in integer_excess(honest(seed).stations, step):
            assert abs(one.z) < 3


def test_v20_stuffing_without_targets_leaves_no_integers() -> None:
    found = integer_excess(stuffed(4, Stuffing(extreme=0.021)).stations)
    assert abs(found[2].z) < 3


@pytest.mark.parametrize("seed", [1, 2])
def test_planted_integers_are_recovered_with_their_number(seed: int) -> None:
    before = honest(seed)
    planted = 600
    after, chosen = rewritten(before, seed, planted)
    one = integer_excess(after.stations, step=5)[2]
    s = after.stations
    # The null of a rewritten station is around what it reports, and takes some of it away.
    lost = _chance_of_integer(s.registered[chosen], s.cast[chosen], 5, Fraction(1, 20)).sum()
    assert one.z > 5
    assert abs(one.excess - (planted - lost)) < 3 * one.sd
    assert integer_excess(after.stations)[2].z > 5


def test_which_stations_are_looked_at() -> None:
    rows = np.array(
        [
            [99, 50, 50, 20],  # too small
            [100, 50, 50, 20],
            [200, 198, 100, 20],  # 99% turnout
            [200, 199, 100, 20],  # more
            [200, 100, 100, 99],  # 99% share
            [200, 100, 101, 100],  # 99.0099%
            [200, 100, 0, 0],  # nothing counted
        ]
    )
    assert integer_excess(Stations(*rows.T))[0].stations == 3
    with pytest.raises(StationError) as caught:
        integer_excess(Stations(*rows[:1].T))
    assert caught.value.code == "E603"
    with pytest.raises(StationError):
        resampled_integer_excess(Stations(*rows.T), 1, seed=0)


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=10)
def test_the_order_of_stations_changes_nothing(seed: int) -> None:
    s = honest(3, n=200).stations
    order = np.random.default_rng(seed).permutation(len(s))
    moved = Stations(s.registered[order], s.cast[order], s.counted[order], s.leader[order])
    for a, b in zip(integer_excess(s), integer_excess(moved), strict=True):
        assert (a.observed, a.stations) == (b.observed, b.stations)
        assert (a.expected, a.sd) == pytest.approx((b.expected, b.sd), rel=1e-12)


@given(st.integers(2, 5))
def test_two_elections_add_up(copies: int) -> None:
    s = honest(8, n=150).stations
    many = Stations(*(np.tile(c, copies) for c in (s.registered, s.cast, s.counted, s.leader)))
    for a, b in zip(integer_excess(s), integer_excess(many), strict=True):
        assert b.observed == copies * a.observed
        assert b.expected == pytest.approx(copies * a.expected)
        assert b.sd == pytest.approx(a.sd * copies**0.5)


def test_giant_stations_need_little_memory() -> None:
    n = 10**8
    one = integer_excess(Stations([n] * 60, [n // 2 + 7] * 60, [n // 2] * 60, [n // 3] * 60))
    # Chance is concentrated: the reported percentage is integer in every draw, or in none.
    assert one[2].expected == pytest.approx(60)
    assert one[1].expected == pytest.approx(0, abs=1e-9)
