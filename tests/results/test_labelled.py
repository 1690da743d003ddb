"""Draws as labelled arrays: the same seats as the summary, in a form that ArviZ reads."""

from __future__ import annotations

import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.engine.run import run
from simulator.results.labelled import even_counts


def test_the_draws_are_those_of_the_summary() -> None:
    pytest.importorskip("xarray", reason="the extra xarray is not installed")
    made = run("scenarios/kazakhstan-2023.yaml", draws=4096)
    posterior = made.to_xarray()["posterior"]
    assert posterior["seats"].dims == ("chain", "draw", "party")
    assert dict(posterior["seats"].sizes) == {"chain": 1, "draw": 4096, "party": 8}
    assert (posterior["seats"].sum("party") == 98).all()
    assert (posterior["list_seats"] + posterior["district_seats"] == posterior["seats"]).all()
    for party, distribution in made.seats.items():
        held = posterior["seats"].sel(party=party).values.ravel()
        assert np.bincount(held, minlength=99).tolist() == list(distribution.counts)
    # Shuffled: neighbours are no more alike than strangers.
    first = posterior["seats"].values[0, :, 0].astype(float)
    assert abs(np.corrcoef(first[:-1], first[1:])[0, 1]) < 4 / 4096**0.5


def test_without_xarray_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "xarray", None)
    made = run("scenarios/harbour-council.yaml", draws=256)
    with pytest.raises(ModuleNotFoundError, match=r"simseats\[xarray\]"):
        made.to_xarray()


def test_fewer_draws_are_evenly_spaced() -> None:
    pytest.importorskip("xarray", reason="the extra xarray is not installed")
    made = run("scenarios/kazakhstan-2023.yaml", draws=4096)
    posterior = made.to_xarray(draws=1000)["posterior"]
    assert posterior.sizes["draw"] == 1000
    assert (posterior["seats"].sum("party") == 98).all()


@settings(deadline=None)
@given(st.lists(st.integers(0, 10**10), min_size=1, max_size=8), st.integers(1, 200))
def test_even_ranks_keep_frequencies(counts: list[int], draws: int) -> None:
    total = sum(counts)
    if not total:
        return
    found = even_counts(np.array(counts), draws).tolist()
    assert sum(found) == draws
    for have, count in zip(found, counts, strict=True):
        assert abs(have - draws * count / total) < 1.000001
