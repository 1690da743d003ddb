"""The Shpilkin estimate: a slow twin, closed forms, its error, what it recovers and what not."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.errors import StationError
from simulator.forensics import Stations, estimate_anomaly, turnout_histogram
from tests.forensics.elections import Ledger, Stuffing, honest, stuffed


def of(rows: list[list[int]]) -> Stations:
    return Stations(*np.array(rows).T)


def slow(rows: list[list[int]], bins: int = 100) -> tuple[Fraction, Fraction]:
    """Return peak and anomalous votes with loops and fractions; a window of five bins."""
    others = [0] * bins
    for registered, cast, counted, leader in rows:
        others[min(int(Fraction(cast, registered) * bins), bins - 1)] += counted - leader
    windows = [sum(others[max(0, k - 2) : k + 3]) for k in range(bins)]
    best = [k for k, window in enumerate(windows) if window == max(windows)]
    peak = (best[len(best) // 2] + Fraction(1, 2)) * 100 / bins
    low = [row for row in rows if Fraction(100 * row[1], row[0]) <= peak]
    ratio = Fraction(sum(r[3] for r in low), sum(r[2] - r[3] for r in low))
    return peak, sum(r[3] for r in rows) - ratio * sum(r[2] - r[3] for r in rows)


@st.composite
def elections(draw: st.DrawFn) -> list[list[int]]:
    rows = []
    for _ in range(draw(st.integers(60, 90))):
        registered = draw(st.integers(1, 400))
        cast = draw(st.integers(0, registered))
        counted = draw(st.integers(0, cast))
        rows.append([registered, cast, counted, draw(st.integers(0, counted))])
    return rows


@given(elections())
@settings(max_examples=40)
def test_the_estimate_is_what_the_recipe_says(rows: list[list[int]]) -> None:
    try:
        best = estimate_anomaly(of(rows)).best
    except StationError:
        return
    peak, votes = slow(rows)
    assert best.peak == float(peak)
    assert best.votes == pytest.approx(float(votes), rel=1e-9, abs=1e-6)


@given(elections(), st.integers(2, 50), st.randoms(use_true_random=False))
@settings(max_examples=20)
def test_scale_and_order(rows: list[list[int]], factor: int, random: object) -> None:
    try:
        before = estimate_anomaly(of(rows))
    except StationError:
        return
    mixed = list(rows)
    random.shuffle(mixed)
    assert estimate_anomaly(of(mixed)) == before
    after = estimate_anomaly(of([[factor * x for x in row] for row in rows])).best
    assert after.ratio == pytest.approx(before.best.ratio)
    for name in ("votes", "error"):
        wanted = factor * getattr(before.best, name)
        assert getattr(after, name) == pytest.approx(wanted, rel=1e-9, abs=1e-6)
    for name in ("peak", "stations", "clean_turnout", "clean_share"):
        assert getattr(after, name) == pytest.approx(getattr(before.best, name))


@given(elections(), st.sampled_from([50, 100, 200]))
@settings(max_examples=20)
def test_histograms_add_up(rows: list[list[int]], bins: int) -> None:
    stations = of(rows)
    for weights in (stations.leader, stations.others, stations.registered):
        assert turnout_histogram(stations, weights, bins).sum() == weights.sum()


def test_exact_where_low_turnout_is_honest() -> None:
    """Honest stations in one proportion; ballots added only above the peak: recovered exactly."""
    rows = [[1000, 450, 450, 150] for k in range(40)]
    added = 0
    for k in range(40):
        rows.append([1000, 550 + k, 450 + k, 150 + k])
        added += k
    best = estimate_anomaly(of(rows)).best
    assert best.ratio == 0.5
    assert best.votes == pytest.approx(added, abs=1e-9)
    cast, counted = sum(r[1] for r in rows), sum(r[2] for r in rows)
    assert best.clean_turnout == pytest.approx((cast - added) / 80_000)
    assert best.clean_share == pytest.approx((sum(r[3] for r in rows) - added) / (counted - added))


def test_a_moved_ballot_counts_more_than_once() -> None:
    """The others' votes shrink, and the clean votes in proportion: 1 + ratio for each."""
    rows = [[1000, 450, 450, 150] for k in range(40)]
    rows += [[1000, 550 + k, 450, 150 + 10] for k in range(40)]
    assert estimate_anomaly(of(rows)).best.votes == pytest.approx(400 * 1.5)


