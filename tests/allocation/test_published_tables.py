"""Published and derived tables of seat biases and seat excess, against the program's own seats.

Seat biases under uniform votes: Schuster, Pukelsheim, Drton and Draper, Electoral Studies 22, 2003,
651-676; with thresholds: Schwingenschlögl and Pukelsheim, Social Choice and Welfare 27, 2006,
189-193. Moments of the seat excess for fixed votes and a random number of seats: Janson, Annals of
Operations Research 215, 2014 (arXiv 1110.6369).
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import simulator

BITS = 30
DRAWS = 400_000
HOUSE = 1000


def uniform_votes(draws: int, parties: int, share: Fraction = Fraction(0)) -> NDArray[np.int64]:
    """Return votes from the largest party, uniform on the simplex with no share below `share`.

    Gaps between sorted whole numbers are uniform; everybody first gets the least share.
    """
    generator = np.random.default_rng(20030600 + parties)
    cuts = np.sort(generator.integers(0, 2**BITS, (draws, parties - 1)), axis=1)
    gaps = np.diff(cuts, axis=1, prepend=0, append=2**BITS)
    rest = 1 - parties * share
    votes = gaps * (rest * share.denominator).numerator + share.numerator * 2**BITS
    if share:
        assert (rest * share.denominator).denominator == 1
        assert votes.min() >= share * int(votes[0].sum())
    return np.asfortranarray(-np.sort(-votes, axis=1))


def bias(
    votes: NDArray[np.int64], seats: int, method: str, **options: Any
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the average seats above the ideal share by rank, and their standard errors."""
    total = votes[0].sum()
    excess = simulator.allocate_many(votes, seats, method, **options) - votes * (seats / total)
    return np.asarray(excess.mean(axis=0)), np.asarray(excess.std(axis=0) / math.sqrt(len(votes)))


def harmonic_tail(parties: int) -> NDArray[np.float64]:
    return np.array([sum(1 / i for i in range(k, parties + 1)) for k in range(1, parties + 1)])


def agrees(
    found: tuple[NDArray[np.float64], NDArray[np.float64]], expected: Any, slack: float
) -> None:
    means, errors = found
    assert abs(means.sum()) < 1e-6
    assert (np.abs(means - np.asarray(expected)) <= 4 * errors + slack).all(), (means, errors)


# Method, split point q of the divisors s + q.
STATIONARY = {
    "adams": 0.0,
    "danish": 1 / 3,
    "sainte-lague": 1 / 2,
    "dhondt": 1.0,
    "imperiali-divisor": 2.0,
}


@pytest.mark.parametrize("parties", [2, 3, 4, 5, 6])
@pytest.mark.parametrize("method", STATIONARY)
def test_seat_biases_of_stationary_divisors(method: str, parties: int) -> None:
    q = STATIONARY[method]
    expected = (q - 0.5) * (harmonic_tail(parties) - 1)
    slack = parties**2 / (12 * HOUSE)
    if q > 1:
        # No party can have less than no seats: the smallest of l is below x seats with a chance
        # of l (l - 1) x / M, and is then spared what is left of q - 1/2.
        slack += parties * (parties - 1) * (q - 0.5) ** 2 / (2 * HOUSE)
    agrees(bias(uniform_votes(DRAWS, parties), HOUSE, method), expected, slack)


@pytest.mark.parametrize(
    "row",
    [
        (5 / 12, -1 / 12, -1 / 3),
        (0.5417, 0.0417, -0.2083, -0.3750),
        (0.6417, 0.1417, -0.1083, -0.2750, -0.4000),
        (0.7250, 0.2250, -0.0250, -0.1917, -0.3167, -0.4167),
    ],
)
def test_the_table_of_dhondt(row: tuple[float, ...]) -> None:
    parties = len(row)
    agrees(
        bias(uniform_votes(DRAWS, parties), HOUSE, "dhondt"), row, parties**2 / (12 * HOUSE) + 5e-5
    )


