"""Stated errors of paired differences against their spread over many seeds, and by single draws."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

import simulator
from simulator.results.comparison import Alternative
from simulator.scenario.load import Loaded, load_text
from tests.engine.test_comparison import TOWN, town

SEEDS = 100
LEVEL = 1e-5
QUANTITIES = (
    "seats.a", "list.d", "enters.d", "majority: a", "majority: both", "gallagher", "moved",
)  # fmt: skip
BLOCK = (
    "compare: [{name: threshold, set: {tiers.list.threshold.share: 7%}},"
    " {name: independents, set: {electorate.field.strength: -0.1}}]"
)


def other_votes(sampler: str) -> Loaded:
    """A town whose voters differ: other shares, another turnout, another law for its districts."""
    text = TOWN.replace("SAMPLER", sampler).replace("name: Town", "name: Other")
    return load_text(text.replace("a: 41%, b: 30%", "a: 40%, b: 31%").replace("60%", "58%"))


Look = Callable[[str, int, int], Alternative]
LOOKS: dict[str, Look] = {
    "a method": lambda sampler, seed, draws: simulator.compare(
        town(sampler), methods="dhondt", draws=draws, seed=seed
    )["dhondt"],
    "other votes": lambda sampler, seed, draws: simulator.compare(
        town(sampler), other_votes(sampler), draws=draws, seed=seed
    )["Other"],
    "a block of the law": lambda sampler, seed, draws: simulator.compare(
        town(sampler, BLOCK), draws=draws, seed=seed
    )["threshold"],
    "a block of the voters": lambda sampler, seed, draws: simulator.compare(
        town(sampler, BLOCK), draws=draws, seed=seed
    )["independents"],
    "a sweep of the law": lambda sampler, seed, draws: simulator.sweep(
        town(sampler), {"tiers.list.seats": "18,22"}, draws=draws, seed=seed
    )["22"],
    "a sweep of the errors": lambda sampler, seed, draws: simulator.sweep(
        town(sampler), {"uncertainty.effective_sample": "200,600"}, draws=draws, seed=seed
    )["600"],
}


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS.keys())
@pytest.mark.parametrize(("sampler", "draws"), [("mc", 1024), ("sobol", 4096)])
def test_stated_errors_are_the_spread_over_seeds(look: Look, sampler: str, draws: int) -> None:
    """The variance over seeds, in units of what is stated, follows an F distribution."""
    found = [look(sampler, seed, draws) for seed in range(SEEDS)]
    known = 15 * SEEDS if sampler == "sobol" else draws * SEEDS
    tested = 0
    for name in QUANTITIES:
        rows = [a.moved if name == "moved" else a.differences[name] for a in found]
        means, errors = (np.array([getattr(row, key) for row in rows]) for key in ("mean", "mcse"))
        # Where draws hardly ever differ the stated error is a bound on what was not seen.
        if (means == 0).mean() > 0.1:
            continue
        ratio = means.var(ddof=1) / np.square(errors).mean()
        law = stats.f(SEEDS - 1, known)
        assert LEVEL / 2 < law.cdf(ratio) < 1 - LEVEL / 2, (name, ratio)
        tested += 1
    assert tested >= 4


@pytest.mark.parametrize("sampler", ["mc", "sobol"])
@pytest.mark.parametrize("case", ["method", "votes", "block"])
def test_differences_are_those_of_the_single_draws_of_two_runs(
    case: str, sampler: str, tmp_path: Path
) -> None:
    one = town(sampler)
    if case == "method":
        two = load_text(TOWN.replace("SAMPLER", sampler).replace("largest-remainder", "dhondt"))
        found = simulator.compare(one, methods="dhondt")["dhondt"]
    elif case == "votes":
        two = other_votes(sampler)
        found = simulator.compare(one, two)["Other"]
    else:
        two = load_text(TOWN.replace("SAMPLER", sampler).replace("-0.4", "-0.1"))
        found = simulator.compare(town(sampler, BLOCK))["independents"]
    left, right = (
        read_draws(each, tmp_path / f"{k}.csv") for k, each in enumerate((one, two))
    )  # fmt: skip
    bar = 12
    events = [
        (f"seats.{name}", seats(right, name) - seats(left, name)) for name in [*"abcd"]
    ] + [
        ("list.d", right["list.d"] - left["list.d"]),
        ("enters.d", (right["list.d"] > 0).astype(int) - (left["list.d"] > 0)),
        ("majority: a", (seats(right, "a") >= bar).astype(int) - (seats(left, "a") >= bar)),
        ("majority: both", (seats(right, "b") + seats(right, "c") >= bar).astype(int)
         - (seats(left, "b") + seats(left, "c") >= bar)),
    ]  # fmt: skip
    for name, row in events:
        assert found.differences[name].mean == pytest.approx(row.mean(), abs=1e-12)
        if sampler == "mc" and row.any():
            error = row.std(ddof=1) / np.sqrt(row.size)
            assert found.differences[name].mcse == pytest.approx(error, rel=1e-9)
    names = [*"abcd", "independents"]
    gains = sum(np.maximum(seats(right, n) - seats(left, n), 0) for n in names)
    assert found.moved.mean == pytest.approx(np.mean(gains), abs=1e-12)
    assert found.moved.counts[0] == int((np.asarray(gains) == 0).sum())


def read_draws(loaded: Loaded, path: Path) -> dict[str, np.ndarray]:
    """Return the columns of the file of single draws of a run."""
    simulator.run(loaded, draws_file=path)
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [int(row["draw"]) for row in rows] == list(range(8192))
    kept = [name for name in rows[0] if name.startswith(("list.", "district."))]
    return {name: np.array([int(row[name]) for row in rows]) for name in kept}


def seats(draws: dict[str, np.ndarray], name: str) -> np.ndarray:
    """Return all seats of a party, or of independents, by draw."""
    district = draws[f"district.{name}"]
    return district + draws[f"list.{name}"] if f"list.{name}" in draws else district
