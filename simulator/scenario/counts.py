"""Counted votes beside a simulation: where a scenario has them, and what a rule makes of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from simulator.errors import Diagnostic
from simulator.scenario.findings import seated, unknown_names
from simulator.scenario.geography import resolve
from simulator.scenario.schema import Scenario
from simulator.scenario.source import Key, Source

# How far the turnout that is stated may be from that of the ballots: it is rounded.
CLOSE = Fraction(1, 1000)


@dataclass(frozen=True)
class Counts:
    """Counted votes by option, and the ballots cast where they are known."""

    votes: dict[str, int]
    ballots: int | None


def counted(scenario: Scenario) -> Counts | None:
    """Return the counted votes of a scenario: its own, or those of its official result."""
    expect, electorate = scenario.expect, scenario.electorate
    own = {name: party.votes for name, party in scenario.parties.items() if party.votes is not None}
    votes = own or (dict(expect.votes) if expect is not None and expect.votes is not None else {})
    if not any(votes.get(name) for name in seated(scenario)):
        return None
    ballots = expect.ballots if expect is not None else None
    known = expect is not None and expect.turnout and electorate.registered
    if ballots is None and known and expect is not None and expect.turnout is not None:
        ballots = round((electorate.registered or 0) * expect.turnout)
    return Counts({name: votes.get(name, 0) for name in scenario.parties}, ballots)


def check_votes(scenario: Scenario, source: Source) -> Iterator[Diagnostic]:
    """Check that the counted votes of the official result are of every party, and given once."""
    expect = scenario.expect
    if expect is None or expect.votes is None:
        return
    path: Key = ("expect", "votes")
    yield from unknown_names(source, path, expect.votes, list(scenario.parties))
    if any(party.votes is not None for party in scenario.parties.values()):
        text = "votes are counted by the parties already"
        yield source.diagnose("E219", text, path, "remove the key", at_key=True)
    yield from _check_base(scenario, source)
    total = sum(expect.votes.values())
    registered = resolve(scenario).registered
    cast, what = (
        (total, "votes were counted")
        if expect.ballots is None
        else (expect.ballots, "ballots were cast")
    )
    if scenario.electorate.registered is not None and cast > registered:
        text = f"{cast:,} {what}, and {registered:,} voters are registered"
        yield source.diagnose(
            "E217", text, path if expect.ballots is None else ("expect", "ballots")
        )
    if expect.ballots is not None and expect.ballots < total:
        text = f"{total:,} votes were counted on {expect.ballots:,} ballots"
        yield source.diagnose("E217", text, ("expect", "ballots"))
    elif expect.ballots is not None and expect.turnout and scenario.electorate.registered:
        share = Fraction(expect.ballots, registered)
        if abs(share - expect.turnout) > CLOSE:
            text = f"{expect.ballots:,} ballots of {registered:,} registered are"
            text += f" {float(100 * share):.2f}%, and the turnout is stated otherwise"
            yield source.diagnose("E217", text, ("expect", "turnout"))


def _check_base(scenario: Scenario, source: Source) -> Iterator[Diagnostic]:
    """Check that counted votes name every party, and all that the threshold is a share of."""
    expect, tier, path = scenario.expect, scenario.tiers.list, ("expect", "votes")
    assert expect is not None
    assert expect.votes is not None
    of = tier.threshold.of if tier is not None and tier.threshold is not None else ""
    for name in scenario.parties if of == "valid" else seated(scenario):
        if name not in expect.votes:
            yield source.diagnose("E202", f'there is no count of "{name}"', path, f"{name}: 0")
    if of == "ballots" and expect.ballots is None and expect.turnout is None:
        text = "the threshold is a share of the ballots cast, whose number is missing here"
        yield source.diagnose("E202", text, path, "add ballots: 6_521_860", at_key=True)
