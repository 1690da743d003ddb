"""What an allocation says: the seats, why each went where, what was tied, what is certain."""

from __future__ import annotations

import html
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from simulator.allocation.exact import Step
from simulator.allocation.numbers import Exact
from simulator.allocation.ties import Tie


@dataclass(frozen=True)
class Allocation:
    """The seats of one contest.

    Attributes
    ----------
    seats
        Seats by party, every party of the votes in their order. They add up to the seats of the
        contest less those that are `vacant`.
    ties
        Ties that came up, with who won and by which rule.
    lots
        Who won each lot that was drawn, in order; ``allocate(..., lots=found.lots)`` repeats them.
    certain
        Seats by party that no lot can change: the least over all outcomes of the ties. Where the
        outcomes are too many to try (over 1,000), only what was held at the start.
    steps
        Why the seats went where, in the order in which they were given.
    vacant
        Seats that nobody could take: no votes, or every list exhausted.
    admitted
        Parties that took part, with the reason they did.
    quota
        Price of a seat in votes, for quota methods.
    last
        Who took the last seat, and on which claim.
    waiting
        Who would have been next, with the claims, largest first.
    method
        Id of the method; `parameters` are those that it was used with.
    """

    method: str
    seats: dict[str, int]
    certain: dict[str, int]
    ties: tuple[Tie, ...] = ()
    steps: tuple[Step, ...] = ()
    vacant: int = 0
    admitted: dict[str, str] = field(default_factory=dict)
    quota: Exact | None = None
    last: tuple[str, str] | None = None
    waiting: tuple[tuple[str, str], ...] = ()
    votes: Mapping[str, Exact] = field(default_factory=dict)
    parameters: Mapping[str, Any] = field(default_factory=dict)
    lots: tuple[tuple[str, ...], ...] = ()

    @property
    def total(self) -> int:
        """All seats that were given."""
        return sum(self.seats.values())

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, as ``simseats allocate --json`` prints them."""
        return {
            "method": self.method,
            "parameters": {name: _plain(value) for name, value in self.parameters.items()},
            "seats": self.seats,
            "certain": self.certain,
            "vacant": self.vacant,
            "quota": None if self.quota is None else str(self.quota),
            "admitted": self.admitted,
            "ties": [
                {
                    "parties": list(tie.parties), "seats": tie.seats, "winners": list(tie.winners),
                    "rule": tie.rule, "stage": tie.stage,
                }
                for tie in self.ties
            ],
            "last": self.last and {"party": self.last[0], "claim": self.last[1]},
            "waiting": [{"party": party, "claim": claim} for party, claim in self.waiting],
            "steps": [
                {"party": s.party, "seats": s.seats, "rule": s.rule, "claim": s.claim}
                for s in self.steps
            ],
        }  # fmt: skip

    def _repr_html_(self) -> str:
        """Return a small table for notebooks; names are escaped."""
        rows = "".join(
            f"<tr><td>{html.escape(party)}</td><td>{html.escape(str(self.votes.get(party, '')))}"
            f"</td><td>{seats}</td></tr>"
            for party, seats in self.seats.items()
        )
        notes = "".join(f"<p>{html.escape(str(tie))}</p>" for tie in self.ties)
        vacant = f"<p>{self.vacant} seats stay vacant</p>" if self.vacant else ""
        return (
            f"<table><caption>{html.escape(self.method)}</caption><thead><tr><th>party</th>"
            f"<th>votes</th><th>seats</th></tr></thead><tbody>{rows}</tbody><tfoot><tr>"
            f"<td>total</td><td></td><td>{self.total}</td></tr></tfoot></table>{notes}{vacant}"
        )


def _plain(value: Any) -> Any:
    if isinstance(value, (bool, int, str)) or value is None:
        return value
    if isinstance(value, Mapping):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(v) for v in value]
    return str(value)
