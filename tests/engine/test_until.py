"""Draws are doubled until named errors are reached twice in a row, or the most draws are made."""

from __future__ import annotations

import pytest

from simulator.engine.run import run_loaded
from simulator.engine.sampler import SAMPLERS
from simulator.errors import InvalidScenario
from simulator.report.sentences import precision
from simulator.results.stopping import check_errors
from simulator.scenario.load import load_text
from tests.engine.test_samplers import SMALL


def scenario(until: str, sampler: str = "sobol", draws: int = 4096) -> str:
    return f"{SMALL}simulation: {{draws: {draws}, sampler: {sampler}, until: {until}}}\n"


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_every_named_error_is_reached(sampler: str) -> None:
    text = scenario("{probability: 0.004, mean_seats: 0.05, errors: {list.tide: 0.04}}", sampler)
    found = run_loaded(load_text(text))
    checks = check_errors(found, found.facts.scenario["simulation"]["until"])
    assert {"enters.brook", "majority", "majority: two", "seats.tide", "list.tide"} <= {
        check.name for check in checks
    }
    assert all(check.passed for check in checks)
    assert found.facts.complete
    # Two looks at least: the first cannot stop.
    assert found.draws >= 8192
    assert "reached their targets in 2 looks" in precision(found)


def test_two_looks_are_needed() -> None:
    """A target that the first look reaches stops at the second, not at the first."""
    assert run_loaded(load_text(scenario("{probability: 1}"))).draws == 8192


def test_the_most_draws_stop_the_run_and_are_said() -> None:
    found = run_loaded(load_text(scenario("{errors: {enters.brook: 0.00001}, most: 20000}")))
    assert found.draws == 16_384
    assert "enters.brook has" in precision(found)


def test_doubled_draws_are_the_draws_of_one_run() -> None:
    stopped = run_loaded(load_text(scenario("{probability: 1}")))
    straight = run_loaded(load_text(f"{SMALL}simulation: {{draws: 8192}}\n"))
    assert stopped.tally.canonical() == straight.tally.canonical()


@pytest.mark.parametrize(
    ("until", "code"),
    [
        ("{}", "E202"),
        ("{probability: 0}", "E205"),
        ("{errors: {enters.nobody: 0.01}}", "E240"),
        ("{probability: 0.01, most: 100}", "E219"),
    ],
)
def test_bad_targets_have_a_message(until: str, code: str) -> None:
    with pytest.raises(InvalidScenario) as trouble:
        load_text(scenario(until))
    assert [fault.code for fault in trouble.value.diagnostics] == [code]
