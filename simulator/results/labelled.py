"""The draws of a run as labelled arrays, as ArviZ and xarray read them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from simulator.results.run import Run

MOST = 100_000


def even_counts(counts: NDArray[np.int64], draws: int) -> NDArray[np.int64]:
    """Return how often each row occurs among draws at even ranks, in the order of the rows.

    >>> even_counts(np.array([2, 6]), 4)
    array([1, 3])
    """
    ends = np.cumsum(counts)
    # Whole numbers of Python: the product passes 2^63 when there are very many draws.
    ranks = [(2 * k + 1) * int(ends[-1]) // (2 * draws) for k in range(draws)]
    where = np.searchsorted(ends, np.array(ranks, np.int64), side="right")
    return np.bincount(where, minlength=len(counts)).astype(np.int64)


def to_datatree(run: Run, draws: int | None = None) -> Any:
    """Return the seats of single draws as a tree with the group ``posterior``.

    Its variables have the dimensions chain, draw and party, as ArviZ expects. All draws are
    returned when there are no more than 100 000 of them, else as many at even ranks; their order
    is shuffled and says nothing. Needs the extra ``xarray``.

    Raises
    ------
    LookupError
        When chambers were dropped, so that draws cannot be given one by one.
    ModuleNotFoundError
        When xarray is not installed.

    Examples
    --------
    >>> from simulator import run
    >>> tree = run("scenarios/kazakhstan-2023-official.yaml", draws=4096).to_xarray()
    >>> tree["posterior"]["seats"].sizes["draw"], int(tree["posterior"]["seats"][0, 0, 0])
    (4096, 62)
    """
    try:
        import xarray
    except ModuleNotFoundError:
        raise ModuleNotFoundError(
            "to_xarray needs the package xarray: pip install 'simseats[xarray]'", name="xarray"
        ) from None
    if run.summary.capped:
        raise LookupError("more distinct chambers occurred than are kept: draws are not complete")
    counted, vectors = run.tally.chambers()
    size = min(run.draws, draws or MOST)
    rows = np.repeat(np.arange(len(counted)), even_counts(counted, size))
    chosen = vectors[np.random.default_rng(run.facts.seed).permutation(rows)].astype(np.int64)
    parties, names = len(run.facts.parties), list(run.facts.entities)
    listed = np.zeros((size, len(names)), np.int64)
    listed[:, :parties] = chosen[:, :parties]
    district = chosen[:, parties:]
    data = {"seats": listed + district, "list_seats": listed, "district_seats": district}
    attributes = {
        "name": run.facts.name, "seed": run.facts.seed, "run_draws": run.draws,
        "fingerprint": run.fingerprint, "order": "draws are shuffled: their order says nothing",
    }  # fmt: skip
    posterior = xarray.Dataset(
        {name: (("chain", "draw", "party"), array[None]) for name, array in data.items()},
        coords={"chain": [0], "draw": np.arange(size), "party": names},
        attrs=attributes,
    )
    return xarray.DataTree.from_dict({"posterior": posterior})
