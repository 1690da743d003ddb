"""`simseats report`: the page of a run that was stored."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import click
from rich_click import RichCommand

from simulator.cli.offers import run_files
from simulator.results.writing import write_text


@click.command("report", cls=RichCommand)
@click.argument("run_file", metavar="RUN.json", type=click.Path(path_type=Path),
                shell_complete=run_files)  # fmt: skip
@click.option("-o", "--output", type=click.Path(path_type=Path, allow_dash=True), metavar="FILE",
              help="The page; report.html beside RUN.json when absent, - to print it.")  # fmt: skip
@click.option("--figures", type=click.Path(path_type=Path), metavar="DIR",
              help="Write the figures there as SVG files too.")  # fmt: skip
@click.option("-q", "--quiet", is_flag=True, help="No output but errors.")
def command(run_file: Path, output: Path | None, figures: Path | None, quiet: bool) -> None:
    """Make the report page of RUN.json: one HTML file that opens without a network."""
    from simulator.report.page.render import figure_files, render_page
    from simulator.results.run import Run

    run = Run.load(run_file)
    page = render_page(run)
    if str(output) == "-":
        click.echo(page, nl=False)
    else:
        target = output or run_file.parent / "report.html"
        write_files(target.parent, {target.name: page})
        if not quiet:
            click.echo(f"wrote {target}, {len(page.encode()) // 1000} kB", err=True)
    if figures is not None:
        drawn = figure_files(run)
        write_files(figures, drawn)
        if not quiet:
            click.echo(f"wrote {len(drawn)} figures to {figures}", err=True)


def write_files(folder: Path, files: Mapping[str, str]) -> None:
    """Write files into a folder; a full disk ends in a sentence and leaves no half file."""
    for name, text in files.items():
        write_text(folder / name, text)
