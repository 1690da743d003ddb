"""The layers that only some plans have, compiled into arrays; None for a layer that is absent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from simulator.kernels.inputs import (
    AS_THE_REGION,
    F32,
    FULLY,
    NO_TILT,
    Following,
    Layers,
    Swing,
    Turnout,
    Undecided,
)
from simulator.scenario.geography import Geography
from simulator.scenario.schema import Scenario
from simulator.uncertainty.candidates import Roster
from simulator.uncertainty.precise import exp, logit
from simulator.uncertainty.streams import streams

if TYPE_CHECKING:
    from simulator.uncertainty.pooled import Pool


def undecided_share(scenario: Scenario, pool: Pool | None) -> float:
    """Return the undecided part of the vote: of the scenario, else of its polls."""
    stated = scenario.uncertainty.undecided.share
    if stated is not None:
        return float(stated)
    return pool.undecided if pool is not None else 0.0


def undecided_names(scenario: Scenario, pool: Pool | None, ballot: Sequence[str]) -> list[str]:
    """Return the names of the undecided layer: first proposals, then acceptances."""
    if undecided_share(scenario, pool) == 0:
        return []
    names = [f"undecided/{name}" for name in ballot]
    return names + [f"{name}/accept" for name in names]


def by_district(scenario: Scenario, geography: Geography) -> bool:
    """Tell whether list votes are counted by district: it needs districts in every region."""
    complete = geography.regional and all(area.districts for area in geography.areas)
    return complete and scenario.tiers.list is not None


def district_turnout_sd(scenario: Scenario, geography: Geography) -> float:
    """Return the SD of the turnout of a district around that of its region."""
    layer = scenario.uncertainty.turnout
    return layer.district_sd if by_district(scenario, geography) else 0.0


def compile_layers(
    scenario: Scenario,
    geography: Geography,
    pool: Pool | None,
    ballot: Sequence[str],
    rosters: Sequence[Roster],
    parties: int,
    salt: int,
) -> Layers:
    """Return the layers of a scenario beyond those that every plan has."""
    return Layers(
        swing=_swing(scenario, geography),
        tilt=_tilt(geography, ballot),
        turnout=_turnout(scenario, geography, ballot),
        undecided=_undecided(scenario, pool, ballot, salt),
        following=_following(rosters, ballot[:parties]),
    )


def _swing(scenario: Scenario, geography: Geography) -> Swing | None:
    """Return the mixture of swing kernels; none where weights alone decide, or no region does."""
    parts = scenario.uncertainty.swing
    if not geography.regional or parts.get("softmax") == 1:
        return None
    return Swing(*(float(parts.get(name, 0)) for name in Swing._fields))  # type: ignore[call-overload]


def _tilt(geography: Geography, ballot: Sequence[str]) -> F32:
    """Return the factors on regional baselines, where a region states a shift."""
    if not any(value != 0 for area in geography.areas for value in area.shift.values()):
        return NO_TILT
    rows = [[exp(area.shift.get(name, 0.0)) for name in ballot] for area in geography.areas]
    return np.array(rows, np.float32)


def _turnout(scenario: Scenario, geography: Geography, ballot: Sequence[str]) -> Turnout:
    """Return the turnout of cells, where it differs from that of their region or moves shares."""
    slopes = scenario.uncertainty.turnout.differential
    differential = [slopes.get(name, 0.0) for name in ballot]
    sd = district_turnout_sd(scenario, geography)
    seats = [seat for area in geography.areas for seat in area.districts]
    if not (sd > 0 or any(differential) or any(seat.turnout is not None for seat in seats)):
        return AS_THE_REGION
    expected = [
        turnout if turnout is not None else area.turnout
        for area in geography.areas
        for turnout in [seat.turnout for seat in area.districts] or [None]
    ]
    return Turnout(
        logit=np.array([logit(turnout) for turnout in expected], np.float32),
        sd=sd,
        differential=np.array(differential, np.float32),
        differs=any(differential),
    )


def _undecided(
    scenario: Scenario, pool: Pool | None, ballot: Sequence[str], salt: int
) -> Undecided | None:
    """Return the undecided part of the vote, if there is one."""
    names = undecided_names(scenario, pool, ballot)
    if not names:
        return None
    return Undecided(
        share=undecided_share(scenario, pool),
        concentration=scenario.uncertainty.undecided.concentration,
        streams=streams(names[: len(ballot)], salt),
        accept_streams=streams(names[len(ballot) :], salt),
    )


def _following(rosters: Sequence[Roster], parties: Sequence[str]) -> Following:
    """Return how far nominees follow their parties, where one of them does not do so fully."""
    order = {name: k for k, name in enumerate(parties)}
    contenders = [c for roster in rosters for c in roster.contenders]
    if all(c.follows == (1.0, 1.0) for c in contenders):
        return FULLY
    return Following(
        option=np.array([order.get(c.party or "", -1) for c in contenders], np.int64),
        nation=np.array([c.follows[0] for c in contenders], np.float32),
        region=np.array([c.follows[1] for c in contenders], np.float32),
    )
