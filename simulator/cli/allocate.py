"""`simseats allocate`: seats for one election, exactly, with the work shown."""

from __future__ import annotations

import csv
import io
import json
import shutil
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import click
import rich_click

from simulator.allocation import registry
from simulator.allocation.allocate import NONE_PASS, allocate
from simulator.allocation.election import PARAMETERS as WITHOUT_DEFAULTS
from simulator.allocation.margins import (
    next_seat,
    votes_for_next_seat,
    votes_to_lose_seat,
    with_other_ballots,
)
from simulator.allocation.numbers import Exact, read_count, read_votes
from simulator.allocation.outcome import Allocation
from simulator.allocation.registry import Method
from simulator.allocation.ties import RULES
from simulator.errors import AllocationError, Diagnostic, InvalidScenario, suggest
from simulator.report.allocation import Law, render_allocation
from simulator.report.methods import render_comparison

ONE, MANY = "simseats.allocation/1", "simseats.allocations/1"
LARGEST_TABLE = 20_000_000
# Keywords of `allocate` and options of this command, which no parameter of a method can be.
_TAKEN = {
    "votes", "seats", "method", "threshold", "none_pass", "district_seats", "ties", "seed", "lots",
    "initial", "minimum", "maximum", "methods", "base", "margins", "json", "quiet", "help",
}  # fmt: skip
# What stands for itself in a comparison of all methods, besides the proportional ones.
_ALSO_COMPARED = ("dutch-council",)


def _parameters() -> dict[str, tuple[Any, list[str]]]:
    """Return the parameters of all methods, those of other packages too: default, and whose."""
    found: dict[str, tuple[Any, list[str]]] = {}
    for method in registry.all_methods():
        for name, default in method.parameters.items():
            if name not in _TAKEN:
                found.setdefault(name, (default, []))[1].append(method.id)
    return found


PARAMETERS = _parameters()
_PANELS = {
    "The election": ("--seats", "--votes", "--method", "--methods"),
    "Who takes part": ("--threshold", "--base", "--other-ballots", "--strict", "--exempt",
                       "--district-seats", "--none-pass"),
    "Equal claims": ("--ties", "--seed", "--lot"),
    "Seats held and bounds": ("--initial", "--minimum", "--maximum"),
    "Parameters of the method": tuple(f"--{name.replace('_', '-')}" for name in PARAMETERS),
    "Output": ("--margins", "--json", "--quiet", "--help"),
}  # fmt: skip


def _with_panels(function: Callable[..., None]) -> Callable[..., None]:
    for name, options in reversed(_PANELS.items()):
        function = rich_click.option_panel(name, options=list(options))(function)
    return function


def _with_parameters(function: Callable[..., None]) -> Callable[..., None]:
    """Add one option for each parameter of a method."""
    for name, (default, methods) in reversed(PARAMETERS.items()):
        usual = ",".join(map(str, default)) if isinstance(default, (list, tuple)) else default
        whose = ", ".join(methods)
        text = f"Of {whose}." if default is None else f"Of {whose}; {usual} if not given."
        option = click.option(f"--{name.replace('_', '-')}", name, metavar="VALUE", help=text)
        function = option(function)
    return function


