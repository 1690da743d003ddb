"""`simseats validate`: check scenarios, and reproduce their official results exactly."""

from __future__ import annotations

from pathlib import Path

import click
from rich_click import RichCommand

from simulator.cli.offers import scenario_files
from simulator.cli.screen import say
from simulator.errors import FileTrouble, InvalidScenario

INVALID, NOT_REPRODUCED = 3, 1


@click.command("validate", cls=RichCommand)
@click.argument("paths", nargs=-1, required=True, type=click.Path(), shell_complete=scenario_files)
@click.option("-q", "--quiet", is_flag=True, help="Only errors.")
@click.pass_context
def command(ctx: click.Context, paths: tuple[str, ...], quiet: bool) -> None:
    """Check the scenarios at PATHS (files or folders).

    Where a scenario states counted votes and an official result, the law is applied to the votes
    with exact fractions and compared.
    """
    from simulator.report.diagnostics import render_diagnostics
    from simulator.report.validation import render_valid
    from simulator.scenario.official import compare_official

    files = _collect(paths)
    usable, wrong, missed = 0, 0, 0
    from simulator.scenario.load import load

    for file in files:
        try:
            loaded = load(file)
        except InvalidScenario as trouble:
            wrong += 1
            noun = "error" if len(trouble.diagnostics) == 1 else "errors"
            say(f"  ✗ {Path(file).name}   {len(trouble.diagnostics)} {noun}\n")
            say(render_diagnostics(trouble.diagnostics) + "\n", err=True)
            continue
        except FileTrouble as trouble:
            wrong += 1
            say(f"  ✗ {Path(file).name}   cannot be read\n")
            say(f"error: {trouble}\n", err=True)
            continue
        comparison = compare_official(loaded.scenario)
        missed += comparison is not None and not comparison.reproduced
        usable += 1
        if not quiet:
            say(render_valid(loaded, comparison, detailed=len(files) == 1))
    if len(files) > 1 and not quiet:
        click.echo(f"{usable} usable, {wrong} not")
    ctx.exit(INVALID if wrong else NOT_REPRODUCED if missed else 0)


def _collect(paths: tuple[str, ...]) -> list[str]:
    """Return the scenario files of the arguments; a folder stands for its YAML files."""
    files: list[str] = []
    for path in paths:
        if Path(path).is_dir():
            found = sorted(str(p) for p in Path(path).glob("*.y*ml"))
            if not found:
                raise click.UsageError(f"the folder {path} has no scenarios")
            files += found
        else:
            files.append(path)
    return files
