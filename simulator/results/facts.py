"""What a run is about, in plain values: the scenario in words, and what was found beside counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from simulator.errors import Diagnostic
from simulator.results.attribution import Attribution
from simulator.results.checks import Checks
from simulator.results.closeness import Closeness
from simulator.vocabulary import INDEPENDENTS


@dataclass(frozen=True)
class Assumption:
    """One thing the result rests on: its value in words, and where it comes from."""

    about: str
    value: str
    origin: str  # "scenario", "default", "polls" or "data"
    place: str = ""  # file:line of the scenario; empty for a default


@dataclass(frozen=True)
class Alternative:
    """The district seats of the first nominee under another strength of independents."""

    label: str
    strength: float
    basis: str
    party: str
    mean: float
    region90: tuple[int, ...]
    draws: int


@dataclass(frozen=True)
class Facts:
    """What a run is about, in plain values; made by the engine from scenario and plan."""

    name: str
    chamber: str
    seed: int
    requested: int
    complete: bool
    parties: tuple[str, ...]
    options: tuple[str, ...]
    labels: Mapping[str, str]
    tiers: Mapping[str, int]
    simulated: Mapping[str, bool]  # whether the seats of a tier are drawn, not held
    rule: str
    threshold: str
    regions: tuple[tuple[str, str], ...]
    counted: bool
    majorities: Mapping[str, int]
    coalitions: Mapping[str, tuple[str, ...]]
    official: Mapping[str, Mapping[str, int]]
    official_turnout: float | None
    contests: tuple[tuple[str, str, tuple[int, ...]], ...]  # district, region, winning entities
    assumptions: tuple[Assumption, ...]
    warnings: tuple[Diagnostic, ...]
    alternatives: tuple[Alternative, ...]
    sources: tuple[str, ...]
    scenario: Mapping[str, Any]
    attribution: Attribution | None = None  # to assumed irregularities
    closeness: Closeness | None = None  # of the list tier
    comparison: Mapping[str, Any] | None = None  # the document of its `compare` block
    checks: Checks | None = None
    methods: Mapping[str, Any] | None = None  # the document of the usual methods beside the law
    file: str = ""  # name of the scenario file, without its folder; "-" is standard input
    settings: tuple[str, ...] = ()  # path=value, but for the draws and the seed

    @property
    def entities(self) -> tuple[str, ...]:
        """Parties in order, and independents."""
        return (*self.parties, INDEPENDENTS)

    @property
    def seats(self) -> int:
        """Seats of the chamber."""
        return sum(self.tiers.values())
