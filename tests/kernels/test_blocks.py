"""Draws do not depend on how they are cut: into calls, or into blocks of lanes."""

from __future__ import annotations

import hashlib
import itertools
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from benchmarks.plans import Runner, run_every_draw
from simulator.kernels.inputs import Counts
from simulator.kernels.jit import source_key
from tests.kernels.inputs import COUNTRIES

DRAWS = 4096
ROOT = Path(__file__).parents[2]
NAMES = ("flagship", "sainte-lague", "alone")

# Patches the layout before any kernel is imported, then prints a digest of every draw.
PATCHED = """
import sys
from simulator.kernels import layout
layout.BLOCK = int(sys.argv[1])
layout.PAD32, layout.PAD64 = layout.BLOCK + 16, layout.BLOCK + 8
from tests.kernels.test_blocks import digest
for name in sys.argv[2:]:
    print(digest(name))
"""


def counted(name: str, *cuts: int) -> Counts:
    runner = Runner(COUNTRIES[name].plan())
    for first, stop in itertools.pairwise(cuts):
        runner.run(first, stop - first)
    return runner.counts


def chambers(counts: Counts) -> dict[tuple[int, ...], int]:
    slots = np.flatnonzero(counts.chamber_count)
    return {tuple(counts.chamber_vector[s]): int(counts.chamber_count[s]) for s in slots}


def digest(name: str) -> str:
    """Return the digest of every draw: from draw 256 on, and not a whole number of blocks."""
    outcome = run_every_draw(COUNTRIES[name].plan(), 256, 2500)
    return hashlib.sha256(b"".join(np.ascontiguousarray(a).tobytes() for a in outcome)).hexdigest()


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "cuts", [(0, 256, 1024, DRAWS), (0, 1024, DRAWS), (0, 2048, DRAWS), (0, 3840, DRAWS)]
)
def test_chunks_add_up(name: str, cuts: tuple[int, ...]) -> None:
    whole, parts = counted(name, 0, DRAWS), counted(name, *cuts)
    for field in Counts._fields:
        if field.startswith("chamber_") or field in ("moments", "squares"):
            continue
        assert np.array_equal(getattr(whole, field), getattr(parts, field)), field
    # Sums of whole numbers below 2^53: exact in any order.
    assert np.array_equal(whole.moments.sum(axis=2), parts.moments.sum(axis=2))
    assert np.array_equal(whole.squares.sum(axis=1), parts.squares.sum(axis=1))
    assert chambers(whole) == chambers(parts)
    assert sum(chambers(whole).values()) == DRAWS


def test_lanes_beyond_the_last_draw_are_not_counted() -> None:
    """1000 draws are the first 1000 of 1024."""
    plan = COUNTRIES["flagship"].plan()
    some, more = run_every_draw(plan, 0, 1000), run_every_draw(plan, 0, 1024)
    for one, other in zip(some, more, strict=True):
        assert np.array_equal(one, other[:1000])
    counts = counted("flagship", 0, 1000)
    assert counts.flags[0] == counts.largest.sum() == sum(chambers(counts).values()) == 1000


def test_another_key_gives_other_draws() -> None:
    plan = COUNTRIES["flagship"].plan()
    other = run_every_draw(plan, 0, 256, np.array([20230319, 2], np.uint32))
    assert not np.array_equal(other.votes, run_every_draw(plan, 0, 256).votes)


def test_width_of_a_block_does_not_matter(pytestconfig: pytest.Config) -> None:
    """The same bits from blocks of 1024 lanes, started at a draw that they do not divide.

    Compiled code must not be shared between widths, so the other has a cache folder of its own.
    """
    cache = pytestconfig.cache
    assert cache is not None
    folder = cache.mkdir(f"kernels-{source_key()}-1024")
    process = subprocess.run(
        [sys.executable, "-c", PATCHED, "1024", *NAMES], cwd=ROOT, check=False, text=True,
        env={**os.environ, "NUMBA_CACHE_DIR": str(folder), "PYTHONPATH": str(ROOT)},
        capture_output=True,
    )  # fmt: skip
    assert process.returncode == 0, process.stderr
    assert process.stdout.split() == [digest(name) for name in NAMES]
