"""Proper scores of forecasts against what happened: smaller is better, one number for each case.

A score is proper when nobody gains by forecasting something else than what they believe (T.
Gneiting and A. E. Raftery, Journal of the American Statistical Association 102, 2007, 359-378). The
functions return the score of every case, so that a mean can be told with its standard error; see
:func:`average`.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


class Average(NamedTuple):
    """A mean over cases and its standard error; the error is nan for a single case."""

    value: float
    error: float


def average(scores: ArrayLike) -> Average:
    """Return the mean of the scores of independent cases, with its standard error.

    Cases of one election are not independent, and the error is then too small.

    Examples
    --------
    >>> average([0.04, 0.09, 0.01, 0.06])
    Average(value=0.05, error=0.016...)
    """
    found = np.asarray(scores, np.float64).ravel()
    spread = found.std(ddof=1) if found.size > 1 else math.nan
    return Average(float(found.mean()), float(spread / math.sqrt(found.size)))


def brier(probability: ArrayLike, happened: ArrayLike) -> Floats:
    """Return the Brier score of events: the squared difference from what happened.

    Parameters
    ----------
    probability
        Forecast of each event, shape (cases,).
    happened
        Whether it happened, shape (cases,).

    Returns
    -------
    array
        Shape (cases,), from 0 to 1. Brier's own two-class score is twice as large.

    References
    ----------
    G. W. Brier, "Verification of forecasts expressed in terms of probability", Monthly Weather
    Review 78 (1950), 1-3.

    Examples
    --------
    A list that a forecast sees above the threshold with 0.6, and it is:

    >>> float(brier([0.6], [True])[0])
    0.16...
    """
    return np.asarray((np.asarray(probability, np.float64) - np.asarray(happened, bool)) ** 2)


def brier_of_classes(probability: ArrayLike, happened: ArrayLike) -> Floats:
    """Return the Brier score over classes: squared differences summed over the classes of a case.

    Parameters
    ----------
    probability
        Forecast of each class, shape (cases, classes).
    happened
        Position of the class that happened, shape (cases,).

    Returns
    -------
    array
        Shape (cases,), from 0 to 2 where the probabilities of a case add up to one.

    References
    ----------
    G. W. Brier, as in :func:`brier`.

    Examples
    --------
    Three candidates, and the favourite wins:

    >>> round(float(brier_of_classes([[0.7, 0.2, 0.1]], [0])[0]), 2)
    0.14
    """
    p = np.asarray(probability, np.float64)
    truth = np.arange(p.shape[-1]) == np.asarray(happened)[..., None]
    return np.asarray(((p - truth) ** 2).sum(axis=-1))


def logarithmic(probability: ArrayLike, happened: ArrayLike, floor: float = 0.0) -> Floats:
    """Return minus the logarithm of the probability of what happened.

    Parameters
    ----------
    probability
        Forecast of each class, shape (cases, classes): of a number of seats, its distribution.
    happened
        Position of the class that happened, shape (cases,).
    floor
        Smallest probability that counts: a class that never occurred in 1,000 draws is not
        impossible. Say which floor was used; the score with a floor is no longer quite proper.

    Returns
    -------
    array
        Shape (cases,), in natural logarithms; infinite where the probability is zero.

    References
    ----------
    I. J. Good, "Rational decisions", Journal of the Royal Statistical Society B 14 (1952), 107-114.

    Examples
    --------
    >>> round(float(logarithmic([[0.5, 0.25, 0.25]], [0])[0]), 4)
    0.6931
    >>> round(float(logarithmic([[1.0, 0.0]], [1], floor=0.001)[0]), 4)
    6.9078
    """
    p = np.asarray(probability, np.float64)
    told = np.take_along_axis(p, np.asarray(happened)[..., None], axis=-1)[..., 0]
    with np.errstate(divide="ignore"):
        return np.asarray(-np.log(np.maximum(told, floor)))


def ranked_probability(probability: ArrayLike, seats: ArrayLike) -> Floats:
    """Return the ranked probability score of a number of seats.

    The squared differences of the two distribution functions, summed over numbers of seats: near
    misses cost less than far ones. It is the CRPS of a whole number, in seats.

    Parameters
    ----------
    probability
        Distribution of the seats of each case, shape (cases, most seats + 1).
    seats
        Seats that were won, shape (cases,).

    Returns
    -------
    array
        Shape (cases,), from 0 to the most seats.

    References
    ----------
    E. S. Epstein, "A scoring system for probability forecasts of ranked categories", Journal of
    Applied Meteorology 8 (1969), 985-987.

    Examples
    --------
    "0 or 4 seats, equally likely", and it is 4:

    >>> float(ranked_probability([[0.5, 0, 0, 0, 0.5]], [4])[0])
    1.0
    """
    told = np.cumsum(np.asarray(probability, np.float64), axis=-1)
    truth = np.arange(told.shape[-1]) >= np.asarray(seats)[..., None]
    return np.asarray(((told - truth)[..., :-1] ** 2).sum(axis=-1))


def crps(draws: ArrayLike, actual: ArrayLike, *, fair: bool = True) -> Floats:
    """Return the continuous ranked probability score of draws: E|X - y| - E|X - X'| / 2.

    Parameters
    ----------
    draws
        Draws of each case, shape (cases, draws).
    actual
        What happened, shape (cases,).
    fair
        Leave out the pairs of a draw with itself: the expectation is then that of the
        distribution that the draws come from. The plain score favours distributions that are
        too narrow when draws are few.

    Returns
    -------
    array
        Shape (cases,), in the unit of the draws; a fair score can be negative.

    Raises
    ------
    ValueError
        When a fair score is asked of a single draw.

    References
    ----------
    J. E. Matheson and R. L. Winkler, Management Science 22 (1976), 1087-1096; fair: C. A. T. Ferro,
    "Fair scores for ensemble forecasts", Quarterly Journal of the Royal Meteorological Society 140
    (2014), 1917-1923.

    Examples
    --------
    >>> round(float(crps([[38, 40, 41]], [40])[0]), 4), float(crps([[40]], [38], fair=False)[0])
    (0.0, 2.0)
    """
    x = np.sort(np.asarray(draws, np.float64), axis=-1)
    n = x.shape[-1]
    if fair and n < 2:
        raise ValueError("a fair score needs two draws")
    away = np.abs(x - np.asarray(actual)[..., None]).mean(axis=-1)
    # In order, draw k is larger than k others and smaller than n - 1 - k: all pairs in one sum.
    pairs = (x * (2 * np.arange(n) - n + 1)).sum(axis=-1)
    return np.asarray(away - pairs / (n * (n - 1) if fair else n * n))


def crps_normal(mean: ArrayLike, sd: ArrayLike, actual: ArrayLike) -> Floats:
    """Return the continuous ranked probability score of normal distributions, in closed form.

    Parameters
    ----------
    mean, sd
        Of each case; the deviations are positive.
    actual
        What happened.

    Returns
    -------
    array
        One score for each case, in the unit of the mean.

    References
    ----------
    T. Gneiting, A. E. Raftery, A. H. Westveld and T. Goldman, Monthly Weather Review 133 (2005),
    1098-1118, equation 5.

    Examples
    --------
    >>> float(crps_normal(0, 1, 0))
    0.233694977255...
    """
    sigma = np.asarray(sd, np.float64)
    z = (np.asarray(actual, np.float64) - np.asarray(mean, np.float64)) / sigma
    inside = np.vectorize(math.erf, otypes=[np.float64])(z / math.sqrt(2))
    density = np.exp(-(z**2) / 2) / math.sqrt(2 * math.pi)
    return np.asarray(sigma * (z * inside + 2 * density - 1 / math.sqrt(math.pi)))


def energy(draws: ArrayLike, actual: ArrayLike, *, fair: bool = True) -> Floats:
    """Return the energy score of vectors, such as all parties' seats at once.

    E|X - y| - E|X - X'| / 2 with the Euclidean distance: the CRPS of a vector, which also sees
    whether parties move together.

    Parameters
    ----------
    draws
        Draws of one case, shape (draws, parties).
    actual
        What happened, shape (parties,).
    fair
        As in :func:`crps`.

    Returns
    -------
    array
        A single number, in seats.

    Raises
    ------
    ValueError
        When a fair score is asked of a single draw.

    References
    ----------
    T. Gneiting and A. E. Raftery, "Strictly proper scoring rules, prediction, and estimation",
    Journal of the American Statistical Association 102 (2007), 359-378, section 4.3.

    Examples
    --------
    Two draws of a chamber, both one seat from the official one:

    >>> round(float(energy([[41, 8, 6], [40, 8, 7]], [40, 8, 6])), 4)
    0.2929
    """
    x = np.asarray(draws, np.float64)
    n = len(x)
    if fair and n < 2:
        raise ValueError("a fair score needs two draws")
    away = np.sqrt(((x - np.asarray(actual)) ** 2).sum(axis=1)).mean()
    # One row after the other: a matrix of all pairs would not fit for many draws.
    pairs = sum(float(np.sqrt(((x[k + 1 :] - x[k]) ** 2).sum(axis=1)).sum()) for k in range(n))
    return np.asarray(away - pairs / (n * (n - 1) if fair else n * n))
