"""The assumptions of the layers that only some plans have, in words, with their origin."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from simulator.engine.layers import district_turnout_sd
from simulator.engine.plan import Plan
from simulator.results.facts import Assumption
from simulator.scenario.schema import Scenario


def _origin(model: Any, *keys: str) -> str:
    return "scenario" if any(key in model.model_fields_set for key in keys) else "default"


def _signed(values: dict[str, float]) -> str:
    return ", ".join(f"{name} {value:+g}" for name, value in values.items() if value)


def name_undecided(scenario: Scenario, plan: Plan) -> Iterator[Assumption]:
    """Yield how many are undecided, and how freely they choose."""
    late, layer = plan.layers.undecided, scenario.uncertainty.undecided
    if late is None:
        return
    origin = "scenario" if layer.share is not None else "polls"
    yield Assumption("undecided voters", f"{late.share * 100:.4g}% of the vote", origin)
    yield Assumption(
        "split of the undecided",
        f"Dirichlet around the decided, concentration {late.concentration:g}",
        _origin(layer, "concentration"),
    )


def name_swings(scenario: Scenario, plan: Plan) -> Iterator[Assumption]:
    """Yield how regions follow the nation, parties with a swing of their own, stated shifts."""
    layer = scenario.uncertainty
    if not plan.geography.regional:
        return
    parts = {name: part for name, part in layer.swing.items() if part}
    words = ", ".join(
        f"{float(part) * 100:.4g}% {name}" if part < 1 else name for name, part in parts.items()
    )
    yield Assumption("swing kernel", words, _origin(layer, "swing"))
    if layer.region.party_sd:
        words = ", ".join(f"{name} {sd:g}" for name, sd in layer.region.party_sd.items())
        yield Assumption("regional swing of single parties", f"log-scale SD {words}", "scenario")
    for area in plan.geography.areas:
        if words := _signed(area.shift):
            yield Assumption(f"shift in {area.name}", f"log-weight {words}", "scenario")


def name_turnout(scenario: Scenario, plan: Plan) -> Iterator[Assumption]:
    """Yield the turnout of districts, and what turnout does to shares."""
    layer = scenario.uncertainty.turnout
    sd = district_turnout_sd(scenario, plan.geography)
    if sd > 0:
        yield Assumption("district turnout", f"logit SD {sd:g}", _origin(layer, "district_sd"))
    seats = [seat for area in plan.geography.areas for seat in area.districts]
    stated = sum(seat.turnout is not None for seat in seats)
    if stated:
        words = f"stated for {stated} of {len(seats)} districts, the others like their region"
        yield Assumption("turnout level of districts", words, "scenario")
    if words := _signed(layer.differential):
        yield Assumption("differential turnout", f"log-weight a logit {words}", "scenario")


def name_nominees(scenario: Scenario, plan: Plan) -> Iterator[Assumption]:
    """Yield how far nominees follow their parties."""
    if not any(roster.contenders for roster in plan.rosters):
        return
    layer = scenario.uncertainty.district
    nominees = sum(c.party is not None for roster in plan.rosters for c in roster.contenders)
    own = [
        candidate
        for district in scenario.electorate.districts.values()
        for candidate in district.candidates or []
        if candidate.party is not None
        and (candidate.follows_nation, candidate.follows_region) != (None, None)
    ]
    whole = sum(None not in (c.follows_nation, c.follows_region) for c in own)
    if whole < nominees:
        words = f"follow their party: nation x {layer.follows_nation:g}, "
        words += f"region x {layer.follows_region:g}"
        words += ", where a candidate does not state it" if own else ""
        yield Assumption("nominees", words, _origin(layer, "follows_nation", "follows_region"))
    if own:
        words = "; ".join(
            f"{kind} x {_span(stated)} for {len(stated)} of {nominees}"
            for kind in ("nation", "region")
            if (stated := [v for c in own if (v := getattr(c, f"follows_{kind}")) is not None])
        )
        yield Assumption("nominees who state it", words, "scenario")
    shifted = sum(
        1
        for district in scenario.electorate.districts.values()
        for candidate in district.candidates or []
        if candidate.shift
    )
    if shifted:
        words = f"log-weight of {shifted} {'candidate' if shifted == 1 else 'candidates'}"
        yield Assumption("shifts of candidates", words, "scenario")


def _span(values: Sequence[float]) -> str:
    """Return values as one number, or as the smallest to the largest.

    >>> _span([0.5, 0.5]), _span([0.5, 1.2, 0.8])
    ('0.5', '0.5 to 1.2')
    """
    low, high = min(values), max(values)
    return f"{low:g}" if low == high else f"{low:g} to {high:g}"
