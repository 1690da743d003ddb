"""The rules of Dutch councils: two ways for residual seats, and the absolute majority."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from simulator.allocation.exact import (
    Claim,
    Contest,
    divide,
    fill,
    give_whole_quotas,
    highest_quotients,
    remainder,
    show_claim,
)
from simulator.allocation.registry import method

SMALL_COUNCIL = 19
_REMAINDER, _ONE_AVERAGE, _AVERAGE = "remainder", "highest average, one a list", "quotient"


@method(
    "dutch-council", label="Dutch council rules", family="mixed",
    axioms=("anonymous", "homogeneous", "concordant"),
    aliases=("kieswet",), favours="large", users="municipal and island councils of the Netherlands",
    references=("Netherlands, Elections Act (Kieswet), art. P 5 to P 10",),
)  # fmt: skip
def dutch_council(contest: Contest) -> None:
    """Whole Hare quotas; residual seats by highest averages from 19 seats on, below that by
    largest remainders of lists with 75% of the quota; an absolute majority of votes is made one of
    seats.
    """
    if contest.total == 0:
        return
    quota = Fraction(contest.total) / contest.seats
    give_whole_quotas(contest, quota)
    before = list(contest.held)
    if contest.seats >= SMALL_COUNCIL:
        highest_quotients(contest, lambda s: s + 1, _AVERAGE)
    else:
        _small_council(contest, quota)
    _absolute_majority(contest, quota, before)


def _small_council(contest: Contest, quota: Fraction) -> None:
    """Article P 8: remainders, one a list, of lists with 75% of the quota; then averages."""
    left = remainder(contest, quota)
    able = {p for p, v in enumerate(contest.votes) if 4 * v >= 3 * quota}
    _one_each(contest, able, left, _REMAINDER)
    everybody = {p for p, v in enumerate(contest.votes) if v > 0}
    _one_each(
        contest, everybody, lambda p: divide(contest.votes[p], contest.held[p] + 1), _ONE_AVERAGE
    )
    highest_quotients(contest, lambda s: s + 1, _AVERAGE)


def _one_each(contest: Contest, able: set[int], claim: Callable[[int], Claim], stage: str) -> None:
    """Give at most one seat a list to the largest claims of those that are able."""
    start = list(contest.held)
    most = list(contest.most)
    contest.most = [
        min(h + (p in able), h + 1 if m is None else m)
        for p, (h, m) in enumerate(zip(start, most, strict=True))
    ]
    fill(contest, claim, stage, show_claim)
    contest.most = most


def _absolute_majority(contest: Contest, quota: Fraction, before: list[int]) -> None:
    """Article P 9: a list with most of the votes and not of the seats gets one of the last."""
    total = contest.total
    winner = next((p for p, v in enumerate(contest.votes) if 2 * v > total), None)
    if winner is None or 2 * contest.held[winner] > contest.seats or not contest.open(winner):
        return
    losers = _last_to_win(contest, quota, before, winner)
    if not losers:
        return
    keep = contest.settle(losers, len(losers) - 1, "absolute majority: whose seat goes")
    (loser,) = set(losers) - set(keep)
    contest.give(loser, -1, "absolute majority", "")
    contest.give(winner, 1, "absolute majority", "more than half of the votes")


def _last_to_win(contest: Contest, quota: Fraction, before: list[int], winner: int) -> list[int]:
    """Return who won a residual seat with the smallest average, or else remainder."""
    stages = [s.rule for s in contest.steps if s.rule in (_REMAINDER, _ONE_AVERAGE, _AVERAGE)]
    if not stages:
        return []
    last = stages[-1]
    with_it = {s.party for s in contest.steps if s.rule == last}
    claims: dict[int, Claim] = {}
    for p, name in enumerate(contest.names):
        if name in with_it and contest.held[p] > before[p] and p != winner:
            seats = contest.held[p]
            claims[p] = (
                (-1, contest.votes[p] - (seats - 1) * quota)
                if last == _REMAINDER
                else divide(contest.votes[p], seats)
            )
    worst = min(claims.values(), default=None)
    return [p for p, claim in claims.items() if claim == worst]
