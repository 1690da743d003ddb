"""The same model in plain vectorised numpy, float64 throughout: a yardstick and an oracle.

Takes the inputs of :mod:`simulator.kernels.chunk` and shares no computation with it. Arrays have
one draw a row. A *source* supplies the standard normals: :class:`Generated` from numpy's own
generator, which is the honest baseline for speed, or :class:`Named`, the very normals that the
kernels use, so that results can be compared draw by draw.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from simulator.kernels.inputs import (
    ANGULAR,
    BASE_BALLOTS,
    BASE_ELECTORATE,
    BASE_PARTY_VOTES,
    DIVISOR,
    F64,
    I64,
    U32,
    Contests,
    Law,
    Layers,
    Names,
    National,
    Regions,
    Turnout,
)
from simulator.kernels.layer import Dirichlet
from simulator.kernels.layout import BLOCK
from simulator.kernels.normal import normals

Flags = NDArray[np.bool_]

BEST_CHUNK = 1024  # draws; measured: larger arrays fall out of the cache
SMALLEST_ROOT = 0.03
LARGEST_SHOCK = 40.0
SMALLEST_FACTOR = 0.03
SMALLEST_SHARE = 1e-6


class Outcome(NamedTuple):
    """Every draw, one draw a row."""

    votes: I64  # (draws, K)
    list_seats: I64  # (draws, P)
    district_seats: I64  # (draws, E)
    turnout: F64  # (draws,) ballots over electorate


class Shapes(NamedTuple):
    """How many shocks of each kind a draw needs; zero for a layer that is switched off."""

    options: int
    tails: int
    regions: int
    cells: int
    candidates: int
    drawn: bool
    swings: bool
    cell_shocks: bool
    cell_turnouts: bool


class Shocks(NamedTuple):
    """Standard normals of every draw; arrays of a layer that is switched off are empty."""

    option: F64  # (draws, K)
    tail: F64  # (draws, degrees of freedom)
    turnout: F64  # (draws,)
    field: F64  # (draws,)
    baseline: F64  # (draws, R, K)
    region_turnout: F64  # (draws, R)
    swing: F64  # (draws, R, K)
    cell: F64  # (draws, C, K)
    candidate: F64  # (draws, A)
    cell_turnout: F64  # (draws, C)


class Source(Protocol):
    """Where the randomness of a batch of draws comes from."""

    def shocks(self, names: Names, regions: Regions, shapes: Shapes, draws: int) -> Shocks:
        """Return the standard normals of the draws."""

    def gamma(self, alpha: F64, draws: int) -> F64:
        """Return gamma variables of unit scale, (draws, K)."""


class Generated:
    """Shocks in sequence from a numpy generator; every call takes the next draws."""

    def __init__(self, generator: np.random.Generator) -> None:
        self.generator = generator

    def shocks(self, names: Names, regions: Regions, shapes: Shapes, draws: int) -> Shocks:
        """Return fresh standard normals."""

        def normal(*shape: int) -> F64:
            return self.generator.standard_normal((draws, *shape))

        options = shapes.options
        return Shocks(
            option=normal(options),
            tail=normal(shapes.tails),
            turnout=normal(),
            field=normal(),
            baseline=normal(shapes.regions if shapes.drawn else 0, options),
            region_turnout=normal(shapes.regions),
            swing=normal(shapes.regions if shapes.swings else 0, options),
            cell=normal(shapes.cells if shapes.cell_shocks else 0, options),
            candidate=normal(shapes.candidates),
            cell_turnout=normal(shapes.cells if shapes.cell_turnouts else 0),
        )

    def gamma(self, alpha: F64, draws: int) -> F64:
        """Return fresh gamma variables; parameters may differ by draw."""
        return self.generator.standard_gamma(alpha, (draws, alpha.shape[-1]))


class Named:
    """The shocks of the named normals from draw `first` on, a multiple of 256."""

    def __init__(self, first: int, key: U32) -> None:
        self.first = first
        self.key = key

    def _read(self, streams: U32, draws: int) -> F64:
        padded = -(-draws // BLOCK) * BLOCK
        out = np.empty((streams.size, padded), np.float32)
        normals(np.ascontiguousarray(streams), np.uint64(self.first), self.key, out)
        return out[:, :draws].T.astype(np.float64)

    def shocks(self, names: Names, regions: Regions, shapes: Shapes, draws: int) -> Shocks:
        """Return the normals by name; later calls continue where this one ends."""
        national = self._read(names.national, draws)
        baseline = self._read(names.baseline, draws)
        local = self._read(names.local, draws)
        self.first += draws
        options = shapes.options
        turnout, swing, cell, candidate, cell_turnout = local_columns(names, regions, shapes)
        angular = national.shape[1] - 2 - shapes.tails
        return Shocks(
            option=national[:, :angular],
            tail=national[:, angular:-2],
            turnout=national[:, -2],
            field=national[:, -1],
            baseline=baseline.reshape(draws, -1, options),
            region_turnout=local[:, turnout],
            swing=local[:, swing].reshape(draws, -1, options),
            cell=local[:, cell].reshape(draws, -1, options),
            candidate=local[:, candidate],
            cell_turnout=local[:, cell_turnout],
        )

    def gamma(self, alpha: F64, draws: int) -> F64:
        """Gamma variables are not normals: there is nothing to compare draw by draw."""
        raise NotImplementedError("the named source has normals only")


def local_columns(names: Names, regions: Regions, shapes: Shapes) -> tuple[I64, ...]:
    """Return the columns of all regions: turnout, swing, cell, candidate, turnout of cells."""
    parts: list[list[NDArray[np.int64]]] = []
    for r in range(shapes.regions):
        columns = np.arange(names.local_start[r], names.local_start[r + 1])
        cells = int(regions.cell_start[r + 1] - regions.cell_start[r])
        swings = shapes.options if shapes.swings else 0
        inside = shapes.options * cells if shapes.cell_shocks else 0
        turnouts = cells if shapes.cell_turnouts else 0
        cuts = [1, 1 + swings, 1 + swings + inside, columns.size - turnouts]
        parts.append(np.split(columns, cuts))
    return tuple(np.concatenate(kind) for kind in zip(*parts, strict=True))


def shapes_of(nation: National, regions: Regions, contests: Contests, turnout: Turnout) -> Shapes:
    """Return how many shocks a draw of this plan needs."""
    return Shapes(
        options=regions.share.size,
        tails=nation.freedom if nation.kind == ANGULAR else 0,
        regions=regions.people.size,
        cells=regions.cell_people.size,
        candidates=contests.base.size,
        drawn=regions.drawn,
        swings=regions.swings,
        cell_shocks=regions.cell_sd > 0,
        cell_turnouts=turnout.sd > 0,
    )


def heavy_tails(z: F64, rate: float, scale: float) -> F64:
    """Return Wallace's monotone transform of normals to Student t of unit variance."""
    if scale == 0:
        return z
    t = np.square(z)
    t *= rate
    np.expm1(t, out=t)
    t *= scale
    np.sqrt(t, out=t)
    np.minimum(t, LARGEST_SHOCK, out=t)
    return np.copysign(t, z, out=t)


