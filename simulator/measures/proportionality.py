"""How far the shares of seats are from the shares of votes.

Every measure depends on its vote base: the votes that are handed over are all that there are, so
whoever leaves out votes for options without seats measures something else. Hand over what was
counted, with zero seats where none were won, and say next to the number which votes these are.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

# Parties that Rae leaves out, as a share of the votes.
RAE_LEAST = 0.005


def shares(numbers: ArrayLike) -> Floats:
    """Return numbers of votes or seats as shares of their sum along the last axis.

    Raises
    ------
    ValueError
        When one of them is negative, or all of them are zero.
    """
    found = np.asarray(numbers, dtype=np.float64)
    total = found.sum(axis=-1, keepdims=True)
    if (found < 0).any() or not (total > 0).all():
        raise ValueError("votes and seats are not negative, and some are above zero")
    return np.asarray(found / total)


def pair(votes: ArrayLike, seats: ArrayLike) -> tuple[Floats, Floats]:
    """Return shares of votes and of seats, one party a column, in arrays of one shape.

    Raises
    ------
    ValueError
        When the numbers of parties differ.
    """
    v, s = shares(votes), shares(seats)
    if v.shape[-1] != s.shape[-1]:
        raise ValueError(f"votes of {v.shape[-1]} parties, seats of {s.shape[-1]}")
    broadcast = np.broadcast_arrays(v, s)
    return broadcast[0], broadcast[1]


def gallagher(votes: ArrayLike, seats: ArrayLike) -> Floats:
    """Return the least squares index of disproportionality, in percentage points.

    Half the sum of squared differences between shares of votes and of seats, under the root: a few
    large differences count for more than many small ones.

    Parameters
    ----------
    votes
        Votes by party, shape (..., parties); their sum is the vote base.
    seats
        Seats by party, zero for those without. The leading axes may be draws.

    Returns
    -------
    array
        From 0 to 100, one for each row.

    Raises
    ------
    ValueError
        When the numbers of parties differ, a number is negative or all are zero.

    See Also
    --------
    loosemore_hanby : half the sum of the differences themselves.

    References
    ----------
    M. Gallagher, "Proportionality, disproportionality and electoral systems", Electoral Studies 10
    (1991), 33-51.

    Examples
    --------
    The lists of Kazakhstan's election of 19 March 2023, on votes for lists, and then on valid
    ballots, where 248,291 against all are votes that nobody represents:

    >>> votes = [3431510, 693938, 547154, 535139, 432920, 331058, 146431]
    >>> seats = [40, 8, 6, 6, 5, 4, 0]
    >>> round(float(gallagher(votes, seats)), 3)
    2.189
    >>> round(float(gallagher([*votes, 248291], [*seats, 0])), 3)
    4.371
    """
    v, s = pair(votes, seats)
    return np.asarray(100 * np.sqrt(((s - v) ** 2).sum(axis=-1) / 2))


def loosemore_hanby(votes: ArrayLike, seats: ArrayLike) -> Floats:
    """Return half the sum of absolute differences between shares, in percentage points.

    The share of the seats that would have to move for proportionality.

    Parameters
    ----------
    votes, seats
        As in :func:`gallagher`; the sum of the votes is the vote base.

    Returns
    -------
    array
        From 0 to 100, one for each row.

    References
    ----------
    J. Loosemore and V. J. Hanby, "The theoretical limits of maximum distortion", British Journal of
    Political Science 1 (1971), 467-477.

    Examples
    --------
    Kazakhstan's lists of 19 March 2023, on votes for lists:

    >>> votes = [3431510, 693938, 547154, 535139, 432920, 331058, 146431]
    >>> round(float(loosemore_hanby(votes, [40, 8, 6, 6, 5, 4, 0])), 3)
    2.692
    """
    v, s = pair(votes, seats)
    return np.asarray(50 * np.abs(s - v).sum(axis=-1))


def rae(votes: ArrayLike, seats: ArrayLike, least: float = RAE_LEAST) -> Floats:
    """Return the mean absolute difference between shares of votes and seats, in points.

    Parties with no more than half a per cent of the votes are left out, so that many tiny parties
    do not make a system look proportional; the shares stay those of the whole vote base.

    Parameters
    ----------
    votes, seats
        As in :func:`gallagher`; the sum of the votes is the vote base.
    least
        Share of the votes that a party must exceed to count.

    Returns
    -------
    array
        From 0 to 100, one for each row.

    References
    ----------
    D. W. Rae, *The Political Consequences of Electoral Laws*, 1967, chapter 4.

    Examples
    --------
    Kazakhstan's lists of 19 March 2023, on votes for lists:

    >>> votes = [3431510, 693938, 547154, 535139, 432920, 331058, 146431]
    >>> round(float(rae(votes, [40, 8, 6, 6, 5, 4, 0])), 3)
    0.769
    """
    v, s = pair(votes, seats)
    counted = v > least
    return np.asarray(100 * np.where(counted, np.abs(s - v), 0).sum(axis=-1) / counted.sum(axis=-1))


def sainte_lague_index(votes: ArrayLike, seats: ArrayLike) -> Floats:
    """Return Pearson's distance between shares of seats and votes: sum of (s - v)^2 / v, in points.

    What the Sainte-Laguë method makes smallest. Infinite when an option without votes has seats.

    Parameters
    ----------
    votes, seats
        As in :func:`gallagher`; the sum of the votes is the vote base.

    Returns
    -------
    array
        From 0, one for each row.

    References
    ----------
    A. Sainte-Laguë, "La représentation proportionnelle et la méthode des moindres carrés",
    Annales scientifiques de l'École Normale Supérieure 27 (1910), 529-542.

    Examples
    --------
    Kazakhstan's lists of 19 March 2023, on votes for lists:

    >>> votes = [3431510, 693938, 547154, 535139, 432920, 331058, 146431]
    >>> round(float(sainte_lague_index(votes, [40, 8, 6, 6, 5, 4, 0])), 3)
    2.501
    """
    v, s = pair(votes, seats)
    return np.asarray(100 * _quotients((s - v) ** 2, v).sum(axis=-1))


def dhondt_index(votes: ArrayLike, seats: ArrayLike) -> Floats:
    """Return the largest advantage of a party: the highest share of seats over share of votes.

    What the D'Hondt method makes smallest. One when every party has its share; infinite when an
    option without votes has seats.

    Parameters
    ----------
    votes, seats
        As in :func:`gallagher`; the sum of the votes is the vote base.

    Returns
    -------
    array
        From 1, one for each row.

    References
    ----------
    M. Gallagher, "Proportionality, disproportionality and electoral systems", Electoral Studies 10
    (1991), 33-51.

    Examples
    --------
    Kazakhstan's lists of 19 March 2023, on votes for lists:

    >>> votes = [3431510, 693938, 547154, 535139, 432920, 331058, 146431]
    >>> round(float(dhondt_index(votes, [40, 8, 6, 6, 5, 4, 0])), 4)
    1.0713
    """
    v, s = pair(votes, seats)
    return np.asarray(_quotients(s, v).max(axis=-1))


def _quotients(part: Floats, base: Floats) -> Floats:
    """Return part / base; nothing over nothing is nothing."""
    empty = base == 0
    found = part / np.where(empty, 1.0, base)
    return np.asarray(np.where(empty & (part > 0), np.inf, found))
