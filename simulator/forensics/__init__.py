"""Detectors on station results: what the pattern of a count shows, and what it cannot show.

Pure functions on the registered voters, ballots and leader's votes of polling stations, imported or
simulated. Each names its source, its assumptions and its error. A pattern is not proof.

>>> from simulator.forensics import Stations, integer_excess
>>> stations = Stations([1003] * 30, [702] * 30, [700] * 30, [333] * 30)
>>> for one in integer_excess(stations):
...     print(f"{one.kind:8}{one.observed:3} of {one.stations}, expected {one.expected:.1f}")
either   30 of 30, expected 6.9
leader    0 of 30, expected 4.3
turnout  30 of 30, expected 3.0
"""

from __future__ import annotations

from simulator.forensics.findings import Findings, examine
from simulator.forensics.fingerprint import Fingerprint, VoteRates, fingerprint, vote_rates
from simulator.forensics.integers import (
    IntegerExcess,
    integer_excess,
    resampled_integer_excess,
)
from simulator.forensics.shpilkin import Anomaly, AnomalyRange, estimate_anomaly, turnout_histogram
from simulator.forensics.stations import Stations, screen
from simulator.forensics.table import StationFile, read_stations

__all__ = [
    "Anomaly",
    "AnomalyRange",
    "Findings",
    "Fingerprint",
    "IntegerExcess",
    "StationFile",
    "Stations",
    "VoteRates",
    "estimate_anomaly",
    "examine",
    "fingerprint",
    "integer_excess",
    "read_stations",
    "resampled_integer_excess",
    "screen",
    "turnout_histogram",
    "vote_rates",
]