def error_of(ledger: Ledger) -> tuple[float, float]:
    """Return the estimate less the ledger, and the same from its two known causes.

    With R the honest ratio, r the estimated one, O' the others' votes as reported:
    estimate - ledger = R * moved - (r - R) * O'.
    """
    s = ledger.stations
    best = estimate_anomaly(s).best
    reported = int(s.others.sum())
    true_others = reported + ledger.moved
    true_ratio = int(ledger.honest.sum()) / true_others
    explained = true_ratio * ledger.moved - (best.ratio - true_ratio) * reported
    return best.votes - ledger.total, explained


@pytest.mark.parametrize("how", [Stuffing(), Stuffing(extreme=0.021), Stuffing(alpha=0.7)])
def test_the_difference_to_the_ledger_has_two_causes(how: Stuffing) -> None:
    difference, explained = error_of(stuffed(11, how))
    assert difference == pytest.approx(explained, rel=1e-9)


@pytest.mark.parametrize("seed", range(6))
def test_v20_an_honest_election_has_no_anomaly(seed: int) -> None:
    stations = honest(seed).stations
    best = estimate_anomaly(stations).best
    assert abs(best.votes) < 0.01 * int(stations.cast.sum())
    assert abs(best.votes) < 3 * best.error


def test_the_error_is_the_spread_over_elections() -> None:
    found = [estimate_anomaly(honest(seed, n=1500).stations).best for seed in range(120)]
    z = np.array([best.votes / best.error for best in found])
    assert abs(z.mean()) < 4 / np.sqrt(len(z))
    assert abs(z.std(ddof=1) - 1) < 4 / np.sqrt(2 * len(z))


@pytest.mark.parametrize("seed", range(5))
def test_v20_incremental_and_extreme_stuffing_within_15_per_cent(seed: int) -> None:
    """f_i = 0.39, f_e = 0.021: the pair that the recovery is asked of."""
    ledger = stuffed(seed, Stuffing(extreme=0.021))
    best = estimate_anomaly(ledger.stations).best
    assert abs(best.votes / ledger.total - 1) < 0.15
    assert best.votes > 10 * best.error


def test_v20_incremental_stuffing_alone_is_underestimated() -> None:
    """f_i = 0.39, f_e = 0: stations of low turnout are stuffed too, so the ratio is too high.

    What is lost is known: the mean over seeds is near 0.72 of the ledger, and the reference part
    that ends ten points below the peak loses less.
    """
    shares, lower = [], []
    for seed in range(12):
        ledger = stuffed(seed, Stuffing())
        found = estimate_anomaly(ledger.stations)
        low = next(v for v in found.variants if v.bin_width == 1 and v.high == v.peak - 10)
        shares.append(found.best.votes / ledger.total)
        lower.append(low.votes / ledger.total)
    assert 0.65 < np.mean(shares) < 0.80
    assert abs(np.mean(lower) - 1) < 0.15


def test_a_giant_station_does_not_move_the_peak() -> None:
    s = honest(2, n=2000).stations
    giant = Stations(*(np.append(c, x) for c, x in zip(
        (s.registered, s.cast, s.counted, s.leader), (99_000, 95_500, 95_500, 40_000), strict=True
    )))  # fmt: skip
    assert estimate_anomaly(giant).best.peak == estimate_anomaly(s).best.peak


def test_too_few_stations() -> None:
    with pytest.raises(StationError) as caught:
        estimate_anomaly(of([[100, 50, 50, 25]] * 20))
    assert caught.value.code == "E603"
    with pytest.raises(StationError):
        estimate_anomaly(of([[100, 50, 50, 50]] * 40))


def test_variants_span_the_best() -> None:
    found = estimate_anomaly(honest(1, n=2000).stations)
    low, high = found.span("votes")
    assert low <= found.best.votes <= high
    assert len(found.variants) == 12
    assert {v.bin_width for v in found.variants} == {0.5, 1.0, 2.0}


@pytest.mark.parametrize("end", [0, -5, -10])
def test_the_error_is_that_of_the_jackknife(end: int) -> None:
    """Leave out one station after the other, with the reference part as it is."""
    s = stuffed(13, Stuffing(), n=600).stations
    found = estimate_anomaly(s)
    one = next(v for v in found.variants if (v.bin_width, v.low, v.high) == (1, 0, v.peak + end))
    part = 100 * s.cast <= one.high * s.registered
    leader, others = s.leader.sum(), s.others.sum()
    mine, theirs = s.leader[part].sum(), s.others[part].sum()
    values = np.array([
        (leader - x) - (mine - p * x) / (theirs - p * y) * (others - y)
        for x, y, p in zip(s.leader.tolist(), s.others.tolist(), part.tolist(), strict=True)
    ])  # fmt: skip
    n = len(s)
    jackknife = np.sqrt((n - 1) / n * ((values - values.mean()) ** 2).sum())
    assert one.error == pytest.approx(jackknife, rel=0.03)
