"""`simseats schema`: the JSON Schema of scenarios (for editors) or of results."""

from __future__ import annotations

import click
from rich_click import RichCommand


@click.command("schema", cls=RichCommand)
@click.option("--run", "of_run", is_flag=True, help="The schema of run.json instead.")
def command(of_run: bool) -> None:
    """Print the JSON Schema of the scenario language, for completion in editors."""
    from simulator.scenario.export import run_schema_text, scenario_schema_text

    click.echo(run_schema_text() if of_run else scenario_schema_text(), nl=False)
