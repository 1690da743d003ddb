"""Simulated polling stations: the list vote of a cell, station by station, for a block of draws.

A station has its voters by plan, and shocks of turnout and support of its own; operators at station
level then act on its whole ballots. The counter of Philox holds the number of the station in its
fourth word, so that the names of a cell serve all its stations.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from simulator.kernels.elementary import exp32, log32
from simulator.kernels.inputs import F32, F64, I64, U32
from simulator.kernels.irregularities import (
    CUT_ALL,
    FIRST,
    INTENSITIES,
    KNOBS,
    MADE,
    PLAIN,
    POISSON,
    SCALE,
    SECOND,
    SHAPE,
    TAKEN,
    poisson,
)
from simulator.kernels.jit import kernel
from simulator.kernels.layout import BLOCK, PAD32, PAD64
from simulator.kernels.normal import fill_normals, fill_uniforms

TRIALS = 8
_TRIAL = np.uint32(24)
_ZERO = np.float32(0.0)
_ONE = np.float32(1.0)
_HALF = np.float32(0.5)
_MOST = np.float32(0.999)
_TINY = np.float32(1.0e-30)
_EXTREME_ABOVE = np.float32(0.8)


class Stations(NamedTuple):
    """Stations of C cells in CSR form."""

    start: I64  # (C + 1,)
    people: F64  # (stations,)
    turnout_sd: float
    stretch: float  # keeps the mean of the logistic
    support_sd: float
    turnout: U32  # (C,)
    support: U32  # (C, K)
    chosen: U32  # (O, C) class of a station, or its visits
    strength: U32  # (O, C, 2)
    power: I64  # (O,) 2: what is taken is the square of what is made
    sigma: F32  # (O,) of extreme stations
    rate: F32  # (O,) from the knob to expected visits of a station


class Polling(NamedTuple):
    """What one thread needs for the stations of one block."""

    raw: F32  # (4,)
    logit: F32  # (1,) of the cell, stretched
    turnout: F32  # (1,)
    lift: F32  # (K,) keeps the mean of the shares
    weight: F32  # (K,)
    votes: F64  # (K,)
    cast: F64  # (1,)
    made: F32  # (1,)
    taken: F32  # (1,)
    effect: F64  # (O * 4,) made, room, taken, victims' votes of the cell
    lane: I64  # (1,) the draw of the block that is kept in the sheet
    sheet: F64  # (stations, 2 + K + 3 O) of one draw, or no stations


def polling_for(operators: int, options: int, stations: int) -> Polling:
    """Return the rows of one block; `stations` is zero unless a sheet is kept."""

    def rows32(n: int) -> F32:
        return np.zeros((n, PAD32), np.float32)

    def rows64(n: int) -> F64:
        return np.zeros((n, PAD64), np.float64)

    return Polling(
        raw=rows32(4), logit=rows32(1), turnout=rows32(1), lift=rows32(options),
        weight=rows32(options), votes=rows64(options), cast=rows64(1), made=rows32(1),
        taken=rows32(1), effect=rows64(operators * 4), lane=np.zeros(1, np.int64),
        sheet=np.zeros((stations, 2 + options + 3 * operators), np.float64),
    )  # fmt: skip


@kernel
def prepare_cell(logit, lift, raw, turnout, weight, stretch, spread):
    """Fill the logit of the cell's turnout, and the weights that keep its mean shares.

    E logistic(l sqrt(1 + pi s^2 / 8) + s z) is close to logistic(l) (D. J. C. MacKay, Neural
    Computation 4, 1992). Weights with log-normal shocks move the mean of share p by
    p s^2 (sum p^2 - p) to second order, which the lift takes back.
    """
    for lane in range(BLOCK):
        share = turnout[0, lane]
        logit[0, lane] = np.float32(stretch) * (log32(share) - log32(max(_ONE - share, _TINY)))
        raw[0, lane] = _ZERO
        raw[1, lane] = _ZERO
    square = np.float32(spread * spread)
    for i in range(weight.shape[0]):
        for lane in range(BLOCK):
            raw[0, lane] += weight[i, lane]
    for i in range(weight.shape[0]):
        for lane in range(BLOCK):
            share = weight[i, lane] / raw[0, lane]
            raw[1, lane] += share * share
    for i in range(weight.shape[0]):
        for lane in range(BLOCK):
            share = weight[i, lane] / raw[0, lane]
            lift[i, lane] = share * (_ONE + square * (share - raw[1, lane]))


@kernel
def open_station(
    turnout, weight, raw, words, logit, lift, turnout_sd, support_sd, turnout_name, support_names,
    c, number, first, key,
):  # fmt: skip
    """Fill turnout and weights of one station."""
    fill_normals(raw, 0, words, first, turnout_name, number, key)
    for lane in range(BLOCK):
        own = logit[0, lane] + np.float32(turnout_sd) * raw[0, lane]
        turnout[0, lane] = _ONE / (_ONE + exp32(-own))
    spread = np.float32(support_sd)
    for i in range(weight.shape[0]):
        if spread > _ZERO:
            fill_normals(raw, 0, words, first, support_names[c, i], number, key)
            for lane in range(BLOCK):
                weight[i, lane] = lift[i, lane] * exp32(spread * raw[0, lane])
        else:
            for lane in range(BLOCK):
                weight[i, lane] = lift[i, lane]


@kernel
def draw_size(
    out, raw, words, knob, often, rarely, scale, sigma, most, least, first, name, number, key
):  # fmt: skip
    """Fill the share of a station by its class, which the uniforms in raw row 0 decide.

    Extreme: 1 - abs(N(0, sigma)), redrawn until it is above `least`; incremental: abs(N(0, scale)),
    redrawn until it is below `most`; clean: zero.
    """
    for lane in range(BLOCK):
        out[0, lane] = -_ONE
    left = BLOCK
    for trial in range(TRIALS):
        if left == 0:
            break
        attempt = np.uint32(number | (np.uint32(trial) << _TRIAL))
        fill_normals(raw, 1, words, first, name, attempt, key)
        left = 0
        for lane in range(BLOCK):
            u, size = raw[0, lane], abs(raw[1, lane])
            far = u <= knob[rarely, lane]
            near = u <= knob[rarely, lane] + knob[often, lane]
            low, high = knob[scale, lane] * size, _ONE - sigma * size
            x = high if far else low
            fits = high > least if far else low < most
            x = x if near else _ZERO
            good = out[0, lane] >= _ZERO
            found = fits or not near
            out[0, lane] = out[0, lane] if good else (x if found else -_ONE)
            left += 0 if (good or found) else 1
    for lane in range(BLOCK):
        # Eight rejections in a row are rarer than one in a million; the bound then stands in.
        middle = least if raw[0, lane] <= knob[rarely, lane] else most
        x = out[0, lane] if out[0, lane] >= _ZERO else middle
        out[0, lane] = min(x, _MOST)


@kernel
def draw_classes(
    made, taken, raw, words, knob, sigma, o, linked, power, chosen, names, c, number, first, key,
):  # fmt: skip
    """Fill the shares that a station makes and takes: clean, incremental or extreme."""
    k = o * KNOBS
    most, least = (_ONE, _ZERO) if linked else (_HALF, _EXTREME_ABOVE)
    fill_uniforms(raw, 0, words, first, chosen[o, c], number, key)
    draw_size(
        made, raw, words, knob, k + FIRST, k + SECOND, k + SCALE, sigma[o], most, least, first,
        names[o, c, 0], number, key,
    )  # fmt: skip
    if not linked:
        draw_size(
            taken, raw, words, knob, k + FIRST, k + SECOND, k + SHAPE, sigma[o], most, least,
            first, names[o, c, 1], number, key,
        )  # fmt: skip
    elif power == 2:
        for lane in range(BLOCK):
            taken[0, lane] = made[0, lane] * made[0, lane]
    else:
        for lane in range(BLOCK):
            x = made[0, lane]
            raised = exp32(max(np.float32(-80.0), knob[k + SHAPE, lane] * log32(max(x, _TINY))))
            taken[0, lane] = raised if x > _ZERO else _ZERO


@kernel
def draw_station(
    made, taken, raw, words, intensity, knob, o, kind, takes, visit, visits, chosen, c, number,
    first, key,
):  # fmt: skip
    """Fill the shares that a station makes and takes, for kinds without classes of size."""
    at = o * INTENSITIES
    if kind == POISSON:
        poisson(
            made, 0, intensity, at + MADE, visits, 1, raw, words, chosen[o, c],
            np.uint32(number), np.float32(visit), first, key,
        )  # fmt: skip
    elif kind == PLAIN:
        for lane in range(BLOCK):
            made[0, lane] = intensity[at + MADE, lane]
            taken[0, lane] = intensity[at + TAKEN, lane]
    else:
        # A share of the stations: all or nothing in each of them.
        fill_uniforms(raw, 0, words, first, chosen[o, c], number, key)
        for lane in range(BLOCK):
            hit = _ONE if raw[0, lane] <= knob[o * KNOBS + FIRST, lane] else _ZERO
            made[0, lane] = _ZERO if takes else hit
            taken[0, lane] = hit if takes else _ZERO


@kernel
def note_before(effect, o, votes, cast, people, victim, cut):
    """Add the room and the victims' votes of a station before operator o acts."""
    at = 4 * o
    for lane in range(BLOCK):
        effect[at + 1, lane] += max(0.0, people - cast[0, lane])
    if cut == CUT_ALL:
        for lane in range(BLOCK):
            effect[at + 3, lane] += cast[0, lane]
        return
    for i in range(votes.shape[0]):
        if victim[i] != 0:
            for lane in range(BLOCK):
                effect[at + 3, lane] += votes[i, lane]


