"""`simseats run`: simulate a scenario and summarise it."""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich_click import RichCommand

from simulator.cli import INTERRUPTED
from simulator.cli.offers import scenario_files, settings
from simulator.cli.screen import maybe_unread, terminal
from simulator.errors import FileTrouble, Interrupted

if TYPE_CHECKING:
    from simulator.engine.plan import Plan
    from simulator.results.run import Run
    from simulator.results.tally import Tally
    from simulator.scenario.load import Loaded
    from simulator.scenario.simulation import Simulation

CHECK_FAILED = 1
PATIENCE = 0.5


@click.command("run", cls=RichCommand)
@click.argument("scenario", type=click.Path(), shell_complete=scenario_files)
@click.option("--draws", type=click.IntRange(1), help="Number of draws, instead of the scenario's.")
@click.option("--seed", type=click.IntRange(0), help="Seed, instead of the scenario's.")
@click.option("--threads", "--workers", "threads", type=click.IntRange(1, 1024),
              help="Threads or processes; the result is the same.")  # fmt: skip
@click.option("--executor", type=click.Choice(["threads", "processes", "dask"]), default="threads",
              help="Where draws are simulated; the result is the same.")  # fmt: skip
@click.option("--dask", metavar="ADDRESS",
              help="Scheduler of a Dask cluster, e.g. tcp://10.0.0.1:8786.")  # fmt: skip
@click.option("--resume", type=click.Path(path_type=Path), metavar="FILE",
              help="Keep what is finished in FILE; go on from it when it is there.")  # fmt: skip
@click.option("--draws-file", type=click.Path(path_type=Path), metavar="FILE",
              help="Write single draws: a .parquet or .csv file.")  # fmt: skip
