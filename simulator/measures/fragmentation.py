"""How many parties there are in effect, among voters and in the chamber."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from simulator.measures.proportionality import Floats, shares


def effective_number(numbers: ArrayLike) -> Floats:
    """Return the effective number of parties: one over the sum of squared shares.

    Of votes it is ENPV, whose vote base is the sum of what is handed over; of seats it is ENPS.

    Parameters
    ----------
    numbers
        Votes or seats by party, shape (..., parties). The leading axes may be draws.

    Returns
    -------
    array
        From 1 to the number of parties, one for each row.

    Raises
    ------
    ValueError
        When a number is negative or all are zero.

    References
    ----------
    M. Laakso and R. Taagepera, "Effective number of parties: a measure with application to West
    Europe", Comparative Political Studies 12 (1979), 3-27.

    Examples
    --------
    Kazakhstan's lists of 19 March 2023: votes for lists, valid ballots (with 248,291 against all),
    and list seats:

    >>> votes = [3431510, 693938, 547154, 535139, 432920, 331058, 146431]
    >>> round(float(effective_number(votes)), 3)
    2.844
    >>> round(float(effective_number([*votes, 248291])), 3)
    3.065
    >>> round(float(effective_number([40, 8, 6, 6, 5, 4, 0])), 3)
    2.679
    """
    return np.asarray(1 / (shares(numbers) ** 2).sum(axis=-1))
