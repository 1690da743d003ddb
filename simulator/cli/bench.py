"""`simseats bench`: how fast the methods are, against other programs in the same run."""

from __future__ import annotations

import os
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import click
from rich_click import RichCommand

from simulator.allocation import registry
from simulator.cli.allocate import print_json
from simulator.cli.offers import method_lists
from simulator.cli.screen import terminal
from simulator.cli.votes import split
from simulator.errors import AllocationError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from simulator.allocation.registry import Method
    from simulator.allocation.speed import Bench, Case

SCHEMA = "simseats.bench/1"
TOO_SLOW = 1
_MOST_SEATS = 2000
_DRAWS = 8192


class Floors(click.ParamType):  # type: ignore[type-arg]
    """METHOD=RATIO, the method by its id or an alias."""

    name = "METHOD=RATIO"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, float]:
        """Return the id of the method and the ratio."""
        name, _, text = str(value).partition("=")
        try:
            ratio = float(text)
            if not 0 <= ratio < float("inf"):
                raise ValueError
        except ValueError:
            self.fail(f"{value} is not METHOD=RATIO, as in dhondt=20", param, ctx)
        return _find(name.strip()).id, ratio


@click.command("bench", cls=RichCommand)
@click.argument("scenario", required=False)
@click.option("--parties", type=click.IntRange(2, 17),
              help="Parties of each election; 8 if only --seats is given.")  # fmt: skip
@click.option("--seats", type=click.IntRange(1, _MOST_SEATS), multiple=True,
              help="Seats of each election; may be repeated; 69 if only --parties is "
                   "given.")  # fmt: skip
@click.option("--methods", metavar="NAMES", shell_complete=method_lists,
              help="A list: dhondt,adams; all that have kernels if not given.")  # fmt: skip
@click.option("--rounds", type=click.IntRange(1, 1000), default=15, show_default=True,
              help="Rounds; a time is their median.")  # fmt: skip
@click.option("--fail-below", "floors", type=Floors(), multiple=True,
              help="Exit with status 1 when a method is not as many times as fast as the plain "
                   "loop; may be repeated.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_context
def command(
    ctx: click.Context, scenario: str | None, parties: int | None, seats: tuple[int, ...],
    methods: str | None, rounds: int, floors: tuple[tuple[str, float], ...], as_json: bool,
) -> None:  # fmt: skip
    """Time the allocation kernels against plain loops, the judge and other libraries.

    All programs allocate the same votes in turn on one core, after a check that their seats are
    the same. What counts is the ratio of two times of one run, never a time. With a SCENARIO the
    votes are those of its first draws, all lists of them, for the seats of its list tier.

    Example: simseats bench --methods dhondt,largest-remainder --fail-below dhondt=10
    """
    from simulator.allocation.speed import CASES, SEATS, Bench, measure_votes, run_bench

    if scenario is not None and (parties is not None or seats):
        raise click.UsageError("a SCENARIO has its own --parties and --seats")
    elections = None if scenario is None else _draw_elections(scenario)
    if elections is not None:
        seats = (elections.seats,)
    own = parties is not None or bool(seats)
    cases = [(parties or 8, house) for house in seats or (69,)] if own else list(CASES)
    chosen = _choose(methods, max(house for _, house in cases))
    for name, _ in floors:
        if name not in {m.id for m in chosen}:
            raise click.UsageError(f"--fail-below {name}: it is not measured, see --methods")
    if not as_json:
        click.echo("measuring: some seconds, longer where kernels are compiled first ...", err=True)
    if elections is None:
        found = run_bench(cases, chosen, rounds, () if own else SEATS)
    else:
        found = Bench(
            (measure_votes(elections.votes, elections.seats, chosen, rounds, elections.name),)
        )
    if as_json:
        print_json(document(found))
    else:
        from simulator.report.bench import render_bench

        click.echo(render_bench(found, f"{os.cpu_count()}", *terminal()), nl=False)
    slow = too_slow(found, floors)
    for line in slow:
        click.echo(line, err=True)
    ctx.exit(TOO_SLOW if slow else 0)


@dataclass(frozen=True)
class Elections:
    """Votes (draws, lists) of a scenario, and the seats that they are for."""

    name: str
    votes: NDArray[np.int64]
    seats: int


def _draw_elections(file: str) -> Elections:
    """Return the votes for lists in the first draws of a scenario."""
    import numpy as np

    from simulator.engine.execute import draw, most_draws
    from simulator.engine.plan import compile_plan
    from simulator.scenario.load import load

    scenario = load(file).scenario
    if scenario.tiers.list is None:
        raise click.UsageError(f"{file} has no list tier, and nothing to allocate")
    plan = compile_plan(scenario)
    draws = min(_DRAWS, most_draws(plan) or _DRAWS)
    votes = draw(plan, scenario.simulation.seed, 0, draws).votes[:, : len(plan.parties)]
    return Elections(scenario.name, np.ascontiguousarray(votes), scenario.tiers.list.seats)


def _find(name: str) -> Method:
    try:
        return registry.get(name)
    except AllocationError as wrong:
        raise click.UsageError(wrong.message) from None


def _choose(names: str | None, seats: int) -> list[Method]:
    """Return the methods to measure; those without kernels are refused."""
    from simulator.allocation.speed import known_methods

    known = known_methods(seats)
    if names is None:
        return known
    chosen = list({m.id: m for m in map(_find, split(names))}.values())
    ids = [m.id for m in known]
    for method in chosen:
        if method.id not in ids:
            raise click.UsageError(f"{method.id} has no kernel; these have: {', '.join(ids)}")
    if not chosen:
        raise click.UsageError("--methods names no method")
    return chosen


def too_slow(bench: Bench, floors: tuple[tuple[str, float], ...]) -> list[str]:
    """Return a line for every method and size that is below its ratio."""
    return [
        f"{name}: {ratio:.1f} times as fast as the plain loop with {case.parties} parties and "
        f"{case.seats} seats, less than {least:g}"
        for case in bench.cases
        for name, least in floors
        if (ratio := case.methods[name].loop_ratio) < least
    ]


def document(bench: Bench) -> dict[str, Any]:
    """Return a run as plain values."""
    from simulator.results.provenance import versions

    sizes = bench.sizes
    return {
        "schema": SCHEMA,
        "cores": os.cpu_count(),
        "versions": versions(),
        "cases": [_case(case) for case in bench.cases],
        "sizes": None if sizes is None else {
            "parties": sizes.parties, "seats": list(sizes.seats),
            "ns": {name: [_short(ns) for ns in row] for name, row in sizes.methods.items()},
        },
        "without_kernels": list(bench.judged_only),
    }  # fmt: skip


def _case(case: Case) -> dict[str, Any]:
    methods = {
        name: {
            **{f"{kind}_ns": _short(ns) for kind, ns in asdict(times).items()},
            "loop_ratio": _short(times.loop_ratio), "judge_ratio": _short(times.judge_ratio),
        }
        for name, times in case.methods.items()
    }  # fmt: skip
    others = [
        {"program": o.label, "method": o.method, "ns": _short(o.ns),
         "ratio": None if o.ratio is None else _short(o.ratio)}
        for o in case.others
    ]  # fmt: skip
    return {
        **({"scenario": case.name} if case.name else {}),
        "parties": case.parties, "seats": case.seats, "elections": case.elections,
        "rounds": case.rounds, "same_seats": True, "methods": methods, "others": others,
        "missing": list(case.missing),
    }  # fmt: skip


def _short(value: float) -> float:
    return float(f"{value:.4g}")
