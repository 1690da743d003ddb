"""`simseats init`: what it writes validates and runs, and it overwrites nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import simulator
from simulator.cli.shell import call
from simulator.scenario.load import load
from simulator.scenario.official import compare_official
from tests.cli.test_commands import simseats

RESULTS = """party,votes,seats
Amanat,"3,431,510",40
Auyl,693938,8
Respublica,547154,6
"Aq Jol, Democratic",535139,6
QHP,432920,5
JSDP,331058,4
Baytaq,146431,0
Against all,248291,no
"""


def test_questions_from_standard_input(tmp_path: Path) -> None:
    path = tmp_path / "town.yaml"
    answers = "My town\n31\nsainte-lague\n5%\nTide 34%\nLight house: 27%\nAnchor=0.18\n\n800\n"
    found = simseats("init", str(path), stdin=answers)
    assert found.returncode == 0
    assert found.stdout == f"wrote {path}\nnext: simseats run {path}\n"
    scenario = load(path).scenario
    assert list(scenario.parties) == ["tide", "light_house", "anchor"]
    assert (scenario.name, scenario.seats, scenario.tiers.list.method) == (
        "My town", 31, "sainte-lague",
    )  # fmt: skip
    assert scenario.uncertainty.effective_sample == 800
    assert simulator.run(path, draws=4096).facts.seats == 31


def test_a_wrong_answer_is_asked_again(tmp_path: Path) -> None:
    path = tmp_path / "town.yaml"
    answers = "T\n0\nmany\n9\ndhont\ndhondt\n5\n5%\nTide\nTide 340%\nTide 34%\n\nsome\n\n"
    found = simseats("init", str(path), stdin=answers)
    assert found.returncode == 0
    for words in ('did you mean "dhondt"', "write 5% or 0.05", "write Tide 34%", "at least 1"):
        assert words in found.stderr
    assert load(path).scenario.tiers.list.method == "dhondt"


def test_everything_by_options(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "deep" / "er" / "town.yaml"
    arguments = (
        "init",
        str(path),
        "-y",
        "--seats",
        "9",
        "--party",
        "A B=60%",
        "--party",
        "a-b=30%",
    )
    assert simseats(*arguments, "--method", "dhondt", "--date", "2026-05-17").returncode == 0
    assert list(load(path).scenario.parties) == ["a_b", "a_b_2"]
    for wrong in (
        ("-y", "--party", "A=60%"), ("-y", "--seats", "9"),
        ("-y", "--seats", "9", "--party", "A"), ("--from", "x", "--polls", "y"),
        ("-y", "--seats", "9", "--party", "A=60%", "--method", "hare"),
        ("-y", "--seats", "9", "--party", "A=60%", "--threshold", "5"),
        ("-y", "--seats", "9", "--party", "A=60%", "--date", "May"),
        ("--from", "harbour-council", "--seats", "9"),
    ):  # fmt: skip
        assert call(["init", str(tmp_path / "never.yaml"), *wrong]) == 2, wrong
        assert "Error" in capsys.readouterr().err
    assert not (tmp_path / "never.yaml").exists()


def test_results_become_a_scenario_that_reproduces_them(tmp_path: Path) -> None:
    table, path = tmp_path / "count.csv", tmp_path / "count.yaml"
    table.write_text(RESULTS, "utf-8")
    arguments = ("init", str(path), "--results", str(table), "-y", "--threshold", "5%")
    assert simseats(*arguments).returncode == 0
    scenario = load(path).scenario
    compared = compare_official(scenario)
    assert compared is not None
    assert compared.reproduced
    assert scenario.parties["aq_jol_democratic"].votes == 535_139
    assert not scenario.parties["against_all"].seats
    assert "So do sainte-lague" in path.read_text("utf-8")
    assert simulator.run(path, draws=4096).facts.closeness.basis == "official"
    again = simseats(*arguments, "--method", "imperiali-divisor", "--force")
    assert again.returncode == 0
    assert load(path).scenario.expect is None


def assert_one_message(
    option: str, text: str, place: str, words: str, tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    """Check that a bad table ends in one message with its place, and that nothing is written."""
    table = tmp_path / "bad.csv"
    table.write_text(text, "utf-8")
    target = str(tmp_path / "x.yaml")
    assert call(["init", target, option, str(table), "-y", "--seats", "3"]) == 3
    said = capsys.readouterr().err
    assert words in said
    assert f"bad.csv{place}" in said
    assert "1 error, nothing was run" in said
    assert not (tmp_path / "x.yaml").exists()


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("party;votes\nA;12x\n", ":2:3", "expected a whole number"),
        ("party,votes\nA,-3\n", ":2:3", "cannot be negative"),
        ("party,votes\nA,53%\n", ":2:3", 'per cents stand in a column "share"'),
        ("party,votes\nA,4\nA,4\n", ":3:1", "a second time"),
        ("party,votes\nA,4\n,4\n", ":3:1", "no name"),
        ("party,votes\nA\n", ":2:1", "1 cells for 2 columns"),
        ("partei,votes\nA,4\n", ":1:1", 'no column "party"'),
        ("party,voices\nA,4\n", ":1:1", 'no column "votes"'),
        ("party,share\nA,40\n", ":2:3", "a share is at most 1"),
        ("party,votes\nA,0\n", ":1:1", "no votes"),
        ("party,votes,seats\nA,3,no\n", ":1:1", "no party that can take seats"),
        ("", "", "the table is empty"),
        ('party,votes\n"A,4\n', "", "not a table"),
    ],
)
def test_a_bad_table_is_one_message(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, place: str, words: str
) -> None:
    assert_one_message("--results", text, place, words, tmp_path, capsys)


SOUND = [
    '\ufeffparty,votes,seats\nTide,"3,431,510",6\nLight,2 000 000,4\n',
    "party;votes;seats\nTide;3 431 510;6\nLight;2000000;4\n",
    "party\tvotes\tseats\r\nАманат\t3431510\t6\r\nАуыл\t2000000\t4\r\n",
    'party,votes,seats\n"Ti: # {de",3_431_510,6\n"\'x\'",2000000,4\n\n',
]


@pytest.mark.parametrize("text", SOUND)
def test_tables_as_spreadsheets_write_them_become_scenarios_that_run(
    tmp_path: Path, text: str
) -> None:
    table, path = tmp_path / "count.csv", tmp_path / "count.yaml"
    table.write_bytes(text.encode())
    assert simseats("init", str(path), "--results", str(table), "-y").returncode == 0
    scenario = load(path).scenario
    assert [party.votes for party in scenario.parties.values()] == [3_431_510, 2_000_000]
    compared = compare_official(scenario)
    assert compared is not None
    assert compared.reproduced
    assert simulator.run(path, draws=256).draws == 4096
    assert path.read_text("utf-8").count("#") > 5


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("pollster;n;tide\nA;100;50%\n", ":1:1", "not separated by commas"),
        ("pollster,n,Аманат\nA,100,50%\n", ":1:12", '"Аманат" cannot be the name of a party'),
        ("pollster,n,tide,light\nA,100,155%,45%\n", ":2:7", "not 155%"),
        ("pollster,n,tide,light\nA,x,55%,45%\n", ":2:3", "expected a whole number"),
        ("pollster,n,tide,light\nA,-5,55%,45%\n", ":2:3", "cannot be negative"),
        ("pollster,n,tide,tide\nA,5,55%,45%\n", "", "name of its own"),
    ],
)
def test_a_bad_table_of_polls_is_one_message(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, place: str, words: str
) -> None:
    assert_one_message("--polls", text, place, words, tmp_path, capsys)


def test_polls_are_named_or_copied(tmp_path: Path) -> None:
    table = "docs/how-to/harbour-polls.csv"
    path = tmp_path / "polls.yaml"
    arguments = ("init", str(path), "--polls", table, "-y", "--seats", "31", "--date", "2026-05-17")
    assert simseats(*arguments).returncode == 0
    assert (tmp_path / "harbour-polls.csv").read_bytes() == Path(table).read_bytes()
    assert len(load(path).scenario.polls.items) == 6
    beside = simseats("init", str(tmp_path / "two.yaml"), "--polls",
                      str(tmp_path / "harbour-polls.csv"), "-y", "--seats", "31",
                      "--date", "2026-05-17")  # fmt: skip
    assert beside.stdout.startswith(f"wrote {tmp_path / 'two.yaml'}\n")
    bad = tmp_path / "bad.csv"
    bad.write_text("pollster,n,Tide\nA,100,5%\n", "utf-8")
    found = simseats("init", str(tmp_path / "x.yaml"), "--polls", str(bad), "-y", "--seats", "3")
    assert found.returncode == 3
    assert 'E208] "Tide" cannot be the name of a party' in found.stderr


@pytest.mark.parametrize("name", ["kazakhstan-2023", "harbour-council"])
def test_shipped_scenarios_are_copied_with_their_tables(tmp_path: Path, name: str) -> None:
    path = tmp_path / "own.yaml"
    assert simseats("init", str(path), "--from", name).returncode == 0
    own, shipped = load(path).scenario, load(f"scenarios/{name}.yaml").scenario
    assert own == shipped


def test_nothing_is_overwritten_without_force(tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_text("mine", "utf-8")
    found = simseats("init", str(path), "--from", "harbour-council")
    assert found.returncode == 3
    assert "exists and nothing was written; --force overwrites" in found.stderr
    assert path.read_text("utf-8") == "mine"
    assert simseats("init", str(path), "--from", "harbour-council", "--force").returncode == 0
    assert path.read_text("utf-8") != "mine"
    found = simseats("init", str(path), "--from", "harbor-council", "--force")
    assert found.returncode == 3
    assert 'did you mean "harbour-council"' in found.stderr


def test_two_scenarios_may_bring_the_same_table(tmp_path: Path) -> None:
    one, two = tmp_path / "one.yaml", tmp_path / "two.yaml"
    assert simseats("init", str(one), "--from", "kazakhstan-2023").returncode == 0
    assert simseats("init", str(two), "--from", "kazakhstan-2023-irregularities").returncode == 0
    table = tmp_path / "data" / "kazakhstan-2023-regions.csv"
    table.write_text(table.read_text("utf-8") + "#\n", "utf-8")
    found = simseats("init", str(tmp_path / "three.yaml"), "--from", "kazakhstan-2023")
    assert found.returncode == 3
    assert "regions.csv exists and nothing was written" in " ".join(found.stderr.split())


@pytest.mark.skipif(os.name == "nt", reason="Windows has no limit of file sizes")
def test_a_full_disk_leaves_the_file_that_was_there(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("mine", "utf-8")
    line = f'ulimit -f 0; "{sys.executable}" -m simulator init {path} '
    line += "--from harbour-council --force"
    found = subprocess.run(["bash", "-c", line], capture_output=True, text=True, check=False)
    assert found.returncode == 3
    assert "a.yaml cannot be written: File too large" in found.stderr
    assert path.read_text("utf-8") == "mine"
    assert list(tmp_path.iterdir()) == [path]
