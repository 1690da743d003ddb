"""Reading station results: names, patterns, separators, archives, and every fault at its place."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.errors import CATALOGUE, Diagnostic, InvalidScenario
from simulator.forensics import StationFile, read_stations

PLAIN = "id,registered,cast,valid,leader\na,100,60,58,30\nb,200,150,149,70\n"


def read(text: str, **options: str) -> StationFile:
    return read_stations(io.BytesIO(text.encode()), **options)


def faults(text: str, **options: str) -> tuple[Diagnostic, ...]:
    with pytest.raises(InvalidScenario) as caught:
        read(text, **options)
    assert caught.value.exit_status == 3
    assert all(d.code in CATALOGUE for d in caught.value.diagnostics)
    return caught.value.diagnostics


def columns(found: StationFile) -> list[list[int]]:
    s = found.stations
    return [c.tolist() for c in (s.registered, s.cast, s.counted, s.leader)]


EXPECTED = [[100, 200], [60, 150], [58, 149], [30, 70]]


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_the_separator_is_found(mark: str) -> None:
    assert columns(read(PLAIN.replace(",", mark))) == EXPECTED
    assert columns(read(PLAIN.replace(",", mark), separator=mark)) == EXPECTED


@pytest.mark.parametrize("end", ["\r\n", "\n"])
def test_ends_of_lines_marks_and_empty_lines(end: str) -> None:
    text = "\ufeff" + PLAIN.replace("\n", end) + end + ",,,," + end
    found = read(text)
    assert columns(found) == EXPECTED
    assert found.rows == 2


def test_usual_names_and_a_missing_base() -> None:
    found = read("Voters,Turnout,LEADER\n100,60,30\n")
    assert columns(found) == [[100], [60], [60], [30]]
    assert found.columns["counted"] == ("Turnout",)


def test_patterns_and_sums() -> None:
    text = (
        '"Voters, listed",issued early,issued here,"found ""valid""",spoilt,1. Red party,2. Blue\n'
    )
    text += "100,10,50,55,4,30,25\n"
    found = read(
        text, registered="voters, *", cast="issued*", counted='found "valid" + spoilt',
        leader="*red party",
    )  # fmt: skip
    assert columns(found) == [[100], [60], [59], [30]]
    assert found.columns["cast"] == ("issued early", "issued here")


def test_numbers_as_people_write_them() -> None:
    text = "registered;cast;leader\n1 000;600.0;3_00\n\u00a02\u00a0000;1200,;1\u202f000\n"
    assert columns(read(text)) == [[1000, 2000], [600, 1200], [600, 1200], [300, 1000]]


def test_other_encodings() -> None:
    text = "участок,избиратели,бюллетени,Иванов\n1,100,60,30\n"
    names = {"registered": "избиратели", "cast": "бюллетени", "leader": "иванов"}
    raw = text.encode("cp1251")
    found = read_stations(io.BytesIO(raw), encoding="cp1251", **names)
    assert columns(found) == [[100], [60], [60], [30]]
    with pytest.raises(InvalidScenario) as caught:
        read_stations(io.BytesIO(raw), **names)
    assert caught.value.diagnostics[0].code == "E102"
    assert "--encoding" in caught.value.diagnostics[0].hint
    assert faults(PLAIN, encoding="utf-99")[0].code == "E102"


def test_archives(tmp_path: Path) -> None:
    path = tmp_path / "results.csv.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("results.csv", PLAIN)
        archive.writestr("__MACOSX/._results.csv", "x")
    assert columns(read_stations(path)) == EXPECTED
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("more.csv", PLAIN)
    with pytest.raises(InvalidScenario, match="2 files"):
        read_stations(path)


def test_a_broken_archive(tmp_path: Path) -> None:
    path = tmp_path / "results.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("results.csv", PLAIN * 50)
    raw = bytearray(path.read_bytes())
    raw[60] ^= 0xFF
    path.write_bytes(raw)
    with pytest.raises(InvalidScenario) as caught:
        read_stations(path)
    assert caught.value.diagnostics[-1].code == "E101"


