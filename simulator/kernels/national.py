"""The national layer: one factor on the share of every option, in the form the scenario chose.

Sources: angular and additive errors have the covariance of a sample to first order; A. Gelman,
J. Hullman, C. Wlezien, G. E. Morris, "Information, incentives, and goals in election forecasts",
Judgment and Decision Making 15 (2020), on errors of the logit; J. E. Mosimann, "On the compound
multinomial distribution", Biometrika 49 (1962); B. Efron, "Bootstrap methods: another look at the
jackknife", Annals of Statistics 7 (1979).
"""

from __future__ import annotations

import numpy as np

from simulator.kernels.binomial import binomial_row
from simulator.kernels.electorate import angular, correlate, gamma_row, log_rows, mix_tails
from simulator.kernels.elementary import exp32
from simulator.kernels.inputs import ANGULAR
from simulator.kernels.jit import chosen, kernel
from simulator.kernels.layer import (
    Additive,
    Bootstrap,
    Dirichlet,
    DirichletMultinomial,
    LogitNormal,
    Outside,
    OutsideByRegion,
)
from simulator.kernels.layout import BLOCK

_ONE = np.float32(1.0)
_ZERO = np.float32(0.0)
_SMALLEST = np.float32(1e-6)
_HELD = np.float32(40.0)


@kernel
def fill_ones(rows):
    """Set every lane of every row to one."""
    for i in range(rows.shape[0]):
        for lane in range(BLOCK):
            rows[i, lane] = _ONE


@kernel
def log_normal(raw, normal, multiplier, spread, centre):
    """Multiply each share by the exponential of its error; raw row 0 mixes the tails."""
    for i in range(multiplier.shape[0]):
        own, middle = spread[i], centre[i]
        for lane in range(BLOCK):
            error = own * (normal[i, lane] * raw[0, lane]) + middle
            multiplier[i, lane] = exp32(min(_HELD, max(-_HELD, error)))


@kernel
def add_errors(raw, normal, multiplier, root, share):
    """Add to each share what it takes from the others: c (sqrt(p_i) x_i - p_i sum sqrt(p_k) x_k).

    Errors add up to zero; shares are clipped at 1e-6 and normalised. Covariance of the errors:
    c^2 (diag p - p p') exactly.
    """
    options = multiplier.shape[0]
    for lane in range(BLOCK):
        raw[1, lane] = _ZERO
    for i in range(options):
        own = root[i]
        for lane in range(BLOCK):
            multiplier[i, lane] = own * (normal[i, lane] * raw[0, lane])
            raw[1, lane] += multiplier[i, lane]
    for i in range(options):
        p = share[i]
        for lane in range(BLOCK):
            error = multiplier[i, lane] - p * raw[1, lane]
            multiplier[i, lane] = max(_SMALLEST, p + error)
    for lane in range(BLOCK):
        raw[1, lane] = _ZERO
    for i in range(options):
        for lane in range(BLOCK):
            raw[1, lane] += multiplier[i, lane]
    for i in range(options):
        inverse = _ONE / share[i]
        for lane in range(BLOCK):
            multiplier[i, lane] = multiplier[i, lane] * inverse / raw[1, lane]


@kernel
def resample(normal, multiplier, errors, cuts, start, band, centre):
    """Multiply each share by an error of its band that happened before.

    The row is the number of cuts below the normal, so a larger normal never takes a lower error.
    """
    for i in range(multiplier.shape[0]):
        first, stop, middle = start[band[i]], start[band[i] + 1] - 1, centre[i]
        for lane in range(BLOCK):
            z = normal[i, lane]
            low, high = first, stop
            while low < high:
                half = (low + high) >> 1
                if cuts[half] < z:
                    low = half + 1
                else:
                    high = half
            error = errors[low] + middle
            multiplier[i, lane] = exp32(min(_HELD, max(-_HELD, error)))


@kernel
def copy_draws(multiplier, table, first):
    """Copy draw after draw from a table (K, D); lanes after the last draw repeat it."""
    draws = table.shape[1]
    for i in range(multiplier.shape[0]):
        for lane in range(BLOCK):
            multiplier[i, lane] = table[i, min(np.int64(first) + lane, draws - 1)]


