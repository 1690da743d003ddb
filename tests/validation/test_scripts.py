"""The parts of the validation scripts, on made-up data: the public data is not shipped."""

from __future__ import annotations

import gzip
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from benchmarks.validation import districts, german_polls, germany, swing, targets, us_polls
from benchmarks.validation.germany import CANDIDATES, LISTS, Table
from benchmarks.validation.targets import Target
from simulator.engine.execute import simulate
from simulator.engine.plan import compile_plan
from simulator.scenario.load import load_text

HEAD = "Wahlart{0}Wahltag{0}Gebietsart{0}Gebietsnummer{0}Gebietsname{0}UegGebietsart{0}"
HEAD += "UegGebietsnummer{0}Gruppenart{0}Gruppenname{0}Gruppenreihenfolge{0}Stimme{0}Anzahl{0}"
HEAD += "Prozent{0}VorpAnzahl{0}VorpProzent{0}DiffProzent{0}DiffProzentPkt{0}Bemerkung"


def kerg(separator: str) -> str:
    """Return a file of one invented district, as the office writes it or with broken decimals."""
    rows = [
        ("System-Gruppe", "Wählende", "", "1000", "80,5", "900", "79,25"),
        ("System-Gruppe", "Gültige", "1", "990", "99", "880", "97,777778"),
        ("System-Gruppe", "Gültige", "2", "980", "98", "890", "98,888889"),
        ("Partei", "CDU", "2", "294", "30", "178", "20"),
        ("Partei", "GRÜNE", "2", "245", "25", "400", "44,94382"),
        ("Partei", "SPD", "2", "371", "37,857143", "100", "11,235955"),
        ("Partei", "Neue", "2", "70", "7,142857", "", ""),
        ("Partei", "CDU", "1", "990", "100", "880", "100"),
    ]
    lines = [HEAD.format(separator)]
    for kind, group, vote, now, share, before, share_before in rows:
        cells = ["BT", "x", "Wahlkreis", "7", "Ort", "LAND", "01", kind, group, "1", vote]
        cells += [now, share, before, share_before, "0,1", "0,2", ""]
        # Without quotation marks, as in the file: a comma of a decimal becomes one of the table.
        lines.append(separator.join(cells))
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize(("year", "separator"), [(2025, ";"), (2021, ",")])
def test_results_are_read_from_both_kinds_of_file(
    tmp_path: Path, year: int, separator: str
) -> None:
    path = tmp_path / f"germany_{year}_kerg2.csv.gz"
    path.write_bytes(gzip.compress(("(c) notice\n\n" + kerg(separator)).encode("utf-8-sig")))
    table = germany.read_table(tmp_path, year, LISTS, ("union", "greens", "spd"))
    assert table.options == ("union", "greens", "spd", "others")
    assert table.now.tolist() == [[294, 245, 371, 70]]
    assert table.before.tolist() == [[178, 400, 100, 212]]
    assert table.states.tolist() == ["SH"]
    assert table.best == ("spd",)
    assert germany.read_table(tmp_path, year, CANDIDATES, ("union",)).now.tolist() == [[990, 0]]


def test_a_row_that_fits_nowhere_is_refused() -> None:
    with pytest.raises(ValueError, match="cannot read"):
        germany.before_split(["12", "5", "7"], 13.25)


def invented(seed: int = 1) -> Table:
    """Return a table of 60 districts in two states."""
    generator = np.random.default_rng(seed)
    weight = generator.dirichlet([8, 7, 4, 3, 4, 3, 2], 60)
    moved = weight * np.exp(0.15 * generator.standard_normal(weight.shape))
    before, now = np.rint(1e5 * weight), np.rint(1e5 * moved)
    options = (*swing.OPTIONS, "others")
    return Table(
        tuple(range(1, 61)), np.repeat(["SH", "TH"], 30), options, now, before,
        tuple(options[k] for k in now.argmax(axis=1)),
    )  # fmt: skip


@pytest.mark.parametrize("rule", swing.RULES)
def test_swing_rules_return_the_nation(rule: str) -> None:
    table = invented()
    weight, nation = swing.nation_of(table)
    found = swing.RULES[rule](swing.shares(table.before), weight, nation)
    # Normalised after the factor, the proportional rule returns the nation nearly.
    slack = 0.01 if "proportional" in rule else 1e-9
    assert weight @ found == pytest.approx(nation, abs=slack)
    assert found.sum(axis=1) == pytest.approx(np.ones(60))


def test_no_swing_is_no_change() -> None:
    table = invented()
    still = Table(
        table.districts, table.states, table.options, table.before, table.before, table.best
    )
    for rule in swing.RULES.values():
        found = rule(swing.shares(still.before), *swing.nation_of(still))
        assert found == pytest.approx(swing.shares(still.before), abs=1e-9)


