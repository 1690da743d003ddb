"""A valid scenario compiled into the arrays that the kernels read.

The plan also knows every assumption it made, so that the output can name it.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from simulator.engine.distortion import Distortion, compile_distortion, stream_names
from simulator.engine.layers import (
    by_district,
    compile_layers,
    district_turnout_sd,
    undecided_names,
)
from simulator.engine.nation import compile_nation, more_names, tail_freedom
from simulator.engine.polling import PRE_ELECTION_BIAS, pool_polls
from simulator.kernels.inputs import Contests, Law, Layers, Names, National, Regions
from simulator.scenario.geography import Area, Geography, baseline, options, resolve
from simulator.scenario.schema import Scenario
from simulator.system.law import compile_law
from simulator.uncertainty import national
from simulator.uncertainty.candidates import Roster, build_rosters, compile_contests
from simulator.uncertainty.pooled import Pool
from simulator.uncertainty.precise import logit
from simulator.uncertainty.sobol import coordinates
from simulator.uncertainty.streams import salt_for, streams
from simulator.vocabulary import INDEPENDENTS


@dataclass(frozen=True, eq=False)
class Plan:
    """Everything a chunk needs, and the words for what it means."""

    options: tuple[str, ...]
    parties: tuple[str, ...]
    entities: tuple[str, ...]
    seats: dict[str, int]
    geography: Geography
    pool: Pool | None
    shares: dict[str, float]
    sample: float  # effective sample size of the national error; infinite without one
    salt: int
    names: Names
    named: tuple[tuple[str, ...], ...]  # the names themselves: national, baseline, local
    coordinates: tuple[NDArray[np.int64], ...]  # of Sobol' points, for each group of names
    sampler: str
    nation: National
    regions: Regions
    contests: Contests
    layers: Layers
    rosters: tuple[Roster, ...]
    law: Law
    centre: NDArray[np.float64]
    coalitions: dict[str, tuple[str, ...]]
    distortion: Distortion | None = None  # assumed irregularities


def compile_plan(scenario: Scenario) -> Plan:
    """Compile a scenario that passed every check."""
    geography = resolve(scenario)
    ballot = options(scenario)
    layer, tiers = scenario.uncertainty.district, scenario.tiers
    parties = [name for name in ballot if name in scenario.parties and scenario.parties[name].seats]
    pool = pool_polls(scenario) if scenario.polls is not None else None
    shares = _shares(scenario, pool, ballot)
    rosters = build_rosters(
        [(area.id, area.districts) for area in geography.areas], scenario.electorate.field, ballot,
        (layer.follows_nation, layer.follows_region),
    )  # fmt: skip
    named = _name_everything(scenario, geography, ballot, rosters)
    others = more_names(scenario, ballot) + undecided_names(scenario, pool, ballot)
    others += stream_names(scenario, geography, ballot)
    salt = salt_for([*others, *(name for group in named for name in group)])
    size = scenario.uncertainty.effective_sample or (pool.sample if pool else PRE_ELECTION_BIAS)
    nation, sample = compile_nation(scenario, shares, ballot, float(size), salt)
    regions = _compile_regions(scenario, geography, shares, ballot)
    held = (tiers.district.held_at or {}) if tiers.district is not None else {}
    contests = compile_contests(
        rosters, [area.id for area in geography.areas], ballot, len(parties),
        nominee_sd=layer.nominee_sd, independent_sd=layer.independent_sd, tails=layer.tails,
        field_sd=scenario.electorate.field.strength_sd if scenario.electorate.field else 0.0,
    )  # fmt: skip
    return Plan(
        options=tuple(ballot),
        parties=tuple(parties),
        entities=(*parties, INDEPENDENTS),
        seats={
            "list": tiers.list.seats if tiers.list is not None else 0,
            "district": tiers.district.seats if tiers.district is not None else 0,
        },
        geography=geography,
        pool=pool,
        shares=shares,
        sample=sample,
        salt=salt,
        names=Names(
            national=streams(named[0], salt),
            baseline=streams(named[1], salt),
            local=streams(named[2], salt),
            local_start=_local_starts(scenario, geography, ballot, rosters),
        ),
        named=tuple(tuple(group) for group in named),
        coordinates=coordinates(named),
        sampler=scenario.simulation.sampler,
        nation=nation,
        regions=regions,
        contests=contests,
        layers=compile_layers(scenario, geography, pool, ballot, rosters, len(parties), salt),
        rosters=tuple(rosters),
        law=_compile_law(scenario, geography, [held.get(e, 0) for e in (*parties, INDEPENDENTS)]),
        centre=_centres(geography, shares, ballot, scenario),
        coalitions={name: tuple(members) for name, members in scenario.coalitions.items()},
        distortion=compile_distortion(scenario, geography, ballot, len(parties), contests, salt),
    )  # fmt: skip


def _shares(scenario: Scenario, pool: Pool | None, ballot: list[str]) -> dict[str, float]:
    """Return the expected national shares, none of them zero."""
    if pool is not None:
        return {name: pool.shares[name] for name in ballot}
    exact = baseline(scenario)
    return {name: float(exact[name]) for name in ballot}


def _name_everything(
    scenario: Scenario, geography: Geography, ballot: list[str], rosters: list[Roster]
) -> tuple[list[str], list[str], list[str]]:
    """Return the names of all random numbers: national, baseline, local, in order of rows."""
    nation = [f"national/{name}" for name in ballot]
    nation += [f"national/tail/{k + 1}" for k in range(tail_freedom(scenario))]
    nation += ["national/turnout", "district/field"]
    drawn = _draws_baselines(scenario, geography)
    areas = geography.areas
    base = [f"baseline/{a.id}/{name}" for a in areas for name in ballot] if drawn else []
    local = []
    for area in areas:
        local.append(f"region/{area.id}/turnout")
        if _swings(scenario, geography):
            local += [f"region/{area.id}/{name}" for name in ballot]
        if _cell_sd(scenario, geography) > 0:
            for seat in area.districts:
                local += [f"district/{seat.id}/list/{name}" for name in ballot]
        local += [name for r in rosters if r.region == area.id for name in r.names]
        if district_turnout_sd(scenario, geography) > 0:
            local += [f"district/{seat.id}/turnout" for seat in area.districts]
    return nation, base, local


def _local_starts(
    scenario: Scenario, geography: Geography, ballot: list[str], rosters: list[Roster]
) -> NDArray[np.int64]:
    """Return where the local names of each region start."""
    starts = [0]
    for area in geography.areas:
        width = 1 + (len(ballot) if _swings(scenario, geography) else 0)
        if _cell_sd(scenario, geography) > 0:
            width += len(ballot) * len(area.districts)
        width += sum(len(r.names) for r in rosters if r.region == area.id)
        if district_turnout_sd(scenario, geography) > 0:
            width += len(area.districts)
        starts.append(starts[-1] + width)
    return np.array(starts, np.int64)


def _draws_baselines(scenario: Scenario, geography: Geography) -> bool:
    """Tell whether regional baselines are drawn: regions, and none of them has shares."""
    known = any(area.shares is not None for area in geography.areas)
    spread = scenario.uncertainty.region.baseline_sd
    return geography.regional and not known and spread > 0


def _swings(scenario: Scenario, geography: Geography) -> bool:
    layer = scenario.uncertainty
    drawn = layer.draws is not None and layer.draws.regions
    moves = max(layer.region.sd, *layer.region.party_sd.values(), 0.0) > 0
    return geography.regional and moves and not drawn


def _cell_sd(scenario: Scenario, geography: Geography) -> float:
    """Return the SD of the district layer of the list vote."""
    return scenario.uncertainty.district.sd if by_district(scenario, geography) else 0.0


def _compile_regions(
    scenario: Scenario, geography: Geography, shares: dict[str, float], ballot: list[str]
) -> Regions:
    """Return the regional layer; given regional shares are raked to the national ones."""
    layer, areas = scenario.uncertainty, geography.areas
    rate, scale = national.wallace(layer.region.tails)
    weight = _weights(areas)
    cells = [area.cells for area in areas]
    swings = _swings(scenario, geography)
    spread = layer.region.baseline_sd
    national_shares = [max(shares[name], national.FLOOR) for name in ballot]
    return Regions(
        baseline=np.array(_baselines(areas, ballot, national_shares, weight), np.float32),
        drawn=_draws_baselines(scenario, geography),
        baseline_sd=spread,
        weight=np.array(weight, np.float32),
        share=np.array(national_shares, np.float32),
        raking_steps=4 if spread <= 0.3 else 8 if spread <= 0.6 else 16,
        swings=swings,
        swing_sd=np.array(
            [layer.region.party_sd.get(name, layer.region.sd) for name in ballot], np.float32
        ),
        rate=rate,
        scale=scale,
        support=np.array([layer.turnout.support.get(name, 0.0) for name in ballot], np.float32),
        turnout_logit=np.array([logit(area.turnout) for area in areas], np.float32),
        turnout_sd=layer.turnout.region_sd if geography.counted and geography.regional else 0.0,
        valid_share=np.full(len(areas), float(1 - scenario.electorate.invalid)),
        people=np.array([area.registered for area in areas], np.float64),
        cell_start=np.cumsum([0, *(len(c) for c in cells)]).astype(np.int64),
        cell_people=np.array([n for c in cells for n in c], np.float64),
        cell_sd=_cell_sd(scenario, geography),
    )


def _weights(areas: tuple[Area, ...]) -> list[float]:
    """Return each region's share of the expected ballots."""
    ballots = [area.ballots for area in areas]
    total = sum(ballots, Fraction(0))
    return [float(b / total) for b in ballots]


