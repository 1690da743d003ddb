"""A run as a file: whole, recomputable, read again, refused when it is not what it says."""

from __future__ import annotations

import contextlib
import copy
import io
import json
import random
from fractions import Fraction
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings

from simulator.engine.run import run, run_loaded
from simulator.errors import FileTrouble
from simulator.report.page.render import render_page
from simulator.report.terminal import render
from simulator.results.run import Run
from simulator.scenario.export import result_schema_text
from simulator.scenario.load import load, load_text
from tests.engine.scenarios import scenarios

EARLIER = Path("tests/results/run-1.json")


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run("scenarios/kazakhstan-2023.yaml", draws=4096).to_json())
    return found


def stored(document: dict[str, Any], folder: Path) -> Path:
    path = folder / "run.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


@settings(deadline=None, max_examples=25, suppress_health_check=list(HealthCheck))
@given(text=scenarios())
def test_what_is_written_is_read_again(text: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    made = run_loaded(load_text(text), threads=1)
    path = tmp_path_factory.mktemp("run") / "run.json"
    path.write_text(made.to_json(), encoding="utf-8")
    again = Run.load(path)
    assert again.facts == made.facts
    assert again.summary == made.summary
    assert again.to_json() == made.to_json()
    assert again.to_csv() == made.to_csv()
    jsonschema.Draft7Validator(json.loads(result_schema_text("run"))).validate(
        json.loads(made.to_json())
    )


def test_the_summary_follows_from_the_counts(document: dict[str, Any]) -> None:
    """Recompute it in whole numbers and fractions, with nothing of the program."""
    counts, draws = document["tally"]["counts"], document["draws"]
    counts = {
        key: [[sum(cell) for cell in zip(*rows, strict=True)] for rows in zip(*parts, strict=True)]
        if key in ("list_seats", "district_seats", "total_seats") else parts
        for key, parts in counts.items()
    }  # fmt: skip
    names = list(document["parties"])
    for tier, key in (("list", "list_seats"), ("district", "district_seats")):
        for name, row in zip(names, counts[key], strict=False):
            check_seats(row, draws, document["parties"][name]["seats"][tier])
    rows, times = counts["chamber_vector"], counts["chamber_count"]
    assert sum(times) == draws
    parties = len(document["facts"]["parties"])
    totals = [
        [row[parties + k] + (row[k] if k < parties else 0) for k in range(len(names))]
        for row in rows
    ]
    assert {sum(row) for row in totals} == {98}
    for k, name in enumerate(names):
        row = [0] * 99
        for chamber, count in zip(totals, times, strict=True):
            row[chamber[k]] += count
        assert row == counts["total_seats"][k]
        check_seats(row, draws, document["parties"][name]["seats"]["total"])
    for name, coalition in document["coalitions"].items():
        inside = [names.index(member) for member in coalition["members"]]
        held = [sum(chamber[k] for k in inside) for chamber in totals]
        mean = sum(Fraction(h * c, draws) for h, c in zip(held, times, strict=True))
        assert coalition["mean"] == pytest.approx(float(mean), abs=1e-9)
        for event, need in document["majorities"].items():
            hits = sum(c for h, c in zip(held, times, strict=True) if h >= need)
            stated = document["events"][f"{event}: {name}"]["probability"]
            assert stated == pytest.approx(hits / draws, abs=1e-9)


def check_seats(row: list[int], draws: int, stated: dict[str, Any]) -> None:
    assert sum(row) == draws
    mean = Fraction(sum(s * c for s, c in enumerate(row)), draws)
    assert stated["mean"] == pytest.approx(float(mean), abs=1e-9)
    assert {int(s): p for s, p in stated["pmf"].items()} == {
        s: pytest.approx(c / draws, abs=1e-9) for s, c in enumerate(row) if c
    }
    assert sum(row[s] for s in stated["region90"]) >= 0.9 * draws


def test_counts_are_the_same_on_any_number_of_threads() -> None:
    one, two = (
        run("scenarios/kazakhstan-2023.yaml", draws=40_000, threads=n).tally.to_plain()
        for n in (1, 2)
    )
    assert one == two


def test_a_tally_that_was_read_adds_to_a_fresh_one() -> None:
    from simulator.results.tally import Tally

    tally = run("scenarios/kazakhstan-2023.yaml", draws=4096).tally
    again = Tally.from_plain(json.loads(json.dumps(tally.to_plain())))
    fresh = Tally(tally.shape)
    fresh.add(again)
    assert fresh.canonical() == again.canonical() == tally.canonical()
    fresh.add(again)
    assert fresh.draws == 8192
    assert fresh.chambers()[0].sum() == 8192


def test_a_file_of_an_earlier_minor_version_is_read(tmp_path: Path) -> None:
    earlier = Run.load(EARLIER)
    assert earlier.fingerprint == json.loads(EARLIER.read_text(encoding="utf-8"))["fingerprint"]
    document = json.loads(EARLIER.read_text(encoding="utf-8"))
    document |= {"schema": "simseats.run/1.7", "added later": 1}
    document["facts"]["added later"] = [1]
    for assumption in document["assumptions"]:
        assumption.pop("place", None)
    assert Run.load(stored(document, tmp_path)).summary == earlier.summary


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"schema": "simseats.run/2"}, "simseats.run/2"),
        ({"schema": "simseats/1"}, "not a run.json"),
        ({"schema": 1}, "not a run.json"),
        ({"fingerprint": "0000-0000-0000-0000"}, "changed after"),
        ({"tally": None}, "not a whole"),
        ({"seed": "1"}, "seed is no int"),
    ],
)
def test_what_is_not_a_run_is_refused(
    document: dict[str, Any], change: dict[str, Any], word: str, tmp_path: Path
) -> None:
    with pytest.raises(FileTrouble, match=word):
        Run.load(stored({**document, **change}, tmp_path))


