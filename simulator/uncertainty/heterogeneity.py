"""How much estimates of the same thing differ beyond their own errors: the random-effects model.

Estimate j is a point y_j in a space of some dimensions whose error has variance v_j + t in each of
them; t is what is estimated. One dimension is the meta-analysis of trials; shares of K options,
measured by Pearson's chi-square, have K - 1 dimensions. Only sums, products and quotients: every
machine gets the same bits.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

Rows = Sequence[Sequence[float]]

_MOST_STEPS = 200
_PRECISION = 1e-12


@dataclass(frozen=True)
class Heterogeneity:
    """The variance between estimates, and what it was found from."""

    variance: float  # t, in each dimension
    q: float  # Cochran's Q: weighted squared distances from the mean that assumes t = 0
    freedom: int
    chance: float  # what Q would be on average for t = 0; its degrees of freedom, as a rule

    @property
    def inconsistency(self) -> float:
        """Return I^2 of Higgins and Thompson: the part of Q beyond what chance explains."""
        return max(0.0, 1.0 - self.chance / self.q) if self.q > 0 else 0.0


class _Estimates:
    """Estimates with their variances, and distances by a metric."""

    def __init__(
        self, rows: Rows, variances: Sequence[float], further: Sequence[float],
        metric: Sequence[float], dimensions: int,
    ) -> None:  # fmt: skip
        self.rows, self.own, self.further, self.metric = rows, variances, further, metric
        self.variances = [v + max(0.0, f) for v, f in zip(variances, further, strict=True)]
        self.dimensions = dimensions
        self.freedom = (len(rows) - 1) * dimensions

    def weights(self, variance: float) -> list[float]:
        """Return the precision of each estimate for a variance between them."""
        return [1.0 / (v + variance) for v in self.variances]

    def distances(self, weights: Sequence[float]) -> list[float]:
        """Return the squared distances from the weighted mean."""
        total = sum(weights)
        mean = [
            sum(w * row[i] for w, row in zip(weights, self.rows, strict=True)) / total
            for i in range(len(self.metric))
        ]
        return [
            sum(m * (x - y) ** 2 for m, x, y in zip(self.metric, row, mean, strict=True))
            for row in self.rows
        ]

    def q(self, weights: Sequence[float]) -> float:
        """Return the weighted squared distances from the weighted mean."""
        return sum(w * d for w, d in zip(weights, self.distances(weights), strict=True))

    def chance(self) -> float:
        """Return the mean of Q by own precisions where estimates do not differ."""
        weights = [1.0 / v for v in self.own]
        total = sum(weights)
        rest = sum(w * f * (1.0 - w / total) for w, f in zip(weights, self.further, strict=True))
        return self.freedom + self.dimensions * rest


def moments(estimates: _Estimates) -> float:
    """R. DerSimonian and N. Laird, Controlled Clinical Trials 7 (1986), 177-188: Q minus its mean.

    Closed form: what Q exceeds its expectation by, over the weight that the variance has in it.
    """
    weights = [1.0 / v for v in estimates.own]
    total = sum(weights)
    spread = total - sum(w * w for w in weights) / total
    excess = estimates.q(weights) - estimates.chance()
    return max(0.0, excess / (estimates.dimensions * spread))


def paule_mandel(estimates: _Estimates) -> float:
    """R. C. Paule and J. Mandel, Journal of Research of the NBS 87 (1982), 377-385.

    The variance at which the generalised Q equals its degrees of freedom; by bisection.
    """

    def q(variance: float) -> float:
        return estimates.q(estimates.weights(variance))

    if q(0.0) <= estimates.freedom:
        return 0.0
    low, high = 0.0, max(estimates.variances)
    while q(high) > estimates.freedom:
        low, high = high, 2.0 * high
    for _ in range(_MOST_STEPS):
        middle = 0.5 * (low + high)
        if high - low <= _PRECISION * high or middle in (low, high):
            break
        if q(middle) > estimates.freedom:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)


def reml(estimates: _Estimates) -> float:
    """Restricted maximum likelihood by Fisher scoring.

    W. Viechtbauer, Journal of Educational and Behavioral Statistics 30 (2005), 261-293.
    """
    variance = moments(estimates)
    for _ in range(_MOST_STEPS):
        w = estimates.weights(variance)
        first, second, third = (sum(x**power for x in w) for power in (1, 2, 3))
        gained = sum(x * x * d for x, d in zip(w, estimates.distances(w), strict=True))
        information = second - 2.0 * third / first + (second / first) ** 2
        expected = estimates.dimensions * (first - second / first)
        step = (gained - expected) / (estimates.dimensions * information)
        found = max(0.0, variance + step)
        if abs(found - variance) <= _PRECISION * (found + min(estimates.variances)):
            return found
        variance = found
    return variance


ESTIMATORS: dict[str, Callable[[_Estimates], float]] = {
    "moments": moments,
    "paule-mandel": paule_mandel,
    "reml": reml,
}


def estimate(
    rows: Rows,
    variances: Sequence[float],
    *,
    further: Sequence[float] | None = None,
    metric: Sequence[float] | None = None,
    dimensions: int | None = None,
    estimator: str = "moments",
) -> Heterogeneity:
    """Estimate the variance between estimates.

    Parameters
    ----------
    rows
        The estimates, each a point with the same number of coordinates.
    variances
        Variance of the error of each estimate, in each dimension.
    further
        Variance that each has besides, less what it shares with the others; none when absent. The
        weights of Q and of ``moments`` do without it, its mean takes it into account.
    metric
        Weight of each coordinate in a squared distance; one when absent.
    dimensions
        Dimensions in which the estimates can differ; the number of coordinates when absent.
    estimator
        ``moments`` (DerSimonian and Laird), ``paule-mandel`` or ``reml``.

    Examples
    --------
    Three trials of equal precision: the variance between them is that of the estimates, 1, less
    their own error.

    >>> estimate([[1.0], [2.0], [3.0]], [0.25, 0.25, 0.25])
    Heterogeneity(variance=0.75, q=8.0, freedom=2, chance=2.0)
    """
    width = len(rows[0])
    size = width if dimensions is None else dimensions
    given = _Estimates(rows, variances, further or [0.0] * len(rows), metric or [1.0] * width, size)
    if given.freedom == 0:
        return Heterogeneity(0.0, 0.0, 0, 0.0)
    q = given.q([1.0 / v for v in variances])
    return Heterogeneity(ESTIMATORS[estimator](given), q, given.freedom, given.chance())
