"""A run on disk while it is made: which draws are finished, and their tally.

Two lines of JSON: what the file is with the checksum of the second line, then everything. The file
is replaced as a whole, so that at any moment it is the last complete state, never half of one.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from simulator.errors import FileTrouble
from simulator.results.finished import Finished, check_ranges
from simulator.results.provenance import canonical_json
from simulator.results.tally import KEPT, SLOTS, Tally

SCHEMA = "simseats.resume/1"
SECONDS = 5.0
LARGEST = 500_000_000
DIGITS = 14  # of a count and its comma


@dataclass(frozen=True)
class Identity:
    """What must be the same for draws to go together: the program, the scenario, the seed in it."""

    program: str
    scenario: Mapping[str, Any]

    def refuse(self, other: Identity, file: Path) -> None:
        """Say what differs when the file was begun by another run.

        The number of draws may differ where it only says how many: a run can be made longer.
        """
        if other.program != self.program:
            raise FileTrouble(
                f"{file} was begun by simseats {other.program}, and this is {self.program}: draws "
                "may differ; finish it with that version, or name another file"
            )
        found = list(differences(without_draws(other.scenario), without_draws(self.scenario)))
        if found:
            path, theirs, ours = found[0]
            more = f", and {len(found) - 1} more differ" if len(found) > 1 else ""
            raise FileTrouble(
                f"{file} belongs to another run: {path} is {theirs} there and {ours} here{more}; "
                "name another file"
            )


def without_draws(scenario: Mapping[str, Any]) -> dict[str, Any]:
    """Return a scenario without its number of draws, unless the looks of `until` follow from it."""
    simulation = dict(scenario["simulation"])
    if simulation.get("until") is None:
        del simulation["draws"]
    return {**scenario, "simulation": simulation}


def differences(one: Any, other: Any, path: str = "") -> Iterator[tuple[str, str, str]]:
    """Yield where two scenarios differ: path, value there, value here.

    >>> list(differences({"a": {"b": 1}, "c": 2}, {"a": {"b": 3}, "c": 2}))
    [('a.b', '1', '3')]
    """
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        for key in sorted({*one, *other}):
            place = f"{path}.{key}" if path else str(key)
            yield from differences(one.get(key), other.get(key), place)
    elif one != other:
        yield path, _short(one), _short(other)


def _short(value: Any) -> str:
    text = "absent" if value is None else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 40 else text[:37] + "..."


@dataclass
class Look:
    """How far a run is that doubles its draws: the draws of this look, and looks that passed."""

    draws: int = 0
    passes: int = 0


@dataclass
class ResumeFile:
    """The file of a run; `open` reads it, `begin` and `save_if_due` write it."""

    path: Path
    identity: Identity
    look: Look = field(default_factory=Look)
    written: float = 0.0

    def open(self, empty: Tally) -> Finished:
        """Return what the file holds; nothing where it is not there.

        Raises
        ------
        FileTrouble
            The file belongs to another run, or is damaged.
        """
        finished = Finished(empty)
        if self.path.exists():
            if not self.path.is_file():
                raise FileTrouble(f"{self.path} is no ordinary file: name another one")
            finished = self._read(empty)
        return finished

    def begin(self, finished: Finished) -> None:
        """Write the file before the first draw: a place that cannot hold it is refused now.

        Raises
        ------
        FileTrouble
            The file cannot be written, or the disk has no room for it.
        """
        if self.written:
            return
        room, free = largest_size(finished.tally), _free(self.path)
        if free < 2 * room:
            raise FileTrouble(
                f"{self.path}: the disk has {free // 1_000_000} MB left, and the file and its "
                f"successor may take {-(-2 * room // 1_000_000)} MB"
            )
        self.save(finished)

    def save_if_due(self, finished: Finished) -> None:
        """Write the file when the last time is some seconds ago."""
        if time.monotonic() >= self.written + SECONDS:
            self.save(finished)

    def save(self, finished: Finished) -> None:
        """Write the file: a new one beside it, on the disk for certain, then in its place."""
        body = canonical_json(
            {
                "program": self.identity.program, "scenario": self.identity.scenario,
                "finished": finished.ranges, "look": [self.look.draws, self.look.passes],
                "tally": finished.tally.to_plain(),
            }
        ).encode()  # fmt: skip
        head = canonical_json({"schema": SCHEMA, "sha256": hashlib.sha256(body).hexdigest()})
        try:
            replace(self.path, head.encode() + b"\n" + body + b"\n")
        except OSError as trouble:
            kept = f"; it still holds {self._kept:,} draws" if self._kept else ""
            raise FileTrouble(
                f"{self.path} cannot be written: {trouble.strerror or trouble}{kept}"
            ) from None
        self._kept = finished.draws
        self.written = time.monotonic()

    _kept: int = 0

    def _read(self, empty: Tally) -> Finished:
        try:
            if self.path.stat().st_size > LARGEST:
                raise ValueError("it is too large")
            head, _, body = self.path.read_bytes().rstrip(b"\n").partition(b"\n")
            stated = json.loads(head)
            if not isinstance(stated, dict) or stated.get("schema") != SCHEMA:
                raise ValueError(f"its first line is not that of {SCHEMA}")
            if hashlib.sha256(body).hexdigest() != stated.get("sha256"):
                raise ValueError("its checksum is wrong")
            data = json.loads(body)
        except OSError as trouble:
            raise FileTrouble(f"{self.path} cannot be read: {trouble.strerror}") from None
        except (ValueError, RecursionError) as trouble:
            raise FileTrouble(f"{self.path} is no whole resume file: {trouble}") from None
        self.identity.refuse(Identity(data["program"], data["scenario"]), self.path)
        # Read into a table of its own and added, so that chambers stand where counting finds them.
        finished = Finished(empty, check_ranges(data["finished"]))
        finished.tally.add(Tally.from_plain(data["tally"]))
        self.look = Look(*data["look"])
        self._kept = finished.draws
        return finished


def replace(path: Path, content: bytes) -> None:
    """Put content in the place of a file in one step; raises OSError and leaves no half file."""
    path = path.resolve()
    if path.exists() and not path.is_file():
        raise OSError(0, "this is not an ordinary file")
    partial = path.with_name(f".{path.name}.part")
    try:
        with partial.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            partial.unlink(missing_ok=True)
        raise
    if os.name == "posix":
        # The new name itself is on the disk only when its folder is.
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def largest_size(tally: Tally) -> int:
    """Return the bytes that the file of a tally can take, with as many chambers as are kept."""
    width = tally.counts.chamber_vector.shape[1]
    arrays = [a for a in tally.counts if a.dtype.kind != "f" and len(a) != SLOTS]
    sums = sum(len(own) for own in tally.moments) + len(tally.squares)
    cells = sum(a.size for a in arrays) + 2 * sums
    return int(DIGITS * cells + KEPT * (DIGITS + 4 * width + 2))


def _free(path: Path) -> int:
    folder = path.resolve().parent
    try:
        return shutil.disk_usage(folder).free
    except OSError as trouble:
        why = trouble.strerror or "unknown reason"
        raise FileTrouble(f"{path} cannot be written: {why}") from None
