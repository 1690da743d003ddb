"""Irregularities as operators on whole ballots: stuffing, moving, removing, for a block of draws.

An operator adds ballots of non-voters, moves votes of its victims to its beneficiary, or removes
votes; each kind of the scenario language is one combination of the three. Forward and inverse are
the same loops: the inverse divides the intensity x by 1 - x and turns the sign. Every amount is
rounded to whole ballots before it is used, so ballots stay whole and none is lost or made by
rounding; an amount of zero leaves every bit as it was.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulator.kernels.electorate import whole
from simulator.kernels.elementary import exp32
from simulator.kernels.inputs import F32, F64, I64, U32
from simulator.kernels.jit import kernel
from simulator.kernels.layout import BLOCK, PAD32, PAD64
from simulator.kernels.normal import fill_normals, fill_uniforms

I8 = NDArray[np.int8]

PLAIN, MIXTURE, BINOMIAL, POISSON, REWRITE = range(5)
ADD_NONE, ADD_SHARE, ADD_COUNT, ADD_TARGET, ADD_NEXT = range(5)
MOVE_NONE, MOVE_SHARE, MOVE_LIFT, MOVE_NEXT = range(4)
CUT_NONE, CUT_VOTES, CUT_ALL = range(3)

# Columns of a table of knobs: two probabilities or amounts, then the moments of the intensities
# in an incremental and in an extreme station, then the parameters of their laws.
KNOBS = 14
FIRST, SECOND, INCREMENTAL, EXTREME, SCALE, SHAPE = 0, 1, 2, 7, 12, 13
# Rows of an operator in Rows.intensity.
MADE, MADE_SPREAD, TAKEN, TAKEN_SPREAD, ALONG, ACROSS = range(6)
INTENSITIES = 6

POINTS = 865
_LOWEST = np.float32(6.75)
_PER_SD = np.float32(64.0)
_MOST = np.float32(0.999)
_ZERO = np.float32(0.0)
_ONE = np.float32(1.0)
_FEWEST = 1.0e-12
_TRIAL = np.uint32(24)
# A Poisson number of mean 64 is never so large; MOST_MEAN keeps exp(-mean) a normal float32.
_MOST_COUNTED = 400
MOST_MEAN = 64.0
_LEAST_LOG, _MOST_LOG = np.float32(-80.0), np.float32(80.0)


class Operators(NamedTuple):
    """O operators on C cells; contests are cut into slots: their groups, then who is barred."""

    kind: I64  # (O,) law of the intensity over stations
    add: I64  # (O,)
    move: I64  # (O,)
    cut: I64  # (O,)
    active: I64  # (O,) zero switches an operator off
    station: I64  # (O,) whether it acts on simulated stations
    on_list: I64  # (O,)
    on_district: I64  # (O,)
    sign: float  # 1 forward, -1 inverse
    own: I64  # (O,) option that benefits, -1: nobody
    victim: I8  # (O, K)
    takes: I64  # (O,) whether the first knob is the share taken, not the share made
    step: F64  # (O,) of rewritten protocols
    linked: I64  # (O,) whether what is taken is a power of what is made
    visit: F64  # (O,) ballots of a bus at one station; of all its stations at a larger place
    extra: F64  # (O,) supplementary list as a share of the electorate
    const: F32  # (O, KNOBS) values of fixed knobs
    drawn: I64  # (O, 3) whether a knob has a prior
    stream: U32  # (O, 3) names of the priors
    table: F32  # (O, KNOBS, POINTS) values by the normal of the knob
    place: I64  # (O, C) whether the operator acts in the cell
    scale: F32  # (O, C) from the knob to ballots or expected buses
    parts: I64  # (O, C) of a Poisson number
    root: F32  # (O, C) 1 / sqrt(stations of the place), 0 without noise
    noise: U32  # (O, C, 2)
    slot_start: I64  # (D + 1,)
    slot_victim: I8  # (O, slots)
    slot_own: I64  # (O, D) slot of the beneficiary in the contest, -1: not standing
    slot_entity: I64  # (slots,) entity, E for who is barred
    slot_entities: int  # E + 1
    slot_alone: I64  # (slots,) whether the group is one candidate
    option: I64  # (K,) 0, 1, 2, ...
    contested: int  # whether an operator acts on single-member contests


class Rows(NamedTuple):
    """What one thread needs for the operators of one block; ledgers only when draws are kept."""

    intensity: F32  # (O * INTENSITIES,)
    knob: F32  # (O * KNOBS,)
    made: F32  # (cells of the widest region * O,)
    taken: F32
    raw: F32  # (4,)
    words: U32
    votes: F64  # (K,) of the cell
    cast: F64  # (1,)
    turnout: F32  # (cells of the widest region,) before any operator
    scratch: F64  # (8,)
    sums: F32  # (slots of the widest contest,)
    group: F64  # votes of whole groups
    best: F64  # votes of their strongest candidates
    final: F64  # what decides
    touched: F64  # (1,)
    infeasible: F64  # (1,)
    booked: F64  # (O * 3 * K,)
    booked_district: F64  # (O * 3 * (E + 1),)
    ledger: I64  # (O, 3, K, draws) or no draws
    ledger_district: I64  # (O, 3, E + 1, draws)
    impossible: NDArray[np.int8]  # (draws,)


def rows_for(operators: Operators, options: int, entities: int, widest: int, draws: int) -> Rows:
    """Return the rows of one block; `widest` is the largest number of cells of a region."""
    count = operators.kind.shape[0]
    slots = int(np.diff(operators.slot_start).max(initial=1))

    def rows32(n: int) -> F32:
        return np.zeros((n, PAD32), np.float32)

    def rows64(n: int) -> F64:
        return np.zeros((n, PAD64), np.float64)

    return Rows(
        intensity=rows32(count * INTENSITIES), knob=rows32(count * KNOBS),
        made=rows32(widest * count), taken=rows32(widest * count), raw=rows32(4),
        words=np.zeros(BLOCK, np.uint32), votes=rows64(options), cast=rows64(1),
        turnout=rows32(widest),
        scratch=rows64(8), sums=rows32(slots), group=rows64(slots), best=rows64(slots),
        final=rows64(slots), touched=rows64(1), infeasible=rows64(1),
        booked=rows64(count * 3 * options if draws else 0),
        booked_district=rows64(count * 3 * (entities + 1) if draws else 0),
        ledger=np.zeros((count, 3, options, draws), np.int64),
        ledger_district=np.zeros((count, 3, entities + 1, draws), np.int64),
        impossible=np.zeros(draws, np.int8),
    )  # fmt: skip


@kernel
def look_up(out, row, table, o, column, raw):
    """Fill a row with the values of a knob at the normals of raw row 0, by linear pieces."""
    for lane in range(BLOCK):
        at = (raw[0, lane] + _LOWEST) * _PER_SD
        at = min(max(at, _ZERO), np.float32(POINTS - 1.001))
        low = np.int64(at)
        below = table[o, column, low]
        out[row, lane] = below + (at - np.float32(low)) * (table[o, column, low + 1] - below)


@kernel
def draw_knobs(knob, raw, words, o, const, drawn, stream, table, first, key):
    """Fill the knobs of an operator: fixed, or from the named normal of their prior."""
    for part in range(3):
        begin = part if part < 2 else INCREMENTAL
        end = part + 1 if part < 2 else KNOBS
        if drawn[o, part] != 0:
            fill_normals(raw, 0, words, first, stream[o, part], np.uint32(0), key)
            for column in range(begin, end):
                look_up(knob, o * KNOBS + column, table, o, column, raw)
        else:
            for column in range(begin, end):
                value = const[o, column]
                for lane in range(BLOCK):
                    knob[o * KNOBS + column, lane] = value


@kernel
def mix_classes(intensity, knob, o):
    """Fill means, spreads and correlation of made and taken shares of one station.

    Spreads are SD / (3 mean), which is what :func:`spread_over_stations` divides by sqrt(n).
    """
    k, at = o * KNOBS, o * INTENSITIES
    for lane in range(BLOCK):
        often, rarely = knob[k + FIRST, lane], knob[k + SECOND, lane]
        made = often * knob[k + INCREMENTAL, lane] + rarely * knob[k + EXTREME, lane]
        taken = often * knob[k + INCREMENTAL + 1, lane] + rarely * knob[k + EXTREME + 1, lane]
        made2 = often * knob[k + INCREMENTAL + 2, lane] + rarely * knob[k + EXTREME + 2, lane]
        taken2 = often * knob[k + INCREMENTAL + 3, lane] + rarely * knob[k + EXTREME + 3, lane]
        both = often * knob[k + INCREMENTAL + 4, lane] + rarely * knob[k + EXTREME + 4, lane]
        one = np.float32(math.sqrt(max(_ZERO, made2 - made * made)))
        two = np.float32(math.sqrt(max(_ZERO, taken2 - taken * taken)))
        product = one * two
        along = (both - made * taken) / product if product > _ZERO else _ZERO
        along = min(_ONE, max(-_ONE, along))
        intensity[at + MADE, lane] = made
        intensity[at + MADE_SPREAD, lane] = (
            one / (np.float32(3.0) * made) if made > _ZERO else _ZERO
        )
        intensity[at + TAKEN, lane] = taken
        intensity[at + TAKEN_SPREAD, lane] = (
            two / (np.float32(3.0) * taken) if taken > _ZERO else _ZERO
        )
        intensity[at + ALONG, lane] = along
        intensity[at + ACROSS, lane] = np.float32(math.sqrt(max(_ZERO, _ONE - along * along)))


@kernel
def set_intensities(intensity, knob, o, kind, takes, step):
    """Fill the intensity rows of an operator without classes of stations."""
    k, at = o * KNOBS, o * INTENSITIES
    half, square = np.float32(step / 2.0), np.float32(step * step / 3.0)
    for lane in range(BLOCK):
        value, other = knob[k + FIRST, lane], knob[k + SECOND, lane]
        mean, second = value, value * value
        if kind == BINOMIAL:
            second = value
        elif kind == REWRITE:
            mean, second = value * half, value * square
        spread = _ZERO
        if mean > _ZERO:
            variance = max(_ZERO, second - mean * mean)
            spread = np.float32(math.sqrt(variance)) / (np.float32(3.0) * mean)
        intensity[at + MADE, lane] = _ZERO if takes else mean
        intensity[at + MADE_SPREAD, lane] = _ZERO if takes else spread
        intensity[at + TAKEN, lane] = mean if takes else other
        intensity[at + TAKEN_SPREAD, lane] = spread if takes else _ZERO
        intensity[at + ALONG, lane] = _ONE
        intensity[at + ACROSS, lane] = _ZERO


@kernel
def spread_over_stations(out, row, intensity, mean, raw, normal, scale, root):
    """Fill the share of a place: a gamma variable with the moments of a mean over its stations.

    E. B. Wilson, M. M. Hilferty, "The distribution of chi-square", Proceedings of the National
    Academy of Sciences 17 (1931): the cube root is nearly normal. With h = variance / (9 mean^2)
    the cube of 1 - h + sqrt(h) z has mean 1 - h^3, and it is not negative.
    """
    for lane in range(BLOCK):
        size = intensity[mean + 1, lane] * root
        cube = max(_ZERO, _ONE - size * size + size * raw[normal, lane])
        out[row, lane] = scale * intensity[mean, lane] * (cube * cube * cube)


@kernel
def poisson(out, row, rate, rate_row, scale, parts, raw, words, name, number, visit, first, key):
    """Fill a row with visit times a Poisson number, by inversion of named uniforms.

    A large mean is the sum of `parts` independent ones, each small enough for single precision.
    """
    for lane in range(BLOCK):
        out[row, lane] = _ZERO
        raw[1, lane] = rate[rate_row, lane] * (scale / np.float32(parts))
    for part in range(parts):
        attempt = np.uint32(number | (np.uint32(part) << _TRIAL))
        fill_uniforms(raw, 0, words, first, name, attempt, key)
        for lane in range(BLOCK):
            raw[2, lane] = exp32(-raw[1, lane])
            raw[3, lane] = raw[2, lane]
        for count in range(1, _MOST_COUNTED):
            share, left = np.float32(1.0 / count), np.int32(0)
            for lane in range(BLOCK):
                above = np.int32(raw[0, lane] > raw[3, lane])
                left += above
                out[row, lane] += np.float32(above)
                raw[2, lane] *= raw[1, lane] * share
                raw[3, lane] += raw[2, lane]
            if left == 0:
                break
    for lane in range(BLOCK):
        out[row, lane] *= visit


@kernel
def hold(out, row, most):
    """Keep shares at or below their bound."""
    for lane in range(BLOCK):
        out[row, lane] = min(out[row, lane], most)


@kernel
def draw_place(
    made, taken, row, intensity, raw, words, o, c, kind, add, scale, parts, root, noise, visit,
    linked, sign, first, key,
):  # fmt: skip
    """Fill what operator o makes and takes in cell c, station noise included."""
    at = o * INTENSITIES
    own, size = scale[o, c], root[o, c]
    if kind == POISSON:
        poisson(
            made, row, intensity, at + MADE, own, parts[o, c], raw, words, noise[o, c, 0],
            np.uint32(0), np.float32(visit), first, key,
        )  # fmt: skip
        return
    if size > _ZERO and kind != PLAIN:
        fill_normals(raw, 0, words, first, noise[o, c, 0], np.uint32(0), key)
        # In one station what is taken is a power of what is made, and over many stations their
        # correlation is above 0.9: one normal serves both. Laws of their own need a second.
        apart = kind == MIXTURE and linked[o] == 0
        if apart:
            fill_normals(raw, 1, words, first, noise[o, c, 1], np.uint32(0), key)
            for lane in range(BLOCK):
                raw[1, lane] = (
                    intensity[at + ALONG, lane] * raw[0, lane]
                    + intensity[at + ACROSS, lane] * raw[1, lane]
                )
        second = 1 if apart else 0
        spread_over_stations(made, row, intensity, at + MADE, raw, 0, own, size)
        spread_over_stations(taken, row, intensity, at + TAKEN, raw, second, _ONE, size)
    else:
        for lane in range(BLOCK):
            made[row, lane] = own * intensity[at + MADE, lane]
            taken[row, lane] = intensity[at + TAKEN, lane]
    # What an inverse divides by stays away from zero.
    most = _ONE if sign > 0.0 else _MOST
    if add == ADD_SHARE:
        hold(made, row, most)
    hold(taken, row, most)


@kernel
def add_share(scratch, cast, made, row, people, sign):
    """Fill scratch row 0 with a share of the non-voters, in whole ballots."""
    if sign > 0.0:
        for lane in range(BLOCK):
            room = max(0.0, people - cast[0, lane])
            scratch[0, lane] = whole(room * np.float64(made[row, lane]))
    else:
        for lane in range(BLOCK):
            share = np.float64(made[row, lane])
            room = max(0.0, people - cast[0, lane])
            scratch[0, lane] = whole(room * (share / (1.0 - share)))


@kernel
def add_count(scratch, cast, made, row, most, sign):
    """Fill scratch row 0 with a number of ballots, bounded by the lists of voters."""
    for lane in range(BLOCK):
        room = max(0.0, most - cast[0, lane])
        count = np.float64(made[row, lane])
        scratch[0, lane] = whole(min(count, room) if sign > 0.0 else count)


@kernel
def add_to_target(scratch, cast, made, taken, row, people, sign):
    """Fill scratch row 0 with what lies between a turnout and its target."""
    for lane in range(BLOCK):
        goal = whole(people * np.float64(made[row, lane]))
        clean = whole(people * np.float64(taken[row, lane]))
        back = cast[0, lane] - clean if cast[0, lane] >= goal else 0.0
        scratch[0, lane] = max(0.0, goal - cast[0, lane] if sign > 0.0 else back)


@kernel
def add_to_next(scratch, cast, made, row, people, step):
    """Fill scratch row 0 with what lies between a turnout and the next round number."""
    for lane in range(BLOCK):
        up = np.ceil(cast[0, lane] / (people * step) - 1.0e-9) * step * people
        missing = min(people, up) - cast[0, lane]
        scratch[0, lane] = max(0.0, whole(missing * np.float64(made[row, lane])))


@kernel
def share_to_move(scratch, votes, rows, taken, row, move, victim, own, sign, step):
    """Fill scratch row 1 with the share of the victims' votes that moves."""
    if move == MOVE_SHARE:
        for lane in range(BLOCK):
            share = np.float64(taken[row, lane])
            scratch[1, lane] = share if sign > 0.0 else share / (1.0 - share)
        return
    for lane in range(BLOCK):
        scratch[2, lane] = 0.0
        scratch[3, lane] = 0.0
    for i in range(rows):
        for lane in range(BLOCK):
            scratch[2, lane] += votes[i, lane]
        if victim[i] != 0:
            for lane in range(BLOCK):
                scratch[3, lane] += votes[i, lane]
    for lane in range(BLOCK):
        share = np.float64(taken[row, lane])
        lift = share * scratch[2, lane]
        if move == MOVE_NEXT:
            step_votes = step * max(1.0, scratch[2, lane])
            up = np.ceil(votes[own, lane] / step_votes - 1.0e-9) * step_votes
            lift = share * max(0.0, up - votes[own, lane])
        least = max(scratch[3, lane], _FEWEST)
        scratch[1, lane] = lift / least if sign < 0.0 else min(1.0, lift / least)


