"""Whether a forecast means what it says: coverage, ranks, reliability; and how sharp it is.

Cases of one election share its errors and are not independent: bounds and p-values then promise
more than there is.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from simulator.measures.chances import chi_square_tail, clopper_pearson

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]
LEVELS = (0.5, 0.8, 0.95)


class Coverage(NamedTuple):
    """How often intervals of a level held what happened, with 95% bounds of Clopper-Pearson."""

    level: float
    hits: int
    cases: int
    share: float
    least: float
    most: float


class Fit(NamedTuple):
    """Pearson's chi-square of counts against expected counts, and its p-value."""

    statistic: float
    freedom: int
    p: float


class Bin(NamedTuple):
    """Forecasts of one bin: how often the events happened, with 95% bounds of Clopper-Pearson."""

    cases: int
    forecast: float
    frequency: float
    least: float
    most: float


def covered(level: float, low: ArrayLike, high: ArrayLike, actual: ArrayLike) -> Coverage:
    """Return how often closed intervals held what happened.

    Parameters
    ----------
    level
        What the intervals promise, such as 0.8.
    low, high
        Ends of the interval of each case, both inside.
    actual
        What happened.

    Examples
    --------
    >>> found = covered(0.8, [38, 0], [43, 4], [40, 5])
    >>> found.hits, found.cases
    (1, 2)
    """
    found = np.asarray(actual)
    inside = (np.asarray(low) <= found) & (found <= np.asarray(high))
    hits, cases = int(inside.sum()), int(inside.size)
    return Coverage(level, hits, cases, hits / cases, *clopper_pearson(hits, cases))


def coverage(
    draws: ArrayLike, actual: ArrayLike, levels: tuple[float, ...] = LEVELS
) -> tuple[Coverage, ...]:
    """Return the coverage of central intervals at several levels.

    The ends are order statistics of the draws. Whole numbers of seats lie in closed intervals more
    often than the level says, since an interval cannot end between two of them.

    Parameters
    ----------
    draws
        Draws of each case, shape (cases, draws).
    actual
        What happened, shape (cases,).
    levels
        Of the intervals; 50, 80 and 95 per cent when absent.

    Examples
    --------
    >>> draws = np.tile(np.arange(101), (3, 1))
    >>> [c.hits for c in coverage(draws, [50, 20, 1])]
    [1, 2, 2]
    """
    x = np.asarray(draws)
    return tuple(covered(level, *central(x, level), actual) for level in levels)


def central(draws: ArrayLike, level: float) -> tuple[Floats, Floats]:
    """Return the ends of central intervals: order statistics of the draws along the last axis.

    The k-th smallest of n draws is the quantile of every share above (k - 1) / n and up to k / n.
    """
    x = np.sort(np.asarray(draws, np.float64), axis=-1)
    tail = (1 - level) / 2
    return x[..., _rank(tail, x.shape[-1])], x[..., _rank(1 - tail, x.shape[-1])]


def _rank(share: float, draws: int) -> int:
    """Return the position of a quantile; a share of 0.95 is not a hair above 95 of 100 draws."""
    return max(0, math.ceil(round(share * draws, 6)) - 1)


def randomised_pit(
    probability: ArrayLike, seats: ArrayLike, generator: np.random.Generator
) -> Floats:
    """Return the randomised probability integral transform of numbers of seats.

    A number drawn evenly between P(X < y) and P(X <= y): uniform on (0, 1) exactly when the
    forecast is calibrated, which the plain transform of a whole number never is.

    Parameters
    ----------
    probability
        Distribution of the seats of each case, shape (cases, most seats + 1).
    seats
        Seats that were won, shape (cases,).
    generator
        Where the random numbers come from.

    References
    ----------
    J. B. Smith, "Diagnostic checks of non-standard time series models", Journal of Forecasting 4
    (1985), 283-291; C. Czado, T. Gneiting and L. Held, Biometrics 65 (2009), 1254-1261.

    Examples
    --------
    >>> u = randomised_pit([[0.5, 0, 0, 0, 0.5]], [4], np.random.default_rng(1))
    >>> bool(0.5 <= u[0] <= 1)
    True
    """
    upto = np.cumsum(np.asarray(probability, np.float64), axis=-1)
    at = np.asarray(seats)[..., None]
    above = np.take_along_axis(upto, at, axis=-1)[..., 0]
    below = above - np.take_along_axis(np.asarray(probability, np.float64), at, axis=-1)[..., 0]
    return np.asarray(below + (above - below) * generator.random(above.shape))


