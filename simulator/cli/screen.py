"""What the terminal of the user can show."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
from collections.abc import Iterator
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


def flush() -> None:
    """Write out what was printed, so that a full disk or a reader that has left is noticed now."""
    sys.stdout.flush()


def go_on_unread() -> None:
    """Let stdout lead nowhere once its reader has left, as in `simseats run ... | head`."""
    sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115


@contextlib.contextmanager
def maybe_unread() -> Iterator[None]:
    """Go on without stdout when its reader leaves: files are still to be written."""
    try:
        yield
        flush()
    except BrokenPipeError:
        go_on_unread()
