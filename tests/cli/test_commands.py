"""The command line contract: streams, formats, exit statuses, width, ASCII, speed of start."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import jsonschema
import pytest

from simulator.cli.shell import call

FLAGSHIP = "scenarios/kazakhstan-2023.yaml"
OFFICIAL = "scenarios/kazakhstan-2023-official.yaml"
ENV = {"COLUMNS": "88", "NO_COLOR": "1", "PYTHONUTF8": "1", "PYTHONWARNINGS": "error"}


def simseats(*arguments: str, stdin: str = "", **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "simulator", *arguments],
        capture_output=True, text=True, encoding="utf-8", check=False, input=stdin,
        env={**os.environ, **ENV, **env},
    )  # fmt: skip


def test_version_and_help_are_light() -> None:
    assert simseats("--version").stdout.startswith("simseats 0.")
    code = "import sys; import simulator.cli.shell; import simulator; "
    code += "sys.exit(any(m in sys.modules for m in ('numba', 'numpy', 'pydantic')))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_validate_loads_no_numba() -> None:
    code = "import sys; from simulator.cli.shell import call; s = call(['validate', '-q', "
    code += f"'{OFFICIAL}']); sys.exit(s or 'numba' in sys.modules or 'numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_no_arguments_show_an_example() -> None:
    found = simseats()
    assert found.returncode == 0
    assert "init --from kazakhstan-2023 && simseats run kazakhstan-2023.yaml" in found.stdout
    assert len(found.stdout.splitlines()) <= 5


def test_json_is_one_document_that_follows_the_schema() -> None:
    found = simseats("run", FLAGSHIP, "--draws", "5000", "--json")
    assert found.returncode == 0
    document = json.loads(found.stdout)
    schema = json.loads(simseats("schema", "--run").stdout)
    jsonschema.Draft7Validator.check_schema(schema)
    jsonschema.Draft7Validator(schema).validate(document)
    assert document["schema"] == "simseats.run/1"
    assert (document["draws"], document["sampler"], document["replicates"]) == (8192, "sobol", 16)
    assert document["tiers"] == {"list": 69, "district": 29}
    assert set(document["parties"]) == {
        "amanat", "auyl", "respublica", "aqjol", "qhp", "jsdp", "baytaq", "independents",
    }  # fmt: skip
    amanat = document["parties"]["amanat"]
    assert sum(amanat["seats"]["list"]["pmf"].values()) == pytest.approx(1)
    mean = sum(int(s) * p for s, p in amanat["seats"]["total"]["pmf"].items())
    assert amanat["seats"]["total"]["mean"] == pytest.approx(mean)
    held = sum(p["seats"]["total"]["mean"] for p in document["parties"].values())
    assert held == pytest.approx(98)
    assert {"majority", "two thirds"} <= set(document["events"])
    assert len(document["turnout"]["regions"]) == 20
    assert any("not found" in w["message"] for w in document["warnings"])


def test_reproducible_json_is_the_same_bytes_for_any_threads() -> None:
    arguments = ("run", FLAGSHIP, "--draws", "40000", "--json", "--reproducible")
    one = simseats(*arguments, "--threads", "1").stdout
    two = simseats(*arguments, "--threads", "2").stdout
    assert one == two
    assert "machine" not in json.loads(one)


def test_csv_and_json_agree() -> None:
    document = json.loads(simseats("run", FLAGSHIP, "--draws", "3000", "--json").stdout)
    rows = list(csv.DictReader(io.StringIO(
        simseats("run", FLAGSHIP, "--draws", "3000", "--csv").stdout
    )))  # fmt: skip
    for row in rows:
        seats = document["parties"][row["party"]]["seats"][row["tier"]]["pmf"]
        assert seats[row["seats"]] == pytest.approx(float(row["probability"]))
    assert sum(int(r["draws"]) for r in rows if r["tier"] == "total") == 8 * 4096


def test_out_writes_every_file(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "results"
    found = simseats("run", FLAGSHIP, "--draws", "1000", "-q", "--out", str(folder))
    assert (found.returncode, found.stdout, found.stderr) == (0, "", "")
    assert json.loads((folder / "run.json").read_text(encoding="utf-8"))["draws"] == 4096
    assert sorted(p.name for p in folder.iterdir()) == [
        "cite.txt", "figures", "report.html", "run.json", "seats.csv",
    ]  # fmt: skip
    figures = sorted(p.name for p in (folder / "figures").iterdir())
    assert figures == ["chamber.svg", "hundred.svg", "seats.svg", "turnout.svg"]


def test_out_that_cannot_be_made_ends_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    found = simseats("run", FLAGSHIP, "--draws", "1000", "--out", str(tmp_path / "file" / "x"))
    assert found.returncode == 3
    assert "cannot be made" in found.stderr
    assert "Traceback" not in found.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no full device")
def test_a_full_disk_ends_in_a_sentence() -> None:
    with open("/dev/full", "w") as full:
        found = subprocess.run(
            [sys.executable, "-m", "simulator", "run", FLAGSHIP, "--draws", "1000", "--json"],
            stdout=full, stderr=subprocess.PIPE, text=True, check=False,
            env={**os.environ, **ENV},
        )  # fmt: skip
    assert found.returncode == 3
    assert "No space left" in found.stderr
    assert "Traceback" not in found.stderr


@pytest.mark.parametrize(
    ("arguments", "status", "word"),
    [
        (("run",), 2, "SCENARIO"),
        (("rnu", FLAGSHIP), 2, "run"),
        (("run", FLAGSHIP, "--draws", "0"), 2, "draws"),
        (("run", FLAGSHIP, "--json", "--csv"), 2, "exclude"),
        (("run", "nothing.yaml"), 3, "E101"),
        (("run", "docs/tutorial/broken.yaml"), 3, "E204"),
        (("run", FLAGSHIP, "--set", "tiers.list.seat=3"), 3, "seats"),
        (("validate", "docs/tutorial/broken.yaml"), 3, "E204"),
        (("explain", "E999"), 2, "E999"),
    ],
)
def test_mistakes_have_a_status_and_a_message(
    arguments: tuple[str, ...], status: int, word: str
) -> None:
    found = simseats(*arguments)
    assert found.returncode == status
    assert word in found.stderr
    assert "Traceback" not in found.stderr


def test_validate_returns_1_when_the_result_is_not_reproduced(tmp_path: Path) -> None:
    path = tmp_path / "wrong.yaml"
    path.write_text(Path(OFFICIAL).read_text(encoding="utf-8").replace("331_058", "301_058"))
    found = simseats("validate", str(path))
    assert found.returncode == 1
    assert "E222" in found.stdout


def test_validate_accepts_a_folder() -> None:
    found = simseats("validate", "scenarios")
    assert found.returncode == 0
    assert "10 usable, 0 not" in found.stdout


def test_a_scenario_from_standard_input() -> None:
    text = Path("scenarios/harbour-council.yaml").read_text(encoding="utf-8")
    found = simseats("run", "-", "--draws", "1000", "--csv", stdin=text)
    assert found.returncode == 0
    assert found.stdout.startswith("party,tier,seats")


def test_narrow_terminals_keep_the_numbers() -> None:
    narrow = simseats("run", FLAGSHIP, "--draws", "1000", COLUMNS="60")
    wide = simseats("run", FLAGSHIP, "--draws", "1000")
    assert max(len(line) for line in wide.stdout.splitlines()) <= 88
    assert "distribution" in wide.stdout
    assert "distribution" not in narrow.stdout
    assert "0 or 4" in narrow.stdout


def test_ascii_terminals_get_ascii() -> None:
    found = subprocess.run(
        [sys.executable, "-m", "simulator", "run", FLAGSHIP, "--draws", "1000"],
        capture_output=True, check=False,
        env={**os.environ, **ENV, "PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii", "LC_ALL": "C"},
    )  # fmt: skip
    assert found.returncode == 0
    assert found.stdout.isascii()


def test_quiet_says_nothing() -> None:
    found = simseats("run", FLAGSHIP, "--draws", "1000", "-q")
    assert (found.returncode, found.stdout, found.stderr) == (0, "", "")


def test_no_colour_where_nobody_looks() -> None:
    assert "\x1b" not in simseats("run", FLAGSHIP, "--draws", "1000").stdout


def test_a_reader_that_leaves_is_no_error() -> None:
    command = f'"{sys.executable}" -m simulator schema | head -1'
    found = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command], capture_output=True, text=True, check=False
    )
    assert "Traceback" not in found.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs Linux")
@pytest.mark.parametrize(
    ("ending", "status", "message"),
    [
        ("| true", 0, ""),
        (">&-", 0, ""),
        ("2>&-", 0, ""),
        ("<&-", 0, ""),
        ("2>/dev/full", 0, ""),
        (">/dev/full", 3, "error: No space left on device\n"),
    ],
)
@pytest.mark.parametrize("command", ["explain E205", f"run {OFFICIAL} --draws 256", "--help"])
def test_streams_that_are_closed_full_or_unread(
    command: str, ending: str, status: int, message: str
) -> None:
    line = f'"{sys.executable}" -m simulator {command} {ending}; exit ${{PIPESTATUS[0]}}'
    found = subprocess.run(["bash", "-c", line], capture_output=True, text=True, check=False)
    assert found.returncode == status
    assert found.stderr == message


def test_files_are_written_although_nobody_reads_the_screen(tmp_path: Path) -> None:
    file = tmp_path / "draws.csv"
    line = f'"{sys.executable}" -m simulator run {OFFICIAL} --draws 256 --out {tmp_path / "out"} '
    line += f"--draws-file {file} | true; exit ${{PIPESTATUS[0]}}"
    assert subprocess.run(["bash", "-c", line], capture_output=True, check=False).returncode == 0
    assert file.is_file()
    assert (tmp_path / "out" / "report.html").is_file()


@pytest.mark.skipif(os.name == "nt", reason="signals differ on Windows")
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_an_interrupt_keeps_and_labels_what_is_finished(name: str, tmp_path: Path) -> None:
    file = tmp_path / "run.resume"
    process = subprocess.Popen(
        [sys.executable, "-m", "simulator", "run", FLAGSHIP, "--draws", "50000000", "--json",
         "--resume", str(file)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, **ENV},
    )  # fmt: skip
    while not file.exists() or b'"finished":[[' not in file.read_bytes():
        assert process.poll() is None
        time.sleep(0.1)
    # As `timeout` does: the process, and at once its group.
    process.send_signal(getattr(signal, name))
    time.sleep(0.01)
    process.send_signal(getattr(signal, name))
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    document = json.loads(out)
    assert document["complete"] is False
    assert 0 < document["draws"] < document["requested_draws"]
    assert "interrupted" in err
    assert "Traceback" not in err


def test_a_run_that_is_stopped_at_once_names_the_file_that_keeps_its_draws(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("simulator.engine.run.run_loaded", stop)
    file = tmp_path / "run.resume"
    arguments = ["run", FLAGSHIP, "--draws", "256", "--resume", str(file)]
    assert call(arguments) == 130
    assert "goes on" not in capsys.readouterr().err
    file.touch()
    assert call(arguments) == 130
    assert f"the same command goes on from {file}" in capsys.readouterr().err


def test_explain_knows_every_code() -> None:
    from simulator.errors import CATALOGUE

    listed = simseats("explain").stdout
    for code, (title, _) in CATALOGUE.items():
        assert f"{code}  {title}" in listed
    assert "500%" in simseats("explain", "e204").stdout


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_prints_a_script(shell: str) -> None:
    assert "_SIMSEATS_COMPLETE" in simseats("completion", shell).stdout


def test_completion_offers_the_commands() -> None:
    found = simseats(COMP_WORDS="simseats va", COMP_CWORD="1", _SIMSEATS_COMPLETE="bash_complete")
    assert "validate" in found.stdout


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("simseats run scenarios/kazakhstan-2023.", ["scenarios/kazakhstan-2023.yaml"]),
        ("simseats compare scenarios/harbour-council.yaml scenarios/kazakhstan-20",
         [f"scenarios/kazakhstan-20{year}.yaml" for year in ("04", "07", "12", "16", "21", "23")]),
        ("simseats compare x.yaml --methods dhondt,sain", ["dhondt,sainte-lague"]),
        ("simseats compare x.yaml --methods a", ["all", "adams"]),
        ("simseats allocate --method largest", ["largest-remainder"]),
        ("simseats methods hunt", ["huntington-hill"]),
        (f"simseats sweep {FLAGSHIP} tiers.list.thr", ["tiers.list.threshold"]),
        (f"simseats sweep {FLAGSHIP} electorate.regions.almaty.t",
         ["electorate.regions.almaty.turnout"]),
        (f"simseats sweep {FLAGSHIP} x=1 --show enters.js", ["enters.jsdp"]),
        (f"simseats run {FLAGSHIP} --set parties.respublica.s",
         ["parties.respublica.share", "parties.respublica.seats"]),
        (f"simseats rare {FLAGSHIP} enters.q", ["enters.qhp"]),
        ("simseats ask tests/results/run-0.0.9.json tide+li", ["tide+light"]),
        ("simseats ask tests/results/run-0.", ["tests/results/run-0.0.9.json"]),
        ("simseats init --from kazakhstan-199", ["kazakhstan-1999"]),
        ("simseats run sc", ["file"]),
        ("simseats sweep none.yaml electorate.regions.al", []),
    ],
)  # fmt: skip
def test_completion_offers_files_methods_paths_and_parties(line: str, offered: list[str]) -> None:
    words = line.split()
    found = simseats(
        COMP_WORDS=line, COMP_CWORD=str(len(words) - 1), _SIMSEATS_COMPLETE="bash_complete"
    )
    items = [item.split(",", 1) for item in found.stdout.split()]
    names = [kind if kind == "file" else value for kind, value in items]
    assert set(offered) <= set(names) if len(offered) > 2 else set(names) == set(offered)
    assert found.stderr == ""


ASCII = {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0", "LC_ALL": "C"}


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (("run", "scenarios/harbour-council.yaml", "--draws", "256", "-v"), 0),
        (("sweep", "scenarios/harbour-council.yaml", "tiers.list.seats=30", "--draws", "256"), 0),
        (("polls", FLAGSHIP), 0),
        (("methods",), 0),
        (("methods", "sainte-lague"), 0),
        (("allocate", "a=5", "b=6", "--seats", "3"), 0),
        (("rare", FLAGSHIP, "amanat>=70", "--draws", "4096"), 0),
        (("validate", "scenarios"), 0),
        (("validate", FLAGSHIP, "tests/scenario/zoo/colour-by-name.yaml", "none.yaml"), 3),
        (("run", "tests/scenario/zoo/colour-by-name.yaml"), 3),
        (("forensics", "none.csv"), 3),
        (("explain", "E203"), 0),
    ],
)
def test_terminals_without_utf8_see_plain_signs(arguments: tuple[str, ...], status: int) -> None:
    found = simseats(*arguments, **ASCII)
    assert found.returncode == status
    assert (found.stdout + found.stderr).isascii()
    assert "?" not in found.stdout
