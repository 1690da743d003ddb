"""Polls to one national estimate, in closed form.

Every source of polling error q has covariance c_q^2 (diag p - p p'); one matrix, so precisions are
scalars, and n_q = 1 / c_q^2 is an effective sample size. The differences between pollsters are
estimated from the polls themselves, with Pearson's chi-square as Q.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from simulator.uncertainty.heterogeneity import Heterogeneity, estimate
from simulator.uncertainty.local_level import Day, Observation, smooth
from simulator.uncertainty.pooled import Poll, Pool, decided_shares, normalised
from simulator.uncertainty.precise import log, sqrt

FEW_POLLSTERS = 6
NEWEST_DAYS = 14


def house_variance(
    polls: Sequence[Poll], *, drift: float = 0.0, estimator: str = "moments"
) -> Heterogeneity:
    """Return Pearson's Q between pollsters, its degrees of freedom and the variance c^2 from it.

    Q = sum_j w_j sum_i (p_ji - p_i)^2 / p_i with w_j = n_j / deff_j and p the weighted mean. The
    polls of one pollster count as one. What opinion moved between the polls is taken out of Q by
    its mean, a random walk.
    """
    options = list(polls[0].shares)
    members: dict[str, list[Poll]] = {}
    for poll in polls:
        members.setdefault(poll.pollster, []).append(poll)
    weight = {name: sum(1.0 / poll.sampling for poll in own) for name, own in members.items()}
    rows = []
    for name, own in members.items():
        parts = [(1.0 / poll.sampling / weight[name], _without_known_bias(poll)) for poll in own]
        rows.append([sum(w * p[i] for w, p in parts) for i in options])
    total = sum(weight.values())
    mean = [
        sum(w * row[i] for w, row in zip(weight.values(), rows, strict=True)) / total
        for i in range(len(options))
    ]
    return estimate(
        rows, [1.0 / w for w in weight.values()], further=_movement(members, weight, drift),
        metric=[1.0 / x for x in mean], dimensions=len(options) - 1, estimator=estimator,
    )  # fmt: skip


def _movement(
    members: Mapping[str, Sequence[Poll]], weight: Mapping[str, float], drift: float
) -> list[float]:
    """Return the variance of each pollster by the walk of opinion, less what the others share.

    Where d(t) is the part of a pollster's weight in polls from before day t, and e(t) that of all
    others, the sum over days of d (d - e): so that the mean of Q has the right sum.
    """
    total, found = sum(weight.values()), dict.fromkeys(members, 0.0)
    if len(members) == 1 or drift == 0.0:
        return list(found.values())
    asked: dict[int, list[tuple[str, float]]] = {}
    for name, own in members.items():
        for poll in own:
            asked.setdefault(poll.days, []).append((name, 1.0 / poll.sampling))
    older = dict(weight)
    for newer, day in itertools.pairwise(sorted(asked)):
        for name, w in asked[newer]:
            older[name] -= w
        every = sum(older.values())
        for name, w in weight.items():
            part, others = older[name] / w, (every - older[name]) / (total - w)
            found[name] += (day - newer) * part * (part - others)
    return [drift * drift * x for x in found.values()]


def _without_known_bias(poll: Poll) -> dict[str, float]:
    decided = decided_shares(poll)
    if not any(poll.bias.values()):
        return {name: float(share) for name, share in decided.items()}
    return normalised({name: log(share) - poll.bias.get(name, 0.0) for name, share in
                       decided.items()})  # fmt: skip


def pool(
    polls: Sequence[Poll], *, bias_n: float | None, house_n: float, house_df: int, drift: float,
    pooling: str = "precision", estimator: str = "moments", correlation: float = 0.5,
) -> Pool:  # fmt: skip
    """Pool polls into one estimate on election day.

    Parameters
    ----------
    polls
        At least one; all with the same options, no share zero.
    bias_n
        Effective sample size of the bias that all polls share; it never averages out. None: no
        such bias.
    house_n, house_df
        Prior for the differences between pollsters and its weight in degrees of freedom, used
        when there are fewer than six pollsters. Zero degrees of freedom: the polls alone decide.
    drift
        Movement c a day between a poll and election day.
    pooling
        ``precision``: the mean of logarithms by precision; ``local-level``: opinion as a random
        walk; ``effective-sample``: the sum of the samples by a correlation between pollsters.
    estimator
        Of the differences between pollsters: ``moments``, ``paule-mandel`` or ``reml``.
    correlation
        Between pollsters, for ``effective-sample`` alone.

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
    between = house_variance(polls, drift=drift, estimator=estimator)
    house, pollsters = between.variance, len({poll.pollster for poll in polls})
    if pollsters < FEW_POLLSTERS and between.freedom + house_df > 0:
        house = between.freedom * house + house_df / house_n
        house /= between.freedom + house_df
    if pooling == "effective-sample":
        return _pool_samples(polls, correlation, between)
    if pooling == "local-level":
        found = _smooth_level(polls, house, drift)
    else:
        found = _weigh_by_precision(polls, house, drift)
    return Pool(
        pooling, tuple(polls), found.shares, found.weights, found.effective, between.q,
        between.freedom, between.chance, house, found.variance,
        drift * drift * min(poll.days for poll in polls), 1.0 / bias_n if bias_n else 0.0,
        sum(w * poll.undecided for w, poll in zip(found.weights, polls, strict=True)),
        found.effects, found.path,
    )  # fmt: skip


