"""Ties: who is level for how many seats, and the rule of the law that decides it.

The rules are data: ``error`` (a tie is not decided), ``report`` (left open; the seats shown follow
the order of the list), ``listed-order`` (earlier registration), ``larger-party``,
``smaller-party`` (by votes), ``lot``. Several may stand one after the other, for example
``("larger-party", "lot")``. A lot is drawn from a seed and can be drawn again by anybody: each
party draws the SHA-256 of seed, number of the tie and its name, and the smallest numbers win. The
result of a real draw is fed back with ``lots``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from simulator.allocation.numbers import Exact
from simulator.errors import AllocationError, TiedSeats, claims

RULES = ("error", "report", "listed-order", "larger-party", "smaller-party", "lot")


@dataclass(frozen=True)
class Tie:
    """Parties with equal claims to fewer seats than there are claims.

    Attributes
    ----------
    parties
        Who is level, in the order of the list.
    seats
        How many of their claims are met; fewer than there are parties.
    winners
        Who was given a seat.
    rule
        What decided; ``report`` where nothing did and the order of the list is only shown.
    stage
        What the claims were: a quotient, a remainder, the bonus of the largest party, ...
    """

    parties: tuple[str, ...]
    seats: int
    winners: tuple[str, ...]
    rule: str
    stage: str

    @property
    def decided(self) -> bool:
        """Whether a rule decided the tie."""
        return self.rule != "report"

    def __str__(self) -> str:
        level = ", ".join(self.parties)
        how = f"{', '.join(self.winners)} by {self.rule}" if self.decided else "not decided"
        return f"{level} are level ({self.stage}) for {claims(self.seats, self.stage)}: {how}"


@dataclass
class Decider:
    """Decides ties by the rules given, in the order in which they come up."""

    names: Sequence[str]
    votes: Sequence[Exact]
    rules: tuple[str, ...]
    seed: int | str | None = None
    lots: Sequence[Sequence[str]] = ()
    drawn: int = field(default=0, init=False)
    outcomes: list[tuple[str, ...]] = field(default_factory=list, init=False)

    def decide(self, level: Sequence[int], count: int, stage: str) -> tuple[list[int], str]:
        """Return which `count` of the parties at `level` keep their claim, and by which rule."""
        open_, left, winners, used = sorted(level), count, [], ""
        for rule in self.rules:
            used = f"{used}, {rule}" if used else rule
            if rule in ("larger-party", "smaller-party"):
                clear, open_, left = self._by_size(open_, left, rule == "larger-party")
                winners += clear
            elif rule == "lot":
                winners += self._draw(open_, left, stage, winners)
                left = 0
            elif rule in ("listed-order", "report"):
                winners += open_[:left]
                left = 0
            if not left:
                return sorted(winners), used
        raise TiedSeats(tuple(self.names[p] for p in open_), left, stage, self.rules[-1])

    def _by_size(
        self, level: list[int], count: int, larger: bool
    ) -> tuple[list[int], list[int], int]:
        """Return clear winners, who is still level, and for how many claims."""
        order = sorted(level, key=lambda p: self.votes[p], reverse=larger)
        edge = self.votes[order[count - 1]]
        if count < len(order) and self.votes[order[count]] == edge:
            still = sorted(p for p in order if self.votes[p] == edge)
            clear = [p for p in order[:count] if self.votes[p] != edge]
            return clear, still, count - len(clear)
        return order[:count], [], 0

    def _draw(self, level: list[int], count: int, stage: str, clear: list[int]) -> list[int]:
        number = self.drawn
        self.drawn += 1
        if number < len(self.lots):
            winners = self._fed_back(level, count, number, clear)
        else:
            winners = self._from_seed(level, count, number, stage)
        self.outcomes.append(tuple(self.names[p] for p in sorted(winners)))
        return winners

    def _from_seed(self, level: list[int], count: int, number: int, stage: str) -> list[int]:
        if self.seed is None:
            names = tuple(self.names[p] for p in level)
            raise TiedSeats(names, count, stage, "lot")

        def ticket(p: int) -> str:
            text = f"{self.seed}/{number}/{self.names[p]}"
            return hashlib.sha256(text.encode()).hexdigest()

        return sorted(level, key=ticket)[:count]

    def _fed_back(self, level: list[int], count: int, number: int, clear: list[int]) -> list[int]:
        """Return who won a lot drawn elsewhere; winners by an earlier rule may be named as well."""
        lot = self.lots[number]
        before = {self.names[p] for p in clear}
        names = [lot] if isinstance(lot, str) else [str(name) for name in lot]
        if before <= set(names):
            names = [name for name in names if name not in before]
        level_names = [self.names[p] for p in level]
        if not len(names) == len(set(names)) == count or not set(names) <= set(level_names):
            raise AllocationError(
                "E508",
                f"lot {number + 1} is between {', '.join(level_names)} for {count}; "
                f"{', '.join(names) or 'nobody'} was fed back",
            )
        return [p for p in level if self.names[p] in names]


def read_rules(ties: object) -> tuple[str, ...]:
    """Return the tie rules as a tuple of known words."""
    rules = (ties,) if isinstance(ties, str) or not isinstance(ties, Iterable) else tuple(ties)
    for rule in rules:
        if rule not in RULES:
            raise AllocationError("E508", f"no tie rule is called {rule!r}: {', '.join(RULES)}")
    if not rules:
        raise AllocationError("E508", f"ties needs a rule: {', '.join(RULES)}")
    return rules
