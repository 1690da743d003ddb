"""The hunt for the smallest election at which a method breaks an axiom."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import product
from typing import Any

from simulator.allocation.axioms import Axiom
from simulator.allocation.election import Election, Outcome, outcome
from simulator.allocation.registry import Method
from simulator.errors import AllocationError


def hunt(
    method: Method,
    axiom: Axiom,
    *,
    most_parties: int = 4,
    most_seats: int = 8,
    most_votes: int = 16,
    **parameters: Any,
) -> Election | None:
    """Return the first election at which a method breaks an axiom, or None within the bounds.

    The elections are tried in a fixed order: by parties, then seats, then all votes together.
    Elections that are tied, or that the method refuses, are passed over.

    Parameters
    ----------
    most_parties, most_seats
        Bounds, themselves included.
    most_votes
        Bound on the votes of all parties together, both counts included where two are compared.
    **parameters
        Of the method.

    Returns
    -------
    Election or None
        With the fewest parties, then the fewest seats, then the fewest votes. Parties are in
        falling order of votes when the method claims to be anonymous.

    See Also
    --------
    simulator.allocation.witnesses.witness : what such hunts have found.

    References
    ----------
    Balinski and Young, *Fair Representation*, 2nd ed., 2001, appendix A.

    Examples
    --------
    D'Hondt gives a party more than its share, rounded up:

    >>> from simulator.allocation import registry
    >>> from simulator.allocation.axioms import AXIOMS
    >>> hunt(registry.get("dhondt"), AXIOMS["upper-quota"])
    Election(votes=(4, 1, 1), seats=3, other_votes=None)
    """

    @cache
    def found(votes: tuple[int, ...], seats: int) -> Outcome:
        return outcome(method, votes, seats, **parameters)

    ordered = "anonymous" in method.axioms
    compared = axiom.id == "vote-ratio-monotone"
    counts = _two_counts if compared else _one_count
    for parties, seats in product(range(1, most_parties + 1), range(1, most_seats + 1)):
        for total in range(parties, most_votes + 1):
            for votes, other in counts(total, parties, ordered):
                election = Election(votes, seats, other)
                try:
                    if not found(votes, seats).tied and axiom.predicate(
                        election, lambda v, s: found(tuple(v), s)
                    ):
                        return election
                except AllocationError:
                    continue
    return None


_Counts = Iterator[tuple[tuple[int, ...], tuple[int, ...] | None]]


def _one_count(total: int, parties: int, ordered: bool) -> _Counts:
    for votes in _splits(total, parties, total, ordered):
        yield votes, None


def _two_counts(total: int, parties: int, ordered: bool) -> _Counts:
    for first in range(parties, total - parties + 1):
        for votes in _splits(first, parties, first, ordered):
            # Only one of the two counts can be put in order.
            for other in _splits(total - first, parties, total, False):
                yield votes, other


def _splits(total: int, parties: int, most: int, ordered: bool) -> Iterator[tuple[int, ...]]:
    """Yield the ways to split votes among parties, larger first parties first, none without."""
    if parties == 1:
        if 0 < total <= most:
            yield (total,)
        return
    for first in range(min(most, total - parties + 1), 0, -1):
        for rest in _splits(total - first, parties - 1, first if ordered else most, ordered):
            yield (first, *rest)
