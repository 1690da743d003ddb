"""Comparisons: paired errors by brute force, seats moved, votes allocated again, common draws."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

import simulator
from simulator.engine.columns import MEASURES, measure
from simulator.engine.comparison import Candidate, prepare, run_study
from simulator.engine.execute import draw
from simulator.engine.plan import compile_plan
from simulator.engine.reallocation import reallocate, same_votes
from simulator.measures.fragmentation import effective_number
from simulator.measures.proportionality import gallagher, loosemore_hanby
from simulator.results.pairing import UNIT, moved
from simulator.scenario.load import Loaded, load, load_text
from simulator.scenario.variants import FAMILIES
from simulator.vocabulary import INDEPENDENTS
from tests.engine.scenarios import scenarios

OFFICIAL = "scenarios/kazakhstan-2023-official.yaml"
TOWN = """
schema: simseats/1
name: Town
parties: {a: 41%, b: 30%, c: 18%, d: 6%, none: {share: 5%, seats: false}}
tiers:
  list: {seats: 20, method: largest-remainder, threshold: {share: 5%, of: ballots}}
  district: {seats: 3}
electorate:
  registered: 90000
  turnout: 60%
  invalid: 1%
  field: {nominees: [a, b], independents: 2, strength: -0.4, basis: invented}
