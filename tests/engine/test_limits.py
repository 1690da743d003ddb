"""What must happen at the edges of the model, and what must not matter (T10)."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

import simulator
from simulator.engine.execute import Draws, draw
from simulator.engine.plan import compile_plan
from simulator.scenario.load import load_text

DRAWS = 8192
SHARES = {"a": 36, "b": 27, "c": 19, "d": 11, "e": 7}
NO_REGIONS = "region: {baseline_sd: 0}"


def country(shares: dict[str, float], uncertainty: str, registered: int = 10**7) -> str:
    """Return a scenario of three regions and seven districts in which every layer varies."""
    parties = "\n".join(f"  {name}: {{share: {share}%}}" for name, share in shares.items())
    candidates = "{party: a, share: 30%}, {party: b, share: 30%}, {share: 25%}"
    districts = "\n".join(
        f"    {region}-{k}: {{region: {region}, candidates: [{candidates}]}}"
        for region, count in (("north", 2), ("south", 3), ("east", 2))
        for k in range(count)
    )
    return f"""schema: simseats/1
name: Limits
parties:
{parties}
tiers:
  list: {{seats: 41, threshold: 5%}}
  district: {{seats: 7}}
electorate:
  registered: {registered}
  turnout: 60%
  regions: {{north: {{}}, south: {{}}, east: {{}}}}
  districts:
{districts}
uncertainty: {{{uncertainty}}}
"""


def draws_of(text: str, draws: int = DRAWS) -> Draws:
    return draw(replace(compile_plan(load_text(text).scenario), sampler="mc"), 10, 0, draws)


def nation(shares: dict[str, float], uncertainty: str) -> str:
    """Return a scenario without regions or districts."""
    parties = "\n".join(f"  {name}: {{share: {share}%}}" for name, share in shares.items())
    return (
        f"schema: simseats/1\nname: Nation\nparties:\n{parties}\n"
        f"tiers: {{list: {{seats: 101}}}}\nuncertainty: {{{uncertainty}}}\n"
    )


def shares_of(draws: Draws) -> np.ndarray:
    return draws.votes / draws.votes.sum(axis=1, keepdims=True)


@pytest.mark.parametrize("kernel", ["angular", "dirichlet"])
def test_no_error_is_the_deterministic_allocation(kernel: str) -> None:
    text = nation(SHARES, f"kernel: {kernel}, effective_sample: 1_000_000_000_000")
    draws = draws_of(text, 1024)
    exact = simulator.allocate(SHARES, 101, "largest-remainder").seats
    assert (draws.list_seats == list(exact.values())).all()


@pytest.mark.parametrize("sample", [10**4, 10**6, 10**8])
def test_the_error_goes_with_the_root_of_the_sample(sample: int) -> None:
    found = shares_of(draws_of(nation(SHARES, f"effective_sample: {sample}, tails: normal")))
    p = np.array(list(SHARES.values())) / 100
    ratio = found.std(axis=0) / np.sqrt(p * (1 - p) / sample)
    # A ten-millionth of the votes is one ballot: the smallest error is a hundred of them.
    assert np.abs(ratio - 1).max() < 4 / math.sqrt(2 * DRAWS) + 0.005


@pytest.mark.parametrize("freedom", [3, 5, 30, 200, 0])
def test_two_parties_have_students_error_and_at_last_a_normal_one(freedom: int) -> None:
    """A small error is linear: (share - p) / (c sqrt(p (1 - p))) has unit variance and tails t."""
    tails = str(freedom) if freedom else "normal"
    text = nation({"a": 40, "b": 60}, f"effective_sample: 1_000_000, tails: {tails}")
    z = (shares_of(draws_of(text, 4 * DRAWS))[:, 0] - 0.4) / math.sqrt(0.24) * 1000
    exact = stats.t(freedom, scale=math.sqrt((freedom - 2) / freedom)) if freedom else stats.norm
    # Kolmogorov: sqrt(n) D exceeds 2 once in 3,000 times; the grid of ballots is 1 in 5,000.
    assert stats.kstest(z, exact.cdf).statistic * math.sqrt(z.size) < 2
    if freedom == 200:
        assert stats.kstest(z, "norm").statistic * math.sqrt(z.size) < 2
    if freedom == 3:
        assert stats.kstest(z, "norm").statistic * math.sqrt(z.size) > 5


@pytest.mark.parametrize("kernel", ["angular", "dirichlet", "fixed"])
def test_the_order_of_parties_does_not_matter(kernel: str) -> None:
    """Randomness goes by name: only the last bits of sums, so a ballot a place, may differ."""
    backwards = dict(reversed(SHARES.items()))
    one = draws_of(country(SHARES, f"kernel: {kernel}, {NO_REGIONS}"))
    two = draws_of(country(backwards, f"kernel: {kernel}, {NO_REGIONS}"))
    assert np.abs(one.votes - two.votes[:, ::-1]).max() <= 7 * 3
    assert (one.list_seats != two.list_seats[:, ::-1]).any(axis=1).mean() < 1e-3
    parties = len(SHARES)
    assert (one.district_seats[:, :parties] == two.district_seats[:, parties - 1 :: -1]).all()
    assert (one.turnout == two.turnout).all()


@pytest.mark.parametrize("kernel", ["angular", "dirichlet", "fixed"])
def test_a_party_without_votes_changes_nothing(kernel: str) -> None:
    """But for the millionth that is the smallest share, and for the correction of the mean, of the
    order c^2 / 4, which knows the number of options.
    """
    more = {**SHARES, "nobody": 0}
    one = draws_of(country(SHARES, f"kernel: {kernel}, {NO_REGIONS}"))
    two = draws_of(country(more, f"kernel: {kernel}, {NO_REGIONS}"))
    parties = len(SHARES)
    assert (two.list_seats[:, parties] == 0).all()
    assert (one.list_seats != two.list_seats[:, :parties]).any(axis=1).mean() < 0.01
    assert (one.district_seats[:, :2] != two.district_seats[:, :2]).any(axis=1).mean() < 0.005


@pytest.mark.parametrize("share", [0, 0.01, 0.05, 0.08, 0.2])
def test_a_tiny_party_stays_one(share: float) -> None:
    """The mean is kept, or fallen short of by the floor of the root; nobody is lifted from 0."""
    found = shares_of(draws_of(nation({"a": 60, "b": 40 - share, "tiny": share}, ""), 8 * DRAWS))
    mean, error = 100 * found[:, 2].mean(), 100 * found[:, 2].std() / math.sqrt(8 * DRAWS)
    assert 0.83 * share - 4 * error < mean < max(share, 1e-4) + 4 * error


@pytest.mark.parametrize("kernel", ["angular", "dirichlet"])
def test_the_size_of_the_country_does_not_matter(kernel: str) -> None:
    small = draws_of(country(SHARES, f"kernel: {kernel}, {NO_REGIONS}", 10**8))
    large = draws_of(country(SHARES, f"kernel: {kernel}, {NO_REGIONS}", 10**9))
    assert np.abs(shares_of(small) - shares_of(large)).max() < 7 / 6e7 + 1e-6
    assert (small.list_seats != large.list_seats).any(axis=1).mean() < 1e-3
    assert (small.district_seats == large.district_seats).all()


@pytest.mark.parametrize("kernel", ["angular", "dirichlet"])
@pytest.mark.parametrize("sample", [20, 400, 10**6])
@pytest.mark.parametrize("parties", [2, 5])
def test_equal_parties_lead_equally_often(kernel: str, sample: int, parties: int) -> None:
    equal = {f"p{k}": 100 / parties for k in range(parties)}
    text = nation(equal, f"kernel: {kernel}, effective_sample: {sample}")
    first = np.bincount(draws_of(text).votes.argmax(axis=1), minlength=parties) / DRAWS
    error = math.sqrt((1 - 1 / parties) / parties / DRAWS)
    assert np.abs(first - 1 / parties).max() < 4 * error


def test_one_seat_more_takes_none_by_dhondt_and_some_by_largest_remainders() -> None:
    """House monotonicity on common draws; the Alabama paradox may happen and does."""
    losses = {}
    for method in ("dhondt", "largest-remainder"):
        few, more = (
            draws_of(nation(SHARES, "effective_sample: 100").replace(
                "seats: 101", f"seats: {seats}, method: {method}"
            ))
            for seats in (101, 102)
        )  # fmt: skip
        assert (few.votes == more.votes).all()
        losses[method] = int((more.list_seats < few.list_seats).any(axis=1).sum())
    assert losses["dhondt"] == 0
    assert losses["largest-remainder"] > 0


def test_seats_add_up_to_both_tiers_in_every_draw() -> None:
    draws = draws_of(country(SHARES, NO_REGIONS))
    assert (draws.list_seats.sum(axis=1) == 41).all()
    assert (draws.district_seats.sum(axis=1) == 7).all()
