"""Assumed irregularities in the scenario language: short forms, and a message for every fault."""

from __future__ import annotations

import pytest

from simulator.engine.attribution import attribute_irregularities
from simulator.errors import InvalidScenario
from simulator.scenario.irregularities import Prior
from simulator.scenario.load import load, load_text

SHIPPED = "scenarios/kazakhstan-2023-irregularities.yaml"
HEAD = """schema: simseats/1
name: Invented
parties: {a: 50%, b: 40%}
tiers: {list: {seats: 10}}
electorate: {registered: 100_000, turnout: 50%, stations: {total: 90}}
irregularities:
  mode: forward
  operators:
"""
LINE = HEAD.count("\n") + 1


def text_of(*operators: str, head: str = HEAD) -> str:
    return head + "".join(f"    - {{id: o{k}, basis: x, {o}}}\n" for k, o in enumerate(operators))


def test_numbers_and_priors() -> None:
    loaded = load_text(text_of(
        "kind: klimek, beneficiary: a, incremental: {beta: [2, 18]}, extreme: 1%",
        "kind: stuffing, beneficiary: a, share: {half-normal: 0.5%}",
        "kind: switching, beneficiary: a, share: {uniform: [0, 10%]}",
    ))  # fmt: skip
    assert loaded.scenario.irregularities is not None
    first, second, third = loaded.scenario.irregularities.operators
    assert first.incremental == Prior(form="beta", first=2, second=18)
    assert first.extreme == 0.01
    assert second.share == Prior(form="half-normal", first=0.005)
    assert third.share == Prior(form="uniform", first=0.0, second=0.1)


FAULTS = {
    "kind: switching, beneficiary: zz, share: 1%": ("E210", 'no party is called "zz"'),
    "kind: switching, beneficiary: a, victims: [zz], share: 1%": ("E210", 'called "zz"'),
    "kind: switching, beneficiary: a, victims: [a], share: 1%": ("E219", "beneficiary and victim"),
    "kind: switching, beneficiary: a, victims: [], share: 1%": ("E202", '"victims" is empty'),
    "kind: switching, beneficiary: a, share: 1%, regions: [x]": ("E219", "has no regions"),
    "kind: switching, beneficiary: a": ("E202", "switching needs share"),
    "kind: switching, beneficiary: a, share: 120%": ("E204", "between 0% and 100%"),
    "kind: switching, beneficiary: a, share: {beta: [1]}": ("E203", "beta takes 2 numbers"),
    "kind: switching, beneficiary: a, share: {gamma: 1}": ("E203", "gamma is no prior"),
    "kind: switching, beneficiary: a, share: {beta: [0.1, 2]}": ("E205", "between 0.5 and"),
    "kind: switching, beneficiary: a, share: {half-normal: 0}": ("E205", "above zero"),
    "kind: switching, beneficiary: a, share: {uniform: [2, 1]}": ("E205", "from less to more"),
    "kind: switching, beneficiary: a, share: {uniform: [0, 2]}": ("E204", "the prior reaches 2"),
    "kind: switching, beneficiary: a, share: 1%, theta: 0.2": ("E219", "theta has no effect"),
    "kind: switching, beneficiary: a, share: 1%, tiers: [district]": ("E219", "no district tier"),
    "kind: switching, beneficiary: a, share: 1%, tiers: [list, list]": ("E219", "named twice"),
    "kind: switching, beneficiary: a, share: 1%, tiers: []": ("E202", '"tiers" is empty'),
    "kind: witchcraft, beneficiary: a": ("E207", "not a choice"),
    "kind: stuffing, beneficiary: a": ("E216", "one of the two"),
    "kind: stuffing, beneficiary: a, share: 1%, ballots: 10": ("E216", "one of the two"),
    "kind: stuffing, beneficiary: a, ballots: 10, level: station": ("E219", "spread over"),
    "kind: klimek, beneficiary: a, incremental: 60%, extreme: 50%": ("E213", "more than all"),
    "kind: klimek, beneficiary: a, incremental: 6%, alpha: 20": ("E205", "between 0.25 and 10"),
    "kind: klimek, beneficiary: a, incremental: 6%, theta: {half-normal: 0.1}, "
    "alpha: {uniform: [1, 2]}": ("E219", "not both"),
    "kind: carousel, beneficiary: a, buses: 5": ("E202", "carousel needs ballots_per_bus"),
    "kind: carousel, beneficiary: a, buses: 9000, ballots_per_bus: 1, stations_per_bus: 1":
        ("E205", "at most 600"),
    "kind: rewriting, beneficiary: a, share: 1%, step: 0": ("E205", "the step is above zero"),
    "kind: topping-up, beneficiary: a, target: 50%, clean: 60%": ("E219", "at most the target"),
}  # fmt: skip


