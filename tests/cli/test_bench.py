"""`simseats bench`: what it prints, when it fails, and that programs must agree."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from simulator.allocation import programs, speed
from simulator.allocation.registry import get
from simulator.cli.bench import document, too_slow
from simulator.report.bench import duration, figure, render_bench
from tests.cli.test_commands import simseats

SMALL = ("bench", "--parties", "4", "--seats", "10", "--rounds", "1")
TWO = (*SMALL, "--methods", "hare-niemeyer,jefferson")


@pytest.fixture(scope="module")
def case() -> speed.Case:
    return speed.measure_case(4, 10, [get("dhondt"), get("largest-remainder")], 1, 512)


def test_json_has_every_program_and_ratios_that_fit() -> None:
    run = simseats(*TWO, "--json")
    assert (run.returncode, run.stderr) == (0, "")
    found = json.loads(run.stdout)
    assert found["schema"] == "simseats.bench/1"
    (case,) = found["cases"]
    assert (case["parties"], case["seats"], case["same_seats"]) == (4, 10, True)
    assert list(case["methods"]) == ["largest-remainder", "dhondt"]
    for times in case["methods"].values():
        assert all(value > 0 for value in times.values())
        assert times["loop_ratio"] == pytest.approx(times["loop_ns"] / times["rows_ns"], rel=0.01)
        assert times["judge_ratio"] == pytest.approx(times["judge_ns"] / times["rows_ns"], rel=0.01)
    shown = {other["program"] for other in case["others"]}
    assert {"loop, quotients anew", "loop, quotients stored", "loop, remainders picked"} <= shown
    assert len(case["missing"]) + sum(name.split()[0] in programs.LIBRARIES for name in shown) == 2
    assert found["sizes"] is None
    assert "dutch-council" in found["without_kernels"]


def test_a_ratio_that_cannot_be_reached_ends_in_status_1() -> None:
    run = simseats(*TWO, "--fail-below", "d-hondt=1e9", "--fail-below", "hamilton=0")
    assert run.returncode == 1
    assert "dhondt: " in run.stderr
    assert "less than 1e+09" in run.stderr
    assert "largest-remainder: " not in run.stderr
    assert "Traceback" not in run.stderr


def test_a_ratio_that_is_reached_ends_in_status_0(case: speed.Case) -> None:
    bench = speed.Bench((case,))
    assert too_slow(bench, (("dhondt", 0.0), ("largest-remainder", 0.0))) == []
    assert len(too_slow(bench, (("dhondt", 1e9), ("largest-remainder", 1e9)))) == 2


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--methods", "fixed-price"), "fixed-price has no kernel"),
        (("--methods", "dhont"), "dhondt"),
        (("--methods", ","), "no method"),
        (("--fail-below", "dhondt"), "is not METHOD=RATIO"),
        (("--fail-below", "dhondt=fast"), "is not METHOD=RATIO"),
        (("--fail-below", "dhondt=nan"), "is not METHOD=RATIO"),
        (("--methods", "adams", "--fail-below", "dhondt=2"), "is not measured"),
        (("--parties", "1"), "2<=x<=17"),
    ],
)
def test_what_cannot_be_measured_is_refused(arguments: tuple[str, ...], words: str) -> None:
    run = simseats(*SMALL[:1], *arguments)
    assert run.returncode == 2
    assert words in " ".join(run.stderr.split())


def test_help_says_what_counts() -> None:
    text = " ".join(simseats("bench", "--help").stdout.replace("│", " ").split())
    for option in ("--parties", "--seats", "--methods", "--rounds", "--fail-below", "--json"):
        assert option in text
    assert "What counts is the ratio of two times of one run, never a time." in text
    assert "bench" in simseats("--help").stdout


@pytest.mark.parametrize(("parties", "seats"), [(2, 1), (3, 10), (8, 69), (12, 150), (17, 600)])
def test_all_programs_give_the_same_seats(parties: int, seats: int) -> None:
    votes = programs.draw_votes(parties, 600, seed=7)
    found = speed.all_programs([get("dhondt"), get("largest-remainder")], votes, seats)
    speed.compare_seats(found)
    for program in found:
        assert np.all(program.seats().sum(axis=1) == seats), program.label
    kinds = {(p.kind, p.method) for p in found}
    for method in ("dhondt", "largest-remainder"):
        assert {(kind, method) for kind in ("rows", "columns", "lanes", "loop", "judge")} <= kinds


def test_seats_that_differ_end_the_run() -> None:
    votes = programs.draw_votes(3, 512)
    found = speed.all_programs([get("dhondt")], votes, 5)
    wrong = [replace(p, seats=lambda p=p: p.seats()[:, ::-1]) if p.kind == "lanes" else p
             for p in found]  # fmt: skip
    with pytest.raises(speed.Differs, match="kernel alone"):
        speed.compare_seats(wrong)


def test_sizes_have_a_time_for_every_number_of_seats() -> None:
    found = speed.measure_sizes((3, 40), [get("sainte-lague")], 1)
    assert found.seats == (3, 40)
    assert len(found.methods["sainte-lague"]) == 2


@pytest.mark.parametrize("width", [48, 60, 88])
@pytest.mark.parametrize("ascii_only", [False, True])
def test_the_screen_fits(case: speed.Case, width: int, ascii_only: bool) -> None:
    sizes = speed.Sizes(8, (10, 69), {"dhondt": (20.0, 21.0)})
    bench = speed.Bench((case,), sizes, ("dutch-council",))
    text = render_bench(bench, "2", width, ascii_only)
    assert max(map(len, text.splitlines())) <= width
    assert "against the loop" in text
    assert "All programs gave the same seats" in " ".join(text.split())
    assert not ascii_only or text.isascii()
    assert json.loads(json.dumps(document(bench)))["sizes"]["ns"] == {"dhondt": [20.0, 21.0]}


def test_a_library_that_is_not_installed_is_named(case: speed.Case) -> None:
    text = render_bench(speed.Bench((replace(case, missing=("votelib",)),)), "2")
    assert "votelib is not installed and was left out" in text
    assert programs.installed("no_such_library") is None


@pytest.mark.parametrize(
    ("ns", "text"), [(0.4, "0 ns"), (999.4, "999 ns"), (1000, "1.0 µs"), (2e9, "2.0 s")]
)
def test_durations(ns: float, text: str) -> None:
    assert duration(ns) == text


def test_figures_have_three_digits_at_most() -> None:
    assert [figure(x) for x in (0.45, 9.94, 10.4, 123.4, 99_960)] == [
        "0.5", "9.9", "10", "123", "100 000",
    ]  # fmt: skip


def test_the_votes_of_a_scenario_are_measured() -> None:
    run = simseats("bench", "scenarios/harbour-council.yaml", "--rounds", "1", "--json",
                   "--methods", "sainte-lague")  # fmt: skip
    assert (run.returncode, run.stderr) == (0, "")
    (case,) = json.loads(run.stdout)["cases"]
    assert case["scenario"] == "Harbour Council"
    assert (case["parties"], case["seats"], case["elections"]) == (5, 31, 8192)
    assert list(case["methods"]) == ["sainte-lague"]


def test_a_scenario_has_its_own_sizes() -> None:
    run = simseats("bench", "scenarios/harbour-council.yaml", "--seats", "9")
    assert run.returncode == 2
    assert "a SCENARIO has its own --parties and --seats" in " ".join(run.stderr.split())