@dataclass(frozen=True)
class _Estimate:
    """What a way of pooling finds: opinion after the newest poll."""

    shares: dict[str, float]
    weights: tuple[float, ...]
    effective: tuple[float, ...]
    variance: float
    effects: dict[str, dict[str, float]]
    path: tuple[Day, ...] = ()


def _logs(poll: Poll) -> dict[str, float]:
    """Return the logarithms of the shares of a poll without its known bias."""
    return {name: log(p) - poll.bias.get(name, 0.0) for name, p in decided_shares(poll).items()}


def _weigh_by_precision(polls: Sequence[Poll], house: float, drift: float) -> _Estimate:
    """Weigh logarithms by precision; exact for pollsters with several polls.

    The w_j = 1 / v_j of a pollster with common error of variance t have together the precision
    1 / (1 / W + t), W = sum w_j, shared in proportion: so that poll j has the variance
    v_j (1 + t W). Movement since the newest poll is common to all and no part of v_j. Weights take
    the movement before it for an error of each poll alone; the variance of the mean does not.
    """
    newest = min(poll.days for poll in polls)
    own = [poll.sampling + drift * drift * (poll.days - newest) for poll in polls]
    held: dict[str, float] = {}
    for poll, v in zip(polls, own, strict=True):
        held[poll.pollster] = held.get(poll.pollster, 0.0) + 1.0 / v
    precision = [
        1.0 / (v + house * v * held[poll.pollster]) for poll, v in zip(polls, own, strict=True)
    ]
    total = sum(precision)
    logs = [_logs(poll) for poll in polls]
    level = {
        i: sum(w * x[i] for w, x in zip(precision, logs, strict=True)) / total for i in logs[0]
    }
    effects = {}
    for name, w in held.items():
        part = house / (house + 1.0 / w)
        rows = [(1.0 / v, x) for poll, v, x in zip(polls, own, logs, strict=True)
                if poll.pollster == name]  # fmt: skip
        effects[name] = {
            i: part * (sum(u * x[i] for u, x in rows) / w - mean) for i, mean in level.items()
        }
    return _Estimate(
        normalised(level), tuple(w / total for w in precision), tuple(precision),
        _variance(polls, [w / total for w in precision], house, drift), effects,
    )  # fmt: skip


