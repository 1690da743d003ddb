"""Margins and recounts against the judge, one vote at a time, and the law against the kernels."""

from __future__ import annotations

import dataclasses
import itertools
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulator.allocation.law import LoneClause, allocate_by_law
from simulator.allocation.margins import votes_for_next_seat, votes_to_lose_seat
from simulator.engine import closeness
from simulator.engine.closeness import Elections, find_closeness, find_margins
from simulator.engine.execute import draw
from simulator.engine.plan import compile_plan
from simulator.engine.run import run
from simulator.kernels import inputs
from simulator.results.closeness import Closeness, Margin
from simulator.scenario.load import load, load_text
from simulator.system.rows import ListRule
from tests.engine.scenarios import scenarios

OFFICIAL = "scenarios/kazakhstan-2023-official.yaml"
FORECAST = "scenarios/kazakhstan-2023.yaml"
NEAR = ("closeness.threshold=2000",)
BASES = {
    "valid": inputs.BASE_VALID, "ballots": inputs.BASE_BALLOTS,
    "party-votes": inputs.BASE_PARTY_VOTES, "electorate": inputs.BASE_ELECTORATE,
}  # fmt: skip


def close(file: str, *overrides: str, draws: int = 4096) -> Closeness:
    loaded = load(file, overrides)
    plan = compile_plan(loaded.scenario)
    found = find_closeness(loaded.scenario, plan, loaded.scenario.simulation.seed, draws)
    assert found is not None
    return found


@settings(deadline=None, max_examples=40, suppress_health_check=list(HealthCheck))
@given(text=scenarios())
def test_the_law_outside_a_run_gives_the_seats_of_the_kernels(text: str) -> None:
    scenario = load_text(text).scenario
    plan = compile_plan(scenario)
    if scenario.tiers.list is None:
        assert find_closeness(scenario, plan, 1, 512) is None
        return
    drawn = draw(plan, scenario.simulation.seed, 0, 512)
    ballots = np.rint(drawn.turnout * plan.geography.registered).astype(np.int64)
    many = Elections(
        closeness._rule(scenario), plan.law.threshold_base, plan.geography.registered,
        len(plan.parties), drawn.votes, ballots,
    )  # fmt: skip
    assert (many.seats() == drawn.list_seats).all()


@pytest.mark.parametrize("of", ["valid", "ballots"])
def test_official_counts_of_kazakhstan(of: str) -> None:
    """Published votes of 19 March 2023; each margin is the judge's, found vote by vote."""
    found = close(OFFICIAL, f"tiers.list.threshold.of={of}")
    assert found.basis == "official"
    assert list(found.seats.values()) == [40, 8, 6, 6, 5, 4, 0]
    votes = {name: n for name, n in found.votes.items() if name != "against_all"}
    others = found.votes["against_all"] + (155_421 if of == "ballots" else 0)
    if of == "ballots":
        others = closeness.threshold_base(load(OFFICIAL).scenario) - sum(votes.values())
    rule = {"threshold": "5%", "other_ballots": others}
    add = {m.target: m.votes for m in found.margins if m.kind == "add"}
    lose = {m.source: m.votes for m in found.margins if m.kind == "lose"}
    for party in votes:
        assert add.get(party) == votes_for_next_seat(votes, 69, party, **rule)
        assert lose.get(party) == votes_to_lose_seat(votes, 69, party, **rule)
    if of == "valid":
        assert add == {
            "respublica": 19_156, "aqjol": 27_284, "qhp": 37_518, "auyl": 37_692,
            "jsdp": 47_318, "amanat": 219_451, "baytaq": add["baytaq"],
        }  # fmt: skip
        assert lose == {
            "jsdp": 13_407, "amanat": 54_274, "qhp": 57_202, "auyl": 61_124,
            "aqjol": 73_467, "respublica": 96_054,
        }  # fmt: skip
        first = found.closest("switch")
        assert first is not None
        assert (first.source, first.votes) == ("jsdp", 12_736)
        lost = next(m for m in found.margins if m.kind == "lose" and m.source == "jsdp")
        assert lost.changes == {"amanat": 2, "respublica": 1, "aqjol": 1, "jsdp": -4}


rules = st.builds(
    ListRule,
    seats=st.integers(1, 9),
    method=st.sampled_from(["largest-remainder", "dhondt", "sainte-lague"]),
    parameters=st.just({}),
    share=st.sampled_from([Fraction(0), Fraction(1, 20), Fraction(1, 5)]),
    strict=st.booleans(),
    everybody=st.booleans(),
    lone=st.sampled_from([None, (Fraction(7, 10), 1)]),
)


@settings(deadline=None, max_examples=100)
@given(rule=rules, votes=st.lists(st.integers(0, 40), min_size=4, max_size=4))
def test_rows_of_votes_are_allocated_as_the_law_says(rule: ListRule, votes: list[int]) -> None:
    one = Elections(rule, inputs.BASE_VALID, 1, 4, np.array([votes] * 2), np.zeros(2, np.int64))
    assert one.seats().tolist() == [slow_seats(one, votes, 0)] * 2


