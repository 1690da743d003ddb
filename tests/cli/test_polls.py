"""`simseats polls`: one truth in two forms, any width, ASCII, messages."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from rich.cells import cell_len

import simulator
from simulator.engine.polling import passing
from simulator.report.polls import render_polls
from simulator.scenario.load import load, load_text
from tests.cli.test_commands import FLAGSHIP, simseats

DATED = """
schema: simseats/1
name: Many polls
date: 2023-03-19
parties: {red: , blue: , green: {name: Grünе Liste}, none: {name: Against all, seats: false}}
tiers: {list: {seats: 10, threshold: 5%}}
polls:
  pooling: local-level
  items:
"""
for _day in range(60, 3, -4):
    DATED += f"""
  - {{pollster: House {_day % 3}, n: {800 + _day}, days_before: {_day}, undecided: {_day % 10}%,
      shares: {{red: {45 + _day % 7}%, blue: {40 - _day % 7}%, green: 5%, none: 6%}}}}"""


@pytest.mark.parametrize("width", [60, 80, 88, 120])
@pytest.mark.parametrize("ascii_only", [False, True])
def test_the_page_fits(width: int, ascii_only: bool) -> None:
    for loaded in (load(FLAGSHIP), load_text(DATED)):
        pool = simulator.pool_polls(loaded)
        text = render_polls(
            loaded.scenario, pool, passing(loaded.scenario, pool), width, ascii_only
        )
        assert max(cell_len(line) for line in text.splitlines()) <= min(width, 88)
        assert text.isascii() == ascii_only
        assert all(poll.pollster[:9] in text for poll in pool.polls)


def test_doubts_about_a_poll_are_on_its_page() -> None:
    loaded = load(FLAGSHIP)
    pool = simulator.pool_polls(loaded)
    text = render_polls(loaded.scenario, pool, passing(loaded.scenario, pool))
    assert "doubt: SOCIS-A:" in text


def test_the_table_of_the_docs_is_the_file() -> None:
    page = Path("docs/how-to/pool-polls.md").read_text(encoding="utf-8")
    found = re.search(r"<!-- polls: (\S+) -->\n```text\n(.*?)```", page, re.S)
    assert found is not None
    assert Path(found[1]).read_text(encoding="utf-8") == found[2]
    (code,) = re.findall(r"```python\n(.*?)```", page, re.S)
    exec(code, {})


def test_json_has_the_figures_of_python() -> None:
    found = simseats("polls", FLAGSHIP, "--json")
    assert (found.returncode, found.stderr) == (0, "")
    document = json.loads(found.stdout)
    pool = simulator.pool_polls(FLAGSHIP)
    assert document["schema"] == "simseats.polls/1"
    assert document["error"]["effective_sample"] == pytest.approx(pool.sample)
    error = document["error"]
    assert error["pooled"] + error["drift"] + error["shared_bias"] == pytest.approx(error["total"])
    assert [p["weight"] for p in document["polls"]] == pytest.approx(pool.weights)
    for poll, known in zip(document["polls"], pool.polls, strict=True):
        assert poll["residuals"] == pytest.approx(pool.residuals(known), abs=1e-8)
        assert sum(poll["residuals"].values()) == pytest.approx(0.0, abs=1e-8)
    for name, share in document["shares"].items():
        assert share["share"] == pytest.approx(pool.shares[name])
        assert share["sd"] == pytest.approx(pool.deviation(name))
        assert ("passes" in share) == (name != "against_all")
    assert {one["origin"] for one in document["assumptions"]} <= {"default", "scenario", "polls"}


def test_json_of_a_local_level_has_every_day() -> None:
    found = simseats("polls", "-", "--json", stdin=DATED)
    path = json.loads(found.stdout)["path"]
    assert [day["days_before"] for day in path] == list(range(60, -1, -1))
    assert all(sum(day["shares"].values()) == pytest.approx(1.0) for day in path)


def test_polls_load_no_numba_and_no_numpy() -> None:
    code = "import sys; from simulator.cli.shell import call; s = call(['polls', "
    code += f"'{FLAGSHIP}']); sys.exit(s or 'numba' in sys.modules or 'numpy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True)
    assert done.returncode == 0


def test_overrides_and_messages() -> None:
    added = simseats("polls", FLAGSHIP, "--set", "polls.pooling=effective-sample")
    assert "no floor" in added.stdout
    bare = simseats("polls", "scenarios/kazakhstan-2023-official.yaml")
    assert (bare.returncode, bare.stdout) == (3, "")
    assert "E202" in bare.stderr
    wrong = simseats("polls", FLAGSHIP, "--set", "polls.items.0.n=none")
    assert (wrong.returncode, wrong.stdout) == (3, "")
    assert "Pool the polls" in simseats("--help").stdout
