"""When a run has enough draws: named Monte Carlo errors against their targets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from simulator.results.run import Run

# Looking twice curbs the bias of stopping at a look where the error is small by luck.
PASSES = 2


@dataclass(frozen=True)
class Check:
    """One estimate with its Monte Carlo error and the error that is wanted."""

    name: str
    mcse: float
    target: float

    @property
    def passed(self) -> bool:
        """Whether the error is at most its target."""
        return self.mcse <= self.target


def check_errors(run: Run, until: Mapping[str, Any]) -> tuple[Check, ...]:
    """Return every estimate that `simulation.until` names, with its error and target.

    `probability` stands for all entries, majorities and coalitions, `mean_seats` for the mean seats
    of every party; `errors` names single ones.
    """
    found = {}
    if until.get("probability") is not None:
        for party in run.facts.parties:
            name = f"enters.{party}"
            found[name] = Check(name, run.enters(party).mcse, until["probability"])
        for name, chance in run.events.items():
            found[name] = Check(name, chance.mcse, until["probability"])
    if until.get("mean_seats") is not None:
        for party, seats in run.seats.items():
            name = f"seats.{party}"
            found[name] = Check(name, seats.mcse, until["mean_seats"])
    for name, target in (until.get("errors") or {}).items():
        found[name] = Check(name, error_of(run, name), target)
    return tuple(found.values())


def error_of(run: Run, name: str) -> float:
    """Return the Monte Carlo error of a named estimate.

    ``enters.PARTY`` is a probability, ``seats.PARTY``, ``list.PARTY`` and ``district.PARTY`` are
    means; every other name is an event such as ``majority``.
    """
    kind, _, party = name.partition(".")
    if kind == "enters":
        return run.enters(party).mcse
    if kind in ("seats", "list", "district"):
        return run.tier("total" if kind == "seats" else kind)[party].mcse
    # An event that never occurred is not in the list: its bound is the rule of three.
    return run.events[name].mcse if name in run.events else 3.0 / run.draws
