"""`simseats forensics`: what the pattern of station results shows, and what it cannot show."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click
import rich_click

from simulator.cli.report import write_files
from simulator.cli.run import prepare_folder
from simulator.cli.screen import terminal
from simulator.forensics.findings import SCHEMA, Findings, examine
from simulator.forensics.table import StationFile, read_stations
from simulator.report.forensics import LIMITS, render_forensics, short_name
from simulator.report.station_figures import draw_fingerprint, draw_turnout

_COLUMN = "COLUMN"


@rich_click.command("forensics")
@click.argument("file", type=click.Path())
@click.option("--leader", metavar=_COLUMN, help="Votes of the leading party or candidate.")
@click.option("--registered", metavar=_COLUMN, help="Registered voters.")
@click.option("--cast", metavar=_COLUMN, help="Ballots cast or handed out: turnout.")
@click.option("--counted", metavar=_COLUMN, help="Ballots that shares are of; --cast if missing.")
@click.option("--separator", metavar="MARK", help="Between columns; found by the header.")
@click.option("--encoding", default="utf-8", show_default=True, help="Of the text, e.g. cp1251.")
@click.option("--resamples", type=click.IntRange(2, 100_000), metavar="N",
              help="Draw the chance of integers N times; it is summed if not given.")  # fmt: skip
@click.option("--seed", type=click.IntRange(0), help="Of these draws; 1 if not given.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.option("--out", type=click.Path(path_type=Path), metavar="DIR",
              help="Folder for fingerprint.svg, turnout.svg and forensics.json.")  # fmt: skip
@click.option("-q", "--quiet", is_flag=True, help="No output but errors.")
def command(
    file: str,
    leader: str | None,
    registered: str | None,
    cast: str | None,
    counted: str | None,
    separator: str | None,
    encoding: str,
    resamples: int | None,
    seed: int | None,
    as_json: bool,
    out: Path | None,
    quiet: bool,
) -> None:
    """Look at the results of polling stations in FILE: a CSV file, zipped or not, or -.

    A COLUMN is a name, a pattern with *, or several joined by " + ", which are added up.

    Example: simseats forensics stations.csv --leader red --out results
    """
    if seed is not None and resamples is None:
        raise click.UsageError("--seed belongs to --resamples")
    if separator is not None and len(separator) != 1:
        raise click.UsageError("--separator is one character")
    read = read_stations(
        sys.stdin.buffer if file == "-" else file,
        registered=registered, cast=cast, counted=counted, leader=leader,
        separator=separator, encoding=encoding,
    )  # fmt: skip
    found = examine(read.stations, resamples or 0, 1 if seed is None else seed)
    document = json.dumps(_document(read, found), indent=2, ensure_ascii=terminal()[1]) + "\n"
    if out is not None:
        _write(out, read, found, document, quiet)
    if as_json:
        click.echo(document, nl=False)
    elif not quiet:
        click.echo(render_forensics(read, found, *terminal()), nl=False)


def _document(read: StationFile, found: Findings) -> dict[str, Any]:
    facts = {
        "name": read.name,
        "rows": read.rows,
        "left_out": read.left_out,
        "columns": read.columns,
        "more_counted_than_cast": read.more_counted,
    }
    return {"schema": SCHEMA, "file": facts, **found.to_dict(), "note": LIMITS}


def _write(folder: Path, read: StationFile, found: Findings, document: str, quiet: bool) -> None:
    """Write the two pictures and the document; a full disk leaves no half file."""
    leader = short_name(read)
    files = {
        "fingerprint.svg": draw_fingerprint(found, "Turnout and share by polling station", leader),
        "turnout.svg": draw_turnout(found, "Votes by turnout", leader),
        "forensics.json": document,
    }
    prepare_folder(folder)
    write_files(folder, files)
    if not quiet:
        click.echo(f"wrote {', '.join(str(folder / name) for name in files)}", err=True)
