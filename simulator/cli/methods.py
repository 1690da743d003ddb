"""`simseats methods`: the allocation methods, and everything known about one of them."""

from __future__ import annotations

from typing import Any

import click
from rich_click import RichCommand

from simulator.allocation import registry
from simulator.allocation.allocate import allocate
from simulator.allocation.axioms import AXIOMS, violation
from simulator.allocation.election import PARAMETERS
from simulator.allocation.outcome import Allocation
from simulator.allocation.registry import Method
from simulator.cli.allocate import print_json
from simulator.cli.offers import method_names
from simulator.cli.screen import terminal
from simulator.errors import AllocationError, suggest
from simulator.report.layout import wrap
from simulator.report.methods import (
    Break,
    break_sentence,
    first_divisors,
    quota_bound,
    render_method,
    render_methods,
)

ALL, ONE, HUNT = "simseats.methods/1", "simseats.method/1", "simseats.hunt/1"
CLAIM_BROKEN = 1
# The six lists that took part in the allocation of 19 March 2023; Central Election Commission of
# Kazakhstan, as in scenarios/kazakhstan-2023-official.yaml.
SEATS = 69
VOTES = {
    "Amanat": 3431510, "Auyl": 693938, "Respublica": 547154, "Aq Jol": 535139, "QHP": 432920,
    "JSDP": 331058,
}  # fmt: skip


@click.command("methods", cls=RichCommand)
@click.argument("name", required=False, shell_complete=method_names)
@click.option(
    "--hunt",
    "axiom",
    metavar="AXIOM",
    help="Search for the smallest election at which NAME breaks an axiom.",
)
@click.option(
    "--most-parties",
    type=click.IntRange(1),
    default=4,
    show_default=True,
    help="Bound of the search.",
)
@click.option(
    "--most-seats",
    type=click.IntRange(1),
    default=8,
    show_default=True,
    help="Bound of the search.",
)
@click.option(
    "--most-votes",
    type=click.IntRange(1),
    default=16,
    show_default=True,
    help="Bound of the search: votes of all parties, and of both counts, together.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_context
def command(
    ctx: click.Context, /, name: str | None, axiom: str | None, as_json: bool, **bounds: int
) -> None:  # fmt: skip
    """List the allocation methods, or show everything about the method NAME.

    With --hunt the exit status is 1 when an axiom breaks that the method claims.
    """
    if name is None:
        if axiom is not None:
            raise click.UsageError("--hunt needs a method: simseats methods NAME --hunt AXIOM")
        _list(as_json)
        return
    method = _find(name)
    if axiom is not None:
        ctx.exit(_hunt(method, axiom, as_json, bounds))
    breaks, example = find_breaks(method), make_example(method)
    if as_json:
        print_json({"schema": ONE, **describe(method), **_details(breaks, example)})
    else:
        click.echo(render_method(method, breaks, example, *terminal()), nl=False)


def _list(as_json: bool) -> None:
    methods = registry.all_methods()
    if as_json:
        print_json({"schema": ALL, "methods": [describe(m) for m in methods]})
    else:
        click.echo(render_methods(methods, *terminal()))


def _find(name: str) -> Method:
    try:
        return registry.get(name)
    except LookupError:
        known = [n for m in registry.all_methods() for n in (m.id, *m.aliases)]
        hint = suggest(name, known) or "simseats methods lists them"
        raise click.UsageError(f"no method is called {name}; {hint}") from None


def describe(method: Method) -> dict[str, Any]:
    """Return what the registry knows about a method, as plain values."""
    return {
        "id": method.id,
        "label": method.label,
        "aliases": list(method.aliases),
        "family": method.family,
        "rule": method.rule,
        "divisors": first_divisors(method),
        "parameters": {k: _plain(v) for k, v in method.parameters.items()},
        "axioms": sorted(method.axioms),
        "quota": quota_bound(method).replace("–", "none") or None,
        "favours": method.favours,
        "users": method.users,
        "references": list(method.references),
    }


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def find_breaks(method: Method) -> list[Break]:
    """Return the axioms that a proportional method does not claim, with what breaks them."""
    if not method.proportional:
        return []
    from simulator.allocation.witnesses import witness

    found = []
    for name, axiom in AXIOMS.items():
        if name not in method.axioms:
            election = witness(method, axiom)
            sentence = violation(method, axiom, election) if election is not None else None
            found.append(Break(name, election, sentence) if sentence else Break(name))
    return found


def make_example(method: Method) -> Allocation | str:
    """Return the method on the list votes of Kazakhstan 2023, or why it is not defined there."""
    try:
        return allocate(
            VOTES, SEATS, method.id, ties="listed-order", **PARAMETERS.get(method.id, {})
        )
    except AllocationError as trouble:
        return f"Kazakhstan 2023, {SEATS} list seats: {trouble.message}"


def _details(breaks: list[Break], example: Allocation | str) -> dict[str, Any]:
    broken: dict[str, Any] = {}
    for one in breaks:
        broken[one.axiom] = one.election and {
            "votes": one.election.votes, "seats": one.election.seats,
            "other_votes": one.election.other_votes, "sentence": one.sentence,
        }  # fmt: skip
    if isinstance(example, str):
        return {"breaks": broken, "example": {"not_defined": example}}
    return {"breaks": broken, "example": {"votes": VOTES, **example.to_dict()}}


def _hunt(method: Method, name: str, as_json: bool, bounds: dict[str, int]) -> int:
    """Search for an election that breaks an axiom; return the exit status."""
    from simulator.allocation.hunt import hunt

    if name not in AXIOMS:
        hint = suggest(name, list(AXIOMS)) or f"there are {', '.join(AXIOMS)}"
        raise click.UsageError(f"no axiom is called {name}; {hint}")
    axiom, claimed = AXIOMS[name], name in method.axioms
    election = hunt(method, axiom, **bounds)
    sentence = "" if election is None else violation(method, axiom, election) or ""
    found = Break(name, election, sentence)
    if as_json:
        broken = _details([found], "")["breaks"]
        print_json({"schema": HUNT, "method": method.id, "claimed": claimed, "breaks": broken})
    else:
        words = "claims to be" if claimed else "does not claim to be"
        text = f"{method.id} {words} {axiom.label}. {axiom.statement}"
        parties, seats, votes = (bounds[f"most_{what}"] for what in ("parties", "seats", "votes"))
        answer = (
            f"No election with up to {parties} parties, {seats} seats and {votes} votes breaks it."
        )
        if election is not None:
            answer = f"Broken: {break_sentence(found, method)}"
        for part in (text, answer):
            click.echo(
                "\n".join(wrap(part, max(40, min(88, terminal()[0])))).replace("\u00a0", " ")
            )
    return CLAIM_BROKEN if election is not None and claimed else 0