def test_a_summary_without_counts_is_refused(document: dict[str, Any], tmp_path: Path) -> None:
    summary = {key: value for key, value in document.items() if key != "tally"}
    with pytest.raises(FileTrouble, match="without its counts"):
        Run.load(stored(summary, tmp_path))


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000, "[]", "null", "\ud800"[:0] + '"x"'])
def test_what_is_not_json_is_refused(text: str, tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(FileTrouble):
        Run.load(path)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileTrouble, match="cannot be read"):
        Run.load(tmp_path / "none.json")


@pytest.mark.parametrize("version", ["earlier", "this"])
def test_a_damaged_file_ends_in_a_sentence(
    version: str, document: dict[str, Any], tmp_path: Path
) -> None:
    whole = json.loads(EARLIER.read_text(encoding="utf-8")) if version == "earlier" else document
    chance = random.Random(1)
    for _ in range(100):
        damaged = copy.deepcopy(whole)
        damage(damaged, chance)
        # Any other exception fails the test: what is read can be used.
        with contextlib.suppress(FileTrouble):
            read = Run.load(stored(damaged, tmp_path))
            read.to_json()
            render(read)
            render_page(read)


@pytest.mark.parametrize("part", ["measure", "party", "kind"])
def test_closeness_that_cannot_be_shown_is_refused(
    part: str, document: dict[str, Any], tmp_path: Path
) -> None:
    assert "closeness" not in document["facts"]  # stored once
    damaged = copy.deepcopy(document)
    close = damaged["closeness"]
    if part == "measure":
        del next(iter(close["indices"].values()))["votes_without_a_seat"]
    elif part == "party":
        close["margins"][0]["changes"] = {"nobody": 1}
    else:
        close["margins"][0]["kind"] = "lost"
    with pytest.raises(FileTrouble, match=r"not a whole run\.json: a m"):
        Run.load(stored(damaged, tmp_path))


@pytest.mark.parametrize("part", ["name", "official"])
def test_checks_that_cannot_be_shown_are_refused(
    part: str, document: dict[str, Any], tmp_path: Path
) -> None:
    assert document["checks"]["official"] is True
    damaged = copy.deepcopy(document)
    if part == "name":
        damaged["checks"] |= {"official": False, "elsewise": {"nobody": 3}}
    else:
        damaged["checks"] |= {"official": False}
        del damaged["facts"]["official"]["list"]
    with pytest.raises(FileTrouble, match=r"not a whole run\.json: a check"):
        Run.load(stored(damaged, tmp_path))


@pytest.mark.parametrize("number", ["Infinity", "-Infinity", "NaN", "1e999"])
def test_what_is_no_number_is_refused(
    number: str, document: dict[str, Any], tmp_path: Path
) -> None:
    path = tmp_path / "run.json"
    text = json.dumps(document | {"methods": {"draws": "HERE"}}).replace('"HERE"', number)
    path.write_text(text, encoding="utf-8")
    for read in (Run.load, load):
        with pytest.raises(FileTrouble, match=rf"run\.json: .*{number} is no finite number"):
            read(path)


@pytest.mark.parametrize("before", ["\n", "\ufeff", "\ufeff \r\n\t"])
def test_a_run_is_read_behind_blank_space_and_a_mark_of_its_encoding(
    before: str, document: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "run.json"
    text = before + json.dumps(document)
    path.write_text(text, encoding="utf-8")
    monkeypatch.setattr("sys.stdin", io.StringIO(text))
    assert Run.load(path).fingerprint == document["fingerprint"]
    assert load(path).scenario == load("-").scenario


def damage(document: dict[str, Any], chance: random.Random) -> None:
    """Remove or replace one part, at any depth, of what is read."""
    node: Any = document
    key: Any = chance.choice(["facts", "tally", "scenario", "assumptions", "sources", "majorities",
                            "closeness", "checks", "methods"])  # fmt: skip
    if not document.get(key):
        return
    while isinstance(node[key], dict | list) and node[key] and chance.random() < 0.8:
        node = node[key]
        key = chance.choice(list(node)) if isinstance(node, dict) else chance.randrange(len(node))
    if chance.random() < 0.4:
        del node[key]
    else:
        node[key] = chance.choice([None, -1, 10**30, "x", [], {}, 0.5, [[1]], True])