def _variance(polls: Sequence[Poll], weights: Sequence[float], house: float, drift: float) -> float:
    """Return c^2 of a weighted mean of polls on the day of the newest, opinion walking at random.

    A step of the walk is an error of all older polls at once, and does not average out among them;
    nor does the error of a pollster among its polls. Without either it is 1 / sum of precisions.
    """
    sampling = sum(w * w * poll.sampling for w, poll in zip(weights, polls, strict=True))
    by_house: dict[str, float] = {}
    by_day: dict[int, float] = {}
    for w, poll in zip(weights, polls, strict=True):
        by_house[poll.pollster] = by_house.get(poll.pollster, 0.0) + w
        by_day[poll.days] = by_day.get(poll.days, 0.0) + w
    days = sorted(by_day)
    walk, older = 0.0, 1.0
    for newer, day in itertools.pairwise(days):
        older -= by_day[newer]
        walk += (day - newer) * older * older
    return sampling + house * sum(w * w for w in by_house.values()) + drift * drift * walk


def _smooth_level(polls: Sequence[Poll], house: float, drift: float) -> _Estimate:
    """Follow opinion day by day; the last day is election day."""
    logs = [_logs(poll) for poll in polls]
    options = list(logs[0])
    seen = [
        Observation(poll.days, poll.pollster, [x[i] for i in options], poll.sampling)
        for poll, x in zip(polls, logs, strict=True)
    ]
    found = smooth(seen, house, drift)
    level = {day.days: day.logs for day in found.path}
    effects = {name: dict(zip(options, x, strict=True)) for name, x in found.houses.items()}
    for poll in seen:
        if poll.pollster not in effects:
            part = house / (house + poll.variance)
            rest = zip(options, poll.logs, level[poll.days], strict=True)
            effects[poll.pollster] = {i: part * (x - at) for i, x, at in rest}
    after = next(day for day in reversed(found.path) if day.days == min(p.days for p in polls))
    return _Estimate(
        normalised(dict(zip(options, found.path[-1].logs, strict=True))), found.weights,
        tuple(1.0 / (poll.sampling + house) for poll in polls), after.variance, effects, found.path,
    )  # fmt: skip


def _pool_samples(polls: Sequence[Poll], correlation: float, between: Heterogeneity) -> Pool:
    """Add samples up, less what a correlation between pollsters takes away; no floor of bias.

    The pooling of A. Bender and A. Bauer, coalitions (Journal of Open Source Software 3(23), 2018,
    606), by the share of the largest option: the newest poll of each pollster, none older than
    14 days before the newest of all.
    """
    newest = min(poll.days for poll in polls)
    last: dict[str, int] = {}
    for j, poll in enumerate(polls):
        if poll.days - newest <= NEWEST_DAYS and (
            poll.pollster not in last or poll.days < polls[last[poll.pollster]].days
        ):
            last[poll.pollster] = j
    sizes = {j: 1.0 / polls[j].sampling for j in last.values()}
    total = sum(sizes.values())
    shares = {j: _without_known_bias(polls[j]) for j in sizes}
    mean = {i: sum(sizes[j] * shares[j][i] for j in sizes) / total for i in polls[0].shares}
    largest = max(mean, key=lambda i: mean[i])
    spread = [sqrt(sizes[j] * shares[j][largest] * (1.0 - shares[j][largest])) for j in sizes]
    alone = sum(s * s for s in spread)
    variance = alone + correlation * (sum(spread) ** 2 - alone)
    pooled = variance / (total * total * mean[largest] * (1.0 - mean[largest]))
    weights = tuple(sizes.get(j, 0.0) / total for j in range(len(polls)))
    return Pool(
        "effective-sample", tuple(polls), mean, weights,
        tuple(sizes.get(j, 0.0) for j in range(len(polls))), between.q, between.freedom,
        between.chance, 0.0, pooled, 0.0, 0.0,
        sum(w * p.undecided for w, p in zip(weights, polls, strict=True)), {},
    )  # fmt: skip
