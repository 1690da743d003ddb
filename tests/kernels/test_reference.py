"""The kernels against the plain pipeline in double precision, draw by draw, same normals."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from benchmarks import reference
from benchmarks.plans import KEY, Outcome, Runner, run_every_draw
from simulator.kernels import tally
from tests.kernels.inputs import COUNTRIES

DRAWS = 4096
FIRST = 256 * 3


@cache
def kernel(name: str) -> Outcome:
    return run_every_draw(COUNTRIES[name].plan(), FIRST, DRAWS)


@cache
def plain(name: str) -> reference.Outcome:
    plan = COUNTRIES[name].plan()
    source = reference.Named(FIRST, KEY)
    parts = list(reference.simulate_in_chunks(*plan, DRAWS, source, 1024))
    return reference.Outcome(*(np.concatenate(field) for field in zip(*parts, strict=True)))


@pytest.fixture(params=COUNTRIES)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_votes_differ_by_rounding_only(name: str) -> None:
    """Single precision moves a ballot or two across an edge in a cell, and nothing else."""
    country = COUNTRIES[name]
    away = np.abs(kernel(name).votes - plain(name).votes)
    cell = country.electorate / country.cells
    # Half a dozen roundings of 2^-24 in a weight, and the rounding of both edges.
    assert away.max() <= country.cells * (1 + 2e-6 * cell)
    assert away.mean() <= np.sqrt(country.cells) * (1 + 1e-6 * cell)


def test_turnout(name: str) -> None:
    """At most one ballot a cell falls on the other side of a half."""
    country = COUNTRIES[name]
    away = np.abs(kernel(name).turnout - plain(name).turnout) * country.electorate
    assert np.rint(away).max() <= country.cells
    assert away.mean() <= country.electorate * 4e-7


def test_list_seats(name: str) -> None:
    other = (kernel(name).list_seats != plain(name).list_seats).any(axis=1)
    assert other.mean() < 2e-3


def test_list_seats_from_the_same_votes(name: str) -> None:
    """Given the kernel's ballots the laws agree without exception: both are exact."""
    country = COUNTRIES[name]
    plan, got = country.plan(), kernel(name)
    ballots = np.rint(got.turnout * plan.law.electorate).astype(np.int64)
    # The record divides by the stated electorate, so whole ballots come back.
    assert np.array_equal(reference.list_seats(plan.law, got.votes, ballots), got.list_seats)


def test_district_seats(name: str) -> None:
    other = (kernel(name).district_seats != plain(name).district_seats).any(axis=1)
    assert other.mean() < 2e-3


def test_every_seat_is_given(name: str) -> None:
    country, got = COUNTRIES[name], kernel(name)
    assert np.all(got.list_seats.sum(axis=1) == country.seats)
    assert np.all(got.district_seats.sum(axis=1) == country.cells)
    assert got.votes.min() >= 0


def test_counts_are_those_of_the_draws(name: str) -> None:
    """Histograms are the histograms of the recorded draws."""
    runner = Runner(COUNTRIES[name].plan())
    runner.run(FIRST, DRAWS)
    got, counts = kernel(name), runner.counts
    assert counts.flags[tally.DRAWS] == DRAWS
    for seats, histogram in [
        (got.list_seats, counts.list_seats[0]),
        (got.district_seats, counts.district_seats[0]),
    ]:
        width = histogram.shape[1]
        expected = [np.bincount(column, minlength=width) for column in seats.T]
        assert np.array_equal(histogram, expected)


@pytest.mark.parametrize(("name", "flag"), [("alone", tally.LONE), ("nobody", tally.NOBODY)])
def test_edge_cases_are_reached(name: str, flag: int) -> None:
    """The scenarios of the threshold's edge cases do reach them, often but not always."""
    runner = Runner(COUNTRIES[name].plan())
    runner.run(FIRST, DRAWS)
    assert 0.05 * DRAWS < runner.counts.flags[flag] < DRAWS


def test_own_normals_give_the_same_distribution() -> None:
    """With numpy's generator the means agree within 4.5 standard errors."""
    plan, draws = COUNTRIES["flagship"].plan(), 4096
    source = reference.Generated(np.random.Generator(np.random.PCG64(5)))
    parts = list(reference.simulate_in_chunks(*plan, draws, source))
    got = kernel("flagship")
    for field in ("votes", "list_seats", "district_seats"):
        one = np.concatenate([getattr(part, field) for part in parts])
        two = getattr(got, field)
        error = np.sqrt((one.var(axis=0) + two.var(axis=0)) / draws)
        assert np.all(np.abs(one.mean(axis=0) - two.mean(axis=0)) <= 4.5 * error + 2e-3)
