"""Single-member contests against integrals: one, several and many districts, and ties."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import integrate, stats

from benchmarks.plans import Plan, Runner
from simulator.kernels import tally
from simulator.kernels.inputs import Counts
from tests.kernels.inputs import contest_plan

DRAWS = 1 << 17


def count(plan: Plan, draws: int = DRAWS) -> Counts:
    runner = Runner(plan)
    runner.run(0, draws)
    return runner.counts


def close(wins: np.ndarray, draws: int, exact: np.ndarray) -> bool:
    """Tell whether all frequencies lie within 4.5 standard errors of their probabilities."""
    exact = np.asarray(exact)
    error = np.sqrt(exact * (1 - exact) / draws)
    return bool(np.all(np.abs(np.asarray(wins) / draws - exact) <= 4.5 * error + 2 / draws))


@pytest.mark.parametrize("delta", [-0.5, -0.1, 0.0, 0.05, 0.2, 1.0])
@pytest.mark.parametrize(("one", "two"), [(0.15, 0.4), (0.2, 0.2), (0.0, 0.3)])
def test_two_candidates(delta: float, one: float, two: float) -> None:
    """P(win) = Phi(delta / sqrt(s1^2 + s2^2))."""
    won = count(contest_plan([[delta, 0.0]], [one, two], [0, 2])).won[0]
    exact = stats.norm.cdf(delta / math.hypot(one, two))
    assert won.sum() == DRAWS
    assert close(won, DRAWS, np.array([exact, 1 - exact]))


def win_probabilities(base: np.ndarray, spread: float) -> np.ndarray:
    def density(x: float, a: int) -> float:
        others = np.delete(base, a)
        return float(
            stats.norm.pdf(x, base[a], spread) * np.prod(stats.norm.cdf(x, others, spread))
        )

    low, high = base.min() - 8 * spread, base.max() + 8 * spread
    return np.array([integrate.quad(density, low, high, (a,))[0] for a in range(base.size)])


def test_three_candidates() -> None:
    base = np.array([0.40, 0.33, 0.20])
    exact = win_probabilities(base, 0.06)
    assert exact == pytest.approx([0.79275, 0.20342, 0.00383], abs=1e-5)
    assert close(count(contest_plan([base], 0.06, [0, 1, 2])).won[0], DRAWS, exact)


@pytest.mark.parametrize("running", [3, 5, 12])
def test_equal_candidates_win_equally_often(running: int) -> None:
    won = count(contest_plan([[0.7] * running], 0.3, list(range(running)))).won[0]
    assert close(won, DRAWS, np.full(running, 1 / running))


def test_independents_are_one_entity() -> None:
    """The field of independents is counted together, and one among them wins two in three."""
    counts = count(contest_plan([[0.0] * 3], 0.3, [0, 3, 3]))
    assert counts.won[0].size == 2
    assert close(counts.won[0], DRAWS, np.array([1 / 3, 2 / 3]))
    assert np.array_equal(counts.district_seats[0][[0, 3], 1], counts.won[0])


def test_against_all_never_wins() -> None:
    """It is first in half of the draws, which is counted; the seat goes to the best candidate."""
    counts = count(contest_plan([[0.0, -5.0, 0.0]], 0.3, [0, 1, -1]))
    assert counts.won[0].tolist() == [DRAWS, 0]
    assert close(counts.flags[[tally.BARRED]], DRAWS, np.array([0.5]))


def poisson_binomial(p: np.ndarray) -> np.ndarray:
    pmf = np.ones(1)
    for one in p:
        pmf = np.convolve(pmf, [1 - one, one])
    return pmf


def test_many_districts_with_a_common_factor() -> None:
    """A Poisson-binomial mixed over the common factor: the whole distribution of seats."""
    z, rho = np.linspace(-1.2, 1.6, 29), 0.4
    nodes, weights = np.polynomial.hermite_e.hermegauss(80)
    exact = sum(
        w * poisson_binomial(stats.norm.cdf((z + math.sqrt(rho) * g) / math.sqrt(1 - rho)))
        for g, w in zip(nodes, weights / weights.sum(), strict=True)
    )
    seats = np.arange(30)
    mean = float(exact @ seats)
    spread = math.sqrt(exact @ seats**2 - mean**2)
    assert (mean, spread) == (pytest.approx(16.2008, abs=5e-5), pytest.approx(5.7069, abs=5e-5))

    draws = 1 << 18
    own = math.sqrt((1 - rho) / 2)
    plan = contest_plan(
        np.column_stack([z, np.zeros(29)]), own, [0, 2], shared=[0, 1], field_sd=math.sqrt(rho)
    )
    counted = count(plan, draws).district_seats[0, 0]
    assert close(counted, draws, exact)
    assert abs(counted @ seats / draws - mean) < 4.5 * spread / math.sqrt(draws)
    sample = math.sqrt(counted @ seats**2 / draws - (counted @ seats / draws) ** 2)
    assert abs(sample - spread) < 4.5 * spread / math.sqrt(2 * draws)


def test_ties_are_counted_and_go_to_the_first() -> None:
    """Two districts without any shock are level in every draw; a third never is."""
    plan = contest_plan([[0.5, 0.5], [0.5, 0.5], [0.5, 0.4]], 0.0, [[0, 1], [1, 0], [0, 1]])
    counts = count(plan, 1000)
    assert counts.flags[tally.DISTRICT_TIED] == 1000
    assert counts.flags[tally.DISTRICT_TIES] == 2000
    # Wins stand in the order of each ballot: entity 1 is listed first in the second district.
    assert counts.won[0].tolist() == [1000, 0, 1000, 0, 1000, 0]
    assert counts.district_seats[0][0, 2] == counts.district_seats[0][1, 1] == 1000


def test_a_tie_behind_the_winner_is_none() -> None:
    counts = count(contest_plan([[0.5, 0.5, 0.9]], 0.0, [0, 1, 2]), 512)
    assert counts.flags[tally.DISTRICT_TIES] == 0
    assert counts.won[0].tolist() == [0, 0, 512]
