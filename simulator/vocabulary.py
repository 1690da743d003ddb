"""Words and limits that every room shares."""

from __future__ import annotations

from typing import Final

SCENARIO_SCHEMA: Final = "simseats/1"
RUN_SCHEMA: Final = "simseats.run/1"
LARGEST_RUN: Final = 500_000_000  # bytes of a run.json that is read
COMPARISON_SCHEMA: Final = "simseats.comparison/1"
SWEEP_SCHEMA: Final = "simseats.sweep/1"
DIGITS: Final = 10  # decimals of figures in documents

# The limits inside which allocation is proved exact; see system.law.
MOST_VOTERS: Final = 2_000_000_000
MOST_PARTIES: Final = 40
MOST_SEATS: Final = 1_000
MOST_DISTRICTS: Final = 1_000
MOST_REGIONS: Final = 1_000
MOST_CANDIDATES: Final = 20_000
MOST_STATIONS: Final = 1_000_000

# How parties, regions and districts are called in files.
KEY: Final = r"^[a-z0-9][a-z0-9_-]{0,63}$"

INDEPENDENTS: Final = "independents"
OTHERS: Final = "others"

# Ballots on which shares are counted when a scenario names neither votes nor an electorate.
NOMINAL_BALLOTS: Final = 10_000_000
