"""Reference pages of the commands, the Python names and the document of a run, from the program."""

from __future__ import annotations

import importlib
import inspect
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import click

import simulator
from simulator.cli import COMMANDS
from simulator.scenario.export import result_schema_text

REFERENCE = Path(__file__).resolve().parent / "reference"

STATUSES = {
    0: "all is well",
    1: "what was asked to be checked is not so: an official result, an axiom, a speed",
    2: "the command was called in a way that it does not know",
    3: "a scenario, a file or an election cannot be used; nothing was run",
    70: "a bug in simseats; the message names the file with the details",
    130: "interrupted; what was finished is shown",
}

# What the public functions return, and what is asked of it, beyond the names of the package.
HELD = {
    "What a run holds": {
        "simulator.results.summary": (
            "SeatDistribution", "Probability", "Chamber", "Summary",
        ),
        "simulator.results.facts": ("Facts", "Assumption", "Alternative"),
        "simulator.results.run": ("Foresight",),
        "simulator.results.attribution": ("Difference", "OperatorEffect"),
        "simulator.errors": ("Diagnostic",),
    },
    "What a pool of polls holds": {
        "simulator.uncertainty.pooled": ("Poll",),
        "simulator.uncertainty.local_level": ("Day",),
    },
    "What a split of variance holds": {"simulator.engine.variance": ("Index",)},
}  # fmt: skip
MEASURES = {
    "Proportionality": "simulator.measures.proportionality",
    "Fragmentation": "simulator.measures.fragmentation",
    "Voting power": "simulator.measures.power",
    "Scores of forecasts": "simulator.measures.scores",
    "Calibration": "simulator.measures.calibration",
    "Exact intervals": "simulator.measures.chances",
}


def program_pages() -> dict[Path, str]:
    """Return the pages of this module."""
    return {
        REFERENCE / "commands.md": commands_page(),
        REFERENCE / "python.md": python_page(),
        REFERENCE / "measures.md": measures_page(),
        REFERENCE / "forensics.md": forensics_page(),
        REFERENCE / "run.md": run_page(),
    }


def commands_page() -> str:
    """Return the reference of the command line."""
    lines = [
        "# The command line", "",
        "Written by `python docs/generate.py` from the commands. `simseats COMMAND --help` shows "
        "the same. Results go to standard output and everything else to standard error.", "",
        "| command | |", "|---|---|",
        *(f"| [`simseats {name}`](#simseats-{name}) | {COMMANDS[name]} |" for name in COMMANDS),
    ]  # fmt: skip
    for name in COMMANDS:
        lines += ["", *_command_section(name)]
    lines += ["", "## Exit status", "", "| status | meaning |", "|---|---|"]
    lines += [f"| {status} | {meaning} |" for status, meaning in STATUSES.items()]
    return "\n".join(lines) + "\n"


def _command_section(name: str) -> list[str]:
    command: click.Command = importlib.import_module(f"simulator.cli.{name}").command
    context = click.Context(command, info_name=f"simseats {name}")
    usage = " ".join([f"simseats {name}", *command.collect_usage_pieces(context)])
    lines = [f"## `simseats {name}`", "", inspect.cleandoc(command.help or ""), ""]
    lines += ["```text", usage, "```", "", "| option | meaning |", "|---|---|"]
    for parameter in command.get_params(context):
        record = parameter.get_help_record(context)
        if record is not None and isinstance(parameter, click.Option):
            option, meaning = (_cell(text) for text in record)
            lines.append(f"| `{option.replace(' RANGE', '')}` | {meaning.replace('  ', ' ')} |")
    return lines


def _cell(text: str) -> str:
    """Return a text as it may stand in a cell of a table."""
    return text.replace("|", "\\|")


def python_page() -> str:
    """Return the reference of the public names of the package."""
    names = [name for name in simulator.__all__ if name != "__version__"]
    found = {name: getattr(simulator, name) for name in names}
    errors = [n for n, o in found.items() if inspect.isclass(o) and issubclass(o, BaseException)]
    classes = [n for n, o in found.items() if inspect.isclass(o) and n not in errors]
    modules = [n for n, o in found.items() if isinstance(o, ModuleType)]
    functions = [n for n in names if n not in errors + classes + modules]
    lines = [
        "# Python", "",
        "Written from the public names of `simulator`, which promise to stay. `import simulator` "
        "loads none of them before it is used.", "",
    ]  # fmt: skip
    lines += ["## Functions", "", *_documented("autofunction", "simulator", functions)]
    lines += ["## Results", "", *_documented("autoclass", "simulator", classes)]
    for title, homes in HELD.items():
        lines += [f"## {title}", ""]
        for home, held in homes.items():
            objects = importlib.import_module(home)
            for name in held:
                kind = "autoclass" if inspect.isclass(getattr(objects, name)) else "autofunction"
                lines += _documented(kind, home, [name])
    lines += ["## Thresholds", "", *_module("simulator.allocation.threshold")]
    for name in modules:
        lines += [f"## `simulator.{name}`", "", *_module(found[name].__name__)]
    lines += ["## Errors", "", *_documented("autoexception", "simulator", errors)]
    return "\n".join(lines).rstrip() + "\n"