@kernel
def bound_inverse(scratch, votes, rows, victim, own, infeasible):
    """Shrink what is taken back from the beneficiary to the votes it has; count where it was.

    The amount and every move are rounded to at most half a vote each, so that many are left.
    """
    for lane in range(BLOCK):
        scratch[4, lane] = 0.0
    for i in range(rows):
        if victim[i] != 0:
            for lane in range(BLOCK):
                scratch[4, lane] += whole(votes[i, lane] * scratch[1, lane])
    for lane in range(BLOCK):
        need = scratch[0, lane] + scratch[4, lane]
        if need > votes[own, lane]:
            ratio = max(0.0, votes[own, lane] - rows) / need
            scratch[0, lane] = whole(scratch[0, lane] * ratio)
            scratch[1, lane] *= ratio
            infeasible[0, lane] = 1.0


@kernel
def transfer(votes, rows, scratch, victim, own, sign, booked, base, option):
    """Move votes between victims and beneficiary; scratch row 5 is what moved."""
    for lane in range(BLOCK):
        scratch[5, lane] = 0.0
    for i in range(rows):
        if victim[i] != 0 and booked.shape[0] == 0:
            for lane in range(BLOCK):
                moved = whole(votes[i, lane] * scratch[1, lane])
                scratch[5, lane] += moved
                votes[i, lane] -= sign * moved
        elif victim[i] != 0:
            at = base + option[i]
            for lane in range(BLOCK):
                moved = whole(votes[i, lane] * scratch[1, lane])
                scratch[5, lane] += moved
                votes[i, lane] -= sign * moved
                booked[at, lane] -= moved
    for lane in range(BLOCK):
        votes[own, lane] += sign * scratch[5, lane]
    if booked.shape[0] > 0:
        at = base + option[own]
        for lane in range(BLOCK):
            booked[at, lane] += scratch[5, lane]


