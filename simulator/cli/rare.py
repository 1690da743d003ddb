"""`simseats rare`: the probability of an event that plain draws hardly ever show."""

from __future__ import annotations

import json
from dataclasses import asdict

import click
from rich_click import RichCommand

from simulator.cli.offers import events, scenario_files, settings
from simulator.cli.run import announce_compilation
from simulator.cli.screen import say


@click.command("rare", cls=RichCommand)
@click.argument("scenario", type=click.Path(), shell_complete=scenario_files)
@click.argument("event", shell_complete=events)
@click.option("--draws", type=click.IntRange(1_024, 100_000_000), default=65_536,
              show_default=True, help="Draws of the estimate; pilots need some more.")  # fmt: skip
@click.option("--set", "overrides", multiple=True, metavar="PATH=VALUE", shell_complete=settings,
              help="Another value for a key, e.g. tiers.list.threshold.share=4%.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.option("-q", "--quiet", is_flag=True, help="No remarks on standard error.")
def command(
    scenario: str, event: str, draws: int, overrides: tuple[str, ...], as_json: bool, quiet: bool
) -> None:
    """Estimate the probability of a rare EVENT in SCENARIO by importance sampling.

    EVENT is enters.PARTY (it has list seats), PARTY>=N or PARTY<=N (all its seats).
    """
    from simulator.engine.execute import compiled_variant
    from simulator.engine.plan import compile_plan
    from simulator.engine.rare import estimate_rare
    from simulator.kernels.jit import remember_compiled
    from simulator.report.sentences import spaced
    from simulator.scenario.load import load

    loaded = load(scenario, overrides)
    variant = ("moved", *compiled_variant(compile_plan(loaded.scenario)))
    announce_compilation(variant, quiet)
    try:
        found = estimate_rare(loaded, event, draws=draws)
    except ValueError as trouble:
        raise click.UsageError(str(trouble)) from None
    remember_compiled(variant)
    if as_json:
        document = {"schema": "simseats.rare/1", "name": loaded.scenario.name, **asdict(found)}
        click.echo(json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False))
        return
    p, counted = found.probability, found.plain
    say(
        f"{event} · {loaded.scenario.name}\n"
        f"  moved draws    {p.value:.3g} ± {p.mcse:.1g}\n"
        f"  plain draws    {counted.value:.3g} ± {counted.mcse:.1g}\n"
        f"  {spaced(found.draws)} draws each; the party's national normal moved by {found.move:+g} "
        f"SD, tails x {found.shrink:g}; the moved hits are worth {spaced(round(found.effective))} "
        "equal ones\n"
    )
