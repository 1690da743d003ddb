"""`simseats irregularities`: what assumed irregularities would change."""

from __future__ import annotations

import click
from rich_click import RichCommand

from simulator.cli.offers import scenario_files, settings
from simulator.cli.run import announce_compilation
from simulator.cli.screen import terminal
from simulator.errors import Diagnostic, InvalidScenario


@click.command("irregularities", cls=RichCommand)
@click.argument("scenario", type=click.Path(), shell_complete=scenario_files)
@click.option("--draws", type=click.IntRange(1), help="Number of draws, instead of the scenario's.")
@click.option("--seed", type=click.IntRange(0), help="Seed, instead of the scenario's.")
@click.option("--threads", type=click.IntRange(1, 1024), help="Threads; the result is the same.")
@click.option("--set", "overrides", multiple=True, metavar="PATH=VALUE", shell_complete=settings,
              help="Another value for a key, e.g. irregularities.operators.0.alpha=3.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.option("-q", "--quiet", is_flag=True, help="No notice of compilation.")
def command(
    scenario: str,
    draws: int | None,
    seed: int | None,
    threads: int | None,
    overrides: tuple[str, ...],
    as_json: bool,
    quiet: bool,
) -> None:
    """Show what the irregularities that SCENARIO assumes would change.

    The same draws are run with and without them. Nothing is observed here: the figures say what
    hangs on the assumptions, not that anything took place.
    """
    from simulator.engine.attribution import attribute
    from simulator.engine.execute import compiled_variant
    from simulator.engine.plan import compile_plan
    from simulator.engine.run import labels_of
    from simulator.kernels.jit import remember_compiled
    from simulator.report.irregularities import render
    from simulator.report.layout import plain
    from simulator.scenario.load import load

    loaded = load(scenario, overrides)
    if loaded.scenario.irregularities is None:
        hint = "add irregularities: {operators: [...]}; see simseats schema"
        text = "the scenario assumes no irregularities"
        raise InvalidScenario((Diagnostic(loaded.file, 0, 0, "E202", text, hint),))
    plan, settings = compile_plan(loaded.scenario), loaded.scenario.simulation
    variant = ("draws", *compiled_variant(plan))
    announce_compilation(variant, quiet)
    count = draws if draws is not None else settings.draws
    start = seed if seed is not None else settings.seed
    found = attribute(loaded.scenario, plan, start, count, threads)
    remember_compiled(variant)
    if as_json:
        click.echo(found.to_json(), nl=False)
        return
    width, ascii_only = terminal()
    text = render(found, labels_of(loaded.scenario), loaded.scenario.name, width)
    click.echo(plain(text) if ascii_only else text, nl=False)