@pytest.mark.parametrize("operator", FAULTS)
def test_every_fault_has_its_message(operator: str) -> None:
    code, words = FAULTS[operator]
    with pytest.raises(InvalidScenario) as caught:
        load_text(text_of(operator))
    found = caught.value.diagnostics[0]
    assert (found.code, found.line) == (code, LINE)
    assert words in found.message


@pytest.mark.parametrize(("head", "operator", "code", "words"), [
    (HEAD.replace(", stations: {total: 90}", ""), "kind: switching, beneficiary: a, share: 1%, "
     "level: station", "E202", "stations, and none are given"),
    (HEAD.replace("total: 90", "size_cv: 0.2"), "kind: switching, beneficiary: a, share: 1%",
     "E216", "a total or a number per district"),
    (HEAD.replace("total: 90", "total: 2_000_000"), "kind: switching, beneficiary: a, share: 1%",
     "E218", "2,000,000 stations"),
    (HEAD.replace("forward", "inverse"), "kind: switching, beneficiary: a, share: 1%, "
     "level: station", "E219", "does not know which stations"),
    (HEAD.replace("forward", "inverse"), "kind: topping-up, beneficiary: a, target: 60%",
     "E202", "topping-up needs clean"),
    (HEAD.replace("registered: 100_000, turnout: 50%, ", ""), "kind: suppression, share: 1%",
     "E202", "need registered voters"),
])  # fmt: skip
def test_faults_of_the_whole(head: str, operator: str, code: str, words: str) -> None:
    with pytest.raises(InvalidScenario) as caught:
        load_text(text_of(operator, head=head))
    assert [f.code for f in caught.value.diagnostics] == [code]
    assert words in caught.value.diagnostics[0].message


def test_names_are_different_and_faults_stand_on_their_line() -> None:
    text = text_of("kind: switching, beneficiary: a, share: {gamma: 1}",
                   "kind: switching, beneficiary: zz, share: 1%")  # fmt: skip
    with pytest.raises(InvalidScenario) as caught:
        load_text(text)
    assert [(f.code, f.line) for f in caught.value.diagnostics] == [
        ("E203", LINE), ("E210", LINE + 1),
    ]  # fmt: skip
    again = text_of("kind: suppression, share: 1%") + text_of("kind: suppression, share: 2%")[
        len(HEAD):
    ]  # fmt: skip
    with pytest.raises(InvalidScenario, match="two operators"):
        load_text(again)


def test_the_shipped_scenario_sources_its_reports_and_labels_the_rest() -> None:
    loaded = load(SHIPPED)
    found = loaded.scenario.irregularities
    assert found is not None
    for operator in found.operators:
        assert operator.source is not None
        assert "https://" in operator.source
        assert operator.basis.startswith("assumption: ")
    assumed = [w.message for w in loaded.warnings if "assumed, not observed" in w.message]
    assert len(assumed) == len(found.operators)
    assert loaded.scenario.expect is None


def test_a_scenario_without_irregularities_has_nothing_to_attribute() -> None:
    with pytest.raises(ValueError, match="assumes no irregularities"):
        attribute_irregularities("scenarios/kazakhstan-2023.yaml", draws=256)
