"""`simseats sweep`: one or two values of a scenario varied over the same draws."""

from __future__ import annotations

from pathlib import Path

import click
from rich_click import RichCommand

from simulator.cli.compare import run_announced
from simulator.cli.offers import estimates, scenario_files, settings
from simulator.cli.run import prepare_folder
from simulator.cli.screen import terminal
from simulator.errors import suggest
from simulator.results.writing import write_text


@click.command("sweep", cls=RichCommand)
@click.argument("scenario", type=click.Path(), shell_complete=scenario_files)
@click.argument("paths", nargs=-1, required=True, metavar="PATH=VALUES [PATH=VALUES]",
                shell_complete=settings)  # fmt: skip
@click.option("--draws", type=click.IntRange(1), help="Number of draws, instead of the scenario's.")
@click.option("--seed", type=click.IntRange(0), help="Seed, instead of the scenario's.")
@click.option("--threads", type=click.IntRange(1, 1024), help="Threads; the result is the same.")
@click.option("--set", "overrides", multiple=True, metavar="PATH=VALUE", shell_complete=settings,
              help="Another value for a key, at every point.")  # fmt: skip
@click.option("--show", metavar="ESTIMATE", shell_complete=estimates,
              help="What bars, tables and charts are about: seats.PARTY, enters.PARTY, "
              "'majority: PARTY'.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.option("--csv", "as_csv", is_flag=True, help="Print tidy rows.")
@click.option("--out", type=click.Path(path_type=Path), metavar="FILE.svg",
              help="Write a chart: lines with bands, or a map of two dimensions.")  # fmt: skip
@click.option("-q", "--quiet", is_flag=True, help="No notice of compilation, no progress.")
def command(
    scenario: str,
    paths: tuple[str, ...],
    draws: int | None,
    seed: int | None,
    threads: int | None,
    overrides: tuple[str, ...],
    show: str | None,
    as_json: bool,
    as_csv: bool,
    out: Path | None,
    quiet: bool,
) -> None:
    """Vary one or two values of SCENARIO (a YAML file or a run.json) over the same draws.

    VALUES are a range (0%..10%, 69..98, 0.5..1.5:0.1 with a step) or several values with commas.
    All points see the same random numbers; where only the law changes, votes are drawn once.
    """
    if as_json and as_csv:
        raise click.UsageError("--json and --csv exclude each other")
    if out is not None and (out.suffix != ".svg" or out.is_dir()):
        raise click.BadParameter(
            f"{out} is no name for a chart; write sweep.svg", param_hint="--out"
        )
    from simulator.engine.sweep import arrange, prepare_sweep
    from simulator.report.sweep import render
    from simulator.scenario.grids import read_axis
    from simulator.scenario.load import load

    axes = [read_axis(argument) for argument in paths]
    study, points = prepare_sweep(load(scenario, overrides), axes, draws, seed)
    known = [quantity.name for quantity in study.frame.quantities()]
    if show is not None and show not in known:
        hint = suggest(show, known) or "simseats sweep --csv lists them"
        raise click.BadParameter(f"nothing is called '{show}'; {hint}", param_hint="--show")
    prepare_folder(out.parent if out is not None else None)
    found = arrange(axes, points, run_announced(study, threads, quiet))
    if as_json or as_csv:
        click.echo(found.to_json() if as_json else found.to_csv(), nl=False)
    else:
        click.echo(render(found, *terminal(), show), nl=False)
    if out is not None:
        from simulator.report.figures.sweep import sweep_figure

        write_text(out, sweep_figure(found, show))
        if not quiet:
            click.echo(f"wrote {out}", err=True)
