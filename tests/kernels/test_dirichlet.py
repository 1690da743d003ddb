"""The Dirichlet kernel against its exact marginals, which are Beta (Marsaglia and Tsang gammas)."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from scipy.special import betainc

from benchmarks.plans import run_every_draw
from simulator.kernels.inputs import LAYERED
from tests.kernels.inputs import NATIONAL_ONLY

DRAWS = 1 << 17
SHARE = (0.52, 0.2, 0.12, 0.06, 0.052, 0.023, 0.015, 0.01)
# The smallest parameters are 0.1, 1, 4 and 20: both branches of the gamma sampler, and the edge.
SIZES = (10.0, 100.0, 400.0, 2000.0)


@cache
def shares(size: float) -> np.ndarray:
    country = replace(NATIONAL_ONLY, share=SHARE, kind=LAYERED, sample=size)
    votes = run_every_draw(country.plan(), 0, DRAWS).votes
    return votes / votes.sum(axis=1, keepdims=True)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("option", range(len(SHARE)))
def test_marginals_are_beta(size: float, option: int) -> None:
    """P(share > t) = 1 - I_t(n p, n (1 - p)) at five thresholds, within 4 standard errors."""
    p, got = SHARE[option], shares(size)[:, option]
    spread = np.sqrt(p * (1 - p) / (size + 1))
    for t in np.clip(p + spread * np.array([-1.5, -0.5, 0.0, 1.0, 2.5]), 1e-4, 0.999):
        exact = 1 - betainc(size * p, size * (1 - p), t)
        error = np.sqrt(exact * (1 - exact) / DRAWS)
        assert abs((got > t).mean() - exact) < 4 * error + 4 / DRAWS


@pytest.mark.parametrize(("size", "exact"), [(100.0, 0.48221), (400.0, 0.54567), (2000.0, 0.64714)])
def test_passing_five_per_cent(size: float, exact: float) -> None:
    """A list at 5.2 per cent, as three effective samples see it."""
    assert 1 - betainc(size * 0.052, size * 0.948, 0.05) == pytest.approx(exact, abs=5e-6)
    error = np.sqrt(exact * (1 - exact) / DRAWS)
    assert abs((shares(size)[:, 4] > 0.05).mean() - exact) < 4 * error


@pytest.mark.parametrize("size", SIZES)
def test_covariance(size: float) -> None:
    """diag(p) - p p' over n + 1, every entry within 5 standard errors of a product mean."""
    p, got = np.array(SHARE), shares(size) - SHARE
    exact = (np.diag(p) - np.outer(p, p)) / (size + 1)
    products = got[:, :, None] * got[:, None, :]
    error = products.std(axis=0) / np.sqrt(DRAWS)
    assert np.all(np.abs(products.mean(axis=0) - exact) < 5 * error)