def national_multiplier(nation: National, shocks: Shocks, source: Source) -> F64:
    """Return the factor on the share of every option, (draws, K)."""
    draws, options = shocks.turnout.size, nation.ratio.size
    if isinstance(nation.layer, Dirichlet):
        alpha = nation.layer.alpha.astype(np.float64)
        return source.gamma(alpha, draws) / alpha
    if nation.kind != ANGULAR:
        return np.ones((draws, options))
    x = shocks.option
    if nation.correlated:
        x = x @ nation.mixing.astype(np.float64).T
    if nation.freedom > 0:
        chi_square = np.square(shocks.tail).sum(axis=1)
        x = x * np.sqrt((nation.freedom - 2) / chi_square)[:, None]
    root = np.maximum(SMALLEST_ROOT, 1.0 + nation.slope.astype(np.float64) * x)
    return nation.ratio.astype(np.float64) * np.square(root)


def raked_baselines(regions: Regions, z: F64) -> F64:
    """Return baselines (draws, R, K) whose weighted mean is the national one."""
    base = regions.baseline.astype(np.float64) * np.exp(np.float32(regions.baseline_sd) * z)
    weight = regions.weight.astype(np.float64)
    factor = np.ones((base.shape[0], base.shape[2]))
    for _ in range(regions.raking_steps):
        own = weight / np.matmul(base, factor[:, :, None])[:, :, 0]
        mean = np.matmul(own[:, None, :], base)[:, 0, :]
        factor = regions.share.astype(np.float64) / mean
    base *= factor[:, None, :]
    return base


