"""The angular kernel has the covariance of a poll: c^2 (diag p - p p')."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from benchmarks.plans import SHARE, run_every_draw
from tests.kernels.inputs import NATIONAL_ONLY

DRAWS = 1 << 19
P = np.array(SHARE) / sum(SHARE)


@cache
def shares(c: float, freedom: int, blocs: float = 0.0) -> np.ndarray:
    country = replace(NATIONAL_ONLY, sample=c**-2, freedom=freedom, blocs=blocs)
    votes = run_every_draw(country.plan(), 0, DRAWS).votes
    return votes / votes.sum(axis=1, keepdims=True)


def target(c: float) -> np.ndarray:
    return c * c * (np.diag(P) - np.outer(P, P))


def test_small_errors_have_the_covariance_of_a_poll() -> None:
    """Every entry within 1 per cent of the product of the two standard deviations."""
    exact = target(0.01)
    spread = np.sqrt(np.diag(exact))
    away = np.cov(shares(0.01, 0).T) - exact
    assert np.abs(away / np.outer(spread, spread)).max() < 0.01


@pytest.mark.parametrize("freedom", [0, 5])
def test_large_errors_have_the_right_size(freedom: int) -> None:
    """Standard deviations within 2 per cent at c = 0.05, for normal and for heavy tails."""
    spread = shares(0.05, freedom).std(axis=0)
    assert np.abs(spread / np.sqrt(np.diag(target(0.05))) - 1).max() < 0.02


@pytest.mark.parametrize(("c", "freedom"), [(0.01, 0), (0.05, 0), (0.05, 5)])
def test_means_are_the_shares(c: float, freedom: int) -> None:
    got = shares(c, freedom)
    error = got.std(axis=0) / np.sqrt(DRAWS)
    # The correction is exact to the fourth order of c.
    assert np.all(np.abs(got.mean(axis=0) - P) < 4 * error + 4 * c**4)


def test_heavy_tails_are_heavy() -> None:
    """Four standard deviations happen far more often, at the same standard deviation."""
    beyond = [
        float((np.abs(got - P) > 4 * np.sqrt(np.diag(target(0.05)))).mean())
        for got in (shares(0.05, 0), shares(0.05, 5))
    ]
    assert beyond[1] > 10 * beyond[0]


def test_common_correlation_cancels() -> None:
    """Shocks with correlation rho between all roots: what is common moves along the shares.

    The covariance is c^2 (1 - rho) (diag p - p p') plus c^2 rho d d' with
    d_i = sqrt(p_i) - p_i sum sqrt(p_k).
    """
    rho, c = 0.3, 0.01
    root = np.sqrt(P)
    common = root - P * root.sum()
    exact = (1 - rho) * target(c) + c * c * rho * np.outer(common, common)
    spread = np.sqrt(np.diag(exact))
    away = np.cov(shares(c, 0, rho).T) - exact
    assert np.abs(away / np.outer(spread, spread)).max() < 0.01
