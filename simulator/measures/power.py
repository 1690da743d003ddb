"""Voting power of parties in a chamber, exactly: fractions from generating functions.

A coalition wins when its seats reach the quota. All indices add up to one, depend on the quota and
take every coalition, or every winning order, as equally likely: they say what a party can decide,
not what it will.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import factorial

import numpy as np
from numpy.typing import NDArray

# Coalitions by size (rows) and weight (columns): whole numbers, of Python's own beyond 2^62.
Counts = NDArray[np.int64] | NDArray[np.object_]


def banzhaf(quota: int, weights: Sequence[int]) -> tuple[Fraction, ...]:
    """Return the normalised Banzhaf index: each party's share of all swings.

    Parameters
    ----------
    quota
        Seats that a winning coalition has at least.
    weights
        Seats by party; those that always vote together are one party.

    Returns
    -------
    tuple of Fraction
        Adds up to one.

    Raises
    ------
    ValueError
        When a weight is negative, or the quota is not between one and the sum of the weights.

    See Also
    --------
    swings : the swings themselves.

    References
    ----------
    J. F. Banzhaf, "Weighted voting doesn't work", Rutgers Law Review 19 (1965), 317-343.

    Examples
    --------
    The Mazhilis of 2023 at the two thirds that change the constitution, its seven independents
    taken for one bloc: Amanat, 62 of 98, needs any one other.

    >>> banzhaf(66, [62, 8, 6, 6, 5, 4, 7])[0]
    Fraction(21, 23)
    """
    return _normalised(swings(quota, weights))


def swings(quota: int, weights: Sequence[int]) -> tuple[int, ...]:
    """Return in how many coalitions of the others each party turns losing into winning.

    Parameters
    ----------
    quota, weights
        As in :func:`banzhaf`.

    References
    ----------
    J. F. Banzhaf, as in :func:`banzhaf`; by generating functions: S. J. Brams and P. J. Affuso,
    "Power and size: a new paradox", Theory and Decision 7 (1976), 29-56.

    Examples
    --------
    The council of the six in 1958, in the order of France, Germany, Italy, Belgium, the
    Netherlands and Luxembourg, whose vote never counted:

    >>> swings(12, [4, 4, 4, 2, 2, 1])
    (10, 10, 10, 6, 6, 0)
    """
    _check(quota, weights)
    counts = _coalitions(weights)
    return tuple(sum(_losing(_without(counts, w), quota - w, quota)) for w in weights)


def shapley_shubik(quota: int, weights: Sequence[int]) -> tuple[Fraction, ...]:
    """Return the Shapley-Shubik index: how often a party is pivotal when all line up at random.

    Parameters
    ----------
    quota, weights
        As in :func:`banzhaf`.

    Returns
    -------
    tuple of Fraction
        Adds up to one.

    Raises
    ------
    ValueError
        As :func:`banzhaf`.

    References
    ----------
    L. S. Shapley and M. Shubik, "A method for evaluating the distribution of power in a committee
    system", American Political Science Review 48 (1954), 787-792.

    Examples
    --------
    The Mazhilis of 2023 at two thirds, its seven independents taken for one bloc:

    >>> shapley_shubik(66, [62, 8, 6, 6, 5, 4, 7])[0]
    Fraction(6, 7)
    """
    _check(quota, weights)
    counts, n = _coalitions(weights), len(weights)
    orders = [factorial(size) * factorial(n - 1 - size) for size in range(n)]
    found = []
    for w in weights:
        pivotal = _losing(_without(counts, w)[:n], quota - w, quota)
        ways = sum(a * b for a, b in zip(orders, pivotal, strict=True))
        found.append(Fraction(ways, factorial(n)))
    return tuple(found)


def deegan_packel(quota: int, weights: Sequence[int]) -> tuple[Fraction, ...]:
    """Return the Deegan-Packel index: minimal winning coalitions, divided equally inside each.

    A winning coalition is minimal when no member can leave it without its losing.

    Parameters
    ----------
    quota, weights
        As in :func:`banzhaf`.

    Returns
    -------
    tuple of Fraction
        Adds up to one.

    Raises
    ------
    ValueError
        As :func:`banzhaf`.

    References
    ----------
    J. Deegan and E. W. Packel, "A new index of power for simple n-person games", International
    Journal of Game Theory 7 (1978), 113-123.

    Examples
    --------
    The Mazhilis of 2023 at two thirds, its seven independents taken for one bloc:

    >>> deegan_packel(66, [62, 8, 6, 6, 5, 4, 7])[0]
    Fraction(1, 2)
    """
    found = _minimal(quota, weights)
    total = sum(sum(row) // size for size, row in enumerate(zip(*found, strict=True)) if size)
    return tuple(
        sum((Fraction(n, size) for size, n in enumerate(row) if size), Fraction(0)) / total
        for row in found
    )


def holler(quota: int, weights: Sequence[int]) -> tuple[Fraction, ...]:
    """Return the public good index: each party's share of places in minimal winning coalitions.

    Parameters
    ----------
    quota, weights
        As in :func:`banzhaf`.

    Returns
    -------
    tuple of Fraction
        Adds up to one.

    Raises
    ------
    ValueError
        As :func:`banzhaf`.

    References
    ----------
    M. J. Holler, "Forming coalitions and measuring voting power", Political Studies 30 (1982),
    262-271.

    Examples
    --------
    The Mazhilis of 2023 at two thirds, its seven independents taken for one bloc: six minimal
    coalitions of Amanat and one other.

    >>> holler(66, [62, 8, 6, 6, 5, 4, 7])[:2]
    (Fraction(1, 2), Fraction(1, 12))
    """
    return _normalised([sum(row) for row in _minimal(quota, weights)])


def _check(quota: int, weights: Sequence[int]) -> None:
    if any(w < 0 for w in weights):
        raise ValueError("a weight is negative")
    if not 1 <= quota <= sum(weights):
        raise ValueError(f"a quota is between 1 and the sum of the weights, {sum(weights)}")


def _normalised(numbers: Sequence[int]) -> tuple[Fraction, ...]:
    total = sum(numbers)
    return tuple(Fraction(n, total) for n in numbers)


def _coalitions(weights: Sequence[int]) -> Counts:
    """Return the number of coalitions by size and weight: coefficients of prod (1 + y x^w)."""
    counts = _nobody(weights)
    for w in weights:
        _include(counts, w)
    return counts


def _nobody(weights: Sequence[int]) -> Counts:
    """Return the counts before any party has joined, with room for all."""
    kind: type = np.int64 if len(weights) <= 62 else object
    counts: Counts = np.zeros((len(weights) + 1, sum(weights) + 1), kind)
    counts[0, 0] = 1
    return counts


def _include(counts: Counts, w: int) -> None:
    """Multiply by (1 + y x^w), in place."""
    counts[1:, w:] += counts[:-1, : counts.shape[1] - w].copy()


def _without(counts: Counts, w: int) -> Counts:
    """Return the counts of coalitions that leave out one party of weight w: division."""
    found = counts.copy()
    for size in range(1, len(found)):
        found[size, w:] -= found[size - 1, : found.shape[1] - w]
    return found


def _losing(counts: Counts, low: int, high: int) -> list[int]:
    """Return, by size, how many coalitions have at least the weight low and less than high."""
    return [int(n) for n in counts[:, max(0, low) : max(0, high)].sum(axis=1)]


def _minimal(quota: int, weights: Sequence[int]) -> list[list[int]]:
    """Return, for each party, the number of minimal winning coalitions with it, by their size.

    Parties join from the heaviest down, so the last to join is the lightest: the coalition is
    minimal when it wins with it and loses without it.
    """
    _check(quota, weights)
    n = len(weights)
    order = sorted(range(n), key=lambda i: -weights[i])
    found = [[0] * (n + 1) for _ in range(n)]
    counts = _nobody(weights)
    for at, last in enumerate(order):
        low = quota - weights[last]
        for size, number in enumerate(_losing(counts[: at + 1], low, quota)):
            found[last][size + 1] += number
        for i in order[:at]:
            others = _without(counts, weights[i])[:at]
            w = weights[i]
            for size, number in enumerate(_losing(others, low - w, quota - w)):
                found[i][size + 2] += number
        _include(counts, weights[last])
    return found
