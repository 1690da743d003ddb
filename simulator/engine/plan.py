"""A valid scenario compiled into the arrays that the kernels read.

The plan also knows every assumption it made, so that the output can name it.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from simulator.engine.distortion import Distortion, compile_distortion, stream_names
from simulator.kernels import inputs
from simulator.kernels.inputs import Contests, Law, Names, National, Regions
from simulator.scenario.geography import Area, Geography, baseline, options, resolve
from simulator.scenario.schema import Scenario
from simulator.system.law import compile_law
from simulator.uncertainty import national, polls
from simulator.uncertainty.candidates import Roster, build_rosters, compile_contests
from simulator.uncertainty.precise import logit
from simulator.uncertainty.precise import sqrt as root
from simulator.uncertainty.streams import salt_for, streams
from simulator.vocabulary import INDEPENDENTS

PRE_ELECTION_BIAS = 400
EXIT_POLL_BIAS = 2000


@dataclass(frozen=True)
class Plan:
    """Everything a chunk needs, and the words for what it means."""

    options: tuple[str, ...]
    parties: tuple[str, ...]
    entities: tuple[str, ...]
    seats: dict[str, int]
    geography: Geography
    pool: polls.Pool | None
    shares: dict[str, float]
    sample: float  # effective sample size of the national error; infinite when fixed
    salt: int
    names: Names
    nation: National
    regions: Regions
    contests: Contests
    rosters: tuple[Roster, ...]
    law: Law
    centre: NDArray[np.float64]
    coalitions: dict[str, tuple[str, ...]]
    distortion: Distortion | None = None  # assumed irregularities


def compile_plan(scenario: Scenario) -> Plan:
    """Compile a scenario that passed every check."""
    geography = resolve(scenario)
    ballot = options(scenario)
    parties = [name for name in ballot if name in scenario.parties and scenario.parties[name].seats]
    pool = pool_polls(scenario)
    shares = _shares(scenario, pool, ballot)
    rosters = build_rosters(
        [(area.id, area.districts) for area in geography.areas], scenario.electorate.field, ballot
    )
    named = _name_everything(scenario, geography, ballot, rosters)
    accepts = [f"national/{name}/accept" for name in ballot]
    assumed = stream_names(scenario, geography, ballot)
    salt = salt_for([*accepts, *assumed, *(name for group in named for name in group)])
    nation, sample = _compile_nation(scenario, pool, shares, ballot, salt)
    regions = _compile_regions(scenario, geography, shares, ballot)
    layer = scenario.uncertainty.district
    tiers = scenario.tiers
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
        nation=nation,
        regions=regions,
        contests=contests,
        rosters=tuple(rosters),
        law=_compile_law(scenario, geography, [held.get(e, 0) for e in (*parties, INDEPENDENTS)]),
        centre=_centres(geography, shares, ballot, scenario),
        coalitions={name: tuple(members) for name, members in scenario.coalitions.items()},
        distortion=compile_distortion(scenario, geography, ballot, len(parties), contests, salt),
    )  # fmt: skip


def pool_polls(scenario: Scenario) -> polls.Pool | None:
    """Return the pooled polls of a scenario, if it has any."""
    if scenario.polls is None:
        return None
    error = scenario.uncertainty.polls
    default = EXIT_POLL_BIAS if scenario.polls.kind == "exit" else PRE_ELECTION_BIAS
    items = [
        polls.Poll(
            poll.pollster, poll.n,
            poll.deff or polls.design_effect(
                poll.n, poll.stations, float(poll.icc) if poll.icc is not None else None
            ),
            poll.days_before, {name: poll.shares[name] for name in options(scenario)},
        )
        for poll in scenario.polls.items
    ]  # fmt: skip
    return polls.pool(
        items, bias_n=error.bias_n or default, house_n=error.house_n,
        house_df=error.house_df, drift=error.drift_per_day,
    )  # fmt: skip


def _shares(scenario: Scenario, pool: polls.Pool | None, ballot: list[str]) -> dict[str, float]:
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
    nation += [f"national/tail/{k + 1}" for k in range(_tail_freedom(scenario))]
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
        starts.append(starts[-1] + width)
    return np.array(starts, np.int64)


def _tail_freedom(scenario: Scenario) -> int:
    return scenario.uncertainty.tails if scenario.uncertainty.kernel == "angular" else 0


def _draws_baselines(scenario: Scenario, geography: Geography) -> bool:
    """Tell whether regional baselines are drawn: regions, and none of them has shares."""
    known = any(area.shares is not None for area in geography.areas)
    spread = scenario.uncertainty.region.baseline_sd
    return geography.regional and not known and spread > 0


def _swings(scenario: Scenario, geography: Geography) -> bool:
    return geography.regional and scenario.uncertainty.region.sd > 0


def _cell_sd(scenario: Scenario, geography: Geography) -> float:
    """Return the SD of the district layer of the list vote: it needs districts in every region."""
    complete = geography.regional and all(area.districts for area in geography.areas)
    return scenario.uncertainty.district.sd if complete and scenario.tiers.list else 0.0


def _compile_nation(
    scenario: Scenario, pool: polls.Pool | None, shares: dict[str, float], ballot: list[str],
    salt: int,
) -> tuple[National, float]:  # fmt: skip
    """Return the national layer and its effective sample size."""
    layer = scenario.uncertainty
    sample = float(layer.effective_sample or (pool.sample if pool else PRE_ELECTION_BIAS))
    p = [max(shares[name], national.FLOOR) for name in ballot]
    ratio, slope = national.angular(p, 1.0 / root(sample))
    blocs = [scenario.parties[n].bloc if n in scenario.parties else None for n in ballot]
    mixing, correlated = national.correlation(blocs, layer.blocs.within, layer.blocs.across)
    kinds = {"fixed": inputs.FIXED, "angular": inputs.ANGULAR, "dirichlet": inputs.DIRICHLET}
    counted = resolve(scenario).counted
    nation = National(
        kind=kinds[layer.kernel],
        freedom=_tail_freedom(scenario),
        ratio=ratio,
        slope=slope,
        mixing=mixing,
        correlated=correlated,
        alpha=np.array([sample * share for share in p], np.float32),
        option_streams=streams([f"national/{name}" for name in ballot], salt),
        accept_streams=streams([f"national/{name}/accept" for name in ballot], salt),
        turnout_sd=layer.turnout.national_sd if counted else 0.0,
    )
    return nation, sample if layer.kernel != "fixed" else float("inf")


def _compile_regions(
    scenario: Scenario, geography: Geography, shares: dict[str, float], ballot: list[str]
) -> Regions:
    """Return the regional layer; given regional shares are raked to the national ones."""
    layer, areas = scenario.uncertainty, geography.areas
    rate, scale = national.wallace(layer.region.tails)
    weight = _weights(areas)
    cells = [_cells(area) for area in areas]
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
        swing_sd=np.full(len(ballot), layer.region.sd if swings else 0.0, np.float32),
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
    ballots = [area.registered * area.turnout for area in areas]
    total = sum(ballots, Fraction(0))
    return [float(b / total) for b in ballots]


def _cells(area: Area) -> list[int]:
    """Return the voters of the places where list votes are counted; they add up to the region."""
    known = [seat.registered for seat in area.districts]
    if not known:
        return [area.registered]
    from simulator.scenario.geography import largest_remainder

    return known if sum(known) == area.registered else largest_remainder(area.registered, known)


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
    cast = sum((area.registered * area.turnout for area in areas), Fraction(0))
    turnout = [float(cast / geography.registered), *(float(area.turnout) for area in areas)]
    # Rounded to the unit of the tally, so that centre plus deviation is exact.
    values = [shares[name] for name in ballot] + turnout
    return np.array([round(value * 2**22) / 2**22 for value in values])
