"""What the terminal of the user can show."""

from __future__ import annotations

import shutil
import sys
from typing import TextIO

import click


def terminal() -> tuple[int, bool]:
    """Return the width of the terminal and whether it can only show ASCII."""
    return shutil.get_terminal_size((88, 24)).columns, _only_ascii(sys.stdout)


def _only_ascii(stream: TextIO) -> bool:
    encoding = (stream.encoding or "ascii").lower().replace("-", "")
    return not encoding.startswith("utf")


def say(text: str, err: bool = False) -> None:
    """Print a text as it is, or in ASCII where the terminal can show nothing else."""
    if not text.isascii() and _only_ascii(sys.stderr if err else sys.stdout):
        from simulator.report.layout import plain

        text = plain(text)
    click.echo(text, err=err, nl=False)
