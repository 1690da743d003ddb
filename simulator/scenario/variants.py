"""A scenario with other values: what `compare` blocks, lists of methods and sweeps ask for.

Every variant is checked like a scenario of its own. A value that is wrong is shown where it stands:
in the block of the scenario, or in the argument that names it.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from simulator.allocation import registry
from simulator.errors import Diagnostic, InvalidScenario, suggest
from simulator.scenario.overrides import set_value
from simulator.scenario.schema import PARAMETERS, Scenario, simulated_methods
from simulator.scenario.soundness import conclude
from simulator.scenario.source import Key, Place, Source, refuse

ALL, METHOD = "all", "tiers.list.method"
# What the scenario itself is called beside its variations.
AS_IT_IS = "as it is"
# Families of methods: without a parameter of its own each is another method of the list.
FAMILIES = ("stationary", "divisor-list")


@dataclass(frozen=True)
class Setting:
    """A value at a path, and where the two are written."""

    path: str
    value: Any
    key_at: Place
    value_at: Place


@dataclass(frozen=True)
class Variant:
    """A scenario with other values, under a name of its own."""

    name: str
    scenario: Scenario


def vary(source: Source, settings: Sequence[Setting]) -> Scenario:
    """Return the scenario of a source with other values.

    With another method its own parameters are needed; those of the old one that it does not know
    are left out.

    Raises
    ------
    InvalidScenario
        With every fault of the changed scenario.
    """
    changed = Source(
        source.file, copy.deepcopy(source.data), dict(source.keys), dict(source.values),
        dict(source.lines),
    )  # fmt: skip
    # What is expected of the scenario itself is not expected of a variant.
    for key in ("compare", "expect"):
        changed.data.pop(key, None)
    for setting in settings:
        try:
            path = set_value(changed, setting.path, copy.deepcopy(setting.value))
        except InvalidScenario as wrong:
            raise InvalidScenario(
                tuple(_moved(changed, fault, setting.key_at) for fault in wrong.diagnostics)
            ) from None
        for places in (changed.keys, changed.values):
            for inner in [inner for inner in places if inner[: len(path)] == path]:
                del places[inner]
        changed.keys[path], changed.values[path] = setting.key_at, setting.value_at
    if any(setting.path == METHOD for setting in settings):
        _drop_parameters(changed, {setting.path for setting in settings})
    return conclude(changed)


def _drop_parameters(source: Source, stated: set[str]) -> None:
    """Take out what belongs to the method that was replaced: a quota is none of D'Hondt's."""
    tier = source.data["tiers"]["list"]
    try:
        known = registry.get(tier["method"]).parameters
    except LookupError:
        return
    for key in PARAMETERS:
        if key not in known and f"tiers.list.{key}" not in stated:
            tier.pop(key, None)


def _moved(source: Source, fault: Diagnostic, place: Place) -> Diagnostic:
    """Return a fault as one of another place."""
    lines = source.lines.get(place.file, [])
    line = lines[place.line - 1] if 0 < place.line <= len(lines) else ""
    width = max(1, min(place.width, len(line) - place.column + 1))
    return replace(
        fault, file=place.file, line=place.line, column=place.column, width=width, source=line
    )


def declared_variants(scenario: Scenario, source: Source) -> tuple[Variant, ...]:
    """Return what the `compare` block of a scenario asks for; raises InvalidScenario."""
    found: list[Variant] = []
    faults: list[Diagnostic] = []
    for number, block in enumerate(scenario.compare):
        here: Key = ("compare", number)
        if block.name in [variation.name for variation in scenario.compare[:number]]:
            text = f'two variations are called "{block.name}"'
            faults.append(source.diagnose("E219", text, (*here, "name"), "another name"))
        if " ".join(block.name.casefold().split()) == AS_IT_IS:
            text = f'"{block.name}" is what the scenario without variations is called'
            faults.append(source.diagnose("E219", text, (*here, "name"), "write another name"))
        settings = [
            Setting(
                path, value, source.locate((*here, "set", path), at_key=True),
                source.locate((*here, "set", path)),
            ) for path, value in block.set.items()
        ]  # fmt: skip
        try:
            found.append(Variant(block.name, vary(source, settings)))
        except InvalidScenario as wrong:
            about = f' (variation "{block.name}")'
            faults += [replace(d, message=d.message + about) for d in wrong.diagnostics]
    if faults:
        raise InvalidScenario(tuple(sorted(set(faults))))
    return tuple(found)


def method_variants(scenario: Scenario, source: Source, wanted: Sequence[str]) -> list[Variant]:
    """Return the scenario under other methods of the list tier, the law itself first.

    `all` stands for every method that scenarios can simulate with its usual parameters.

    Raises
    ------
    InvalidScenario
        There is no list tier, or a method does not exist or cannot be simulated.
    """
    tier = scenario.tiers.list
    if tier is None:
        text = "the chamber has no list tier, so no method to replace"
        raise InvalidScenario((source.diagnose("E202", text, ("tiers",)),))
    law = registry.get(tier.method).id
    names = [m for m in simulated_methods() if m not in FAMILIES] if ALL in wanted else []
    names += [_read_method(word) for word in wanted if word != ALL]
    found = [Variant(law, scenario)]
    for name in dict.fromkeys(name for name in names if name != law):
        label = f"--methods {name}"
        place = Place(label, 0, 0)
        settings = [Setting(METHOD, name, place, place)]
        found.append(Variant(name, vary(source, settings)))
    return found


def _read_method(word: str) -> str:
    """Return the id of a method that can be simulated, by its id or alias."""
    known = [name for name in simulated_methods() if name != "divisor-list"]
    try:
        name = registry.get(word).id
    except LookupError:
        aliases = [a for name in known for a in registry.get(name).aliases]
        hint = suggest(word, [*known, *aliases]) or "known: " + ", ".join([ALL, *known])
        raise refuse("--methods", "E207", f'no method is called "{word}"', hint) from None
    if name not in known:
        text = f"{name} cannot be simulated with its usual parameters"
        hint = "known: " + ", ".join([ALL, *known])
        if name == "divisor-list":
            hint = "write a compare block that sets tiers.list.method and tiers.list.divisors"
        raise refuse("--methods", "E207", text, hint)
    return name
