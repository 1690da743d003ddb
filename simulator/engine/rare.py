"""Rare events by importance sampling: the national error of one party is moved towards them.

Four fifths of the draws have the party's normal moved, and the normals behind heavy tails shrunk,
which makes large errors frequent; one fifth stays as it is (a defensive mixture: A. B. Owen, Y.
Zhou, "Safe and effective importance sampling", Journal of the American Statistical Association 95
(2000), 135-143), so no weight is above five. Move and shrinkage are those of the least error in
pilots.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from simulator.engine.execute import Draws, draw
from simulator.engine.nation import from_normals
from simulator.engine.plan import Plan, compile_plan
from simulator.engine.sampler import stream_key
from simulator.kernels.layout import BLOCK, KEPT_LANE
from simulator.results.summary import Probability
from simulator.scenario.load import Loaded, load
from simulator.vocabulary import INDEPENDENTS

PILOT = 4_096
MOVES = tuple(k / 2 for k in range(-8, 9))
SHRINKS = (1.0, 0.75, 0.55)
SEEN = 20
FINALISTS = 4
LONGER = 32_768

F64 = NDArray[np.float64]


@dataclass(frozen=True)
class Rare:
    """The probability of a rare event: moved draws beside plain ones."""

    event: str
    probability: Probability
    plain: Probability  # from as many independent draws
    move: float  # of the party's own national normal, in standard deviations
    shrink: float  # factor on the normals behind the tails
    effective: float  # effective sample size of the weights among draws with the event
    draws: int


def estimate_rare(
    scenario: str | os.PathLike[str] | Loaded, event: str, *, draws: int = 65_536
) -> Rare:
    """Estimate the probability of a rare event.

    Parameters
    ----------
    scenario
        A file, or what :func:`simulator.load` returned.
    event
        ``enters.PARTY``: the party has list seats; ``PARTY>=N``: it has at least N seats in all;
        ``PARTY<=N``: at most.
    draws
        Draws of the estimate; the pilots need some more.

    Raises
    ------
    ValueError
        For an event that cannot be read, or a national error without normals to move.

    Examples
    --------
    Baytaq had 2.2% to 3.2% in the exit polls of 19 March 2023; the threshold was 5%.

    >>> found = estimate_rare("scenarios/kazakhstan-2023.yaml", "enters.baytaq", draws=16_384)
    >>> 3e-4 < found.probability.value < 7e-4, found.probability.mcse < found.plain.mcse
    (True, True)
    """
    loaded = scenario if isinstance(scenario, Loaded) else load(scenario)
    plan = replace(compile_plan(loaded.scenario), sampler="mc")
    if not from_normals(plan.nation):
        raise ValueError("the national error of this scenario has no normals to move")
    party, happens = read_event(plan, event)
    seed = loaded.scenario.simulation.seed
    row = plan.options.index(party)
    shrinks = SHRINKS if plan.nation.freedom else SHRINKS[:1]
    tries = [(move, shrink) for shrink in shrinks for move in MOVES]
    pilots = {way: _moved(plan, seed, row, *way, PILOT, happens) for way in tries}
    # A few heavy draws can be missing from a small pilot: the best ones are tried again, longer.
    finalists = [*sorted(tries, key=lambda way: _relative(pilots[way]))[:FINALISTS], (0.0, 1.0)]
    longer = {way: _moved(plan, seed, row, *way, LONGER, happens, first=PILOT) for way in finalists}
    move, shrink = min(finalists, key=lambda way: _relative(longer[way]))
    draws = -(-draws // BLOCK) * BLOCK
    # Other draws than the pilots', so that the choice does not bias the estimate.
    start = PILOT + LONGER
    values = _moved(plan, seed, row, move, shrink, draws, happens, first=start)
    hits = int(happens(draw(plan, seed, start, draws)).sum())
    weight = values[values > 0]
    effective = float(weight.sum() ** 2 / (weight**2).sum()) if weight.size else 0.0
    error = float(values.std(ddof=1)) / math.sqrt(draws)
    estimate = Probability(float(values.mean()), error if weight.size else 3.0 / draws)
    plain = Probability.of(hits, draws)
    return Rare(event, estimate, plain, move, shrink, effective, draws)


def _relative(values: F64) -> float:
    """Return the relative error of a mean; a pilot with few events says nothing."""
    if np.count_nonzero(values) < SEEN:
        return math.inf
    return float(values.std() / values.mean())


def read_event(plan: Plan, event: str) -> tuple[str, Callable[[Draws], NDArray[np.bool_]]]:
    """Return the party of an event, and the function that finds it in draws."""
    kind, _, name = event.replace(" ", "").partition(".")
    if kind == "enters" and name in plan.parties:
        column = plan.parties.index(name)
        return name, lambda drawn: drawn.list_seats[:, column] > 0
    sign = "<=" if "<=" in event else ">="
    name, _, bar = event.replace(" ", "").partition(sign)
    if name in plan.parties and bar.isdigit():
        column, seats = plan.parties.index(name), int(bar)

        def happens(drawn: Draws) -> NDArray[np.bool_]:
            total = drawn.list_seats[:, column] + drawn.district_seats[:, column]
            return np.asarray(total <= seats if sign == "<=" else total >= seats)

        return name, happens
    known = ", ".join(plan.parties)
    raise ValueError(
        f"{event!r} is no event: write enters.PARTY, PARTY>=N or PARTY<=N; the parties are {known}"
        + ("" if INDEPENDENTS not in event else "; independents have no national error")
    )


def _moved(
    plan: Plan, seed: int, row: int, move: float, shrink: float, draws: int,
    happens: Callable[[Draws], NDArray[np.bool_]], first: int = 0,
) -> F64:  # fmt: skip
    """Return for every draw its weight where the event happens, else zero."""
    from simulator.kernels.normal import normals

    options, tails = len(plan.options), plan.nation.freedom
    push = np.zeros((options + tails, 2), np.float32)
    push[:, 0] = 1.0
    push[row, 1] = move
    push[options:, 0] = shrink
    drawn = draw(plan, seed, first, draws, push=push)
    rows = [row, *range(options, options + tails)]
    plain = np.zeros((len(rows), draws), np.float32)
    normals(plan.names.national[rows], np.uint64(first), stream_key(seed), plain)
    kept = np.arange(draws) % BLOCK % KEPT_LANE == 0
    share = float(kept[:BLOCK].mean())
    factor = push[rows, 0].astype(np.float64)
    z = plain.astype(np.float64)
    z = np.where(kept, z, factor[:, None] * z + push[rows, 1].astype(np.float64)[:, None])
    # The balance heuristic: density over the density of the mixture.
    ratio = move * z[0] - move * move / 2 - np.log(factor).sum()
    ratio -= ((1.0 / factor**2 - 1.0) @ z**2) / 2
    weight = 1.0 / (share + (1.0 - share) * np.exp(ratio))
    return np.where(happens(drawn), weight, 0.0)
