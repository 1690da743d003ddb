"""Files of polls: wide, long and inline say the same; whatever a table holds ends in a message."""

from __future__ import annotations

import contextlib
import csv
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulator.engine.polling import pool_polls
from simulator.errors import InvalidScenario
from simulator.scenario.load import load, load_text

HEAD = """
schema: simseats/1
name: Tables
date: 2023-03-19
parties:
  red: {name: Red}
  blue: {name: Blue}
  none: {name: Against all, seats: false}
tiers:
  list: {seats: 10, threshold: 5%}
"""
INLINE = """
polls:
  - {pollster: One, date: 2023-03-10, n: 1000, deff: 1.4, undecided: 10%,
     shares: {red: 50%, blue: 45%, none: 5%}}
  - {pollster: Two, date: 2023-03-12, n: 1200, stations: 60, icc: 0.05,
     shares: {red: 0.52, blue: 0.43, none: 0.05}}
  - {pollster: One, date: 2023-03-17, n: 1000, shares: {red: 45%, blue: 39%, none: 4%},
     bias: {red: 0.02}, undecided: 12%}
"""
WIDE = """pollster,date,n,stations,icc,deff,undecided,bias.red,red,blue,none
One,2023-03-10,1000,,,1.4,10%,,50%,45%,5%
Two,2023-03-12,1200,60,0.05,,,,52%,43%,5%
One,2023-03-17,1 000,,,,12%,0.02,45%,39%,4%
"""
LONG = """option,pct,pollster,date,n,stations,icc,deff,undecided,bias.red
red,50%,One,2023-03-10,1000,,,1.4,10%,
blue,45%,One,2023-03-10,1000,,,1.4,10%,
red,0.52,Two,2023-03-12,1200,60,5%,,,
none,5%,One,2023-03-10,1000,,,1.4,10%,
blue,43%,Two,2023-03-12,1200,60,5%,,,
none,5%,Two,2023-03-12,1200,60,5%,,,
none,4%,One,2023-03-17,1000,,,,12%,0.02
red,45%,One,2023-03-17,1000,,,,12%,0.02
blue,39%,One,2023-03-17,1000,,,,12%,0.02
"""


@pytest.mark.parametrize("table", [WIDE, LONG, LONG.replace("pct", "share")])
@pytest.mark.parametrize("form", ["polls: polls.csv\n", "polls: {items: polls.csv}\n"])
def test_wide_and_long_tables_are_inline_polls(tmp_path: Path, table: str, form: str) -> None:
    (tmp_path / "polls.csv").write_text(table)
    (tmp_path / "s.yaml").write_text(HEAD + form)
    inline = load_text(HEAD + INLINE)
    assert pool_polls(tmp_path / "s.yaml") == pool_polls(inline)
    assert [poll.days for poll in pool_polls(inline).polls] == [9, 7, 2]


def test_known_bias_may_stand_under_houses() -> None:
    both = INLINE.replace("icc: 0.05,", "icc: 0.05, bias: {red: 0.02},").replace(
        "undecided: 10%,", "undecided: 10%, bias: {red: 0.02},"
    )
    items = INLINE.replace(",\n     bias: {red: 0.02}", "").replace("polls:\n", "  items:\n")
    houses = "polls:\n  houses: {One: {bias: {red: 0.02}}, Two: {bias: {red: 0.02}}}\n"
    assert pool_polls(load_text(HEAD + both)) == pool_polls(load_text(HEAD + houses + items))


def test_a_cell_can_be_set(tmp_path: Path) -> None:
    (tmp_path / "polls.csv").write_text(LONG)
    (tmp_path / "s.yaml").write_text(HEAD + "polls: polls.csv\n")
    loaded = load(tmp_path / "s.yaml", ("polls.items.1.n=77",))
    assert loaded.scenario.polls is not None
    assert [poll.n for poll in loaded.scenario.polls.items] == [1000, 77, 1000]


def test_shares_below_one_are_a_warning() -> None:
    text = HEAD + "polls: [{pollster: One, n: 900, shares: {red: 50%, blue: 40%, none: 4%}}]\n"
    (found,) = load_text(text).warnings
    assert (found.code, found.line) == ("W404", 11)
    assert "94%" in found.message
    decided = text.replace("n: 900,", "n: 900, undecided: 6%,")
    assert load_text(decided).warnings == ()


def test_too_many_polls_are_refused() -> None:
    one = "  - {pollster: One, n: 900, shares: {red: 50%, blue: 46%, none: 4%}}\n"
    with pytest.raises(InvalidScenario) as caught:
        load_text(HEAD + "polls:\n" + one * 2_001)
    assert [d.code for d in caught.value.diagnostics] == ["E218"]


@pytest.mark.parametrize("column", ["shares,shares.red", "a.b.c.d.e.f.g.h.i,red"])
def test_columns_that_cannot_be_are_refused(tmp_path: Path, column: str) -> None:
    (tmp_path / "polls.csv").write_text(f"pollster,{column}\nOne,5%,5%\n")
    with pytest.raises(InvalidScenario) as caught:
        load_text(HEAD + "polls: polls.csv\n", folder=tmp_path)
    assert [d.code for d in caught.value.diagnostics] == ["E221"]


CELLS = st.sampled_from(
    [
        "One",
        "Two",
        "",
        "5%",
        "50%",
        "0.45",
        "1000",
        "2023-03-10",
        "red",
        "blue",
        "none",
        "-1",
        "x,y",
    ]
)
NAMES = st.sampled_from(
    ["pollster", "date", "n", "option", "share", "pct", "shares", "shares.red", "red", "blue",
     "none", "days_before", "bias", "bias.red", "deff", "shares.red.blue", "undecided", "source"]
)  # fmt: skip


@settings(
    deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.data())
def test_any_table_is_read_or_refused(tmp_path: Path, data: st.DataObject) -> None:
    header = data.draw(st.lists(NAMES, min_size=1, max_size=8, unique=True))
    row = st.lists(CELLS, min_size=len(header), max_size=len(header))
    rows = data.draw(st.lists(row, min_size=1, max_size=5))
    with (tmp_path / "polls.csv").open("w", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    (tmp_path / "s.yaml").write_text(HEAD + "polls: polls.csv\n")
    with contextlib.suppress(InvalidScenario):
        assert sum(pool_polls(tmp_path / "s.yaml").shares.values()) == pytest.approx(1.0)