def ranks(draws: ArrayLike, actual: ArrayLike, generator: np.random.Generator) -> Counts:
    """Return the rank of what happened among the draws of each case, from 0 to the draws.

    Equal draws are passed in a random number, all equally likely, so that the rank of a calibrated
    forecast is uniform for whole numbers too.

    Parameters
    ----------
    draws
        Draws of each case, shape (cases, draws).
    actual
        What happened, shape (cases,).
    generator
        Where the random numbers come from.

    References
    ----------
    T. M. Hamill, "Interpretation of rank histograms for verifying ensemble forecasts", Monthly
    Weather Review 129 (2001), 550-560; as a check of an algorithm: S. Talts, M. Betancourt, D.
    Simpson, A. Vehtari and A. Gelman, arXiv 1804.06788.

    Examples
    --------
    >>> ranks([[1, 2, 3], [5, 6, 7]], [2.5, 9], np.random.default_rng(1))
    array([2, 3])
    """
    x, y = np.asarray(draws), np.asarray(actual)[..., None]
    less, equal = (x < y).sum(axis=-1), (x == y).sum(axis=-1)
    return np.asarray(less + generator.integers(0, equal + 1), np.int64)


def rank_histogram(rank: ArrayLike, draws: int, bins: int) -> Counts:
    """Return how many ranks fall into each of `bins` equal parts of 0 .. draws.

    Raises
    ------
    ValueError
        When the draws and one more cannot be divided into so many bins.

    Examples
    --------
    >>> rank_histogram([0, 1, 2, 9], draws=9, bins=5)
    array([2, 1, 0, 0, 1])
    """
    if (draws + 1) % bins:
        raise ValueError(f"{draws + 1} ranks cannot be divided into {bins} equal bins")
    return np.bincount(np.asarray(rank) * bins // (draws + 1), minlength=bins).astype(np.int64)


def chi_square(counts: ArrayLike, expected: ArrayLike | None = None) -> Fit:
    """Return Pearson's chi-square of counts, against equal counts unless others are given.

    Parameters
    ----------
    counts
        Cases in each bin.
    expected
        Expected cases; in proportion to these when they do not add up to the cases.

    References
    ----------
    K. Pearson, Philosophical Magazine 50 (1900), 157-175.

    Examples
    --------
    >>> found = chi_square([20, 30])
    >>> found.statistic, found.freedom, round(found.p, 4)
    (2.0, 1, 0.1573)
    """
    n = np.asarray(counts, np.float64)
    e = np.ones_like(n) if expected is None else np.asarray(expected, np.float64)
    e = e * (n.sum() / e.sum())
    statistic = float(((n - e) ** 2 / e).sum())
    return Fit(statistic, n.size - 1, chi_square_tail(statistic, n.size - 1))


def reliability(probability: ArrayLike, happened: ArrayLike, bins: int = 10) -> tuple[Bin, ...]:
    """Return, by bin of equal width, the mean forecast and how often the events happened.

    Parameters
    ----------
    probability
        Forecasts of events.
    happened
        Whether they happened.
    bins
        Parts of equal width; empty ones are left out.

    References
    ----------
    A. H. Murphy and R. L. Winkler, "Reliability of subjective probability forecasts of
    precipitation and temperature", Applied Statistics 26 (1977), 41-47.

    Examples
    --------
    >>> found = reliability([0.12, 0.18, 0.95], [False, True, True])
    >>> [(b.cases, round(b.forecast, 2), b.frequency) for b in found]
    [(2, 0.15, 0.5), (1, 0.95, 1.0)]
    """
    p, hit = np.asarray(probability, np.float64).ravel(), np.asarray(happened, bool).ravel()
    place = np.minimum((p * bins).astype(np.int64), bins - 1)
    found = []
    for at in range(bins):
        here = place == at
        cases, hits = int(here.sum()), int(hit[here].sum())
        if cases:
            mean = float(p[here].mean())
            found.append(Bin(cases, mean, hits / cases, *clopper_pearson(hits, cases)))
    return tuple(found)


def sharpness(draws: ArrayLike, levels: tuple[float, ...] = LEVELS) -> tuple[float, ...]:
    """Return the mean width of central intervals at several levels: small is sharp.

    Of two calibrated forecasts the sharper one knows more; a sharp forecast that is not calibrated
    knows less than it says.

    Parameters
    ----------
    draws
        Draws of each case, shape (cases, draws).
    levels
        Of the intervals; 50, 80 and 95 per cent when absent.

    References
    ----------
    T. Gneiting, F. Balabdaoui and A. E. Raftery, "Probabilistic forecasts, calibration and
    sharpness", Journal of the Royal Statistical Society B 69 (2007), 243-268.

    Examples
    --------
    >>> sharpness([list(range(101))], levels=(0.8,))
    (80.0,)
    """
    found = []
    for level in levels:
        low, high = central(draws, level)
        found.append(math.fsum(np.ravel(high - low)) / high.size)
    return tuple(found)