def test_the_table_of_dhondt_with_a_threshold() -> None:
    votes = uniform_votes(DRAWS, 6, Fraction(1, 20))
    row = (0.5075, 0.1575, -0.0175, -0.1342, -0.2217, -0.2917)
    agrees(bias(votes, HOUSE, "dhondt", threshold="5%"), row, 36 / (12 * HOUSE) + 5e-5)


@pytest.mark.parametrize("method", ["adams", "danish", "dhondt"])
@pytest.mark.parametrize("share", [Fraction(1, 50), Fraction(1, 20), Fraction(1, 10)])
def test_biases_decrease_linearly_with_the_threshold(method: str, share: Fraction) -> None:
    votes = uniform_votes(DRAWS, 4, share)
    expected = (STATIONARY[method] - 0.5) * (harmonic_tail(4) - 1) * float(1 - 4 * share)
    agrees(bias(votes, HOUSE, method), expected, 16 / (12 * HOUSE))


@pytest.mark.parametrize("parties", [2, 3, 4, 5, 6])
@pytest.mark.parametrize(("quota", "gamma"), [("hare", 0), ("droop", 1), ("hagenbach-bischoff", 1)])
def test_seat_biases_of_largest_remainders(quota: str, gamma: int, parties: int) -> None:
    expected = gamma / parties * (harmonic_tail(parties) - 1)
    found = bias(uniform_votes(DRAWS, parties), HOUSE, "largest-remainder", quota=quota)
    agrees(found, expected, parties**2 / (12 * HOUSE))


def test_the_row_of_droop() -> None:
    found = bias(uniform_votes(DRAWS, 3), HOUSE, "largest-remainder", quota="droop")
    agrees(found, (0.2778, -0.0556, -0.2222), 9 / (12 * HOUSE) + 5e-5)


@pytest.mark.parametrize("parties", [3, 4, 5, 6])
def test_the_small_bias_of_hare_in_a_small_chamber(parties: int) -> None:
    """Found numerically for this project, of the first order in 1 / seats; not seen in print."""
    seats = 30
    expected = np.full(parties, (parties + 1) / (24 * seats))
    expected[-1] = -(parties**2 - 1) / (24 * seats)
    votes = uniform_votes(2 * DRAWS, parties)
    agrees(bias(votes, seats, "largest-remainder"), expected, parties**2 / seats**2)


@pytest.mark.parametrize("seats", [1, 2, 3, 4, 7, 10, 15, 50, 69, 1000])
def test_two_parties_in_a_chamber_of_any_size(seats: int) -> None:
    """The larger party's bias, exactly: every share above one half at the same distance."""
    cells = 100_000
    larger = 2 * cells + 2 * np.arange(cells) + 1
    votes = np.asfortranarray(np.stack([larger, 4 * cells - larger], axis=1))
    odd = seats % 2 == 1
    expected = {
        "dhondt": 1 / 4 if odd else seats / (4 * (seats + 1)),
        "largest-remainder": 1 / (4 * seats) if odd else 0,
        "sainte-lague": 1 / (4 * seats) if odd else 0,
    }
    for method, value in expected.items():
        means, _ = bias(votes, seats, method)
        # Seats jump at no more than `seats` shares, each within half a cell of one that was tried.
        assert means[0] == pytest.approx(value, abs=(seats + 1) / cells)
        assert means[0] == pytest.approx(-means[1])


# Janson: shares that are linearly independent over the rationals, scaled to whole votes.
LARGEST_HOUSE = 60_000
ALL_VOTES = 10**12
SHARES = (math.sqrt(2) / 3, math.sqrt(3) / 6, math.e / 20)
JANSON = [int(share * ALL_VOTES) for share in SHARES]
JANSON.append(ALL_VOTES - sum(JANSON))
SAMPLE = [*range(1, 31), 69, 100, 577, 1000, 4999, 12_345, 30_000, 59_999, LARGEST_HOUSE]


