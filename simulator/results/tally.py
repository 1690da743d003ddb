"""Integer counts of draws: what a chunk becomes, what adds up, what everything is drawn from."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator.kernels.inputs import Counts
from simulator.kernels.layout import CHUNK, PAD64
from simulator.vocabulary import MOST_SEATS

# Distinct chambers kept: those with the smallest hashes, which does not depend on any order.
KEPT = 32_768
SLOTS = 131_072
UNIT = 2**22
CHANCE_UNIT = 2**30
MOST_REPLICATES = 1024
NO_LIMIT = np.uint64(2**64 - 1)

FLAG_NAMES = (
    "draws",
    "list_ties",
    "nobody_passed",
    "one_passed",
    "no_votes",
    "district_tied_draws",
    "district_ties",
    "barred_first",
    "overflows",
)


@dataclass(frozen=True)
class Shape:
    """Sizes of a tally: how many of everything there are."""

    parties: int
    list_seats: int
    district_seats: int
    wins: int
    centre: tuple[float, ...]
    coalitions: tuple[tuple[int, ...], ...]  # members as 0/1 by entity
    replicates: int = 1  # more than one: draws are not independent, replicates are

    @property
    def entities(self) -> int:
        """Parties, and independents."""
        return self.parties + 1

    @property
    def seats(self) -> int:
        """Seats of the chamber."""
        return self.list_seats + self.district_seats


class Tally:
    """Counts of one or many chunks; `add` is exact, commutative and associative."""

    def __init__(self, shape: Shape) -> None:
        self.shape = shape
        self.chunks = 0
        size = len(shape.centre)
        n = shape.replicates
        self.moments: list[list[int]] = [[0] * size for _ in range(n)]
        self.squares: list[int] = [0] * size
        width = shape.parties + shape.entities
        self.counts = Counts(
            list_seats=np.zeros((n, shape.parties, shape.list_seats + 1), np.int64),
            district_seats=np.zeros((n, shape.entities, shape.district_seats + 1), np.int64),
            total_seats=np.zeros((n, shape.entities, shape.seats + 1), np.int64),
            coalition_member=np.array(shape.coalitions, np.int8).reshape(
                len(shape.coalitions), shape.entities
            ),
            coalition_seats=np.zeros((n, len(shape.coalitions), shape.seats + 1), np.int64),
            largest=np.zeros((n, shape.seats + 1), np.int64),
            won=np.zeros((n, shape.wins), np.int64),
            flags=np.zeros(len(FLAG_NAMES), np.int64),
            moments=np.zeros((n, size, PAD64)),
            squares=np.zeros((size, PAD64)),
            centre=np.array(shape.centre),
            chance_sums=np.zeros((n, shape.parties), np.int64),
            chance_squares=np.zeros(shape.parties, np.int64),
            chance_passed=np.zeros((n, shape.parties), np.int64),
            chance_draws=np.zeros(n, np.int64),
            chamber_hash=np.zeros(SLOTS, np.uint64),
            chamber_count=np.zeros(SLOTS, np.int64),
            chamber_vector=np.zeros((SLOTS, width), np.int16),
            chamber_limit=np.full(1, NO_LIMIT, np.uint64),
        )

    @property
    def draws(self) -> int:
        """Draws counted so far."""
        return int(self.counts.flags[0])

    @property
    def flags(self) -> dict[str, int]:
        """Ties and edge cases by name."""
        return dict(zip(FLAG_NAMES, map(int, self.counts.flags), strict=True))

    def close_chunk(self) -> None:
        """Move the float sums of a finished chunk, all exact, into whole numbers."""
        counts = self.counts
        sums = counts.moments.astype(np.int64).sum(axis=-1).tolist()
        for own, more in zip(self.moments, sums, strict=True):
            own[:] = [a + b for a, b in zip(own, more, strict=True)]
        for row in range(len(self.squares)):
            self.squares[row] += int(counts.squares[row].astype(np.int64).sum())
        counts.moments[:] = 0.0
        counts.squares[:] = 0.0
        self.chunks += 1
        self._keep_smallest()

    def _keep_smallest(self) -> None:
        """Keep the chambers of the smallest hashes once there are too many."""
        counts = self.counts
        used = np.flatnonzero(counts.chamber_hash)
        if used.size <= KEPT:
            return
        hashes = counts.chamber_hash[used]
        limit = np.partition(hashes, KEPT - 1)[KEPT - 1]
        keep = used[hashes <= limit]
        counted, vectors = counts.chamber_count[keep], counts.chamber_vector[keep]
        counts.chamber_hash[:] = 0
        counts.chamber_count[:] = 0
        counts.chamber_limit[0] = limit
        self._insert(counted, vectors)

    def _insert(self, counted: NDArray[np.int64], vectors: NDArray[np.int16]) -> None:
        from simulator.kernels.chunk import merge_chambers

        counts = self.counts
        merge_chambers(
            counts.chamber_hash, counts.chamber_count, counts.chamber_vector,
            counts.chamber_limit, counted, vectors, np.zeros(vectors.shape[1], np.int16),
        )  # fmt: skip

    def add(self, other: Tally) -> None:
        """Add the counts of other draws of the same plan."""
        if other.shape != self.shape:
            raise ValueError("tallies of different plans do not add up")
        mine, theirs = self.counts, other.counts
        for name in ("list_seats", "district_seats", "total_seats", "coalition_seats",
                     "largest", "won", "flags", "chance_sums", "chance_squares", "chance_passed",
                     "chance_draws"):  # fmt: skip
            getattr(mine, name)[...] += getattr(theirs, name)
        for own, more in zip(self.moments, other.moments, strict=True):
            own[:] = [a + b for a, b in zip(own, more, strict=True)]
        self.squares = [a + b for a, b in zip(self.squares, other.squares, strict=True)]
        self.chunks += other.chunks
        mine.chamber_limit[0] = min(mine.chamber_limit[0], theirs.chamber_limit[0])
        self._drop_above_limit()
        used = np.flatnonzero(theirs.chamber_hash)
        self._insert(theirs.chamber_count[used], theirs.chamber_vector[used])
        self._keep_smallest()

    def _drop_above_limit(self) -> None:
        counts = self.counts
        used = np.flatnonzero(counts.chamber_hash)
        above = counts.chamber_hash[used] > counts.chamber_limit[0]
        if above.any():
            keep = used[~above]
            counted, vectors = counts.chamber_count[keep], counts.chamber_vector[keep]
            counts.chamber_hash[:] = 0
            counts.chamber_count[:] = 0
            self._insert(counted, vectors)

    def chambers(self) -> tuple[NDArray[np.int64], NDArray[np.int16]]:
        """Return the counts (n,) and seat vectors (n, parties + entities), in canonical order."""
        counts = self.counts
        used = np.flatnonzero(counts.chamber_hash)
        vectors, counted = counts.chamber_vector[used], counts.chamber_count[used]
        order = np.lexsort(vectors.T[::-1])
        return counted[order], vectors[order]

    @property
    def capped(self) -> bool:
        """Whether more distinct chambers occurred than are kept."""
        return bool(self.counts.chamber_limit[0] != NO_LIMIT)

    def canonical(self) -> bytes:
        """Return the counts as bytes that are the same on every machine."""
        counts = self.counts
        digest = hashlib.sha256()
        seats = (counts.list_seats, counts.district_seats, counts.total_seats)
        for array in (*seats, counts.coalition_seats, counts.largest, counts.won, counts.flags):
            digest.update(np.ascontiguousarray(array, dtype="<i8").tobytes())
        # Counts that a run does not take leave its fingerprint as it was before there were any.
        taken = counts.chance_draws.any()
        for array in (counts.chance_sums, counts.chance_squares, counts.chance_passed):
            if taken:
                digest.update(np.ascontiguousarray(array, dtype="<i8").tobytes())
        sums = [m for own in self.moments for m in own]
        digest.update(repr((sums, self.squares)).encode())
        counted, vectors = self.chambers()
        digest.update(np.ascontiguousarray(counted, dtype="<i8").tobytes())
        digest.update(np.ascontiguousarray(vectors, dtype="<i2").tobytes())
        return digest.digest()

    def moment(self, row: int) -> tuple[float, float]:
        """Return mean and standard deviation of a share or a turnout."""
        n = self.draws
        if n == 0:
            return float("nan"), float("nan")
        total = sum(own[row] for own in self.moments)
        spread = (self.squares[row] - total**2 / n) / max(1, n - 1)
        return self.shape.centre[row] + total / n / UNIT, max(0.0, spread) ** 0.5 / UNIT

    def chance(self, party: int) -> tuple[float, float, int, int] | None:
        """Return a party's chance to pass given all else, its error, passes and draws.

        None when it was not estimated.
        """
        counts, n = self.counts, int(self.counts.chance_draws.sum())
        if n == 0:
            return None
        mean = int(counts.chance_sums[:, party].sum()) / n / CHANCE_UNIT
        if self.shape.replicates == 1:
            square = int(counts.chance_squares[party]) / n / CHANCE_UNIT
            error = max(0.0, square - mean * mean) ** 0.5 / n**0.5
        else:
            pairs = zip(counts.chance_sums[:, party], counts.chance_draws, strict=True)
            error = error_of_mean([int(s) / max(1, int(d)) / CHANCE_UNIT for s, d in pairs])
        return mean, error, int(counts.chance_passed[:, party].sum()), n

    def chance_passes(self, party: int) -> list[int]:
        """Return the draws of each replicate in which a party passed, where chances were taken."""
        return [int(k) for k in self.counts.chance_passed[:, party]]

    def moment_error(self, row: int) -> float:
        """Return the Monte Carlo standard error of the mean of a share or a turnout."""
        replicates = self.shape.replicates
        if replicates == 1:
            return float(self.moment(row)[1] / self.draws**0.5)
        each = self.draws / replicates
        return error_of_mean([own[row] / each / UNIT for own in self.moments])

    def to_plain(self) -> dict[str, Any]:
        """Return the tally as plain data for JSON: the same on any number of threads."""
        counts = self.counts
        used = np.flatnonzero(counts.chamber_hash)
        rows = used[np.lexsort(counts.chamber_vector[used].T[::-1])]
        arrays = {
            name: (array[rows] if len(array) == SLOTS else array).tolist()
            for name, array in counts._asdict().items()
            # Float arrays are the scratch of one chunk; hashes follow from the vectors.
            if array.dtype.kind != "f" and name != "chamber_hash"
        }
        return {
            "shape": asdict(self.shape), "chunks": self.chunks,
            "moments": [list(own) for own in self.moments], "squares": list(self.squares),
            "counts": arrays,
        }  # fmt: skip

    @classmethod
    def from_plain(cls, data: Mapping[str, Any]) -> Tally:
        """Return the tally of plain data, for reading: it is added to a fresh one, not onto.

        Chambers stand in a row instead of at their hashes, which is all that reading needs.
        """
        stated = dict(data["shape"])
        sizes = ("parties", "list_seats", "district_seats", "replicates")
        if max(stated.get(size, 1) for size in sizes) > MOST_SEATS:
            raise ValueError("the tally has more seats than a chamber")
        if not 1 <= stated.get("replicates", 1) <= MOST_REPLICATES:
            raise ValueError("the tally has no such number of replicates")
        groups = tuple(tuple(group) for group in stated.pop("coalitions"))
        tally = cls(Shape(**{**stated, "centre": tuple(stated["centre"])}, coalitions=groups))
        tally.chunks = int(data["chunks"])
        sums = data["moments"]
        # One list for all draws, where there are no replicates, in files of an earlier version.
        by_replicate = sums if sums and isinstance(sums[0], list) else [sums]
        if len(by_replicate) != tally.shape.replicates:
            raise ValueError("sums are not those of the replicates")
        tally.moments = [[int(m) for m in own] for own in by_replicate]
        tally.squares = [int(m) for m in data["squares"]]
        for name, array in tally.counts._asdict().items():
            if name not in data["counts"]:
                continue
            stored = np.array(data["counts"][name], dtype=array.dtype)
            if len(array) == SLOTS:
                array[: len(stored)] = stored.reshape(-1, *array.shape[1:])
                tally.counts.chamber_hash[: len(stored)] = 1
            else:
                array[...] = stored.reshape(array.shape)
        return tally


def error_of_mean(replicates: Sequence[float]) -> float:
    """Return the standard error of the mean of independent replicates: their SD over root n.

    >>> round(error_of_mean([1.0, 2.0, 3.0]), 12)
    0.57735026919
    """
    n = len(replicates)
    mean = sum(replicates) / n
    spread = sum((x - mean) ** 2 for x in replicates) / (n - 1)
    return float((spread / n) ** 0.5)


def members(coalition: Sequence[str], entities: Sequence[str]) -> tuple[int, ...]:
    """Return a coalition as zeros and ones by entity."""
    return tuple(1 if entity in coalition else 0 for entity in entities)


def shape_of(
    *,
    parties: Sequence[str],
    seats: Mapping[str, int],
    wins: int,
    centre: Sequence[float],
    coalitions: Mapping[str, Sequence[str]],
    replicates: int = 1,
) -> Shape:
    """Return the sizes of a tally for a plan."""
    entities = [*parties, "independents"]
    return Shape(
        len(parties), seats["list"], seats["district"], wins, tuple(float(c) for c in centre),
        tuple(members(group, entities) for group in coalitions.values()), replicates,
    )  # fmt: skip


__all__ = ["CHUNK", "KEPT", "Shape", "Tally", "error_of_mean", "members", "shape_of"]
