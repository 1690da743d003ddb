"""Checks of assumed irregularities: what each kind needs, and what has no effect."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.errors import Diagnostic
from simulator.scenario.findings import seated, unknown_names
from simulator.scenario.irregularities import Operator, Prior
from simulator.scenario.schema import Scenario
from simulator.scenario.source import Key, Source
from simulator.vocabulary import INDEPENDENTS, MOST_STATIONS, MOST_VOTERS

# What a kind needs, and what else it knows.
NEEDS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "klimek": (("beneficiary", "incremental"), ("extreme", "theta", "alpha", "sigma", "victims")),
    "eforensics": (
        ("beneficiary", "incremental", "manufactured", "stolen"), ("extreme", "sigma", "victims"),
    ),
    "stuffing": (("beneficiary",), ("share", "ballots")),
    "switching": (("beneficiary", "share"), ("victims",)),
    "carousel": (
        ("beneficiary", "buses", "ballots_per_bus", "stations_per_bus"), ("supplementary",),
    ),
    "rewriting": (("beneficiary", "share"), ("rewrites", "step", "victims")),
    "suppression": (("share",), ("beneficiary", "victims")),
    "topping-up": (("beneficiary", "target"), ("clean",)),
    "annulment": (("share",), ()),
}  # fmt: skip
_COMMON = {"id", "kind", "basis", "source", "regions", "tiers", "level", "doubt"}
_EXAMPLES = {
    "beneficiary": "amanat", "incremental": "5%", "manufactured": "0.2", "stolen": "0.1",
    "share": "1%", "buses": "5", "ballots_per_bus": "40", "stations_per_bus": "4",
    "target": "70%", "clean": "55%",
}  # fmt: skip
_SHARES = ("incremental", "extreme", "share", "target", "clean", "theta")
_MOST_BUSES = 600.0


def check_irregularities(scenario: Scenario, source: Source) -> Iterator[Diagnostic]:
    """Yield the faults of assumed irregularities and of the stations they act on."""
    yield from _check_stations(scenario, source)
    found = scenario.irregularities
    if found is None:
        return
    if scenario.electorate.registered is None and not scenario.electorate.regions:
        text = "irregularities need registered voters"
        hint = "add electorate: {registered: 12_035_578, turnout: 54%}"
        yield source.diagnose("E202", text, ("irregularities",), hint, at_key=True)
    seen: set[str] = set()
    for operator in found.operators:
        path = _place(operator, source)
        if operator.id in seen:
            text = f'two operators are called "{operator.id}"'
            yield source.diagnose("E208", text, (*path, "id"), "names are different")
        seen.add(operator.id)
        yield from _check_keys(operator, source, path, found.mode == "inverse")
        yield from _check_people(scenario, operator, source, path)
        yield from _check_numbers(operator, source, path)
        yield from _check_level(scenario, operator, source, path)
        if found.mode == "inverse" and operator.level == "station":
            text = "an inverse does not know which stations were touched"
            hint = "level: district, which undoes what they were on average"
            yield source.diagnose("E219", text, (*path, "level"), hint)


def _place(operator: Operator, source: Source) -> Key:
    """Return where an operator stands, also when others were taken out for faults of their own."""
    path: Key = ("irregularities", "operators")
    listed = source.value_at(path)
    for number, node in enumerate(listed if isinstance(listed, list) else []):
        if isinstance(node, dict) and str(node.get("id")) == operator.id:
            return (*path, number)
    return path


def _check_stations(scenario: Scenario, source: Source) -> Iterator[Diagnostic]:
    stations, path = scenario.electorate.stations, ("electorate", "stations")
    if stations is None:
        return
    if (stations.total is None) == (stations.per_district is None):
        text = "stations need a total or a number per district, one of the two"
        yield source.diagnose("E216", text, path, "add total: 10_233", at_key=True)
        return
    places = max(_places(scenario), 1)
    count = stations.total or (stations.per_district or 0) * places
    if stations.total is not None and stations.total < places:
        text = f"{stations.total:,} stations for {places:,} places that count"
        yield source.diagnose("E219", text, (*path, "total"))
    if count > MOST_STATIONS:
        text = f"{count:,} stations: at most {MOST_STATIONS:,} are possible"
        key = "total" if stations.total is not None else "per_district"
        yield source.diagnose("E218", text, (*path, key))


def _places(scenario: Scenario) -> int:
    """Return about how many places count list votes: districts, or regions without any."""
    electorate, tier = scenario.electorate, scenario.tiers.district
    simulated = tier is not None and tier.held_at is None
    if not electorate.regions:
        return tier.seats if tier is not None and simulated else 1
    if not simulated:
        return len(electorate.regions)
    listed = len(electorate.districts)
    return max(listed or sum(r.districts for r in electorate.regions.values()),
               len(electorate.regions))  # fmt: skip


def _check_keys(
    operator: Operator, source: Source, path: Key, inverse: bool
) -> Iterator[Diagnostic]:
    """Yield what a kind lacks, and what it has no use for."""
    needs, more = NEEDS[operator.kind]
    if operator.kind == "topping-up" and inverse:
        needs = (*needs, "clean")
    for key in needs:
        if getattr(operator, key) is None:
            text = f"{operator.kind} needs {key}"
            yield source.diagnose("E202", text, path, f"add {key}: {_EXAMPLES[key]}")
    if operator.kind == "stuffing" and (operator.share is None) == (operator.ballots is None):
        text = "stuffing needs a share of the non-voters or a number of ballots, one of the two"
        yield source.diagnose("E216", text, path, "add share: 2%")
    for key in operator.model_fields_set - _COMMON - set(needs) - set(more):
        text = f"{key} has no effect on {operator.kind}"
        hint = f"{operator.kind} knows " + ", ".join((*needs, *more))
        yield source.diagnose("E219", text, (*path, key), hint, at_key=True)


def _check_people(
    scenario: Scenario, operator: Operator, source: Source, path: Key
) -> Iterator[Diagnostic]:
    """Yield unknown parties and regions, and a beneficiary who is a victim."""
    if operator.beneficiary is not None:
        named = [operator.beneficiary]
        for fault in unknown_names(source, (*path, "beneficiary"), named, seated(scenario)):
            yield source.diagnose(fault.code, fault.message, (*path, "beneficiary"), fault.hint)
    known = [*scenario.parties, INDEPENDENTS]
    yield from unknown_names(source, (*path, "victims"), operator.victims or (), known)
    if operator.beneficiary is not None and operator.beneficiary in (operator.victims or ()):
        text = f'"{operator.beneficiary}" is both beneficiary and victim'
        yield source.diagnose("E219", text, (*path, "victims"))
    regions = list(scenario.electorate.regions)
    if operator.regions and not regions:
        text = "the scenario has no regions"
        yield source.diagnose("E219", text, (*path, "regions"), "leave it out")
    else:
        here: Key = (*path, "regions")
        yield from unknown_names(source, here, operator.regions or (), regions, "region")
    if operator.victims == [] or operator.regions == []:
        key = "victims" if operator.victims == [] else "regions"
        yield source.diagnose("E202", f'"{key}" is empty', (*path, key), "leave it out for all")


def _check_numbers(operator: Operator, source: Source, path: Key) -> Iterator[Diagnostic]:
    """Yield numbers outside the range of what they mean."""
    for key in _SHARES:
        value = getattr(operator, key)
        if isinstance(value, float) and not 0 <= value <= 1:
            text = f"{key} is a share between 0% and 100%, not {value:g}"
            yield source.diagnose("E204", text, (*path, key), "write 5% or 0.05")
        if isinstance(value, Prior) and value.form == "uniform" and value.second > 1:
            text = f"a share lies between 0% and 100%, the prior reaches {value.second:g}"
            yield source.diagnose("E204", text, (*path, key))
    for key, least, most in (("theta", 0.001, 0.5), ("alpha", 0.25, 10.0), ("buses", 0, 1e5),
                             ("ballots", 0, MOST_VOTERS)):  # fmt: skip
        value = getattr(operator, key)
        if isinstance(value, float) and not least <= value <= most:
            text = f"{key} lies between {least:g} and {most:g}, not {value:g}"
            yield source.diagnose("E205", text, (*path, key))
    if isinstance(operator.theta, Prior) and isinstance(operator.alpha, Prior):
        text = "one of theta and alpha can have a prior, not both"
        yield source.diagnose("E219", text, (*path, "alpha"), "fix one of them: alpha: 2")
    classes = [operator.incremental, operator.extreme]
    if all(isinstance(c, float) for c in classes) and sum(map(_number, classes)) > 1:
        text = "incremental and extreme stations are more than all stations"
        yield source.diagnose("E213", text, (*path, "extreme"))
    if operator.step is not None and operator.step == 0:
        yield source.diagnose("E205", "the step is above zero", (*path, "step"), "step: 5%")
    target, clean = operator.target, operator.clean
    if isinstance(target, float) and isinstance(clean, float) and clean > target:
        text = "turnout without topping-up is at most the target"
        yield source.diagnose("E219", text, (*path, "clean"))


def _number(value: float | Prior | None) -> float:
    return value if isinstance(value, float) else 0.0


def _check_level(
    scenario: Scenario, operator: Operator, source: Source, path: Key
) -> Iterator[Diagnostic]:
    """Yield levels and tiers that the scenario does not have."""
    stations, tiers = scenario.electorate.stations, scenario.tiers
    if stations is None and (operator.level == "station" or operator.kind == "carousel"):
        what = "carousels visit" if operator.kind == "carousel" else "the level is that of"
        hint = "add electorate: {stations: {total: 10_233}}"
        yield source.diagnose("E202", f"{what} stations, and none are given", path, hint)
    if operator.level == "station" and operator.ballots is not None:
        text = "a number of ballots in all is spread over districts"
        yield source.diagnose("E219", text, (*path, "ballots"), "level: district, or a share")
    if operator.level == "station" and "list" not in operator.tiers:
        text = "stations count the list vote first"
        yield source.diagnose("E219", text, (*path, "tiers"), "tiers: [list, district]")
    for number, tier in enumerate(operator.tiers):
        held = tiers.district is not None and tiers.district.held_at is not None
        if getattr(tiers, tier) is None or (tier == "district" and held):
            text = f"the scenario simulates no {tier} tier"
            yield source.diagnose("E219", text, (*path, "tiers", number))
    if len(set(operator.tiers)) != len(operator.tiers):
        yield source.diagnose("E219", "a tier is named twice", (*path, "tiers"))
    if operator.kind == "carousel" and stations is not None:
        yield from _check_buses(scenario, operator, source, path)


def _check_buses(
    scenario: Scenario, operator: Operator, source: Source, path: Key
) -> Iterator[Diagnostic]:
    """Yield a number of buses that a draw cannot count through one by one."""
    stations, value = scenario.electorate.stations, operator.buses
    places = _places(scenario)
    count = (stations.total or (stations.per_district or 0) * places) if stations else 0
    rate = _number(value)
    if isinstance(value, Prior):
        rate = value.second if value.form == "uniform" else 7.0 * value.first
    if rate * count / 1000.0 > _MOST_BUSES:
        text = f"up to {rate * count / 1000.0:,.0f} buses: at most {_MOST_BUSES:g} are counted"
        yield source.diagnose("E205", text, (*path, "buses"), "fewer buses, or kind: stuffing")
    extra = operator.supplementary or 0
    registered = scenario.electorate.registered or 0
    if registered * (1 + extra) > MOST_VOTERS:
        text = f"exactness is proved up to {MOST_VOTERS:,} voters, the supplementary list included"
        yield source.diagnose("E218", text, (*path, "supplementary"))
