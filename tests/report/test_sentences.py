"""Rules of honesty: no promise, no digit beyond the error, no certainty from sampling."""

from __future__ import annotations

import shlex
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.engine.run import run
from simulator.report.sentences import checked, command_line, failed, in_words, percent
from simulator.report.terminal import render
from simulator.results.checks import Checks
from simulator.results.run import Run
from simulator.results.summary import Probability, SeatDistribution, seats_text
from tests.report.pages import TEXT, plain


@pytest.fixture(scope="module")
def flagship() -> Run:
    return run("scenarios/kazakhstan-2023.yaml", draws=20_000)


def test_nothing_is_promised(flagship: Run) -> None:
    words = render(flagship).lower().split()
    assert "will" not in words
    assert "100%" not in words
    assert "0.0%" not in words


def test_every_default_is_named(flagship: Run) -> None:
    text = " ".join(render(flagship).split())
    for words in (
        "effective sample 1 559", "5 degrees of freedom (default)",
        "effective sample 2 000 (default)",
        "prior 3 300 with 10 df", "log-scale SD 0.1,", "log-scale SD 0.25", "logit SD 0.02",
        "log-scale SD 0.07", "nominee 0.15, independent 0.4", "correlation 0 (default)",
    ):  # fmt: skip
        assert words in text


def test_the_district_assumption_is_on_the_screen(flagship: Run) -> None:
    text = " ".join(render(flagship).split())
    assert "calibrated to the outcome of 2023" in text
    assert "no forecast" in text
    assert "precedent of 2004" in text


def test_assumptions_stand_above_the_seats(flagship: Run) -> None:
    text = render(flagship)
    assert text.index("national error") < text.index("official typical")


@given(st.integers(1, 10**6), st.data())
def test_percents_never_claim_certainty(draws: int, data: st.DataObject) -> None:
    hits = data.draw(st.integers(0, draws))
    text = percent(Probability.of(hits, draws))
    assert text not in {"0%", "0.0%", "100%", "100.0%"}
    assert "%" in text


def test_probabilities_in_words() -> None:
    assert in_words(Probability(0.61, 0.01)) == "in 61 of 100 draws"
    assert in_words(Probability(0.001, 0.0001)) == "in fewer than 1 of 100 draws"
    assert in_words(Probability(0.0, 0.001)) == "in no draw"


@given(st.lists(st.integers(0, 50), min_size=1, max_size=12).filter(any))
def test_regions_hold_what_they_promise_and_nothing_more(counts: list[int]) -> None:
    d = SeatDistribution(tuple(counts))
    region = d.region(0.9)
    held = sum(counts[s] for s in region)
    assert held >= 0.9 * d.draws
    assert held - min(counts[s] for s in region) < 0.9 * d.draws
    assert all(word in seats_text(region) for word in map(str, (min(region), max(region))))


@given(st.lists(st.integers(0, 50), min_size=2, max_size=12).filter(lambda c: sum(c) > 1))
def test_moments_agree_with_numpy(counts: list[int]) -> None:
    import numpy as np

    values = np.repeat(np.arange(len(counts)), counts)
    d = SeatDistribution(tuple(counts))
    assert d.mean == pytest.approx(values.mean())
    assert d.sd == pytest.approx(values.std(ddof=1), abs=1e-9)
    assert d.median == np.sort(values)[(len(values) - 1) // 2]


def test_the_notebook_table_escapes_markup() -> None:
    from simulator.engine.run import run_loaded
    from simulator.scenario.load import load_text

    text = "schema: simseats/1\nname: <script>alert(1)</script>\n"
    text += "parties: {a: {name: '<b>bold</b>', share: 60%}, b: 40%}\n"
    text += "tiers: {list: {seats: 5}}\nsimulation: {draws: 256}\n"
    page = run_loaded(load_text(text))._repr_html_()
    assert "<script>" not in page
    assert "<b>" not in page
    assert "&lt;b&gt;" in page


def test_the_typical_chamber_moves_the_fewest_seats(flagship: Run) -> None:
    """Against brute force over all chambers and draws."""
    import numpy as np

    counted, vectors = flagship.tally.chambers()
    sample = vectors[np.argsort(-counted)[:400]].astype(int)
    distance = np.abs(sample[:, None, :] - vectors[None, :, :].astype(int)).sum(axis=2)
    cost = (distance * counted[None, :]).sum(axis=1)
    typical = flagship.summary.typical
    own = np.array([*typical.list, *typical.district])
    own_cost = (np.abs(vectors.astype(int) - own).sum(axis=1) * counted).sum()
    assert own_cost <= cost.min()


def test_any_coalition_can_be_asked_for(flagship: Run) -> None:
    declared = flagship.probability(["amanat", "jsdp"], at_least=66)
    assert declared == flagship.events["two thirds: Amanat + JSDP"]
    asked = flagship.probability(["amanat", "auyl"], at_least=66)
    assert flagship.seats["amanat"].at_least(66).value < asked.value < 1
    with pytest.raises(KeyError):
        flagship.probability(["nobody"], at_least=1)


def test_checks_in_words(flagship: Run) -> None:
    passed = Checks(True, {}, True, 100, 0)
    run = Run(replace(flagship.facts, checks=passed), flagship.tally)
    assert checked(run) == [
        "✓ official result reproduced", "✓ totals", "✓ 100 draws re-checked with exact fractions",
    ]  # fmt: skip
    assert failed(run) == []
    wrong = Checks(None, {}, False, 100, 3)
    run = Run(replace(flagship.facts, checks=wrong), flagship.tally)
    assert failed(run) == [
        "totals do not add up in every draw", "3 of 100 draws have other seats by exact fractions",
    ]  # fmt: skip
    assert checked(Run(replace(flagship.facts, checks=None), flagship.tally)) == []


def test_a_run_is_repeated_by_its_command_line(tmp_path: Path) -> None:
    """The command of a run with odd names and values, read by a shell, makes the same run."""
    file = tmp_path / "the town's $HOME.yaml"
    file.write_text(TEXT, encoding="utf-8")
    settings = {"tiers.list.threshold.share": "7%", "majorities": "{more than half: 12}"}
    made = run(file, draws=512, seed=7, overrides=settings)
    words = shlex.split(command_line(made))
    assert words[:3] == ["simseats", "run", file.name]
    given = [words[k + 1] for k, word in enumerate(words) if word == "--set"]
    again = run(
        tmp_path / words[2], draws=int(words[words.index("--draws") + 1]),
        seed=int(words[words.index("--seed") + 1]),
        overrides=dict(text.split("=", 1) for text in given),
    )  # fmt: skip
    assert again.fingerprint == made.fingerprint
    assert again.fingerprint != run(file, draws=512, seed=7).fingerprint
    assert str(tmp_path) not in command_line(made)


@pytest.mark.parametrize(
    ("file", "shown"),
    [("-x.yaml", "./-x.yaml"), ("-", "-"), ("", "SCENARIO"), ("a;b.yaml", "'a;b.yaml'")],
)
def test_names_of_files_are_quoted(file: str, shown: str) -> None:
    facts = replace(plain().facts, file=file)
    assert command_line(Run(facts, plain().tally)).startswith(f"simseats run {shown} --seed 1 ")