def regional_swing(
    nation: National, regions: Regions, shocks: Shocks, turnout: Turnout
) -> F64 | None:
    """Return the log-swing of every region and option, (draws, R, K); None without any."""
    swing = None
    if regions.swings:
        z = shocks.swing
        along = regions.support.astype(np.float64)
        if along.any():
            z = np.sqrt(1.0 - along**2) * z + along * shocks.region_turnout[:, :, None]
        swing = regions.swing_sd.astype(np.float64) * heavy_tails(z, regions.rate, regions.scale)
    if turnout.differs:
        away = turnout_away(nation, regions, shocks)[:, :, None]
        moved = turnout.differential.astype(np.float64) * away
        swing = moved if swing is None else swing + moved
    return swing


def turnout_away(nation: National, regions: Regions, shocks: Shocks) -> F64:
    """Return how far the logit of turnout lies from the expected one, (draws, R)."""
    common = nation.turnout_sd * shocks.turnout
    own: F64 = regions.turnout_sd * shocks.region_turnout + common[:, None]
    return own


def turnout_of(nation: National, regions: Regions, shocks: Shocks, turnout: Turnout) -> F64:
    """Return the turnout of every cell, (draws, C)."""
    sizes = np.diff(regions.cell_start)
    logit = np.repeat(turnout_away(nation, regions, shocks), sizes, axis=1)
    if not turnout.logit.size:
        logit += np.repeat(regions.turnout_logit.astype(np.float64), sizes)
    else:
        logit += turnout.logit.astype(np.float64)
        if turnout.sd > 0:
            logit += turnout.sd * shocks.cell_turnout
    return 1.0 / (1.0 + np.exp(-logit))


def unit(weight: F64) -> F64:
    """Return shares: weights over their sum along the last axis."""
    return weight / weight.sum(axis=-1, keepdims=True)


def followed(kind: str, home: F64, drawn: F64, expected: F64, shock: F64) -> F64:
    """Return shares by one swing kernel: baseline and shock (draws, C, K), nation (draws, K)."""
    nation = drawn[:, None, :]
    if kind == "softmax":
        return unit(home * nation / expected * np.exp(shock))
    if kind == "logit":

        def logit(p: F64) -> F64:
            return np.log(p / (1.0 - p))

        return unit(1.0 / (1.0 + np.exp(logit(expected) - logit(home) - logit(nation) - shock)))
    if kind == "proportional":
        return unit(home * nation / expected * np.maximum(SMALLEST_FACTOR, 1.0 + shock))
    return unit(np.maximum(SMALLEST_SHARE, home + (nation - expected) + home * shock))


def cut_ballots(weight: F64, ballots: F64) -> I64:
    """Cut ballots (draws, C) at rounded cumulative shares of weight (draws, C, K)."""
    edges = np.cumsum(weight, axis=2)
    edges *= (ballots / edges[:, :, -1])[:, :, None]
    np.rint(edges, out=edges)
    np.minimum(edges, ballots[:, :, None], out=edges)
    edges[:, :, -1] = ballots
    national = edges.sum(axis=1)
    votes: I64 = np.diff(national, axis=1, prepend=0.0).astype(np.int64)
    return votes


