"""What a compiled plan looks like to the kernels: arrays and numbers, grouped by station.

R regions, C cells (the places where list votes are counted: regions, or their districts), K ballot
options (the P parties first, then options that never take seats), D contests, A candidates of all
contests together, E = P + 1 entities (parties, then independents). Streams are 32-bit hashes of
names; offsets are in CSR form.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulator.kernels.layer import Layer

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
U32 = NDArray[np.uint32]
U64 = NDArray[np.uint64]

FIXED, ANGULAR, LAYERED = 0, 1, 2
LARGEST_REMAINDER, DIVISOR = 0, 1
BASE_PARTY_VOTES, BASE_VALID, BASE_BALLOTS, BASE_ELECTORATE = 0, 1, 2, 3


class Names(NamedTuple):
    """Which names a block samples, in the order of its rows.

    `national`: the K options (angular layer), the squared normals of its tails, national turnout,
    the common shift of independents. `baseline`: R x K. `local`: region after region its turnout
    shock, K swings, K swings a cell, one a candidate, the turnout shock of each cell;
    `local_start` cuts them.
    """

    national: U32
    baseline: U32
    local: U32
    local_start: I64  # (R + 1,)


class National(NamedTuple):
    """The national layer: one multiplier an option and draw (fixed, angular, or `layer`)."""

    kind: int
    freedom: int  # of the chi-square that mixes the tails; 0: normal tails
    ratio: F32  # (K,) corrected share over share
    slope: F32  # (K,) c / (2 sqrt(corrected share))
    mixing: F32  # (K, K) lower Cholesky factor of the party correlation
    correlated: bool
    turnout_sd: float
    layer: Layer | None  # any other form of the error


class Regions(NamedTuple):
    """Regional layer: baselines, geographic swing, turnout, electorates."""

    baseline: F32  # (R, K) shares of valid ballots
    drawn: bool  # whether baselines are drawn around the national one
    baseline_sd: float
    weight: F32  # (R,) share of the expected national ballots, sums to one
    share: F32  # (K,) national shares to which drawn baselines are raked
    raking_steps: int
    swings: bool
    swing_sd: F32  # (K,)
    rate: float  # Wallace transform, see normal.heavy
    scale: float
    support: F32  # (K,) correlation of the swing with the regional turnout shock
    turnout_logit: F32  # (R,)
    turnout_sd: float
    valid_share: F64  # (R,) 1 - invalid
    people: F64  # (R,) electorate
    cell_start: I64  # (R + 1,)
    cell_people: F64  # (C,)
    cell_sd: float  # 0: cells have no shock of their own


class Contests(NamedTuple):
    """Single-member plurality contests, region by region."""

    start: I64  # (R + 1,) contests of a region
    candidate_start: I64  # (D + 1,)
    base: F32  # (A,) log-weights
    sd: F32  # (A,)
    shift: I64  # (A,) row of the shift: 0 none, 1 field, 2 + option the party's national and region
    entity: I64  # (A,) 0..P-1 party, P independent, -1 cannot be elected
    group: I64  # (A,) position of the entity in its contest; after the last: not electable
    winner_start: I64  # (D + 1,) distinct entities of a contest, in order of the ballot
    winner_entity: I64
    field_sd: float
    rate: float
    scale: float
    follows_list: bool  # whether any candidate needs the party shifts


class Swing(NamedTuple):
    """How a place follows the nation, where not by weights alone: parts of a mixture, sum one."""

    softmax: float
    logit: float
    proportional: float
    additive: float


class Turnout(NamedTuple):
    """Turnout of single cells, and what the turnout of a region does to shares."""

    logit: F32  # (C,) expected; (0,): every cell has the turnout of its region
    sd: float  # 0: cells have no turnout shock of their own
    differential: F32  # (K,) log-weight a logit of turnout
    differs: bool  # whether any of them is not zero


class Undecided(NamedTuple):
    """Undecided voters, whose split is Dirichlet around the decided shares."""

    share: float
    concentration: float
    streams: U32  # (K,) proposals
    accept_streams: U32  # (K,) acceptance


class Following(NamedTuple):
    """How far nominees follow their parties, where not fully."""

    option: I64  # (A,) the party, -1 where the shift of Contests applies; (0,): it always does
    nation: F32  # (A,)
    region: F32  # (A,)


NO_TILT: F32 = np.zeros((0, 0), np.float32)
AS_THE_REGION = Turnout(np.zeros(0, np.float32), 0.0, np.zeros(0, np.float32), False)
FULLY = Following(np.zeros(0, np.int64), np.zeros(0, np.float32), np.zeros(0, np.float32))


class Layers(NamedTuple):
    """What only some plans have, as the arguments of chunk.run_chunk, in order.

    None is not compiled; what is empty costs a comparison a place, and no compilation of its own.
    """

    swing: Swing | None = None
    tilt: F32 = NO_TILT  # (R, K) factors on regional baselines, or (0, 0)
    turnout: Turnout = AS_THE_REGION
    undecided: Undecided | None = None
    following: Following = FULLY


class Rule(NamedTuple):
    """An allocation rule as numbers: of largest remainders, then of divisor methods.

    See kernels/quota.py and kernels/divisor.py for their meaning.
    """

    den: float
    rounding: int
    own: float
    kind: int
    split: float
    exponent: float
    table: F64  # (seats + 4,)
    numer: U64  # (seats,)
    denom: U64  # (seats,)
    degree: int


class Law(NamedTuple):
    """The list tier and the seats that are already decided."""

    seats: int
    method: int
    rule: Rule
    threshold_numerator: float
    threshold_denominator: float
    threshold_strict: bool
    threshold_base: int
    electorate: float
    admit_all: bool  # when nobody passes: all lists (else the largest list alone)
    lone_clause: bool
    lone_numerator: int
    lone_denominator: int
    lone_minimum: int
    held: I64  # (E,) district seats that are given, not simulated


class Workspace(NamedTuple):
    """Rows of one block, one lane a draw; see chunk.workspace."""

    words: U32
    raw: F32  # (2,) scratch
    national: F32  # normals of Names.national
    local: F32  # normals of one region
    common: F32  # (1,) national turnout shock
    multiplier: F32  # (K,) national factor on the share of an option
    log_multiplier: F32  # (K,)
    shift: F32  # (2 + K,)
    baseline: F32  # (R * K,)
    rake: F32  # (K,)
    swing: F32  # (K,)
    weight: F32  # (K,) of the region
    cell: F32  # (K,) of the cell
    turnout: F32  # (2,) of the place; of the region: logit less the expected one
    votes: F64  # (K,)
    eligible: F64  # (P,)
    seats: F64  # (P,)
    key: F64  # (P,)
    scratch: F64  # (16,)
    region_ballots: F64  # (R,)
    best: F32  # (P + 2,) largest weight of each group of a contest
    who: NDArray[np.int32]  # (2,)
    district: NDArray[np.int32]  # (E,)
    total: NDArray[np.int32]  # (E,)
    state: NDArray[np.int32]  # (8,) see tally
    size: F64  # (1,)
    won: NDArray[np.int32]  # (W,)
    vector: NDArray[np.int16]  # (P + E,) no lanes
    places: F32  # (4 K,) see swing


class Record(NamedTuple):
    """Every draw of a chunk; arrays without draws when nobody asked for them."""

    whole: NDArray[np.int64]  # (K + P + E, draws) votes, list seats, district seats
    turnout: F64  # (draws,)


class Counts(NamedTuple):
    """Integer counts of one or many chunks; adding two of them is exact and order-free.

    N replicates: one for independent draws, else those of points.py.
    """

    list_seats: I64  # (N, P, seats + 1)
    district_seats: I64  # (N, E, district seats + 1)
    total_seats: I64  # (N, E, all seats + 1)
    coalition_member: NDArray[np.int8]  # (Q, E)
    coalition_seats: I64  # (N, Q, all seats + 1)
    largest: I64  # (N, all seats + 1) seats of the largest single party
    won: I64  # (N, wins) of each contest by entity, in order of winner_entity
    flags: I64  # see tally.FLAGS
    moments: F64  # (N, moments, PAD64) lane sums of fixed-point deviations of one chunk
    squares: F64
    centre: F64  # (moments,)
    chance_sums: I64  # (N, P) chances to pass the threshold, see chances.py
    chance_squares: I64  # (P,)
    chance_passed: I64  # (N, P)
    chance_draws: I64  # (N,)
    chamber_hash: NDArray[np.uint64]  # (slots,) 0 = free
    chamber_count: I64
    chamber_vector: NDArray[np.int16]  # (slots, P + E)
    chamber_limit: NDArray[np.uint64]  # (1,) chambers above it are no longer kept