def test_spreads_are_those_that_were_put_in() -> None:
    generator = np.random.default_rng(2)
    states = np.repeat([f"s{k}" for k in range(200)], 20)
    log = 0.12 * generator.standard_normal((200, 7))[np.arange(4000) // 20]
    log += 0.07 * generator.standard_normal((4000, 7))
    before = np.full((4000, 7), 1e9)
    table = Table((), states, (), np.rint(before * np.exp(log)), before, ())
    between, inside, left = swing.spreads(table)
    # Centring takes one of seven parts of the variance.
    assert between == pytest.approx(0.12 * (6 / 7) ** 0.5, rel=0.2)
    assert inside == pytest.approx(0.07 * (6 / 7) ** 0.5, rel=0.06)
    assert left.mean(axis=0) == pytest.approx(0, abs=1e-12)


def test_the_districts_of_the_engine_are_those_of_the_formulas() -> None:
    """Winners made again from the named normals are the engine's, draw for draw."""
    table = invented()
    table.now[3, 5] = 0  # does not stand
    table.before[4, 1] = 0  # did not stand
    expected = districts.expected_shares(table)
    assert expected[3, 5] == 0
    assert expected[4, 1] > 0
    weight, nation = swing.nation_of(table)
    assert weight @ expected == pytest.approx(nation)
    plan = replace(
        compile_plan(load_text(districts.scenario(table, expected)).scenario), sampler="mc"
    )
    counts = simulate(plan, districts.SEED, 0, 2048).counts
    weights = districts.candidate_weights(plan, 2048)
    won, starts = [], plan.contests.candidate_start
    for d in range(60):
        here = weights[starts[d] : starts[d + 1]]
        won += np.bincount(here.argmax(axis=0), minlength=here.shape[0]).tolist()
    assert np.abs(np.array(won) - counts.won[0]).max() <= 1


def test_polls_of_two_candidates() -> None:
    head = "race,year,type_simple,polldate,electiondate,samplesize,cand1_party,cand1_pct,"
    head += "cand1_actual,cand2_party,cand2_pct,cand2_actual\n"
    rows = [
        "r,2004,Sen-G,10/20/2004,11/2/2004,400,DEM,40,45,REP,60,55",
        "r,2004,Sen-G,10/1/2004,11/2/2004,400,DEM,40,45,REP,60,55",  # too early
        "r,2016,Sen-G,11/1/2016,11/2/2016,400,DEM,40,45,REP,60,55",  # too late a year
        "r,2004,Sen-G,10/20/2004,11/2/2004,400,DEM,40,45,IND,60,55",  # another party
        "r,2004,Gov-G,10/20/2004,11/2/2004,100,REP,25,25,DEM,25,75",
    ]
    found = us_polls.read_errors(head + "\n".join(rows) + "\n")
    assert [round(e.miss, 9) for e in found] == [5, 25]
    assert [e.sampling for e in found] == [pytest.approx(6), pytest.approx(25)]


def test_final_polls_of_parties() -> None:
    polls = "election_date,date,party,share\n"
    polls += "2013-09-22,2013-09-20,cdu,40\n2013-09-22,2013-09-15,cdu,38\n"
    polls += "2013-09-22,2013-09-01,cdu,30\n2013-09-22,2013-09-20,oth,9\n"
    polls += "2013-09-22,2013-09-20,fdp,1\n2013-09-22,2013-09-20,lin,NA\n"
    prior = "year,party,voteshare\n2013,cdu,41.5\n2013,fdp,4.8\n2013,lin,8.6\n"
    year, polled, result = german_polls.read_pairs(polls, prior)
    assert (year.tolist(), polled.tolist(), result.tolist()) == ([2013], [39], [41.5])


def test_the_exponent_is_found_again() -> None:
    generator = np.random.default_rng(3)
    p = generator.uniform(0.03, 0.5, 20_000)
    miss = 0.05 * np.sqrt(p * (1 - p)) * generator.standard_normal(p.size)
    losses = [german_polls.misfit(k, miss, p * (1 - p)) for k in (0.0, 0.5, 1.0)]
    assert losses[1] == min(losses)


def test_targets_are_met_or_not() -> None:
    assert Target("x", 1.0, 1.01, 0.01).met
    assert not Target("x", 1.0, 1.02, 0.01).met
    assert Target.between("x", 0.85, 0.95, 0.85).met
    assert "NO" in Target("x", 1.0, 2.0, 0.1).row()


@pytest.mark.parametrize(("found", "status"), [(1.0, 0), (2.0, 1)])
def test_a_script_says_whether_it_failed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, found: float, status: int
) -> None:
    monkeypatch.setattr("sys.argv", ["x", str(tmp_path)])
    with pytest.raises(SystemExit) as error:
        targets.main("Title", lambda folder: [Target("x", 1.0, found, 0.1)])
    assert error.value.code == status


def test_missing_data_is_a_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="no such file"):
        targets.open_text(tmp_path, "us_raw_polls_2023.csv")
    monkeypatch.setattr("sys.argv", ["x"])
    with pytest.raises(SystemExit, match="usage"):
        targets.main("Title", lambda folder: [])
