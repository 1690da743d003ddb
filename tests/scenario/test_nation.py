"""Faults of the national error: one message each, with its place and what to write instead."""

from __future__ import annotations

import itertools
import json
from fractions import Fraction
from pathlib import Path

import jsonschema
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from simulator.engine.assumptions import name_assumptions
from simulator.engine.plan import compile_plan
from simulator.errors import InvalidScenario
from simulator.scenario.export import scenario_schema
from simulator.scenario.load import load, load_text
from simulator.uncertainty.bands import BANDS, band_name, band_of
from simulator.uncertainty.correlation import correlation_matrix
from simulator.uncertainty.history import compile_history

ROWS = "errors: [{share: 4%, log_error: 0.1}, {share: 50%, log_error: -0.1}]"


ROW = ", {share: 10%, log_error: 0}]"
NONE = "{a: {}, b: {}, c: {}}"


def text(uncertainty: str, parties: str = "{a: 50%, b: 30%, c: 20%}") -> str:
    return f"""schema: simseats/1
name: Faults
parties: {parties}
tiers: {{list: {{seats: 5}}}}
uncertainty:
  {uncertainty}
"""


def fault(uncertainty: str, parties: str = "{a: 50%, b: 30%, c: 20%}") -> tuple[str, int, str]:
    with pytest.raises(InvalidScenario) as caught:
        load_text(text(uncertainty, parties))
    (found,) = caught.value.diagnostics
    return found.code, found.line, found.message + " | " + found.hint


@pytest.mark.parametrize(
    ("uncertainty", "code", "words"),
    [
        ("correlations: {a+d: 0.2}", "E210", '"d"'),
        ("correlations: {a: 0.2}", "E208", "a+b"),
        ("correlations: {a+a: 0.2}", "E208", "two parties"),
        ("correlations: {a+b+c: 0.2}", "E208", "two parties"),
        ("correlations: {a+b: 0.2, b+a: 0.3}", "E219", "second time"),
        ("correlations: {a+b: 1.5}", "E205", "between -0.95 and 0.95"),
        ("correlations: {a+b: 0.9, b+c: 0.9, a+c: -0.5}", "E231", "from 0.65 to 0.95"),
        ("{kernel: dirichlet, correlations: {a+b: 0.2}}", "E219", "no effect"),
        ("{kernel: dirichlet-multinomial}", "E202", "voters: 1000"),
        ("{kernel: dirichlet-multinomial, voters: 3_000_000_000}", "E205", "2,000,000,000"),
        ("voters: 100", "E219", "dirichlet-multinomial"),
        ("exponent: 0.5", "E219", "logit-normal"),
        ("{kernel: logit-normal, exponent: 2}", "E205", "between 0 and 1"),
        ("{kernel: logit-normal, log_sd: 0.1, effective_sample: 5}", "E219", "keep one"),
        ("{kernel: additive, center: mean}", "E219", "logit-normal, bootstrap"),
        ("{kernel: logit-normal, center: off}", "E207", "mean, none"),
        ("kernel: bootstrap", "E202", "errors.csv"),
        (f"{{kernel: bootstrap, {ROWS}}}", "E232", 'band 15-30%, where "c" is'),
        (f"{{kernel: bootstrap, bands: [30%, 20%], {ROWS}}}", "E205", "rise"),
        (f"{{kernel: bootstrap, bands: [20%], effective_sample: 4, {ROWS}}}", "E219", "no effect"),
        ("kernel: external", "E202", "posterior.csv"),
        ("{kernel: external, draws: 5}", "E203", "name of a file"),
        ("kernel: normal", "E207", "logit-normal"),
    ],
)
def test_one_fault_one_message(uncertainty: str, code: str, words: str) -> None:
    found = fault(uncertainty)
    assert found[0] == code
    assert found[1] in (5, 6)
    assert words in found[2]


def test_the_pair_that_breaks_the_matrix_is_named() -> None:
    lines = "correlations:\n    a+b: 0.9\n    a+c: -0.9\n    b+c: 0.9"
    assert fault(lines)[:2] == ("E231", 9)
    # The third mends what the first two alone would break; the last cannot stay.
    blocs = "{a: {share: 30%}, b: {share: 30%}, c: {share: 30%}, d: {share: 10%}}"
    lines = "correlations:\n    a+b: 0.9\n    b+c: 0.9\n    a+c: 0.8\n    c+d: 0.5\n    a+d: -0.9"
    assert fault(lines, blocs)[:2] == ("E231", 11)


def test_blocs_alone_can_contradict_themselves() -> None:
    parties = "{a: {share: 50%, bloc: x}, b: {share: 30%, bloc: x}, c: {share: 20%, bloc: x}}"
    assert fault("blocs: {within: -0.9}", parties)[:2] == ("E231", 6)