@kernel
def remove(
    votes, rows, cast, scratch, taken, row, cut, victim, sign, people, infeasible, booked, base,
    option,
):  # fmt: skip
    """Remove a share of the victims' votes with their ballots, or put them back."""
    for lane in range(BLOCK):
        share = np.float64(taken[row, lane])
        scratch[1, lane] = share if sign > 0.0 else share / max(1.0 - share, _FEWEST)
        scratch[2, lane] = cast[0, lane]
        scratch[4, lane] = 0.0
        scratch[7, lane] = 0.0
    for i in range(rows):
        for lane in range(BLOCK):
            scratch[2, lane] -= votes[i, lane]
        if victim[i] != 0:
            for lane in range(BLOCK):
                scratch[4, lane] += votes[i, lane]
    if cut == CUT_ALL:
        for lane in range(BLOCK):
            scratch[4, lane] += scratch[2, lane]
    if sign < 0.0:
        for lane in range(BLOCK):
            room = people - cast[0, lane]
            if scratch[4, lane] * scratch[1, lane] > room:
                scratch[1, lane] = max(0.0, room - rows) / scratch[4, lane]
                infeasible[0, lane] = 1.0
    if cut == CUT_ALL:
        for lane in range(BLOCK):
            gone = whole(scratch[2, lane] * scratch[1, lane])
            cast[0, lane] -= sign * gone
            scratch[7, lane] += gone
    for i in range(rows):
        if victim[i] != 0:
            for lane in range(BLOCK):
                gone = whole(votes[i, lane] * scratch[1, lane])
                votes[i, lane] -= sign * gone
                cast[0, lane] -= sign * gone
                scratch[6, lane] = gone
                scratch[7, lane] += gone
            if booked.shape[0] > 0:
                at = base + option[i]
                for lane in range(BLOCK):
                    booked[at, lane] += scratch[6, lane]


