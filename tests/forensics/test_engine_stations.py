"""The detectors on stations that the engine simulates: honest ones pass, stuffed ones do not."""

from __future__ import annotations

from functools import cache

import pytest

from simulator.engine.stations import StationTable, simulate_stations
from simulator.forensics import Stations, estimate_anomaly, integer_excess
from simulator.scenario.load import load_text

COUNTRY = """schema: simseats/1
name: Country of stations
parties: {{leader: 50%, second: 30%, third: 20%}}
tiers: {{list: {{seats: 100}}}}
electorate:
  registered: 12_000_000
  turnout: 45%
  stations: {{total: 10_000, size_cv: 0.6, turnout_sd: 0.3, support_sd: 0.3}}
uncertainty: fixed
irregularities:
  mode: forward
  operators:
    - id: stuffing
      kind: klimek
      level: station
      beneficiary: leader
      incremental: {fi}
      extreme: {fe}
      theta: 0.2
      alpha: 2
      basis: "assumption of this test"
"""


@cache
def stations(fi: float, fe: float) -> StationTable:
    return simulate_stations(load_text(COUNTRY.format(fi=fi, fe=fe)), draw=3)


def as_counts(table: StationTable) -> Stations:
    kept = table.valid > 0
    leader = table.votes[:, table.options.index("leader")]
    return Stations(table.registered[kept], table.ballots[kept], table.valid[kept], leader[kept])


def test_honest_stations_do_not_trip_the_detectors() -> None:
    counts = as_counts(stations(0.0, 0.0))
    for excess in integer_excess(counts):
        assert abs(excess.observed - excess.expected) < 3 * excess.sd
    assert abs(estimate_anomaly(counts).best.votes) < 0.01 * counts.cast.sum()


def test_stuffed_stations_do_and_the_ledger_is_found() -> None:
    """With a few extreme stations the estimate comes within 15% of what was added and moved."""
    table = stations(0.39, 0.021)
    ledger = table.manufactured.sum() + table.stolen.sum()
    found = estimate_anomaly(as_counts(table)).best
    assert found.votes == pytest.approx(ledger, rel=0.15)
    assert found.votes > 10 * found.error
