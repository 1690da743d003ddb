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


def _largest(contest: Contest, stage: str) -> int | None:
    standing = [p for p, v in enumerate(contest.votes) if v > 0]
    if not standing:
        return None
    best = max(contest.votes[p] for p in standing)
    return contest.settle([p for p in standing if contest.votes[p] == best], 1, stage)[0]


def _allocate_rest(contest: Contest, rest: str, quota: object) -> None:
    """Allocate the seats of the contest by a proportional method."""
    found = registry.get(rest)
    if not found.proportional:
        raise AllocationError("E507", f"rest: {rest} is no proportional method")
    found.allocate(contest, **({"quota": quota} if "quota" in found.parameters else {}))


@method(
    "winner-bonus", label="winner bonus", family="mixed", favours="largest",
    axioms=("anonymous", "homogeneous", "concordant"),
    aliases=("bonus",), users="Greece 2007 to 2015: 40, then 50 seats for the largest party",
    references=("Greece, Law 3231/2004 and Law 3636/2008",),
)  # fmt: skip
def winner_bonus(
    contest: Contest, bonus: object = 50, rest: str = "largest-remainder", quota: object = "hare"
) -> None:
    """The largest party gets a fixed number of seats; the others are allocated among all."""
    extra = read_seats(bonus, "bonus")
    if extra > contest.left:
        raise AllocationError("E503", f"bonus: {extra} of {contest.left} seats")
    winner = _largest(contest, "bonus of the largest party")
    if winner is None:
        return
    whole, contest.seats = contest.seats, contest.seats - extra
    _allocate_rest(contest, rest, quota)
    contest.seats = whole
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
    quota: object = "hare",
) -> None:  # fmt: skip
    """Proportional, unless the largest party stays below its guaranteed share of the seats: then
    it gets that share and the others divide what is left. 50% means one seat more than half.
    """
    share = read_share(jackpot, "jackpot")
    target = math.ceil(share * contest.seats)
    if share == Fraction(1, 2):
        target = contest.seats // 2 + 1
    winner = _largest(contest, "the guaranteed seats")
    if winner is None:
        return
    # Ties of an allocation that is thrown away decide nothing.
    listed = replace(contest.decider, rules=("listed-order",))
    trial = replace(contest, held=list(contest.held), decider=listed, steps=[], ties=[])
    _allocate_rest(trial, rest, quota)
    if trial.held[winner] >= target:
        _allocate_rest(contest, rest, quota)
        return
    contest.give(winner, target - contest.held[winner], "guaranteed seats of the largest party")
    votes, seats = contest.votes, contest.seats
    contest.votes = [0 if p == winner else v for p, v in enumerate(votes)]
    contest.seats, contest.held[winner] = seats - target, 0
    _allocate_rest(contest, rest, quota)
    contest.votes, contest.seats, contest.held[winner] = votes, seats, target