@kernel
def act(
    votes, rows, cast, scratch, made, taken, row, o, add, move, cut, sign, own, victim, people,
    extra, step, infeasible, booked, option, width,
):  # fmt: skip
    """Let operator o act on the whole votes of a place.

    Afterwards scratch row 0 is what was added, row 1 the share moved or removed, row 5 what moved,
    row 7 what was removed.
    """
    for lane in range(BLOCK):
        scratch[0, lane] = 0.0
        scratch[1, lane] = 0.0
        scratch[5, lane] = 0.0
        scratch[7, lane] = 0.0
    if cut != CUT_NONE:
        remove(
            votes, rows, cast, scratch, taken, row, cut, victim, sign, people, infeasible, booked,
            (3 * o + 2) * width, option,
        )  # fmt: skip
        return
    if add == ADD_SHARE:
        add_share(scratch, cast, made, row, people, sign)
    elif add == ADD_COUNT:
        add_count(scratch, cast, made, row, people + extra, sign)
    elif add == ADD_TARGET:
        add_to_target(scratch, cast, made, taken, row, people, sign)
    elif add == ADD_NEXT:
        add_to_next(scratch, cast, made, row, people, step)
    if move != MOVE_NONE:
        share_to_move(scratch, votes, rows, taken, row, move, victim, own, sign, step)
    if sign < 0.0:
        bound_inverse(scratch, votes, rows, victim, own, infeasible)
    if move != MOVE_NONE:
        transfer(votes, rows, scratch, victim, own, sign, booked, (3 * o + 1) * width, option)
    if add != ADD_NONE:
        for lane in range(BLOCK):
            votes[own, lane] += sign * scratch[0, lane]
            cast[0, lane] += sign * scratch[0, lane]
        if booked.shape[0] > 0:
            at = 3 * o * width + option[own]
            for lane in range(BLOCK):
                booked[at, lane] += scratch[0, lane]