@settings(deadline=None, max_examples=25)
@given(
    rule=rules.filter(lambda rule: rule.lone is None),
    of=st.sampled_from(sorted(BASES)), parties=st.integers(2, 4),
    votes=st.lists(st.integers(1, 25), min_size=4, max_size=4),
)  # fmt: skip
def test_margins_are_those_of_one_vote_after_the_other(
    rule: ListRule, of: str, parties: int, votes: list[int]
) -> None:
    valid = sum(votes)
    one = Elections(rule, BASES[of], valid + 30, parties, np.array([votes]), np.array([valid + 10]))
    names = tuple("abcd")
    found, seats = find_margins(one, names, names[:parties])
    margins = {(m.source, m.target): m for m in found}
    now = slow_seats(one, votes, 0)
    assert list(seats.values()) == now
    changes = [(None, k) for k in range(parties)] + [(k, None) for k in range(parties)]
    changes += list(itertools.permutations(range(4), 2))
    for source, target in changes:
        most = valid if source is None else votes[source]
        key = tuple("" if k is None else names[k] for k in (source, target))
        expected = None
        for size in range(1, most + 1):
            moved = list(votes)
            if source is not None:
                moved[source] -= size
            if target is not None:
                moved[target] += size
            cast = size * (source is None) - size * (target is None)
            then = slow_seats(one, moved, cast)
            own = source if target is None else target if source is None else None
            if own is None:
                changed = then != now
            else:
                changed = then[own] < now[own] if target is None else then[own] > now[own]
            if changed:
                expected = (size, {n: b - a for n, a, b in zip(names, now, then, strict=False)})
                break
        if key not in margins:
            # Beyond a threshold that nobody passes the seats can be what they were.
            assert expected is None or rule.share
            continue
        margin = margins[key]
        assert expected is not None
        assert margin.changes == {n: d for n, d in zip_changes(one, votes, margin, now) if d}
        # Doubling finds the first change unless seats move back and forth on the way to it.
        assert margin.votes == expected[0] or (rule.share and margin.votes > expected[0])


def slow_seats(one: Elections, votes: list[int], cast: int) -> list[int]:
    """Allocate by the judge, in fractions."""
    rule, parties = one.rule, one.parties
    base = {
        inputs.BASE_VALID: sum(votes), inputs.BASE_PARTY_VOTES: sum(votes[:parties]),
        inputs.BASE_BALLOTS: int(one.ballots[0]) + cast, inputs.BASE_ELECTORATE: one.electorate,
    }[one.of]  # fmt: skip
    found = allocate_by_law(
        votes[:parties], base=base, seats=rule.seats, method=rule.method, parameters={},
        threshold=rule.share or None, strict=rule.strict,
        none_pass="admit-all" if rule.everybody else "admit-largest",
        lone=LoneClause(*rule.lone) if rule.lone is not None else None,
    )  # fmt: skip
    return list(found.seats)


def zip_changes(
    one: Elections, votes: list[int], margin: Margin, now: list[int]
) -> list[tuple[str, int]]:
    """Return the seats gained and lost at a margin, by the judge."""
    moved = dict(zip("abcd", votes, strict=True))
    if margin.source:
        moved[margin.source] -= margin.votes
    if margin.target:
        moved[margin.target] += margin.votes
    cast = margin.votes * (not margin.source) - margin.votes * (not margin.target)
    then = slow_seats(one, list(moved.values()), cast)
    return [(n, b - a) for n, a, b in zip("abcd", now, then, strict=False)]


def test_a_recount_is_the_worst_of_every_change() -> None:
    """Try every way to place the ballots in each draw, by the judge."""
    loaded = load("scenarios/harbour-council.yaml", ("simulation.sampler=mc",))
    plan = compile_plan(loaded.scenario)
    found = find_closeness(loaded.scenario, plan, 1, 40)
    assert found is not None
    assert (found.draws, found.recount.draws, found.replicates) == (40, 40, 1)
    drawn = draw(plan, 1, 0, 40)
    size, parties = found.recount.ballots, len(plan.parties)
    assert size == 10_000
    options = len(plan.options)
    hits = dict.fromkeys(("add", "lose", "switch", "any"), 0)
    near = 0
    rule = closeness._rule(loaded.scenario)
    for votes in drawn.votes.tolist():
        one = Elections(rule, inputs.BASE_VALID, 10**7, parties, np.array([votes]), np.zeros(1))
        now, moves = slow_seats(one, votes, 0), dict.fromkeys(hits, False)
        near += any(abs(v - Fraction(sum(votes), 20)) <= size for v in votes[:parties])
        ways: list[tuple[int | None, int | None]] = [(None, k) for k in range(options)]
        ways += [(k, None) for k in range(options)]
        ways += list(itertools.permutations(range(options), 2))
        for source, target in ways:
            kind = "add" if source is None else "lose" if target is None else "switch"
            moved = list(votes)
            if source is not None:
                moved[source] -= size
            if target is not None:
                moved[target] += size
            moves[kind] |= slow_seats(one, moved, 0) != now
        moves["any"] = any(moves.values())
        for kind, changed in moves.items():
            hits[kind] += changed
    for kind, count in hits.items():
        assert getattr(found.recount, kind).value == count / 40
    assert found.threshold is not None
    assert found.threshold.any.value == near / 40