def test_files_that_are_not_there(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none.csv"):
        with pytest.raises(InvalidScenario) as caught:
            read_stations(path)
        assert caught.value.diagnostics[0].code == "E101"


def test_what_is_left_out_is_counted() -> None:
    text = "registered,cast,valid,leader\n"
    text += "100,60,58,30\n,,,\n90,,,\n0,5,5,1\n50,51,51,20\n80,40,39,40\n70,30,31,9\n"
    found = read(text)
    assert found.left_out == {
        "no result": 1,
        "no registered voters": 1,
        "more ballots than registered voters": 1,
        "more votes for the leader than ballots counted": 1,
    }
    assert found.rows == 6
    assert len(found.stations) == 2
    assert found.more_counted == 1


def test_missing_columns_are_all_reported() -> None:
    found = faults("id,red\n1,2\n")
    assert [d.code for d in found] == ["E601"] * 3
    assert [d.line for d in found] == [1, 1, 1]
    assert "--registered" in found[0].hint
    assert "id, red" in found[0].hint


@pytest.mark.parametrize(
    ("leader", "word"),
    [
        ("leadr", 'did you mean "leader"'),
        ("valid + valid", "twice"),
        ("nothing*", "there are id, registered"),
    ],
)
def test_wrong_columns(leader: str, word: str) -> None:
    (found,) = faults(PLAIN, leader=leader)
    assert found.code == "E601"
    assert word in found.message + found.hint


def test_a_name_that_two_columns_have() -> None:
    (found,) = faults("registered,cast,leader,leader\n9,8,7,6\n", leader="leader")
    assert found.code == "E601"
    assert "2 columns" in found.message


@pytest.mark.parametrize(
    ("row", "code", "word", "at"),
    [
        ("c,300,-4,3,1", "E205", "a negative number", "-4"),
        ("c,300,x,3,1", "E206", "not a whole number", "x"),
        ("c,300,56.3%,3,1", "E206", "not a whole number", "56.3%"),
        ("c,300,0.563,3,1", "E206", "not a whole number", "0.563"),
        ("c,3000000000,4,3,1", "E205", "more than", "3000000000"),
        ("c,300,4", "E221", "3 cells", ""),
        ('c,300,"4,3,1', "E221", "not a table", ""),
    ],
)
def test_faults_have_a_place(row: str, code: str, word: str, at: str) -> None:
    found = faults(PLAIN + row + "\n")
    assert found[0].code == code
    assert word in found[0].message
    assert found[0].line == 4 or not at
    if at:
        assert found[0].source == row
        assert row[found[0].column - 1 :].startswith(at)
    if "%" in row or "." in row:
        assert "numbers of ballots" in found[0].hint


def test_all_faults_up_to_twenty() -> None:
    found = faults(PLAIN + "c,300,x,3,1\n" * 50)
    assert len(found) == 21
    assert found[-1].message == "30 more rows have faults"


def test_a_long_line_is_not_shown() -> None:
    (found,) = faults("id,registered,cast,leader\n" + "n" * 500 + ",1,x,1\n")
    assert found.source == ""
    assert found.column == 504


@pytest.mark.parametrize(
    ("text", "code"),
    [("", "E221"), ("\n\n", "E221"), ("registered,cast,leader\n", "E221"),
     ("registered,cast,leader\n,,1\n", "E603"), ("\0\0\0", "E601")],
)  # fmt: skip
def test_tables_without_stations(text: str, code: str) -> None:
    assert faults(text)[0].code == code


@given(st.lists(
    st.tuples(st.integers(1, 10**6), st.integers(0, 10**6), st.integers(0, 10**6)), min_size=1
), st.permutations(["registered", "cast", "leader", "name"]))  # fmt: skip
@settings(max_examples=30)
def test_what_is_written_is_read(rows: list[tuple[int, int, int]], order: list[str]) -> None:
    """In any order of columns; rows that cannot be true are those that are left out."""
    lines = [",".join(order)]
    for registered, cast, leader in rows:
        cells = {"registered": registered, "cast": cast, "leader": leader, "name": '"a, ""b"""'}
        lines.append(",".join(str(cells[name]) for name in order))
    good = [r for r in rows if r[2] <= r[1] <= r[0]]
    if not good:
        assert faults("\n".join(lines))[0].code == "E603"
        return
    found = read("\n".join(lines))
    assert columns(found)[0] == [r[0] for r in good]
    assert columns(found)[3] == [r[2] for r in good]
    assert sum(found.left_out.values()) == len(rows) - len(good)
