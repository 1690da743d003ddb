"""From a file to a valid scenario, or to every message at once."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulator.errors import Diagnostic, InvalidScenario, suggest
from simulator.scenario.doubts import doubts
from simulator.scenario.outside import DRAWS, attach_draws, count_draws
from simulator.scenario.overrides import override_by_text
from simulator.scenario.polltables import arrange_polls
from simulator.scenario.restored import drawn_from, notes_on, restore_source, run_document
from simulator.scenario.schema import Scenario
from simulator.scenario.soundness import conclude
from simulator.scenario.source import (
    LARGEST_SCENARIO,
    Key,
    Source,
    attach_table,
    key_places,
    read_text,
    read_yaml,
    refuse,
)
from simulator.scenario.variants import Variant, declared_variants
from simulator.vocabulary import LARGEST_RUN

if TYPE_CHECKING:
    from simulator.results.run import Run

    # What a scenario is read from: a file, a run, or the mapping that `Run.scenario` is.
    Given = str | os.PathLike[str] | Run | Mapping[str, Any]

# Where the name of a CSV file may stand instead of the data: path, and whether rows have keys.
TABLES: tuple[tuple[Key, bool], ...] = (
    (("electorate", "regions"), True),
    (("electorate", "districts"), True),
    (("electorate", "candidates"), False),
    (("polls", "items"), False),
    (("polls",), False),
    (("uncertainty", "errors"), False),
)


@dataclass(frozen=True)
class Loaded:
    """A valid scenario with what was noticed on the way."""

    scenario: Scenario
    warnings: tuple[Diagnostic, ...]
    file: str
    places: Mapping[str, str] = field(default_factory=dict)  # path of a key -> file:line
    source: Source | None = field(default=None, repr=False, compare=False)
    variants: tuple[Variant, ...] = field(default=(), repr=False)  # those that it compares
    notes: tuple[str, ...] = ()  # what has to be known of the run that it was read from
    overrides: tuple[str, ...] = ()  # path=value, as they were given


def load(scenario: Given, overrides: tuple[str, ...] = ()) -> Loaded:
    """Read, validate and check a scenario.

    Parameters
    ----------
    scenario
        A YAML file, or a run.json, whose scenario is read as it was run; ``-`` reads either from
        standard input. Or a run, or the mapping that `Run.scenario` is.
    overrides
        Texts ``path=value`` as ``--set`` takes them, applied before validation.

    Raises
    ------
    InvalidScenario
        With every fault of the file: code, line, column and what to write instead.
    FileTrouble
        When a run.json is not whole, of a later version, or was changed after it was written.
    TypeError
        When it is none of these.

    Examples
    --------
    >>> loaded = load("scenarios/kazakhstan-2023-official.yaml")
    >>> loaded.scenario.seats, loaded.scenario.tiers.list.seats
    (98, 69)
    """
    if isinstance(scenario, Mapping):
        return _load_effective(scenario, "the scenario", None, overrides)
    if not isinstance(scenario, str | os.PathLike):
        return _load_run(scenario, "the run", None, overrides)
    if str(scenario) == "-":
        text, file, folder = sys.stdin.read(), "<stdin>", None
    else:
        path = Path(scenario)
        largest = LARGEST_RUN if path.suffix == ".json" else LARGEST_SCENARIO
        text, file, folder = read_text(path, str(scenario), largest), str(scenario), path.parent
    document = run_document(text, file)
    if document is None:
        return load_text(text, file, folder, overrides)
    from simulator.results.run import Run

    return _load_run(Run.from_document(document, file), file, folder, overrides)


def load_text(
    text: str, file: str = "<text>", folder: Path | None = None, overrides: tuple[str, ...] = ()
) -> Loaded:
    """Read a scenario from text; `folder` is where its tables lie."""
    source = read_yaml(text, file)
    if not isinstance(source.data, dict):
        raise refuse(file, "E107", "a scenario is a mapping of keys and values")
    return _finish(source, folder, overrides)


def _load_run(run: object, file: str, folder: Path | None, overrides: tuple[str, ...]) -> Loaded:
    """Return the scenario of a run, with a note where another version made it."""
    from simulator.results.run import Run

    if not isinstance(run, Run):
        text = f"a scenario is a file, a run or a mapping, not {type(run).__name__}: {run!r:.60}"
        raise TypeError(text)
    found = _load_effective(run.scenario, file, folder, overrides)
    return replace(found, notes=notes_on(run.made_with, file))


def _load_effective(
    scenario: Mapping[str, Any], file: str, folder: Path | None, overrides: tuple[str, ...]
) -> Loaded:
    """Return an effective scenario; draws from outside are those that were run, or a fault."""
    other = any(text.partition("=")[0].strip() in DRAWS for text in overrides)
    digest = None if other else drawn_from(scenario).get("sha256")
    return _finish(restore_source(scenario, file), folder, overrides, digest)


def _finish(
    source: Source, folder: Path | None, overrides: tuple[str, ...], digest: str | None = None
) -> Loaded:
    """Attach the tables of a source, set other values, and check the whole.

    With a digest, draws from outside have to be those that it is of.
    """
    # The name of a table can be set, and then a cell of it.
    names = {".".join(map(str, path)) for path, _ in TABLES} | DRAWS
    tables = [text for text in overrides if text.partition("=")[0].strip() in names]
    for override in tables:
        override_by_text(source, override)
    _attach_tables(source, folder)
    attach_draws(source, folder, digest)
    for override in overrides:
        if override not in tables:
            override_by_text(source, override)
    count_draws(source)
    scenario = conclude(source)
    variants = declared_variants(scenario, source)
    found = tuple(doubts(scenario, source))
    return Loaded(
        scenario, found, source.file, key_places(source), source, variants,
        overrides=tuple(overrides),
    )  # fmt: skip


def _attach_tables(source: Source, folder: Path | None) -> None:
    """Replace the names of CSV files by their rows; spread candidates over their districts."""
    for path, keyed in TABLES:
        node = source.data
        for step in path[:-1]:
            node = node.get(step) if isinstance(node, dict) else None
        if isinstance(node, dict) and isinstance(node.get(path[-1]), str):
            table = attach_table(source, path, node[path[-1]], folder, keyed)
            node[path[-1]] = table
    if isinstance(source.data.get("polls"), list):
        _name_items(source)
    arrange_polls(source)
    electorate = source.data.get("electorate")
    if isinstance(electorate, dict) and isinstance(electorate.get("candidates"), list):
        _spread_candidates(source, electorate)


def _name_items(source: Source) -> None:
    """Expand a bare list of polls to its long form, places included."""
    for places in (source.keys, source.values):
        for key in [k for k in places if k[0:1] == ("polls",) and len(k) > 1]:
            places[("polls", "items", *key[1:])] = places[key]
    source.data["polls"] = {"items": source.data["polls"]}


def _spread_candidates(source: Source, electorate: dict[str, Any]) -> None:
    """Move the rows of a table of candidates into the districts they name."""
    rows = electorate.pop("candidates")
    districts = electorate.get("districts")
    districts = districts if isinstance(districts, dict) else {}
    faults = []
    for number, row in enumerate(rows):
        here: Key = ("electorate", "candidates", number)
        name = row.get("district") if isinstance(row, dict) else None
        home = districts.get(name) if name is not None else None
        if home is None or not isinstance(home, dict):
            hint = suggest(str(name), list(districts))
            what = f'no district is called "{name}"'
            faults.append(source.diagnose("E212", what, (*here, "district"), hint))
            continue
        listed = home.setdefault("candidates", [])
        there: Key = ("electorate", "districts", str(name), "candidates", len(listed))
        for key in [k for k in source.values if k[:3] == here]:
            source.values[(*there, *key[3:])] = source.values[key]
            source.keys[(*there, *key[3:])] = source.keys.get(key, source.values[key])
        listed.append({key: value for key, value in row.items() if key != "district"})
    if faults:
        raise InvalidScenario(tuple(sorted(faults)))
