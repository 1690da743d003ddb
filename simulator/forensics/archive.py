"""A file of station results opened: plain, or the one table of a zip archive."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from simulator.errors import Diagnostic, InvalidScenario

LARGEST = 1_000_000_000


@contextmanager
def opened(file: str | Path | IO[bytes], name: str) -> Iterator[IO[bytes]]:
    """Open a file, or the one table of an archive."""
    if not isinstance(file, (str, Path)):
        yield file
        return
    path = Path(file)
    if path.is_dir():
        raise refuse(name, "E101", "this is a folder, not a file")
    if not path.is_file():
        raise refuse(name, "E101", "there is no such file")
    try:
        stream = path.open("rb")
    except OSError as trouble:
        why = trouble.strerror or "unknown reason"
        raise refuse(name, "E101", f"the file cannot be read: {why}") from None
    with stream:
        if not zipfile.is_zipfile(stream):
            stream.seek(0)
            yield stream
            return
        with zipfile.ZipFile(stream) as archive, _member(archive, name) as table:
            yield table


def _member(archive: zipfile.ZipFile, name: str) -> IO[bytes]:
    members = [m for m in archive.infolist() if not m.is_dir() and "__MACOSX" not in m.filename]
    if len(members) != 1:
        what = f"the archive holds {len(members)} files, not one table"
        raise refuse(name, "E221", what, "unpack the one that is meant")
    if members[0].file_size > LARGEST:
        what = f"the file is too large: {members[0].file_size:,} bytes"
        raise refuse(name, "E106", what, f"the limit is {LARGEST:,} bytes")
    try:
        return archive.open(members[0])
    except (RuntimeError, NotImplementedError) as trouble:
        raise refuse(name, "E101", f"the archive cannot be read: {trouble}") from None


def refuse(file: str, code: str, message: str, hint: str = "") -> InvalidScenario:
    """Return the error for a file that cannot be used at all."""
    return InvalidScenario((Diagnostic(file, 0, 0, code, message, hint),))
