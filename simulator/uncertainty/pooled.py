"""A poll, and what several of them say together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from simulator.uncertainty.local_level import Day
from simulator.uncertainty.precise import exp, log, sqrt


@dataclass(frozen=True)
class Poll:
    """A poll as the pooling needs it: shares of the decided, respondents, design effect, age."""

    pollster: str
    n: int
    deff: float
    days: int
    shares: Mapping[str, Fraction]
    undecided: float = 0.0
    bias: Mapping[str, float] = field(default_factory=dict)  # known, on the scale of logarithms

    @property
    def sampling(self) -> float:
        """Return c^2 of sampling: design effect over the respondents who are decided."""
        return self.deff / (self.n * (1.0 - self.undecided))


@dataclass(frozen=True)
class Pool:
    """The pooled estimate and where its error comes from, as variances c^2."""

    pooling: str
    polls: tuple[Poll, ...]
    shares: dict[str, float]
    weights: tuple[float, ...]  # share of the pooled estimate that each poll contributes
    effective: tuple[float, ...]  # effective sample size of each poll, house effect included
    q: float
    freedom: int
    chance: float  # what Q would be on average if pollsters did not differ
    house: float  # c^2 of differences between pollsters
    pooled: float  # c^2 of the pooled estimate on the day of the newest poll, without shared bias
    drift: float  # c^2 of what opinion may do between the newest poll and election day
    bias: float  # c^2 of the bias that all polls share
    undecided: float  # mean of the polls by their weights
    effects: dict[str, dict[str, float]]  # error of each pollster, on the scale of logarithms
    path: tuple[Day, ...] = ()  # opinion by day, oldest first; local-level pooling only

    @property
    def total(self) -> float:
        """Return c^2 of the estimate: pooling, drift and shared bias."""
        return self.pooled + self.drift + self.bias

    @property
    def sample(self) -> float:
        """Return the effective sample size of the estimate."""
        return 1.0 / self.total

    def expected(self, poll: Poll, house: bool = True) -> dict[str, float]:
        """Return the shares that a poll should find: opinion on its day, its known and own bias."""
        logs = {name: log(share) for name, share in self.shares.items()}
        if self.path:
            day = self.path[self.path[0].days - poll.days]
            logs = dict(zip(self.shares, day.logs, strict=True))
        own = self.effects.get(poll.pollster, {}) if house else {}
        return normalised(
            {name: x + poll.bias.get(name, 0.0) + own.get(name, 0.0) for name, x in logs.items()}
        )

    def residuals(self, poll: Poll) -> dict[str, float]:
        """Return what a poll found less what it should have found, by option."""
        at = self.expected(poll)
        return {name: float(share) - at[name] for name, share in decided_shares(poll).items()}

    def house_effect(self, pollster: str) -> dict[str, float]:
        """Return the error of a pollster in shares, by option; it sums to zero."""
        logs = {name: log(share) for name, share in self.shares.items()}
        own = self.effects.get(pollster, {})
        moved = normalised({name: x + own.get(name, 0.0) for name, x in logs.items()})
        return {name: moved[name] - share for name, share in self.shares.items()}

    def deviation(self, option: str) -> float:
        """Return the standard deviation of a pooled share."""
        share = self.shares[option]
        return sqrt(max(0.0, self.total * share * (1.0 - share)))

    def distance(self, poll: Poll) -> float:
        """Return how far a poll lies from opinion on its day; one is usual.

        The root of the mean square over options, in standard deviations of sampling and house.
        """
        at = self.expected(poll, house=False)
        decided = decided_shares(poll)
        square = sum((float(decided[i]) - p) ** 2 / p for i, p in at.items())
        return sqrt(square / (max(1, len(at) - 1) * (poll.sampling + self.house)))


def normalised(logs: Mapping[str, float]) -> dict[str, float]:
    """Return the shares that are proportional to the exponentials of some numbers."""
    weight = {name: exp(x) for name, x in logs.items()}
    norm = sum(weight.values())
    return {name: w / norm for name, w in weight.items()}


def decided_shares(poll: Poll) -> dict[str, Fraction]:
    """Return the shares of a poll as parts of one."""
    total = sum(poll.shares.values(), Fraction(0))
    return {name: share / total for name, share in poll.shares.items()}


def design_effect(n: int, stations: int | None, icc: float | None) -> float:
    """Return Kish's design effect 1 + (b - 1) icc for b = n / stations interviews a cluster.

    L. Kish, *Survey Sampling*, 1965, section 5.4.

    >>> round(design_effect(30_000, 200, 0.05), 2)
    8.45
    """
    if stations is None or icc is None:
        return 1.0
    return 1.0 + max(0.0, n / stations - 1.0) * icc