def _documented(directive: str, home: str, names: list[str]) -> list[str]:
    lines = []
    for name in names:
        lines += ["```{eval-rst}", f".. {directive}:: {home}.{name}"]
        lines += ["   :members:"] * (directive == "autoclass")
        lines += ["```", ""]
    return lines


def _module(home: str) -> list[str]:
    return ["```{eval-rst}", f".. automodule:: {home}", "   :members:", "```", ""]


def measures_page() -> str:
    """Return the reference of the measures."""
    lines = [
        "# Measures",
        "",
        "Pure functions on votes, seats and draws, each with its source.",
        "",
    ]
    for title, home in MEASURES.items():
        lines += [f"## {title}", "", *_module(home)]
    return "\n".join(lines).rstrip() + "\n"


def forensics_page() -> str:
    """Return the reference of the detectors on station results."""
    lines = [
        "# Forensics in Python", "",
        "What each detector can show, and what it cannot, is in "
        "[Forensics](../explanation/forensics.md).", "",
        "```{eval-rst}", ".. automodule:: simulator.forensics", "   :members:",
        "   :imported-members:", "```",
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def run_page() -> str:
    """Return the reference of the document of a run, from its schema."""
    schema = json.loads(result_schema_text("run"))
    lines = [
        "# The document of a run", "",
        f"{schema['description']} `simseats schema run` prints its JSON Schema. A later minor "
        "version may add keys; it still reads the files of earlier ones.", "",
        "Shares, probabilities and turnout are numbers from 0 to 1, seats and ballots are whole "
        "numbers, and `mcse` is the Monte Carlo standard error of the number beside it, in its "
        "unit. In paths, `*` stands for any name and `[]` for an entry of a list.", "",
        *_keys((key, entry) for key, entry in schema["properties"].items()),
    ]  # fmt: skip
    sections = {
        key: (entry, _entries("", entry))
        for key, entry in (schema["properties"] | schema["definitions"]).items()
    }
    for name, (entry, inner) in sections.items():
        if inner:
            lines += ["", f"## {name}", "", entry["description"], "", *_keys(inner)]
    return "\n".join(lines) + "\n"


def _keys(entries: Iterable[tuple[str, Mapping[str, Any]]]) -> list[str]:
    lines = ["| key | type | meaning |", "|---|---|---|"]
    for path, entry in entries:
        lines.append(f"| `{path}` | {_type(entry)} | {_cell(entry['description'])} |")
    return lines


def _entries(path: str, schema: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    """Return keys with their schemas in depth; `*` stands for any name, `[]` for an entry."""
    found = []
    for key, entry in schema.get("properties", {}).items():
        here = f"{path}.{key}" if path else key
        found += [(here, entry), *_entries(here, entry)]
    other = schema.get("additionalProperties")
    if isinstance(other, Mapping):
        here = f"{path}.*" if path else "*"
        found += [(here, other), *_entries(here, other)]
    items = schema.get("items")
    if isinstance(items, Mapping) and "properties" in items:
        found += _entries(f"{path}[]", items)
    for form in (*schema.get("oneOf", ()), *schema.get("anyOf", ())):
        found += _entries(path, form)
    return found


def _type(schema: Mapping[str, Any]) -> str:
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[-1]
        return f"[{name}](#{name})"
    if "enum" in schema or "const" in schema:
        return ", ".join(f"`{v}`" for v in schema.get("enum", [schema.get("const")]))
    forms = [*schema.get("oneOf", ()), *schema.get("anyOf", ())]
    if forms:
        return " or ".join(_type(form) for form in forms)
    kinds = schema.get("type", "")
    text = " or ".join(kinds) if isinstance(kinds, list) else kinds
    items = schema.get("items", {}).get("type")
    return f"{text} of {items}s" if isinstance(items, str) else text
