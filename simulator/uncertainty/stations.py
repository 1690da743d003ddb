"""Simulated polling stations compiled for the kernels: sizes by plan, names of their shocks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator.kernels.stations import Stations
from simulator.uncertainty.operators import ALPHA, SIGMA, Cell
from simulator.uncertainty.precise import log, sqrt
from simulator.uncertainty.priors import exp, normal_quantiles
from simulator.uncertainty.streams import streams

# E logistic(sqrt(1 + s^2 pi / 8) l + s z) is close to logistic(l): D. J. C. MacKay, 1992.
_PI_OVER_8 = 0.39269908169872414


def sizes(people: int, count: int, cv: float) -> NDArray[np.int64]:
    """Return the voters of the stations of a place: log-normal quantiles that add up.

    Examples
    --------
    >>> sizes(3000, 3, 0.6).tolist()
    [533, 910, 1557]
    """
    spread = sqrt(log(1.0 + cv * cv)) if cv > 0 else 0.0
    weights = exp(spread * normal_quantiles((np.arange(count) + 0.5) / count))
    below = np.add.accumulate(weights)
    edges = np.floor(below / below[-1] * people + 0.5)
    edges[-1] = people
    found: NDArray[np.int64] = np.diff(edges, prepend=0.0).astype(np.int64)
    return found


def station_names(cells: Sequence[Cell], options: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the names of turnout and of support in the stations of each cell."""
    turnout = [f"station/{cell.id}/turnout" for cell in cells]
    return turnout, [f"station/{cell.id}/{name}" for cell in cells for name in options]


def operator_names(operators: Sequence[Any], cells: Sequence[Cell]) -> tuple[list[str], list[str]]:
    """Return the names of what operators draw in a station: the class, then two sizes."""
    stems = [f"irregularities/{o.id}/station/{cell.id}" for o in operators for cell in cells]
    chosen = [f"{stem}/class" for stem in stems]
    return chosen, [f"{stem}/{part}" for stem in stems for part in ("made", "taken")]


def compile_stations(
    cells: Sequence[Cell],
    options: Sequence[str],
    operators: Sequence[Any],
    *,
    size_cv: float,
    turnout_sd: float,
    support_sd: float,
    salt: int,
) -> Stations:
    """Return the stations of all cells."""
    turnout, support = station_names(cells, options)
    chosen, strength = operator_names(operators, cells)
    count, width = len(operators), len(cells)
    powers = [
        int(o.alpha is None or o.alpha == ALPHA) * 2 if o.kind == "klimek" else 0 for o in operators
    ]
    return Stations(
        start=np.cumsum([0, *(cell.stations for cell in cells)]).astype(np.int64),
        people=np.concatenate(
            [np.zeros(0, np.int64)]
            + [sizes(cell.people, cell.stations, size_cv) for cell in cells if cell.stations]
        ).astype(np.float64),
        turnout_sd=turnout_sd,
        stretch=sqrt(1.0 + _PI_OVER_8 * turnout_sd * turnout_sd),
        support_sd=support_sd,
        turnout=streams(turnout, salt),
        support=streams(support, salt).reshape(width, len(options)),
        chosen=streams(chosen, salt).reshape(count, width),
        strength=streams(strength, salt).reshape(count, width, 2),
        power=np.array(powers, np.int64),
        sigma=np.array([SIGMA if o.sigma is None else o.sigma for o in operators], np.float32),
        rate=np.array([(o.stations_per_bus or 1) / 1000.0 for o in operators], np.float32),
    )
