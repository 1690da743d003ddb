"""Checks of the allocation method of a list tier and of its parameters."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.allocation import registry
from simulator.allocation.allocate import allocate
from simulator.allocation.numbers import read_number
from simulator.allocation.quota import QUOTAS
from simulator.errors import AllocationError, Diagnostic, suggest
from simulator.scenario.schema import ListTier, Scenario, simulated_methods
from simulator.scenario.source import Key, Source
from simulator.vocabulary import MOST_SEATS, NOMINAL_BALLOTS


def check_method(scenario: Scenario, tier: ListTier, source: Source) -> Iterator[Diagnostic]:
    """Check that the method exists, takes its parameters, and is decided exactly."""
    path: Key = ("tiers", "list", "method")
    known = simulated_methods()
    try:
        method = registry.get(tier.method)
    except LookupError:
        method = None
    if method is None or method.id not in known:
        hint = suggest(tier.method, known) or "simseats methods lists them"
        text = f'"{tier.method}" is no method for lists'
        if method is not None and method.family != "plurality":
            text = f"{method.id} cannot be simulated exactly yet; simseats allocate knows it"
        yield source.diagnose("E207", text, path, hint)
        return
    wrong = [key for key in tier.parameters if key not in method.parameters]
    for key in wrong:
        text = f"{method.id} uses no {key.replace('_', ' ')}"
        path = ("tiers", "list", key)
        yield source.diagnose("E219", text, path, "remove the key", at_key=True)
    if not wrong:
        yield from _check_parameters(method, tier, source)
        yield from _check_price(scenario, tier, source)


def _check_price(scenario: Scenario, tier: ListTier, source: Source) -> Iterator[Diagnostic]:
    """Check that a price in votes does not give out many times the seats."""
    try:
        price = read_number(tier.quota or "", "quota")
    except AllocationError:
        return
    counted = sum(party.votes or 0 for party in scenario.parties.values())
    voters = scenario.electorate.registered or counted or NOMINAL_BALLOTS
    least = -(-voters // (tier.seats + MOST_SEATS))
    if price < least:
        text = f"a seat for {tier.quota} votes would give out many times the {tier.seats} seats"
        yield source.diagnose("E205", text, ("tiers", "list", "quota"), f"at least {least}")


def _check_parameters(
    method: registry.Method, tier: ListTier, source: Source
) -> Iterator[Diagnostic]:
    """Try the parameters on one election; the judge says what is wrong with them."""
    quota = tier.quota
    if quota is not None and quota not in QUOTAS and not quota[:1].isdigit():
        text = f'"{quota}" is not a choice here'
        hint = suggest(quota, [*QUOTAS]) or f"one of: {', '.join(QUOTAS)}, or a number of votes"
        yield source.diagnose("E207", text, ("tiers", "list", "quota"), hint)
        return
    votes = {"a": 10 * MOST_SEATS, "b": 7 * MOST_SEATS}
    try:
        allocate(votes, tier.seats, method.id, ties="listed-order", **tier.parameters)
    except AllocationError as wrong:
        if wrong.code == "E504":
            text = "whole quotas can exceed the seats"
            hint = "add on_overflow: subtract-smallest-remainder"
            yield source.diagnose("E219", text, ("tiers", "list", "quota"), hint, at_key=True)
            return
        key = next((k for k in tier.parameters if k in wrong.message), "method")
        yield source.diagnose("E207", wrong.message, ("tiers", "list", key))
