"""The error of final polls in Germany by size of the party: variance as p (1 - p).

Mean of the polls of the last ten days against the result, parties over 2 per cent in the result and
over 1 per cent in the polls, without the group of others. The files have results until 2017 and no
poll of the last ten days before the elections of 1953, 1965 and 1980.
"""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, stats

from benchmarks.validation.targets import Target, main, open_text

MOST_DAYS = 10
# Share band in per cent, upper end inside: parties, error in points, error of the logit.
BANDS = {
    (2, 7): (12, 1.65, 0.278),
    (7, 15): (21, 1.31, 0.170),
    (15, 30): (3, 1.57, 0.088),
    (30, 60): (27, 2.33, 0.098),
}
# First year: best exponent k of sd = c (p (1 - p))^k, log-likelihood lost at k = 0, 1/2, 1.
EXPONENTS: dict[int, tuple[float, dict[float, float]]] = {
    1953: (0.28, {0: 2.1, 0.5: 1.5, 1: 15.0}),
    1990: (0.30, {0: 1.7, 0.5: 0.8, 1: 8.9}),
    2002: (0.62, {}),
}

Floats = NDArray[np.float64]


def read_pairs(polls: str, prior: str) -> tuple[Floats, Floats, Floats]:
    """Return year, polled share and result in per cent of every party at every election."""
    results = {
        (row["year"], row["party"]): float(row["voteshare"])
        for row in csv.DictReader(io.StringIO(prior))
        if row["voteshare"] != "NA"
    }
    late = defaultdict(list)
    for row in csv.DictReader(io.StringIO(polls)):
        election = date.fromisoformat(row["election_date"])
        days = (election - date.fromisoformat(row["date"])).days
        if 0 <= days <= MOST_DAYS and row["share"] != "NA" and row["party"] != "oth":
            late[str(election.year), row["party"]].append(float(row["share"]))
    rows = [
        (float(key[0]), float(np.mean(late[key])), results[key])
        for key in sorted(late)
        if key in results
    ]
    year, polled, result = np.array([r for r in rows if r[1] > 1 and r[2] > 2]).T
    return year, polled, result


def root_mean_square(x: Floats) -> float:
    """Return the root of the mean square."""
    return float(np.sqrt((x**2).mean()))


def misfit(k: float, miss: Floats, spread: Floats) -> float:
    """Return minus the normal log-likelihood of sd = c (p (1 - p))^k at its best c."""
    scaled = miss / spread**k
    return float(np.log(root_mean_square(scaled)) * miss.size + k * np.log(spread).sum())


def check(folder: Path) -> Iterator[Target]:
    """Yield the targets."""
    texts = [open_text(folder, f"germany_{n}.csv") for n in ("historical_polls", "prior")]
    year, polled, result = read_pairs(*texts)
    p, miss = result / 100, (polled - result) / 100
    yield Target("elections", 15, len(set(year)), 0)
    yield Target("parties at elections", 63, year.size, 0)
    yield Target("root mean square error, points", 1.88, 100 * root_mean_square(miss), 0.005)
    yield Target("mean absolute error, points", 1.41, 100 * float(np.abs(miss).mean()), 0.005)
    logit = np.log(polled / (100 - polled)) - np.log(result / (100 - result))
    for (low, high), (count, points, logits) in BANDS.items():
        here = (result > low) & (result <= high)
        name = f"results of {low}-{high}%"
        yield Target(f"{name}: parties", count, int(here.sum()), 0)
        yield Target(f"{name}: error, points", points, 100 * root_mean_square(miss[here]), 0.005)
        yield Target(f"{name}: error of the logit", logits, root_mean_square(logit[here]), 0.0005)
    yield from check_exponents(year, p, miss)
    z = miss / np.sqrt(p * (1 - p))
    yield Target("c of sd = c sqrt(p (1 - p))", 0.0529, root_mean_square(z), 5e-5)
    yield Target("effective sample 1 / c^2", 357, root_mean_square(z) ** -2, 0.5)
    yield Target("degrees of freedom", 5.2, stats.t.fit(z, floc=0)[0], 0.05)


def check_exponents(year: Floats, p: Floats, miss: Floats) -> Iterator[Target]:
    """Yield the targets of the exponent: it is nearer to one half than to nought or one."""
    for first, (best, losses) in EXPONENTS.items():
        here = year >= first
        arguments = (miss[here], (p * (1 - p))[here])
        found = optimize.minimize_scalar(misfit, bounds=(-1, 2), args=arguments, method="bounded")
        yield Target(f"exponent since {first}", best, found.x, 0.005)
        for k, loss in losses.items():
            name = f"log-likelihood lost at k = {k:g} since {first}"
            yield Target(name, loss, misfit(k, *arguments) - found.fun, 0.05)


if __name__ == "__main__":
    main("Final polls in Germany", check)
