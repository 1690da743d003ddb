"""`simseats methods`: the table and the pages say what the registry and the axioms say."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from simulator.allocation import registry
from simulator.allocation.axioms import AXIOMS, violation
from simulator.allocation.election import Election
from simulator.cli.methods import _hunt
from simulator.report.methods import short_names
from tests.cli.test_allocate import printed, table
from tests.cli.test_commands import simseats

IDS = [m.id for m in registry.all_methods()]


def rows(text: str) -> dict[str, list[str]]:
    found = [line.split() for line in text.splitlines() if line.strip()]
    return {cells[0]: cells[1:] for cells in found if cells[0] in IDS}


def test_the_table_has_every_method_with_its_claims() -> None:
    text = simseats("methods").stdout
    listed = rows(text)
    assert list(listed) == IDS
    for method in registry.all_methods():
        cells = listed[method.id]
        assert cells[0] == method.family
        if method.proportional:
            assert ("✓" in cells) == ("house-monotone" in method.axioms)
            assert ("✗" in cells) != ("✓" in cells)
        bounds = {b for b in ("lower", "upper") if f"{b}-quota" in method.axioms}
        assert ("both" in cells) == (len(bounds) == 2)
        if len(bounds) == 1:
            assert bounds <= set(cells)
    assert max(map(len, text.splitlines())) <= 88


@pytest.mark.parametrize("columns", [40, 60, 88])
@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
def test_tables_fit_and_keep_the_claims(columns: int, encoding: str) -> None:
    status, text = printed("methods", columns=columns, encoding=encoding)
    assert status == 0
    assert max(map(len, text.splitlines())) <= max(columns, 48)
    assert "lower" in text
    assert "1 3 5" in text if columns == 88 else "1 3 5" not in text


@pytest.mark.parametrize("name", IDS)
def test_every_method_has_a_page(name: str) -> None:
    method = registry.get(name)
    status, text = printed("methods", name)
    assert status == 0
    assert max(map(len, text.splitlines())) <= 88
    words = " ".join(text.split())
    assert method.rule in words
    for reference in method.references:
        assert " ".join(reference.split()) in words
    for parameter in method.parameters:
        assert parameter in words
    if "list seats by this method" in text:
        lines = text[text.index("Kazakhstan 2023, 69 list seats") :]
        cells, total = table(lines)
        assert sum(cells) == total == 69


@pytest.mark.parametrize("name", [m.id for m in registry.all_methods() if m.proportional])
def test_every_denied_axiom_is_shown_to_break(name: str) -> None:
    method = registry.get(name)
    document = json.loads(simseats("methods", name, "--json").stdout)
    assert document["schema"] == "simseats.method/1"
    assert set(document["breaks"]) == set(AXIOMS) - method.axioms
    assert set(document["axioms"]) == method.axioms
    page = " ".join(printed("methods", name)[1].split())
    for axiom, broken in document["breaks"].items():
        other = broken["other_votes"]
        election = Election(tuple(broken["votes"]), broken["seats"], other and tuple(other))
        sentence = violation(method, AXIOMS[axiom], election)
        assert sentence == broken["sentence"]
        assert f"{AXIOMS[axiom].label}: " in page
        assert sentence in page


def test_json_of_all_methods() -> None:
    document = json.loads(simseats("methods", "--json").stdout)
    assert document["schema"] == "simseats.methods/1"
    assert [m["id"] for m in document["methods"]] == IDS
    found = {m["id"]: m for m in document["methods"]}
    assert found["dhondt"]["divisors"] == ["1", "2", "3", "4", "5"]
    assert found["huntington-hill"]["divisors"][:3] == ["0", "√2", "√6"]
    assert found["dhondt"]["quota"] == "lower"
    assert found["sainte-lague"]["quota"] == "none"
    assert found["plurality"]["quota"] is None


def test_an_alias_leads_to_the_page() -> None:
    assert simseats("methods", "hamilton").stdout == simseats("methods", "largest-remainder").stdout


def test_the_example_is_that_of_2023() -> None:
    cells, _ = table(simseats("methods", "dhondt").stdout)
    assert cells == [41, 8, 6, 6, 5, 3]
    cells, _ = table(simseats("methods", "largest-remainder").stdout)
    assert cells == [40, 8, 6, 6, 5, 4]


def test_the_hunt_finds_the_alabama_paradox() -> None:
    found = simseats("methods", "largest-remainder", "--hunt", "house-monotone")
    assert found.returncode == 0
    assert "party 3 has 1 of 3 seats and 0 of 4" in " ".join(found.stdout.split())
    document = json.loads(
        simseats("methods", "hamilton", "--hunt", "house-monotone", "--json").stdout
    )
    assert document["claimed"] is False
    assert document["breaks"]["house-monotone"]["seats"] == 3


def test_the_hunt_ends_within_its_bounds() -> None:
    found = simseats("methods", "dhondt", "--hunt", "house-monotone", "--most-votes", "8")
    assert found.returncode == 0
    assert "up to 4 parties, 8 seats and 8 votes breaks it" in " ".join(found.stdout.split())


def test_a_broken_claim_is_a_failed_check(capsys: pytest.CaptureFixture[str]) -> None:
    method = registry.get("dhondt")
    boaster = replace(method, axioms=method.axioms | {"upper-quota"})
    bounds = {"most_parties": 3, "most_seats": 3, "most_votes": 8}
    assert _hunt(boaster, "upper-quota", False, bounds) == 1
    assert "claims to be within upper quota" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("dhond",), 'did you mean "dhondt"'),
        (("nothing",), "simseats methods lists them"),
        (("dhondt", "--hunt", "house-monoton"), 'did you mean "house-monotone"'),
        (("dhondt", "--hunt", "x"), "lower-quota"),
        (("--hunt", "house-monotone"), "needs a method"),
    ],
)
def test_mistakes_end_in_a_sentence(arguments: tuple[str, ...], words: str) -> None:
    found = simseats("methods", *arguments)
    assert (found.returncode, found.stdout) == (2, "")
    assert words in found.stderr


def test_short_names_differ() -> None:
    names = {str(k): f"Party number {k}" for k in range(30)}
    names |= {"x": "Alliance", "y": "Alliance 2", "z": "日本共産党", "w": "日本維新の会"}
    short = short_names(names)
    assert len(set(short.values())) == len(names)
    assert all(short.values())


def test_imperiali_is_the_divisor_method_where_a_method_is_named_and_a_quota_elsewhere() -> None:
    assert "Imperiali divisors" in simseats("methods", "imperiali").stdout
    votes = ("a=57", "b=31", "c=12", "--seats", "6")
    by_divisor, by_quota = (
        simseats("allocate", *votes, *more, "--json")
        for more in (("--method", "imperiali"), ("--quota", "imperiali", "--ties", "report"))
    )
    assert json.loads(by_divisor.stdout)["method"] == "imperiali-divisor"
    assert by_quota.returncode == 0
    assert json.loads(by_quota.stdout)["method"] == "largest-remainder"
    compared = simseats(
        "compare", "scenarios/harbour-council.yaml", "--methods", "imperiali", "--draws", "256"
    )
    assert "imperiali-divisor" in compared.stdout