@given(st.lists(st.integers(-95, 95), min_size=3, max_size=3))
@settings(deadline=None, max_examples=60)
def test_a_matrix_is_accepted_when_it_is_positive_definite(values: list[int]) -> None:
    """numpy's eigenvalues decide, away from the edge."""
    given_values = [value / 100 for value in values]
    pairs = dict(zip(itertools.combinations(range(3), 2), given_values, strict=True))
    least = np.linalg.eigvalsh(correlation_matrix([None] * 3, 0, 0, pairs)).min()
    names = {(0, 1): "a+b", (0, 2): "a+c", (1, 2): "b+c"}
    given_ = ", ".join(f"{names[pair]}: {value!r}" for pair, value in pairs.items())
    if least > 1e-6:
        assert load_text(text(f"correlations: {{{given_}}}")).scenario.uncertainty.correlations
    elif least < -1e-6:
        assert fault(f"correlations: {{{given_}}}")[0] == "E231"


def test_a_share_on_an_edge_belongs_to_the_band_above() -> None:
    assert [band_name(band_of(edge, BANDS), BANDS) for edge in BANDS] == [
        "2-7%", "7-15%", "15-30%", "30-60%", "above 60%",
    ]  # fmt: skip
    assert band_name(0, ()) == "all shares"


def words_of(uncertainty: str) -> dict[str, tuple[str, str]]:
    scenario = load_text(text(uncertainty)).scenario
    found = name_assumptions(scenario, compile_plan(scenario))
    return {a.about: (a.value, a.origin) for a in found}


def test_the_output_says_how_many_rows_each_band_has(tmp_path: Path) -> None:
    rows = ["share,log_error,election,source", "4%,0.1,1998,A", "4.5%,-0.1,2002,A"]
    rows += ["33%,0.02,2002,B", "25%,0,1998,B", "20%,0.05,2006,"]
    (tmp_path / "errors.csv").write_text("\n".join(rows) + "\n")
    (tmp_path / "s.yaml").write_text(text("{kernel: bootstrap, errors: errors.csv}"))
    scenario = load(tmp_path / "s.yaml").scenario
    found = {a.about: a.value for a in name_assumptions(scenario, compile_plan(scenario))}
    assert found["national error"] == "bootstrap of 5 past errors of 3 elections"
    assert found["errors of shares 2-7%"] == "2 rows, 0 options"
    assert found["errors of shares 15-30%"] == "2 rows, 1 options"
    assert found["errors of shares 30-60%"] == "1 rows, 2 options"
    assert found["mean of the shares"] == "moved by the errors: no correction"


def test_a_cell_of_the_table_of_errors_is_named(tmp_path: Path) -> None:
    (tmp_path / "errors.csv").write_text("share,log_error\n4%,0.1\n30%,many\n")
    (tmp_path / "s.yaml").write_text(text("{kernel: bootstrap, errors: errors.csv}"))
    with pytest.raises(InvalidScenario) as caught:
        load(tmp_path / "s.yaml")
    (found,) = caught.value.diagnostics
    assert (Path(found.file).name, found.line, found.column) == ("errors.csv", 3, 5)


def test_every_default_of_a_form_is_named_with_its_origin() -> None:
    found = words_of("kernel: logit-normal")
    assert found["national error"] == ("logit-normal, effective sample 400", "default")
    assert found["error of a log-share"] == ("SD 0.05 for every option", "default")
    assert found["national tails"] == ("Student t, 5 degrees of freedom", "default")
    assert found["party correlation"] == ("independent", "default")
    assert found["mean of the shares"] == ("kept by a correction", "default")
    found = words_of("{kernel: logit-normal, exponent: 0.5, center: none}")
    assert found["error of a log-share"] == ("SD 0.05 p^(-0.5)", "scenario")
    assert found["mean of the shares"][1] == "scenario"
    found = words_of("{kernel: dirichlet-multinomial, voters: 1000}")
    assert found["voters"] == ("a sample of 1 000 voters", "scenario")
    found = words_of("{kernel: additive, correlations: {a+b: -0.3}}")
    assert found["party correlation"] == ("a+b -0.3", "scenario")


def test_bands_are_checked_over_the_range_of_the_polls() -> None:
    poll = "{pollster: x, n: 900, shares: {a: SHARE, b: REST, c: 18%}}"
    pairs = (("25%", "57%"), ("50%", "32%"))
    polls = ", ".join(poll.replace("SHARE", a).replace("REST", b) for a, b in pairs)
    scenario = text("{kernel: bootstrap, bands: [20%, 28%, 40%], " + ROWS[:-1] + ROW + "}", NONE)
    with pytest.raises(InvalidScenario) as caught:
        load_text(scenario + f"polls: [{polls}]\n")
    messages = [found.message for found in caught.value.diagnostics]
    assert messages == [
        'no error of the table lies in the band 20-28%, where "a" is',
        'no error of the table lies in the band 28-40%, where "a" is',
    ]


def test_a_band_that_only_the_pool_reaches_is_refused_too() -> None:
    with pytest.raises(InvalidScenario, match="E232"):
        compile_history([(Fraction(1, 2), 0.0)], [Fraction(1, 5)], [0.8, 0.2 - 1e-6])


def test_scenarios_with_files_match_the_schema() -> None:
    schema = jsonschema.Draft7Validator(scenario_schema())
    for uncertainty in ("{kernel: bootstrap, errors: e.csv}", "{kernel: external, draws: d.nc}"):
        data = YAML(typ="safe", pure=True).load(text(uncertainty))
        schema.validate(json.loads(json.dumps(data)))
    data["uncertainty"]["draws"] = "d.txt"
    assert list(schema.iter_errors(data))
