"""The error of late polls in the United States, 1998-2014: why it is twice the sampling error.

President, Senate and governors, Democrat against Republican, at most 21 days before the election;
errors in the two-party share. The paper that these figures follow had another vintage of polls:
H. Shirani-Mehr, D. Rothschild, S. Goel and A. Gelman, "Disentangling bias and variance in election
polls", Journal of the American Statistical Association 113 (2018), 607-614.
"""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
from scipy import stats

from benchmarks.validation.targets import Target, main, open_text

FILE = "us_raw_polls_2023.csv"
CONTESTS = {"Pres-G", "Sen-G", "Gov-G"}
YEARS = range(1998, 2015)
MOST_DAYS = 21
LEAST_POLLS = 3


@dataclass(frozen=True)
class Error:
    """A poll against the result: shares of the Republican among two, in points."""

    race: str
    miss: float
    sampling: float  # variance of a simple random sample, in points squared


def day(text: str) -> date:
    """Return a date written month/day/year."""
    month, number, year = text.split("/")
    return date(int(year), int(month), int(number))


def read_errors(text: str) -> list[Error]:
    """Return the error of every late poll of the contests."""
    found = []
    for row in csv.DictReader(io.StringIO(text)):
        if row["type_simple"] not in CONTESTS or int(row["year"]) not in YEARS:
            continue
        if {row["cand1_party"], row["cand2_party"]} != {"DEM", "REP"}:
            continue
        if not 0 <= (day(row["electiondate"]) - day(row["polldate"])).days <= MOST_DAYS:
            continue
        own, other = ("1", "2") if row["cand1_party"] == "REP" else ("2", "1")
        poll, actual = (
            float(row[f"cand{own}_{what}"])
            / (float(row[f"cand{own}_{what}"]) + float(row[f"cand{other}_{what}"]))
            for what in ("pct", "actual")
        )
        variance = 1e4 * poll * (1 - poll) / float(row["samplesize"])
        found.append(Error(row["race"], 100 * (poll - actual), variance))
    return found


def check(folder: Path) -> Iterator[Target]:
    """Yield the targets."""
    errors = read_errors(open_text(folder, FILE))
    misses = np.array([e.miss for e in errors])
    rmse = float(np.sqrt((misses**2).mean()))
    ratio = rmse / float(np.sqrt(np.mean([e.sampling for e in errors])))
    by_race = defaultdict(list)
    for e in errors:
        by_race[e.race].append(e.miss)
    polled = [np.array(m) for m in by_race.values() if len(m) >= LEAST_POLLS]
    means = np.array([m.mean() for m in polled])
    sizes = np.array([len(m) for m in polled])
    within = sum(float(((m - m.mean()) ** 2).sum()) for m in polled) / float((sizes - 1).sum())
    bias = float(np.sqrt(means.var(ddof=1) - within * (1 / sizes).mean()))
    absolute = float(np.abs(means).mean())
    yield Target("polls", 5067, len(errors), 0)
    yield Target("races", 684, len(by_race), 0)
    yield Target("root mean square error, points", 3.31, rmse, 0.005)
    yield Target("ratio to the sampling error", 1.76, ratio, 0.005)
    yield Target("SD within a race, points", 2.34, within**0.5, 0.005)
    yield Target("SD of the bias of a race, points", 2.53, bias, 0.005)
    yield Target("effective sample of that bias", 390, 2500 / bias**2, 5)
    yield Target("mean absolute bias of a race, points", 1.97, absolute, 0.005)
    yield Target("degrees of freedom of the bias of races", 4.6, stats.t.fit(means)[0], 0.05)
    yield Target("degrees of freedom of single errors", 5.5, stats.t.fit(misses)[0], 0.05)
    yield Target("the paper: error about 3.5 points, within 10%", 3.5, rmse, 0.35)
    yield Target("the paper: about twice the sampling error, when rounded", 2, ratio, 0.5)
    yield Target("the paper: absolute bias about 2 points, within 10%", 2, absolute, 0.2)


if __name__ == "__main__":
    main("Polls in the United States, 1998-2014", check)
