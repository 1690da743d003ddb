"""Questions to a run: the same answer as counting chamber by chamber in plain Python."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import simulator
from simulator.engine.run import run_loaded
from simulator.errors import CATALOGUE, QuestionError
from simulator.results.question import ask
from simulator.results.run import Run
from simulator.scenario.load import load_text

FLAGSHIP = "scenarios/kazakhstan-2023.yaml"
NAMES = ("amanat", "auyl", "respublica", "aqjol", "qhp", "jsdp", "baytaq", "independents")


@pytest.fixture(scope="module")
def run() -> Run:
    return simulator.run(FLAGSHIP, draws=4096)


def chambers(run: Run) -> list[tuple[int, dict[str, int]]]:
    """Return each chamber as plain numbers by name, by list.name and by district.name."""
    counted, vectors = run.tally.chambers()
    found = []
    for count, vector in zip(counted.tolist(), vectors.tolist(), strict=True):
        listed = dict(zip(NAMES, [*vector[:7], 0], strict=True))
        district = dict(zip(NAMES, vector[7:], strict=True))
        seats = {name: listed[name] + district[name] for name in NAMES}
        seats |= {f"list.{name}": listed[name] for name in NAMES}
        found.append((count, seats | {f"district.{name}": district[name] for name in NAMES}))
    return found


def slow(run: Run, question: str) -> float:
    """Count a question by evaluating it as Python, chamber by chamber."""
    text = re.sub(r"(?<![<>!=])=(?!=)", "==", question)
    text = re.sub(r"[a-z]+\.[a-z]+|\b(?!and\b|or\b|not\b)[a-z]+", r"seats['\g<0>']", text)
    code = compile(text, "question", "eval")
    return sum(n for n, seats in chambers(run) if eval(code, {"seats": seats})) / run.draws


columns = st.sampled_from([*NAMES, *(f"list.{n}" for n in NAMES[:7]), "district.independents"])
totals = st.lists(st.sampled_from(NAMES), min_size=1, max_size=4, unique=True).map(" + ".join)
sums = st.one_of(totals, columns, st.integers(0, 98).map(str))
signs = st.sampled_from([">=", "<=", ">", "<", "=", "!="])
compared = st.builds("{} {} {}".format, totals, signs, sums)
clauses = st.recursive(
    compared,
    lambda inner: st.one_of(
        st.builds("({} and {})".format, inner, inner),
        st.builds("({} or {})".format, inner, inner),
        st.builds("not ({})".format, inner),
    ),
    max_leaves=4,
)


@settings(deadline=None, max_examples=40)
@given(question=clauses)
def test_an_answer_is_that_of_counting_chamber_by_chamber(run: Run, question: str) -> None:
    assert ask(run, question).probability.value == slow(run, question)


def test_and_binds_before_or(run: Run) -> None:
    question = "jsdp=0 or amanat>=66 and qhp=5"
    assert ask(run, question).hits == ask(run, "jsdp=0 or (amanat>=66 and qhp=5)").hits
    assert ask(run, question).hits != ask(run, "(jsdp=0 or amanat>=66) and qhp=5").hits


@pytest.mark.parametrize(
    ("one", "same"),
    [
        ("amanat>=majority", "amanat >= 50"),
        ("Amanat>='Two Thirds'", "amanat>=66"),
        ("two-thirds <= amanat", "amanat>=66"),
        ('"Amanat + JSDP" >= 66', "amanat+jsdp>=66"),
        ("'Aq Jol'=6", "aqjol==6"),
        ("amanat≥50", "not amanat<50"),
        ("1 + jsdp = 5", "jsdp = 4"),
    ],
)
def test_ways_to_say_the_same(run: Run, one: str, same: str) -> None:
    assert ask(run, one).hits == ask(run, same).hits


def test_one_quantity_has_the_error_of_its_replicates(run: Run) -> None:
    for question, known in (
        ("amanat>=66", run.seats["amanat"].at_least(66)),
        ("list.jsdp>0", run.tier("list")["jsdp"].at_least(1)),
        ("amanat+jsdp>=66", run.coalition("Amanat + JSDP").at_least(66)),
        ("independents>=8", run.seats["independents"].at_least(8)),
    ):
        answer = run.ask(question)
        assert (answer.probability, answer.source, answer.replicates) == (known, "seats", 16)
    joint = run.ask("amanat+aqjol>=66")
    p = joint.probability.value
    assert (joint.source, joint.replicates) == ("chambers", 1)
    assert joint.probability.mcse == pytest.approx((p * (1 - p) / run.draws) ** 0.5)


@pytest.mark.parametrize(
    ("question", "column", "words"),
    [
        ("amanatt>=3", 1, 'did you mean "amanat"'),
        ("amanat+amanat>=3", 8, "counted twice"),
        ("'Amanat + JSDP' + jsdp > 1", 19, "counted twice"),
        ("amanat", 7, "compare amanat with a number"),
        ("amanat>=", 9, "the question ends here"),
        ("(amanat>=3", 1, "is not closed"),
        ("amanat>=3)", 10, "closes nothing"),
        ("amanat>=3 jsdp=0", 11, 'join clauses by "and"'),
        ("50<=amanat<=60", 11, "two comparisons"),
        ("3>=2", 1, "no party is named"),
        ("amanat-jsdp>=2", 1, 'called "amanat-jsdp"'),
        ("amanat - jsdp>=2", 8, "seats are only added"),
        ("list.independents=1", 1, "not on the list ballot"),
        ("east.jsdp=1", 1, '"east" is no tier'),
        ("against_all>=1", 1, "takes no seats"),
        ("amanat>=9999999999", 9, "no number of seats"),
        ("amanat>='66", 9, "quote is not closed"),
        ("and>=3", 1, '"and" is here'),
        ("", 1, "the question ends here"),
        ("(" * 60 + "jsdp=0" + ")" * 60, 52, "inside each other"),
        ("__import__('os')", 1, 'called "__import__"'),
    ],
)
def test_a_question_that_cannot_be_read_says_where(
    run: Run, question: str, column: int, words: str
) -> None:
    with pytest.raises(QuestionError) as caught:
        ask(run, question)
    found = caught.value
    assert (found.code, found.column) == ("E302", column)
    assert words in str(found)
    assert found.code in CATALOGUE


WORDS = """
schema: simseats/1
name: Words
parties:
  and: 30%
  or: {share: 25%, name: "Партия труда"}
  not: {share: 20%, name: "x >= 3"}
  list: {share: 15%, name: "(list)"}
  majority: 10%
