"""The axioms of proportional allocation as predicates that say what breaks, in numbers.

A predicate takes an election and a function that allocates it exactly. Who changes places, merges
or is left out is not part of the election: every such choice is tried. The axioms speak of
elections that are decided by votes; where two allocations are compared and a tie had to be decided
in one of them, nothing is said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, permutations
from types import MappingProxyType
from typing import Any, TypeAlias

from simulator.allocation.election import Allocate, Election, outcome
from simulator.allocation.registry import Method

APPENDIX = "Balinski and Young, Fair Representation, 2nd ed., Brookings, 2001, appendix A"
PRINCIPLES = "Pukelsheim, Proportional Representation, 2nd ed., Springer, 2017, chapter 4"
CONSISTENCY = "Pukelsheim, Proportional Representation, 2nd ed., Springer, 2017, chapter 9"
SCHISMS = (
    "Balinski and Young, Stability, coalitions and schisms in proportional representation "
    "systems, American Political Science Review 72, 1978, 848-858"
)

Predicate: TypeAlias = Callable[[Election, Allocate], str | None]

_FACTORS = (2, 3, 10)


@dataclass(frozen=True)
class Axiom:
    """A property of allocation methods.

    Attributes
    ----------
    predicate
        Returns how an allocation function breaks the axiom at an election, or None.
    """

    id: str
    label: str
    statement: str
    reference: str
    predicate: Predicate


def violation(method: Method, axiom: Axiom, election: Election, **parameters: Any) -> str | None:
    """Return how a method breaks an axiom at an election, or None where it does not.

    Parameters
    ----------
    election
        Votes and seats; for ``vote-ratio-monotone`` with the votes of another count.
    **parameters
        Of the method; without them its defaults, or those of
        `simulator.allocation.election.PARAMETERS` where these end too early.

    Returns
    -------
    str or None
        A sentence with the numbers that break it. Parties count from 1.

    References
    ----------
    Balinski and Young, *Fair Representation*, 2nd ed., 2001, appendix A.

    Examples
    --------
    >>> from simulator.allocation import registry
    >>> from simulator.allocation.election import Election
    >>> hamilton, webster = registry.get("hamilton"), registry.get("webster")
    >>> violation(hamilton, AXIOMS["house-monotone"], Election((6, 6, 2), 10))
    'party 3 has 2 of 10 seats and 1 of 11'
    >>> violation(webster, AXIOMS["house-monotone"], Election((6, 6, 2), 10))
    """
    return axiom.predicate(
        election, lambda votes, seats: outcome(method, votes, seats, **parameters)
    )


_AXIOMS: dict[str, Axiom] = {}
AXIOMS: Mapping[str, Axiom] = MappingProxyType(_AXIOMS)


def _axiom(id: str, label: str, statement: str, reference: str) -> Callable[[Predicate], None]:
    def add(predicate: Predicate) -> None:
        _AXIOMS[id] = Axiom(id, label, statement, reference, predicate)

    return add


@_axiom(
    "anonymous", "anonymous",
    "Parties that change places change seats; names and order do not count.", PRINCIPLES,
)  # fmt: skip
def _anonymous(election: Election, allocate: Allocate) -> str | None:
    votes, seats = election.votes, allocate(election.votes, election.seats)
    # Every order is reached by exchanging neighbours.
    for p in range(len(votes) - 1):
        mixed = _exchanged(votes, p)
        found = allocate(mixed, election.seats)
        if not (seats.tied or found.tied) and found.seats != _exchanged(seats.seats, p):
            return _two_counts(votes, seats.seats, mixed, found.seats)
    return None


@_axiom(
    "homogeneous", "homogeneous",
    "All votes times the same factor give the same seats.", PRINCIPLES,
)  # fmt: skip
def _homogeneous(election: Election, allocate: Allocate) -> str | None:
    votes, seats = election.votes, allocate(election.votes, election.seats)
    for factor in _FACTORS:
        scaled = tuple(factor * v for v in votes)
        found = allocate(scaled, election.seats)
        if not (seats.tied or found.tied) and found.seats != seats.seats:
            return _two_counts(votes, seats.seats, scaled, found.seats)
    return None


@_axiom(
    "concordant", "concordant",
    "A party with more votes never has fewer seats than one with fewer votes.", PRINCIPLES,
)  # fmt: skip
def _concordant(election: Election, allocate: Allocate) -> str | None:
    votes, (seats, _) = election.votes, allocate(election.votes, election.seats)
    for i, j in permutations(range(len(votes)), 2):
        if votes[i] > votes[j] and seats[i] < seats[j]:
            return (
                f"party {i + 1} has {_seats(seats[i])} with {votes[i]} votes "
                f"and party {j + 1} has {seats[j]} with {votes[j]}"
            )
    return None


@_axiom(
    "house-monotone", "house monotone",
    "No party has fewer seats in a chamber of one seat more: no Alabama paradox.", APPENDIX,
)  # fmt: skip
def _house_monotone(election: Election, allocate: Allocate) -> str | None:
    house = election.seats
    less, more = allocate(election.votes, house), allocate(election.votes, house + 1)
    if less.tied or more.tied:
        return None
    for p, (before, after) in enumerate(zip(less.seats, more.seats, strict=True)):
        if after < before:
            return f"party {p + 1} has {before} of {house} seats and {after} of {house + 1}"
    return None


@_axiom(
    "vote-ratio-monotone", "vote-ratio monotone",
    "No party that gains votes relative to another loses a seat to it: no population paradox.",
    f"{APPENDIX} (population monotone); {CONSISTENCY}",
)  # fmt: skip
def _vote_ratio_monotone(election: Election, allocate: Allocate) -> str | None:
    before, after = election.votes, election.other_votes
    if after is None:
        return None
    old, new = allocate(before, election.seats), allocate(after, election.seats)
    if old.tied or new.tied:
        return None
    a, b = old.seats, new.seats
    for i, j in permutations(range(len(before)), 2):
        gains = after[i] * before[j] > before[i] * after[j]
        if gains and b[i] < a[i] and b[j] > a[j]:
            return (
                f"party {i + 1} gains on party {j + 1}, from {before[i]}:{before[j]} votes "
                f"to {after[i]}:{after[j]}, and the seats go from {a[i]}:{a[j]} to {b[i]}:{b[j]}"
            )
    return None


@_axiom(
    "coherent", "coherent",
    "What some of the parties got together is split among them alone as it was among all: no "
    "new-states paradox.", f"{APPENDIX} (uniform); {CONSISTENCY}",
)  # fmt: skip
def _coherent(election: Election, allocate: Allocate) -> str | None:
    whole = allocate(election.votes, election.seats)
    if whole.tied:
        return None
    for some in _parts(len(election.votes)):
        got = tuple(whole.seats[p] for p in some)
        alone = allocate([election.votes[p] for p in some], sum(got))
        if not alone.tied and alone.seats != got:
            return (
                f"parties {_list(p + 1 for p in some)} share {_seats(sum(got))} as {_list(got)} "
                f"among all parties and as {_list(alone.seats)} alone"
            )
    return None


@_axiom(
    "lower-quota", "within lower quota",
    "No party has fewer seats than its share of them, rounded down.", APPENDIX,
)  # fmt: skip
def _lower_quota(election: Election, allocate: Allocate) -> str | None:
    return _beyond_quota(election, allocate, lambda seats, share: seats < share // 1, "fewer")


@_axiom(
    "upper-quota", "within upper quota",
    "No party has more seats than its share of them, rounded up.", APPENDIX,
)  # fmt: skip
def _upper_quota(election: Election, allocate: Allocate) -> str | None:
    return _beyond_quota(election, allocate, lambda seats, share: seats > -(-share // 1), "more")


@_axiom(
    "merge-proof", "merge-proof",
    "Two parties that merge have no fewer seats than together before: coalitions are safe.",
    SCHISMS,
)  # fmt: skip
def _merge_proof(election: Election, allocate: Allocate) -> str | None:
    for i, j, apart, merged in _mergers(election, allocate):
        if merged < sum(apart):
            return (
                f"parties {i + 1} and {j + 1} have {apart[0]} and {_seats(apart[1])}, "
                f"and {merged} after they merge"
            )
    return None


@_axiom(
    "split-proof", "split-proof",
    "A party that splits in two has no fewer seats than before, where there is a seat for every "
    "party: schisms are safe.", SCHISMS,
)  # fmt: skip
def _split_proof(election: Election, allocate: Allocate) -> str | None:
    # With fewer seats than parties somebody goes without under every method, and two who do may
    # win a seat together.
    if election.seats < sum(v > 0 for v in election.votes):
        return None
    for i, j, apart, merged in _mergers(election, allocate):
        if merged > sum(apart):
            return (
                f"a party of {election.votes[i] + election.votes[j]} votes has {_seats(merged)}, "
                f"and {apart[0]} and {apart[1]} after it splits into parties {i + 1} and {j + 1}"
            )
    return None


def _exchanged(values: Sequence[int], p: int) -> tuple[int, ...]:
    """Return the values with those of a party and its neighbour in each other's place."""
    return (*values[:p], values[p + 1], values[p], *values[p + 2 :])


