"""How votes of districts move with the nation: five rules, and what is left over.

The national result is given; each rule predicts every district from the election before. What is
left over has the size that the regional, district and candidate layers take for default.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from benchmarks.validation.germany import CANDIDATES, LISTS, Table, read_table
from benchmarks.validation.targets import Target, main

OPTIONS = ("union", "spd", "greens", "fdp", "afd", "left")
Floats = NDArray[np.float64]

# Root mean square error in points and share of right winners, 2025 from 2021 and 2021 from 2017.
CONTEST = {
    "uniform": ((2.42, 0.908), (2.36, 0.786)),
    "proportional": ((1.90, 0.946), (2.33, 0.790)),
    "softmax": ((1.88, 0.946), (2.34, 0.783)),
    "mean of uniform and proportional": ((1.95, 0.932), (2.22, 0.800)),
    "logit": ((1.85, 0.949), (2.24, 0.803)),
}
# Year, vote: districts, median SD of regions and of districts, SD of others in districts.
LAYERS = {
    (2025, LISTS): (295, 0.091, 0.071, 0.088),
    (2021, LISTS): (295, 0.134, 0.084, 0.106),
    (2025, CANDIDATES): (280, 0.092, 0.149, 0.365),
    (2021, CANDIDATES): (262, 0.122, 0.189, 0.532),
}


def shares(votes: Floats) -> Floats:
    """Return votes as shares of their row."""
    return np.asarray(votes / votes.sum(axis=1, keepdims=True))


def uniform(p: Floats, weight: Floats, nation: Floats) -> Floats:
    """Add the same points everywhere."""
    return np.asarray(p + (nation - weight @ p))


def proportional(p: Floats, weight: Floats, nation: Floats) -> Floats:
    """Multiply by the same factor everywhere, and normalise."""
    return shares(p * (nation / (weight @ p)))


def mean_of_both(p: Floats, weight: Floats, nation: Floats) -> Floats:
    """Average the two."""
    return (uniform(p, weight, nation) + proportional(p, weight, nation)) / 2


def softmax(p: Floats, weight: Floats, nation: Floats) -> Floats:
    """Shift log-weights by what makes the normalised shares return the nation."""
    return calibrate(lambda shift: shares(p * np.exp(shift)), weight, nation)


def logit(p: Floats, weight: Floats, nation: Floats) -> Floats:
    """Shift the logit of each party by what makes the normalised shares return the nation."""
    odds = p / (1 - p)
    return calibrate(
        lambda shift: shares(1 / (1 + 1 / (odds * np.exp(shift)))), weight, nation
    )  # fmt: skip


def calibrate(predict: Callable[[Floats], Floats], weight: Floats, nation: Floats) -> Floats:
    """Return the prediction under the shifts with which it returns the nation."""
    shift = np.zeros_like(nation)
    for _ in range(10_000):
        step = np.log(nation / (weight @ predict(shift)))
        shift += step
        if np.abs(step).max() < 1e-12:
            return predict(shift)
    raise ArithmeticError("the shifts do not converge")


RULES = {
    "uniform": uniform, "proportional": proportional, "softmax": softmax,
    "mean of uniform and proportional": mean_of_both, "logit": logit,
}  # fmt: skip


def nation_of(table: Table) -> tuple[Floats, Floats]:
    """Return the weight of each district and the national shares."""
    cast = table.now.sum(axis=1)
    return cast / cast.sum(), table.now.sum(axis=0) / cast.sum()


def spreads(table: Table) -> tuple[Floats, Floats, Floats]:
    """Return, by option, SD of regions, SD of districts in them, and what is left of districts.

    One-way analysis of the centred log-ratio of the swing, by moments.
    """
    swing = np.log(shares(table.now)) - np.log(shares(table.before))
    swing -= swing.mean(axis=1, keepdims=True)
    _, state, size = np.unique(table.states, return_inverse=True, return_counts=True)
    n, groups = state.size, size.size
    means = np.array([swing[state == g].mean(axis=0) for g in range(groups)])
    left = swing - means[state]
    inside = (left**2).sum(axis=0) / (n - groups)
    between = (size[:, None] * (means - swing.mean(axis=0)) ** 2).sum(axis=0) / (groups - 1)
    typical = (n - (size**2).sum() / n) / (groups - 1)
    return np.sqrt(np.maximum(0, between - inside) / typical), np.sqrt(inside), left


def check(folder: Path) -> Iterator[Target]:
    """Yield the targets."""
    for position, year in enumerate((2025, 2021)):
        table = read_table(folder, year, LISTS, OPTIONS)
        table = table.where(table.complete)
        actual = shares(table.now)
        for name, rule in RULES.items():
            found = rule(shares(table.before), *nation_of(table))
            error = 100 * float(np.sqrt(((found - actual) ** 2).mean()))
            right = float((found.argmax(axis=1) == actual.argmax(axis=1)).mean())
            points, winners = CONTEST[name][position]
            yield Target(f"{year}, {name}: error, points", points, error, 0.01)
            yield Target(f"{year}, {name}: winners right", winners, right, 0.001)
    yield from check_layers(folder)


def check_layers(folder: Path) -> Iterator[Target]:
    """Yield the targets of the residuals."""
    freedom: dict[str, list[float]] = {LISTS: [], CANDIDATES: []}
    for (year, vote), (count, region, district, others) in LAYERS.items():
        table = read_table(folder, year, vote, OPTIONS)
        table = table.where(table.complete)
        between, inside, left = spreads(table)
        name = f"{year}, {'lists' if vote == LISTS else 'candidates'}"
        yield Target(f"{name}: districts with all seven options", count, len(table.districts), 0)
        yield Target(f"{name}: SD of regions, median", region, float(np.median(between)), 0.0005)
        yield Target(f"{name}: SD of districts, median", district, float(np.median(inside)), 0.0005)
        yield Target(f"{name}: SD of districts, others", others, float(inside[-1]), 0.0005)
        freedom[vote] += [float(stats.t.fit(row)[0]) for row in left.T]
    yield Target("lists: degrees of freedom, median", 7.4, float(np.median(freedom[LISTS])), 0.05)
    found = float(np.median(freedom[CANDIDATES]))
    yield Target("candidates: degrees of freedom, median", 5, found, 0.5)


if __name__ == "__main__":
    main("Swing in German districts, national result given", check)
