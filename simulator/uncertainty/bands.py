"""Bands of shares: the errors of small lists are not those of large ones."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from fractions import Fraction

BANDS = tuple(Fraction(edge, 100) for edge in (2, 7, 15, 30, 60))


def band_of(share: float | Fraction, edges: Sequence[Fraction]) -> int:
    """Return the band of a share; a share on an edge belongs to the band above.

    >>> [band_of(share, BANDS) for share in (0.01, 0.02, 0.1, 0.3, 0.8)]
    [0, 1, 2, 4, 5]
    """
    # As a float 30% is less than 3/10.
    return bisect_right(edges, Fraction(share).limit_denominator(10**9))


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