def _parts(size: int) -> Iterator[tuple[int, ...]]:
    """Yield every pair, and all but one; the rest follows by leaving out one after the other."""
    for count in sorted({2, size - 1}):
        if 2 <= count < size:
            yield from combinations(range(size), count)


def _beyond_quota(
    election: Election, allocate: Allocate, beyond: Callable[[int, Fraction], bool], how: str
) -> str | None:
    votes, house = election.votes, election.seats
    total = sum(votes)
    if total == 0:
        return None
    for p, seats in enumerate(allocate(votes, house).seats):
        share = Fraction(votes[p] * house, total)
        if beyond(seats, share):
            return f"party {p + 1} has {_seats(seats)}, {how} than its share of {float(share):.6g}"
    return None


def _mergers(
    election: Election, allocate: Allocate
) -> Iterator[tuple[int, int, tuple[int, int], int]]:
    """Yield two parties, their seats and those of both merged, wherever no tie is involved."""
    votes, house = election.votes, election.seats
    whole = allocate(votes, house)
    if whole.tied:
        return
    for i, j in combinations(range(len(votes)), 2):
        joint = [*votes[:i], votes[i] + votes[j], *votes[i + 1 : j], *votes[j + 1 :]]
        found = allocate(joint, house)
        if not found.tied:
            yield i, j, (whole.seats[i], whole.seats[j]), found.seats[i]


def _two_counts(
    votes: Sequence[int], seats: Sequence[int], other: Sequence[int], found: Sequence[int]
) -> str:
    return f"{_list(votes)} votes give {_list(seats)} seats, and {_list(other)} give {_list(found)}"


def _seats(count: int) -> str:
    return "1 seat" if count == 1 else f"{count} seats"


def _list(values: Sequence[int] | Iterator[int]) -> str:
    return ", ".join(str(v) for v in values)
