"""Checks of districts and of who stands in them."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from simulator.errors import Diagnostic, suggest
from simulator.scenario.findings import ROUNDING, percent, seated, unknown_names
from simulator.scenario.schema import Candidate, Scenario
from simulator.scenario.source import Key, Source
from simulator.vocabulary import MOST_CANDIDATES, MOST_DISTRICTS


def check_contests(scenario: Scenario, source: Source) -> Iterator[Diagnostic]:
    """Yield the faults of districts, candidates and the declared field."""
    yield from _check_districts(scenario, source)
    yield from _check_candidates(scenario, source)
    yield from _check_field(scenario, source)


def _check_districts(scenario: Scenario, source: Source) -> Iterator[Diagnostic]:
    tier, electorate = scenario.tiers.district, scenario.electorate
    here: Key = ("electorate", "districts")
    for name, district in electorate.districts.items():
        if district.region is not None:
            known = list(electorate.regions)
            if district.region not in known:
                hint = suggest(district.region, known) or "known: " + ", ".join(known[:8])
                text = f'no region is called "{district.region}"'
                yield source.diagnose("E211", text, (*here, name, "region"), hint)
        elif electorate.regions:
            text = f'district "{name}" lies in no region'
            yield source.diagnose("E202", text, (*here, name), "add region: ...")
    if tier is None:
        if electorate.field is not None or electorate.districts:
            key = "field" if electorate.field is not None else "districts"
            hint = "add tiers: {district: {seats: 29}}"
            text = "districts have no effect without a district tier"
            yield source.diagnose("E219", text, ("electorate", key), hint, at_key=True)
        return
    by_region = sum(region.districts for region in electorate.regions.values())
    listed = len(electorate.districts)
    count = listed or by_region
    if listed and by_region and listed != by_region:
        text = f"the regions have {by_region} districts, {listed} are listed"
        yield source.diagnose("E214", text, here)
    elif count and count != tier.seats:
        text = f"there are {count} districts for {tier.seats} seats"
        yield source.diagnose("E214", text, ("tiers", "district", "seats"))
    elif electorate.regions and not count and tier.held_at is None:
        hint = "add districts: 1 to the regions, or electorate.districts"
        yield source.diagnose("E214", "no region has a district", ("electorate", "regions"), hint)
    if count > MOST_DISTRICTS:
        text = f"{count:,} districts: at most {MOST_DISTRICTS:,} are possible"
        yield source.diagnose("E218", text, here)


def _check_candidates(scenario: Scenario, source: Source) -> Iterator[Diagnostic]:
    standing = 0
    for name, district in scenario.electorate.districts.items():
        candidates = district.candidates or []
        standing += len(candidates)
        here: Key = ("electorate", "districts", name, "candidates")
        if district.candidates == []:
            yield source.diagnose("E202", f'nobody stands in district "{name}"', here)
        electable = False
        for number, candidate in enumerate(candidates):
            party = scenario.parties.get(candidate.party or "")
            electable = electable or party is None or party.seats
            yield from _check_candidate(scenario, source, (*here, number), candidate)
        if candidates and not electable:
            text = f'nobody who stands in district "{name}" can be elected'
            yield source.diagnose("E219", text, here)
        total = sum((c.share or Fraction(0) for c in candidates), Fraction(0))
        if total > 1 + ROUNDING:
            text = f"the shares of the candidates add up to {percent(total)}"
            yield source.diagnose("E213", text, here, "at most 100%")
    if standing > MOST_CANDIDATES:
        text = f"{standing:,} candidates: at most {MOST_CANDIDATES:,} are possible"
        yield source.diagnose("E218", text, ("electorate", "districts"))


def _check_candidate(
    scenario: Scenario, source: Source, path: Key, candidate: Candidate
) -> Iterator[Diagnostic]:
    if candidate.party is not None and candidate.party not in scenario.parties:
        known = list(scenario.parties)
        hint = suggest(candidate.party, known) or "leave party out for an independent"
        text = f'no party is called "{candidate.party}"'
        yield source.diagnose("E210", text, (*path, "party"), hint)
    if (candidate.share is None) == (candidate.strength is None):
        text = "a candidate needs a share or a strength, one of the two"
        yield source.diagnose("E216", text, path, "add share: 32%")
    if candidate.share == 0:
        text = "a share of zero has no logarithm"
        yield source.diagnose("E205", text, (*path, "share"), "leave the candidate out")


def _check_field(scenario: Scenario, source: Source) -> Iterator[Diagnostic]:
    tier, field = scenario.tiers.district, scenario.electorate.field
    if tier is None:
        return
    districts = scenario.electorate.districts
    open_districts = not districts or any(d.candidates is None for d in districts.values())
    if tier.held_at is not None:
        if field is not None:
            text = "the district seats are held, so a field of candidates has no effect"
            yield source.diagnose("E219", text, ("electorate", "field"), at_key=True)
        return
    if field is None:
        if open_districts:
            hint = "declare electorate.field, list candidates, or give tiers.district.held_at"
            text = "nothing says who stands in the districts"
            yield source.diagnose("E202", text, ("tiers", "district"), hint, at_key=True)
        return
    path: Key = ("electorate", "field")
    yield from unknown_names(source, (*path, "nominees"), field.nominees, seated(scenario))
    if len(set(field.nominees)) != len(field.nominees):
        yield source.diagnose("E219", "a party is named twice", (*path, "nominees"))
    if not field.nominees and field.independents == 0:
        yield source.diagnose("E202", "nobody stands in the declared field", path)
    per_district = len(field.nominees) + field.independents + 1
    if per_district * tier.seats > MOST_CANDIDATES:
        text = f"{per_district * tier.seats:,} candidates: at most {MOST_CANDIDATES:,} are possible"
        yield source.diagnose("E218", text, (*path, "independents"))
    if field.against_all is not None and len(seated(scenario)) == len(scenario.parties):
        hint = "add a party with seats: false"
        text = "against all is not among the parties"
        yield source.diagnose("E210", text, (*path, "against_all"), hint, at_key=True)
