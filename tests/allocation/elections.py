"""Adversarial elections: ties, zeros, edges of thresholds, huge and tiny counts."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

MOST_VOTES = 2_000_000_000

sizes = st.integers(1, 40)
houses = st.sampled_from([1, 2, 3, 10, 29, 69, 98, 600, 1000])
kinds = st.sampled_from(["tiny", "small", "ties", "national", "huge", "steep"])
seeds = st.integers(0, 2**32 - 1)


def elections(kind: str, parties: int, seed: int, count: int = 256) -> list[list[int]]:
    """Return elections of one kind; the votes of each stay within the proved bound."""
    rng = np.random.default_rng(seed)
    if kind == "tiny":
        votes = rng.integers(0, 4, (count, parties))
    elif kind == "small":
        votes = rng.integers(0, 60, (count, parties))
    elif kind == "ties":
        few = rng.integers(1, 1_000_000, (count, 3)) * rng.integers(0, 2, (count, 3))
        votes = np.take_along_axis(few, rng.integers(0, 3, (count, parties)), axis=1)
    elif kind == "national":
        votes = rng.integers(0, 3_500_000, (count, parties))
    elif kind == "huge":
        votes = rng.integers(0, MOST_VOTES // parties, (count, parties))
    else:
        votes = (10.0 ** (rng.random((count, parties)) * 9)).astype(np.int64) // parties
    zeros = rng.random((count, parties)) < rng.choice([0.0, 0.3])
    return np.where(zeros, 0, votes).tolist()
