"""The warnings of a valid scenario: stated doubts, figures filled in, assumptions, remainders."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from simulator.errors import Diagnostic
from simulator.scenario.findings import ROUNDING
from simulator.scenario.geography import Geography, resolve
from simulator.scenario.numbers import share_text
from simulator.scenario.schema import Scenario
from simulator.scenario.source import Key, Source


def doubts(scenario: Scenario, source: Source) -> Iterator[Diagnostic]:
    """Yield the warnings of a valid scenario: doubts, filled figures, assumptions, remainders."""
    yield from _stated_doubts(scenario.model_dump(by_alias=True), source, ())
    geography = resolve(scenario)
    yield from _filled(geography, source)
    field = scenario.electorate.field
    if field is not None and scenario.tiers.district is not None:
        text = f"the strength of district candidates is an assumption: {field.basis}"
        yield _warn(source, "W403", text, ("electorate", "field"))
    yield from _spread_rests(scenario, source)
    yield from _assumed(scenario, source)
    shares = [p.share for p in scenario.parties.values() if p.share is not None]
    rest = 1 - sum(shares, Fraction(0))
    if shares and rest > ROUNDING:
        text = f"shares add up to {share_text(1 - rest)}; the other {share_text(rest)} are counted"
        text += " as votes for lists that win no seats"
        yield _warn(source, "W404", text, ("parties",))


def _spread_rests(scenario: Scenario, source: Source) -> Iterator[Diagnostic]:
    """Yield a warning for polls whose answers leave a part of the decided out."""
    for number, poll in enumerate(scenario.polls.items if scenario.polls is not None else []):
        total = sum(poll.shares.values(), Fraction(0))
        if total + poll.undecided < 1 - ROUNDING:
            text = f'the shares of the poll of "{poll.pollster}" add up to {share_text(total)}'
            text += "; they are taken as parts of one"
            yield _warn(source, "W404", text, ("polls", "items", number, "shares"))


def _stated_doubts(node: Any, source: Source, path: Key) -> Iterator[Diagnostic]:
    """Yield a warning for every `doubt` of the scenario."""
    if isinstance(node, dict):
        if isinstance(node.get("doubt"), str):
            where = ".".join(str(step) for step in path) or "scenario"
            yield _warn(source, "W401", f"{where}: {node['doubt']}", (*path, "doubt"))
        for key, value in node.items():
            yield from _stated_doubts(value, source, (*path, key))
    elif isinstance(node, list):
        for position, value in enumerate(node):
            yield from _stated_doubts(value, source, (*path, position))


def _assumed(scenario: Scenario, source: Source) -> Iterator[Diagnostic]:
    """Yield a warning for every assumed irregularity: what it rests on."""
    found = scenario.irregularities
    for number, operator in enumerate(found.operators if found is not None else []):
        text = f"irregularity {operator.id} is assumed, not observed: "
        text += operator.basis.removeprefix("assumption: ")
        yield _warn(source, "W403", text, ("irregularities", "operators", number))


def _filled(geography: Geography, source: Source) -> Iterator[Diagnostic]:
    if geography.filled:
        names = ", ".join(geography.filled)
        text = f"registered voters of {len(geography.filled)} regions are not known and were filled"
        text += f" {geography.rule}: {names}"
        yield _warn(source, "W402", text, ("electorate", "regions"))


def _warn(source: Source, code: str, text: str, path: Key) -> Diagnostic:
    found = source.diagnose(code, text, path)
    return Diagnostic(
        found.file, found.line, found.column, code, text, "", found.width, found.source, "warning"
    )
