"""The chambers of a run as a short text that a page can count coalitions in.

Rows are sorted, a row says how many of its first numbers repeat the row before, and one party is
left out when all chambers have the same number of seats. The text has no quote, no angle bracket
and no ampersand.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.results.labelled import even_counts
from simulator.results.run import Run

ALPHABET = "".join(chr(c) for c in range(35, 127) if chr(c) not in "&'<>\\`")[:85]
LOW, HIGH = 64, 21  # digits that end a number, and that go before the end
SAMPLES = (50_000, 20_000, 10_000, 5_000, 2_000, 1_000, 500, 200)

Rows = NDArray[np.int64]


@dataclass(frozen=True)
class Joint:
    """The joint distribution of seats, as the page carries it."""

    code: str
    columns: tuple[int, ...]  # entity of each number of a row
    implied: int  # the entity that holds the rest of the seats, or -1
    seats: int
    draws: int  # draws that the counts add up to
    sampled: bool  # whether these are fewer than the run has


def write_number(value: int) -> str:
    """Return a whole number in the alphabet: short when it is small.

    >>> write_number(5), len(write_number(63)), len(write_number(64)), len(write_number(100_000))
    ('*', 1, 2, 4)
    """
    rest, last = divmod(value, LOW)
    digits = [ALPHABET[last]]
    while rest:
        rest, digit = divmod(rest, HIGH)
        digits.append(ALPHABET[LOW + digit])
    return "".join(reversed(digits))


def totals(run: Run) -> tuple[NDArray[np.int64], Rows]:
    """Return distinct chambers by all seats of each entity: counts, and a row for each."""
    counted, vectors = run.tally.chambers()
    parties = len(run.facts.parties)
    held = vectors[:, parties:].astype(np.int64)
    held[:, :parties] += vectors[:, :parties]
    rows, where = np.unique(held, axis=0, return_inverse=True)
    counts = np.zeros(len(rows), np.int64)
    np.add.at(counts, where.ravel(), counted)
    return counts, rows


def joint(run: Run, most: int) -> Joint:
    """Return the chambers of a run in at most so many letters; a sample of its draws if need be."""
    counts, rows = totals(run)
    found = encode(counts, rows, run.facts.seats, run.summary.capped)
    for draws in (n for n in SAMPLES if n < run.draws):
        if len(found.code) <= most:
            break
        found = encode(even_counts(counts, draws), rows, run.facts.seats, True)
    return found


def encode(counts: NDArray[np.int64], rows: Rows, seats: int, sampled: bool) -> Joint:
    """Return counted chambers as text."""
    counts, rows = counts[counts > 0], rows[counts > 0]
    kinds = [len(np.unique(rows[:, entity])) for entity in range(rows.shape[1])]
    order = sorted(range(rows.shape[1]), key=lambda e: (kinds[e], e))
    whole = bool((rows.sum(axis=1) == seats).all())
    implied = order.pop() if whole else -1
    columns = [e for e in order if kinds[e] > 1 or rows[0, e]]
    kept = rows[:, columns]
    sort = np.lexsort(kept.T[::-1]) if columns else np.arange(len(rows))
    text = "".join(_texts(counts[sort].tolist(), kept[sort].tolist()))
    return Joint(text, tuple(columns), implied, seats, int(counts.sum()), sampled)


def _texts(counts: Sequence[int], rows: Sequence[Sequence[int]]) -> Iterator[str]:
    before = [0] * (len(rows[0]) if rows else 0)
    for count, row in zip(counts, rows, strict=True):
        same = next((k for k, (a, b) in enumerate(zip(before, row, strict=True)) if a != b), 0)
        yield write_number(same)
        for k in range(same, len(row)):
            yield write_number(row[k] - before[k] if k == same else row[k])
        yield write_number(count)
        before = list(row)