@kernel
def sample_voters(multiplier, scratch, words, samples, alpha, voters, first, key):
    """Replace gamma(alpha) / alpha by the share that votes in a sample over the expected share.

    One binomial after the other, each of the voters that are left: an exact multinomial.
    """
    options = multiplier.shape[0]
    total = 0.0
    for i in range(options):
        total += np.float64(alpha[i])
    for lane in range(BLOCK):
        scratch[0, lane] = 0.0
        scratch[1, lane] = voters
    for i in range(options):
        for lane in range(BLOCK):
            scratch[0, lane] += np.float64(multiplier[i, lane]) * np.float64(alpha[i])
    for i in range(options):
        size = np.float64(alpha[i])
        for lane in range(BLOCK):
            weight = np.float64(multiplier[i, lane]) * size
            left = scratch[0, lane]
            scratch[2, lane] = min(1.0, weight / left) if left > 0.0 else 1.0
            scratch[0, lane] = max(0.0, left - weight)
        if i == options - 1:
            for lane in range(BLOCK):
                scratch[3, lane] = scratch[1, lane]
        else:
            binomial_row(scratch, words, first, samples[i], key)
        factor = total / (voters * size)
        for lane in range(BLOCK):
            multiplier[i, lane] = np.float32(scratch[3, lane] * factor)
            scratch[1, lane] -= scratch[3, lane]


@kernel
def fill_gammas(multiplier, raw, words, proposals, accepts, alpha, first, key):
    """Fill the multipliers with gamma(alpha) / alpha."""
    for i in range(multiplier.shape[0]):
        gamma_row(raw, multiplier, words, i, first, proposals[i], accepts[i], alpha[i], key)


@kernel
def shape_normals(raw, normal, options, freedom, mixing, correlated):
    """Mix the tails of the normals into raw row 0, and correlate the parties."""
    mix_tails(raw, normal, options, freedom)
    if correlated:
        correlate(mixing, normal)


def _roots(layer, nation, work, first, key):
    if nation.kind == ANGULAR:
        shape_normals(
            work.raw, work.national, work.multiplier.shape[0], nation.freedom, nation.mixing,
            nation.correlated,
        )  # fmt: skip
        angular(work.raw, work.national, work.multiplier, nation.ratio, nation.slope)
    else:
        fill_ones(work.multiplier)


def _gammas(layer, nation, work, first, key):
    fill_gammas(
        work.multiplier, work.raw, work.words, layer.proposals, layer.accepts, layer.alpha,
        first, key,
    )  # fmt: skip


def _sample(layer, nation, work, first, key):
    shares = layer.shares
    fill_gammas(
        work.multiplier, work.raw, work.words, shares.proposals, shares.accepts, shares.alpha,
        first, key,
    )  # fmt: skip
    sample_voters(
        work.multiplier, work.scratch, work.words, layer.samples, shares.alpha, layer.voters,
        first, key,
    )  # fmt: skip


def _logs(layer, nation, work, first, key):
    shape_normals(
        work.raw, work.national, work.multiplier.shape[0], nation.freedom, nation.mixing,
        nation.correlated,
    )  # fmt: skip
    log_normal(work.raw, work.national, work.multiplier, layer.spread, layer.centre)


def _shares(layer, nation, work, first, key):
    shape_normals(
        work.raw, work.national, work.multiplier.shape[0], nation.freedom, nation.mixing,
        nation.correlated,
    )  # fmt: skip
    add_errors(work.raw, work.national, work.multiplier, layer.root, layer.share)


def _history(layer, nation, work, first, key):
    if nation.correlated:
        correlate(nation.mixing, work.national)
    resample(
        work.national, work.multiplier, layer.errors, layer.cuts, layer.start, layer.band,
        layer.centre,
    )  # fmt: skip


def _outside(layer, nation, work, first, key):
    copy_draws(work.multiplier, layer.multiplier, first)


def _later(layer, nation, work, first, key):
    fill_ones(work.multiplier)


_BODIES = {
    type(None): _roots,
    Dirichlet: _gammas,
    DirichletMultinomial: _sample,
    LogitNormal: _logs,
    Additive: _shares,
    Bootstrap: _history,
    Outside: _outside,
    OutsideByRegion: _later,
}


@chosen
def draw_nation(layer, nation, work, first, key):
    """Fill the multipliers of a block from its normals, or from counters of their own."""
    return _BODIES[layer]


def _as_the_nation(layer, contests, work, r, first):
    pass


def _by_region(layer, contests, work, r, first):
    copy_draws(work.multiplier, layer.multiplier[r], first)
    if contests.follows_list:
        log_rows(work.log_multiplier, work.multiplier)


@chosen
def draw_region(layer, contests, work, r, first):
    """Fill the multipliers of region r where it has its own; they stand in for nation and swing."""
    return _by_region if layer is OutsideByRegion else _as_the_nation
