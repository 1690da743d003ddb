"""Tables of priors and moments of truncated laws, against scipy."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import integrate, stats

from simulator.uncertainty import priors

Z = priors.normal_points()
BELOW = stats.norm.cdf(Z)


def test_elementary_functions() -> None:
    x = np.linspace(-700, 700, 20_001)
    assert np.abs(priors.exp(x) / np.exp(x) - 1).max() < 1e-12
    y = np.concatenate([np.logspace(-300, 300, 20_001), np.linspace(0.5, 2, 10_001)])
    assert np.abs(priors.log(y) - np.log(y)).max() < 1e-12


def test_the_normal_and_its_quantiles() -> None:
    assert np.abs(priors.probabilities() - BELOW).max() < 1e-6
    p = np.linspace(0.001, 0.999, 999)
    assert np.abs(priors.normal_quantiles(p) - stats.norm.ppf(p)).max() < 1e-5


@pytest.mark.parametrize(
    ("a", "b"), [(0.5, 0.5), (1, 1), (2, 18), (1, 99), (0.7, 3), (40, 2), (300, 2700)]
)
def test_beta(a: float, b: float) -> None:
    law = stats.beta(a, b)
    found, exact = priors.beta_table(a, b), law.ppf(BELOW)
    middle = np.abs(Z) < 5
    assert np.abs(found - exact)[middle].max() < 1e-3 * law.std()
    assert (np.diff(found) >= 0).all()
    assert found.min() >= 0
    assert found.max() <= 1


def test_half_normal_and_uniform() -> None:
    half, middle = priors.table("half-normal", 0.3, 0.0), np.abs(Z) < 4
    assert np.abs(half - stats.halfnorm(scale=0.3).ppf(BELOW))[middle].max() < 1e-4
    assert np.abs(priors.table("uniform", 0.1, 0.4) - (0.1 + 0.3 * BELOW)).max() < 1e-6


@pytest.mark.parametrize("power", [0.25, 1.0, 1.5, 2.0, 4.0])
@pytest.mark.parametrize(
    ("scale", "low", "high", "from_one"),
    [(0.2, 0, 1, False), (0.5, 0, 1, False), (0.3, 0, 0.5, False), (0.075, 0, 1, True),
     (0.2, 0.8, 1, True)],
)  # fmt: skip
def test_moments_of_truncated_laws(
    power: float, scale: float, low: float, high: float, from_one: bool
) -> None:
    ends = (0.0, 1 - low) if from_one else (0.0, high)
    density = stats.halfnorm(scale=scale).pdf

    def raised(size: float) -> float:
        return float(((1 - size) if from_one else size) ** power * density(size))

    exact = integrate.quad(raised, *ends)[0] / integrate.quad(density, *ends)[0]
    found = priors.law_moments(scale, power, low, high, from_one=from_one)
    assert found == pytest.approx(exact, rel=2e-6)
    rough = priors.law_moments(scale, power, low, high, from_one=from_one, panels=1024)
    assert rough == pytest.approx(exact, rel=1e-4)


def test_moments_without_spread() -> None:
    assert priors.law_moments(0.0, 2.0) == 0.0
    assert priors.law_moments(0.0, 2.0, from_one=True) == 1.0
