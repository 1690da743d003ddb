"""Results as files: whole, or not at all."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from simulator.errors import FileTrouble


def write_text(path: str | os.PathLike[str], text: str) -> None:
    """Write a text in UTF-8; its folder is made, and what is interrupted leaves no half file.

    Raises
    ------
    FileTrouble
        When the file cannot be written; an older one of that name is as it was.
    """
    file = Path(path)
    partial = file.with_name(f".{file.name}.part")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        partial.write_text(text, encoding="utf-8", errors="replace", newline="\n")
        partial.replace(file)
    except (OSError, ValueError) as trouble:
        with contextlib.suppress(OSError, ValueError):
            partial.unlink(missing_ok=True)
        why = getattr(trouble, "strerror", None) or "unknown reason"
        raise FileTrouble(f"{file} cannot be written: {why}") from None


def given(text: str, path: str | os.PathLike[str] | None) -> str:
    """Return a text, and write it to a path where one is given."""
    if path is not None:
        write_text(path, text)
    return text
