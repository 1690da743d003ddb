"""An election as the axioms see it: votes and seats, and what a method makes of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, NamedTuple, TypeAlias

from simulator.allocation.exact import Contest
from simulator.allocation.registry import Method
from simulator.allocation.ties import Decider

# Where the defaults of a method end too early for an axiom to be asked of it.
PARAMETERS: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {"divisor-list": MappingProxyType({"divisors": tuple(range(1, 201, 2))})}
)


class Outcome(NamedTuple):
    """Seats by party, and whether a tie had to be decided for them."""

    seats: tuple[int, ...]
    tied: bool


Allocate: TypeAlias = Callable[[Sequence[int], int], Outcome]


@dataclass(frozen=True)
class Election:
    """Votes by party and seats; `other_votes` of the same parties where two counts are compared."""

    votes: tuple[int, ...]
    seats: int
    other_votes: tuple[int, ...] | None = None

    def __post_init__(self) -> None:
        if self.other_votes is not None and len(self.other_votes) != len(self.votes):
            raise ValueError("other_votes are the votes of the same parties at another count")


def outcome(method: Method, votes: Sequence[int], seats: int, **parameters: Any) -> Outcome:
    """Allocate votes by a method, exactly; ties go to the party named first and are reported.

    Parameters
    ----------
    **parameters
        Of the method; without them its defaults, or `PARAMETERS` where these end too early.

    Returns
    -------
    Outcome
        Seats in the order of the votes; they add up to `seats` where the method gives them all.

    See Also
    --------
    simulator.allocate : the same with names, reasons and the tie rules of a law.

    References
    ----------
    Pukelsheim, *Proportional Representation*, 2nd ed., 2017, chapters 4 and 5.

    Examples
    --------
    >>> from simulator.allocation import registry
    >>> outcome(registry.get("dhondt"), [5, 3, 1], 4)
    Outcome(seats=(3, 1, 0), tied=False)
    """
    size = len(votes)
    names = [str(p) for p in range(size)]
    contest = Contest(
        names, votes, seats, [0] * size, [0] * size, [None] * size,
        Decider(names, votes, ("listed-order",)),
    )  # fmt: skip
    if seats:
        method.allocate(contest, **(dict(PARAMETERS.get(method.id, {})) | parameters))
    return Outcome(tuple(contest.held), bool(contest.ties))
