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
from simulator.errors import AllocationError

SMALL_COUNCIL = 19
_REMAINDER, _ONE_AVERAGE, _AVERAGE = "remainder", "highest average, one a list", "quotient"
_MAJORITY = "absolute majority"


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

    Article P 10 is applied last, as its words and the software of the Electoral Council have it:
    seats beyond the candidates of a list (`maximum`) go to the others by the same rules continued.
    """
    if contest.total == 0:
        return
    most, contest.most = contest.most, [None] * len(contest.names)
    quota = Fraction(contest.total) / contest.seats
    give_whole_quotas(contest, quota)
    if contest.left < 0:
        raise AllocationError(
            "E503", "with the seats held at the start, whole quotas exceed the seats of the council"
        )
    before = list(contest.held)
    _residual_seats(contest, quota)
    _absolute_majority(contest, quota, before)
    contest.most = most
    excess = [0 if m is None else max(0, h - m) for h, m in zip(contest.held, most, strict=True)]
    for p, seats in enumerate(excess):
        contest.give(p, -seats, "exhausted list")
    if any(excess):
        _residual_seats(contest, quota)
    # Whether a seat moves after a tie depends on its outcome: all have to be tried.
    contest.certain = None


def _residual_seats(contest: Contest, quota: Fraction) -> None:
    """Article P 7; in small councils P 8: remainders of lists with 75% of the quota, averages."""
    if contest.seats < SMALL_COUNCIL:
        able = {p for p, v in enumerate(contest.votes) if 4 * v >= 3 * quota}
        _one_each(contest, able, remainder(contest, quota), _REMAINDER)
        everybody = {p for p, v in enumerate(contest.votes) if v > 0}
        _one_each(contest, everybody, lambda p: _average(contest, p), _ONE_AVERAGE)
    highest_quotients(contest, lambda s: s + 1, _AVERAGE)


def _average(contest: Contest, p: int) -> Claim:
    return divide(contest.votes[p], contest.held[p] + 1)


def _had(contest: Contest, p: int, stage: str) -> int:
    """Return the seats that a list had in a stage; one moved for the majority moves here too."""
    steps, name = contest.steps, contest.names[p]
    had = sum(s.seats for s in steps if s.rule == stage and s.party == name)
    last = next((k for k, s in enumerate(steps) if s.rule == _MAJORITY), len(steps))
    if any(s.rule == stage for s in steps[:last][-1:]):
        had += sum(s.seats for s in steps if s.rule == _MAJORITY and s.party == name)
    return had


def _one_each(contest: Contest, able: set[int], claim: Callable[[int], Claim], stage: str) -> None:
    """Give at most one seat a list to the largest claims of those that are able."""
    most = list(contest.most)
    able = {p for p in able if _had(contest, p, stage) < 1}
    contest.most = [
        min(h + (p in able), h + 1 if m is None else m)
        for p, (h, m) in enumerate(zip(contest.held, most, strict=True))
    ]
    fill(contest, claim, stage, show_claim)
    contest.most = most


def _absolute_majority(contest: Contest, quota: Fraction, before: list[int]) -> None:
    """Article P 9: a list with most of the votes and not of the seats gets one of the last."""
    total = contest.total
    winner = next((p for p, v in enumerate(contest.votes) if 2 * v > total), None)
    if winner is None or 2 * contest.held[winner] > contest.seats:
        return
    losers = _last_to_win(contest, quota, before, winner)
    if not losers:
        return
    keep = contest.settle(losers, len(losers) - 1, f"{_MAJORITY}: whose seat goes")
    (loser,) = set(losers) - set(keep)
    contest.give(loser, -1, _MAJORITY)
    contest.give(winner, 1, _MAJORITY, "more than half of the votes")


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
