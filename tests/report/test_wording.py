"""Counts, signs and numbers in the words of a run; what an interrupted run must not say."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

import pytest

from simulator.engine.run import run_loaded
from simulator.report.coalitions import closeness, render_coalitions
from simulator.report.layout import labelled
from simulator.report.page.render import render_page
from simulator.report.sentences import MOST_OPEN, checked, decisions
from simulator.report.terminal import render
from simulator.results.checks import Checks
from simulator.results.run import Run
from simulator.scenario.load import load_text
from tests.report.pages import flagship
from tests.report.pages import plain as whole

ONE = "schema: simseats/1\nname: One\nparties: {a: 60%, b: {share: 40%, seats: false}}\n"
LISTS = "tiers: {list: {seats: 5, threshold: 5%}}\n"


def run_text(text: str) -> Run:
    return run_loaded(load_text(text), threads=1)


def spread(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize(
    ("size", "words"), [("1", "1 ballot (0.00001%)"), ("100%", "10 000 000 ballots (100%)")]
)
def test_a_recount_of_any_size_is_said_in_plain_numbers(size: str, words: str) -> None:
    made = run_text(f"{ONE}{LISTS}closeness: {{recount: {size}, threshold: 1}}\n"
                    "simulation: {draws: 256}\n")  # fmt: skip
    text = spread(render(made))
    assert f"recount {words}" in text
    assert f"{words} changed where they count" in text
    assert text.count("within 1 vote of it") == 2
    assert "1 different chamber;" in text
    assert "b: 40.00% of the valid ballots, no seats" in text


def test_one_draw_is_said_without_a_share_that_says_nothing() -> None:
    made = run_text(f"{ONE}{LISTS}simulation: {{draws: 1, sampler: mc}}\n")
    for text in (spread(render(made)), *(words for _, words in closeness(made))):
        assert "(>0%)" not in text
        assert "(<100%)" not in text
    found = replace(made.facts, checks=Checks(None, {}, True, 1, 0))
    assert checked(Run(found, made.tally))[-1] == "✓ 1 draw re-checked with exact fractions"


@pytest.mark.parametrize("width", range(40, 89, 3))
def test_no_number_is_broken_at_the_end_of_a_line(width: int) -> None:
    lines = render(flagship(), width).splitlines()
    for line, following in pairwise(lines):
        assert not (re.search(r"\d$", line) and re.match(r"\s+\d{3}\b(?!%)", following)), line
    assert "\u00a0" not in "".join(lines)
    text = labelled("label", "changes 1 000 000 more for a", width)
    assert "1 000 000" in text


def test_one_sign_stands_for_minus_and_ascii_has_its_own() -> None:
    text = render(flagship())
    assert re.search(r"−\d", text)
    assert not re.search(r"(?<![\w–-])-\d", text)
    assert render(flagship(), ascii_only=True).isascii()
    assert "?" not in render(flagship(), ascii_only=True)


def test_a_chamber_of_districts_has_no_heading_without_lines() -> None:
    made = run_text("schema: simseats/1\nname: D\nparties: {a: 60%, b: 40%}\n"
                    "tiers: {district: {seats: 3, held_at: {a: 2, b: 1}}}\n")  # fmt: skip
    assert render_coalitions(made, 88) == ""
    assert "Coalitions and closeness" not in render(made)


def test_an_interrupted_run_promises_nothing_and_says_what_is_missing() -> None:
    promise, missing = "give the same fingerprint", "ot counted: the run was interrupted"
    made = whole()
    cut = Run(replace(made.facts, complete=False, closeness=None), made.tally, made.made_with)
    for found, promised in ((made, True), (cut, False)):
        page = render_page(found)
        assert (promise in page) == promised
        assert (missing in page) != promised
        assert (missing in spread(render(found))) != promised
        assert ("cannot be repeated" in page) != promised


def test_assumptions_without_places_are_not_called_defaults() -> None:
    made = whole()
    assert "is a default of simseats" in render_page(made)
    bare = tuple(replace(a, place="") for a in made.facts.assumptions)
    page = render_page(Run(replace(made.facts, assumptions=bare), made.tally))
    assert "is a default of simseats" not in page


def test_of_many_open_parties_the_most_open_are_told() -> None:
    many = ", ".join(f"p{k}: {5 + k / 100}%" for k in range(10))
    made = run_text(f"schema: simseats/1\nname: Many\nparties: {{big: 49.55%, {many}}}\n"
                    "tiers: {list: {seats: 50, threshold: 5%}}\n"
                    "uncertainty: {effective_sample: 300}\nsimulation: {draws: 512}\n")  # fmt: skip
    found = decisions(made)
    told = [text for text in found if " has list seats in " in text]
    assert len(told) == MOST_OPEN
    assert found[-1] == "And 4 more parties have list seats in 2 to 98 of 100 draws."
    farthest = max(abs(made.enters(text.split()[0]).value - 0.5) for text in told)
    names = {text.split()[0] for text in told}
    rest = [abs(made.enters(p).value - 0.5) for p in made.facts.parties if p not in {*names, "big"}]
    assert farthest <= min(rest)
