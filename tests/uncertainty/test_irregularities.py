"""The exact reference of the operators: closed forms, round trips, the Kazakh table."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn
from scipy import integrate, stats

from simulator import allocate
from simulator.uncertainty.irregularities import (
    Effect,
    Place,
    dilution,
    extreme_moment,
    half_normal_moment,
    klimek,
)

# Central Election Commission, 19 March 2023; scenarios/kazakhstan-2023-official.yaml.
VOTES = {
    "amanat": 3_431_510, "auyl": 693_938, "respublica": 547_154, "aqjol": 535_139,
    "qhp": 432_920, "jsdp": 331_058, "baytaq": 146_431, "against_all": 248_291,
}  # fmt: skip
REGISTERED, CAST = 12_035_578, 6_521_860
OFFICIAL = Place(REGISTERED, sum(VOTES.values()), VOTES)


@pytest.mark.parametrize(("power", "small", "extreme"), [
    (1.0, 0.159577, 0.940159), (1.5, 0.076924, 0.912392), (2.0, 0.040000, 0.885942),
])  # fmt: skip
def test_moments_of_the_two_laws(power: float, small: float, extreme: float) -> None:
    assert half_normal_moment(0.2, power) == pytest.approx(small, abs=1e-6)
    assert extreme_moment(0.075, power) == pytest.approx(extreme, abs=1e-6)


@pytest.mark.parametrize("power", [0.25, 0.5, 1.0, 1.7, 2.0, 3.0, 6.5])
@pytest.mark.parametrize("scale", [0.02, 0.075, 0.2])
def test_moments_against_integrals(scale: float, power: float) -> None:
    law = stats.halfnorm(scale=scale)
    exact = integrate.quad(lambda x: x**power * law.pdf(x), 0, 10 * scale)[0]
    assert half_normal_moment(scale, power) == pytest.approx(exact, rel=1e-7)
    end = min(1.0, 10 * scale)
    exact = integrate.quad(lambda x: (1 - x) ** power * law.pdf(x), 0, end)[0]
    exact /= integrate.quad(law.pdf, 0, end)[0]
    assert extreme_moment(scale, power) == pytest.approx(exact, rel=1e-6)


def clean_seats(place: Place) -> list[int]:
    lists = {name: votes for name, votes in place.votes.items() if name != "against_all"}
    threshold = {"share": "5%", "base": place.valid}
    seats = allocate(lists, 69, threshold=threshold).seats
    return [seats[name] for name in list(lists)[:6]]


@pytest.mark.parametrize(
    ("incremental", "extreme", "made", "taken", "turnout", "leader", "jsdp", "seats", "gained"), [
        (".05", ".005", .0127, .0064, .523, 53.06, 5.29, [39, 8, 7, 6, 5, 4], 1),
        (".10", ".010", .0254, .0129, .517, 52.19, 5.39, [39, 8, 7, 6, 5, 4], 1),
        (".20", ".010", .0413, .0169, .509, 51.24, 5.50, [38, 8, 7, 7, 5, 4], 2),
        (".39", ".021", .0820, .0342, .487, 48.14, 5.85, [36, 9, 7, 7, 6, 4], 4),
    ],
)  # fmt: skip
def test_if_the_official_totals_contained_stuffing(
    incremental: str, extreme: str, made: float, taken: float, turnout: float, leader: float,
    jsdp: float, seats: list[int], gained: int,
) -> None:  # fmt: skip
    effect = klimek("amanat", Fraction(incremental), Fraction(extreme))
    assert float(effect.made) == pytest.approx(made, abs=5.1e-5)
    assert float(effect.taken) == pytest.approx(taken, abs=5.1e-5)
    clean, ledger = effect.inverse(OFFICIAL)
    assert clean.feasible
    assert float(clean.turnout) == pytest.approx(turnout, abs=5.1e-4)
    assert 100 * float(clean.shares()["amanat"]) == pytest.approx(leader, abs=5.1e-3)
    assert 100 * float(clean.shares()["jsdp"]) == pytest.approx(jsdp, abs=5.1e-3)
    assert clean_seats(clean) == seats
    assert clean_seats(OFFICIAL)[0] - clean_seats(clean)[0] == gained
    assert effect.forward(clean)[0] == OFFICIAL
    assert ledger.total == sum(ledger.added.values()) + ledger.moved["amanat"]


def test_an_assumption_can_contradict_the_figures() -> None:
    clean, _ = klimek("baytaq", Fraction("0.39"), Fraction("0.021")).inverse(OFFICIAL)
    assert clean.votes["baytaq"] < 0
    assert not clean.feasible


def test_stuffing_dilutes_a_threshold() -> None:
    """JSDP: so many ballots for others leave it at 5%, one more is too many."""
    five = Fraction(5, 100)
    for base, expected in ((sum(VOTES.values()), 254_719), (CAST, 99_300)):
        extra = dilution(VOTES["jsdp"], base, five)
        assert extra == expected
        assert VOTES["jsdp"] >= five * (base + extra)
        assert VOTES["jsdp"] < five * (base + extra + 1)


@st.composite
def places(draw: DrawFn) -> Place:
    votes = draw(st.lists(st.integers(1, 10**6), min_size=2, max_size=6))
    invalid, absent = draw(st.integers(0, 10**5)), draw(st.integers(0, 10**6))
    cast = sum(votes) + invalid
    return Place(cast + absent, cast, {f"p{k}": n for k, n in enumerate(votes)})


shares = st.fractions(0, Fraction(99, 100), max_denominator=1000)


@st.composite
def effects(draw: DrawFn) -> Effect:
    victims = draw(st.none() | st.sets(st.sampled_from(["p1", "p2", "p3"]), min_size=1))
    hit = frozenset(victims | {"p1"}) if victims is not None else None
    kind = draw(st.sampled_from(["made and taken", "ballots", "removed", "annulled", "lifted"]))
    if kind == "made and taken":
        return Effect("p0", hit, made=draw(shares), taken=draw(shares))
    if kind == "ballots":
        return Effect("p0", hit, ballots=draw(st.integers(0, 1000)))
    if kind == "removed":
        return Effect("p0", hit, removed=draw(shares))
    if kind == "annulled":
        return Effect(annulled=draw(shares))
    return Effect("p0", hit, lifted=draw(st.fractions(0, Fraction(1, 10), max_denominator=500)))


@given(places(), st.lists(effects(), min_size=1, max_size=4))
def test_what_is_done_can_be_undone_exactly(place: Place, chain: list[Effect]) -> None:
    report, ledgers = place, []
    for effect in chain:
        report, ledger = effect.forward(report)
        ledgers.append(ledger)
    for effect, ledger in zip(reversed(chain), reversed(ledgers), strict=True):
        report, undone = effect.inverse(report)
        assert undone == ledger
    assert report == place


@given(places(), effects())
def test_what_operators_conserve(place: Place, effect: Effect) -> None:
    report, ledger = effect.forward(place)
    blank = place.ballots - place.valid
    assert sum(ledger.moved.values()) == 0
    if not effect.ballots:
        assert report.ballots <= place.registered
    if not (effect.removed or effect.annulled):
        assert report.ballots - report.valid == blank
        assert report.ballots - place.ballots == sum(ledger.added.values())
    if not (effect.made or effect.ballots or effect.removed or effect.annulled):
        assert report.turnout == place.turnout
    if not effect.lifted:
        assert all(votes >= 0 for votes in report.votes.values())


@given(places(), st.fractions(0, 1, max_denominator=100))
def test_topping_up_is_undone_by_the_turnout_assumed(place: Place, target: Fraction) -> None:
    effect = Effect("p0", reached=target, clean=place.turnout)
    report, _ = effect.forward(place)
    assert report.turnout == max(target, place.turnout)
    assert effect.inverse(report)[0] == place
    if place.turnout <= target:
        with pytest.raises(ValueError, match="clean"):
            Effect("p0", reached=target).inverse(report)
