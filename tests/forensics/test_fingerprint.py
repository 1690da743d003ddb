"""Turnout against share, and the moments of the vote rates, against numpy and scipy."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from simulator.errors import StationError
from simulator.forensics import (
    Stations,
    examine,
    fingerprint,
    screen,
    turnout_histogram,
    vote_rates,
)
from tests.forensics.elections import Stuffing, honest, stuffed

rows = st.lists(
    st.tuples(st.integers(0, 300), st.integers(0, 300), st.integers(0, 300), st.integers(0, 300)),
    min_size=1, max_size=60,
)  # fmt: skip


@given(rows, st.sampled_from([1, 50, 100]))
@settings(max_examples=40)
def test_voters_add_up(rows: list[tuple[int, ...]], bins: int) -> None:
    stations, left_out = screen(*np.array(rows).T)
    assert len(stations) + sum(left_out.values()) == len(rows)
    found = fingerprint(stations, bins)
    counted = stations.select(stations.counted > 0)
    total = counted.registered.sum()
    assert found.voters.sum() == found.turnout.sum() == found.share.sum() == total
    assert found.stations == len(counted)
    by_turnout = turnout_histogram(counted, counted.registered, bins)
    assert found.voters.sum(axis=1).tolist() == by_turnout.tolist()


def test_bins_by_hand() -> None:
    stations = Stations([1000, 1000, 2000], [700, 699, 2000], [700, 699, 2000], [700, 0, 1000])
    found = fingerprint(stations, 10, fine=10)
    assert found.voters[7, 9] == 1000
    assert found.voters[6, 0] == 1000
    assert found.voters[9, 5] == 2000
    # The finer bins are centred: 69.9% and 70% are in the same.
    assert found.turnout.tolist() == [0, 0, 0, 0, 0, 0, 0, 2000, 0, 0, 2000]
    assert found.corner == 0


def test_fine_bins_follow_the_number_of_stations() -> None:
    assert len(fingerprint(honest(1, n=200).stations).turnout) == 101
    assert len(fingerprint(honest(1, n=6000).stations).turnout) == 201


def test_correlation_is_that_of_numpy() -> None:
    s = stuffed(3, Stuffing(), n=800).stations
    wanted = np.cov(s.cast / s.registered, s.leader / s.counted, aweights=s.registered)
    found = fingerprint(s).correlation
    assert found == pytest.approx(wanted[0, 1] / np.sqrt(wanted[0, 0] * wanted[1, 1]))
    assert fingerprint(Stations([10, 10], [5, 5], [5, 5], [2, 3])).correlation == 0


def test_stuffing_draws_the_cloud_to_the_corner() -> None:
    clean, dirty = honest(7).stations, stuffed(7, Stuffing(extreme=0.021)).stations
    assert fingerprint(clean).corner == 0
    assert abs(fingerprint(clean).correlation) < 4 / np.sqrt(10_000) * 1.4
    assert fingerprint(dirty).corner > 50
    assert fingerprint(dirty).correlation > 0.3


def test_moments_are_those_of_scipy() -> None:
    s = stuffed(5, Stuffing(extreme=0.05), n=500).stations
    used = s.select((s.leader > 0) & (s.others > 0))
    rates = np.log(used.others / used.leader)
    found = vote_rates(s)
    assert found.stations == len(used)
    assert found.skewness == pytest.approx(stats.skew(rates))
    assert found.excess_kurtosis == pytest.approx(stats.kurtosis(rates))


def test_an_honest_logit_normal_election_has_normal_rates() -> None:
    """Large stations, so that the binomial part of the spread is small."""
    found = vote_rates(honest(6, n=5000, size=20_000).stations)
    assert abs(found.skewness) < 4 * found.skewness_error
    assert abs(found.excess_kurtosis) < 4 * found.kurtosis_error
    dirty = vote_rates(stuffed(6, Stuffing(extreme=0.03), n=5000, size=20_000).stations)
    assert dirty.skewness < -10 * dirty.skewness_error
    assert dirty.excess_kurtosis > 10 * dirty.kurtosis_error


def test_too_few_or_alike() -> None:
    with pytest.raises(StationError):
        vote_rates(honest(1, n=20).stations)
    with pytest.raises(StationError):
        vote_rates(Stations([100] * 50, [50] * 50, [50] * 50, [25] * 50))


def test_what_is_missing_is_said_and_not_guessed() -> None:
    found = examine(Stations([50] * 5, [20] * 5, [0] * 5, [0] * 5))
    assert found.anomaly is None
    assert found.integers is None
    assert found.rates is None
    assert set(found.missing) == {"shpilkin", "integers", "vote_rates"}
    document = found.to_dict()
    assert document["shpilkin"] is None
    assert document["integers"] is None
    assert document["missing"] == found.missing


@pytest.mark.parametrize(
    ("columns", "word"),
    [
        (([0], [0], [0], [0]), "no registered voters"),
        (([10], [11], [9], [3]), "more ballots"),
        (([10], [9], [9], [10]), "more votes for the leader"),
        (([10], [9], [9], [-1]), "below zero"),
        (([10], [9], [9], [1.5]), "whole numbers"),
        (([10, 20], [9], [9], [1]), "differ in length"),
        (([[10]], [9], [9], [1]), "list of whole numbers"),
    ],
)
def test_impossible_stations_are_refused(columns: tuple[list[float], ...], word: str) -> None:
    with pytest.raises(StationError, match=word) as caught:
        Stations(*columns)
    assert caught.value.code == "E602"