@kernel
def note_after(effect, o, scratch):
    """Add what operator o did in a station."""
    at = 4 * o
    for lane in range(BLOCK):
        effect[at, lane] += scratch[0, lane]
        effect[at + 2, lane] += scratch[5, lane] + scratch[7, lane]


@kernel
def carry_over(made, taken, row, effect, o):
    """Fill the shares of a cell with those that its stations had together on the list vote."""
    at = 4 * o
    for lane in range(BLOCK):
        made[row, lane] = np.float32(effect[at, lane] / max(1.0, effect[at + 1, lane]))
        taken[row, lane] = np.float32(effect[at + 2, lane] / max(1.0, effect[at + 3, lane]))


@kernel
def write_operator(sheet, station, lane, o, width, scratch):
    """Copy what operator o did in a station for one draw."""
    at = 2 + width + 3 * o
    sheet[station, at] = scratch[0, lane]
    sheet[station, at + 1] = scratch[5, lane]
    sheet[station, at + 2] = scratch[7, lane]


@kernel
def write_station(sheet, station, lane, votes, cast):
    """Copy ballots and votes of a station for one draw."""
    sheet[station, 0] = cast[0, lane]
    valid = 0.0
    for i in range(votes.shape[0]):
        valid += votes[i, lane]
        sheet[station, 2 + i] = votes[i, lane]
    sheet[station, 1] = valid
