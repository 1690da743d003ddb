"""`simseats report`: the page of a stored run, the same as the page of the run itself."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from simulator.report.files import citation
from simulator.results.run import Run
from tests.cli.test_commands import FLAGSHIP, simseats


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("results")
    found = simseats("run", FLAGSHIP, "--draws", "2000", "--out", str(place))
    assert found.returncode == 0
    report, data, next_ = found.stderr.splitlines()[-3:]
    size = round((place / "report.html").stat().st_size / 1000)
    assert report == f"Report  {place / 'report.html'}  {size} kB, works offline"
    assert data == f"Data    {place / 'run.json'}, seats.csv, cite.txt, figures/*.svg"
    assert next_ == f"Next    simseats compare {FLAGSHIP}"
    return place


def test_a_stored_run_gives_the_same_page(folder: Path, tmp_path: Path) -> None:
    page = tmp_path / "deep" / "page.html"
    found = simseats("report", str(folder / "run.json"), "-o", str(page))
    size = round((folder / "report.html").stat().st_size / 1000)
    assert (found.returncode, found.stderr) == (0, "")
    assert found.stdout.startswith(f"  {page}  {size} kB  one file, works offline")
    assert len(found.stdout.splitlines()) == 1
    assert page.read_bytes() == (folder / "report.html").read_bytes()
    printed = simseats("report", str(folder / "run.json"), "-o", "-")
    assert printed.stdout.encode() == page.read_bytes()
    assert sorted(tmp_path.rglob(".*.part")) == []


def test_everything_is_made_again_beside_the_document(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "run.json").write_bytes((folder / "run.json").read_bytes())
    found = simseats("report", str(tmp_path / "run.json"))
    assert (found.returncode, found.stderr) == (0, "")
    names = [line.split()[0] for line in found.stdout.splitlines()]
    assert names[0] == "report.html"
    assert {"cite.txt", "seats.csv", "figures/chamber.svg", "figures/turnout.svg"} < set(names)
    for line, name in zip(found.stdout.splitlines(), names, strict=True):
        assert (tmp_path / name).read_bytes() == (folder / name).read_bytes()
        size = round((tmp_path / name).stat().st_size / 1000)
        assert f" {size or '<1'} kB  " in line
        assert len(line) <= 88
    made = [path for path in folder.rglob("*") if path.is_file()]
    assert len(made) == len(names) + 1


def test_figures_are_written_on_request(folder: Path, tmp_path: Path) -> None:
    figures = tmp_path / "figures"
    arguments = ("report", str(folder / "run.json"), "-q", "-o", "-", "--figures", str(figures))
    assert simseats(*arguments).returncode == 0
    for path in sorted(figures.iterdir()):
        assert path.read_bytes() == (folder / "figures" / path.name).read_bytes()


def test_reproducible_files_are_the_same_bytes(tmp_path: Path) -> None:
    texts = []
    for threads in ("1", "2"):
        place = tmp_path / threads
        simseats("run", FLAGSHIP, "--draws", "20000", "-q", "--threads", threads, "--out",
                 str(place), "--reproducible")  # fmt: skip
        files = sorted(path for path in place.rglob("*") if path.is_file())
        texts.append([(path.name, path.read_bytes()) for path in files])
    assert texts[0] == texts[1]
    assert len(texts[0]) == 8


def test_the_document_is_the_same_on_the_screen_and_in_the_folder(folder: Path) -> None:
    printed = simseats("run", FLAGSHIP, "--draws", "2000", "--json")
    assert printed.stdout == (folder / "run.json").read_text(encoding="utf-8")
    names = [a["name"] for a in json.loads(printed.stdout)["methods"]["alternatives"]]
    assert names[0] == "largest-remainder"
    assert {"dhondt", "sainte-lague"} < set(names)


def test_the_citation_names_the_run_and_no_date(folder: Path) -> None:
    text = (folder / "cite.txt").read_text(encoding="utf-8")
    run = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    for word in (run["name"], run["fingerprint"], str(run["seed"]), "simseats 0."):
        assert word in text
    for source in run["sources"]:
        assert source in text
    assert "give the same fingerprint on any machine" in text


def test_the_citation_of_an_interrupted_run_promises_nothing(folder: Path) -> None:
    run = Run.load(folder / "run.json")
    text = citation(Run(replace(run.facts, complete=False), run.tally, run.made_with))
    assert "INTERRUPTED: " in text
    assert "on any machine" not in text


@pytest.mark.parametrize(
    ("text", "word"),
    [
        (None, "cannot be read"),
        ("{", "not JSON"),
        ('{"schema": "simseats.run/9"}', "update simseats"),
        ('{"schema": "simseats.run/1"}', "without its counts"),
    ],
)
def test_what_is_no_run_ends_in_a_sentence(text: str | None, word: str, tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    found = simseats("report", str(path))
    assert found.returncode == 3
    assert word in found.stderr
    assert "Traceback" not in found.stderr


def test_a_page_that_cannot_be_written_ends_in_a_sentence(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    found = simseats("report", str(folder / "run.json"), "-o", str(tmp_path / "file" / "x.html"))
    assert found.returncode == 3
    assert "cannot be written" in found.stderr