def dhondt_of_every_house() -> NDArray[np.int64]:
    """Return seats in chambers of 1 to LARGEST_HOUSE seats, from one sorted list of quotients."""
    votes = np.repeat(np.array(JANSON), LARGEST_HOUSE)
    divisors = np.tile(np.arange(1, LARGEST_HOUSE + 1), len(JANSON))
    # The float quotients only propose an order; neighbours are then compared exactly.
    order = np.argsort(-(votes / divisors), kind="stable")[: LARGEST_HOUSE + 1]
    v, d = votes[order], divisors[order]
    assert (v[:-1] * d[1:] > v[1:] * d[:-1]).all()
    winners = order[:LARGEST_HOUSE] // LARGEST_HOUSE
    return np.cumsum(winners[:, None] == np.arange(len(JANSON)), axis=0)


def remainders_of_every_house(droop: bool) -> NDArray[np.int64]:
    """Return seats in chambers of 1 to LARGEST_HOUSE seats, by floors and sorted remainders."""
    votes = np.array(JANSON)
    houses = np.arange(1, LARGEST_HOUSE + 1)[:, None]
    if droop:
        quota = ALL_VOTES // (houses + 1) + 1
        whole, rest = votes // quota, votes % quota
    else:
        whole, rest = votes * houses // ALL_VOTES, votes * houses % ALL_VOTES
    ranks = np.argsort(np.argsort(-rest, axis=1), axis=1)
    seats = whole + (ranks < houses - whole.sum(axis=1, keepdims=True))
    assert (seats.sum(axis=1, keepdims=True) == houses).all()
    assert (np.diff(np.sort(rest, axis=1), axis=1) > 0).all()
    return seats


EVERY_HOUSE = {
    "dhondt": ("dhondt", {}, dhondt_of_every_house),
    "hare": ("largest-remainder", {}, lambda: remainders_of_every_house(False)),
    "droop": ("largest-remainder", {"quota": "droop"}, lambda: remainders_of_every_house(True)),
}
MOMENTS = {
    "dhondt": ((0.4428, 0.0774, -0.2282, -0.2920), (0.1204, 0.0972, 0.0864, 0.0851)),
    "hare": ((0, 0, 0, 0), (0.09375,) * 4),
    "droop": ((0.2214, 0.0387, -0.1141, -0.1460), (0.09375,) * 4),
}


@pytest.mark.parametrize("rule", EVERY_HOUSE)
def test_moments_of_the_seat_excess_over_all_houses(rule: str) -> None:
    method, options, every_house = EVERY_HOUSE[rule]
    seats = every_house()
    for house in SAMPLE:
        row = simulator.allocate_many([JANSON], house, method, **options)
        assert row[0].tolist() == seats[house - 1].tolist(), house
    houses = np.arange(1, LARGEST_HOUSE + 1)[:, None]
    excess = seats - houses * (np.array(JANSON) / ALL_VOTES)
    means, variances = MOMENTS[rule]
    assert excess.mean(axis=0) == pytest.approx(means, abs=5e-4)
    assert excess.var(axis=0) == pytest.approx(variances, abs=5e-4)


def test_the_moments_are_those_of_the_formulas() -> None:
    """Divisors s + q: mean (q - 1/2)(l w - 1), variance (1 + (l - 2) w^2) / 12.

    Quotas V / (n + gamma): mean gamma (w - 1/l), variance (l - 1)(l + 2) / (12 l^2).
    """
    w, size = np.array(JANSON) / ALL_VOTES, len(JANSON)
    assert MOMENTS["dhondt"][0] == pytest.approx((size * w - 1) / 2, abs=6e-5)
    assert MOMENTS["dhondt"][1] == pytest.approx((1 + (size - 2) * w**2) / 12, abs=6e-5)
    assert MOMENTS["droop"][0] == pytest.approx(w - 1 / size, abs=6e-5)
    assert MOMENTS["hare"][1][0] == (size - 1) * (size + 2) / (12 * size**2)
