"""Plurality: most votes win, in one round or two."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from simulator.allocation.exact import Contest, fill, show_claim
from simulator.allocation.numbers import Exact, read_seats, read_share, read_votes
from simulator.allocation.registry import method
from simulator.errors import AllocationError

_FIRST_ROUND = "majority in the first round"
_BASIC = ("anonymous", "homogeneous", "concordant")


def _one_each(contest: Contest, votes: list[Exact], stage: str) -> None:
    """Give one seat each to those with most votes."""
    most = contest.most
    contest.most = [1 if m is None else min(m, 1) for m in most]
    fill(contest, lambda p: (-1, votes[p]), stage, show_claim)
    contest.most = most


@method(
    "plurality", label="plurality", family="plurality", favours="largest",
    aliases=("fptp", "first-past-the-post", "block-vote", "sntv"), axioms=_BASIC,
    users="United Kingdom, United States, India, Canada; single-mandate districts of Kazakhstan",
    references=("Kazakhstan, Constitutional Law on Elections, art. 97",),
)  # fmt: skip
def plurality(contest: Contest) -> None:
    """The candidates with most votes win one seat each: one in a single-member district, as many
    as there are seats where voters choose several (block vote) or one (SNTV).
    """
    _one_each(contest, list(contest.votes), "most votes")


@method(
    "party-block", label="party block vote", family="plurality", favours="largest",
    aliases=("general-ticket", "winner-takes-all", "block"), axioms=_BASIC,
    users="electors of most US states; group constituencies of Singapore",
    references=("Singapore, Parliamentary Elections Act",),
)  # fmt: skip
def party_block(contest: Contest) -> None:
    """All the seats of the district go to the list with most votes."""
    standing = [p for p in range(len(contest.names)) if contest.open(p)]
    if not standing or contest.left <= 0:
        return
    best = max(contest.votes[p] for p in standing)
    level = [p for p in standing if contest.votes[p] == best]
    held = list(contest.held)
    (winner,) = contest.settle(level, 1, "most votes")
    most = contest.most[winner]
    seats = contest.left if most is None else min(contest.left, most - contest.held[winner])
    contest.give(winner, seats, "most votes", f"{show_claim((-1, best))} votes")
    contest.certain = held if len(level) > 1 else None


@method(
    "two-round-runoff", label="two-round runoff", family="plurality", favours="second choices",
    aliases=("two-round", "runoff", "majority-runoff"), axioms=("anonymous", "homogeneous"),
    users="France (presidency), Kazakhstan (presidency; Mazhilis districts of 1999 and 2004)",
    references=("Kazakhstan, Constitutional Law on Elections of 1995, art. 97, first wording",),
)  # fmt: skip
def two_round_runoff(
    contest: Contest, second_votes: Mapping[str, object] | None = None, majority: object = "50%",
    runoff_size: int = 2,
) -> None:  # fmt: skip
    """More than the majority share wins in the first round; otherwise those who come first meet
    again and most votes of the second round win.

    With a majority below 50% several may reach it: then the largest wins.
    """
    if read_seats(runoff_size, "runoff_size") < 2:
        raise AllocationError("E507", f"runoff_size: at least 2 meet again, not {runoff_size}")
    if contest.seats != 1:
        raise AllocationError("E503", f"a runoff fills one seat, not {contest.seats}")
    if contest.total == 0 or contest.left <= 0:
        return
    bar = read_share(majority, "majority") * contest.total
    first = [p for p, v in enumerate(contest.votes) if v > bar]
    if first:
        most = max(contest.votes)
        level = [p for p in first if contest.votes[p] == most]
        (winner,) = contest.settle(level, 1, _FIRST_ROUND)
        contest.give(winner, 1, _FIRST_ROUND, f"{show_claim((-1, most))} votes")
        return
    if second_votes is None:
        raise AllocationError(
            "E502", "nobody has a majority in the first round; give second_votes={'a': 10, 'b': 9}"
        )
    second = read_votes(second_votes)
    votes: list[Exact] = [second.pop(name, 0) for name in contest.names]
    if second:
        raise AllocationError("E502", f"second_votes: nobody is called {', '.join(second)}")
    met = _runoff_field(contest, runoff_size)
    voted = {p for p, v in enumerate(votes) if v}
    if not voted <= met:
        names = ", ".join(contest.names[p] for p in sorted(voted - met))
        raise AllocationError("E502", f"second_votes: {names} did not reach the second round")
    if not voted:
        return
    _one_each(contest, votes, "most votes in the second round")


def _runoff_field(contest: Contest, size: int) -> set[int]:
    """Return who reaches the second round; a tie for the last place is decided like others."""
    standing = [p for p, v in enumerate(contest.votes) if v > 0]
    order = sorted(standing, key=lambda p: contest.votes[p], reverse=True)
    if len(order) <= size:
        return set(order)
    edge = Fraction(contest.votes[order[size - 1]])
    clear = [p for p in order if contest.votes[p] > edge]
    level = [p for p in order if contest.votes[p] == edge]
    return {*clear, *contest.settle(level, size - len(clear), "a place in the second round")}
