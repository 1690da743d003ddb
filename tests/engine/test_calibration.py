"""Simulation-based calibration: what the engine calls 80 per cent happens 80 times in a hundred.

Truths are drawn from the model by plain numpy, polled, and forecast by the engine from the polls;
see :mod:`tests.engine.truths` for why the forecasts are calibrated in theory. Ranks of the truths
among the draws are then uniform: S. Talts and others, arXiv 1804.06788.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from simulator.measures.calibration import chi_square, rank_histogram
from simulator.measures.chances import clopper_pearson
from tests.engine.truths import DESIGNS, DRAWS, Case, rank_truths, spherical

FEW, MANY = 40, 2000


def hits(ranks: np.ndarray, level: float = 0.8) -> int:
    """Return how many truths lie in the central part of their draws."""
    tail = round((DRAWS + 1) * (1 - level) / 2)
    return int(((ranks >= tail) & (ranks < DRAWS + 1 - tail)).sum())


@pytest.mark.parametrize("design", DESIGNS)
def test_a_few_forecasts_are_calibrated(design: str) -> None:
    for name, ranks in rank_truths(DESIGNS[design], FEW, 40).items():
        assert chi_square(rank_histogram(ranks, DRAWS, 10)).p > 0.001, name
        low, high = clopper_pearson(hits(ranks), FEW, 0.999)
        assert low < 0.8 < high, name


@pytest.mark.nightly
@pytest.mark.parametrize("design", DESIGNS)
def test_v26_many_forecasts_are_calibrated(design: str) -> None:
    for name, ranks in rank_truths(DESIGNS[design], MANY, 26).items():
        assert chi_square(rank_histogram(ranks, DRAWS, 20)).p > 0.01, name
        assert 0.75 < hits(ranks) / MANY < 0.85, name


@pytest.mark.nightly
def test_v26_who_is_too_sure_is_seen() -> None:
    """A forecast that takes its poll for four times as large as it is has the ranks of a U."""

    def boastful(generator: np.random.Generator) -> Case:
        case = spherical(generator)
        return replace(case, size=4 * case.size)

    ranks = rank_truths(boastful, 500, 26)["share"]
    histogram = rank_histogram(ranks, DRAWS, 20)
    assert chi_square(histogram).p < 1e-4
    assert hits(ranks) / 500 < 0.75
