"""`simseats allocate`: what is printed adds up, in every form; every mistake has a sentence."""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from simulator.cli.shell import call
from tests.cli.test_commands import simseats

KAZAKHSTAN = (
    "amanat=3431510", "auyl=693938", "respublica=547154", "aqjol=535139", "qhp=432920",
    "jsdp=331058", "baytaq=146431",
)  # fmt: skip
LAW = ("--seats", "69", "--threshold", "5%", "--other-ballots", "248291")

# Letters of several scripts, wide ones, marks that take no cell, and what must not reach a screen.
names = st.text(st.sampled_from("abcXYZ é Қазақстан 日本 عدل e\u0301 \n\x1b'|.#-12"), min_size=1)
counts = st.one_of(st.integers(0, 9), st.integers(0, 4_000_000))
methods = st.sampled_from(
    ["dhondt", "sainte-lague", "adams", "huntington-hill", "largest-remainder", "macau",
     "quota-then-divisor", "balinski-young-quota", "dutch-council", "plurality", "party-block"]
)  # fmt: skip


def printed(*arguments: str, encoding: str = "utf-8", columns: int = 88) -> tuple[int, str]:
    """Return the exit status and what a terminal of this encoding and width gets."""
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding=encoding, errors="strict")
    with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stdout(stream):
        patch.setenv("COLUMNS", str(columns))
        status = call(arguments)
        stream.flush()
    return status, raw.getvalue().decode(encoding)


def table(text: str) -> tuple[list[int], int]:
    """Return the seats of the rows of the first table, and of its line of totals."""
    lines = text.splitlines()
    rules = [k for k, line in enumerate(lines) if set(line.strip()) in ({"─"}, {"-"})][:2]
    last = [line.split()[-1] for line in lines[rules[0] + 1 : rules[1]]]
    seats = [0 if cell in "–-" else int(cell) for cell in last]
    return seats, int(lines[rules[1] + 1].split()[-1])


def allocate_json(*arguments: str) -> dict[str, object]:
    found = simseats("allocate", *arguments, "--json")
    assert found.returncode == 0, found.stderr
    return json.loads(found.stdout)


@given(
    votes=st.dictionaries(names, counts, min_size=1, max_size=40),
    seats=st.integers(0, 120),
    method=methods,
    columns=st.sampled_from([40, 60, 88, 200]),
    encoding=st.sampled_from(["utf-8", "ascii"]),
)
@example({"a": 0, "b": 0}, 5, "dhondt", 88, "utf-8")
@example({"a": 10, "b": 10, "c": 10}, 4, "largest-remainder", 60, "ascii")
@example({"only": 3}, 7, "adams", 40, "utf-8")
@settings(max_examples=80)
def test_the_printed_seats_add_up(
    votes: dict[str, int], seats: int, method: str, columns: int, encoding: str
) -> None:
    parties = {name.strip(): n for name, n in votes.items() if name.strip()}
    words = [f"{name}={n}" for name, n in parties.items()]
    if not words:
        return
    arguments = ("allocate", "--seats", str(seats), "--method", method, "--", *words)
    status, text = printed(*arguments, encoding=encoding, columns=columns)
    assert status == 0
    cells, total = table(text)
    assert sum(cells) == total == seats
    assert "\x1b" not in text
    assert "\xa0" not in text
    if columns >= 88:
        assert max(len(line) for line in text.splitlines()) <= 88
    document = json.loads(printed(*arguments[: -len(words) - 1], "--json", "--", *words)[1])
    found = list(document["seats"].values())
    assert sum(found) + document["vacant"] == seats
    assert cells[: len(found)] == found


