"""Coefficients of the national layer: forms of the error, tails, correlation of parties."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from simulator.uncertainty.correlation import cholesky, correlation_matrix
from simulator.uncertainty.precise import exp, log, sqrt

FLOOR = 1e-6
# With p~ = p / 4 the mean of a weight p~ (1 + slope x)^2 is p at a slope of the root of three.
STEEPEST = 1.7320508075688772
MOST_SPREAD = 1.0


def angular(shares: Sequence[float], c: float) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return ratio and slope of each option for the shocked-root kernel.

    A weight is (sqrt(p~) + c x / 2)^2 with p~ = p (1 + K c^2 / 4) - c^2 / 4, which keeps the mean
    of the share at p to fourth order in c; so its factor on p is ratio (1 + slope x)^2 with
    ratio = p~ / p and slope = c / (2 sqrt p~). Covariance: c^2 (diag p - p p') to first order.
    A share below c^2 / 3 cannot have both this mean and this variance; it keeps the mean.

    Parameters
    ----------
    shares
        Expected shares p, shape (K,), positive, sum one.
    c
        Size of the error: one over the root of the effective sample size.
    """
    ratio, slope = [], []
    for p in shares:
        corrected = max(p * (1.0 + len(shares) * c * c / 4.0) - c * c / 4.0, p / 4.0)
        ratio.append(corrected / p)
        slope.append(min(c / (2.0 * sqrt(corrected)), STEEPEST))
    return np.array(ratio, np.float32), np.array(slope, np.float32)


def log_spread(shares: Sequence[float], c: float, exponent: float) -> NDArray[np.float32]:
    """Return the SD of the error on the logarithm of each share: c p^(exponent - 1).

    Exponent 1 is the same SD for every option; 1/2 has the covariance of a sample to first order.
    An SD is at most 1, or a list with hardly a vote could win the election.
    """
    spread = [min(MOST_SPREAD, c * exp((exponent - 1.0) * log(p))) for p in shares]
    return np.array(spread, np.float32)


def sample_roots(shares: Sequence[float], c: float) -> NDArray[np.float32]:
    """Return c sqrt(p) of each option, for errors that add to the shares."""
    return np.array([c * sqrt(p) for p in shares], np.float32)


def correlation(
    blocs: Sequence[str | None],
    within: float,
    across: float,
    pairs: Mapping[tuple[int, int], float] | None = None,
) -> tuple[NDArray[np.float32], bool]:
    """Return the lower Cholesky factor of the party correlation, and whether it matters.

    Parties of one bloc are correlated `within`, parties of different blocs `across`, parties
    without a bloc with nobody; `pairs` sets the correlation of two parties by position.

    Raises
    ------
    ValueError
        When no joint distribution has these correlations.

    Examples
    --------
    >>> correlation(["left", "left", None], 0.6, 0.0, {(1, 2): 0.4})[0].round(3).tolist()
    [[1.0, 0.0, 0.0], [0.6000000238418579, 0.800000011920929, 0.0], [0.0, 0.5, 0.8659999966621399]]
    """
    matrix = correlation_matrix(blocs, within, across, pairs or {})
    factor = cholesky(matrix)
    size = len(blocs)
    correlated = any(matrix[i][j] != 0.0 for i in range(size) for j in range(i))
    return np.array(factor, np.float32), correlated


def wallace(freedom: int) -> tuple[float, float]:
    """Return rate and scale of Wallace's transform; scale zero means normal tails.

    D. L. Wallace, Annals of Mathematical Statistics 30 (1959), p. 1125.
    """
    if freedom == 0:
        return 0.0, 0.0
    ratio = (8.0 * freedom + 3.0) / (8.0 * freedom + 1.0)
    return ratio * ratio / freedom, freedom - 2.0