def list_votes(
    nation: National, regions: Regions, layers: Layers, shocks: Shocks, multiplier: F64,
    swing: F64 | None,
) -> tuple[I64, I64]:  # fmt: skip
    """Return national votes (draws, K) and ballots cast (draws,)."""
    draws = multiplier.shape[0]
    if regions.drawn:
        home = raked_baselines(regions, shocks.baseline)
    else:
        home = np.tile(regions.baseline.astype(np.float64), (draws, 1, 1))
    if layers.tilt.size:
        home *= layers.tilt.astype(np.float64)
    region = np.repeat(np.arange(regions.people.size), np.diff(regions.cell_start))
    home = home[:, region, :]
    shock = np.zeros_like(home) if swing is None else swing[:, region, :]
    if regions.cell_sd > 0:
        shock = shock + regions.cell_sd * heavy_tails(shocks.cell, regions.rate, regions.scale)
    if layers.swing is None:
        weight = home * multiplier[:, None, :] * np.exp(shock)
    else:
        expected = regions.share.astype(np.float64)
        drawn = unit(expected * multiplier)
        weight = sum(
            part * followed(kind, unit(home), drawn, expected, shock)
            for kind, part in layers.swing._asdict().items()
        )
    cast = np.rint(regions.cell_people * turnout_of(nation, regions, shocks, layers.turnout))
    valid = np.rint(cast * regions.valid_share[region])
    return cut_ballots(weight, valid), cast.sum(axis=1).astype(np.int64)


def split_undecided(layers: Layers, regions: Regions, multiplier: F64, source: Source) -> F64:
    """Return the multipliers after the undecided have chosen: their weighted sum stays."""
    late = layers.undecided
    if late is None:
        return multiplier
    expected = regions.share.astype(np.float64)
    weight = expected * multiplier
    total = weight.sum(axis=1, keepdims=True)
    chosen = unit(source.gamma(late.concentration * weight / total, weight.shape[0]))
    mixed: F64 = ((1.0 - late.share) * weight + late.share * total * chosen) / expected
    return mixed


def passing_votes(law: Law, votes: I64, ballots: I64) -> tuple[I64, I64]:
    """Return the votes of lists with seats to share (0: none), and how many passed by right."""
    parties = law.held.size - 1
    party_votes = votes[:, :parties]
    if law.threshold_base == BASE_ELECTORATE:
        base = np.full(ballots.size, int(law.electorate))
    elif law.threshold_base == BASE_BALLOTS:
        base = ballots
    else:
        counted = party_votes if law.threshold_base == BASE_PARTY_VOTES else votes
        base = counted.sum(axis=1)
    have = party_votes * int(law.threshold_denominator)
    need = (base * int(law.threshold_numerator))[:, None]
    passed = (have > need) if law.threshold_strict else (have >= need)
    passed &= party_votes > 0
    count = passed.sum(axis=1)
    largest = np.arange(parties) == party_votes.argmax(axis=1)[:, None]
    admitted = np.ones_like(passed) if law.admit_all else largest
    passed = np.where((count == 0)[:, None], admitted, passed)
    return np.where(passed, party_votes, 0), count.astype(np.int64)


def largest_remainders(votes: I64, house: int) -> I64:
    """Return Hare seats (draws, P); equal remainders go to the list that comes first."""
    total = votes.sum(axis=1)
    divisor = np.maximum(total, 1)[:, None]
    seats, remainder = np.divmod(votes * house, divisor)
    left = np.where(total > 0, house - seats.sum(axis=1), 0)
    order = np.argsort(-remainder, axis=1, kind="stable")
    rank = np.argsort(order, axis=1, kind="stable")
    seats += rank < left[:, None]
    return seats


def divisor_seats(votes: I64, house: int, split: float) -> I64:
    """Return the seats of a stationary divisor method, the highest quotient each time.

    Quotients of whole numbers, correctly rounded, are in the right order and equal only when
    they are equal as fractions, while votes * (house + 1) * 2 < 2^52.
    """
    seats = np.zeros(votes.shape, np.int64)
    draw = np.arange(votes.shape[0])
    quotient = votes / split
    for _ in range(house):
        best = quotient.argmax(axis=1)
        seats[draw, best] += 1
        quotient[draw, best] = votes[draw, best] / (seats[draw, best] + split)
    seats[votes.sum(axis=1) == 0] = 0
    return seats