def test_kazakhstan_2023_word_for_word() -> None:
    assert (
        simseats("allocate", *LAW, *KAZAKHSTAN).stdout
        == """\
Largest remainder · 69 seats                                  7 parties, 6 118 150 votes

  quota       hare: 86 546.65 votes a seat
  threshold   5% of 6 366 441, 318 323 votes; out is baytaq 146 431 (2.39%, 171 892
              short)

                  votes   share  quotas  remainder  whole  rest  seats
  ────────────────────────────────────────────────────────────────────
  amanat      3 431 510  56.09%   39.65  56 190.57     39     1     40
  auyl          693 938  11.34%    8.02   1 564.78      8     –      8
  respublica    547 154   8.94%    6.32  27 874.09      6     –      6
  aqjol         535 139   8.75%    6.18  15 859.09      6     –      6
  qhp           432 920   7.08%    5.00     186.74      5     –      5
  jsdp          331 058   5.41%    3.83  71 418.04      3     1      4
  baytaq        146 431   2.39%       –          –      –     –      –
  ────────────────────────────────────────────────────────────────────
  total       6 118 150                                67     2     69

  The last seat went to amanat, its 40th, on 56 190.57 votes left over.
  Next was respublica, on 27 874.09 votes left over: with 19 156 more votes it would
  have 7 (now 6), and amanat 39 (now 40).
"""
    )


def test_quotients_around_the_cut() -> None:
    text = simseats("allocate", *LAW, *KAZAKHSTAN, "--method", "jefferson").stdout
    assert re.search(r"jsdp +331 058 +5.41% +110 352.67 +82 764.50 +3$", text, re.M)
    assert "The last seat went to amanat, its 41st, on 83 695.37 (quotient)." in text
    assert "Next was jsdp, on 82 764.50 (quotient): with 3 724 more votes" in text


def test_margins_in_both_forms() -> None:
    text = simseats("allocate", *LAW, *KAZAKHSTAN, "--margins").stdout
    assert "jsdp            4              47 318             13 407" in text
    margins = allocate_json(*LAW, *KAZAKHSTAN, "--margins")["margins"]
    assert margins["baytaq"]["to_lose"] is None  # type: ignore[index]
    assert margins["amanat"] == {"to_gain": 219451, "to_lose": 54274}  # type: ignore[index]


def test_json_is_the_allocation_and_more() -> None:
    document = allocate_json(*LAW, *KAZAKHSTAN)
    assert document["schema"] == "simseats.allocation/1"
    assert document["house"] == 69
    assert document["next"] == {"party": "respublica", "more_votes": 19156}
    assert list(document["seats"].values()) == [40, 8, 6, 6, 5, 4, 0]  # type: ignore[attr-defined]


def test_no_numba_no_numpy_and_quick() -> None:
    code = (
        "import sys; from simulator.cli.shell import call; s = call(['allocate', '-q', '--seats',"
    )
    code += " '5', 'a=3', 'b=2']); sys.exit(s or 'numba' in sys.modules or 'numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
    times = []
    for _ in range(3):
        # Processor time: other work on the machine does not count.
        started = children()
        simseats("allocate", *LAW, *KAZAKHSTAN)
        times.append(children() - started)
    assert min(times) < 0.6  # 0.15 s on an idle machine


