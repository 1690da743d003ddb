"""How close it was: the votes that stand between a party and one seat more, or one seat less.

The answers are found by asking the judge: the number of votes is doubled until the seats change,
then bisected. That finds the smallest number as long as a party that wins votes, all others
unchanged, never loses a seat by it; where a law is odd enough that it can, the answer is still a
number with which the seats change and without whose last vote they do not.

Votes that are won or lost are ballots that are cast or not: a base of the threshold that counts
ballots (a number, ``valid``, ``valid-plus-against-all``, ``ballots``) moves with them, an
``electorate`` does not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from simulator.allocation.allocate import allocate
from simulator.allocation.numbers import Exact, read_count, read_votes
from simulator.allocation.outcome import Allocation
from simulator.errors import AllocationError, suggest

_COUNTS_BALLOTS = ("valid", "valid-plus-against-all", "ballots")
# Each further seat costs at most twice as many votes (Macau); more doublings are never needed.
_MOST_DOUBLINGS = 100


@dataclass(frozen=True)
class NextSeat:
    """Who was next: how many votes were missing, and all seats as they would have been."""

    party: str
    votes: int | None
    seats: Mapping[str, int]


def votes_for_next_seat(
    votes: Mapping[str, Any],
    seats: int,
    party: str,
    *,
    other_ballots: Any = None,
    **options: Any,
) -> int | None:
    """Return the fewest additional votes with which a party has one seat more, or several.

    Parameters
    ----------
    votes, seats
        The election; the votes of all other parties stay as they are.
    party
        Whose votes are added to.
    other_ballots
        Ballots in the base of the threshold that are for no party, such as those against all; the
        base is then the votes and these. None takes the base that the threshold names.
    **options
        Of :func:`simulator.allocate`; ties go to the party listed first unless `ties` is given.

    Returns
    -------
    int or None
        A whole number of at least 1; None when no number of votes gives another seat.

    Raises
    ------
    AllocationError
        No such party (E502), or what `allocate` refuses.

    Examples
    --------
    Kazakhstan's list seats of 2023 by 5% of the valid votes and those against all:

    >>> votes = {"amanat": 3431510, "auyl": 693938, "respublica": 547154, "aqjol": 535139,
    ...          "qhp": 432920, "jsdp": 331058, "baytaq": 146431}
    >>> votes_for_next_seat(votes, 69, "respublica", threshold="5%", other_ballots=248291)
    19156
    """
    question = _Question(votes, seats, party, other_ballots, options)
    now = question.seats_after(0)
    farthest = (int(sum(question.votes.values())) + 1) << min(seats + 8, _MOST_DOUBLINGS)

    def more(change: int) -> bool:
        # What is not defined, such as too many whole quotas, lies beyond the seat in question.
        held = question.try_seats(change)
        return held is None or held > now

    found = _fewest(more, farthest) if more(farthest) else None
    return found if found and question.try_seats(found) is not None else None


def votes_to_lose_seat(
    votes: Mapping[str, Any],
    seats: int,
    party: str,
    *,
    other_ballots: Any = None,
    **options: Any,
) -> int | None:
    """Return the fewest votes that a party must lose to have one seat less, or several.

    See :func:`votes_for_next_seat` for the parameters. None where it has no seat that it can lose.

    Examples
    --------
    Below the threshold all four seats are gone at once:

    >>> votes = {"amanat": 3431510, "auyl": 693938, "respublica": 547154, "aqjol": 535139,
    ...          "qhp": 432920, "jsdp": 331058, "baytaq": 146431}
    >>> votes_to_lose_seat(votes, 69, "jsdp", threshold="5%", other_ballots=248291)
    13407
    """
    question = _Question(votes, seats, party, other_ballots, options)
    now = question.seats_after(0)

    def fewer(change: int) -> bool:
        held = question.try_seats(-change)
        return held is None or held < now

    found = _fewest(fewer, int(question.votes[party])) if now else None
    return found if found and question.try_seats(-found) is not None else None


def next_seat(
    found: Allocation, seats: int, *, other_ballots: Any = None, **options: Any
) -> NextSeat | None:
    """Return who came closest to the last seat, and what was missing; None where nobody waited.

    >>> votes = {"a": 60, "b": 29, "c": 11}
    >>> found = allocate(votes, 7, "dhondt")
    >>> found.seats
    {'a': 5, 'b': 2, 'c': 0}
    >>> next_seat(found, 7, method="dhondt")
    NextSeat(party='c', votes=2, seats={'a': 4, 'b': 2, 'c': 1})
    """
    party = _runner_up(found)
    if party is None:
        return None
    missing = votes_for_next_seat(found.votes, seats, party, other_ballots=other_ballots, **options)
    question = _Question(found.votes, seats, party, other_ballots, options)
    return NextSeat(party, missing, question.allocate(missing).seats if missing else found.seats)


def _runner_up(found: Allocation) -> str | None:
    """Return whose claim is the next, other than the winner of the last seat."""
    if len(found.admitted) < 2:
        return None
    ordered = bool(found.steps) and found.steps[-1].rule != "whole quotas"
    winner = found.last[0] if found.last is not None and ordered else None
    return next((party for party, _ in found.waiting if party != winner), None)


class _Question:
    """One election in which the votes of one party change."""

    def __init__(
        self, votes: Mapping[str, Any], seats: int, party: str, other_ballots: Any,
        options: Mapping[str, Any],
    ) -> None:  # fmt: skip
        self.votes = read_votes(votes)
        if party not in self.votes:
            hint = suggest(party, list(self.votes))
            raise AllocationError("E502", f"no party is called {party!r}. {hint}".rstrip(". "))
        self.seats, self.party = seats, party
        self.options = {"ties": "listed-order", **options}
        self.threshold = self.options.pop("threshold", None)
        self.others = None if other_ballots is None else read_count(other_ballots, "other_ballots")

    def allocate(self, change: int) -> Allocation:
        """Return the allocation with more (or, negative, fewer) votes of the party."""
        votes = {**self.votes, self.party: self.votes[self.party] + change}
        threshold = _moved(self.threshold, change)
        if self.others is not None and threshold is not None:
            threshold = with_other_ballots(threshold, votes, self.others)
        return allocate(votes, self.seats, threshold=threshold, **self.options)

    def seats_after(self, change: int) -> int:
        """Return the seats of the party."""
        return self.allocate(change).seats[self.party]

    def try_seats(self, change: int) -> int | None:
        """Return the seats of the party, None where the allocation is not defined."""
        try:
            return self.seats_after(change)
        except AllocationError:
            return None


def with_other_ballots(threshold: Any, votes: Mapping[str, Exact], others: Exact) -> Any:
    """Return a threshold whose base is all votes and ballots that are for no party.

    >>> with_other_ballots("5%", {"a": 90, "b": 7}, 3)
    {'share': '5%', 'base': 100}
    """
    keys = dict(threshold) if isinstance(threshold, Mapping) else {"share": threshold}
    return {**keys, "base": sum(votes.values()) + others}


def _moved(threshold: Any, change: int) -> Any:
    """Return the threshold with a base that counts the ballots that came or went."""
    if not isinstance(threshold, Mapping):
        return threshold
    keys = dict(threshold)
    base = keys.get("base", "votes")
    if base in _COUNTS_BALLOTS and base in keys:
        keys[base] = read_count(keys[base], f"threshold.{base}") + change
    elif not isinstance(base, str) or base.strip()[:1].isdigit():
        keys["base"] = read_count(base, "threshold.base") + change
    for key in ("any", "all"):
        if isinstance(keys.get(key), (list, tuple)):
            keys[key] = [_moved(inner, change) for inner in keys[key]]
    return keys


def _fewest(holds: Callable[[int], bool], farthest: int) -> int | None:
    """Return the smallest number from 1 on for which `holds`, if it goes on to hold."""
    if farthest < 1:
        return None
    low, high = 0, 1
    while not holds(high):
        if high >= farthest:
            return None
        low, high = high, min(2 * high, farthest)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle, high)
    return high
