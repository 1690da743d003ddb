"""Errors that happened before, sorted into bands of the share that was expected.

B. Efron, "Bootstrap methods: another look at the jackknife", Annals of Statistics 7 (1979): every
error of a band is as likely as the others.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from simulator.kernels.layer import Bootstrap

BANDS = tuple(Fraction(edge, 100) for edge in (2, 7, 15, 30, 60))


def band_of(share: float | Fraction, edges: Sequence[Fraction]) -> int:
    """Return the band of a share; a share on an edge belongs to the band above.

    >>> [band_of(Fraction(share, 100), BANDS) for share in (1, 2, 10, 80)]
    [0, 1, 2, 5]
    """
    return bisect_right(edges, share)


def band_name(band: int, edges: Sequence[Fraction]) -> str:
    """Return a band in words.

    >>> [band_name(band, BANDS) for band in (0, 1, 5)]
    ['below 2%', '2-7%', 'above 60%']
    """
    shown = [f"{float(edge) * 100:.10g}" for edge in edges]
    if not shown:
        return "all shares"
    if band == 0:
        return f"below {shown[0]}%"
    if band == len(edges):
        return f"above {shown[-1]}%"
    return f"{shown[band - 1]}-{shown[band]}%"


def count_rows(shares: Sequence[Fraction], edges: Sequence[Fraction]) -> list[int]:
    """Return how many rows of a table each band has."""
    counts = [0] * (len(edges) + 1)
    for share in shares:
        counts[band_of(share, edges)] += 1
    return counts


def compile_history(
    rows: Sequence[tuple[Fraction, float]], edges: Sequence[Fraction], shares: Sequence[float]
) -> Bootstrap:
    """Return the arrays of a bootstrap: errors in order, and the normals at which they change.

    Parameters
    ----------
    rows
        Share that was expected and logarithm of the result over it.
    edges
        Shares between the bands, rising.
    shares
        Expected shares of the options; each has a band with at least one row.
    """
    from simulator.kernels.quantile import quantiles

    bands: list[list[float]] = [[] for _ in range(len(edges) + 1)]
    for share, error in rows:
        bands[band_of(share, edges)].append(error)
    cuts = []
    for band in bands:
        inside = np.zeros(len(band), np.float32)
        quantiles(1.0, len(band), inside[:-1])
        cuts.append(inside)
    return Bootstrap(
        errors=np.array([error for band in bands for error in sorted(band)], np.float32),
        cuts=np.concatenate(cuts),
        start=np.cumsum([0, *(len(band) for band in bands)]).astype(np.int64),
        band=np.array([band_of(share, edges) for share in shares], np.int64),
        centre=np.zeros(len(shares), np.float32),
    )
