"""`simseats allocate`: seats for one election, exactly, with the work shown."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
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
)
from simulator.allocation.numbers import Exact, read_votes
from simulator.allocation.outcome import Allocation
from simulator.allocation.registry import Method
from simulator.allocation.ties import RULES
from simulator.cli.offers import method_lists, method_names
from simulator.cli.screen import terminal
from simulator.cli.votes import PARAMETERS, read_ballots, read_options, split
from simulator.errors import AllocationError
from simulator.report.allocation import Law, render_allocation
from simulator.report.methods import render_comparison

ONE, MANY = "simseats.allocation/1", "simseats.allocations/1"
# What stands for itself in a comparison of all methods, besides the proportional ones.
_ALSO_COMPARED = ("dutch-council",)


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
    shell_complete=method_names,
    metavar="NAME",
    help="Id or alias, see simseats methods; largest-remainder if not given.",
)
@click.option(
    "--methods",
    metavar="NAMES",
    shell_complete=method_lists,
    help="Compare methods: all, or a list: dhondt,adams.",
)
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
    votes = read_ballots(given["votes"], given["file"])
    options = read_options(given, votes)
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

    if names == "all":
        every = registry.all_methods()
        chosen = [m for m in every if m.proportional or m.id in _ALSO_COMPARED]
    else:
        chosen = [registry.get(name) for name in split(names)]
    lead = [registry.get(first)] if first else []
    return list({m.id: m for m in (*lead, *chosen)}.values())
