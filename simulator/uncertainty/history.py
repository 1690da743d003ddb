"""Errors that happened before, sorted into bands of the share that was expected.

B. Efron, "Bootstrap methods: another look at the jackknife", Annals of Statistics 7 (1979): every
error of a band is as likely as the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from simulator.errors import Diagnostic, InvalidScenario
from simulator.kernels.layer import Bootstrap
from simulator.uncertainty.bands import band_name, band_of


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
        Expected shares of the options.

    Raises
    ------
    InvalidScenario
        When the band of an option has no row.
    """
    from simulator.kernels.quantile import quantiles

    bands: list[list[float]] = [[] for _ in range(len(edges) + 1)]
    for share, error in rows:
        bands[band_of(share, edges)].append(error)
    needed = [band_of(share, edges) for share in shares]
    for band in needed:
        if not bands[band]:
            # The expected share is known only now: pooled polls can leave the range of the polls.
            text = f"no error of the table lies in the band {band_name(band, edges)}"
            raise InvalidScenario((Diagnostic("uncertainty.errors", 0, 0, "E232", text),))
    cuts = []
    for errors in bands:
        inside = np.zeros(len(errors), np.float32)
        quantiles(1.0, len(errors), inside[:-1])
        cuts.append(inside)
    return Bootstrap(
        errors=np.array([error for band in bands for error in sorted(band)], np.float32),
        cuts=np.concatenate(cuts),
        start=np.cumsum([0, *(len(band) for band in bands)]).astype(np.int64),
        band=np.array(needed, np.int64),
        centre=np.zeros(len(shares), np.float32),
    )
