"""`simseats polls`: what each poll is worth, and what all of them say together."""

from __future__ import annotations

import click
from rich_click import RichCommand

from simulator.cli.offers import scenario_files, settings


@click.command("polls", cls=RichCommand)
@click.argument("scenario", type=click.Path(), shell_complete=scenario_files)
@click.option("--set", "overrides", multiple=True, metavar="PATH=VALUE", shell_complete=settings,
              help="Another value for a key, e.g. polls.pooling=local-level.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def command(scenario: str, overrides: tuple[str, ...], as_json: bool) -> None:
    """Pool the polls of SCENARIO (a YAML file, or - for standard input) and show the work.

    Each poll with its design effect, what it is worth, its weight, its house effect and what is
    left; then the shares with their error and each list's chance to reach the threshold, at the
    nation and before anything else is drawn.
    """
    from simulator.engine.polling import passing, pool_polls
    from simulator.scenario.load import load

    loaded = load(scenario, overrides)
    pool = pool_polls(loaded)
    chances = passing(loaded.scenario, pool)
    from simulator.cli.allocate import print_json
    from simulator.cli.screen import terminal

    if as_json:
        from simulator.report.polldocument import pool_document

        print_json(pool_document(loaded.scenario, pool, chances))
        return
    from simulator.report.polls import render_polls

    click.echo(render_polls(loaded.scenario, pool, chances, *terminal()), nl=False)
