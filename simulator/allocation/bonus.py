"""Majority-assuring rules: a bonus for the largest party, or a guaranteed share of the seats."""

from __future__ import annotations

import math
from dataclasses import replace
from fractions import Fraction

from simulator.allocation import registry
from simulator.allocation.exact import Contest
from simulator.allocation.numbers import read_seats, read_share
from simulator.allocation.registry import method
from simulator.errors import AllocationError


def _largest(contest: Contest) -> list[int]:
    """Return the party with most votes, or several that are level; nobody without votes."""
    best = max(contest.votes)
    return [p for p, v in enumerate(contest.votes) if v == best and v > 0]


def _allocate_rest(contest: Contest, rest: str, quota: object, on_overflow: str) -> None:
    """Allocate the seats of the contest by a proportional method."""
    found = registry.get(str(rest))
    if not found.proportional:
        raise AllocationError("E507", f"rest: {rest} is no proportional method")
    if quota != "hare" and "quota" not in found.parameters:
        raise AllocationError("E507", f"quota: {rest} has no quota")
    takes = {"quota": quota, "on_overflow": on_overflow}
    if contest.left > 0:
        found.allocate(contest, **{k: v for k, v in takes.items() if k in found.parameters})


@method(
    "winner-bonus", label="winner bonus", family="mixed", favours="largest",
    axioms=("anonymous", "homogeneous", "concordant"),
    aliases=("bonus",), users="Greece 2007 to 2015: 40, then 50 seats for the largest party",
    references=("Greece, Law 3231/2004 and Law 3636/2008",),
)  # fmt: skip
def winner_bonus(
    contest: Contest, bonus: object = 50, rest: str = "largest-remainder", quota: object = "hare",
    on_overflow: str = "error",
) -> None:  # fmt: skip
    """The largest party gets a fixed number of seats; the others are allocated among all.

    Bonus seats beyond its maximum are allocated among all as well.
    """
    extra = read_seats(bonus, "bonus")
    if extra > contest.left:
        raise AllocationError("E503", f"bonus: {extra} of {contest.left} seats")
    level = _largest(contest)
    if not level:
        return
    if extra == 0:
        _allocate_rest(contest, rest, quota, on_overflow)
        return
    (winner,) = contest.settle(level, 1, "bonus of the largest party")
    whole, most = contest.seats, contest.most
    limit = most[winner]
    if limit is not None:
        extra = min(extra, limit - contest.held[winner])
        contest.most = [limit - extra if p == winner else m for p, m in enumerate(most)]
    contest.seats = whole - extra
    _allocate_rest(contest, rest, quota, on_overflow)
    contest.seats, contest.most = whole, most
    contest.give(winner, extra, "bonus of the largest party")


@method(
    "majority-jackpot", label="majority jackpot", family="mixed",
    axioms=("anonymous", "homogeneous", "concordant"),
    aliases=("jackpot", "majority-bonus"), favours="largest",
    users="San Marino; Italy 2006 to 2013: 340 of 630 seats",
    references=("Italy, Law 270 of 21 December 2005", "San Marino, Qualified Law 1/2007"),
)  # fmt: skip
def majority_jackpot(
    contest: Contest, jackpot: object = "50%", rest: str = "largest-remainder",
    quota: object = "hare", on_overflow: str = "error",
) -> None:  # fmt: skip
    """Proportional, unless the largest party stays below its guaranteed share of the seats: then
    it gets that share and the others divide what is left. 50% means one seat more than half.
    """
    share = read_share(jackpot, "jackpot")
    target = math.ceil(share * contest.seats)
    if share == Fraction(1, 2):
        target = contest.seats // 2 + 1
    level = _largest(contest)
    if not level or _reached(contest, level, target, rest, quota, on_overflow):
        return
    (winner,) = contest.settle(level, 1, "the guaranteed seats")
    # An exhausted list, and seats that others hold at the start, limit what can be guaranteed.
    most, held = contest.most[winner], contest.held[winner]
    target = max(held, min(target, held + contest.left, target if most is None else most))
    contest.give(winner, target - held, "guaranteed seats of the largest party")
    votes, seats = contest.votes, contest.seats
    contest.votes = [0 if p == winner else v for p, v in enumerate(votes)]
    contest.seats, contest.held[winner] = seats - target, 0
    _allocate_rest(contest, rest, quota, on_overflow)
    contest.votes, contest.held[winner] = votes, target
    contest.seats += target
    contest.certain = None


def _reached(
    contest: Contest, level: list[int], target: int, rest: str, quota: object, on_overflow: str
) -> bool:
    """Allocate by proportion where that gives the largest party its share; else change nothing."""
    # Ties of an allocation that is thrown away decide nothing.
    listed = replace(contest.decider, rules=("listed-order",))
    trial = replace(contest, held=list(contest.held), decider=listed, steps=[], ties=[])
    _allocate_rest(trial, rest, quota, on_overflow)
    if any(trial.held[p] < target for p in level):
        return False
    held, steps = list(contest.held), list(contest.steps)
    _allocate_rest(contest, rest, quota, on_overflow)
    reached = all(contest.held[p] >= target for p in level)
    if not reached:
        # The lot went against the largest party.
        contest.held[:], contest.steps[:], contest.last = held, steps, None
    contest.certain = None
    return reached