uncertainty: {effective_sample: 300}
coalitions: {both: [b, c]}
simulation: {draws: 8192, seed: 5, sampler: SAMPLER}
"""


def town(sampler: str = "sobol", more: str = "") -> Loaded:
    return load_text(TOWN.replace("SAMPLER", sampler) + more)


def by_hand(loaded: Loaded, other: Loaded) -> tuple[np.ndarray, np.ndarray]:
    """Return all seats of the draws of two scenarios (draws, entities), each simulated itself."""
    found = []
    for one in (loaded, other):
        draws = draw(compile_plan(one.scenario), 5, 0, 8192)
        seats = draws.district_seats.copy()
        seats[:, :-1] += draws.list_seats
        found.append(seats)
    return found[0], found[1]


@pytest.mark.parametrize("sampler", ["mc", "antithetic", "sobol", "lhs"])
def test_differences_and_their_errors_are_those_of_brute_force(sampler: str) -> None:
    one = town(sampler)
    two = load_text(TOWN.replace("SAMPLER", sampler).replace("largest-remainder", "dhondt"))
    found = simulator.compare(one, methods="dhondt")["dhondt"]
    left, right = by_hand(one, two)
    bar = 12
    rows = [right[:, e] - left[:, e] for e in range(left.shape[1])]
    rows.append((right[:, 0] >= bar).astype(int) - (left[:, 0] >= bar))
    rows.append((right[:, 1:3].sum(axis=1) >= bar).astype(int) - (left[:, 1:3].sum(axis=1) >= bar))
    names = [f"seats.{name}" for name in ("a", "b", "c", "d", INDEPENDENTS)]
    names += ["majority: a", "majority: both"]
    for name, row in zip(names, rows, strict=True):
        estimate = found.differences[name]
        assert estimate.mean == pytest.approx(row.mean(), abs=1e-12)
        if not row.any():
            assert estimate.mcse == (3 / 8192 if "majority" in name else 0.0)
        elif sampler == "mc":
            error = row.std(ddof=1) / math.sqrt(row.size)
            assert estimate.mcse == pytest.approx(error, rel=1e-9)
        else:
            # The replicate of a draw is the number of its block of 256, modulo 16.
            means = [row[np.arange(8192) // 256 % 16 == r].mean() for r in range(16)]
            error = np.std(means, ddof=1) / 4
            assert estimate.mcse == pytest.approx(error, rel=1e-9, abs=1.0 / 8192)


def test_the_paired_error_is_honest_and_far_below_the_unpaired_one() -> None:
    one = town("mc")
    listed = [Candidate("law", one.scenario)]
    other = load_text(TOWN.replace("SAMPLER", "mc").replace("largest-remainder", "dhondt"))
    listed.append(Candidate("other", other.scenario))
    truth = run_study(prepare(one.scenario, listed, 131_072, 999))["other"].differences["seats.a"]
    scores, ratios = [], []
    for seed in range(40):
        found = run_study(prepare(one.scenario, listed, 512, seed))
        estimate = found["other"].differences["seats.a"]
        apart = math.hypot(
            found["law"].values["seats.a"].mcse, found["other"].values["seats.a"].mcse
        )
        scores.append((estimate.mean - truth.mean) / estimate.mcse)
        ratios.append(estimate.mcse / apart)
    # Forty standard normal scores: their sum of squares lies between 20 and 67 in 99 of 100 cases.
    assert 17 < sum(s * s for s in scores) < 72
    assert abs(sum(scores)) / math.sqrt(40) < 3.3
    assert max(ratios) < 0.3


def test_seats_moved_are_counted_draw_by_draw() -> None:
    one = town()
    two = load_text(TOWN.replace("SAMPLER", "sobol").replace("largest-remainder", "adams"))
    found = simulator.compare(one, methods=["adams"])["adams"]
    left, right = by_hand(one, two)
    steps = [sum(max(0, int(b) - int(a)) for a, b in zip(x, y, strict=True))
             for x, y in zip(left, right, strict=True)]  # fmt: skip
    assert found.moved.counts[:4] == tuple(steps.count(n) for n in range(4))
    assert found.moved.mean == pytest.approx(sum(steps) / len(steps))
    assert found.moved.at_least(1).value == pytest.approx(sum(s > 0 for s in steps) / len(steps))


@given(arrays.arrays(np.int64, (4, 3), elements=st.integers(0, 9)),
       arrays.arrays(np.int64, (4, 3), elements=st.integers(0, 9)))  # fmt: skip
def test_moved_is_a_distance(one: np.ndarray, two: np.ndarray) -> None:
    steps = moved(one, two)
    assert (steps == moved(two, one)).all()
    assert ((steps == 0) == (one == two).all(axis=0)).all()
    equal = one.sum(axis=0) == two.sum(axis=0)
    assert (2 * steps[equal] == np.abs(one - two).sum(axis=0)[equal]).all()


@settings(max_examples=40)
@given(scenarios(), scenarios())
def test_votes_allocated_again_give_the_seats_of_the_alternative_itself(
    text: str, other: str
) -> None:
    one, two = load_text(text).scenario, load_text(other).scenario
    if one.tiers.list is None or two.tiers.list is None:
        return
    # The list tier of another scenario on the votes of this one.
    tier = two.tiers.list
    if tier.threshold is not None and tier.threshold.of == "electorate" and one.seats == 0:
        return
    changed = one.model_copy(update={"tiers": one.tiers.model_copy(update={"list": tier})})
    plan, law = compile_plan(one), compile_plan(changed)
    assert same_votes(plan, law)
    drawn, itself = draw(plan, 3, 0, 512), draw(law, 3, 0, 512)
    assert (drawn.votes == itself.votes).all()
    seats, district = reallocate(law, tier, drawn)
    assert (seats == itself.list_seats).all()
    assert (district == itself.district_seats).all()


def test_a_comparison_of_laws_is_that_of_whole_runs() -> None:
    sets = "compare: [{name: x, set: {tiers.list.threshold.share: 9%, tiers.list.seats: 23}}]"
    found = simulator.compare(town("sobol", sets))
    assert found["x"].reallocated
    text = TOWN.replace("SAMPLER", "sobol").replace("5%, of", "9%, of").replace("20, m", "23, m")
    run = simulator.run(load_text(text))
    for name in ("a", "b", "c", "d", INDEPENDENTS):
        assert found["x"].distributions[name].counts == run.seats[name].counts
        estimate = found["x"].values[f"seats.{name}"]
        assert (estimate.mean, estimate.mcse) == pytest.approx((run.seats[name].mean,
                                                                run.seats[name].mcse))  # fmt: skip
    for name in "abcd":
        chance = run.seats[name].at_least(14)
        estimate = found["x"].values[f"majority: {name}"]
        assert (estimate.mean, estimate.mcse) == pytest.approx((chance.value, chance.mcse))


def test_what_changes_nothing_makes_no_difference() -> None:
    found = simulator.compare(town(), town())
    other = found.alternatives[1]
    assert other.same
    assert all(e.mean == 0 for e in other.differences.values())
    assert other.moved.counts[0] == found.draws
    sets = "compare: [{name: turnout, set: {uncertainty.turnout.national_sd: 0.05}}]"
    turnout = simulator.compare(town("sobol", sets))["turnout"]
    # Other voters stay at home, the shares are the same: at most a rounded ballot moves a seat.
    assert not turnout.reallocated
    assert turnout.moved.at_least(1).value < 0.02


@pytest.mark.parametrize("sampler", ["mc", "sobol"])
def test_threads_do_not_matter(sampler: str) -> None:
    one = town(sampler)
    documents = [
        simulator.compare(one, methods="all", draws=20_000, threads=n).to_json() for n in (1, 2)
    ]
    assert documents[0] == documents[1]


def test_scenarios_with_other_parties_are_compared_by_name() -> None:
    text = TOWN.replace("SAMPLER", "sobol").replace("d: 6%", "e: 6%")
    found = simulator.compare(town(), load_text(text.replace("name: Town", "name: Other")))
    assert found.entities == ("a", "b", "c", "d", "e", INDEPENDENTS)
    assert found["Other"].values["seats.d"].mean == 0
    assert found["Town"].values["seats.e"].mean == 0
    lost, won = (found["Other"].differences[f"seats.{p}"].mean for p in "de")
    assert lost < 0 < won
    for a in found.alternatives:
        assert sum(a.values[f"seats.{n}"].mean for n in found.entities) == pytest.approx(23)


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 10**7)), min_size=2, max_size=8))
def test_measures_are_those_of_their_definitions(pairs: list[tuple[int, int]]) -> None:
    seats, votes = (np.array(side, np.int64)[:, None] for side in zip(*pairs, strict=True))
    parties, least_squares, half, wasted = (int(row[0]) / UNIT for row in measure(seats, votes))
    assert parties == (seats > 0).sum()
    if seats.sum() == 0 or votes.sum() == 0:
        assert (least_squares, half, wasted) == (0, 0, 0)
        return
    assert least_squares == pytest.approx(float(gallagher(votes.T, seats.T)[0]), abs=1 / UNIT)
    assert half == pytest.approx(float(loosemore_hanby(votes.T, seats.T)[0]), abs=1 / UNIT)
    without = Fraction(100 * sum(v for s, v in pairs if s == 0), int(votes.sum()))
    assert wasted == pytest.approx(float(without), abs=1 / UNIT)
    assert effective_number(seats.T)[0] <= parties + 1e-9


def test_official_votes_are_allocated_by_every_rule() -> None:
    found = simulator.compare(OFFICIAL, methods="all", draws=256)
    counted = load(OFFICIAL).scenario.parties
    votes = {name: p.votes for name, p in counted.items() if p.seats}
    for a in found.alternatives:
        assert a.official is not None
        # Ballots by turnout, as the scenario states them: 54.19% of 12 035 578.
        base = round(Fraction(5419, 10_000) * 12_035_578)
        judged = simulator.allocate(
            votes, 69, a.name, threshold={"share": "5%", "base": base}, ties="listed-order"
        )
        assert dict(a.official.seats) == dict(judged.seats)
        assert a.values["list.amanat"].mean == a.official.seats["amanat"]
        assert set(a.official.measures) == set(MEASURES)
    assert {a.name for a in found.alternatives} & set(FAMILIES) == set()
    assert found["dhondt"].official.moved == 1
    assert found["huntington-hill"].official.moved == 0


def test_the_count_beside_a_forecast_is_used_with_its_own_ballots() -> None:
    found = simulator.compare("scenarios/kazakhstan-2023.yaml", methods=["adams"], draws=256)
    assert found.reference.official is not None
    assert tuple(found.reference.official.seats.values()) == (40, 8, 6, 6, 5, 4, 0)
    assert found["adams"].official.seats["respublica"] == 7


def test_an_unknown_alternative_is_refused_with_the_names_there_are() -> None:
    found = simulator.compare(OFFICIAL, methods=["adams"], draws=256)
    with pytest.raises(KeyError, match="largest-remainder, adams"):
        found["dhont"]
    with pytest.raises(ValueError, match="one scenario"):
        simulator.compare(OFFICIAL, OFFICIAL, methods="all")
