"""Quota methods: a seat has a price in votes; whole quotas first, then a rule for the rest."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from fractions import Fraction

from simulator.allocation import registry
from simulator.allocation.exact import (
    Claim,
    Contest,
    divide,
    fill,
    give_whole_quotas,
    highest_quotients,
    remainder,
    show_claim,
    withdraw,
)
from simulator.allocation.numbers import Exact, read_number
from simulator.allocation.registry import method
from simulator.errors import AllocationError

# gamma of the quota V / (n + gamma); Droop is the whole number above V / (n + 1).
QUOTAS = {"hare": 0, "droop": 1, "hagenbach-bischoff": 1, "imperiali": 2, "reinforced-imperiali": 3}
ROUNDINGS = ("exact", "floor", "ceil", "half-up")
OVERFLOWS = ("error", "subtract-smallest-remainder", "larger-quota", "enlarge-chamber")

BALINSKI = "Balinski and Young, Fair Representation, 2nd ed., Brookings, 2001, appendix A"


def quota_of(total: Exact, seats: int, quota: object, rounding: str) -> Exact:
    """Return the price of a seat in votes.

    >>> quota_of(5971719, 69, "droop", "exact")
    85311
    """
    if rounding not in ROUNDINGS:
        raise AllocationError("E507", f"rounding: {rounding!r} is none of {', '.join(ROUNDINGS)}")
    if isinstance(quota, str) and quota in QUOTAS:
        price: Exact = Fraction(total) / max(1, seats + QUOTAS[quota])
        price = math.floor(price) + 1 if quota == "droop" else price
    elif isinstance(quota, str) and not quota.strip()[:1].isdigit():
        raise AllocationError(
            "E507", f"quota: {quota!r} is none of {', '.join(QUOTAS)}, and no number of votes"
        )
    else:
        price = read_number(quota, "quota")
    price = _rounded(price, rounding)
    if price <= 0:
        raise AllocationError("E509", f"quota: {quota}, rounded {rounding}, is {price} votes")
    return price


def _rounded(price: Exact, rounding: str) -> Exact:
    if rounding == "floor":
        return math.floor(price)
    if rounding == "ceil":
        return math.ceil(price)
    return math.floor(price + Fraction(1, 2)) if rounding == "half-up" else price


def _show(contest: Contest) -> Callable[[Claim], str]:
    return lambda claim: f"{show_claim(claim)} votes left over"


def _give_quotas(contest: Contest, quota: object, rounding: str, on_overflow: str) -> Exact:
    """Give whole quotas; apply the named rule where they exceed the seats."""
    if on_overflow not in OVERFLOWS:
        raise AllocationError(
            "E507", f"on_overflow: {on_overflow!r} is none of {', '.join(OVERFLOWS)}"
        )
    held = list(contest.held)
    price = quota_of(contest.total, contest.seats, quota, rounding)
    give_whole_quotas(contest, price)
    if contest.left >= 0:
        return price
    if on_overflow == "error":
        raise AllocationError(
            "E504",
            f"whole quotas of {show_claim((-1, price))} votes give {contest.seats - contest.left} "
            f"seats, there are {contest.seats}; name what happens with on_overflow: "
            f"{', '.join(OVERFLOWS[1:])}",
        )
    if on_overflow == "subtract-smallest-remainder":
        _take_rounds(contest, price)
        withdraw(contest, remainder(contest, price, -1), "smallest remainder", _show(contest))
    elif on_overflow == "larger-quota":
        price = _larger_quota(contest, held, price, rounding)
    else:
        contest.seats -= contest.left
    return price


def _take_rounds(contest: Contest, price: Exact) -> None:
    """Take whole rounds of seats at once where a low price gives out many times too many.

    As long as remainders differ by less than the price, seats are taken from all in turn, until
    somebody has none left.
    """
    while holders := [p for p, held in enumerate(contest.held) if held > contest.least[p]]:
        left_over = [contest.votes[p] - contest.held[p] * price for p in holders]
        fewest = min(contest.held[p] - contest.least[p] for p in holders)
        rounds = min((-contest.left - 1) // len(holders), fewest)
        if rounds <= 0 or max(left_over) - min(left_over) >= price:
            return
        for p in holders:
            contest.give(p, -rounds, "smallest remainder", f"{rounds} rounds")


def _larger_quota(contest: Contest, held: list[int], price: Exact, rounding: str) -> Exact:
    """Try V / (n + 2), V / (n + 1), V / n until the whole quotas fit.

    Italy, Law 6 of 20 January 1948, art. 58 and 83, lowered the added number by one where the
    quotas of a district gave out too many seats.
    """
    for gamma in (2, 1, 0):
        larger = _rounded(Fraction(contest.total) / (contest.seats + gamma), rounding)
        if larger <= price:
            continue
        contest.held[:] = held
        contest.steps[:] = [s for s in contest.steps if s.rule != "whole quotas"]
        give_whole_quotas(contest, larger)
        if contest.left >= 0:
            return larger
    raise AllocationError("E504", "the whole quotas exceed the seats even with the Hare quota")


@method(
    "largest-remainder", label="largest remainder", family="quota",
    aliases=("hamilton", "hare-niemeyer", "vinton", "largest-remainders"), favours="neither",
    axioms=("anonymous", "homogeneous", "concordant", "lower-quota", "upper-quota"),
    users="Kazakhstan, Russia, Lithuania, formerly Hong Kong (Hare); South Africa (Droop); "
    "Slovakia (Hagenbach-Bischoff, rounded half up); US House 1850 to 1890",
    references=("Kazakhstan, Constitutional Law on Elections, art. 97-1",
                "Pukelsheim, Proportional Representation, 2nd ed., Springer, 2017, section 5",
                BALINSKI),
)  # fmt: skip
def largest_remainder(
    contest: Contest, quota: object = "hare", rounding: str = "exact", on_overflow: str = "error"
) -> None:
    """Every party gets a seat a whole quota of votes; the seats left over go to the largest
    remainders.
    """
    if contest.total == 0:
        return
    price = _give_quotas(contest, quota, rounding, on_overflow)
    fill(contest, remainder(contest, price), "remainder", _show(contest))


@method(
    "fixed-price", label="fixed price of a seat", family="mixed", aliases=("automatic",),
    axioms=("anonymous", "concordant"), favours="neither",
    users="Germany 1920 to 1933: 60,000 votes a seat (there, more than 30,000 left over on the "
    "national list gave one more)",
    references=("Germany, Reichswahlgesetz of 27 April 1920, sections 30 to 32",),
)  # fmt: skip
def fixed_price(
    contest: Contest, quota: object = "60000", rounding: str = "exact", on_overflow: str = "error"
) -> None:
    """A seat costs a fixed number of votes; what is left over gives none, and seats that nobody
    can pay for stay vacant.
    """
    if isinstance(quota, str) and quota in QUOTAS:
        raise AllocationError("E507", f"quota: fixed-price needs a number of votes, not {quota}")
    if contest.total:
        _give_quotas(contest, quota, rounding, on_overflow)


@method(
    "quota-then-divisor", label="quota, then highest averages", family="quota",
    aliases=("quota-then-averages",),
    axioms=(
        "anonymous", "homogeneous", "concordant", "house-monotone", "vote-ratio-monotone",
        "coherent", "lower-quota", "merge-proof",
    ),
    favours="large", users="Netherlands, Brazil (rests by D'Hondt), Switzerland (equals D'Hondt)",
    references=("Netherlands, Elections Act (Kieswet), art. P 5 to P 7",
                "Brazil, Electoral Code, Law 4737 of 1965, art. 106 to 109"),
)  # fmt: skip
def quota_then_divisor(
    contest: Contest, quota: object = "hare", rounding: str = "exact", on_overflow: str = "error",
    divisor: str = "dhondt",
) -> None:  # fmt: skip
    """Whole quotas first; the seats left over by the highest quotients of a divisor method, seats
    won so far included.
    """
    signpost = registry.get(str(divisor)).signpost
    if signpost is None:
        raise AllocationError("E507", f"divisor: {divisor} is no divisor method")
    if contest.total:
        _give_quotas(contest, quota, rounding, on_overflow)
        highest_quotients(contest, signpost)


@method(
    "balinski-young-quota", label="Balinski-Young quota method", family="quota",
    aliases=("quota-method",), favours="large",
    axioms=(
        "anonymous", "homogeneous", "concordant", "house-monotone", "lower-quota", "upper-quota",
    ),
    users="proposed in 1975, nowhere in use",
    references=("Balinski and Young, The quota method of apportionment, American Mathematical "
                "Monthly 82, 1975, 701-730",),
)  # fmt: skip
def balinski_young_quota(contest: Contest) -> None:
    """One seat at a time by D'Hondt's quotient, but only among parties that stay within their
    upper quota of the chamber reached so far.

    Where seats held at the start or exhausted lists leave no party below its upper quota, the
    largest quotient among those that can take a seat wins.
    """
    stage = "quotient within the upper quota"
    turns: dict[Claim, list[int]] = {}
    while contest.left > 0:
        best, level = _largest_within_quota(contest, contest.held)
        if not level:
            return
        if len(level) > 1 and not set(level) <= set(turns.get(best, ())):
            served, group = _served(contest, level)
            winners = contest.settle(level, served, stage) if served < len(level) else group
            turns[best] = [*winners, *(p for p in level if p not in winners)]
        winner = min(level, key=turns[best].index) if len(level) > 1 else level[0]
        contest.give(winner, 1, stage, show_claim(best))
    contest.waiting = [
        (p, show_claim(divide(contest.votes[p], contest.held[p] + 1)))
        for p in sorted(
            (p for p in range(len(contest.names)) if contest.open(p)),
            key=lambda p: -Fraction(contest.votes[p]) / (contest.held[p] + 1),
        )
    ]


def _largest_within_quota(contest: Contest, held: Sequence[int]) -> tuple[Claim, list[int]]:
    """Return the largest quotient among parties below their quota of the next size, and whose."""
    total, size = contest.total, sum(held) + 1
    claims = {
        p: divide(votes, held[p] + 1)
        for p, votes in enumerate(contest.votes)
        if votes > 0 and contest.has_room(p, held[p])
    }
    within = {p: c for p, c in claims.items() if held[p] * total < contest.votes[p] * size}
    claims = within or claims
    best = max(claims.values(), default=(-1, 0))
    return best, [p for p, claim in claims.items() if claim == best]


def _served(contest: Contest, level: Sequence[int]) -> tuple[int, list[int]]:
    """Return how many parties at `level` are served before others join them, and the whole group.

    Others come in between or join at the same claim as their upper quota grows with the size. Where
    all of the group are served in the end, all at `level` count: it does not matter who is first.
    """
    held, waiting, group = list(contest.held), set(level), list(level)
    served, joined = 0, False
    for _ in range(contest.left):
        _, able = _largest_within_quota(contest, held)
        if not able:
            break
        if waiting & set(able) and not set(able) <= waiting:
            joined = True
            group += [p for p in able if p not in waiting]
            waiting |= set(able)
        held[able[0]] += 1
        served += able[0] in waiting and not joined
        waiting.discard(able[0])
        if not waiting:
            return len(level), sorted(group)
    return served, group
