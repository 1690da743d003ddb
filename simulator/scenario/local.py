"""Checks of what is local: names in the regional layers, turnout of districts, who follows whom."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from simulator.errors import Diagnostic
from simulator.scenario.findings import percent, unknown_names
from simulator.scenario.schema import Scenario
from simulator.scenario.source import Key, Source


def check_local(scenario: Scenario, source: Source) -> Iterator[Diagnostic]:
    """Yield the faults of regional, district and turnout layers."""
    known = list(scenario.parties)
    layer = scenario.uncertainty
    path: Key = ("uncertainty", "region", "party_sd")
    yield from unknown_names(source, path, layer.region.party_sd, known)
    path = ("uncertainty", "turnout", "differential")
    yield from unknown_names(source, path, layer.turnout.differential, known)
    for name, region in scenario.electorate.regions.items():
        path = ("electorate", "regions", name, "shift")
        yield from unknown_names(source, path, region.shift, known)
    yield from _check_district_turnout(scenario, source)
    yield from _check_following(scenario, source)


def _check_district_turnout(scenario: Scenario, source: Source) -> Iterator[Diagnostic]:
    electorate = scenario.electorate
    for name, district in electorate.districts.items():
        if district.turnout is None:
            continue
        path: Key = ("electorate", "districts", name, "turnout")
        if not Fraction(1, 1000) <= district.turnout <= Fraction(999, 1000):
            text = f"turnout lies between 0.1% and 99.9%, not {percent(district.turnout)}"
            yield source.diagnose("E205", text, path)
        if electorate.registered is None and not electorate.regions:
            hint = "add registered: 12_035_578 under electorate"
            text = "turnout has no effect without registered voters"
            yield source.diagnose("E219", text, path, hint, at_key=True)


def _check_following(scenario: Scenario, source: Source) -> Iterator[Diagnostic]:
    for name, district in scenario.electorate.districts.items():
        for number, candidate in enumerate(district.candidates or []):
            party = scenario.parties.get(candidate.party or "")
            for key in ("follows_nation", "follows_region"):
                free = candidate.party is None or (party is not None and not party.seats)
                if free and getattr(candidate, key) is not None:
                    path: Key = ("electorate", "districts", name, "candidates", number, key)
                    text = "only the nominee of a party follows it"
                    yield source.diagnose("E219", text, path, "remove it", at_key=True)