def test_fewer_draws_are_recounted_where_there_are_many_options(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    whole = close("scenarios/harbour-council.yaml")
    monkeypatch.setattr(closeness, "MOST_MOVED", 2**18)
    some = close("scenarios/harbour-council.yaml")
    assert (whole.recount.draws, some.recount.draws) == (4096, 1024)
    error = some.recount.any.mcse + whole.recount.any.mcse
    assert abs(some.recount.any.value - whole.recount.any.value) < 5 * error
    assert dataclasses.replace(some, recount=whole.recount) == whole


def test_indices_of_the_official_counts_are_the_published_ones() -> None:
    found = close(OFFICIAL, draws=256).indices
    listed, valid = found["votes for lists"], found["valid ballots"]
    names = ("least_squares", "loosemore_hanby", "rae", "sainte_lague", "dhondt",
             "effective_parties_in_votes", "effective_parties_in_seats")  # fmt: skip
    expected = (2.189, 2.692, 0.769, 2.501, 1.0713, 2.844, 2.679)
    against = (4.371, 6.200, 1.550, 6.661, 1.1148, 3.065, 2.679)
    for name, one, two in zip(names, expected, against, strict=True):
        digits = 4 if name == "dhondt" else 3
        assert round(listed[name].mean, digits) == one
        assert round(valid[name].mean, digits) == two
        assert listed[name].mcse == 0


def test_a_run_without_a_threshold_has_none_to_be_near() -> None:
    found = close("scenarios/harbour-council.yaml", "tiers.list.threshold=0%")
    assert found.threshold is None


def test_the_lone_list_clause_and_nobody_passing() -> None:
    rule = ListRule(
        10, "largest-remainder", {}, Fraction(1, 10), False, False, (Fraction(7, 10), 2)
    )
    votes = np.array([[90, 9, 1], [4, 5, 4]])
    # One passes: the runner-up gets 0.7 of 9 in 99, at least 2. None passes: the largest alone,
    # which is a single list, but not one that passed.
    assert rule.allocate(votes, np.array([100, 1000])).tolist() == [[8, 2, 0], [0, 10, 0]]


def test_the_size_of_a_recount_is_stated_in_ballots_or_as_a_share() -> None:
    usual = close(FORECAST, draws=512)
    share = close(FORECAST, "closeness.recount=0.5%", draws=512)
    number = close(FORECAST, f"closeness.recount={share.recount.ballots}", draws=512)
    assert usual.recount.share == pytest.approx(0.001, abs=1e-6)
    assert share.recount.share == pytest.approx(0.005, abs=1e-6)
    assert share.recount.ballots == pytest.approx(5 * usual.recount.ballots, abs=5)
    assert number.recount == share.recount
    assert share.recount.any.value > usual.recount.any.value
    # Where nothing else is said, so many votes are near the threshold.
    assert share.threshold is not None
    assert usual.threshold is not None
    assert share.threshold.votes == share.recount.ballots
    assert share.threshold.any.value > usual.threshold.any.value
    # The margins of one election have nothing to do with it.
    assert share.margins == usual.margins


def test_the_votes_near_the_threshold_are_stated_alone() -> None:
    usual, near = (close(FORECAST, *words, draws=512) for words in ((), NEAR))
    assert near.recount == usual.recount
    assert near.threshold is not None
    assert near.threshold.votes == 2_000
    assert usual.threshold is not None
    assert near.threshold.any.value < usual.threshold.any.value


def test_a_run_has_another_fingerprint_only_where_closeness_is_stated() -> None:
    usual, again, near = (
        run(FORECAST, draws=512, overrides=words)
        for words in ({}, {"closeness.recount": "0.1%"}, {"closeness.threshold": 2_000})
    )
    assert "closeness" not in usual.facts.scenario
    assert again.facts.scenario["closeness"] == {"recount": "0.1%", "threshold": None}
    assert len({usual.fingerprint, again.fingerprint, near.fingerprint}) == 3
    assert usual.facts.closeness == again.facts.closeness
    assert usual.tally.canonical() == near.tally.canonical()
    named = {a.about: a for a in near.facts.assumptions}
    assert named["recount"].origin == "default"
    assert named["near the threshold"].value == "within 2 000 votes of it"
    default = {a.about: a for a in usual.facts.assumptions}
    assert default["recount"].origin == "default"
    assert default["recount"].value.endswith("; near the threshold: as many")
