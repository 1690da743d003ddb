"""Seats from many districts by D'Hondt: the nation's shares and the mean magnitude decide.

J. Flis, W. Słomczyński and D. Stolicki, "Pot and ladle: a formula for estimating the distribution
of seats under the Jefferson-D'Hondt method", Public Choice 182 (2020), 201-227: of n parties that
win seats everywhere, a party with the share w has the share w + (n w - 1) / (2 m) of the seats.
"""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.typing import NDArray

import simulator

DISTRICTS = 40_000
BALLOTS = 10**6


def districts(
    shares: tuple[float, ...], magnitudes: tuple[int, ...]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return whole votes of districts around the nation, and their magnitudes."""
    generator = np.random.default_rng(sum(magnitudes))
    weight = np.array(shares) * np.exp(0.3 * generator.standard_normal((DISTRICTS, len(shares))))
    votes = np.rint(BALLOTS * weight / weight.sum(axis=1, keepdims=True)).astype(np.int64)
    return votes, generator.choice(magnitudes, DISTRICTS)


def allocate(
    votes: NDArray[np.int64], magnitude: NDArray[np.int64], method: str
) -> NDArray[np.int64]:
    seats = np.zeros_like(votes)
    for m in np.unique(magnitude):
        here = magnitude == m
        rows = np.asfortranarray(votes[here])
        seats[here] = np.asarray(simulator.allocate_many(rows, int(m), method))
    return seats


@pytest.mark.parametrize("shares", [(0.42, 0.30, 0.18, 0.10), (0.55, 0.45), (0.3, 0.27, 0.23, 0.2)])
@pytest.mark.parametrize("magnitudes", [(40,), (20,), (16, 20, 30), (7, 10, 14)])
def test_t9_pot_and_ladle(shares: tuple[float, ...], magnitudes: tuple[int, ...]) -> None:
    votes, magnitude = districts(shares, magnitudes)
    seats = allocate(votes, magnitude, "dhondt")
    n, w = len(shares), votes / votes.sum(axis=1, keepdims=True)
    mean = w.mean(axis=0)
    share = seats.sum(axis=0) / magnitude.sum()
    formula = mean + (n * mean - 1) / (2 * magnitude.mean())
    # What is left over in a district has the mean 0 as far as remainders are uniform, which they
    # are no longer when the smallest party has a seat or none.
    left = seats - magnitude[:, None] * w
    error = left.std(axis=0) / math.sqrt(DISTRICTS) / magnitude.mean()
    # Large districts have the larger remainders of what districts weigh.
    error += (w.std(axis=0) * magnitude.std() / magnitude.mean()) / math.sqrt(DISTRICTS)
    slack = 0.002 if min(magnitudes) < 15 else 0.0
    assert (np.abs(share - formula) < 4 * error + slack).all()


def test_sainte_lague_favours_nobody() -> None:
    votes, magnitude = districts((0.42, 0.30, 0.18, 0.10), (20,))
    left = allocate(votes, magnitude, "sainte-lague") - 20 * votes / votes.sum(axis=1)[:, None]
    assert (np.abs(left.mean(axis=0)) < 4 * left.std(axis=0) / math.sqrt(DISTRICTS)).all()