def children() -> float:
    """Return the processor time of all processes that were started and have ended."""
    spent = os.times()
    return spent.children_user + spent.children_system


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--ties", "report"), "Nothing decides it; shown as if it went to those listed first: a"),
        ((), "Sure whatever is decided: a 1, b 1, c 1."),
        (("--ties", "listed-order"), "Decided by listed order: a gets it."),
        (("--ties", "larger-party", "--ties", "lot", "--seed", "1"), "by larger party, then lot:"),
        (("--ties", "lot", "--lot", "c"), "Decided by lot: c gets it."),
    ],
)
def test_ties_in_sentences(arguments: tuple[str, ...], words: str) -> None:
    found = simseats("allocate", "--seats", "4", "a=10", "b=10", "c=10", *arguments)
    assert words in " ".join(found.stdout.split())
    assert "a, b and c are level (remainder) for 1 seat" in found.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--threshold", "70%"), "no party passes, so all seats stay vacant"),
        (("--threshold", "70%", "--none-pass", "admit-all"), "no party passes, so all take part"),
        (("--threshold", "20%", "--strict"), "more than 20% of 100, 21 votes; out are b 20"),
        (("--threshold", "30%", "--exempt", "c"), "c takes part: exempt"),
        (("--threshold", "{share: 30%, or_district_seats: 2}", "--district-seats", "b=2"),
         "b takes part: 2 district seats"),
        (("--threshold", '{"share": "10%", "base": 300}'), "10% of 300, 30 votes"),
        (("--threshold", "10%", "--base", "300"), "10% of 300, 30 votes"),
        (("--initial", "c=2", "--method", "dhondt"), "held"),
        (("--minimum", "1"), "held"),
        (("--maximum", "a=1"), "The last seat"),
        (("--quota", "droop"), "droop: 17 votes a seat"),
        (("--quota", "30"), "30 votes a seat"),
        (("--method", "divisor-list", "--divisors", "1,3,5,7,9,11"), "divisors 1 3 5 7 9 11"),
        (("--method", "stationary", "--split", "1/3"), "split 1/3"),
        (("--method", "bonus", "--bonus", "2"), "bonus 2, rest largest-remainder"),
        (("--method", "fixed-price", "--quota", "15", "--on-overflow", "enlarge-chamber"),
         "grows from 5 to 6 seats"),
        (("--method", "fixed-price", "--quota", "25"), "3 seats stay vacant"),
    ],
)  # fmt: skip
def test_laws_are_said(arguments: tuple[str, ...], words: str) -> None:
    found = simseats("allocate", "--seats", "5", "a=60", "b=20", "c=20", *arguments)
    assert found.returncode == 0, found.stderr
    assert words in " ".join(found.stdout.split())


def test_a_runoff_takes_the_second_votes() -> None:
    found = simseats(
        "allocate", "--seats", "1", "--method", "runoff", "a=40", "b=35", "c=25",
        "--second-votes", "a=40,b=50",
    )  # fmt: skip
    assert "The last seat went to b, on 50 (most votes in the second round)." in found.stdout


def test_methods_side_by_side() -> None:
    found = simseats("allocate", *LAW, *KAZAKHSTAN, "--methods", "all", "--method", "hamilton")
    rows = [line for line in found.stdout.splitlines() if line.split()[-1:] == ["69"]]
    assert len(rows) >= 14
    for line in rows:
        cells = line.replace("▸", " ").split()[1:]
        assert sum(int(cell.rstrip("+-").replace("–", "0")) for cell in cells[:-1]) == 69
    assert rows[0].split()[:2] == ["▸", "largest-remainder"]
    (dhondt,) = (line for line in rows if line.split()[0] == "dhondt")
    assert dhondt.split()[1:] == ["41+", "8", "6", "6", "5", "3-", "69"]
    assert "No seat by any of them: baytaq" in found.stdout
    document = allocate_json(*LAW, *KAZAKHSTAN, "--methods", "dhondt,adams")
    assert document["schema"] == "simseats.allocations/1"
    assert [sum(m["seats"].values()) for m in document["methods"].values()] == [69, 69]  # type: ignore[attr-defined]


def test_methods_with_ties_and_without_a_result() -> None:
    found = simseats("allocate", "--seats", "3", "--methods", "dhondt,adams,fixed-price",
                     "--quota", "1", "a=2", "b=2", "c=0")  # fmt: skip
    assert "= dhondt and adams: a and b are level for 1 seat: a by order of the list" in (
        found.stdout
    )
    assert "Not defined: fixed-price: [E504]" in found.stdout


