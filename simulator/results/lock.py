"""One run at a time for a file: a lock that ends with its process, however that ends.

The file itself is replaced again and again, so that a lock on it would be one on a file of the
past; what is locked is an empty neighbour, .NAME.lock.
"""

from __future__ import annotations

import contextlib
import errno
import os
import platform
import sys
from collections.abc import Iterator
from pathlib import Path

from simulator.errors import FileTrouble

CLOSED = {errno.EROFS, errno.EACCES, errno.EPERM}
TAKEN = {errno.EAGAIN, errno.EWOULDBLOCK, errno.EACCES, errno.EDEADLK}

if sys.platform == "win32":
    import msvcrt

    def _lock(number: int) -> None:
        """Lock a byte far behind the end: others may still read what stands in the file."""
        os.lseek(number, 2**20, os.SEEK_SET)
        msvcrt.locking(number, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(number: int) -> None:
        """Lock an open file, or raise OSError at once."""
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextlib.contextmanager
def hold(path: str | os.PathLike[str]) -> Iterator[None]:
    """Keep other runs from a file as long as the block lasts.

    Where the file system knows no locks, nothing is kept from anybody; nor of a file that is there
    and cannot be replaced, because nothing can be written beside it.

    Raises
    ------
    FileTrouble
        Another run holds the file, or it is not there and cannot be made.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder, hold(f"{folder}/a"), hold(f"{folder}/a"):
    ...     pass
    Traceback (most recent call last):
    simulator.errors.FileTrouble: ...a is in use by process ... on ...: let it end, or name ...
    """
    file = Path(path).resolve()
    lock = file.with_name(f".{file.name}.lock")
    try:
        number = _take(lock, Path(path))
    except OSError as trouble:
        if trouble.errno in CLOSED and file.is_file():
            yield
            return
        why = trouble.strerror or "unknown reason"
        raise FileTrouble(f"{path} cannot be written: {why}") from None
    try:
        yield
    finally:
        # Windows removes no open file: another run may take it in between, and keeps it.
        if sys.platform == "win32":
            os.close(number)
        with contextlib.suppress(OSError):
            lock.unlink()
        if sys.platform != "win32":
            os.close(number)


def _take(lock: Path, path: Path) -> int:
    """Return the number of the open lock file, which says who has it."""
    while True:
        number = os.open(lock, os.O_RDWR | os.O_CREAT, 0o666)
        try:
            _lock(number)
        except OSError as trouble:
            if trouble.errno not in TAKEN:
                return number
            holder = os.read(number, 200).decode("utf-8", "replace") or "another run"
            os.close(number)
            raise FileTrouble(
                f"{path} is in use by {holder}: let it end, or name another file"
            ) from None
        # Whoever held it may have removed it between our opening and our lock.
        with contextlib.suppress(OSError):
            if os.path.samestat(os.fstat(number), lock.stat()):
                _sign(number)
                return number
        os.close(number)


def _sign(number: int) -> None:
    """Write down who holds the lock; on a full disk it is held without a name."""
    name = f"process {os.getpid()} on {platform.node() or 'this machine'}"
    with contextlib.suppress(OSError):
        os.ftruncate(number, 0)
        os.lseek(number, 0, os.SEEK_SET)
        os.write(number, name.encode())
