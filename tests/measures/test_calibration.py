"""Coverage, ranks and reliability of forecasts that are calibrated, and of some that are not."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from simulator.measures.calibration import (
    chi_square,
    coverage,
    covered,
    randomised_pit,
    rank_histogram,
    ranks,
    reliability,
    sharpness,
)
from simulator.measures.chances import chi_square_tail, clopper_pearson

CASES = 6_000


@given(st.floats(0, 500), st.integers(1, 200))
def test_the_tail_of_chi_square(statistic: float, freedom: int) -> None:
    exact = float(stats.chi2.sf(statistic, freedom))
    assert chi_square_tail(statistic, freedom) == pytest.approx(exact, rel=1e-8, abs=1e-13)


@given(st.integers(1, 400), st.data(), st.sampled_from([0.8, 0.95, 0.99]))
def test_clopper_and_pearson(cases: int, data: st.DataObject, level: float) -> None:
    hits = data.draw(st.integers(0, cases))
    exact = stats.binomtest(hits, cases).proportion_ci(level, "exact")
    assert clopper_pearson(hits, cases, level) == pytest.approx((exact.low, exact.high), abs=1e-9)


def test_bounds_need_cases() -> None:
    for hits, cases in ((0, 0), (-1, 3), (4, 3)):
        with pytest.raises(ValueError, match="case"):
            clopper_pearson(hits, cases)


@given(st.lists(st.integers(0, 50), min_size=2, max_size=20).filter(any))
def test_pearsons_chi_square(counts: list[int]) -> None:
    found = chi_square(counts)
    exact = stats.chisquare(counts)
    assert found.statistic == pytest.approx(exact.statistic)
    assert found.p == pytest.approx(exact.pvalue, rel=1e-8, abs=1e-13)


def test_expected_counts_are_taken_in_proportion() -> None:
    assert chi_square([10, 20], [1, 2]).statistic == pytest.approx(0)
    assert chi_square([10, 20], [100, 200]).p == pytest.approx(1)


def poisson_cases(rate: float = 4.0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return distributions, draws and outcomes of seats that follow their forecast."""
    generator = np.random.default_rng(11)
    rates = rate * generator.gamma(5.0, 0.2, CASES)
    pmf = stats.poisson.pmf(np.arange(60), rates[:, None])
    return pmf, generator.poisson(rates[:, None], (CASES, 99)), generator.poisson(rates)


def test_the_transform_of_a_calibrated_forecast_is_uniform() -> None:
    pmf, _, seats = poisson_cases()
    u = randomised_pit(pmf, seats, np.random.default_rng(2))
    counts = np.bincount((u * 20).astype(int), minlength=20)
    assert chi_square(counts).p > 0.001
    assert stats.kstest(u, "uniform").pvalue > 0.001


def test_the_transform_tells_who_is_too_sure() -> None:
    pmf, _, seats = poisson_cases()
    narrow = pmf**2 / (pmf**2).sum(axis=1, keepdims=True)
    u = randomised_pit(narrow, seats, np.random.default_rng(2))
    counts = np.bincount((u * 20).astype(int), minlength=20)
    assert counts[[0, -1]].min() > 1.5 * CASES / 20
    assert chi_square(counts).p < 1e-6


def test_ranks_of_whole_numbers_are_uniform() -> None:
    _, draws, seats = poisson_cases()
    rank = ranks(draws, seats, np.random.default_rng(6))
    assert rank.min() >= 0
    assert rank.max() <= 99
    assert chi_square(rank_histogram(rank, 99, 20)).p > 0.001


def test_ranks_are_divided_evenly_or_not_at_all() -> None:
    assert rank_histogram(np.arange(100), 99, 10).tolist() == [10] * 10
    with pytest.raises(ValueError, match="divided"):
        rank_histogram([0], 100, 10)


def test_coverage_of_a_continuous_forecast() -> None:
    generator = np.random.default_rng(4)
    x, y = generator.standard_normal((4000, 1999)), generator.standard_normal(4000)
    for found, level in zip(coverage(x, y), (0.5, 0.8, 0.95), strict=True):
        assert found.level == level
        assert found.cases == 4000
        # Order statistics of 1,999 draws miss the level by no more than 1 in 2,000.
        error = (level * (1 - level) / 4000) ** 0.5
        assert abs(found.share - level) < 4 * error + 1 / 1000
        assert found.least < found.share < found.most


def test_coverage_of_seats_is_never_below_the_level() -> None:
    _, draws, seats = poisson_cases()
    for found in coverage(draws, seats):
        assert found.most > found.level


def test_ends_are_inside() -> None:
    assert covered(0.9, [3, 3], [5, 5], [3, 5]).hits == 2
    assert covered(0.9, [3, 3], [5, 5], [2, 6]).hits == 0


def test_reliability_of_honest_probabilities() -> None:
    generator = np.random.default_rng(9)
    p = generator.random(CASES)
    bins = reliability(p, generator.random(CASES) < p)
    assert sum(b.cases for b in bins) == CASES
    for b in bins:
        error = (b.forecast * (1 - b.forecast) / b.cases) ** 0.5
        assert abs(b.frequency - b.forecast) < 4 * error
        assert b.least < b.frequency < b.most


def test_certainty_belongs_to_the_last_bin() -> None:
    (only,) = reliability([1.0, 1.0], [True, False])
    assert (only.cases, only.forecast, only.frequency) == (2, 1.0, 0.5)


def test_sharpness_is_the_mean_width() -> None:
    generator = np.random.default_rng(1)
    x = generator.normal(0, [[1.0], [3.0]], (2, 100_000))
    widths = sharpness(x)
    z = stats.norm.ppf(0.5 + np.array([0.5, 0.8, 0.95]) / 2)
    assert widths == pytest.approx(4 * z, rel=0.02)
    assert sharpness(x, (0.8,)) == (widths[1],)
