"""Votes and options of the command line, read into what the judge takes. No command of its own."""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import click

from simulator.allocation import registry
from simulator.allocation.margins import with_other_ballots
from simulator.allocation.numbers import read_count, read_votes
from simulator.errors import AllocationError, Diagnostic, InvalidScenario, suggest

LARGEST_TABLE = 20_000_000
# Keywords of `allocate` and options of this command, which no parameter of a method can be.
_TAKEN = {
    "votes", "seats", "method", "threshold", "none_pass", "district_seats", "ties", "seed", "lots",
    "initial", "minimum", "maximum", "methods", "base", "margins", "json", "quiet", "help",
}  # fmt: skip


def _parameters() -> dict[str, tuple[Any, list[str]]]:
    """Return the parameters of all methods, those of other packages too: default, and whose."""
    found: dict[str, tuple[Any, list[str]]] = {}
    for method in registry.all_methods():
        for name, default in method.parameters.items():
            if name not in _TAKEN:
                found.setdefault(name, (default, []))[1].append(method.id)
    return found


PARAMETERS = _parameters()


def read_options(given: dict[str, Any], votes: dict[str, Any]) -> dict[str, Any]:
    """Return the keywords of `allocate` for what was given on the command line."""
    options: dict[str, Any] = {
        "threshold": _read_threshold(given, votes),
        "none_pass": given["none_pass"],
        "ties": given["ties"],
        "seed": given["seed"],
        "lots": tuple(split(lot) for lot in given["lots"]),
    }
    for name in ("district_seats", "initial"):
        if given[name] is not None:
            options[name] = pairs(given[name], f"--{name.replace('_', '-')}", "SEATS")
    for name in ("minimum", "maximum"):
        if (text := given[name]) is not None:
            options[name] = pairs(text, f"--{name}", "SEATS") if "=" in text else text
    for name, (default, _) in PARAMETERS.items():
        if given[name] is not None:
            options[name] = _value(given[name], default, name)
    return options


def _value(text: str, default: Any, name: str) -> Any:
    """Return a parameter as its method takes it: a list, a mapping by party, a number or a word."""
    if "=" in text:
        return pairs(text, f"--{name.replace('_', '-')}", "VALUE")
    if isinstance(default, (list, tuple)):
        return split(text)
    if isinstance(default, int) and text.isdecimal():
        return int(text)
    return text


def _read_threshold(given: dict[str, Any], votes: dict[str, Any]) -> Any:
    text, others = given["threshold"], given["other_ballots"]
    extra = {
        "base": given["base"],
        "compare": ">" if given["strict"] else None,
        "exempt": list(given["exempt"]) or None,
    }
    extra = {key: value for key, value in extra.items() if value is not None}
    if text is None:
        if extra or others:
            raise click.UsageError("there is no --threshold to which this could belong")
        return None
    if others and "base" in extra:
        raise click.UsageError("--base and --other-ballots exclude each other")
    threshold: Any = text
    if text.lstrip().startswith("{"):
        from simulator.scenario.source import read_yaml

        threshold = read_yaml(text, "--threshold").data
    if extra:
        threshold = {"share": text, **extra} if threshold is text else {**threshold, **extra}
    if others:
        count = read_count(others, "--other-ballots")
        threshold = with_other_ballots(threshold, read_votes(votes), count)
    return threshold


def read_ballots(arguments: tuple[str, ...], file: str | None) -> dict[str, Any]:
    """Return the votes given as PARTY=VOTES or in a file."""
    if file is not None:
        if arguments:
            raise click.UsageError("votes come from --votes or from PARTY=VOTES, not from both")
        return read_table(file)
    if not arguments:
        raise click.UsageError("there are no votes: give red=510 green=290, or --votes FILE")
    return _pairs(arguments, "votes", "VOTES")


def split(text: str) -> list[str]:
    """Return the parts of a list with commas; a part in double quotes may contain some."""
    return [part.strip() for part in next(csv.reader([text], skipinitialspace=True), [])]


def pairs(text: str, what: str, noun: str) -> dict[str, str]:
    """Return the mapping of a=1,b=2."""
    return _pairs(split(text), what, noun)


def _pairs(parts: Iterable[str], what: str, noun: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in parts:
        name, sign, value = part.rpartition("=")
        name = name.strip()
        if not sign or not name or not value.strip():
            raise click.UsageError(f"{what}: {part!r} is not PARTY={noun}")
        if name in found:
            raise click.UsageError(f"{what}: {name} is named twice")
        found[name] = value.strip()
    return found


def read_table(name: str) -> dict[str, str]:
    """Return the votes of a CSV file by party; all its faults are reported at once."""
    from simulator.scenario.source import read_text

    shown = "standard input" if name == "-" else name
    text = sys.stdin.read() if name == "-" else read_text(Path(name), name, LARGEST_TABLE)
    lines = text.splitlines()

    def fault(line: int, code: str, message: str, hint: str = "", at: str = "") -> Diagnostic:
        source = lines[line - 1][:160] if 0 < line <= len(lines) else ""
        column = max(0, source.find(at)) + 1
        return Diagnostic(shown, line, column, code, message, hint, max(1, len(at)), source)

    reader = csv.reader(io.StringIO(text), strict=True)
    try:
        rows = [(reader.line_num, row) for row in reader if any(cell.strip() for cell in row)]
    except csv.Error as trouble:
        what = f"not a table of comma-separated values: {trouble}"
        raise InvalidScenario((fault(reader.line_num, "E221", what),)) from None
    if not rows:
        raise InvalidScenario((fault(0, "E221", "the table is empty", "party,votes"),))
    columns = _header(*rows[0], fault)
    votes, faults = _rows(rows[1:], columns, fault)
    if faults:
        raise InvalidScenario(tuple(faults))
    return votes


def _header(line: int, row: list[str], fault: Callable[..., Diagnostic]) -> tuple[int, int]:
    """Return where party and votes stand in a row."""
    header = [cell.strip().lower() for cell in row]
    for name in ("party", "votes"):
        if header.count(name) == 1:
            continue
        hint = "the first line names the columns: party,votes"
        if len(header) == 1 and (";" in header[0] or "\t" in header[0]):
            hint = "separate the columns with commas: party,votes"
        elif close := suggest(name, [h for h in header if h not in ("party", "votes")]):
            hint = f"write {name} instead of{close.removeprefix('did you mean').rstrip('?')}"
        times = "no" if name not in header else "more than one"
        message = f'the header has {times} column "{name}"'
        raise InvalidScenario((fault(line, "E221", message, hint),))
    return header.index("party"), header.index("votes")


def _rows(
    rows: list[tuple[int, list[str]]], columns: tuple[int, int], fault: Callable[..., Diagnostic]
) -> tuple[dict[str, str], list[Diagnostic]]:
    votes: dict[str, str] = {}
    faults: list[Diagnostic] = []
    for line, row in rows:
        if len(row) <= max(columns):
            faults.append(fault(line, "E221", "the row is short", "party,votes"))
            continue
        party, count = (row[k].strip() for k in columns)
        if not party:
            faults.append(fault(line, "E221", "the row names no party"))
        elif party in votes:
            what = f'"{party}" stands here a second time'
            faults.append(fault(line, "E104", what, "add its votes up in one row", party))
        else:
            try:
                read_count(count, "votes")
            except AllocationError as trouble:
                faults.append(fault(line, trouble.code, trouble.message, "", count))
            votes[party] = count
    if not rows:
        faults.append(fault(0, "E502", "the table has a header and no rows"))
    return votes, faults