tiers: {list: {seats: 20}}
simulation: {draws: 256}
"""


def test_parties_called_as_the_grammar_or_in_any_script_are_asked_in_quotes() -> None:
    run = simulator.run(load_text(WORDS))
    for question, party in (
        ("'and' >= 5", "and"), ("\"or\">=5", "or"), ("'Партия труда'>=5", "or"),
        ("'партия труда'>=5", "or"), ("'not'>=5", "not"), ("'x >= 3'>=5", "not"),
        ("list>=5", "list"), ("'(list)'>=5", "list"), ("list.list>=5", "list"),
        ("list.majority>=5", "majority"),
    ):  # fmt: skip
        assert ask(run, question).probability == run.seats[party].at_least(5), question
    for question, words in (
        ("and>=5", "a party of that name is written 'and'"),
        ("majority>=5", "write 11, or list.majority + district.majority"),
        ("'and'>='majority'", "is a majority of 11 seats and holds seats itself"),
        ("Партия>=5", 'called "Партия"'),
    ):
        with pytest.raises(QuestionError, match=re.escape(words)):
            ask(run, question)


def test_a_question_is_not_too_long(run: Run) -> None:
    with pytest.raises(QuestionError, match="at most"):
        ask(run, "jsdp=0 or " * 300 + "jsdp=0")


@settings(deadline=None, max_examples=100)
@given(text=st.text(max_size=40))
def test_any_text_is_answered_or_refused(run: Run, text: str) -> None:
    column, value = 0, 0.0
    try:
        value = ask(run, text).probability.value
    except QuestionError as wrong:
        column = wrong.column
    assert 0 <= column <= len(text) + 1
    assert 0 <= value <= 1


def test_dropped_chambers_leave_what_was_counted_in_every_draw() -> None:
    run = simulator.run(FLAGSHIP, draws=4096)
    before = [
        run.ask(q).hits for q in ("amanat>=66", "amanat+jsdp>=66", "amanat>=60 and amanat<66")
    ]
    run.tally.counts.chamber_limit[0] = np.uint64(2**63)
    run = Run(run.facts, run.tally)
    after = [run.ask(q) for q in ("amanat>=66", "amanat+jsdp>=66", "amanat>=60 and amanat<66")]
    assert [answer.hits for answer in after] == before
    assert all(answer.capped for answer in after)
    with pytest.raises(QuestionError, match=r'E303.*here "Amanat \+ JSDP"') as caught:
        run.ask("amanat+aqjol>=66")
    assert caught.value.exit_status == 3


def test_runs_of_an_earlier_version_are_asked() -> None:
    path = Path("tests/results/run-1.json")
    run = Run.load(path)
    name = run.facts.parties[0]
    assert simulator.ask(path, f"{name}>=0").probability.value == 1.0


def test_a_name_with_two_meanings_is_refused() -> None:
    text = "schema: simseats/1\nname: Two\nparties: {a: 40%, b: 35%, c: 25%}\n"
    text += "tiers: {list: {seats: 9}}\ncoalitions: {A: [b, c]}\nsimulation: {draws: 256}\n"
    found = run_loaded(load_text(text))
    with pytest.raises(QuestionError, match=r"a party and a coalition: write list\.a"):
        ask(found, "a>=4")
    assert ask(found, "list.a + district.a>=4").probability == found.seats["a"].at_least(4)
    with pytest.raises(QuestionError) as caught:
        ask(found, "xyz>=4")
    assert "the parties are a, b, c" in str(caught.value)
    assert "independents" not in str(caught.value)
