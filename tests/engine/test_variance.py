"""The variance split by layer: closed forms of its estimators, and what redrawing touches."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from simulator.engine import variance
from simulator.engine.execute import draw
from simulator.engine.plan import compile_plan
from simulator.engine.variance import own_share, redraw, split_variance, varying_layers
from simulator.errors import InvalidScenario
from simulator.scenario.load import load, load_text
from simulator.uncertainty.streams import layer_of
from tests.engine.test_samplers import SMALL

DRAWS = 1 << 15
LAYERS = ("one", "two", "three")


def runs(function: object) -> dict[frozenset[str], np.ndarray]:
    """Return a function of three normals when each subset of them is kept and the rest redrawn."""
    rng = np.random.default_rng(11)
    kept, other = rng.normal(size=(2, 3, DRAWS))
    found = {}
    for size in range(4):
        for subset in itertools.combinations(LAYERS, size):
            rows = [kept[k] if name in subset else other[k] for k, name in enumerate(LAYERS)]
            found[frozenset(subset)] = function(*rows)  # type: ignore[operator]
    return found


def test_an_additive_function_splits_by_its_variances() -> None:
    split = variance._split("x", LAYERS, runs(lambda a, b, c: a + 2 * b + 0.5 * c), None)
    exact = dict(zip(LAYERS, np.array([1, 4, 0.25]) / 5.25, strict=True))
    for layer, share in exact.items():
        for index in (split.first[layer], split.total[layer], split.shapley[layer]):
            assert abs(index.value - share) < 4.5 * index.mcse
            assert index.mcse < 0.02


def test_an_interaction_is_shared_by_shapley() -> None:
    """f = a + b c: first order 1/2, 0, 0; total 1/2, 1/2, 1/2; Shapley 1/2, 1/4, 1/4."""
    split = variance._split("x", LAYERS, runs(lambda a, b, c: a + b * c), None)
    for layer, (first, total, shapley) in zip(
        LAYERS, [(0.5, 0.5, 0.5), (0, 0.5, 0.25), (0, 0.5, 0.25)], strict=True
    ):
        for found, exact in (
            (split.first[layer], first),
            (split.total[layer], total),
            (split.shapley[layer], shapley),
        ):
            assert abs(found.value - exact) < 4.5 * found.mcse
    assert sum(index.value for index in split.shapley.values()) == pytest.approx(1)


@pytest.mark.parametrize(("slope", "noise"), [(1.0, 1.0), (2.0, 0.5), (0.0, 1.0)])
def test_the_share_of_one_coordinate(slope: float, noise: float) -> None:
    rng = np.random.default_rng(3)
    x, y = rng.normal(size=(2, DRAWS))
    found = own_share(slope * x + noise * y, x)
    exact = slope**2 / (slope**2 + noise**2)
    # Inside a bin of 32 a line still rises: the share is 0.6% short.
    assert abs(found.value - exact) < 4.5 * found.mcse + 0.02 * exact


def test_redrawing_a_layer_moves_its_names_and_no_other() -> None:
    plan = replace(compile_plan(load("scenarios/kazakhstan-2023.yaml").scenario), sampler="mc")
    layers = varying_layers(plan)
    assert layers == ("national", "region", "turnout", "candidate")
    for layer in layers:
        moved = redraw(plan, frozenset({layer}))
        for group, names in zip(("national", "baseline", "local"), plan.named, strict=True):
            before, after = getattr(plan.names, group), getattr(moved.names, group)
            own = np.array([layer_of(name) == layer for name in names], bool)
            assert np.array_equal(before != after, own)
    turnout = draw(redraw(plan, frozenset({"candidate"})), 1, 0, 512)
    same = draw(plan, 1, 0, 512)
    assert np.array_equal(turnout.votes, same.votes)
    assert not np.array_equal(turnout.district_seats, same.district_seats)


def test_shapley_effects_of_a_scenario_add_up_to_one() -> None:
    found = split_variance(load_text(SMALL), draws=2048)
    assert {"list seats: tide", "district seats: independents", "enters: brook"} <= {
        split.outcome for split in found
    }
    for split in found:
        assert sum(index.value for index in split.shapley.values()) == pytest.approx(1)
        assert split.variance > 0
        for layer, index in split.shapley.items():
            low, high = split.first[layer], split.total[layer]
            slack = 4.5 * (index.mcse + max(low.mcse, high.mcse))
            assert low.value - slack < index.value < high.value + slack


def test_one_layer_alone_decides_everything() -> None:
    text = """schema: simseats/1
name: One
parties: {tide: 55%, stone: 45%}
tiers: {list: {seats: 101}}
electorate: {registered: 10_000_000, turnout: 50%}
uncertainty: {turnout: {national_sd: 0}}
"""
    for split in split_variance(load_text(text), draws=1024):
        assert set(split.first) == {"national"}
        assert split.shapley["national"].value == pytest.approx(1)
        assert math.isclose(split.total["national"].value, 1)


def test_draws_from_outside_cannot_be_redrawn(tmp_path: Path) -> None:
    rows = ["tide,stone", *(f"{50 + k % 7},{50 - k % 7}" for k in range(300))]
    (tmp_path / "draws.csv").write_text("\n".join(rows) + "\n")
    (tmp_path / "outside.yaml").write_text(
        "schema: simseats/1\nname: Outside\nparties: {tide: , stone: }\n"
        "tiers: {list: {seats: 9}}\nuncertainty: {kernel: external, draws: draws.csv}\n"
    )
    with pytest.raises(ValueError, match="cannot be redrawn"):
        split_variance(tmp_path / "outside.yaml")


def test_draws_from_outside_are_taken_as_they_are(tmp_path: Path) -> None:
    """As many as there are, independent, unless a sampler is asked for, which is refused."""
    test_draws_from_outside_cannot_be_redrawn(tmp_path)
    found = load(tmp_path / "outside.yaml").scenario.simulation
    assert (found.draws, found.sampler) == (300, "mc")
    for setting in ("sampler=sobol", "until.probability=0.01"):
        with pytest.raises(InvalidScenario) as trouble:
            load(tmp_path / "outside.yaml", (f"simulation.{setting}",))
        assert {fault.code for fault in trouble.value.diagnostics} == {"E219"}
