"""Elections by station with a ledger: honest ones, stuffed ones, and rewritten protocols.

An own generator, independent of the engine: log-normal sizes, turnout and support normal on the
logit scale, binomial ballots; stuffing as in Klimek et al. 2012 with the parameters of `Stuffing`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from simulator.forensics import Stations


@dataclass(frozen=True)
class Stuffing:
    """Shares of stations with incremental and extreme stuffing, spread, and ballots moved."""

    incremental: float = 0.39
    extreme: float = 0.0
    theta: float = 0.2
    alpha: float = 2.0


@dataclass(frozen=True)
class Ledger:
    """Stations as reported, and what was done to them."""

    stations: Stations
    honest: np.ndarray
    added: int = 0
    moved: int = 0

    @property
    def total(self) -> int:
        return self.added + self.moved


def honest(
    seed: int, n: int = 10_000, turnout: float = 0.55, support: float = 0.5, size: float = 1200
) -> Ledger:
    rng = np.random.default_rng(seed)
    spread = np.sqrt(np.log(1 + 0.6**2))
    registered = np.exp(rng.normal(np.log(size) - spread**2 / 2, spread, n)).astype(np.int64) + 20
    rates = 1 / (1 + np.exp(-rng.normal(np.log(turnout / (1 - turnout)), 0.3, n)))
    shares = 1 / (1 + np.exp(-rng.normal(np.log(support / (1 - support)), 0.3, n)))
    cast = rng.binomial(registered, rates)
    leader = rng.binomial(cast, shares)
    return Ledger(Stations(registered, cast, cast, leader), leader)


def stuffed(seed: int, how: Stuffing, **settings: float) -> Ledger:
    before = honest(seed, **settings).stations
    rng = np.random.default_rng([seed, 1])
    n = len(before)
    kind = rng.random(n)
    x = np.where(kind < how.incremental, half_normal(rng, how.theta, n), 0.0)
    extreme = (kind >= how.incremental) & (kind < how.incremental + how.extreme)
    x = np.where(extreme, 1 - half_normal(rng, 0.075, n), x)
    added = rng.binomial(before.registered - before.cast, x)
    moved = rng.binomial(before.others, x**how.alpha)
    cast = before.cast + added
    after = Stations(before.registered, cast, cast, before.leader + added + moved)
    return Ledger(after, before.leader, int(added.sum()), int(moved.sum()))


def half_normal(rng: np.random.Generator, scale: float, n: int) -> np.ndarray:
    """Return |N(0, scale)| redrawn into (0, 1)."""
    found = np.abs(rng.normal(0, scale, n))
    while (out := (found <= 0) | (found >= 1)).any():
        found[out] = np.abs(rng.normal(0, scale, int(out.sum())))
    return found


def rewritten(before: Ledger, seed: int, stations: int, step: int = 5) -> tuple[Ledger, np.ndarray]:
    """Raise the turnout of some stations to the next multiple of `step` per cent, for the leader.

    Returns also which stations; only those that can be at most 95% are taken.
    """
    s = before.stations
    percent = step * (s.cast * 100 // (step * s.registered) + 1)
    target = (2 * percent * s.registered + 100) // 200  # the nearest ballot
    able = np.flatnonzero((percent <= 95) & (s.registered >= 1000))
    chosen = np.random.default_rng([seed, 2]).choice(able, stations, replace=False)
    more = np.zeros(len(s), dtype=np.int64)
    more[chosen] = (target - s.cast)[chosen]
    after = Stations(s.registered, s.cast + more, s.cast + more, s.leader + more)
    return replace(before, stations=after, added=before.added + int(more.sum())), chosen


def constructed(seed: int = 2023) -> str:
    """Return the table of the how-to page: 600 stations, some stuffed, some rewritten."""
    first = stuffed(seed, Stuffing(incremental=0.25, theta=0.25), n=600, turnout=0.5, support=0.4)
    last, _ = rewritten(first, seed, 50)
    s = last.stations
    invalid = np.random.default_rng([seed, 3]).binomial(s.others, 0.02)
    rows = ["station,registered,cast,red,blue,invalid,honest_red"]
    rows += [
        f"constructed-{k:03d},{n},{c},{r},{c - r - i},{i},{h}"
        for k, (n, c, r, i, h) in enumerate(
            zip(s.registered, s.cast, s.leader, invalid, last.honest, strict=True), 1
        )
    ]
    return "\n".join(rows) + "\n"
