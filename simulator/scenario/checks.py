"""What only the whole scenario can show: names, sums, contradictions, proved bounds."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from simulator.errors import Diagnostic
from simulator.scenario.contests import check_contests
from simulator.scenario.counts import check_votes
from simulator.scenario.findings import ROUNDING, percent, seated, unknown_names
from simulator.scenario.local import check_local
from simulator.scenario.nation import check_nation
from simulator.scenario.operators import check_irregularities
from simulator.scenario.outside import check_draws
from simulator.scenario.pollchecks import check_polls
from simulator.scenario.rules import check_method
from simulator.scenario.schema import Scenario
from simulator.scenario.source import Key, Source
from simulator.vocabulary import (
    INDEPENDENTS,
    MOST_PARTIES,
    MOST_REGIONS,
    MOST_SEATS,
    MOST_VOTERS,
    NOMINAL_BALLOTS,
)

_EXACT = 2**53


def check(scenario: Scenario, source: Source) -> list[Diagnostic]:
    """Return every fault of a scenario whose parts are valid one by one."""
    parts = (
        _check_parties, _check_support, check_polls, _check_tiers, _check_threshold,
        _check_held, _check_regions, check_contests, _check_turnout, _check_majorities,
        _check_coalitions, _check_expected, _check_support_layer, _check_until, check_nation,
        _check_closeness, check_draws, check_local, check_irregularities,
    )  # fmt: skip
    return [fault for part in parts for fault in part(scenario, source)]


def _check_parties(scenario: Scenario, source: Source) -> Iterator[Diagnostic]:
    parties = seated(scenario)
    if not parties:
        yield source.diagnose("E202", "no party can take seats", ("parties",))
    if len(parties) > MOST_PARTIES:
        text = f"{len(parties)} parties: at most {MOST_PARTIES} are possible"
        yield source.diagnose("E218", text, ("parties",))
    if INDEPENDENTS in scenario.parties:
        hint = "candidates without a party are counted under that word"
        text = f'a party cannot be called "{INDEPENDENTS}"'
        yield source.diagnose("E208", text, ("parties", INDEPENDENTS), hint, at_key=True)
    if len(scenario.parties) - len(parties) > MOST_PARTIES:
        yield source.diagnose("E218", "too many options without seats", ("parties",))


def _check_support(scenario: Scenario, source: Source) -> Iterator[Diagnostic]:
    if scenario.uncertainty.draws is not None:
        return
    shares = {k: p.share for k, p in scenario.parties.items() if p.share is not None}
    votes = {k: p.votes for k, p in scenario.parties.items() if p.votes is not None}
    if shares and votes:
        mixed = next(k for k in scenario.parties if k in votes)
        text = "some parties have shares and some have votes"
        yield source.diagnose("E216", text, ("parties", mixed, "votes"), "use one of the two")
    elif (shares or votes) and scenario.polls is not None:
        name = next(iter(shares or votes))
        key = "share" if shares else "votes"
        hint = "remove the shares, or the polls"
        text = "support is given by polls and by the parties"
        yield source.diagnose("E216", text, ("parties", name, key), hint)
    elif scenario.polls is None:
        given: dict[str, Any] = shares or votes
        for name in scenario.parties:
            if name not in given and (given or scenario.tiers.list is not None):
                text = f'"{name}" has no support: no share, no votes, no polls'
                hint = f"{name}: 12%"
                yield source.diagnose("E216", text, ("parties", name), hint, at_key=True)
    yield from _check_amounts(shares, votes, source)


def _check_amounts(
    shares: dict[str, Fraction], votes: dict[str, int], source: Source
) -> Iterator[Diagnostic]:
    if shares and sum(shares.values()) > 1 + ROUNDING:
        total = percent(sum(shares.values(), Fraction(0)))
        yield source.diagnose("E213", f"the shares add up to {total}", ("parties",), "at most 100%")
    if (shares and sum(shares.values()) == 0) or (votes and sum(votes.values()) == 0):
        yield source.diagnose("E216", "nobody has any support", ("parties",))
    if sum(votes.values()) > MOST_VOTERS:
        text = f"{sum(votes.values()):,} votes: exactness is proved up to {MOST_VOTERS:,}"
        yield source.diagnose("E218", text, ("parties",))


def _check_tiers(scenario: Scenario, source: Source) -> Iterator[Diagnostic]:
    tiers = scenario.tiers
    if tiers.list is None and tiers.district is None:
        yield source.diagnose("E202", "the chamber has no tier", ("tiers",), "list: {seats: 69}")
    for name, tier in (("list", tiers.list), ("district", tiers.district)):
        if tier is not None and tier.seats > MOST_SEATS:
            text = f"{tier.seats:,} seats: exactness is proved up to {MOST_SEATS:,} a tier"
            yield source.diagnose("E218", text, ("tiers", name, "seats"))
    if tiers.list is None:
        return
    yield from check_method(scenario, tiers.list, source)


def _check_threshold(scenario: Scenario, source: Source) -> Iterator[Diagnostic]:
    tier = scenario.tiers.list
    if tier is None:
        return
    path: Key = ("tiers", "list", "threshold")
    if tier.threshold is not None:
        share = tier.threshold.share
        if share.denominator * MOST_VOTERS >= _EXACT:
            text = "the threshold has too many digits to be compared exactly"
            yield source.diagnose("E218", text, (*path, "share"), "at most five decimals")
        known = scenario.electorate.registered or scenario.electorate.regions
        if tier.threshold.of == "electorate" and not known:
            hint = "add electorate: {registered: 12_035_578, turnout: 54%}"
            text = "a threshold on the electorate needs the registered voters"
            yield source.diagnose("E202", text, (*path, "of"), hint)
    elif tier.lone_list is not None:
        text = "a clause for a lone list has no effect without a threshold"
        yield source.diagnose("E219", text, ("tiers", "list", "lone_list"), at_key=True)
    lone = tier.lone_list
    if lone is not None:
        if lone.minimum > tier.seats:
            text = f"the tier has only {tier.seats} seats"
            yield source.diagnose("E205", text, ("tiers", "list", "lone_list", "minimum"))
        if lone.factor.denominator > 1000:
            text = "the factor has too many digits to be applied exactly"
            yield source.diagnose("E218", text, ("tiers", "list", "lone_list", "factor"))


def _check_held(scenario: Scenario, source: Source) -> Iterator[Diagnostic]:
    tier = scenario.tiers.district
    if tier is None or tier.held_at is None:
        return
    path: Key = ("tiers", "district", "held_at")
    yield from unknown_names(source, path, tier.held_at, [*seated(scenario), INDEPENDENTS])
    total = sum(tier.held_at.values())
    if total != tier.seats:
        text = f"the seats held add up to {total}, the tier has {tier.seats}"
        yield source.diagnose("E214", text, path)


def _check_regions(scenario: Scenario, source: Source) -> Iterator[Diagnostic]:
    electorate = scenario.electorate
    if len(electorate.regions) > MOST_REGIONS:
        text = f"{len(electorate.regions):,} regions: at most {MOST_REGIONS:,} are possible"
        yield source.diagnose("E218", text, ("electorate", "regions"))
    known = sum(r.registered or 0 for r in electorate.regions.values())
    path: Key = ("electorate", "registered")
    if (electorate.registered or known) > MOST_VOTERS:
        text = f"exactness is proved up to {MOST_VOTERS:,} voters"
        yield source.diagnose("E218", text, path)
    missing = [name for name, r in electorate.regions.items() if r.registered is None]
    if electorate.registered is not None and electorate.regions:
        left = electorate.registered - known
        if left < 0 or (not missing and left != 0) or (missing and left < len(missing)):
            text = f"the regions have {known:,} registered voters, the total is "
            text += f"{electorate.registered:,}"
            yield source.diagnose("E217", text, path)
    elif missing:
        hint = "add the total under electorate.registered, and the rest is filled in"
        text = f'"{missing[0]}" has no number of registered voters'
        yield source.diagnose("E202", text, ("electorate", "regions", missing[0]), hint)
    for name, region in electorate.regions.items():
        if region.shares is not None:
            here: Key = ("electorate", "regions", name, "shares")
            yield from _check_region_shares(scenario, source, here, region.shares)


def _check_region_shares(
    scenario: Scenario, source: Source, path: Key, shares: dict[str, Fraction]
) -> Iterator[Diagnostic]:
    yield from unknown_names(source, path, shares, list(scenario.parties))
    total = sum(shares.values(), Fraction(0))
    if total > 1 + ROUNDING:
        text = f"the shares of the region add up to {percent(total)}"
        yield source.diagnose("E213", text, path, "at most 100%")
    for name in scenario.parties:
        if shares.get(name, Fraction(0)) == 0:
            hint = f"{name}: 0.1%"
            text = f'the region gives no share above zero to "{name}"'
            yield source.diagnose("E216", text, path, hint)


def _check_turnout(scenario: Scenario, source: Source) -> Iterator[Diagnostic]:
    electorate = scenario.electorate
    if electorate.invalid >= Fraction(9, 10):
        text = "more than nine in ten ballots would be invalid"
        yield source.diagnose("E205", text, ("electorate", "invalid"))
    low, high = Fraction(1, 1000), Fraction(999, 1000)
    places: list[tuple[Key, Fraction]] = []
    if electorate.turnout is not None:
        places.append((("electorate", "turnout"), electorate.turnout))
    for name, region in electorate.regions.items():
        if region.turnout is not None:
            places.append((("electorate", "regions", name, "turnout"), region.turnout))
        elif electorate.turnout is None:
            text = f'nothing says how many vote in "{name}"'
            hint = "add turnout: 54%, here or under electorate"
            yield source.diagnose("E202", text, ("electorate", "regions", name), hint)
    for path, turnout in places:
        if not low <= turnout <= high:
            text = f"turnout lies between 0.1% and 99.9%, not {percent(turnout)}"
            yield source.diagnose("E205", text, path)
    votes = sum(p.votes or 0 for p in scenario.parties.values())
    registered = electorate.registered
    if registered is not None and not electorate.regions:
        if electorate.turnout is None and not votes:
            hint = "add turnout: 54%"
            text = "nothing says how many of the registered vote"
            yield source.diagnose("E202", text, ("electorate", "registered"), hint, at_key=True)
        if votes > registered:
            text = f"{votes:,} votes were counted from {registered:,} registered voters"
            yield source.diagnose("E217", text, ("electorate", "registered"))
    elif registered is None and not electorate.regions and electorate.turnout is not None:
        hint = "add registered: 12_035_578"
        text = "turnout has no effect without registered voters"
        yield source.diagnose("E219", text, ("electorate", "turnout"), hint, at_key=True)


def _check_majorities(scenario: Scenario, source: Source) -> Iterator[Diagnostic]:
    for name, seats in scenario.majorities.items():
        if seats > scenario.seats:
            hint = f"the tiers add up to {scenario.seats}"
            text = "the majority needs more seats than there are"
            yield source.diagnose("E215", text, ("majorities", name), hint)


def _check_coalitions(scenario: Scenario, source: Source) -> Iterator[Diagnostic]:
    known = [*seated(scenario), INDEPENDENTS]
    for name, members in scenario.coalitions.items():
        path: Key = ("coalitions", name)
        yield from unknown_names(source, path, members, known)
        if len(set(members)) != len(members):
            yield source.diagnose("E219", "a member is named twice", path)
        if not members:
            yield source.diagnose("E202", "the coalition has no members", path)


def _check_expected(scenario: Scenario, source: Source) -> Iterator[Diagnostic]:
    expect, tiers = scenario.expect, scenario.tiers
    if expect is None:
        return
    known = [*seated(scenario), INDEPENDENTS]
    parts = (
        ("list", expect.list, tiers.list.seats if tiers.list else 0),
        ("district", expect.district, tiers.district.seats if tiers.district else 0),
        ("seats", expect.seats, scenario.seats),
    )
    for key, seats, size in parts:
        if seats is None:
            continue
        yield from unknown_names(source, ("expect", key), seats, known)
        total = sum(seats.values())
        if total != size:
            text = f"the expected seats add up to {total}, the scenario has {size}"
            yield source.diagnose("E214", text, ("expect", key))
    yield from check_votes(scenario, source)


def _check_support_layer(scenario: Scenario, source: Source) -> Iterator[Diagnostic]:
    path: Key = ("uncertainty", "turnout", "support")
    support = scenario.uncertainty.turnout.support
    yield from unknown_names(source, path, support, list(scenario.parties))
    blocs = {p.bloc for p in scenario.parties.values() if p.bloc is not None}
    layer = scenario.uncertainty.blocs
    if len(blocs) > 1 and layer.across < 0:
        # The correlation matrix of b blocs is positive definite only above this bound.
        least = -layer.within / (len(blocs) - 1)
        if layer.across < least - 1e-12 and len(blocs) > 2:
            text = f"blocs cannot all be correlated {layer.across:g} with each other"
            hint = f"with {len(blocs)} blocs, at least {least:.2f}"
            yield source.diagnose("E205", text, ("uncertainty", "blocs", "across"), hint)


def _check_until(scenario: Scenario, source: Source) -> Iterator[Diagnostic]:
    """Check that errors are wanted of estimates that the run makes."""
    until = scenario.simulation.until
    if until is None:
        return
    path: Key = ("simulation", "until")
    majorities = list(scenario.majorities) or ["majority"]
    holders = [*seated(scenario), *scenario.coalitions]
    known = majorities + [f"{name}: {holder}" for name in majorities for holder in holders]
    for party in seated(scenario):
        known += [f"{kind}.{party}" for kind in ("enters", "seats", "list", "district")]
    for kind in ("seats", "district"):
        known.append(f"{kind}.{INDEPENDENTS}")
    yield from unknown_names(source, (*path, "errors"), until.errors, known, "estimate")
    if until.most < scenario.simulation.draws:
        text = (
            f"at most {until.most:,} draws, but the first look is at {scenario.simulation.draws:,}"
        )
        yield source.diagnose("E219", text, (*path, "most"), "more draws, or a smaller first look")


def _check_closeness(scenario: Scenario, source: Source) -> Iterator[Diagnostic]:
    """Check that a recount changes no more ballots than there can be."""
    if scenario.closeness is None:
        return
    if scenario.tiers.list is None:
        text = "closeness is that of list seats, and the chamber has no list tier"
        yield source.diagnose("E219", text, ("closeness",), "remove it", at_key=True)
    electorate = scenario.electorate
    registered = electorate.registered or sum(
        region.registered or 0 for region in electorate.regions.values()
    )
    votes = sum(party.votes or 0 for party in scenario.parties.values())
    most = registered or votes or NOMINAL_BALLOTS
    words = "registered voters" if registered else "votes" if votes else "nominal ballots"
    for key in ("recount", "threshold"):
        size = getattr(scenario.closeness, key)
        if isinstance(size, int) and size > most:
            text = f"{size:,} ballots are more than the {most:,} {words}"
            yield source.diagnose("E205", text, ("closeness", key), "fewer, or a share: 0.1%")
