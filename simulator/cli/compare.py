"""`simseats compare`: other methods, variations or scenarios on the same draws."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

import click
from rich_click import RichCommand

from simulator.cli.offers import method_lists, scenario_files
from simulator.cli.run import announce_compilation
from simulator.cli.screen import terminal
from simulator.errors import Diagnostic, InvalidScenario

if TYPE_CHECKING:
    from simulator.engine.comparison import Study
    from simulator.results.comparison import Comparison
    from simulator.scenario.load import Loaded


@click.command("compare", cls=RichCommand)
@click.argument("scenarios", nargs=-1, required=True, type=click.Path(), metavar="SCENARIO...",
                shell_complete=scenario_files)  # fmt: skip
@click.option("--methods", metavar="all|M1,M2", shell_complete=method_lists,
              help="Methods for the list tier of one scenario.")  # fmt: skip
@click.option("--draws", type=click.IntRange(1), help="Draws, instead of the first scenario's.")
@click.option("--seed", type=click.IntRange(0), help="Seed, instead of the first scenario's.")
@click.option("--threads", type=click.IntRange(1, 1024), help="Threads; the result is the same.")
@click.option("--set", "overrides", multiple=True, metavar="PATH=VALUE",
              help="Another value for a key, in every scenario.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.option("--csv", "as_csv", is_flag=True, help="Print tidy rows.")
@click.option("-q", "--quiet", is_flag=True, help="No notice of compilation, no progress.")
def command(
    scenarios: tuple[str, ...],
    methods: str | None,
    draws: int | None,
    seed: int | None,
    threads: int | None,
    overrides: tuple[str, ...],
    as_json: bool,
    as_csv: bool,
    quiet: bool,
) -> None:
    """Compare methods, variations or scenarios on the same draws.

    One SCENARIO (a YAML file, or the run.json of a run) is compared with itself under other methods
    (--methods), or with the variations of its `compare` block; several are compared with the first.
    All see the same random numbers, so differences are those of paired draws.
    """
    if as_json and as_csv:
        raise click.UsageError("--json and --csv exclude each other")
    if methods is not None and len(scenarios) > 1:
        raise click.UsageError("--methods is for one scenario; several are compared as they are")
    from simulator.engine.comparison import candidates, prepare
    from simulator.report.comparison import render
    from simulator.scenario.load import load

    loaded: list[Loaded] = []
    faults: list[Diagnostic] = []
    for name in scenarios:
        try:
            loaded.append(load(name, overrides))
        except InvalidScenario as wrong:
            faults += wrong.diagnostics
    if faults:
        raise InvalidScenario(tuple(faults))
    wanted = [word.strip() for word in methods.split(",")] if methods is not None else None
    listed = candidates(loaded, wanted)
    study = prepare(loaded[0].scenario, listed, draws, seed)
    found = run_announced(study, threads, quiet)
    if as_json or as_csv:
        click.echo(found.to_json() if as_json else found.to_csv(), nl=False)
        return
    click.echo(render(found, *terminal()), nl=False)


def run_announced(study: Study, threads: int | None, quiet: bool) -> Comparison:
    """Simulate a study with a line about compilation and one of progress, both on stderr."""
    from simulator.engine.comparison import run_study
    from simulator.kernels.jit import compiled_before, remember_compiled

    fresh = [variant for variant in study.compiled if not compiled_before(variant)]
    for variant in fresh[:1]:
        announce_compilation(variant, quiet)
    meter = _progress(quiet)
    found = run_study(study, threads, meter)
    if meter is not None:
        click.echo("\r\033[K", err=True, nl=False)
    for variant in fresh:
        remember_compiled(variant)
    return found


def _progress(quiet: bool) -> Callable[[int, int], None] | None:
    """Return a line of progress for a terminal."""
    if quiet or not sys.stderr.isatty():
        return None

    def show(done: int, draws: int) -> None:
        text = f"{done / draws:4.0%}  {done:,} of {draws:,} draws".replace(",", " ")
        click.echo(f"\r\033[K{text}", err=True, nl=False)

    return show