def _baselines(
    areas: tuple[Area, ...], ballot: list[str], shares: list[float], weight: list[float]
) -> list[list[float]]:
    """Return regional baselines; given ones are raked to the national shares (64 steps)."""
    if all(area.shares is None for area in areas):
        return [list(shares) for _ in areas]
    rows = [
        [float((area.shares or {}).get(n, s)) for n, s in zip(ballot, shares, strict=True)]
        for area in areas
    ]
    rows = [[max(x, national.FLOOR) for x in row] for row in rows]
    for _ in range(64):
        rows = [[x / sum(row) for x in row] for row in rows]
        means = [
            sum(w * row[i] for w, row in zip(weight, rows, strict=True)) for i in range(len(ballot))
        ]
        rows = [[x * s / m for x, s, m in zip(row, shares, means, strict=True)] for row in rows]
    return [[x / sum(row) for x in row] for row in rows]


def _compile_law(scenario: Scenario, geography: Geography, held: list[int]) -> Law:
    """Return the law of the list tier; a chamber without lists has none."""
    tier = scenario.tiers.list
    threshold = tier.threshold if tier is not None else None
    lone = tier.lone_list if tier is not None else None
    return compile_law(
        seats=tier.seats if tier is not None else 0,
        method=tier.method if tier is not None else "largest-remainder",
        parameters=tier.parameters if tier is not None else {},
        threshold=threshold.share if threshold is not None else None,
        base=threshold.of if threshold is not None else "valid",
        strict=threshold is not None and threshold.compare == ">",
        none_pass=tier.none_pass if tier is not None else "admit-all",
        lone=(lone.factor, lone.minimum) if lone is not None else None,
        electorate=geography.registered,
        held=held,
    )


def _centres(
    geography: Geography, shares: dict[str, float], ballot: list[str], scenario: Scenario
) -> NDArray[np.float64]:
    """Return the centres of the moments: option shares, national turnout, regional turnout."""
    areas = geography.areas
    cast = sum((area.ballots for area in areas), Fraction(0))
    turnout = [float(cast / geography.registered)]
    turnout += [float(area.ballots / area.registered) for area in areas]
    # Rounded to the unit of the tally, so that centre plus deviation is exact.
    values = [shares[name] for name in ballot] + turnout
    return np.array([round(value * 2**22) / 2**22 for value in values])
