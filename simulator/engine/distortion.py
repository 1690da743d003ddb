"""Assumed irregularities of a scenario on the way to the kernels."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from simulator.kernels.inputs import Contests
from simulator.kernels.irregularities import Operators
from simulator.kernels.stations import Stations
from simulator.results.facts import Assumption
from simulator.scenario.geography import Area, Geography, largest_remainder
from simulator.scenario.irregularities import Operator, Prior
from simulator.scenario.irregularities import Stations as Layout
from simulator.scenario.numbers import share_text
from simulator.scenario.schema import Scenario
from simulator.uncertainty import operators as compiled
from simulator.uncertainty import stations as polling
from simulator.uncertainty.operators import Cell

if TYPE_CHECKING:
    from simulator.engine.plan import Plan


@dataclass(frozen=True)
class Distortion:
    """The operators of a plan, and the stations on which they act, which may be none."""

    ids: tuple[str, ...]
    cells: tuple[Cell, ...]
    operators: Operators
    stations: Stations

    @property
    def inverse(self) -> bool:
        """Whether the figures already contain the operators and every draw is cleaned."""
        return self.operators.sign < 0


def cells_of(scenario: Scenario, geography: Geography) -> list[Cell]:
    """Return the places where list votes are counted, with their stations where these are known."""
    places = [
        (name, area.id, people)
        for area in geography.areas
        for name, people in zip(_cell_names(area), area.cells, strict=True)
    ]
    counts = _station_counts(scenario, [people for _, _, people in places])
    return [Cell(*place, count) for place, count in zip(places, counts, strict=True)]


def _cell_names(area: Area) -> list[str]:
    return [seat.id for seat in area.districts] or [area.id]


def _station_counts(scenario: Scenario, people: Sequence[int]) -> list[int]:
    stations = scenario.electorate.stations
    if stations is None:
        return [0] * len(people)
    if stations.per_district is not None:
        return [stations.per_district] * len(people)
    left = (stations.total or len(people)) - len(people)
    return [1 + more for more in largest_remainder(left, list(people))]


def stream_names(scenario: Scenario, geography: Geography, ballot: Sequence[str]) -> list[str]:
    """Return the names of the random numbers of operators and stations."""
    if scenario.irregularities is None:
        return []
    operators, cells = scenario.irregularities.operators, cells_of(scenario, geography)
    names = compiled.all_names(operators, cells)
    if simulates_stations(scenario):
        for group in (
            polling.station_names(cells, ballot),
            polling.operator_names(operators, cells),
        ):
            names += [name for part in group for name in part]
    return names


def simulates_stations(scenario: Scenario) -> bool:
    """Tell whether an operator acts on simulated stations."""
    found = scenario.irregularities
    return found is not None and any(o.level == "station" for o in found.operators)


def compile_distortion(
    scenario: Scenario, geography: Geography, ballot: Sequence[str], parties: int,
    contests: Contests, salt: int,
) -> Distortion | None:  # fmt: skip
    """Return the operators of a scenario for the kernels, if it has any."""
    found = scenario.irregularities
    if found is None:
        return None
    cells, layout = cells_of(scenario, geography), scenario.electorate.stations or Layout()
    tier = scenario.tiers.district
    simulated = tier is not None and tier.held_at is None
    visited = cells if simulates_stations(scenario) else [replace(c, stations=0) for c in cells]
    return Distortion(
        ids=tuple(o.id for o in found.operators),
        cells=tuple(cells),
        operators=compiled.compile_operators(
            found.operators, cells, ballot, parties, contests,
            inverse=found.mode == "inverse", salt=salt,
            contested=simulated and any("district" in o.tiers for o in found.operators),
        ),
        stations=polling.compile_stations(
            visited, ballot, found.operators, size_cv=layout.size_cv,
            turnout_sd=layout.turnout_sd, support_sd=layout.support_sd, salt=salt,
        ),
    )  # fmt: skip


def switch(plan: Plan, active: Sequence[bool]) -> Plan:
    """Return a plan with some operators switched off; all its random numbers stay."""
    if plan.distortion is None:
        return plan
    operators = plan.distortion.operators._replace(active=np.array(active, np.int64))
    return replace(plan, distortion=replace(plan.distortion, operators=operators))


def arguments(plan: Plan, recorded: int = 0, sheet: bool = False) -> tuple[Any, ...]:
    """Return what the kernels need for the operators of a plan: four times None without any.

    `recorded` is the number of draws whose ledger is kept; `sheet` keeps the stations of one draw.
    """
    from simulator.kernels.irregularities import rows_for
    from simulator.kernels.stations import polling_for

    found = plan.distortion
    if found is None:
        return None, None, None, None
    widest = int(np.diff(plan.regions.cell_start).max())
    options, count = len(plan.options), len(found.ids)
    rows = rows_for(found.operators, options, len(plan.entities), widest, recorded)
    kept = found.stations.people.size if sheet else 0
    return found.operators, rows, found.stations, polling_for(count, options, kept)


def name_irregularities(scenario: Scenario, plan: Plan) -> Iterator[Assumption]:
    """Yield every assumed irregularity: what it does, for whom, how much."""
    found = scenario.irregularities
    if found is None:
        return
    words = {
        "forward": "added to figures that are taken as clean",
        "inverse": "taken out of figures that are assumed to contain them",
    }
    yield Assumption("irregularities", words[found.mode], "scenario")
    for operator in found.operators:
        whom = (
            scenario.parties[operator.beneficiary].name or operator.beneficiary
            if operator.beneficiary
            else ""
        )
        text = f"{operator.kind}{' for ' + whom if whom else ''}, "
        text += f"{amounts(operator)}; {' and '.join(operator.tiers)} vote, by {operator.level}"
        yield Assumption(f"if {operator.id}", text, "scenario")
    stations = scenario.electorate.stations
    if stations is not None:
        count = sum(cell.stations for cell in plan.distortion.cells) if plan.distortion else 0
        text = f"{count:,}, size CV {stations.size_cv:g}".replace(",", " ")
        if plan.distortion is not None and plan.distortion.stations.people.size:
            text += f", logit turnout SD {stations.turnout_sd:g}"
            text += f", log support SD {stations.support_sd:g}"
        yield Assumption("polling stations", text, "scenario")


def amounts(operator: Operator) -> str:
    """Return the intensities of an operator in words."""
    names = (
        "incremental", "extreme", "theta", "alpha", "sigma", "manufactured", "stolen", "share",
        "ballots", "buses", "ballots_per_bus", "stations_per_bus", "supplementary", "rewrites",
        "step", "target", "clean",
    )  # fmt: skip
    parts = []
    for name in names:
        value = getattr(operator, name)
        if isinstance(value, Prior):
            second = f", {value.second:g}" if value.form != "half-normal" else ""
            parts.append(f"{name} ~ {value.form}({value.first:g}{second})")
        elif value is not None:
            text = f"{value:g}" if isinstance(value, float) else str(value)
            text = share_text(value) if isinstance(value, Fraction) else text
            parts.append(f"{name.replace('_', ' ')} {text}")
    return ", ".join(parts)
