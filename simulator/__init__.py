"""Simulation of seat allocation: from a scenario to a summary that can be repeated.

>>> import simulator
>>> loaded = simulator.load("scenarios/kazakhstan-2023-official.yaml")
>>> loaded.scenario.name
'Kazakhstan 2023, official counts'
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator._version import __version__

if TYPE_CHECKING:
    from simulator.allocation.allocate import allocate
    from simulator.allocation.batch import SeatRows, allocate_many
    from simulator.allocation.outcome import Allocation
    from simulator.engine.attribution import attribute_irregularities
    from simulator.engine.comparison import compare
    from simulator.engine.polling import pool_polls
    from simulator.engine.rare import Rare, estimate_rare
    from simulator.engine.run import run
    from simulator.engine.stations import StationTable, simulate_stations
    from simulator.engine.sweep import sweep
    from simulator.engine.variance import Split, split_variance
    from simulator.errors import AllocationError, InvalidScenario, SimseatsError, TiedSeats
    from simulator.results.attribution import Attribution
    from simulator.results.comparison import Comparison
    from simulator.results.question import Answer, ask
    from simulator.results.run import Run
    from simulator.results.sweep import Sweep
    from simulator.scenario.load import Loaded, load, load_text
    from simulator.uncertainty import irregularities
    from simulator.uncertainty.pooled import Pool

__all__ = [
    "Allocation",
    "AllocationError",
    "Answer",
    "Attribution",
    "Comparison",
    "InvalidScenario",
    "Loaded",
    "Pool",
    "Rare",
    "Run",
    "SeatRows",
    "SimseatsError",
    "Split",
    "StationTable",
    "Sweep",
    "TiedSeats",
    "__version__",
    "allocate",
    "allocate_many",
    "ask",
    "attribute_irregularities",
    "compare",
    "estimate_rare",
    "irregularities",
    "load",
    "load_text",
    "pool_polls",
    "run",
    "simulate_stations",
    "split_variance",
    "sweep",
]  # fmt: skip

_HOMES = {
    "Allocation": "simulator.allocation.outcome",
    "AllocationError": "simulator.errors",
    "Answer": "simulator.results.question",
    "Attribution": "simulator.results.attribution",
    "Comparison": "simulator.results.comparison",
    "InvalidScenario": "simulator.errors",
    "Loaded": "simulator.scenario.load",
    "Pool": "simulator.uncertainty.pooled",
    "Rare": "simulator.engine.rare",
    "Run": "simulator.results.run",
    "SeatRows": "simulator.allocation.batch",
    "SimseatsError": "simulator.errors",
    "Split": "simulator.engine.variance",
    "StationTable": "simulator.engine.stations",
    "Sweep": "simulator.results.sweep",
    "TiedSeats": "simulator.errors",
    "allocate": "simulator.allocation.allocate",
    "allocate_many": "simulator.allocation.batch",
    "ask": "simulator.results.question",
    "attribute_irregularities": "simulator.engine.attribution",
    "compare": "simulator.engine.comparison",
    "estimate_rare": "simulator.engine.rare",
    "irregularities": "simulator.uncertainty.irregularities",
    "load": "simulator.scenario.load",
    "load_text": "simulator.scenario.load",
    "pool_polls": "simulator.engine.polling",
    "run": "simulator.engine.run",
    "simulate_stations": "simulator.engine.stations",
    "split_variance": "simulator.engine.variance",
    "sweep": "simulator.engine.sweep",
}


def __getattr__(name: str) -> Any:
    """Load a public name on first use, so that `import simulator` stays light."""
    if name not in _HOMES:
        raise AttributeError(f"module 'simulator' has no attribute {name!r}")
    from importlib import import_module

    home = import_module(_HOMES[name])
    return getattr(home, name, home)


def __dir__() -> list[str]:
    return __all__
