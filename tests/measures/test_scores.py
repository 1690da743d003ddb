"""Scores against their definitions, closed forms and propriety."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

from simulator.measures.scores import (
    average,
    brier,
    brier_of_classes,
    crps,
    crps_normal,
    energy,
    logarithmic,
    ranked_probability,
)

distributions = st.lists(st.integers(0, 20), min_size=2, max_size=9).filter(any)
draws = st.lists(st.integers(0, 40), min_size=2, max_size=12)


def normalised(counts: list[int]) -> list[float]:
    return [n / sum(counts) for n in counts]


@given(distributions, st.data())
def test_the_truth_is_the_best_forecast(truth: list[int], data: st.DataObject) -> None:
    """Expected scores under p, of forecasting p and of forecasting anything else."""
    other = data.draw(st.lists(st.integers(0, 20), min_size=len(truth), max_size=len(truth)))
    p, q = normalised(truth), normalised([n + 1 for n in other])
    for score in (brier_of_classes, logarithmic, ranked_probability):
        expected = [
            sum(w * float(score([told], [k])[0]) for k, w in enumerate(p) if w) for told in (p, q)
        ]
        assert expected[0] <= expected[1] + 1e-12


def test_brier() -> None:
    assert brier([0.0, 1.0, 0.3], [False, True, True]) == pytest.approx([0, 0, 0.49])
    assert brier_of_classes([[0.3, 0.7]], [0]) == pytest.approx(2 * brier([0.3], [True]))


def test_the_floor_of_the_logarithm() -> None:
    assert logarithmic([[1.0, 0.0]], [1])[0] == math.inf
    assert logarithmic([[1.0, 0.0]], [1], floor=1 / 3000)[0] == pytest.approx(math.log(3000))


@given(distributions, st.data())
def test_the_ranked_probability_score_is_the_crps_of_a_number(
    counts: list[int], data: st.DataObject
) -> None:
    seats = data.draw(st.integers(0, len(counts) - 1))
    told = ranked_probability([normalised(counts)], [seats])[0]
    sample = [np.repeat(np.arange(len(counts)), counts)]
    assert told == pytest.approx(crps(sample, [seats], fair=False)[0], abs=1e-12)


@given(draws, st.integers(0, 40))
def test_crps_by_all_pairs(x: list[int], y: int) -> None:
    n = len(x)
    away = sum(abs(a - y) for a in x) / n
    pairs = sum(abs(a - b) for a in x for b in x)
    assert crps([x], [y])[0] == pytest.approx(away - pairs / (2 * n * (n - 1)), abs=1e-9)
    assert crps([x], [y], fair=False)[0] == pytest.approx(away - pairs / (2 * n * n), abs=1e-9)


@given(draws, st.floats(-5, 45))
def test_the_plain_crps_is_the_integral_of_squares(x: list[int], y: float) -> None:
    ends = np.unique([*x, y])
    lengths = np.diff(ends)
    told = (np.array(x)[:, None] <= ends[:-1]).mean(axis=0)
    exact = float(((told - (y <= ends[:-1])) ** 2) @ lengths)
    assert crps([x], [y], fair=False)[0] == pytest.approx(exact, abs=1e-9)


def test_the_fair_crps_is_that_of_the_distribution() -> None:
    """Three draws of N(0, 1) score on average as N(0, 1) itself does; the plain score is worse."""
    generator = np.random.default_rng(24)
    x, y = generator.standard_normal((200_000, 3)), generator.standard_normal(200_000)
    fair, plain = average(crps(x, y)), average(crps(x, y, fair=False))
    exact = 1 / math.sqrt(math.pi)  # of N(0, 1) on average over itself
    assert abs(fair.value - exact) < 4 * fair.error
    # The plain score of m draws is worse by E|X - X'| / (2 m) = 1 / (m sqrt(pi)).
    assert abs(plain.value - exact * (1 + 1 / 3)) < 4 * plain.error


def test_v24_the_standard_normal_at_its_centre() -> None:
    assert float(crps_normal(0, 1, 0)) == pytest.approx(0.23369497725510913, abs=1e-12)
    assert float(crps_normal(0, 1, 0)) == pytest.approx((math.sqrt(2) - 1) / math.sqrt(math.pi))


@pytest.mark.parametrize(("mean", "sd", "y"), [(0, 1, 0.7), (41, 1.5, 38), (5.1, 0.3, 5.0)])
def test_the_normal_crps_is_an_integral(mean: float, sd: float, y: float) -> None:
    def below(x: float) -> float:
        return float(stats.norm.cdf(x, mean, sd)) ** 2

    def above(x: float) -> float:
        return float(stats.norm.sf(x, mean, sd)) ** 2

    low, high = min(y, mean) - 12 * sd, max(y, mean) + 12 * sd
    exact = integrate.quad(below, low, y)[0] + integrate.quad(above, y, high)[0]
    assert float(crps_normal(mean, sd, y)) == pytest.approx(exact, abs=1e-7)


def test_draws_of_a_normal_have_its_crps() -> None:
    generator = np.random.default_rng(3)
    for y in (-1.0, 0.0, 2.5):
        sample = generator.standard_normal((400, 500))
        found = average(crps(sample, np.full(400, y)))
        assert abs(found.value - float(crps_normal(0, 1, y))) < 4 * found.error


@given(draws, st.integers(0, 40))
def test_energy_of_one_party_is_the_crps(x: list[int], y: int) -> None:
    column = np.array(x)[:, None]
    for fair in (True, False):
        assert energy(column, [y], fair=fair) == pytest.approx(crps([x], [y], fair=fair)[0])


def test_energy_by_all_pairs() -> None:
    generator = np.random.default_rng(8)
    x, y = generator.integers(0, 9, (7, 3)), np.array([4, 2, 1])
    away = np.mean([math.dist(a, y) for a in x])
    pairs = sum(math.dist(a, b) for a in x for b in x)
    assert energy(x, y) == pytest.approx(away - pairs / (2 * 7 * 6))
    assert energy(x, y, fair=False) == pytest.approx(away - pairs / (2 * 49))


def test_energy_sees_who_moves_together() -> None:
    """Right margins and no dependence score worse than the true joint distribution."""
    generator = np.random.default_rng(5)
    truth = generator.multivariate_normal([0, 0], [[1, 0.95], [0.95, 1]], 400)
    joint = generator.multivariate_normal([0, 0], [[1, 0.95], [0.95, 1]], 100)
    apart = np.column_stack([joint[:, 0], generator.permutation(joint[:, 1])])
    difference = average([float(energy(apart, y) - energy(joint, y)) for y in truth])
    assert difference.value > 4 * difference.error


def test_a_single_draw_has_no_fair_score() -> None:
    with pytest.raises(ValueError, match="two draws"):
        crps([[3]], [3])
    with pytest.raises(ValueError, match="two draws"):
        energy([[3]], [3])
    assert average([2.0]).value == 2
    assert math.isnan(average([2.0]).error)
