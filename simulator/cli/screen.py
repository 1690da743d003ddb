"""What the terminal of the user can show."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
from collections.abc import Iterator


def terminal() -> tuple[int, bool]:
    """Return the width of the terminal and whether it can only show ASCII."""
    encoding = (sys.stdout.encoding or "ascii").lower().replace("-", "")
    return shutil.get_terminal_size((88, 24)).columns, not encoding.startswith("utf")


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
