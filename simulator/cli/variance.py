"""`simseats variance`: where the uncertainty of a result comes from."""

from __future__ import annotations

import json
from dataclasses import asdict

import click
from rich_click import RichCommand

from simulator.cli.offers import scenario_files, settings
from simulator.cli.run import announce_compilation
from simulator.cli.screen import terminal


@click.command("variance", cls=RichCommand)
@click.argument("scenario", type=click.Path(), shell_complete=scenario_files)
@click.option("--draws", type=click.IntRange(256, 1_000_000), default=8_192, show_default=True,
              help="Draws of each run; there are 2^layers runs.")  # fmt: skip
@click.option("--seed", type=click.IntRange(0), help="Seed, instead of the scenario's.")
@click.option("--set", "overrides", multiple=True, metavar="PATH=VALUE", shell_complete=settings,
              help="Another value for a key, e.g. uncertainty.region.sd=0.2.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.option("-q", "--quiet", is_flag=True, help="No remarks on standard error.")
def command(
    scenario: str, draws: int, seed: int | None, overrides: tuple[str, ...], as_json: bool,
    quiet: bool,
) -> None:  # fmt: skip
    """Split the variance of seats and majorities of SCENARIO by the layers of the model.

    A layer that decides much is worth better data. Shapley shares add up to 100%.
    """
    from simulator.engine.execute import compiled_variant
    from simulator.engine.plan import compile_plan
    from simulator.engine.run import labels_of
    from simulator.engine.variance import split_variance
    from simulator.kernels.jit import remember_compiled
    from simulator.report.layout import plain
    from simulator.report.variance import render
    from simulator.scenario.load import load

    loaded = load(scenario, overrides)
    variant = ("draws", *compiled_variant(compile_plan(loaded.scenario)))
    announce_compilation(variant, quiet)
    try:
        found = split_variance(loaded, draws=draws, seed=seed)
    except ValueError as trouble:
        raise click.UsageError(str(trouble)) from None
    remember_compiled(variant)
    if as_json:
        document = {
            "schema": "simseats.variance/1", "name": loaded.scenario.name, "draws": draws,
            "outcomes": [asdict(split) for split in found],
        }  # fmt: skip
        click.echo(json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False))
        return
    width, ascii_only = terminal()
    text = render(found, labels_of(loaded.scenario), loaded.scenario.name, draws, width)
    click.echo(plain(text) if ascii_only else text, nl=False)
