"""Normal quantiles in order, and the fixed points of the mean correction."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import ndtri

from simulator.kernels.centre import GENERATOR, POINTS
from simulator.kernels.quantile import quantiles


@pytest.mark.parametrize("total", [2, 3, 7, 100, 16_384])
@pytest.mark.parametrize("offset", [0.5, 1.0])
def test_quantiles_are_those_of_the_normal_distribution(total: int, offset: float) -> None:
    out = np.zeros(total if offset == 0.5 else total - 1, np.float32)
    quantiles(offset, total, out)
    exact = ndtri((np.arange(out.size) + offset) / total)
    # One rounding to single precision.
    assert np.abs(out - exact).max() <= 2.0**-24 * np.abs(exact).max() + 1e-12
    assert (np.diff(out) > 0).all()


def test_no_quantile_of_a_single_row() -> None:
    quantiles(1.0, 1, np.zeros(0, np.float32))


def test_the_lattice_has_the_best_worst_pair() -> None:
    """P2 of every pair of coordinates, lag by lag; no other generator does better."""
    k = np.arange(POINTS)
    x = k / POINTS
    bernoulli = 1 + 2 * np.pi**2 * (x * x - x + 1 / 6)
    merit = np.zeros(POINTS)
    for step in range(1, POINTS, 2):
        merit[step] = (bernoulli * bernoulli[k * step % POINTS]).mean() - 1
    generators = np.arange(5, POINTS, 8)
    power, worst = np.ones_like(generators), np.zeros(generators.size)
    for _ in range(64):
        power = power * generators % POINTS
        worst = np.maximum(worst, merit[power])
    assert generators[worst.argmin()] == GENERATOR
