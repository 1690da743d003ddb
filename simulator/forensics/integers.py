"""Integer percentages: are more stations at 70.0% or 85.0% than chance puts there?

Source: D. Kobak, S. Shpilkin, M. S. Pshenichnikov, "Integer percentages as electoral falsification
fingerprints", Annals of Applied Statistics 10 (2016) 54-73; "Putin's peaks", Significance 15(3)
(2018) 8-9.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from simulator.errors import StationError
from simulator.forensics.stations import Counts, Stations

TOLERANCE = Fraction(1, 20)
SMALLEST, HIGHEST = 100, 99
KINDS = ("either", "leader", "turnout")
# Counts of ballots looked at together: bounds the memory of the exact null.
_BLOCK = 4_000_000
_STIRLING = 32


@dataclass(frozen=True)
class IntegerExcess:
    """Stations at an integer percentage beyond what is expected.

    Attributes
    ----------
    kind
        `turnout`, `leader` (its share), or `either` of them.
    step
        1 for every integer percentage, 5 for 5%, 10%, 15%, ...
    stations
        Stations that were looked at.
    observed, expected, sd
        How many are there; mean and standard deviation of that number by chance.
    resamples
        Draws behind `expected` and `sd`; 0 where they are exact.
    """

    kind: str
    step: int
    stations: int
    observed: int
    expected: float
    sd: float
    resamples: int = 0

    @property
    def excess(self) -> float:
        """Observed less expected."""
        return self.observed - self.expected

    @property
    def z(self) -> float:
        """The excess in standard deviations; 0 where chance leaves nothing open."""
        return self.excess / self.sd if self.sd > 0 else 0.0


def integer_excess(
    stations: Stations, step: int = 1, tolerance: Fraction = TOLERANCE
) -> tuple[IntegerExcess, ...]:
    """Count stations at integer percentages and compare with chance, exactly.

    Looked at are stations of at least 100 registered voters with a turnout and a leader's share of
    at most 99%. A percentage counts as integer within `tolerance` points.

    By chance, the ballots of a station are binomial with its registered voters and its reported
    turnout, and the leader's votes binomial with its ballots counted and the reported share. The
    authors draw from that; here the probability of every station is summed from the binomial
    distribution, so that mean and standard deviation have no Monte Carlo error.

    Parameters
    ----------
    step
        Look at multiples of this many per cent only.
    tolerance
        In points, at most a half.

    Returns
    -------
    excesses
        Of either, leader and turnout, in this order.

    Raises
    ------
    StationError
        E603: no station is left to look at.

    See Also
    --------
    resampled_integer_excess : the null by drawing, as the authors do.

    Notes
    -----
    Assumes nothing about turnout or support: neither geography nor weather makes 70.0% more
    frequent than 69.7%, and that few counts are possible in a small station is part of the null.
    It sees only results that were chosen as percentages; stuffing by the bundle leaves none, so a
    zero excess clears nobody. Draws may lie above 99% while observed stations may not, which makes
    the excess slightly too small where turnout or share is near 99%.

    Examples
    --------
    Thirty stations of 1,003 voters, every one at 70.0% to the nearest ballot, where chance puts one
    in ten:

    >>> stations = Stations([1003] * 30, [702] * 30, [700] * 30, [333] * 30)
    >>> turnout = integer_excess(stations)[2]
    >>> turnout.observed, round(turnout.expected, 1)
    (30, 3.0)
    """
    used = _selected(stations)
    turnout = _chance_of_integer(used.registered, used.cast, step, tolerance)
    leader = _chance_of_integer(used.counted, used.leader, step, tolerance)
    chances = (turnout + leader - turnout * leader, leader, turnout)
    observed = _observed(used, used.cast, used.leader, step, tolerance)
    return tuple(
        IntegerExcess(
            kind, step, len(used), seen,
            math.fsum(chance), math.sqrt(math.fsum(chance * (1 - chance))),
        )
        for kind, seen, chance in zip(KINDS, observed, chances, strict=True)
    )  # fmt: skip


def resampled_integer_excess(
    stations: Stations,
    resamples: int,
    seed: int,
    step: int = 1,
    tolerance: Fraction = TOLERANCE,
) -> tuple[IntegerExcess, ...]:
    """Count stations at integer percentages and compare with binomial draws, as published.

    The same null as `integer_excess`, drawn `resamples` times with Philox from a seed. The mean has
    a Monte Carlo error of `sd / sqrt(resamples)`. The draws are those of the installed numpy, which
    may change between its versions.

    Examples
    --------
    >>> stations = Stations([1003] * 30, [702] * 30, [700] * 30, [333] * 30)
    >>> resampled_integer_excess(stations, 200, seed=1)[2].observed
    30
    """
    if resamples < 2:
        raise StationError("E603", "a standard deviation needs at least two resamples")
    used = _selected(stations)
    observed = _observed(used, used.cast, used.leader, step, tolerance)
    generator = np.random.Generator(np.random.Philox(seed))
    rates = used.cast / used.registered, used.leader / used.counted
    drawn = np.array([
        _observed(
            used, generator.binomial(used.registered, rates[0]),
            generator.binomial(used.counted, rates[1]), step, tolerance,
        )
        for _ in range(resamples)
    ])  # fmt: skip
    means, sds = drawn.mean(axis=0), drawn.std(axis=0, ddof=1)
    return tuple(
        IntegerExcess(kind, step, len(used), seen, float(mean), float(sd), resamples)
        for kind, seen, mean, sd in zip(KINDS, observed, means, sds, strict=True)
    )


def _selected(stations: Stations) -> Stations:
    keep = (
        (stations.registered >= SMALLEST)
        & (stations.counted > 0)
        & (100 * stations.cast <= HIGHEST * stations.registered)
        & (100 * stations.leader <= HIGHEST * stations.counted)
    )
    if not keep.any():
        what = f"at least {SMALLEST} voters and at most {HIGHEST}% turnout and share"
        raise StationError("E603", f"there is no station with {what}")
    return stations.select(keep)


def _observed(
    stations: Stations, cast: Counts, leader: Counts, step: int, tolerance: Fraction
) -> tuple[int, int, int]:
    """Return the stations at an integer percentage by kind."""
    turnout = _is_integer(cast, stations.registered, step, tolerance)
    share = _is_integer(leader, stations.counted, step, tolerance)
    return tuple(int(np.count_nonzero(m)) for m in (turnout | share, share, turnout))  # type: ignore[return-value]


def _is_integer(
    parts: Counts, wholes: Counts, step: int, tolerance: Fraction
) -> npt.NDArray[np.bool_]:
    """Say which percentages lie within the tolerance of a multiple of the step, in integers."""
    rest = (100 * parts) % (step * wholes)
    distance = np.minimum(rest, step * wholes - rest)
    return np.asarray(distance * tolerance.denominator <= wholes * tolerance.numerator)


def _chance_of_integer(
    trials: Counts, successes: Counts, step: int, tolerance: Fraction
) -> npt.NDArray[np.float64]:
    """Return for each station the chance that a binomial draw is at an integer percentage."""
    rate = successes / trials
    # Bernstein's inequality: less than 1e-12 of the distribution lies beyond.
    reach = 9 * np.sqrt(trials * rate * (1 - rate)) + 20
    starts = np.flatnonzero(np.diff(np.cumsum(reach) // _BLOCK, prepend=-1))
    ends = [*starts[1:].tolist(), len(trials)]
    chances = [
        _chances(trials[k:end], successes[k:end], reach[k:end], step, tolerance)
        for k, end in zip(starts.tolist(), ends, strict=True)
    ]
    return np.concatenate(chances)


def _chances(
    trials: Counts,
    successes: Counts,
    reach: npt.NDArray[np.float64],
    step: int,
    tolerance: Fraction,
) -> npt.NDArray[np.float64]:
    lowest = np.maximum(np.ceil(100 * (successes - reach) / trials / step), 0).astype(np.int64)
    highest = np.minimum(np.floor(100 * (successes + reach) / trials / step), 100 // step)
    station, target = _ranges(lowest, highest.astype(np.int64))
    n = trials[station]
    # k is at m% when |100 k - m n| <= tolerance n.
    a, b = tolerance.numerator, tolerance.denominator
    first = -(-n * (target * step * b - a) // (100 * b))
    last = n * (target * step * b + a) // (100 * b)
    near = reach.astype(np.int64)[station]
    low = np.maximum(successes[station] - near, 0)
    high = np.minimum(successes[station] + near, n)
    pair, k = _ranges(np.maximum(first, low), np.minimum(last, high))
    where = station[pair]
    mass = _binomial(k, trials[where], (successes / trials)[where])
    return np.minimum(np.bincount(where, weights=mass, minlength=len(trials)), 1.0)


def _ranges(first: Counts, last: Counts) -> tuple[Counts, Counts]:
    """Return all whole numbers of several ranges, and the range that each belongs to."""
    sizes = np.maximum(last - first + 1, 0)
    owner = np.repeat(np.arange(len(sizes)), sizes)
    starts = np.cumsum(sizes) - sizes
    return owner, first[owner] + np.arange(len(owner)) - starts[owner]


def _binomial(k: Counts, n: Counts, rate: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return the binomial probability of k of n."""
    choose = _log_factorial(n) - _log_factorial(k) - _log_factorial(n - k)
    with np.errstate(divide="ignore", invalid="ignore"):
        hits = np.where(k > 0, k * np.log(rate), 0.0)
        misses = np.where(n > k, (n - k) * np.log1p(-rate), 0.0)
    return np.exp(choose + hits + misses)


_SMALL = np.array([math.lgamma(k + 1) for k in range(_STIRLING)])


def _log_factorial(n: Counts) -> npt.NDArray[np.float64]:
    """Return log n!: from a table below 32, above by Stirling's series, good to 1e-12."""
    x = np.maximum(n, _STIRLING).astype(np.float64)
    series = (1 / 12 - (1 / 360 - 1 / (1260 * x * x)) / (x * x)) / x
    large = x * np.log(x) - x + 0.5 * np.log(2 * math.pi * x) + series
    return np.where(n < _STIRLING, _SMALL[np.minimum(n, _STIRLING - 1)], large)
