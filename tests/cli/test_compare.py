"""`simseats compare` and `simseats sweep`: formats, widths, messages, exit statuses."""

from __future__ import annotations

import csv
import io
import json
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from tests.cli.test_commands import simseats

TOWN = "scenarios/harbour-council.yaml"
OFFICIAL = "scenarios/kazakhstan-2023-official.yaml"
SHARE = "tiers.list.threshold.share"


@pytest.mark.parametrize("width", [80, 120])
def test_compare_fits_the_terminal(width: int) -> None:
    found = simseats("compare", OFFICIAL, "--methods", "all", "--draws", "256", COLUMNS=str(width))
    assert found.returncode == 0
    assert max(map(len, found.stdout.splitlines())) <= width
    assert "On the official votes" in found.stdout
    plain = simseats("compare", OFFICIAL, "--methods", "dhondt", "--draws", "256",
                     PYTHONUTF8="0", PYTHONIOENCODING="ascii")  # fmt: skip
    assert plain.returncode == 0
    assert plain.stdout.isascii()


def test_compare_documents_agree() -> None:
    arguments = ("compare", TOWN, "--methods", "dhondt,adams", "--draws", "4096")
    document = json.loads(simseats(*arguments, "--json").stdout)
    assert document["schema"] == "simseats.comparison/1"
    assert [a["name"] for a in document["alternatives"]] == ["sainte-lague", "dhondt", "adams"]
    assert document["vote_base"] == "votes for lists"
    rows = list(csv.DictReader(io.StringIO(simseats(*arguments, "--csv").stdout)))
    for plain in document["alternatives"][1:]:
        for name, estimates in plain["quantities"].items():
            row = next(
                r for r in rows if (r["alternative"], r["quantity"]) == (plain["name"], name)
            )
            assert float(row["value"]) == estimates["value"]
            assert float(row["difference"]) == estimates["difference"]
            assert float(row["difference_mcse"]) == estimates["difference_mcse"]


def test_variations_of_a_scenario_are_compared_and_shown_below_its_run(tmp_path: Path) -> None:
    text = Path(TOWN).read_text(encoding="utf-8")
    text += "compare:\n  - {name: by D'Hondt, set: {tiers.list.method: dhondt}}\n"
    path = tmp_path / "town.yaml"
    path.write_text(text, encoding="utf-8")
    found = simseats("compare", str(path), "--draws", "4096")
    assert "▸ as it is" in found.stdout
    assert "by D'Hondt" in found.stdout
    out = tmp_path / "out"
    shown = simseats("run", str(path), "--draws", "4096", "--out", str(out)).stdout
    assert "Variations on the same 4 096 draws" in shown
    document = json.loads((out / "run.json").read_text(encoding="utf-8"))
    moved = document["comparison"]["alternatives"][1]["moved"]["mean"]
    assert f"{moved:.2f}" in shown
    assert simseats("report", str(out / "run.json")).returncode == 0
    # A run that was stored says the same.
    from simulator import Run

    assert Run.load(out / "run.json").facts.comparison == document["comparison"]


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (("compare", TOWN, "--methods", "dhont"), 3, 'did you mean "dhondt"?'),
        (("compare", TOWN, "--methods", "divisor-list"), 3, "compare block"),
        (("compare", TOWN, "--methods", "macau,plurality"), 3, "cannot be simulated"),
        (("compare", TOWN, TOWN, "--methods", "all"), 2, "one scenario"),
        (("compare", TOWN, "--json", "--csv"), 2, "exclude"),
        (("compare", TOWN, "nowhere.yaml"), 3, "no such file"),
        (("compare",), 2, "SCENARIO"),
        (("schema", "sweep", "--run"), 2, "excludes the name sweep"),
        (("sweep", TOWN), 2, "PATH=VALUES"),
        (("sweep", TOWN, f"{SHARE}=0..10%"), 3, "write 0%..10%"),
        (("sweep", TOWN, f"{SHARE}=3%", "--show", "enters.tides"), 2, "enters.tide"),
        (("sweep", TOWN, f"{SHARE}=3%", "--json", "--csv"), 2, "exclude"),
        (("sweep", TOWN, f"{SHARE}=3%", "--out", "x.png"), 2, "write sweep.svg"),
    ],
)
def test_mistakes_have_one_message(arguments: tuple[str, ...], status: int, message: str) -> None:
    found = simseats(*arguments)
    assert found.returncode == status
    assert message in found.stderr
    assert found.stdout == ""


def test_sweep_writes_a_chart_and_tidy_rows(tmp_path: Path) -> None:
    chart = tmp_path / "charts" / "sweep.svg"
    arguments = ("sweep", TOWN, f"{SHARE}=3%..7%:2%", "--draws", "4096")
    found = simseats(*arguments, "--csv", "--out", str(chart))
    assert found.returncode == 0
    assert ET.fromstring(chart.read_text(encoding="utf-8")).tag.endswith("svg")
    rows = list(csv.DictReader(io.StringIO(found.stdout)))
    entries = [float(r["value"]) for r in rows if r["quantity"] == "enters.driftwood" and r[SHARE]]
    assert entries == sorted(entries, reverse=True)
    own = [r for r in rows if r["quantity"] == "seats.tide" and r[SHARE] in ("", "5%")]
    assert own[0]["value"] == own[1]["value"]
    shown = simseats(*arguments, "--show", "seats.tide", COLUMNS="80").stdout
    assert "a = mean seats of tide" in shown
    assert max(map(len, shown.splitlines())) <= 80


KAZAKHSTAN = "scenarios/kazakhstan-2023.yaml"
ASSUMED = "scenarios/kazakhstan-2023-irregularities.yaml"
EXAMPLES = [
    (KAZAKHSTAN, f"{SHARE}=0%..10%"),
    (KAZAKHSTAN, "tiers.list.seats=69..98"),
    (KAZAKHSTAN, "electorate.regions.almaty.turnout=20%..40%:10%"),
    (KAZAKHSTAN, "uncertainty.effective_sample=600,1200,2400"),
    (ASSUMED, "irregularities.operators.stuffing.incremental=0%,5%"),
    (KAZAKHSTAN, f"{SHARE}=3%..7%", "uncertainty.effective_sample=600,1200,2400"),
]


@pytest.mark.parametrize("arguments", EXAMPLES, ids=[" ".join(e[1:]) for e in EXAMPLES])
def test_any_path_of_the_shipped_scenarios_is_swept(
    arguments: tuple[str, ...], tmp_path: Path
) -> None:
    chart = tmp_path / "x.svg"
    found = simseats("sweep", *arguments, "--draws", "4096", "--csv", "--out", str(chart))
    assert found.returncode == 0
    assert ET.fromstring(chart.read_text(encoding="utf-8")).tag.endswith("svg")
    rows = list(csv.DictReader(io.StringIO(found.stdout)))
    paths = [argument.partition("=")[0] for argument in arguments[1:]]
    points = {tuple(row[path] for path in paths) for row in rows}
    assert len(points) == {0: 12, 1: 31, 2: 4, 3: 4, 4: 3, 5: 16}[EXAMPLES.index(arguments)]
    assert {row["kind"] for row in rows} == {"seats", "probability", "measure"}


def test_a_wrong_point_leaves_nothing_behind(tmp_path: Path) -> None:
    chart = tmp_path / "charts" / "x.svg"
    found = simseats("sweep", TOWN, f"{SHARE}=3%,300%", "--out", str(chart))
    assert (found.returncode, found.stdout) == (3, "")
    assert "300%" in found.stderr
    assert not chart.parent.exists()