@kernel
def count_cell_apart(votes, cast, source, raw, turnout, scratch, people, share_valid):
    """Fill the whole ballots of one cell, as electorate.count_cell adds them to the country's."""
    options = votes.shape[0]
    for lane in range(BLOCK):
        raw[0, lane] = _ZERO
    for i in range(options):
        for lane in range(BLOCK):
            raw[0, lane] += source[i, lane]
    for lane in range(BLOCK):
        cast[0, lane] = whole(people * np.float64(turnout[0, lane]))
        scratch[1, lane] = 0.0
        scratch[2, lane] = whole(cast[0, lane] * share_valid)
        scratch[3, lane] = scratch[2, lane] / np.float64(raw[0, lane])
        scratch[0, lane] = 0.0
    for i in range(options - 1):
        for lane in range(BLOCK):
            scratch[0, lane] += np.float64(source[i, lane])
            edge = min(whole(scratch[0, lane] * scratch[3, lane]), scratch[2, lane])
            votes[i, lane] = edge - scratch[1, lane]
            scratch[1, lane] = edge
    for lane in range(BLOCK):
        votes[options - 1, lane] = scratch[2, lane] - scratch[1, lane]


@kernel
def add_to(votes, ballots, r, more, cast):
    """Add the votes and ballots of a cell to those of the country and of region r."""
    for i in range(votes.shape[0]):
        for lane in range(BLOCK):
            votes[i, lane] += more[i, lane]
    for lane in range(BLOCK):
        ballots[r, lane] += cast[0, lane]


