"""`simseats schema`: the JSON Schema of scenarios (for editors) or of results."""

from __future__ import annotations

import click
from rich_click import RichCommand


@click.command("schema", cls=RichCommand)
@click.argument(
    "name", required=False, type=click.Choice(["scenario", "run", "comparison", "sweep"])
)
@click.option("--run", "of_run", is_flag=True, help="The same as the name run.")
def command(name: str | None, of_run: bool) -> None:
    """Print the JSON Schema of the scenario language, for completion in editors.

    Or, by NAME, of what run, compare and sweep print with --json.
    """
    if of_run and name not in (None, "run"):
        raise click.UsageError(f"--run is the name run, and excludes the name {name}")
    from simulator.scenario.export import result_schema_text, scenario_schema_text

    wanted = "run" if of_run else name or "scenario"
    text = scenario_schema_text() if wanted == "scenario" else result_schema_text(wanted)
    click.echo(text, nl=False)
