"""Assumed irregularities in whole runs: identity, names, moments, stations, attribution."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import jsonschema
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn
from scipy import stats

from simulator.engine import distortion
from simulator.engine.attribution import attribute, pair
from simulator.engine.execute import draw
from simulator.engine.plan import Plan, compile_plan
from simulator.engine.run import run_loaded
from simulator.engine.stations import simulate_stations
from simulator.errors import InvalidScenario
from simulator.report.irregularities import render_short
from simulator.results.run import Run
from simulator.scenario.export import result_schema_text
from simulator.scenario.load import Loaded, load_text

BASE = """schema: simseats/1
name: Invented
parties:
  a: 40%
  b: 33%
  c: 20%
  none: {share: 7%, seats: false}
tiers:
  list: {seats: 40, threshold: {share: 5%, of: ballots}}
  district: {seats: 6}
electorate:
  registered: 600_000
  invalid: 2%
  regions:
    north: {districts: 3, turnout: 45%}
    south: {districts: 2, turnout: 55%}
    west: {districts: 1, turnout: 65%}
  field: {nominees: [a, b], independents: 2, strength: -0.2, against_all: -2, basis: invented}
"""
STATIONS = "  stations: {total: 600}\n"
KLIMEK = "{id: k, kind: klimek, basis: invented, beneficiary: a, incremental: 20%, extreme: 2%"


def scenario(*operators: str, stations: str = STATIONS, more: str = "", mode: str = "forward"
             ) -> Loaded:  # fmt: skip
    text = BASE + stations
    if operators:
        listed = "".join(f"    - {operator}\n" for operator in operators)
        text += f"irregularities:\n  mode: {mode}\n  operators:\n{listed}"
    return load_text(text + more + "simulation: {draws: 2_048, seed: 5, sampler: mc}\n")


def plan_of(*operators: str, **kwargs: str) -> Plan:
    return compile_plan(scenario(*operators, **kwargs).scenario)


NOTHING = {
    "klimek": "kind: klimek, beneficiary: a, incremental: 0, extreme: 0, tiers: [list, district]",
    "eforensics": "kind: eforensics, beneficiary: a, incremental: 0, manufactured: 0.2, "
    "stolen: 0.1, tiers: [list, district]",
    "stuffing": "kind: stuffing, beneficiary: a, share: 0, tiers: [list, district]",
    "ballots": "kind: stuffing, beneficiary: a, ballots: 0",
    "switching": "kind: switching, beneficiary: a, share: 0, tiers: [district, list]",
    "carousel": "kind: carousel, beneficiary: a, buses: 0, ballots_per_bus: 40, "
    "stations_per_bus: 4, tiers: [list, district]",
    "rewriting": "kind: rewriting, beneficiary: a, share: 0",
    "suppression": "kind: suppression, beneficiary: a, share: 0, tiers: [list, district]",
    "topping-up": "kind: topping-up, beneficiary: a, target: 1%, tiers: [list, district]",
    "annulment": "kind: annulment, share: 0, tiers: [list, district]",
}


@pytest.mark.parametrize("level", ["region", "district"])
def test_intensity_zero_is_the_identity_bit_for_bit(level: str) -> None:
    clean = draw(plan_of(), 5, 0, 1024)
    operators = [
        f"{{id: x{k}, basis: none, level: {level}, {text}}}"
        for k, text in enumerate(NOTHING.values())
    ]
    same = draw(plan_of(*operators), 5, 0, 1024)
    for name in ("votes", "list_seats", "district_seats", "turnout"):
        assert (getattr(clean, name) == getattr(same, name)).all(), name


def test_an_operator_that_is_switched_off_is_not_there() -> None:
    clean = draw(plan_of(), 5, 0, 512)
    off = distortion.switch(plan_of(KLIMEK + ", tiers: [list, district]}"), [False])
    assert (draw(off, 5, 0, 512).votes == clean.votes).all()
    assert (draw(off, 5, 0, 512).district_seats == clean.district_seats).all()


KINDS = {
    "klimek": "kind: klimek, beneficiary: a, incremental: {x}, extreme: 1%, theta: 0.3",
    "eforensics": "kind: eforensics, beneficiary: a, incremental: {x}, extreme: 1%, "
    "manufactured: 0.3, stolen: 0.1",
    "stuffing": "kind: stuffing, beneficiary: b, share: {x}",
    "switching": "kind: switching, beneficiary: a, victims: [b, independents], share: {x}",
    "carousel": "kind: carousel, beneficiary: a, buses: 40, ballots_per_bus: 60, "
    "stations_per_bus: 5, supplementary: 1%",
    "rewriting": "kind: rewriting, beneficiary: a, share: {x}, rewrites: share",
    "rewriting-turnout": "kind: rewriting, beneficiary: a, share: {x}",
    "suppression": "kind: suppression, beneficiary: a, share: {x}",
    "topping-up": "kind: topping-up, beneficiary: a, target: 60%",
    "annulment": "kind: annulment, share: {x}",
}


@st.composite
def chains(draw: DrawFn) -> tuple[list[str], bool]:
    station = draw(st.booleans())
    operators = []
    for number, kind in enumerate(draw(st.lists(st.sampled_from(list(KINDS)), min_size=1,
                                                max_size=3))):  # fmt: skip
        x = draw(st.sampled_from(["3%", "50%", "100%", "{beta: [2, 18]}", "{uniform: [0, 1]}"]))
        if kind in ("klimek", "eforensics") and x == "100%":
            x = "90%"
        level = "station" if station and number == 0 else draw(
            st.sampled_from(["district", "region"]))  # fmt: skip
        tiers = draw(st.sampled_from(["[list]", "[list, district]"]))
        text = KINDS[kind].replace("{x}", x)
        operators.append(f"{{id: o{number}, basis: x, level: {level}, tiers: {tiers}, {text}}}")
    return operators, station


@settings(max_examples=25)
@given(chains())
def test_every_draw_stays_an_election(chain: tuple[list[str], bool]) -> None:
    """Whole ballots, none negative, turnout bounded, seats that add up, a ledger that balances."""
    operators, _ = chain
    plan = plan_of(*operators, stations="  stations: {total: 24}\n")
    more = distortion.arguments(plan, 256)
    found = draw(plan, 3, 0, 256, assumed=more)
    clean = draw(distortion.switch(plan, [False] * len(operators)), 3, 0, 256)
    assert (found.votes >= 0).all()
    voted = found.votes.sum(axis=1) > 0  # annulment may leave nothing
    assert (found.list_seats.sum(axis=1) == 40 * voted).all()
    assert (found.district_seats.sum(axis=1) == 6).all()
    assert found.turnout.max() <= 1.01
    if not any("carousel" in operator for operator in operators):
        assert found.turnout.max() <= 1.0
    ledger = more[1].ledger
    assert (ledger[:, 1].sum(axis=1) == 0).all()
    assert (ledger[:, [0, 2]] >= 0).all()
    change = (ledger[:, 0] + ledger[:, 1] - ledger[:, 2]).sum(axis=0)
    assert (found.votes - clean.votes == change.T).all()


def added(plan: Plan, draws: int) -> np.ndarray:
    more = distortion.arguments(plan, draws)
    draw(plan, 5, 0, draws, assumed=more)
    return more[1].ledger[0, :2, 0].sum(axis=0)


@pytest.mark.parametrize("kind", ["klimek", "eforensics", "annulment", "rewriting", "carousel"])
def test_moments_agree_with_simulated_stations(kind: str) -> None:
    """The mean and the spread of what is done: a district by its moments, and station by station.

    Nothing else varies, so all spread comes from the stations.
    """
    text = {
        "klimek": "kind: klimek, beneficiary: a, incremental: 20%, extreme: 3%",
        "eforensics": "kind: eforensics, beneficiary: a, incremental: 20%, extreme: 3%, "
        "manufactured: 0.3, stolen: 0.1",
        "annulment": "kind: annulment, share: 15%",
        "rewriting": "kind: rewriting, beneficiary: a, share: 30%",
        "carousel": "kind: carousel, beneficiary: a, buses: 60, ballots_per_bus: 10, "
        "stations_per_bus: 3",
    }[kind]
    fixed = "uncertainty: fixed\n"
    even = "  stations: {total: 600, size_cv: 0}\n"
    draws, found = 2048, []
    for level in ("district", "station"):
        plan = plan_of(f"{{id: o, basis: x, level: {level}, {text}}}", stations=even, more=fixed)
        more = distortion.arguments(plan, draws)
        draw(plan, 5, 0, draws, assumed=more)
        part = 2 if kind == "annulment" else 0
        found.append(more[1].ledger[0, part].sum(axis=0).astype(float))
    one, two = found
    error = ((one.var() + two.var()) / draws) ** 0.5
    # Shocks of turnout and support move the means by second order only.
    assert abs(one.mean() - two.mean()) < 4 * error + 0.004 * two.mean()
    # One bus is three visits in one district, and three visits of their own among stations.
    ratio = 3**0.5 if kind == "carousel" else 1.0
    assert one.std() / two.std() == pytest.approx(ratio, rel=0.1)


def test_a_bus_is_a_poisson_number() -> None:
    text = "{id: o, kind: carousel, basis: x, beneficiary: a, buses: 50, ballots_per_bus: 10, "
    plan = plan_of(text + "stations_per_bus: 3}", more="uncertainty: fixed\n")
    buses = added(plan, 8192) / 30
    assert (buses == np.floor(buses)).all()
    exact = stats.poisson(50 * 0.6)
    assert abs(buses.mean() - exact.mean()) < 4 * (exact.var() / 8192) ** 0.5
    assert abs(buses.var() - exact.var()) < 4 * exact.var() * (2 / 8192) ** 0.5


@pytest.mark.parametrize(("prior", "law"), [
    ("{beta: [2, 18]}", stats.beta(2, 18)), ("{half-normal: 5%}", stats.halfnorm(scale=0.05)),
    ("{uniform: [2%, 8%]}", stats.uniform(0.02, 0.06)),
])  # fmt: skip
def test_an_intensity_follows_its_prior(prior: str, law: stats.rv_continuous) -> None:
    text = f"{{id: o, kind: stuffing, basis: x, beneficiary: a, share: {prior}}}"
    plan = plan_of(text, more="uncertainty: fixed\n")
    share = added(plan, 4096) / (600_000 - draw(plan_of(more="uncertainty: fixed\n"), 5, 0, 256)
                                 .turnout[0] * 600_000)  # fmt: skip
    assert stats.kstest(share, law.cdf).pvalue > 1e-3


@pytest.mark.parametrize("shape", ["theta: {uniform: [0.1, 0.3]}", "alpha: {uniform: [1, 3]}"])
def test_the_law_of_the_intensities_may_be_uncertain(shape: str) -> None:
    """The mean over the prior is the mean of the moments at its values."""
    from simulator.uncertainty.priors import law_moments

    text = "{id: k, kind: klimek, basis: x, beneficiary: a, incremental: 50%, " + shape + "}"
    plan = plan_of(text, stations="", more="uncertainty: fixed\n")
    more = distortion.arguments(plan, 4096)
    draw(plan, 5, 0, 4096, assumed=more)
    moved = -more[1].ledger[0, 1, 1]
    votes = draw(plan_of(more="uncertainty: fixed\n"), 5, 0, 256).votes[0, 1]
    grid = (np.arange(200) + 0.5) / 200
    if "theta" in shape:
        exact = np.mean([0.5 * law_moments(0.1 + 0.2 * u, 2.0) for u in grid])
    else:
        exact = np.mean([0.5 * law_moments(0.2, 1.0 + 2.0 * u) for u in grid])
    error = moved.std() / 4096**0.5
    assert abs(moved.mean() - exact * votes) < 4 * error + 1


def test_regions_and_victims_are_those_that_are_named() -> None:
    text = "{id: o, kind: switching, basis: x, beneficiary: a, victims: [c], regions: [west], "
    plan, clean = plan_of(text + "share: 50%}"), plan_of()
    change = draw(plan, 5, 0, 256).votes - draw(clean, 5, 0, 256).votes
    assert (change[:, [1, 3]] == 0).all()
    assert (change[:, 0] == -change[:, 2]).all()
    share = change[:, 0] / draw(clean, 5, 0, 256).votes[:, 2]
    assert 0.05 < share.mean() < 0.2


def test_stations_are_those_of_the_draw() -> None:
    loaded = scenario(KLIMEK + ", level: station}")
    plan = compile_plan(loaded.scenario)
    votes = draw(plan, 5, 0, 512).votes
    for number in (0, 300):
        table = simulate_stations(loaded, draw=number)
        assert (table.votes.sum(axis=0) == votes[number]).all()
        assert table.registered.sum() == 600_000
        assert (table.votes.sum(axis=1) == table.valid).all()
        assert (table.valid <= table.ballots).all()
        assert (table.ballots <= table.registered).all()
        clean = simulate_stations(loaded, draw=number, operators=False)
        assert (table.ballots - clean.ballots == table.manufactured[:, 0]).all()
        gained = table.manufactured[:, 0] + table.stolen[:, 0]
        assert (table.votes[:, 0] - clean.votes[:, 0] == gained).all()
    assert len(table.to_csv().splitlines()) == 601


def test_station_shocks_have_the_spread_that_is_asked_for() -> None:
    plain = scenario(stations="  stations: {total: 6_000, turnout_sd: 0.4, support_sd: 0}\n",
                     more="uncertainty: fixed\n")  # fmt: skip
    table = simulate_stations(plain)
    assert table.operators == ()
    assert table.registered.std() / table.registered.mean() == pytest.approx(0.6, abs=0.15)
    for region, turnout in (("north", 0.45), ("south", 0.55), ("west", 0.65)):
        here = table.region == region
        logit = np.log(table.turnout[here] / (1 - table.turnout[here]))
        rounding = (1 / (12 * (table.registered[here] * 0.25) ** 2)).mean()
        assert logit.std() == pytest.approx((0.16 + rounding) ** 0.5, rel=0.06)
        people = table.registered[here]
        error = table.turnout[here].std() * (people.astype(float) ** 2).sum() ** 0.5
        assert abs(table.ballots[here].sum() - turnout * people.sum()) < 4 * error


def test_rewritten_protocols_show_round_turnout() -> None:
    text = "{id: r, kind: rewriting, basis: x, beneficiary: a, share: 100%}"
    table = simulate_stations(scenario(text))
    steps = table.turnout * 20
    assert np.abs(steps - np.round(steps)).max() < 20 * 0.6 / table.registered.min()


def test_stations_need_a_number_and_a_direction() -> None:
    with pytest.raises(InvalidScenario, match="how many polling stations"):
        simulate_stations(scenario(stations=""))
    with pytest.raises(InvalidScenario, match="not known"):
        simulate_stations(scenario(KLIMEK + "}", mode="inverse"))


def test_parts_add_up_to_the_whole_and_threads_do_not_matter() -> None:
    loaded = scenario(
        KLIMEK + ", tiers: [list, district]}",
        "{id: s, kind: switching, basis: x, beneficiary: b, share: 5%}",
        "{id: u, kind: suppression, basis: x, beneficiary: c, share: {uniform: [0, 20%]}}",
    )
    plan = compile_plan(loaded.scenario)
    found = attribute(loaded.scenario, plan, 5, 2048, 1)
    assert found.to_json() == attribute(loaded.scenario, plan, 5, 2048, 2).to_json()
    for name in plan.entities:
        parts = sum(o.shapley[name].mean for o in found.operators if o.shapley)
        assert parts == pytest.approx(found.seats[name]["total"].estimate.mean, abs=1e-9)
    total = sum(tiers["total"].estimate.mean for tiers in found.seats.values())
    assert total == pytest.approx(0.0, abs=1e-9)
    with_them, without = draw(plan, 5, 0, 2048), draw(plan_of(), 5, 0, 2048)
    gained = with_them.list_seats[:, 0] - without.list_seats[:, 0]
    assert found.seats["a"]["list"].estimate.mean == pytest.approx(gained.mean())
    assert found.seats["a"]["list"].estimate.mcse == pytest.approx(gained.std(ddof=1) / 2048**0.5)
    entered = (with_them.list_seats[:, 2] > 0) != (without.list_seats[:, 2] > 0)
    assert found.entries["c"].value == pytest.approx(entered.mean())


def test_paired_draws_have_less_error_than_independent_ones() -> None:
    loaded = scenario(KLIMEK + "}")
    plan = compile_plan(loaded.scenario)
    found = attribute(loaded.scenario, plan, 5, 2048, 1).seats["a"]["list"].estimate
    seats = draw(plan, 5, 0, 2048).list_seats[:, 0]
    assert found.mcse < 0.4 * (2 * seats.var() / 2048) ** 0.5


@pytest.mark.parametrize(("sampler", "draws"), [("mc", 512), ("sobol", 4096)])
def test_the_error_of_a_difference_is_that_of_many_seeds(sampler: str, draws: int) -> None:
    loaded = scenario("{id: s, kind: switching, basis: x, beneficiary: a, share: 1%}")
    plan = replace(compile_plan(loaded.scenario), sampler=sampler)
    runs = [attribute(loaded.scenario, plan, seed, draws, 1) for seed in range(40)]
    for pick in ("estimate", "at_least_one"):
        found = [getattr(r.seats["a"]["list"], pick) for r in runs]
        means = [getattr(f, "mean", None) or f.value for f in found]
        claimed = np.mean([f.mcse for f in found])
        assert 0.7 < np.std(means, ddof=1) / claimed < 1.4


def test_the_inverse_takes_out_what_the_forward_puts_in() -> None:
    """Reported figures, made by the operator without any other uncertainty, are cleaned again."""
    operator = "{id: k, kind: klimek, basis: x, beneficiary: a, incremental: 20%, extreme: 2%}"
    fixed = "uncertainty: fixed\n"
    clean = draw(plan_of(stations="", more=fixed), 5, 0, 256)
    reported = plan_of(operator, stations="", more=fixed)
    undone = replace(
        reported,
        distortion=replace(
            reported.distortion,  # type: ignore[type-var]
            operators=reported.distortion.operators._replace(sign=-1.0),  # type: ignore[union-attr]
        ),
    )
    gained = draw(reported, 5, 0, 256).votes[0] - clean.votes[0]
    lost = draw(undone, 5, 0, 256).votes[0] - clean.votes[0]
    assert (np.sign(gained) == [1, -1, -1, -1]).all()
    assert (np.sign(lost) == [-1, 1, 1, 1]).all()


def test_an_inverse_that_the_figures_contradict_is_counted() -> None:
    little = "{id: k, kind: klimek, basis: x, beneficiary: a, incremental: 5%}"
    much = "{id: k, kind: stuffing, basis: x, beneficiary: c, share: {uniform: [0, 40%]}}"
    for text, low, high in ((little, 0.0, 0.0), (much, 0.3, 0.8)):
        loaded = scenario(text, mode="inverse")
        found = attribute(loaded.scenario, compile_plan(loaded.scenario), 5, 2048, 1)
        assert found.infeasible is not None
        assert low <= found.infeasible.value <= high
        assert found.seats[found.operators[0].beneficiary or ""]["list"].estimate.mean > 0


def test_district_seats_follow_the_votes() -> None:
    """All votes of the others moved: the nominee wins everywhere it stands."""
    text = "{id: s, kind: switching, basis: x, beneficiary: b, share: 100%, tiers: [district]}"
    loaded = scenario(text)
    found = draw(compile_plan(loaded.scenario), 5, 0, 512)
    assert (found.district_seats[:, 1] == 6).all()
    assert (found.votes == draw(plan_of(), 5, 0, 512).votes).all()
    nobody = "{id: s, kind: switching, basis: x, beneficiary: c, share: 100%, tiers: [district]}"
    same = draw(compile_plan(scenario(nobody).scenario), 5, 0, 512)
    assert (same.district_seats == draw(plan_of(), 5, 0, 512).district_seats).all()


def test_a_run_carries_the_attribution_and_names_its_assumptions() -> None:
    loaded = scenario(KLIMEK + ", tiers: [list, district]}")
    run = run_loaded(loaded, threads=1)
    document = run.to_dict()
    assert document["irregularities"]["mode"] == "forward"
    assert document["irregularities"]["operators"][0]["basis"] == "invented"
    words = {a.about: a.value for a in run.facts.assumptions}
    assert "klimek for a" in words["if k"]
    assert "taken as clean" in words["irregularities"]
    assert run_loaded(scenario(), threads=1).to_dict()["irregularities"] is None


def test_fewer_draws_where_stations_are_simulated() -> None:
    plan = plan_of(KLIMEK + "}")
    assert pair(plan, 10**6) == (plan, 16_384)
    assert pair(plan, 100)[1] == 100
    assert pair(replace(plan, sampler="sobol"), 100)[1] == 4096  # whole replicates
    large = plan_of(KLIMEK + ", level: station}", stations="  stations: {total: 500_000}\n")
    independent, draws = pair(replace(large, sampler="sobol"), 10**6)
    assert (independent.sampler, draws) == ("mc", 256)


def test_the_document_of_a_run_follows_its_schema_and_is_read_again(tmp_path: Path) -> None:
    found = run_loaded(scenario(KLIMEK + ", tiers: [list, district]}"), threads=1)
    document = json.loads(found.to_json())
    jsonschema.validate(document, json.loads(result_schema_text("run")))
    path = tmp_path / "run.json"
    path.write_text(found.to_json(), encoding="utf-8")
    assert Run.load(path).facts.attribution == found.facts.attribution
    assert render_short(Run.load(path), 88) == render_short(found, 88)
