"""Draws from outside in a scenario: where they are read, and what they have to fit."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from simulator.errors import Diagnostic, InvalidScenario, suggest
from simulator.scenario.posterior import Posterior, read_posterior
from simulator.scenario.schema import Scenario
from simulator.scenario.source import Key, Source, refuse, table_path

PATH: Key = ("uncertainty", "draws")
# What decides how a file is read, and so can be set before it is.
DRAWS = frozenset({"uncertainty.draws", "uncertainty.variable"})


def attach_draws(source: Source, folder: Path | None, digest: str | None = None) -> None:
    """Read the file of draws that a scenario names and put it where the name stood.

    Raises
    ------
    InvalidScenario
        The file cannot be read, or its draws are not those that a digest is of.
    """
    node = source.data.get("uncertainty")
    if not isinstance(node, dict) or not isinstance(node.get("draws"), str):
        return
    path = table_path(source, PATH, node["draws"], folder)
    shown = str(Path(source.file).parent / node["draws"])
    variable = node.get("variable")
    try:
        wanted = variable if isinstance(variable, str) else None
        found = read_posterior(path, node["draws"], shown, wanted)
    except InvalidScenario as trouble:
        # What is wrong with a whole file is shown where the scenario names it.
        raise InvalidScenario(
            tuple(fault if fault.line else _at_name(source, fault) for fault in trouble.diagnostics)
        ) from None
    if digest not in (None, found.digest):
        # Before anything else is checked: of other draws it is said that they are others.
        text = f"{found.file} holds other draws than those that were run"
        raise refuse(source.file, "E107", text, "put back the file, or load the scenario itself")
    node["draws"] = found


def _at_name(source: Source, fault: Diagnostic) -> Diagnostic:
    return source.diagnose(fault.code, f"{fault.file}: {fault.message}", PATH, fault.hint)


def count_draws(source: Source) -> None:
    """Set the number of draws to what there is, and independent draws, where nothing is said."""
    node: Any = source.data.get("uncertainty")
    drawn = node.get("draws") if isinstance(node, dict) else None
    simulation = source.data.setdefault("simulation", {}) if drawn is not None else None
    if isinstance(drawn, Posterior) and isinstance(simulation, dict):
        simulation.setdefault("draws", drawn.rows)
        simulation.setdefault("sampler", "mc")


def check_draws(scenario: Scenario, source: Source) -> Iterator[Diagnostic]:
    """Yield what a posterior and a scenario have against each other."""
    drawn = scenario.uncertainty.draws
    if drawn is None:
        if scenario.uncertainty.kernel == "external":
            hint = "add draws: posterior.csv"
            text = "the external kernel needs a file of draws"
            yield source.diagnose("E202", text, ("uncertainty", "kernel"), hint)
        return
    yield from _check_options(scenario, source, drawn)
    yield from _check_support(scenario, source)
    yield from _check_regions(scenario, source, drawn)
    asked = scenario.simulation.draws
    if asked > drawn.rows:
        text = f"{asked:,} draws were asked for, {drawn.file} has {drawn.rows:,}"
        hint = f"at most draws: {drawn.rows}; all of them when absent"
        yield source.diagnose("E205", text, ("simulation", "draws"), hint)
    if scenario.simulation.sampler != "mc":
        text = "draws from outside are taken one after the other: no sampler spreads them"
        yield source.diagnose("E219", text, ("simulation", "sampler"), "sampler: mc, or nothing")
    if scenario.simulation.until is not None:
        text = "draws from outside are as many as there are: until cannot add any"
        yield source.diagnose("E219", text, ("simulation", "until"), "remove it", at_key=True)


def _check_options(scenario: Scenario, source: Source, drawn: Posterior) -> Iterator[Diagnostic]:
    known = list(scenario.parties)
    for name in drawn.options:
        if name not in known:
            hint = suggest(name, known) or "known: " + ", ".join(known[:8])
            text = f'{drawn.file} has the option "{name}", which is no party of the scenario'
            yield source.diagnose("E210", text, PATH, hint)
    for name in known:
        if name not in drawn.options:
            text = f'{drawn.file} says nothing about "{name}"'
            yield source.diagnose("E216", text, PATH, "every party needs a column")


def _check_support(scenario: Scenario, source: Source) -> Iterator[Diagnostic]:
    text, hint = "support is given by draws from outside and", "remove it, or the draws"
    if scenario.polls is not None:
        yield source.diagnose("E216", f"{text} by polls", ("polls",), hint, at_key=True)
    for name, party in scenario.parties.items():
        for key in ("share", "votes"):
            if getattr(party, key) is not None:
                path: Key = ("parties", name, key)
                yield source.diagnose("E216", f"{text} by the parties", path, hint)
                return


def _check_regions(scenario: Scenario, source: Source, drawn: Posterior) -> Iterator[Diagnostic]:
    regions = scenario.electorate.regions
    if not drawn.regions:
        return
    if not regions:
        text = f"{drawn.file} has regions, the scenario has none"
        yield source.diagnose("E219", text, PATH, "add electorate: {regions: ...}")
        return
    for name in drawn.regions:
        if name not in regions:
            hint = suggest(name, list(regions)) or "known: " + ", ".join(list(regions)[:8])
            text = f'{drawn.file} has the region "{name}", which is no region of the scenario'
            yield source.diagnose("E211", text, PATH, hint)
    for name, region in regions.items():
        if name not in drawn.regions:
            text = f'{drawn.file} says nothing about the region "{name}"'
            yield source.diagnose("E216", text, PATH)
        if region.shares is not None:
            here: Key = ("electorate", "regions", name, "shares")
            text = "regional shares are given by draws from outside and by the region"
            yield source.diagnose("E216", text, here, "remove them, or the draws")