@kernel
def stand_in_group(best, sums, group, shift, kind, local, row, base, spread):
    """Let a candidate stand for a group, as plurality.stand, and add its weight to the group's."""
    for lane in range(BLOCK):
        weight = base + (shift[kind, lane] + spread * local[row, lane])
        best[group, lane] = max(best[group, lane], weight)
        sums[group, lane] += exp32(min(max(weight, _LEAST_LOG), _MOST_LOG))


@kernel
def weigh_apart(sums, group, log_multiplier, swing, k, nation, region, local, row, base, spread):
    """Add the weight of a nominee who does not follow the party fully; see swing.stand_apart."""
    for lane in range(BLOCK):
        follows = nation * log_multiplier[k, lane] + region * swing[k, lane]
        weight = base + (follows + spread * local[row, lane])
        sums[group, lane] += exp32(min(max(weight, _LEAST_LOG), _MOST_LOG))


@kernel
def keep_turnout(kept, row, turnout):
    """Keep the turnout of a cell for its contest."""
    for lane in range(BLOCK):
        kept[row, lane] = turnout[0, lane]


@kernel
def count_contest(
    group, best, cast, scratch, sums, tops, slots, turnout, row, people, share_valid,
    alone,
):  # fmt: skip
    """Turn the weights of a contest into whole votes: of groups, and of their best candidates."""
    for lane in range(BLOCK):
        scratch[0, lane] = 0.0
        scratch[1, lane] = 0.0
        scratch[2, lane] = 0.0
        cast[0, lane] = whole(people * np.float64(turnout[row, lane]))
        scratch[3, lane] = whole(cast[0, lane] * share_valid)
    for g in range(slots):
        for lane in range(BLOCK):
            scratch[0, lane] += np.float64(sums[g, lane])
    for lane in range(BLOCK):
        scratch[0, lane] = scratch[3, lane] / scratch[0, lane]
    for g in range(slots):
        for lane in range(BLOCK):
            scratch[1, lane] += np.float64(sums[g, lane])
            edge = min(whole(scratch[1, lane] * scratch[0, lane]), scratch[3, lane])
            edge = scratch[3, lane] if g == slots - 1 else edge
            group[g, lane] = edge - scratch[2, lane]
            best[g, lane] = edge - scratch[2, lane]
            scratch[2, lane] = edge
        if alone[g] == 0:
            for lane in range(BLOCK):
                top = min(max(tops[g, lane], _LEAST_LOG), _MOST_LOG)
                votes = whole(np.float64(exp32(top)) * scratch[0, lane])
                best[g, lane] = min(votes, group[g, lane])