@rich_click.command("allocate")
@click.argument("votes", nargs=-1, metavar="[PARTY=VOTES]...")
@click.option("--seats", type=click.IntRange(0), required=True, help="Seats of the contest.")
@click.option(
    "--votes",
    "file",
    metavar="FILE",
    help="A CSV file with the columns party and votes, or - for standard input.",
)
@click.option(
    "--method",
    metavar="NAME",
    help="Id or alias, see simseats methods; largest-remainder if not given.",
)
@click.option("--methods", metavar="NAMES", help="Compare methods: all, or a list: dhondt,adams.")
@click.option(
    "--threshold",
    metavar="SHARE",
    help="A share, 5%, or the mapping of a law: '{share: 5%, base: 6521860}'.",
)
@click.option("--base", metavar="BALLOTS", help="What the threshold is a share of, as a number.")
@click.option(
    "--other-ballots",
    metavar="BALLOTS",
    help="Ballots for no party that the base counts beside the votes: against all, ...",
)
@click.option("--strict", is_flag=True, help="More than the threshold is needed, not just as much.")
@click.option("--exempt", multiple=True, metavar="PARTY", help="Need not pass; may be repeated.")
@click.option(
    "--district-seats",
    metavar="PARTY=SEATS,...",
    help="Seats won in districts, for or_district_seats of the threshold.",
)
@click.option(
    "--none-pass",
    type=click.Choice(NONE_PASS),
    default="vacant",
    show_default=True,
    help="What happens to the seats when no party passes.",
)
@click.option(
    "--ties",
    multiple=True,
    type=click.Choice(RULES),
    default=("report",),
    show_default=True,
    help="The rule for equal claims; repeated, one after the other.",
)
@click.option("--seed", help="What lots are drawn from; anybody can draw them again.")
@click.option(
    "--lot",
    "lots",
    multiple=True,
    metavar="PARTY,...",
    help="Winners of a lot drawn elsewhere; once for each tie, in order.",
)
@click.option("--initial", metavar="PARTY=SEATS,...", help="Seats already held.")
@click.option("--minimum", metavar="SEATS", help="Least seats, 1, or by party, a=1,b=2.")
@click.option("--maximum", metavar="SEATS", help="Most seats, 10, or by party, a=10,b=7.")
@_with_parameters
@click.option("--margins", is_flag=True, help="Votes of every party to one seat more or less.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.option("-q", "--quiet", is_flag=True, help="No output but errors.")
@_with_panels
def command(**given: Any) -> None:  # fmt: skip
    """Allocate seats to parties from PARTY=VOTES or a file, exactly, and show the work.

    Example: simseats allocate --seats 10 --method dhondt red=510 green=290 blue=200
    """
    votes = _read_votes(given["votes"], given["file"])
    options = _read_options(given, votes)
    seats, names = given["seats"], given["methods"]
    if names is not None:
        if given["margins"]:
            raise click.UsageError("--margins are of one method: leave out --methods")
        _compare(votes, seats, names, options, given)
        return
    options |= {"method": given["method"] or "largest-remainder"}
    found = allocate(votes, seats, **options)
    if given["quiet"]:
        return
    asked = _for_margins(options, found)
    following = None if asked is None else next_seat(found, seats, **asked)
    margins = _margins(found, seats, asked) if given["margins"] and asked is not None else None
    if given["as_json"]:
        document: dict[str, Any] = {"schema": ONE, "house": seats, "votes": _plain(found.votes)}
        document |= found.to_dict()
        if following is not None:
            document["next"] = {"party": following.party, "more_votes": following.votes}
        if margins is not None:
            document["margins"] = {
                p: {"to_gain": more, "to_lose": less} for p, (more, less) in margins.items()
            }
        print_json(document)
        return
    if given["margins"] and margins is None:
        click.echo("a lot drawn elsewhere decides, so there are no margins", err=True)
    law = Law(seats, options["threshold"], options["none_pass"])
    click.echo(render_allocation(found, law, following, margins, *terminal()), nl=False)


def terminal() -> tuple[int, bool]:
    """Return the width of the terminal and whether it can only show ASCII."""
    encoding = (sys.stdout.encoding or "ascii").lower().replace("-", "")
    return shutil.get_terminal_size((88, 24)).columns, not encoding.startswith("utf")


def print_json(document: Mapping[str, Any]) -> None:
    """Print one document."""
    click.echo(json.dumps(document, indent=2, ensure_ascii=terminal()[1]))


def _plain(votes: Mapping[str, Exact]) -> dict[str, int | str]:
    return {party: v if isinstance(v, int) else str(v) for party, v in votes.items()}


def _for_margins(options: dict[str, Any], found: Allocation) -> dict[str, Any] | None:
    """Return the options with which margins are asked; None where an outside draw decided."""
    if options["lots"] and any("lot" in tie.rule for tie in found.ties):
        return None
    open_ = options["ties"] == ("report",)
    return {**options, "ties": ("listed-order",) if open_ else options["ties"], "lots": ()}


def _margins(
    found: Allocation, seats: int, options: dict[str, Any]
) -> dict[str, tuple[int | None, int | None]]:
    return {
        party: (
            votes_for_next_seat(found.votes, seats, party, **options),
            votes_to_lose_seat(found.votes, seats, party, **options),
        )
        for party, v in found.votes.items()
        if v > 0
    }


def _compare(
    votes: dict[str, Any], seats: int, names: str, options: dict[str, Any], given: dict[str, Any]
) -> None:
    """Print the seats by several methods side by side, the first or --method as the measure."""
    methods = _methods(names, given["method"])
    own = {k: options.pop(k) for k in PARAMETERS if k in options}
    methods = [m for m in methods if names != "all" or own.keys() & m.parameters.keys()
               or m.id not in WITHOUT_DEFAULTS]  # fmt: skip
    unused = [k for k in own if not any(k in m.parameters for m in methods)]
    if unused:
        raise click.UsageError(f"none of the methods has a parameter {', '.join(unused)}")
    found: dict[str, Allocation] = {}
    failed: dict[str, str] = {}
    for method in methods:
        parameters = {k: v for k, v in own.items() if k in method.parameters}
        try:
            found[method.id] = allocate(votes, seats, method.id, **options, **parameters)
        except AllocationError as trouble:
            if not found or trouble.code not in ("E503", "E504", "E505", "E509"):
                raise
            failed[method.id] = str(trouble)
    if given["quiet"]:
        return
    if given["as_json"]:
        document = {"schema": MANY, "house": seats, "votes": _plain(read_votes(votes))}
        document["methods"] = {name: one.to_dict() for name, one in found.items()}
        print_json(document | {"not_defined": failed})
        return
    law = Law(seats, options["threshold"], options["none_pass"])
    click.echo(render_comparison(found, failed, law, *terminal()), nl=False)


def _methods(names: str, first: str | None) -> list[Method]:
    from simulator.allocation.allocate import find_method

    if names == "all":
        every = registry.all_methods()
        chosen = [m for m in every if m.proportional or m.id in _ALSO_COMPARED]
    else:
        chosen = [find_method(name) for name in split(names)]
    lead = [find_method(first)] if first else []
    return list({m.id: m for m in (*lead, *chosen)}.values())


def _read_options(given: dict[str, Any], votes: dict[str, Any]) -> dict[str, Any]:
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


def _read_votes(arguments: tuple[str, ...], file: str | None) -> dict[str, Any]:
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
