"""Where the uncertainty of a result comes from: variance split by layers of the model.

Pick-freeze on named streams: a layer is redrawn by giving its names other streams, everything else
keeps its own. The 2^G combinations of G layers give first-order and total-order indices (M. J. W.
Jansen, "Analysis of variance designs for model output", Computer Physics Communications 117
(1999), 35-43) and Shapley effects, which add up to one even where layers interact (A. B. Owen,
"Sobol' indices and Shapley value", SIAM/ASA Journal on Uncertainty Quantification 2 (2014)).
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator.engine.execute import Draws, draw, most_draws
from simulator.engine.nation import from_normals
from simulator.engine.plan import Plan, compile_plan
from simulator.engine.sampler import stream_key
from simulator.kernels import inputs
from simulator.scenario.load import Loaded, load
from simulator.uncertainty.streams import LAYERS, layer_of, streams
from simulator.vocabulary import INDEPENDENTS

BATCHES = 32
BINS = 32
F64 = NDArray[np.float64]


@dataclass(frozen=True)
class Index:
    """A share of the variance, with its Monte Carlo error."""

    value: float
    mcse: float


@dataclass(frozen=True)
class Split:
    """The variance of one outcome, split by layer.

    `first` is what a layer decides alone, `total` what would be left if only it stayed unknown,
    `shapley` its fair share; the Shapley effects add up to one.
    """

    outcome: str
    variance: float
    first: Mapping[str, Index]
    total: Mapping[str, Index]
    shapley: Mapping[str, Index]
    own: Index | None  # what the national error of the party itself decides, see own_share


def split_variance(
    scenario: str | os.PathLike[str] | Loaded, *, draws: int = 8_192, seed: int | None = None
) -> tuple[Split, ...]:
    """Split the variance of seats, majorities and entries by the layers of the model.

    Parameters
    ----------
    scenario
        A file, or what :func:`simulator.load` returned.
    draws
        Draws of each of the 2^G runs, G the number of layers that vary (at most six).
    seed
        Instead of that of the scenario.

    Returns
    -------
    tuple of Split
        Outcomes that vary, in order: list seats, district seats, all seats of every party, entries,
        majorities of the largest party. For every outcome the Shapley effects add up to one.

    Raises
    ------
    ValueError
        When the national error is a file of draws, which cannot be redrawn.

    Examples
    --------
    On election night in Kazakhstan, 2023, the national error of the exit polls decides most of
    Amanat's list seats and the candidates most of its district seats.

    >>> found = {s.outcome: s for s in split_variance("scenarios/kazakhstan-2023.yaml", draws=1024)}
    >>> lists, districts = found["list seats: amanat"], found["district seats: amanat"]
    >>> max(lists.shapley, key=lambda layer: lists.shapley[layer].value)
    'national'
    >>> max(districts.shapley, key=lambda layer: districts.shapley[layer].value)
    'candidate'
    """
    loaded = scenario if isinstance(scenario, Loaded) else load(scenario)
    chosen = loaded.scenario.simulation.seed if seed is None else seed
    plan = replace(compile_plan(loaded.scenario), sampler="mc")
    if most_draws(plan) is not None:
        raise ValueError("draws from outside cannot be redrawn, so their share is not known")
    bars = loaded.scenario.majorities or {"majority": loaded.scenario.seats // 2 + 1}
    draws = max(BATCHES, draws // BATCHES * BATCHES)

    def outcomes(drawn: Draws) -> dict[str, F64]:
        return measure(plan, drawn, bars)

    layers = varying_layers(plan)
    base = draw(plan, chosen, 0, draws)
    runs = _evaluate(plan, layers, chosen, draws, outcomes)
    normals = own_normals(plan, chosen, draws)
    found = []
    for name, values in outcomes(base).items():
        if values.min() == values.max() or not layers:
            continue
        by_subset = {subset: run[name] for subset, run in runs.items()}
        party = name.split(": ")[-1]
        own = own_share(values, normals[party]) if party in normals else None
        found.append(_split(name, layers, by_subset, own))
    return tuple(found)


def varying_layers(plan: Plan) -> tuple[str, ...]:
    """Return the layers that this plan draws, in the order of the model."""
    present = {layer_of(name) for group in plan.named for name in group}
    fixed = {
        "national": plan.nation.kind == inputs.FIXED,
        "region": not (plan.regions.swings or plan.regions.drawn or plan.regions.cell_sd > 0),
        "turnout": plan.nation.turnout_sd == 0 and plan.regions.turnout_sd == 0,
        "candidate": plan.contests.field_sd == 0 and not plan.contests.sd.any(),
    }
    return tuple(layer for layer in LAYERS if layer in present and not fixed.get(layer, False))


def redraw(plan: Plan, layers: frozenset[str]) -> Plan:
    """Return a plan whose names of these layers have other streams."""

    def moved(own: NDArray[np.uint32], names: Sequence[str]) -> NDArray[np.uint32]:
        away = np.array([layer_of(name) in layers for name in names], bool)
        other = streams(names, plan.salt + 1)
        return np.where(away, other, own).astype(np.uint32)

    names = plan.names
    changed = names._replace(
        national=moved(names.national, plan.named[0]),
        baseline=moved(names.baseline, plan.named[1]),
        local=moved(names.local, plan.named[2]),
    )
    nation = plan.nation
    if "national" in layers:
        nation = nation._replace(layer=other_streams(nation.layer))
    return replace(plan, names=changed, nation=nation)


def other_streams(group: Any) -> Any:
    """Return a group of arrays whose streams are others: each is hashed once more."""
    if not hasattr(group, "_replace"):
        return group
    changed = {}
    for field, value in zip(group._fields, group, strict=True):
        if isinstance(value, np.ndarray) and value.dtype == np.uint32:
            names = [f"{stream:08x}" for stream in value.ravel().tolist()]
            changed[field] = streams(names).reshape(value.shape)
        else:
            changed[field] = other_streams(value)
    return group._replace(**changed)


def own_normals(plan: Plan, seed: int, draws: int) -> dict[str, F64]:
    """Return the normals of the national error of each party, as the draws of a run have them."""
    from simulator.kernels.layout import BLOCK
    from simulator.kernels.normal import normals

    if not from_normals(plan.nation):
        return {}
    count = len(plan.options)
    filled = np.zeros((count, -(-draws // BLOCK) * BLOCK), np.float32)
    normals(plan.names.national[:count], np.uint64(0), stream_key(seed), filled)
    rows = zip(plan.options, filled[:, :draws].astype(np.float64), strict=True)
    return {name: row for name, row in rows if name in plan.parties}


def own_share(values: F64, coordinate: F64) -> Index:
    """Return the first-order index of one coordinate from the run itself, by conditional means.

    Equally likely bins of the coordinate; the noise of their means is taken off: K. Pearson's
    correlation ratio without bias (T. L. Kelley, "An unbiased correlation ratio measure",
    Proceedings of the National Academy of Sciences 21 (1935), 554-559).

    Parameters
    ----------
    values
        Outcome of every draw, shape (draws,).
    coordinate
        Standard normal of every draw, shape (draws,).
    """
    parts = zip(np.array_split(values, 8), np.array_split(coordinate, 8), strict=True)
    each = np.array([_correlation_ratio(y, x) for y, x in parts])
    return Index(float(each.mean()), float(each.std(ddof=1) / math.sqrt(len(each))))


def _correlation_ratio(values: F64, coordinate: F64) -> float:
    bins = np.empty(len(values), np.int64)
    bins[np.argsort(coordinate, kind="stable")] = np.arange(len(values)) * BINS // len(values)
    size = np.bincount(bins, minlength=BINS)
    mean = np.bincount(bins, values, BINS) / size
    within = ((values - mean[bins]) ** 2).sum() / max(1, len(values) - BINS)
    spread = values.var(ddof=1)
    return float(1 - within / spread) if spread > 0 else 0.0


def measure(plan: Plan, drawn: Draws, bars: Mapping[str, int]) -> dict[str, F64]:
    """Return the outcomes of single draws by name, each (draws,)."""
    parties = len(plan.parties)
    total = drawn.district_seats.copy()
    total[:, :parties] += drawn.list_seats
    found: dict[str, NDArray[Any]] = {}
    entities = (*plan.parties, INDEPENDENTS)
    for k, name in enumerate(plan.parties):
        found[f"list seats: {name}"] = drawn.list_seats[:, k]
    for k, name in enumerate(entities):
        found[f"district seats: {name}"] = drawn.district_seats[:, k]
    for k, name in enumerate(entities):
        found[f"seats: {name}"] = total[:, k]
    for k, name in enumerate(plan.parties):
        found[f"enters: {name}"] = drawn.list_seats[:, k] > 0
    leader = int(total[:, :parties].mean(axis=0).argmax())
    for label, seats in bars.items():
        found[f"{label}: {plan.parties[leader]}"] = total[:, leader] >= seats
    return {name: np.asarray(values, np.float64) for name, values in found.items()}


def _evaluate(
    plan: Plan, layers: Sequence[str], seed: int, draws: int,
    outcomes: Callable[[Draws], dict[str, F64]],
) -> dict[frozenset[str], dict[str, F64]]:  # fmt: skip
    """Return the outcomes when the layers of each subset are kept and the others redrawn."""
    found = {}
    for code in range(1 << len(layers)):
        kept = frozenset(layer for k, layer in enumerate(layers) if code >> k & 1)
        moved = redraw(plan, frozenset(layers) - kept)
        found[kept] = outcomes(draw(moved, seed, 0, draws))
    return found


def _split(
    name: str, layers: Sequence[str], runs: Mapping[frozenset[str], F64], own: Index | None
) -> Split:
    """Return the indices of one outcome; errors by the jackknife over batches of draws."""
    every = frozenset(layers)
    base, other = runs[every], runs[frozenset()]
    batch = np.arange(len(base)) * BATCHES // len(base)

    def sums(values: F64) -> F64:
        return np.bincount(batch, values, BATCHES).astype(np.float64)

    mean = (base.mean() + other.mean()) / 2
    spread = sums((base - mean) ** 2 + (other - mean) ** 2) / 2
    apart = {subset: sums((base - run) ** 2) / 2 for subset, run in runs.items()}

    def estimate(share: Callable[[Callable[[frozenset[str]], F64]], F64]) -> Index:
        def closed(subset: frozenset[str]) -> F64:
            if not subset:
                return np.zeros(BATCHES)
            return spread - apart[subset]

        parts = share(closed)
        whole, total = parts.sum() / spread.sum(), spread.sum()
        each = (parts.sum() - parts) / np.maximum(total - spread, 1e-300)
        error = math.sqrt((BATCHES - 1) / BATCHES * float(((each - each.mean()) ** 2).sum()))
        return Index(float(whole), error)

    return Split(
        outcome=name,
        variance=float(spread.sum() / len(base)),
        first={g: estimate(lambda closed, g=g: closed(frozenset({g}))) for g in layers},  # type: ignore[misc]
        total={g: estimate(lambda closed, g=g: spread - closed(every - {g})) for g in layers},  # type: ignore[misc]
        shapley={
            g: estimate(lambda closed, g=g: _shapley(g, layers, closed))  # type: ignore[misc]
            for g in layers
        },
        own=own,
    )


def _shapley(layer: str, layers: Sequence[str], closed: Callable[[frozenset[str]], F64]) -> F64:
    """Return the mean of what a layer adds over all orders in which layers become known."""
    others = [g for g in layers if g != layer]
    size = len(layers)
    found: F64 = np.zeros(BATCHES)
    for code in range(1 << len(others)):
        known = frozenset(g for k, g in enumerate(others) if code >> k & 1)
        weight = 1.0 / (size * math.comb(size - 1, len(known)))
        found = found + weight * (closed(known | {layer}) - closed(known))
    return found
