"""Results as files: whole, or not at all."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from simulator.errors import FileTrouble


def write_text(path: str | os.PathLike[str], text: str) -> None:
    """Write a text in UTF-8, as :func:`write_bytes` does."""
    write_bytes(path, text.encode("utf-8", errors="replace"))


def write_bytes(path: str | os.PathLike[str], data: bytes) -> None:
    """Write a file; its folder is made, and what is interrupted leaves no half file.

    A link stays one: the file that it leads to is written. A pipe or a device is written to as it
    is.

    Raises
    ------
    FileTrouble
        When the file cannot be written; an older one of that name is as it was.
    """
    file = Path(path)
    try:
        # A pipe that is open is a link to a name that no file has.
        if file.exists() and not file.is_file():
            file.write_bytes(data)
        else:
            _replace(Path(os.path.realpath(file)), data)
    except (OSError, ValueError) as trouble:
        why = getattr(trouble, "strerror", None) or "unknown reason"
        raise FileTrouble(f"{file} cannot be written: {why}") from None


def _replace(file: Path, data: bytes) -> None:
    partial = file.with_name(f".{file.name}.part")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        partial.write_bytes(data)
        partial.replace(file)
    except (OSError, ValueError):
        with contextlib.suppress(OSError, ValueError):
            partial.unlink(missing_ok=True)
        raise


def given(text: str, path: str | os.PathLike[str] | None) -> str:
    """Return a text, and write it to a path where one is given."""
    if path is not None:
        write_text(path, text)
    return text
