"""Witnesses: for every axiom that a proportional method does not claim, an election that breaks it.

Each is the first that :func:`simulator.allocation.hunt.hunt` comes to (fewest parties, then fewest
seats, then fewest votes) among elections of up to 40 votes; up to 50 where two counts are compared,
80 for the upper quota of Dean and Huntington-Hill.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from simulator.allocation.axioms import Axiom
from simulator.allocation.election import Election
from simulator.allocation.registry import Method

# Divisors 1, 3, 5, ... come under three names; the list of divisors is that of PARAMETERS.
_SAINTE_LAGUE = {
    "lower-quota": Election((9, 2, 2, 2), 5),
    "upper-quota": Election((6, 1, 1, 1), 3),
    "merge-proof": Election((4, 4, 3), 2),
    "split-proof": Election((6, 1, 1), 3),
}

# Quotas of Hare, then D'Hondt, is D'Hondt: no party has less than its lower quota there.
_DHONDT = {
    "upper-quota": Election((4, 1, 1), 3),
    "split-proof": Election((4, 1, 1), 3),
}

WITNESSES: Mapping[str, Mapping[str, Election]] = MappingProxyType(
    {
        "dhondt": _DHONDT,
        "sainte-lague": _SAINTE_LAGUE,
        "modified-sainte-lague": {
            "lower-quota": Election((18, 5, 5, 5), 11),
            "upper-quota": Election((4, 1, 1), 3),
            "merge-proof": Election((9, 5, 4), 3),
            "split-proof": Election((2, 2, 1), 3),
        },
        "imperiali-divisor": {
            "lower-quota": Election((3, 1), 4),
            "upper-quota": Election((3, 1), 4),
            "split-proof": Election((3, 1, 1), 3),
        },
        "danish": {
            "lower-quota": Election((6, 1, 1), 4),
            "upper-quota": Election((8, 1, 1, 1, 1), 3),
            "merge-proof": Election((3, 3, 2), 2),
            "split-proof": Election((8, 1, 1), 3),
        },
        "adams": {
            "lower-quota": Election((4, 1, 1), 3),
            "merge-proof": Election((2, 2, 1), 2),
        },
        "dean": {
            "lower-quota": Election((4, 1, 1), 3),
            "upper-quota": Election((54, 7, 7, 7), 25),
            "merge-proof": Election((2, 2, 1), 2),
            "split-proof": Election((11, 10, 10), 4),
        },
        "huntington-hill": {
            "lower-quota": Election((4, 1, 1), 3),
            "upper-quota": Election((27, 4, 4, 4), 13),
            "merge-proof": Election((2, 2, 1), 2),
            "split-proof": Election((8, 7, 7), 4),
        },
        "macau": {
            "lower-quota": Election((5, 1), 6),
            "upper-quota": Election((5, 1), 6),
            "merge-proof": Election((7, 4, 3), 3),
            "split-proof": Election((5, 1, 1), 3),
        },
        "power-divisor": {
            "lower-quota": Election((6, 1), 7),
            "upper-quota": Election((6, 1), 7),
            "split-proof": Election((3, 1, 1), 3),
        },
        "stationary": _SAINTE_LAGUE,
        "divisor-list": _SAINTE_LAGUE,
        "largest-remainder": {
            "house-monotone": Election((3, 3, 1), 3),
            "vote-ratio-monotone": Election((14, 4, 3), 2, (17, 5, 1)),
            "coherent": Election((10, 3, 2), 2),
            "merge-proof": Election((4, 4, 3), 2),
            "split-proof": Election((3, 3, 1), 3),
        },
        "quota-then-divisor": _DHONDT,
        "balinski-young-quota": {
            "vote-ratio-monotone": Election((10, 3, 2), 3, (13, 4, 1)),
            "coherent": Election((10, 3, 2), 3),
            "merge-proof": Election((9, 5, 4, 3), 3),
            "split-proof": Election((5, 1, 1), 3),
        },
    }
)


def witness(method: Method, axiom: Axiom) -> Election | None:
    """Return the stored election at which a method breaks an axiom.

    Returns
    -------
    Election or None
        None for an axiom that the method claims, and for methods of other packages.

    See Also
    --------
    simulator.allocation.hunt.hunt : search for one.

    References
    ----------
    Balinski and Young, *Fair Representation*, 2nd ed., 2001, appendix A.

    Examples
    --------
    The Alabama paradox at its smallest:

    >>> from simulator.allocation import registry
    >>> from simulator.allocation.axioms import AXIOMS, violation
    >>> hamilton, axiom = registry.get("hamilton"), AXIOMS["house-monotone"]
    >>> election = witness(hamilton, axiom)
    >>> election.votes, election.seats
    ((3, 3, 1), 3)
    >>> violation(hamilton, axiom, election)
    'party 3 has 1 of 3 seats and 0 of 4'
    """
    return WITNESSES.get(method.id, {}).get(axiom.id)
