"""Other formulas on the page: what `compare` says of the same draws, and nothing that was not."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import jsonschema
import pytest

from simulator.engine.comparison import compare
from simulator.engine.formulas import METHODS, compare_methods
from simulator.engine.run import run, run_loaded
from simulator.report.formulas import formulas
from simulator.report.page.methods import once, paired
from simulator.report.page.render import render_page
from simulator.results.run import Run
from simulator.scenario.export import result_schema_text
from simulator.scenario.load import load, load_text
from tests.report.test_page import read

FLAGSHIP = "scenarios/kazakhstan-2023.yaml"


@pytest.fixture(scope="module")
def made() -> Run:
    return run(FLAGSHIP, draws=8_192, methods=True)


def test_the_document_has_what_compare_says_of_the_same_draws(made: Run) -> None:
    found = compare(FLAGSHIP, methods=list(METHODS), draws=8_192)
    assert made.facts.methods == found.to_dict()
    document = json.loads(made.to_json())
    assert document["methods"] == json.loads(found.to_json())
    jsonschema.Draft7Validator(json.loads(result_schema_text("run"))).validate(document)


def test_the_run_is_the_one_that_it_is_without_them(made: Run) -> None:
    alone = run(FLAGSHIP, draws=8_192)
    assert alone.facts.methods is None
    assert alone.fingerprint == made.fingerprint
    assert replace(made.facts, methods=None) == alone.facts


def test_the_page_has_means_chances_and_the_official_votes(made: Run) -> None:
    found, stated = paired(made), compare(FLAGSHIP, methods=list(METHODS), draws=8_192)
    assert found is not None
    assert [party.name for party in found.parties] == list(made.facts.parties)[:6]
    assert ("Amanat", "two thirds", 66) in found.events
    assert ("Amanat + JSDP", "two thirds", 66) in found.events
    texts = " ".join(text for _, text in read(render_page(made)).texts)
    first, *rest = stated.alternatives
    ordered = [first, *sorted(rest, key=lambda a: a.moved.mean)]
    assert ordered != list(stated.alternatives)
    for row, other in zip(found.rows, ordered, strict=True):
        assert row.means[0] == f"{other.values['seats.amanat'].mean:.1f}"
        assert row.law or row.moved == f"{other.moved.mean:.2f}"
        for cell in row.chances:
            assert cell.text in texts
            assert cell.difference in texts
    # D'Hondt favours the largest list: two thirds become likelier, in the paired draws clearly.
    dhondt = next(row for row in found.rows if row.label == "D'Hondt")
    at = found.events.index(("Amanat", "two thirds", 66))
    gain, _, error = dhondt.chances[at].difference.partition(" ±")
    assert float(gain) > 10 * float(error) > 0
    official = once(made)
    assert official is not None
    assert official.counted
    assert {row.label: row.seats[0] for row in official.rows}["D'Hondt"] == 41
    assert official.rows[0].seats == (40, 8, 6, 6, 5, 4, 0)


def test_a_file_without_them_shows_one_election(made: Run) -> None:
    bare = Run(replace(made.facts, methods=None), made.tally, made.made_with)
    assert paired(bare) is None
    assert once(bare) == formulas(bare)
    assert "Table of methods over the draws" not in render_page(bare)
    assert "Table of formulas" in render_page(bare)


@pytest.mark.parametrize(
    "words", [{}, {"alternatives": []}, {"alternatives": [{}], "draws": 1}, {"alternatives": 7}]
)
def test_a_comparison_in_other_words_is_left_out(made: Run, words: dict[str, Any]) -> None:
    strange = Run(replace(made.facts, methods=words), made.tally, made.made_with)
    assert paired(strange) is None
    assert "Table of formulas" in render_page(strange)


def test_what_no_method_can_change_is_not_compared() -> None:
    text = "schema: simseats/1\nname: No lists\nparties: {a: 60%, b: 40%}\n"
    loaded = load_text(text + "tiers: {district: {seats: 3, held_at: {a: 2, b: 1}}}\n")
    alone = run_loaded(loaded, threads=1)
    assert compare_methods(alone, loaded) is alone
    cut = replace(alone.facts, complete=False)
    full = load(FLAGSHIP)
    unfinished = Run(cut, alone.tally)
    assert compare_methods(unfinished, full) is unfinished