@click.option("--set", "overrides", multiple=True, metavar="PATH=VALUE", shell_complete=settings,
              help="Another value for a key, e.g. tiers.list.threshold.share=4%.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.option("--csv", "as_csv", is_flag=True, help="Print tidy rows.")
@click.option("--reproducible", is_flag=True, help="Leave what differs by machine out of the JSON.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Folder for run.json, seats.csv, the report and its figures.",
)
@click.option("-q", "--quiet", is_flag=True, help="No output but errors.")
@click.option("-v", "--verbose", is_flag=True, help="List doubts, timings and versions.")
@click.pass_context
def command(
    ctx: click.Context,
    scenario: str,
    draws: int | None,
    seed: int | None,
    threads: int | None,
    executor: str,
    dask: str | None,
    resume: Path | None,
    draws_file: Path | None,
    overrides: tuple[str, ...],
    as_json: bool,
    as_csv: bool,
    reproducible: bool,
    out: Path | None,
    quiet: bool,
    verbose: bool,
) -> None:
    """Simulate SCENARIO and summarise it.

    SCENARIO is a YAML file, the run.json of a run that is repeated, or - for standard input.
    """
    if as_json and as_csv:
        raise click.UsageError("--json and --csv exclude each other")
    from simulator.results.drawsfile import check_place
    from simulator.scenario.load import load

    texts = list(overrides)
    if draws is not None:
        texts.append(f"simulation.draws={draws}")
    if seed is not None:
        texts.append(f"simulation.seed={seed}")
    loaded = load(scenario, tuple(texts))
    for note in loaded.notes if not quiet else ():
        click.echo(f"note: {note}", err=True)
    prepare_folder(out)
    if draws_file is not None:
        check_place(draws_file)
    from simulator.engine.execute import compiled_variant
    from simulator.engine.plan import compile_plan
    from simulator.engine.run import run_loaded
    from simulator.kernels.jit import remember_compiled

    plan = compile_plan(loaded.scenario)
    variant = compiled_variant(plan)
    announce_compilation(variant, quiet)
    gc.enable()
    started = time.perf_counter()
    meter = _progress(loaded.scenario.simulation, quiet)
    if resume is not None and resume.is_file() and not quiet:
        click.echo(f"going on from {resume}", err=True)
    with _kept_in(resume):
        run = run_loaded(
            loaded, threads=threads, progress=meter, executor=executor, dask=dask, resume=resume,
            plan=plan,
        )  # fmt: skip
        elapsed = time.perf_counter() - started
        remember_compiled(variant)
        if meter is not None:
            click.echo("\r\033[K", err=True, nl=False)
        if as_json or out is not None:
            run = _compare_methods(run, loaded, threads, quiet)
    with maybe_unread():
        _print(run, as_json, as_csv, reproducible, quiet, verbose, elapsed)
    if out is not None:
        _write(run, out, reproducible, quiet)
        if not quiet:
            click.echo(_next(run, scenario, overrides), err=True, nl=False)
    if draws_file is not None and run.facts.complete:
        _write_draws(draws_file, plan, run, threads, quiet)
    if not run.facts.complete:
        done = f"{run.draws:,} of {run.facts.requested:,} draws".replace(",", " ")
        again = f"; the same command goes on from {resume}" if resume is not None else ""
        click.echo(f"interrupted: the result rests on {done}{again}", err=True)
        if draws_file is not None:
            click.echo(f"{draws_file} is written when all draws are finished", err=True)
        ctx.exit(INTERRUPTED)
    if run.facts.checks is not None and not run.facts.checks.passed:
        from simulator.report.sentences import failed

        click.echo(f"{'; '.join(failed(run))}: please report this scenario", err=True)
        ctx.exit(CHECK_FAILED)


@contextmanager
def _kept_in(resume: Path | None) -> Iterator[None]:
    """Say where draws are kept when a run is interrupted at once."""
    try:
        yield
    except KeyboardInterrupt:
        if resume is None or not resume.is_file():
            raise
        text = f"interrupted before there was a result; the same command goes on from {resume}"
        raise Interrupted(text) from None


def _compare_methods(run: Run, loaded: Loaded, threads: int | None, quiet: bool) -> Run:
    """Return the run with the usual methods beside the law, for its document and its page."""
    from simulator.cli.compare import run_announced
    from simulator.engine.formulas import method_study, with_methods

    study = method_study(loaded) if run.facts.complete else None
    return run if study is None else with_methods(run, run_announced(study, threads, quiet))


def announce_compilation(variant: tuple[object, ...], quiet: bool) -> None:
    """Say on stderr that kernels are compiled, which happens once a version."""
    from simulator.kernels.jit import compiled_before

    if not quiet and not compiled_before(variant):
        click.echo("compiling kernels, once per version: some seconds ...", err=True)


def prepare_folder(out: Path | None) -> None:
    """Make the output folder before the work, so that a mistake costs nothing."""
    if out is None:
        return
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as trouble:
        why = trouble.strerror or "unknown reason"
        raise FileTrouble(f"the folder {out} cannot be made: {why}") from None


def _progress(settings: Simulation, quiet: bool) -> Callable[[Tally], None] | None:
    """Return a progress line for a terminal."""
    if quiet or not sys.stderr.isatty():
        return None
    from simulator.engine.sampler import whole_draws

    return Meter(whole_draws(settings.sampler, settings.draws))


class Meter:
    """A line with draws, rate, time left, and the error as it shrinks; twice a second at most."""

    def __init__(self, draws: int) -> None:
        self.draws = draws
        self.started = self.shown = time.perf_counter()
        self.before: int | None = None  # draws that took no time here: those of a resume file

    def __call__(self, tally: Tally) -> None:
        """Show the line."""
        from simulator.results.summary import summarise

        now = time.perf_counter()
        if self.before is None:
            self.before, self.started = tally.draws, now
        if now < self.shown + PATIENCE or tally.draws <= self.before:
            return
        self.shown = now
        rate = (tally.draws - self.before) / (now - self.started)
        text = f"{tally.draws:,} draws  {rate:,.0f}/s".replace(",", " ")
        if tally.draws <= self.draws:
            left = (self.draws - tally.draws) / rate
            text = f"{tally.draws / self.draws:4.0%}  {text}  {left:.0f} s left"
        error = max(seats.mcse for seats in summarise(tally).total)
        click.echo(f"\r\033[K{text}  error of mean seats ±{error:.2g}", err=True, nl=False)


def _print(
    run: Run, as_json: bool, as_csv: bool, reproducible: bool, quiet: bool, verbose: bool,
    elapsed: float,
) -> None:  # fmt: skip
    """Print the result in the form that was asked for."""
    if as_json:
        click.echo(run.to_json(reproducible), nl=False)
    elif as_csv:
        click.echo(run.to_csv(), nl=False)
    elif not quiet:
        from simulator.report.terminal import render

        click.echo(render(run, *terminal(), verbose), nl=False)
    if verbose:
        from simulator.results.provenance import versions

        found = " ".join(f"{name} {number}" for name, number in versions().items())
        rate = f"{run.draws / elapsed:,.0f} draws/s".replace(",", " ")
        click.echo(f"{elapsed:.2f} s, {rate}; {found}", err=True)


def _write_draws(path: Path, plan: Plan, run: Run, threads: int | None, quiet: bool) -> None:
    """Write single draws, after everything that took long was printed."""
    from simulator.engine.execute import compiled_variant, threads_available
    from simulator.engine.export import write_draws
    from simulator.kernels.jit import remember_compiled

    variant = ("draws", *compiled_variant(plan))
    announce_compilation(variant, quiet)
    write_draws(path, plan, run, threads or threads_available())
    remember_compiled(variant)
    if not quiet:
        click.echo(f"wrote {run.draws:,} draws to {path}".replace(",", " "), err=True)


def _write(run: Run, out: Path, reproducible: bool, quiet: bool) -> None:
    """Write the files of a run."""
    from simulator.cli.report import write_files
    from simulator.report.files import FIGURES, PAGE, run_files, size

    files = run_files(run, reproducible)
    write_files(out, files)
    if not quiet:
        data = [name for name in files if name != PAGE and not name.startswith(FIGURES)]
        click.echo(f"Report  {out / PAGE}  {size(files[PAGE])}, works offline", err=True)
        click.echo(f"Data    {out / data[0]}, {', '.join(data[1:])}, {FIGURES}/*.svg", err=True)


def _next(run: Run, scenario: str, overrides: tuple[str, ...]) -> str:
    """Return the line that names a command to go on with; nothing where there is none."""
    import shlex

    compared = run.facts.scenario.get("compare") or run.facts.tiers["list"]
    if scenario == "-" or not compared or not run.facts.complete:
        return ""
    settings = [f"--set {shlex.quote(text)}" for text in overrides]
    return " ".join(["Next    simseats compare", shlex.quote(scenario), *settings]) + "\n"
