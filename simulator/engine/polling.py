"""The polls of a scenario, pooled; and what the pool says before regions are drawn."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from simulator.errors import Diagnostic, InvalidScenario
from simulator.scenario.geography import options, resolve
from simulator.scenario.load import Loaded, load
from simulator.scenario.schema import Scenario
from simulator.uncertainty import polls
from simulator.uncertainty.pooled import Poll, Pool, design_effect
from simulator.uncertainty.precise import sqrt
from simulator.uncertainty.tails import normal_cdf, student_cdf

PRE_ELECTION_BIAS = 400
EXIT_POLL_BIAS = 2000
_CERTAIN = 1e6  # standard deviations: a single option has all votes


@dataclass(frozen=True)
class Passing:
    """The chance of a list to reach the threshold, by the tails of the error."""

    normal: float
    student: float | None  # None where the scenario has normal tails


def pool_polls(scenario: str | os.PathLike[str] | Loaded | Scenario) -> Pool:
    """Pool the polls of a scenario into one estimate on election day.

    Parameters
    ----------
    scenario
        A file, or what :func:`simulator.load` returned.

    Returns
    -------
    Pool
        Expected shares, weights and effective sample sizes of the polls, and the variance of the
        estimate by its sources: c^2 stands for the covariance c^2 (diag p - p p').

    Raises
    ------
    InvalidScenario
        With every fault of the scenario, or because it has no polls.

    Notes
    -----
    Differences between pollsters by R. DerSimonian and N. Laird, Controlled Clinical Trials 7
    (1986), 177-188, on Pearson's chi-square; design effects by L. Kish, *Survey Sampling* (1965),
    section 5.4; local level by A. C. Harvey, *Forecasting, Structural Time Series Models and the
    Kalman Filter* (1989), sections 3.2 and 3.6.

    Examples
    --------
    >>> found = pool_polls("scenarios/kazakhstan-2023.yaml")
    >>> round(100 * found.shares["jsdp"], 2), round(1 / found.pooled), round(found.sample)
    (5.09, 7068, 1559)
    """
    file = str(scenario) if isinstance(scenario, (str, os.PathLike)) else "scenario"
    if isinstance(scenario, (str, os.PathLike)):
        scenario = load(scenario)
    if isinstance(scenario, Loaded):
        file, scenario = scenario.file, scenario.scenario
    if scenario.polls is None:
        hint = "add polls:, a list of them or the name of a CSV file"
        raise InvalidScenario(
            (Diagnostic(file, 0, 0, "E202", "the scenario has no polls to pool", hint),)
        )
    error = scenario.uncertainty.polls
    return polls.pool(
        collect_polls(scenario), bias_n=shared_bias(scenario), house_n=error.house_n,
        house_df=error.house_df, drift=error.drift_per_day, pooling=scenario.polls.pooling,
        estimator=error.house_estimator, correlation=error.correlation,
    )  # fmt: skip


def shared_bias(scenario: Scenario) -> int:
    """Return the effective sample size of the bias that all polls share."""
    exit_polls = scenario.polls is not None and scenario.polls.kind == "exit"
    default = EXIT_POLL_BIAS if exit_polls else PRE_ELECTION_BIAS
    return scenario.uncertainty.polls.bias_n or default


def collect_polls(scenario: Scenario) -> list[Poll]:
    """Return the polls of a scenario as the pooling reads them."""
    if scenario.polls is None:
        return []
    houses = scenario.polls.houses
    return [
        Poll(
            poll.pollster, poll.n,
            poll.deff or design_effect(
                poll.n, poll.stations, float(poll.icc) if poll.icc is not None else None
            ),
            poll.age(scenario.date), {name: poll.shares[name] for name in options(scenario)},
            float(poll.undecided),
            poll.bias or (houses[poll.pollster].bias if poll.pollster in houses else {}),
        )
        for poll in scenario.polls.items
    ]  # fmt: skip


def passing(scenario: Scenario, pool: Pool) -> dict[str, Passing]:
    """Return each list's chance to reach the threshold; empty where there is none.

    In closed form, at the nation and at expected turnout: the shares less the threshold on its
    base are one linear contrast a'p, of variance c^2 (sum a^2 p - (a'p)^2).
    """
    tier = scenario.tiers.list
    if tier is None or tier.threshold is None:
        return {}
    freedom, found = scenario.uncertainty.tails, {}
    lists = [name for name in pool.shares if scenario.parties[name].seats]
    for name in lists:
        weight = {k: 1.0 if k == name else 0.0 for k in pool.shares}
        level = float(_bar(scenario, tier.threshold.share, tier.threshold.of))
        if tier.threshold.of == "party-votes":
            weight = {k: a - (level if k in lists else 0.0) for k, a in weight.items()}
            level = 0.0
        z = _distance(pool, weight, level)
        student = student_cdf(z * sqrt(freedom / (freedom - 2.0)), freedom) if freedom else None
        found[name] = Passing(normal_cdf(z), student)
    return found


def _bar(scenario: Scenario, share: Fraction, base: str) -> Fraction:
    """Return a threshold as a share of the valid ballots, at expected turnout."""
    if base in {"ballots", "electorate"}:
        share /= 1 - scenario.electorate.invalid
    if base == "electorate":
        geography = resolve(scenario)
        cast = sum((area.registered * area.turnout for area in geography.areas), Fraction(0))
        share *= geography.registered / cast
    return share


def _distance(pool: Pool, weight: Mapping[str, float], level: float) -> float:
    """Return how many standard deviations a contrast of the shares lies above a level."""
    mean = sum(weight[k] * p for k, p in pool.shares.items())
    square = sum(weight[k] ** 2 * p for k, p in pool.shares.items())
    spread = square - mean * mean
    if spread <= 0.0:
        return _CERTAIN if mean >= level else -_CERTAIN
    return (mean - level) / sqrt(pool.total * spread)