@pytest.mark.parametrize("columns", [40, 60, 88])
def test_many_parties_are_summed_in_a_comparison(columns: int) -> None:
    words = [f"Party number {k}={k * k * 37 % 1000}" for k in range(40)]
    _, text = printed("allocate", "--seats", "100", "--methods", "all", *words, columns=columns)
    rows = [line for line in text.splitlines() if line.split()[-1:] == ["100"]]
    for line in rows:
        cells = [c.rstrip("+-").replace("–", "0") for c in line.replace("▸", " ").split()[1:-1]]
        assert sum(map(int, cells)) == 100
    assert "others" in text


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        ((), 2, "there are no votes"),
        (("amanat",), 2, "'amanat' is not PARTY=VOTES"),
        (("a=1", "a=2"), 2, "a is named twice"),
        (("a=1", "--votes", "x.csv"), 2, "not from both"),
        (("a=1", "--strict"), 2, "no --threshold"),
        (("a=1", "--threshold", "5%", "--base", "9", "--other-ballots", "2"), 2, "exclude"),
        (("a=1", "--methods", "dhondt", "--bonus", "2"), 2, "has a parameter bonus"),
        (("a=1", "--methods", "dhondt", "--margins"), 2, "leave out --methods"),
        (("a=1", "--initial", "a"), 2, "--initial: 'a' is not PARTY=SEATS"),
        (("a=1", "--ties", "coin"), 2, "coin"),
        (("a=x",), 3, "E501"),
        (("a=-1",), 3, "negative"),
        (("a=1", "--method", "dhond"), 3, 'did you mean "dhondt"'),
        (("a=1", "--method", "dhondt", "--quota", "droop"), 3, "has no parameter quota"),
        (("a=1", "--threshold", "{share: 5"), 3, "E103"),
        (("a=1", "--threshold", "{shares: 5%}"), 3, 'did you mean "share"'),
        (("a=1", "--threshold", "500%"), 3, "E506"),
        (("a=1", "b=1", "--ties", "error"), 3, "E505"),
        (("a=1", "--method", "fixed-price", "--quota", "0"), 3, "E509"),
        (("a=1", "--initial", "b=1"), 3, "no party is called 'b'"),
        (("--votes", "nowhere.csv"), 3, "E101"),
    ],
)
def test_mistakes_have_a_status_and_a_sentence(
    arguments: tuple[str, ...], status: int, words: str
) -> None:
    found = simseats("allocate", "--seats", "3", *arguments)
    assert (found.returncode, found.stdout) == (status, "")
    assert words in found.stderr
    assert "Traceback" not in found.stderr


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "the table is empty"),
        ("party,votes\n", "a header and no rows"),
        ("party;votes\nred;5\n", "separate the columns with commas"),
        ("party,vote\nred,5\n", 'write votes instead of "vote"'),
        ("red,5\n", 'votes.csv:1:1'),
        ("party,votes,votes\nred,5,6\n", 'more than one column "votes"'),
        ("party,votes\nred,five\n", "votes.csv:2:5"),
        ("party,votes\nred,-5\n", "negative"),
        ("party,votes\nred,5\nred,6\n", "votes.csv:3:1"),
        ("party,votes\nred\n", "the row is short"),
        ("party,votes\n,5\n", "names no party"),
        ('party,votes\n"red,5\n', "E221"),
    ],
)  # fmt: skip
def test_faults_of_a_file_say_where(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "votes.csv"
    path.write_text(text, encoding="utf-8")
    found = simseats("allocate", "--seats", "3", "--votes", str(path))
    assert (found.returncode, found.stdout) == (3, "")
    assert words in found.stderr
    assert "Traceback" not in found.stderr


def test_a_file_and_standard_input_give_the_same(tmp_path: Path) -> None:
    text = 'votes,party,note\n"3 431 510","Amanat, the",x\n693938,Ауыл,\n\n12.5,c,\n'
    path = tmp_path / "votes.csv"
    path.write_text("\ufeff" + text, encoding="utf-8")
    one = simseats("allocate", "--seats", "9", "--votes", str(path))
    two = simseats("allocate", "--seats", "9", "--votes", "-", stdin=text)
    assert one.stdout == two.stdout
    assert "Amanat, the  3 431 510" in one.stdout
    assert one.returncode == 0


def test_quiet_says_nothing() -> None:
    found = simseats("allocate", "--seats", "3", "a=2", "b=1", "-q")
    assert (found.returncode, found.stdout, found.stderr) == (0, "", "")


def test_names_that_ascii_cannot_tell_apart_are_numbered() -> None:
    _, text = printed("allocate", "--seats", "3", "Ауыл=2", "Әділ=1", "Élan=1", encoding="ascii")
    assert "#1 ????" in text
    assert "#2 ????" in text
    assert "Elan" in text


def test_help_groups_the_options_and_knows_every_parameter() -> None:
    found = simseats("allocate", "--help").stdout
    for words in ("Who takes part", "Equal claims", "Parameters of the method", "--first-divisor"):
        assert words in found
