"""One allocation, exactly, with reasons: the front door of the judge."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from simulator.allocation import registry
from simulator.allocation.exact import Contest
from simulator.allocation.numbers import Exact, read_seats, read_votes
from simulator.allocation.outcome import Allocation
from simulator.allocation.registry import Method
from simulator.allocation.threshold import admit
from simulator.allocation.ties import Decider, Tie, read_rules
from simulator.errors import ADMISSION, AllocationError, suggest

# Outcomes of lots that are tried one by one when something happened after a tie.
_MOST_OUTCOMES = 1_000
_USUAL = {"quota": "hare", "rounding": "exact", "on_overflow": "error"}
NONE_PASS = ("vacant", "admit-all", "admit-largest")


def allocate(
    votes: Mapping[str, Any],
    seats: int,
    method: str = "largest-remainder",
    *,
    quota: Any = "hare",
    rounding: str = "exact",
    on_overflow: str = "error",
    threshold: Any = None,
    none_pass: str = "vacant",
    district_seats: Mapping[str, int] | None = None,
    ties: str | Sequence[str] = "error",
    seed: int | str | None = None,
    lots: Sequence[Sequence[str]] = (),
    initial: Mapping[str, int] | None = None,
    minimum: int | Mapping[str, int] = 0,
    maximum: int | Mapping[str, int] | None = None,
    **parameters: Any,
) -> Allocation:
    """Allocate seats to parties by a method of the registry, exactly.

    Claims are compared as whole numbers and fractions. Equal claims to fewer seats than there are
    claims are a tie, which is decided by `ties` and reported. A party without votes, or below the
    threshold, gets nothing beyond the seats it already holds.

    Parameters
    ----------
    votes
        Votes by party: whole numbers, fractions, or decimals as text. The order of the parties is
        the order of their registration.
    seats
        Seats of the contest, those already held included.
    method
        Id or alias, see ``simseats methods``.
    quota, rounding, on_overflow
        Of quota methods. `quota`: hare, droop, hagenbach-bischoff, imperiali,
        reinforced-imperiali, or a number of votes. `rounding` of the quota: exact, floor, ceil,
        half-up. `on_overflow`, when whole quotas exceed the seats: error,
        subtract-smallest-remainder, larger-quota, enlarge-chamber.
    threshold
        A share such as "5%", or a mapping: see :mod:`simulator.allocation.threshold`.
    none_pass
        When no party passes: vacant, admit-all, admit-largest. Equal largest parties are a tie for
        the one place, which `ties` decides like any other.
    district_seats
        Seats won in districts, for the alternative ``or_district_seats`` of the threshold.
    ties
        error, report, listed-order, larger-party, smaller-party, lot; or several, one after the
        other.
    seed, lots
        For lots: the seed they are drawn from, or the outcome of lots drawn elsewhere, one list
        of winners a lot, in the order in which they come up; `Allocation.lots` can be fed back.
    initial
        Seats already held, from which the method goes on.
    minimum, maximum
        Least and most seats of each party that takes part, or by party: guaranteed seats,
        exhausted lists.
    **parameters
        Further parameters of the method: first_divisor, exponent, divisors, split, divisor,
        bonus, jackpot, rest, second_votes, majority.

    Returns
    -------
    Allocation
        Its seats add up to `seats`, less those that stay vacant; unless on_overflow is
        enlarge-chamber.

    Raises
    ------
    AllocationError
        Bad votes (E501, E502), seats (E503), overflow (E504), threshold (E506), parameters (E507,
        E509), lots (E508).
    TiedSeats
        A tie that no rule decides (E505).

    See Also
    --------
    simulator.allocate_many : the same for many draws at once, by compiled kernels.

    References
    ----------
    Balinski and Young, *Fair Representation*, 2nd ed., 2001; Pukelsheim, *Proportional
    Representation*, 2nd ed., 2017; Kazakhstan, Constitutional Law on Elections, art. 97-1.

    Examples
    --------
    The list seats of Kazakhstan's Mazhilis, 19 March 2023; the threshold is a share of the
    ballots cast:

    >>> import simulator
    >>> votes = {"amanat": 3431510, "auyl": 693938, "respublica": 547154, "aqjol": 535139,
    ...          "qhp": 432920, "jsdp": 331058, "baytaq": 146431}
    >>> found = simulator.allocate(votes, 69, threshold={"share": "5%", "base": 6521860})
    >>> found.seats
    {'amanat': 40, 'auyl': 8, 'respublica': 6, 'aqjol': 6, 'qhp': 5, 'jsdp': 4, 'baytaq': 0}
    >>> simulator.allocate(votes, 69, "dhondt", threshold="5%").seats["jsdp"]
    3
    """
    counted = read_votes(votes)
    rule = registry.get(method)
    general = {"quota": quota, "rounding": rounding, "on_overflow": on_overflow}
    chosen = read_parameters(rule, general | parameters)
    house = read_seats(seats, "seats")
    admitted = admit(counted, threshold, district_seats if district_seats is not None else initial)
    nobody = not admitted
    if nobody:
        admitted = _when_none_pass(counted, none_pass)
    alone = nobody and none_pass == "admit-largest"
    rules = read_rules(ties)

    def run(decider: Decider) -> Contest:
        level, tie = _largest(admitted, decider) if alone else (admitted, None)
        bounds = _read_bounds(counted, house, level, initial, minimum, maximum)
        found = _run(counted, house, rule, chosen, level, bounds, decider)
        if tie is not None:
            found.ties.insert(0, tie)
        return found

    names, sizes = list(counted), list(counted.values())
    decider = Decider(names, sizes, rules, seed, lots)
    contest = run(decider)
    if decider.drawn < len(lots):
        raise AllocationError(
            "E508", f"{len(lots)} lots were fed back, and {decider.drawn} had to be drawn"
        )
    given = sum(contest.held)
    return Allocation(
        method=rule.id,
        seats=dict(zip(names, contest.held, strict=True)),
        certain=dict(zip(names, _certain(contest, run), strict=True)),
        ties=tuple(contest.ties),
        lots=tuple(decider.outcomes),
        steps=tuple(contest.steps),
        vacant=max(0, house - given),
        admitted={p: why for p, why in admitted.items() if contest.votes[names.index(p)]},
        quota=contest.quota,
        last=None if contest.last is None else (names[contest.last[0]], contest.last[1]),
        waiting=tuple((names[p], claim) for p, claim in contest.waiting),
        votes=counted,
        parameters=chosen,
    )


def read_parameters(rule: Method, given: dict[str, Any]) -> dict[str, Any]:
    """Return the parameters of a method with its defaults; one without effect is refused."""
    changed = {name: v for name, v in given.items() if name not in _USUAL or v != _USUAL[name]}
    for name in changed:
        if name not in rule.parameters:
            takes = ", ".join(rule.parameters) or "no parameter"
            hint = suggest(name, list(rule.parameters)) or f"it takes {takes}"
            raise AllocationError("E507", f"{rule.id} has no parameter {name}; {hint}")
    return dict(rule.parameters) | changed


def _when_none_pass(votes: Mapping[str, Exact], none_pass: str) -> dict[str, str]:
    if none_pass not in NONE_PASS:
        raise AllocationError("E506", f"none_pass: {none_pass!r} is none of {', '.join(NONE_PASS)}")
    standing = [party for party, v in votes.items() if v > 0]
    if none_pass == "vacant":
        return {}
    if none_pass == "admit-largest":
        best = max((votes[party] for party in standing), default=0)
        standing = [party for party in standing if votes[party] == best]
    return dict.fromkeys(standing, "no party passed")


def _largest(level: Mapping[str, str], decider: Decider) -> tuple[Mapping[str, str], Tie | None]:
    """Return the one of equal largest parties that takes part, and the tie that it was."""
    if len(level) < 2:
        return level, None
    places = [decider.names.index(party) for party in level]
    winners, rule = decider.decide(places, 1, ADMISSION)
    won = {decider.names[p]: level[decider.names[p]] for p in winners}
    return won, Tie(tuple(level), 1, tuple(won), rule, ADMISSION)


@dataclass(frozen=True)
class _Bounds:
    least: tuple[int, ...]
    most: tuple[int | None, ...]


def _read_bounds(
    votes: Mapping[str, Exact], house: int, admitted: Mapping[str, str],
    initial: Mapping[str, int] | None, minimum: int | Mapping[str, int],
    maximum: int | Mapping[str, int] | None,
) -> _Bounds:  # fmt: skip
    """Return least seats, which are held at the start, and most, in the order of the parties."""
    held = _by_party(initial or {}, votes, "initial")
    low = _by_party(minimum, votes, "minimum")
    high = _by_party(maximum, votes, "maximum") if maximum is not None else {}
    start = [
        max(held.get(party, 0), low.get(party, 0) if party in admitted else 0) for party in votes
    ]
    most = [high.get(party) for party in votes]
    if sum(start) > house:
        raise AllocationError(
            "E503",
            f"{sum(start)} seats are held or guaranteed at the start, and there are only {house}; "
            "seats is the size of the whole contest, those held included",
        )
    for party, least, limit in zip(votes, start, most, strict=True):
        if limit is not None and least > limit:
            raise AllocationError("E503", f"{party} has {least} seats and may have {limit} at most")
    return _Bounds(tuple(start), tuple(most))


def _by_party(
    value: int | Mapping[str, int], votes: Mapping[str, Exact], what: str
) -> dict[str, int]:
    if not isinstance(value, Mapping):
        return dict.fromkeys(votes, read_seats(value, what))
    for party in value:
        if party not in votes:
            hint = suggest(str(party), list(votes))
            raise AllocationError("E503", f"{what}: no party is called {party!r}. {hint}")
    return {party: read_seats(n, f"{what}.{party}") for party, n in value.items()}


def _run(
    votes: Mapping[str, Exact], house: int, rule: Method, parameters: Mapping[str, Any],
    admitted: Mapping[str, str], bounds: _Bounds, decider: Decider,
) -> Contest:  # fmt: skip
    names = list(votes)
    contest = Contest(
        names, [v if party in admitted else 0 for party, v in votes.items()], house,
        [0] * len(names), bounds.least, bounds.most, decider,
    )  # fmt: skip
    for p, seats in enumerate(bounds.least):
        contest.give(p, seats, "held at the start")
    contest.last = None
    if house:
        rule.allocate(contest, **parameters)
    return contest


def _certain(contest: Contest, run: Callable[[Decider], Contest]) -> list[int]:
    """Return the least seats of each party over all outcomes of the ties."""
    if not contest.ties:
        return list(contest.held)
    if contest.certain is not None and len(contest.ties) == 1:
        return contest.certain
    least = list(contest.held)
    for count, held in enumerate(_outcomes(contest.decider, run)):
        if count == _MOST_OUTCOMES:
            # Too many to try: nothing is certain but what was held at the start.
            return list(contest.least)
        least = [min(a, b) for a, b in zip(least, held, strict=True)]
    return least


def _outcomes(decider: Decider, run: Callable[[Decider], Contest]) -> Iterator[list[int]]:
    """Yield the seats of every outcome of the ties, depth first."""
    waiting: list[tuple[tuple[int, ...], ...]] = [()]
    while waiting:
        script = waiting.pop()
        scripted = _Scripted(decider.names, decider.votes, ("listed-order",))
        scripted.script = script
        try:
            held = run(scripted).held
        except AllocationError:
            # Not an outcome: somebody else is known to have won it, as with second_votes.
            continue
        if scripted.open is None:
            yield held
            continue
        level, count = scripted.open
        waiting += [
            (*script, choice)
            for choice in itertools.islice(
                itertools.combinations(sorted(level), count), _MOST_OUTCOMES + 1
            )
        ]


class _Scripted(Decider):
    """Decides ties by a script; remembers the first tie beyond its end."""

    script: tuple[tuple[int, ...], ...] = ()
    open: tuple[Sequence[int], int] | None = None

    def decide(self, level: Sequence[int], count: int, stage: str) -> tuple[list[int], str]:
        """Return what the script says, or the first parties where it ends."""
        number = self.drawn
        self.drawn += 1
        if number < len(self.script):
            return list(self.script[number]), "scripted"
        if self.open is None:
            self.open = (level, count)
        return sorted(level)[:count], "scripted"