@kernel
def follow(best, slots, scratch, touched, victim, own, sign, taking):
    """Do to the strongest candidates what an operator did to their groups."""
    for g in range(slots):
        if taking and victim[g] != 0:
            for lane in range(BLOCK):
                best[g, lane] -= sign * whole(best[g, lane] * scratch[1, lane])
    if own >= 0:
        for lane in range(BLOCK):
            best[own, lane] += sign * (scratch[0, lane] + scratch[5, lane])
    for lane in range(BLOCK):
        done = scratch[0, lane] + scratch[5, lane] + scratch[7, lane]
        touched[0, lane] = 1.0 if done > 0.0 else touched[0, lane]


@kernel
def settle(final, best, tops, touched, slots):
    """Fill what decides a contest: votes where an operator acted, log-weights where none did."""
    for g in range(slots):
        for lane in range(BLOCK):
            votes = best[g, lane]
            weight = np.float64(tops[g, lane])
            final[g, lane] = votes if touched[0, lane] > 0.0 else weight


@kernel
def keep_ledger(booked, ledger, start, lanes):
    """Copy the ledger of a block into the record."""
    width = ledger.shape[2]
    if ledger.shape[3] == 0:
        return
    for o in range(ledger.shape[0]):
        for part in range(3):
            for i in range(width):
                row = (3 * o + part) * width + i
                for lane in range(lanes):
                    ledger[o, part, i, start + lane] = np.int64(booked[row, lane])


@kernel
def keep_infeasible(infeasible, impossible, start, lanes):
    """Mark the draws in which an inverse asked for more votes than there were."""
    if impossible.shape[0] > 0:
        for lane in range(lanes):
            impossible[start + lane] = 1 if infeasible[0, lane] > 0.0 else 0
