"""The Shpilkin estimate: leader's votes that grow with turnout while the others' votes do not.

Source: S. Shpilkin's histograms of votes by turnout (Troitskiy Variant 2009-2021; in English: "2021
State Duma elections: first statistical estimates", russian-election-monitor.org, 27 Sept. 2021).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from simulator.errors import StationError
from simulator.forensics.stations import Counts, Stations

# Bins to a hundred points of turnout: half a point, one point, two points.
BINS = (200, 100, 50)
SMOOTHING = 5
# Where the reference part begins and ends, in points relative to the peak; None is no turnout.
WINDOWS: tuple[tuple[int | None, int], ...] = ((None, 0), (-10, 0), (None, -5), (None, -10))
FEWEST = 30


@dataclass(frozen=True)
class Anomaly:
    """One estimate: what the leader's votes would be in the proportion of the reference part.

    Attributes
    ----------
    bin_width, peak, low, high
        Points of turnout: width of the bins in which the peak of the others' votes was sought, that
        peak, and the two ends of the reference part.
    stations
        Stations in the reference part.
    ratio
        Votes for the leader to one other ballot in the reference part.
    votes, error
        Anomalous votes of the leader, observed less clean, and the standard error of that
        difference if stations are independent.
    clean_turnout, clean_share
        Turnout and leader's share when the anomalous votes are taken away.
    """

    bin_width: float
    peak: float
    low: float
    high: float
    stations: int
    ratio: float
    votes: float
    error: float
    clean_turnout: float
    clean_share: float


@dataclass(frozen=True)
class AnomalyRange:
    """The estimate, and the same with other bins and other reference parts."""

    best: Anomaly
    variants: tuple[Anomaly, ...]

    def span(self, figure: str) -> tuple[float, float]:
        """Return the lowest and the highest of a figure over all variants."""
        values = [getattr(variant, figure) for variant in self.variants]
        return min(values), max(values)


def turnout_histogram(stations: Stations, weights: Counts, bins: int = 100) -> Counts:
    """Return the sum of weights in each bin of turnout; 100% belongs to the last bin.

    Examples
    --------
    >>> stations = Stations([100, 100, 100], [49, 50, 100], [49, 50, 100], [20, 20, 90])
    >>> turnout_histogram(stations, stations.leader, bins=2)
    array([ 20, 110])
    """
    positions = np.minimum(stations.cast * bins // stations.registered, bins - 1)
    return np.bincount(positions, weights=weights, minlength=bins).astype(np.int64)


def estimate_anomaly(stations: Stations) -> AnomalyRange:
    """Estimate the leader's votes beyond the proportion that holds where turnout is ordinary.

    1. The other ballots are summed in bins of turnout; the *peak* is the centre of the window of
       at least five points (an odd number of bins) that holds most of them, the middle one of
       several.
    2. The *reference part* is all stations with a turnout of at most the peak. Its `ratio` is votes
       for the leader to one other ballot.
    3. Clean votes of the leader are `ratio` times all other ballots, in every bin alike; what is
       beyond is anomalous. Clean turnout and share follow by taking the anomalous votes away.

    Steps 1 and 2 involve choices. `variants` repeats them with bins of a half, one and two points
    and with reference parts that begin ten points below the peak, or end five or ten below it.

    Returns
    -------
    estimate
        `best` with bins of one point; `variants`, which include it. All scale with the votes.

    Raises
    ------
    StationError
        E603: fewer than 30 stations, or no other ballot, in the reference part.

    Notes
    -----
    Assumes that support for the leader does not depend on turnout among honest stations, and that
    stations of low turnout are honest. Where honest turnout goes with support, as between country
    and town, the estimate is not zero without fraud; where stations of low turnout are stuffed
    too, it is too small: it falls short by `(ratio - honest ratio) * others`. A ballot moved from
    another party to the leader counts as `1 + ratio` anomalous votes, since the clean votes are
    proportional to what others were left with.

    The error comes from the linearised ratio (Cochran 1977, Sampling Techniques, 6.3): it says how
    far chance in the choice of stations moves the estimate, nothing about its assumptions.

    Examples
    --------
    Sixty honest stations, and forty to which 100 ballots each were added:

    >>> honest = [[1000, 400 + k, 400 + k, 200 + k // 2] for k in range(-30, 30)]
    >>> stuffed = [[1000, 500 + k, 500 + k, 300 + k // 2] for k in range(-20, 20)]
    >>> found = estimate_anomaly(Stations(*np.array(honest + stuffed).T))
    >>> round(found.best.votes / 4000, 1)
    1.0
    """
    variants = []
    for bins in BINS:
        peak = _peak(stations, bins)
        for begins, ends in WINDOWS:
            high = peak + ends
            low = 0.0 if begins is None else max(0.0, peak + begins)
            found = _estimate(stations, bins, peak, low, high)
            if found is not None:
                variants.append(found)
            elif bins == 100 and (begins, ends) == WINDOWS[0]:
                what = f"at most {peak:g}% turnout, the peak of the others' votes"
                raise StationError("E603", f"fewer than {FEWEST} stations with {what}")
    best = next(v for v in variants if v.bin_width == 1 and (v.low, v.high) == (0, v.peak))
    return AnomalyRange(best, tuple(variants))


def _peak(stations: Stations, bins: int) -> float:
    """Return the turnout, in points, around which most other ballots lie."""
    histogram = turnout_histogram(stations, stations.others, bins)
    width = math.ceil(SMOOTHING * bins / 100)
    width += 1 - width % 2
    window = np.convolve(histogram, np.ones(width, dtype=np.int64), "same")
    best = np.flatnonzero(window == window.max())
    return (int(best[len(best) // 2]) + 0.5) * 100 / bins


def _estimate(
    stations: Stations, bins: int, peak: float, low: float, high: float
) -> Anomaly | None:
    """Return the estimate for one reference part; None where it holds too little."""
    # Ends are multiples of a quarter point: in whole numbers no station is on the wrong side.
    turnout, registered = stations.cast * 400, stations.registered
    part = (turnout >= round(4 * low) * registered) & (turnout <= round(4 * high) * registered)
    leader, others = stations.leader, stations.others
    size, reference = int(np.count_nonzero(part)), int(others[part].sum())
    if size < FEWEST or reference == 0:
        return None
    ratio = int(leader[part].sum()) / reference
    total = int(others.sum())
    votes = int(leader.sum()) - ratio * total
    return Anomaly(
        bin_width=100 / bins, peak=peak, low=low, high=high, stations=size, ratio=ratio,
        votes=votes, error=_error(leader - ratio * others, part, total / reference),
        clean_turnout=(int(stations.cast.sum()) - votes) / int(registered.sum()),
        clean_share=(int(leader.sum()) - votes) / (int(stations.counted.sum()) - votes),
    )  # fmt: skip


def _error(residuals: npt.NDArray[np.float64], part: npt.NDArray[np.bool_], weight: float) -> float:
    """Return the standard error of a difference whose ratio was estimated from a part."""
    influence = residuals - np.where(part, weight * residuals, 0.0)
    n = len(influence)
    mean = math.fsum(influence) / n
    return math.sqrt(math.fsum((influence - mean) ** 2) * n / (n - 1))