def seat_runner_up(law: Law, party_votes: I64, passing: I64, seats: I64, alone: Flags) -> None:
    """Apply the lone-list clause in place to the draws where one list passed alone."""
    rows = np.flatnonzero(alone)
    first = passing[rows].argmax(axis=1)
    others = party_votes[rows].copy()
    others[np.arange(rows.size), first] = 0
    second = others.argmax(axis=1)
    two = others.max(axis=1, initial=0)
    rows, first, second, two = (a[two > 0] for a in (rows, first, second, two))
    one = party_votes[rows, first]
    scale = law.lone_denominator * (one + two)
    got = law.lone_numerator * two * law.seats // scale
    got = np.minimum(np.maximum(got, law.lone_minimum), law.seats)
    seats[rows] = 0
    seats[rows, first] = law.seats - got
    seats[rows, second] = got


def list_seats(law: Law, votes: I64, ballots: I64) -> I64:
    """Return the list seats of every draw, (draws, P)."""
    passing, count = passing_votes(law, votes, ballots)
    if law.method == DIVISOR:
        seats = divisor_seats(passing, law.seats, law.rule.split)
    else:
        seats = largest_remainders(passing, law.seats)
    if law.lone_clause:
        seat_runner_up(law, votes[:, : passing.shape[1]], passing, seats, count == 1)
    return seats


def candidate_weights(
    contests: Contests, regions: Regions, layers: Layers, shocks: Shocks, multiplier: F64,
    swing: F64 | None,
) -> F64:  # fmt: skip
    """Return the log-weight of every candidate, (draws, A)."""
    draws, options = multiplier.shape
    count = regions.people.size
    shift = np.zeros((draws, count, 2 + options))
    shift[:, :, 1] = contests.field_sd * shocks.field[:, None]
    if contests.follows_list:
        shift[:, :, 2:] = np.log(multiplier)[:, None, :]
        if swing is not None:
            shift[:, :, 2:] += swing
    of_district = np.repeat(np.arange(count), np.diff(contests.start))
    home = np.repeat(of_district, np.diff(contests.candidate_start))
    weight = contests.sd * heavy_tails(shocks.candidate, contests.rate, contests.scale)
    weight += contests.base
    follows = shift.reshape(draws, -1)[:, home * (2 + options) + contests.shift]
    apart = layers.following
    if apart.option.size:
        option = np.maximum(apart.option, 0)
        own = apart.nation * np.log(multiplier)[:, option]
        if swing is not None:
            own = own + apart.region * swing[:, home, option]
        follows = np.where(apart.option >= 0, own, follows)
    weight += follows
    return weight


def district_seats(law: Law, contests: Contests, weight: F64) -> I64:
    """Return the district seats of every entity: the largest weight wins, then the listed order."""
    draws = np.arange(weight.shape[0])
    seats = np.tile(law.held, (draws.size, 1))
    weight = np.where(contests.entity >= 0, weight, -np.inf)
    for start, stop in zip(contests.candidate_start, contests.candidate_start[1:], strict=False):
        winner = start + weight[:, start:stop].argmax(axis=1)
        seats[draws, contests.entity[winner]] += 1
    return seats


def simulate(
    names: Names,
    nation: National,
    regions: Regions,
    contests: Contests,
    law: Law,
    layers: Layers,
    draws: int,
    source: Source,
) -> Outcome:
    """Simulate a batch of draws: shocks, votes, seats."""
    shapes = shapes_of(nation, regions, contests, layers.turnout)
    shocks = source.shocks(names, regions, shapes, draws)
    multiplier = national_multiplier(nation, shocks, source)
    multiplier = split_undecided(layers, regions, multiplier, source)
    swing = regional_swing(nation, regions, shocks, layers.turnout)
    votes, ballots = list_votes(nation, regions, layers, shocks, multiplier, swing)
    seats = list_seats(law, votes, ballots)
    weight = candidate_weights(contests, regions, layers, shocks, multiplier, swing)
    won = district_seats(law, contests, weight)
    return Outcome(votes, seats, won, ballots / regions.people.sum())


def simulate_in_chunks(
    names: Names,
    nation: National,
    regions: Regions,
    contests: Contests,
    law: Law,
    layers: Layers,
    draws: int,
    source: Source,
    size: int = BEST_CHUNK,
) -> Iterator[Outcome]:
    """Simulate `size` draws at a time, so that the arrays stay small."""
    for start in range(0, draws, size):
        batch = min(size, draws - start)
        yield simulate(names, nation, regions, contests, law, layers, batch, source)
