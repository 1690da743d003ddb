"""Whether what was read is a scenario: its parts one by one, then the whole."""

from __future__ import annotations

from simulator.errors import Diagnostic, InvalidScenario
from simulator.scenario.checks import check
from simulator.scenario.diagnostics import validate
from simulator.scenario.schema import Scenario
from simulator.scenario.source import Key, Source


def conclude(source: Source) -> Scenario:
    """Return the scenario of a source; raises InvalidScenario with every fault."""
    scenario, faults, taken = validate(source)
    if scenario is not None:
        faults = faults + _own_faults(check(scenario, source), taken)
    if faults or scenario is None:
        raise InvalidScenario(tuple(sorted(set(faults))))
    return scenario


def _own_faults(found: list[Diagnostic], taken: set[Key]) -> list[Diagnostic]:
    """Leave out what only follows from parts that were taken out for faults of their own."""
    if not taken:
        return found
    codes = {"E211"}
    if not any(path[0] == "parties" and len(path) <= 2 for path in taken):
        codes.add("E210")
    if not any(path[0] == "tiers" and (len(path) < 3 or path[-1] == "seats") for path in taken):
        codes.add("E215")
    return [fault for fault in found if fault.code in codes]
