"""No run has a page of 150 kB: neither what is shipped nor whatever a scenario can state."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from simulator.engine.formulas import compare_methods
from simulator.engine.run import run, run_loaded
from simulator.report.page.render import render_page
from simulator.report.page.room import ROOMS, WHOLE, left_out, trim
from simulator.results.run import Run
from simulator.scenario.load import load_text
from tests.report.pages import plain
from tests.report.test_page import read

MOST = 150_000
SHIPPED = sorted(path.name for path in Path("scenarios").glob("*.yaml"))
PARTY = "Объединённая народно-демократическая партия справедливости и развития"
REGION = "Северо-Восточная автономная область имени героев труда"


def extreme(parties: int = 40, regions: int = 100, districts: int = 200) -> str:
    """Return a scenario with as many parties, regions and districts as large ones have."""
    weights = [1 / (k + 3) for k in range(parties)]
    shares = [0.9 * weight / sum(weights) for weight in weights]
    lines = ["schema: simseats/1", "name: Very many", "chamber: Государственное собрание"]
    lines.append("parties:")
    lines += [f"  p{k}: {{name: '{PARTY} {k}', share: {s:.6f}}}" for k, s in enumerate(shares)]
    lines += [f"  x{k}: {{share: 0.005, seats: false, name: '{PARTY}, {k}'}}" for k in range(20)]
    lines += ["tiers:", "  list: {seats: 300, method: dhondt}"]
    lines += [f"  district: {{seats: {districts}}}", "electorate:", "  turnout: 60%", "  regions:"]
    lines += [
        f"    r{k}: {{name: '{REGION} {k}', districts: {districts // regions}, "
        f"registered: {20_000 + k}, turnout: {40 + k % 40}%}}" for k in range(regions)
    ]  # fmt: skip
    lines += [
        "  field: {nominees: [p0, p1, p2, p3, p4, p5], independents: 3, strength: -0.3, basis: x}",
        "majorities: {простое большинство: 251, две трети голосов: 334}",
        "coalitions:",
    ]
    lines += [f"  '{PARTY} и другие {k}': [p{k}, p{k + 1}, p{k + 2}]" for k in range(30)]
    lines += ["sources:", *(f"  - '{PARTY}: протокол, том {k}'" for k in range(60))]
    lines += ["simulation: {draws: 2048, seed: 1}", "uncertainty: {effective_sample: 500}"]
    return "\n".join(lines) + "\n"


@pytest.fixture(scope="module")
def large() -> Run:
    loaded = load_text(extreme())
    return compare_methods(run_loaded(loaded), loaded)


@pytest.mark.parametrize("name", SHIPPED)
def test_every_shipped_scenario_has_a_small_page(name: str) -> None:
    made = run(f"scenarios/{name}", draws=4_096, methods=True)
    page = render_page(made)
    assert len(page.encode()) < MOST
    # They have room for everything, and for a phone.
    assert 'class="narrow"' in page
    assert "in run.json only" not in page


def test_as_many_parties_regions_and_districts_as_there_can_be(large: Run) -> None:
    page = render_page(large)
    assert len(page.encode()) < MOST
    reader = read(page)
    texts = " ".join(text for tag, text in reader.texts if tag != "script")
    # Every party is in the table and in the box, and what is left out is counted.
    boxes = [found for tag, found in reader.elements if found.get("type") == "checkbox"]
    assert len(boxes) == len(large.facts.entities)
    assert "smaller parties are in the table only" in texts
    assert "more sources: in run.json only" in texts
    assert large.fingerprint in texts


@pytest.mark.parametrize("text", ["<&\"'" * 900, "\U0001f5f3 " * 2000])
def test_whatever_names_there_are(large: Run, text: str) -> None:
    facts = large.facts
    long = replace(
        facts, name=text, chamber=text,
        labels={name: f"{text}{k}" for k, name in enumerate(facts.labels)},
        regions=tuple((name, text) for name, _ in facts.regions),
        contests=tuple((text, region, who) for _, region, who in facts.contests),
        majorities={f"{text}{k}": n for k, n in enumerate(facts.majorities.values())},
        coalitions={f"{text}{k}": g for k, g in enumerate(facts.coalitions.values())},
        sources=(text,) * 500,
        warnings=plain().facts.warnings * 500,
        assumptions=tuple(replace(a, value=text) for a in facts.assumptions) * 20,
    )  # fmt: skip
    page = render_page(Run(long, large.tally))
    assert len(page.encode()) < MOST
    read(page)


def test_what_is_trimmed_is_the_same_run_in_fewer_words(large: Run) -> None:
    for room in ROOMS:
        shown = trim(large, room)
        assert shown.fingerprint == large.fingerprint
        assert shown.summary == large.summary
        assert len(shown.facts.coalitions) == len(large.facts.coalitions)
        assert all(len(label) <= room.letters for label in shown.facts.labels.values())
        less = left_out(large.facts, shown.facts)
        assert less["sources"] == max(0, 60 - room.notes)
    assert trim(large, WHOLE) is large
