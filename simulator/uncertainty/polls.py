"""Polls to one national estimate, in closed form.

Every source of polling error q has covariance c_q^2 (diag p - p p'); one matrix, so precisions are
scalars, and n_q = 1 / c_q^2 is an effective sample size. The differences between pollsters are
estimated from the polls themselves by the method of moments of DerSimonian and Laird (Controlled
Clinical Trials 7, 1986, 177-188), with Pearson's chi-square as Q.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from simulator.uncertainty.precise import exp, log


@dataclass(frozen=True)
class Poll:
    """A poll as the pooling needs it: shares by option, respondents, design effect, age."""

    pollster: str
    n: int
    deff: float
    days: int
    shares: Mapping[str, Fraction]


@dataclass(frozen=True)
class Pool:
    """The pooled estimate and where its error comes from, as variances c^2."""

    shares: dict[str, float]
    weights: tuple[float, ...]  # share of the pooled estimate that each poll contributes
    effective: tuple[float, ...]  # effective sample size of each poll, house effect included
    q: float
    house: float  # c^2 of differences between pollsters
    pooled: float  # c^2 of the pooled estimate without shared bias
    bias: float  # c^2 of the bias that all polls share

    @property
    def total(self) -> float:
        """Return c^2 of the estimate: pooling and shared bias."""
        return self.pooled + self.bias

    @property
    def sample(self) -> float:
        """Return the effective sample size of the estimate."""
        return 1.0 / self.total


def design_effect(n: int, stations: int | None, icc: float | None) -> float:
    """Return Kish's design effect 1 + (b - 1) icc for b = n / stations interviews a cluster.

    L. Kish, *Survey Sampling*, 1965, section 5.4.

    >>> round(design_effect(30_000, 200, 0.05), 2)
    8.45
    """
    if stations is None or icc is None:
        return 1.0
    return 1.0 + max(0.0, n / stations - 1.0) * icc


def house_variance(polls: Sequence[Poll]) -> tuple[float, float, int]:
    """Return Pearson's Q, the moment estimate of the house variance c^2, and degrees of freedom.

    Q = sum_j w_j sum_i (p_ji - p_i)^2 / p_i with w_j = n_j / deff_j and p the weighted mean.
    """
    options = list(polls[0].shares)
    weight = [poll.n / poll.deff for poll in polls]
    total = sum(weight)
    freedom = (len(polls) - 1) * (len(options) - 1)
    if freedom == 0:
        return 0.0, 0.0, 0
    shares = [_normalised(poll) for poll in polls]
    mean = {
        i: sum(w * float(p[i]) for w, p in zip(weight, shares, strict=True)) / total
        for i in options
    }
    q = sum(
        w * sum((float(p[i]) - mean[i]) ** 2 / mean[i] for i in options)
        for w, p in zip(weight, shares, strict=True)
    )
    spread = total - sum(w * w for w in weight) / total
    return q, max(0.0, (q - freedom) / ((len(options) - 1) * spread)), freedom


def _normalised(poll: Poll) -> dict[str, Fraction]:
    total = sum(poll.shares.values(), Fraction(0))
    return {name: share / total for name, share in poll.shares.items()}


def pool(
    polls: Sequence[Poll], *, bias_n: float, house_n: float, house_df: int, drift: float
) -> Pool:
    """Pool polls into one estimate: precision-weighted mean of logarithms, renormalised.

    Parameters
    ----------
    polls
        At least one; all with the same options, no share zero.
    bias_n
        Effective sample size of the bias that all polls share; it never averages out.
    house_n, house_df
        Prior for the differences between pollsters and its weight in degrees of freedom, used
        when there are fewer than six polls. Zero degrees of freedom: the polls alone decide.
    drift
        Movement c a day between a poll and election day.

    Examples
    --------
    The exit polls of 19 March 2023, each taken for 30,000 interviews and no prior: they disagree
    as much as polls of 2,913 would.

    >>> from fractions import Fraction as F
    >>> names = "amanat auyl respublica aqjol qhp jsdp baytaq against_all".split()
    >>> table = ["53.46 10.52 8.90 7.87 6.25 5.31 3.22 4.47",
    ...          "54.42 10.21 8.79 8.21 6.89 4.91 2.17 4.40",
    ...          "53.33 11.26 8.33 8.87 6.93 5.12 2.51 3.65"]
    >>> polls = [Poll(str(k), 30_000, 1.0, 0, {n: F(x) / 100 for n, x in zip(names, row.split())})
    ...          for k, row in enumerate(table)]
    >>> found = pool(polls, bias_n=2000, house_n=3300, house_df=0, drift=0.0)
    >>> round(found.q, 1), round(1 / found.pooled), round(100 * found.shares["jsdp"], 2)
    (158.2, 7966, 5.12)
    """
    q, house, freedom = house_variance(polls)
    if len(polls) < 6 and freedom + house_df > 0:
        house = (freedom * house + house_df / house_n) / (freedom + house_df)
    variance = [poll.deff / poll.n + house + drift * drift * poll.days for poll in polls]
    precision = [1.0 / c2 for c2 in variance]
    total = sum(precision)
    options = list(polls[0].shares)
    shares = [_normalised(poll) for poll in polls]
    weight = {
        i: exp(sum(w * log(p[i]) for w, p in zip(precision, shares, strict=True)) / total)
        for i in options
    }
    norm = sum(weight.values())
    return Pool(
        shares={i: w / norm for i, w in weight.items()},
        weights=tuple(w / total for w in precision),
        effective=tuple(precision), q=q, house=house, pooled=1.0 / total, bias=1.0 / bias_n,
    )  # fmt: skip
