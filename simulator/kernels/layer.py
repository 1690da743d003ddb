"""The forms of the national error that need more than roots: one group of arrays each.

The class of the group is the kernel: a plan is compiled for the one it holds, and for no other.
K ballot options, R regions, D draws that came from outside.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

F32 = NDArray[np.float32]
I64 = NDArray[np.int64]
U32 = NDArray[np.uint32]


class Dirichlet(NamedTuple):
    """Gamma variables, by attempts: the weights of a Dirichlet distribution."""

    alpha: F32  # (K,)
    proposals: U32  # (K,) streams of the proposals
    accepts: U32  # (K,) streams of their acceptance


class DirichletMultinomial(NamedTuple):
    """A sample of voters from Dirichlet shares."""

    shares: Dirichlet
    voters: float
    samples: U32  # (K,) streams of the binomials


class LogitNormal(NamedTuple):
    """Normal or t errors on the logarithm of a share."""

    spread: F32  # (K,)
    centre: F32  # (K,) added, so that the mean of a share is what was expected


class Additive(NamedTuple):
    """Normal or t errors on the shares themselves, clipped and normalised."""

    root: F32  # (K,) c sqrt(p)
    share: F32  # (K,)


class Bootstrap(NamedTuple):
    """Errors on the logarithm of a share that happened before, by bands of the share."""

    errors: F32  # (rows of all bands,) in each band from the lowest up
    cuts: F32  # (rows of all bands,) the normal up to which a row is taken; none for the last
    start: I64  # (bands + 1,)
    band: I64  # (K,) of each option
    centre: F32  # (K,)


class Outside(NamedTuple):
    """Shares that another program drew."""

    multiplier: F32  # (K, D) share over the expected share


class OutsideByRegion(NamedTuple):
    """Regional shares that another program drew."""

    multiplier: F32  # (R, K, D) share over the expected share of the region


Layer = (
    Dirichlet | DirichletMultinomial | LogitNormal | Additive | Bootstrap | Outside
    | OutsideByRegion
)  # fmt: skip
