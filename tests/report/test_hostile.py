"""A scenario that attacks: from the file to the page, the pictures, the tables and the terminal."""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from simulator.engine.formulas import compare_methods
from simulator.engine.run import run_loaded
from simulator.errors import FileTrouble, InvalidScenario
from simulator.report.files import run_files
from simulator.report.terminal import render
from simulator.results.run import Run
from simulator.scenario.load import load, load_text
from tests.cli.test_commands import simseats
from tests.report.hostile import ATTACKS, FILE, hostile_text, write_hostile
from tests.report.test_page import read
from tests.report.test_page_in_chromium import CHROMIUM, DRIVER, browser, open_page, requests

__all__ = ["browser"]  # the fixture of the browser tests

chromium = pytest.mark.skipif(not (CHROMIUM and DRIVER), reason="chromium is not installed")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Run:
    loaded = load(write_hostile(tmp_path_factory.mktemp("hostile")))
    return compare_methods(run_loaded(loaded, threads=1), loaded)


@pytest.fixture(scope="module")
def files(made: Run) -> dict[str, str]:
    return run_files(made)


@pytest.fixture(scope="module")
def folder(files: dict[str, str], made: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("written")
    for name, text in files.items():
        (place / name).parent.mkdir(exist_ok=True)
        (place / name).write_text(text, encoding="utf-8")
    (place / "cell.html").write_text(
        f"<!doctype html><meta charset=utf-8>{made._repr_html_()}", encoding="utf-8"
    )
    return place


def test_every_attack_is_used(made: Run) -> None:
    text = hostile_text()
    for attack in ATTACKS:
        assert json.dumps(attack) in text
    assert made.facts.file == FILE


def test_the_page_has_the_elements_of_a_harmless_one(files: dict[str, str], made: Run) -> None:
    """The same scenario with plain words has the same tags and the same names of attributes."""
    text = hostile_text()
    for k, attack in enumerate(sorted(ATTACKS, key=len, reverse=True)):
        text = text.replace(json.dumps(attack), json.dumps(f"words without harm {k}"))
    loaded = load_text(text, "plain.yaml")
    plain = compare_methods(run_loaded(loaded, threads=1), loaded)
    one, other = read(files["report.html"]), read(run_files(plain)["report.html"])
    kinds = [[(tag, list(found)) for tag, found in reader.elements] for reader in (one, other)]
    assert kinds[0] == kinds[1]
    for _, found in one.elements:
        assert not any(key.startswith("on") or key in ("src", "srcdoc") for key in found)
        assert found.get("href", "#").startswith("#")


def test_nothing_is_evaluated(files: dict[str, str]) -> None:
    texts = " ".join(text for _, text in read(files["report.html"]).texts)
    assert "{{7*7}}{% set x = 8 %}{# gone #}" in texts
    assert "${7*7} #{7*7} <%= 7*7 %>" in texts
    assert "&#60;script&#62;" in texts


def test_pictures_are_xml_without_strangers(files: dict[str, str]) -> None:
    known = {"svg", "style", "rect", "title", "desc", "g", "path", "text", "tspan", "line",
             "circle", "defs", "use"}  # fmt: skip
    drawn = [name for name in files if name.endswith(".svg")]
    assert len(drawn) == 4
    for name in drawn:
        for node in ET.fromstring(files[name]).iter():
            assert node.tag.rpartition("}")[2] in known
            assert not any(key.startswith("on") for key in node.keys())  # noqa: SIM118
            assert node.get("href", "#").startswith("#")
        style = ET.fromstring(files[name]).find("{http://www.w3.org/2000/svg}style")
        assert style is not None
        assert not re.search(r"url|import|display|evil", str(style.text))


def test_tables_hold_keys_and_numbers_only(files: dict[str, str]) -> None:
    rows = list(csv.reader(io.StringIO(files["seats.csv"])))
    assert {len(row) for row in rows} == {6}
    for party, tier, *numbers in rows[1:]:
        assert re.fullmatch(r"[a-z0-9][a-z0-9_-]*", party)
        assert tier in ("list", "district", "total")
        assert all(number == "" or float(number) >= 0 for number in numbers)


def test_a_stored_run_cannot_bring_formulas_into_the_table(made: Run, tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    evil = "=cmd|' /C calc'!A0"
    text = made.to_json().replace('"parties": [\n      "a",', f'"parties": [\n      "{evil}",')
    assert evil in text
    path.write_text(text, encoding="utf-8")
    with pytest.raises(FileTrouble):
        Run.load(path)
    renamed = replace(
        made.facts,
        parties=(evil, *made.facts.parties[1:]), options=(evil, *made.facts.options[1:]),
        labels={**made.facts.labels, evil: "x"}, coalitions={"c": (evil,), "d": (evil,)},
    )  # fmt: skip
    path.write_text(Run(renamed, made.tally).to_json(), encoding="utf-8")
    with pytest.raises(FileTrouble, match="name that no scenario can give it"):
        Run.load(path)


def test_the_citation_keeps_its_lines(files: dict[str, str], made: Run) -> None:
    lines = files["cite.txt"].splitlines()
    assert sum(made.fingerprint in line for line in lines) == 1
    assert lines[1].startswith("scenario ")
    assert len(lines) == 5 + len(made.facts.sources)
    assert not any(line.startswith("fingerprint") for line in lines)


@pytest.mark.parametrize("ascii_only", [False, True])
def test_the_terminal_is_not_moved(made: Run, ascii_only: bool) -> None:
    text = render(made, 88, ascii_only, verbose=True)
    for c in text:
        assert c == "\n" or unicodedata.category(c) not in ("Cc", "Cs"), repr(c)
        assert c not in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
    assert not any(line.startswith("fingerprint") for line in text.splitlines())


def test_the_cell_of_a_notebook_is_a_table(made: Run) -> None:
    reader = read(made._repr_html_())
    assert not any(found for _, found in reader.elements)
    tags = {tag for tag, _ in reader.elements}
    assert tags == {"table", "caption", "thead", "tbody", "tr", "th", "td", "bdi"}


@pytest.mark.parametrize(
    "colour", ["red", "#12345g", "#123456;}*{display:none}", "url(x)", "#123456\n", "var(--c)"]
)
def test_a_colour_that_is_none_is_refused(colour: str) -> None:
    text = hostile_text().replace("share: 34%", f"share: 34%, colour: {colour!r}")
    with pytest.raises(InvalidScenario) as caught:
        load_text(text.replace("'#123456\\n'", '"#123456\\n"'))
    assert [d.code for d in caught.value.diagnostics] == ["E203"]


def test_the_command_writes_and_reads_them_again(tmp_path: Path) -> None:
    path = write_hostile(tmp_path)
    out = tmp_path / "out"
    assert simseats("run", str(path), "-q", "--draws", "512", "--out", str(out)).returncode == 0
    before = (out / "report.html").read_bytes()
    again = simseats("report", str(out / "run.json"))
    assert again.returncode == 0
    assert (out / "report.html").read_bytes() == before
    assert str(tmp_path) not in before.decode()


@chromium
def test_nothing_runs_in_a_browser(browser: Any, folder: Path) -> None:
    pages = sorted(path for path in folder.rglob("*") if path.suffix in (".html", ".svg"))
    assert len(pages) == 6
    for path in pages:
        requests(browser)
        open_page(browser, path)
        browser.execute_script("return new Promise(done => setTimeout(done, 50))")
        assert browser.execute_script("return window.ran") is None, path.name
        assert browser.get_log("browser") == [], path.name
        assert set(requests(browser)) == {path.as_uri()}
    open_page(browser, folder / "report.html")
    shown = browser.execute_script("return document.querySelectorAll('[data-label]').length")
    assert shown == 7
    # The page is still there, and the box counts.
    assert browser.find_element("id", "answer").is_displayed()
    assert browser.find_element("id", "h-repeat").is_displayed()
    command = browser.find_element("css selector", "pre").text
    assert command.startswith("simseats run '\"><script>")
