"""Turnout against the leader's share, and the shape of the leader's odds.

Source: P. Klimek, Y. Yegorov, R. Hanel, S. Thurner, "Statistical detection of systematic election
irregularities", PNAS 109 (2012) 16469-16473.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from simulator.errors import StationError
from simulator.forensics.stations import Counts, Stations

CORNER = 95
FEWEST = 30


@dataclass(frozen=True, eq=False)
class Fingerprint:
    """The two-dimensional histogram that observers know.

    Attributes
    ----------
    voters
        Registered voters by bin of turnout (rows) and of leader's share (columns).
    stations
        Stations in it.
    turnout, share
        Registered voters in finer bins of turnout, and of share, centred on the integer
        percentages: the first is centred on 0, the last on 100.
    corner
        Stations with both turnout and share of at least 95%.
    correlation
        Of turnout and share, weighted by registered voters; 0 where one of them does not vary.
    """

    voters: Counts
    stations: int
    turnout: Counts
    share: Counts
    corner: int
    correlation: float


@dataclass(frozen=True)
class VoteRates:
    """Moments of the log odds against the leader, with their errors for a normal distribution."""

    stations: int
    skewness: float
    skewness_error: float
    excess_kurtosis: float
    kurtosis_error: float


def fingerprint(stations: Stations, bins: int = 100, fine: int | None = None) -> Fingerprint:
    """Count registered voters by turnout and leader's share.

    Parameters
    ----------
    bins
        To a hundred points, in each direction.
    fine
        Bins of the two marginal histograms; by the number of stations where it is not given: a
        tenth of a point from 50,000 stations, a half from 5,000, else a point.

    Notes
    -----
    Honest elections give a cloud around one point, or several clouds where parts of a country
    differ. Stuffing draws the cloud towards the corner of 100% turnout and 100% for one side; there
    is a second cloud when whole stations are invented. Towns against villages, or regions of one
    ethnic group, draw clouds as well: the picture shows where to look. It is a count and has no
    error of its own.

    Examples
    --------
    >>> stations = Stations([100, 300], [50, 297], [50, 297], [20, 290])
    >>> found = fingerprint(stations, bins=2)
    >>> found.voters.tolist(), found.corner
    ([[0, 0], [100, 300]], 1)
    """
    used = stations.select(stations.counted > 0)
    rows = np.minimum(used.cast * bins // used.registered, bins - 1)
    columns = np.minimum(used.leader * bins // used.counted, bins - 1)
    voters = np.bincount(rows * bins + columns, weights=used.registered, minlength=bins * bins)
    if fine is None:
        fine = 1000 if len(used) >= 50_000 else 200 if len(used) >= 5_000 else 100
    high_turnout = 100 * used.cast >= CORNER * used.registered
    high_share = 100 * used.leader >= CORNER * used.counted
    return Fingerprint(
        voters=voters.reshape(bins, bins).astype(np.int64),
        stations=len(used),
        turnout=_centred(used.cast, used.registered, used.registered, fine),
        share=_centred(used.leader, used.counted, used.registered, fine),
        corner=int(np.count_nonzero(high_turnout & high_share)),
        correlation=_correlation(used),
    )


def _centred(parts: Counts, wholes: Counts, weights: Counts, bins: int) -> Counts:
    """Return a histogram whose bins are centred on multiples of their width, 0 to 100."""
    positions = (2 * parts * bins + wholes) // (2 * wholes)
    return np.bincount(positions, weights=weights, minlength=bins + 1).astype(np.int64)


def _correlation(stations: Stations) -> float:
    if not len(stations):
        return 0.0
    weights = stations.registered / int(stations.registered.sum())
    x, y = stations.cast / stations.registered, stations.leader / stations.counted
    x, y = x - math.fsum(weights * x), y - math.fsum(weights * y)
    spread = math.fsum(weights * x * x) * math.fsum(weights * y * y)
    return math.fsum(weights * x * y) / math.sqrt(spread) if spread > 1e-20 else 0.0


def vote_rates(stations: Stations) -> VoteRates:
    """Return skewness and excess kurtosis of the log of other ballots to the leader's votes.

    Stations without votes for the leader, or without others, have no such logarithm and are left
    out. Klimek and others find that the distribution is close to normal in most countries and has
    heavy tails where fraud is alleged.

    Raises
    ------
    StationError
        E603: fewer than 30 stations, or all alike.

    Notes
    -----
    The errors are those of a normal distribution, `sqrt(6/n)` and `sqrt(24/n)`. A country whose
    parts vote differently has skewness and kurtosis without any fraud, and small stations add some;
    the figures compare elections of one country, they do not test one.

    Examples
    --------
    >>> n = np.arange(1, 100)
    >>> alike = vote_rates(Stations([200] * 99, [100] * 99, [100] * 99, n))
    >>> abs(alike.skewness) < 1e-9, round(alike.excess_kurtosis, 1)
    (True, 0.1)
    """
    used = stations.select((stations.leader > 0) & (stations.others > 0))
    n = len(used)
    rates = np.log(used.others / used.leader) if n else np.zeros(0)
    centred = rates - math.fsum(rates) / n if n else rates
    variance = math.fsum(centred**2) / n if n else 0.0
    if n < FEWEST or variance < 1e-20:
        raise StationError("E603", f"fewer than {FEWEST} stations with different odds")
    return VoteRates(
        stations=n,
        skewness=math.fsum(centred**3) / n / variance**1.5,
        skewness_error=math.sqrt(6 / n),
        excess_kurtosis=math.fsum(centred**4) / n / variance**2 - 3,
        kurtosis_error=math.sqrt(24 / n),
    )
