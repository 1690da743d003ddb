"""Single-member contests: who stands, how strong, and the arrays the kernels read.

A log-weight is base + shift + own shock. Nominees move with their party, nationally and in the
region; independents share one uncertainty and have large shocks of their own; against all can
come first but never wins.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from simulator.kernels.inputs import Contests
from simulator.uncertainty.national import wallace
from simulator.uncertainty.precise import log

ALONE, WITH_FIELD, WITH_PARTY = 0, 1, 2


class Standing(Protocol):
    """A candidate as the scenario declares one."""

    @property
    def party(self) -> str | None: ...
    @property
    def name(self) -> str | None: ...
    @property
    def share(self) -> Fraction | None: ...
    @property
    def strength(self) -> float | None: ...
    @property
    def shift(self) -> float: ...
    @property
    def follows_nation(self) -> float | None: ...
    @property
    def follows_region(self) -> float | None: ...


class District(Protocol):
    """A district as the scenario declares one."""

    @property
    def id(self) -> str: ...
    @property
    def candidates(self) -> Sequence[Standing] | None: ...
    @property
    def independents(self) -> int | None: ...


class Field(Protocol):
    """The declared field of candidates."""

    @property
    def nominees(self) -> Sequence[str]: ...
    @property
    def independents(self) -> int: ...
    @property
    def strength(self) -> float: ...
    @property
    def against_all(self) -> float | None: ...


@dataclass(frozen=True)
class Contender:
    """A candidate on a ballot paper: the name of the shock, the party, the log-weight."""

    name: str
    party: str | None
    base: float
    declared: bool = False  # part of a declared field, so that its uncertainty applies
    follows: tuple[float, float] = (1.0, 1.0)  # the party's shock, in the nation and the region


@dataclass(frozen=True)
class Roster:
    """The candidates of one district, in ballot order."""

    district: str
    region: str
    contenders: tuple[Contender, ...]

    @property
    def names(self) -> list[str]:
        """Names of the candidates' shocks."""
        return [f"district/{self.district}/candidate/{c.name}" for c in self.contenders]


def build_rosters(
    regions: Sequence[tuple[str, Sequence[District]]],
    field: Field | None,
    options: Sequence[str],
    follows: tuple[float, float] = (1.0, 1.0),
) -> list[Roster]:
    """Return the candidates of every district: listed ones, else the declared field.

    `follows` is how far a nominee follows the party, nationally and in the region, where the
    candidate does not say otherwise.
    """
    rosters = []
    for region, districts in regions:
        for district in districts:
            if district.candidates is not None:
                contenders = [_listed(k, c, follows) for k, c in enumerate(district.candidates)]
            else:
                contenders = _declared(district, field, options, follows)
            rosters.append(Roster(district.id, region, tuple(contenders)))
    return rosters


def _listed(position: int, candidate: Standing, follows: tuple[float, float]) -> Contender:
    """Return a candidate who is known by share or strength."""
    if candidate.strength is not None:
        base = candidate.strength
    else:
        base = log(candidate.share or Fraction(1))
    if candidate.party is not None:
        nation, region = candidate.follows_nation, candidate.follows_region
        follows = (
            follows[0] if nation is None else nation,
            follows[1] if region is None else region,
        )
    else:
        follows = (1.0, 1.0)
    base += candidate.shift
    return Contender(str(position + 1), candidate.party, base, follows=follows)


def _declared(
    district: District, field: Field | None, options: Sequence[str], follows: tuple[float, float]
) -> list[Contender]:
    """Return the declared field of a district whose candidates are not known."""
    if field is None:
        return []
    count = district.independents or field.independents
    contenders = [Contender(party, party, 0.0, True, follows) for party in field.nominees]
    contenders += [
        Contender(f"independent-{k + 1}", None, field.strength, True) for k in range(count)
    ]
    if field.against_all is not None:
        # The last option of the ballot stands for it: options without seats come last.
        contenders.append(Contender("against-all", options[-1], field.against_all, True))
    return contenders


def compile_contests(
    rosters: Sequence[Roster],
    regions: Sequence[str],
    options: Sequence[str],
    parties: int,
    *,
    nominee_sd: float,
    independent_sd: float,
    tails: int,
    field_sd: float,
) -> Contests:
    """Return the arrays of all contests, region by region in the order of the rosters."""
    order = {name: k for k, name in enumerate(options)}
    base, sd, shift, entity, group = [], [], [], [], []
    winner_start, winners, sizes = [0], [], [0]
    for roster in rosters:
        electable = []
        for c in roster.contenders:
            k = order[c.party] if c.party is not None else parties
            independent, barred = c.party is None, c.party is not None and k >= parties
            base.append(c.base)
            sd.append(independent_sd if independent else nominee_sd)
            free = WITH_FIELD if c.declared and independent else ALONE
            shift.append(free if independent or barred else WITH_PARTY + k)
            entity.append(-1 if barred else k)
            if not barred and k not in electable:
                electable.append(k)
        ranks = {k: at for at, k in enumerate(electable)}
        start = len(entity) - len(roster.contenders)
        group += [ranks.get(k, len(electable)) for k in entity[start:]]
        winners += electable
        winner_start.append(len(winners))
        sizes.append(sizes[-1] + len(roster.contenders))
    rate, scale = wallace(tails)
    return Contests(
        start=_starts(rosters, regions),
        candidate_start=np.array(sizes, np.int64),
        base=np.array(base, np.float32),
        sd=np.array(sd, np.float32),
        shift=np.array(shift, np.int64),
        entity=np.array(entity, np.int64),
        group=np.array(group, np.int64),
        winner_start=np.array(winner_start, np.int64),
        winner_entity=np.array(winners, np.int64),
        field_sd=field_sd,
        rate=rate,
        scale=scale,
        follows_list=any(s >= WITH_PARTY for s in shift),
    )


def _starts(rosters: Sequence[Roster], regions: Sequence[str]) -> NDArray[np.int64]:
    """Return where the contests of each region start; rosters come in order of regions."""
    counts = dict.fromkeys(regions, 0)
    for roster in rosters:
        counts[roster.region] += 1
    return np.cumsum([0, *counts.values()]).astype(np.int64)
