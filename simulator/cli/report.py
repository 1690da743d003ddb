"""`simseats report`: the page of a run that was stored."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich_click import RichCommand

from simulator.cli.offers import run_files
from simulator.results.writing import write_text

if TYPE_CHECKING:
    from simulator.results.run import Run


@click.command("report", cls=RichCommand)
@click.argument("run_file", metavar="RUN.json", type=click.Path(path_type=Path),
                shell_complete=run_files)  # fmt: skip
@click.option("-o", "--output", type=click.Path(path_type=Path, allow_dash=True), metavar="FILE",
              help="The page alone, as FILE; - prints it.")  # fmt: skip
@click.option("--figures", type=click.Path(path_type=Path), metavar="DIR",
              help="Another folder for the figures.")  # fmt: skip
@click.option("-q", "--quiet", is_flag=True, help="No output but errors.")
def command(run_file: Path, output: Path | None, figures: Path | None, quiet: bool) -> None:
    """Make the report of RUN.json beside it: page, figures, seats.csv and cite.txt."""
    from simulator.report.files import FIGURES, PAGE, report_files
    from simulator.results.run import Run

    run = Run.load(run_file)
    found = report_files(run)
    drawn = [name for name in found if name.startswith(FIGURES)]
    if str(output) == "-":
        click.echo(found[PAGE], nl=False)
    places = {name: run_file.parent / name for name in found if output is None}
    if output is not None and str(output) != "-":
        places[PAGE] = output
    if figures is not None:
        places |= {name: figures / Path(name).name for name in drawn}
    for name, path in places.items():
        write_files(path.parent, {path.name: found[name]})
    if not quiet and str(output) != "-":
        click.echo(_listing(run, found, places, run_file.parent), nl=False)


def _listing(
    run: Run, found: Mapping[str, str], places: Mapping[str, Path], folder: Path
) -> str:  # fmt: skip
    """Return a line for each file that was written: where, how large, what it is."""
    from simulator.report.files import PAGE, describe, size

    order = sorted(places, key=lambda name: (name != PAGE, "/" not in name))
    beside = {name: name for name in order if places[name] == folder / name}
    shown = {name: beside.get(name, str(places[name])) for name in order}
    wide = max(map(len, shown.values()))
    lines = [
        f"  {shown[name]:<{wide}}  {size(found[name]):>6}  {describe(run, name)}" for name in order
    ]
    return "".join(f"{line}\n" for line in lines)


def write_files(folder: Path, files: Mapping[str, str]) -> None:
    """Write files into a folder; a full disk ends in a sentence and leaves no half file."""
    for name, text in files.items():
        write_text(folder / name, text)
