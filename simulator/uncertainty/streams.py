"""Names of random numbers, and the 32-bit streams they address.

A name such as `region/almaty/turnout` always leads to the same stream, whatever else a scenario
contains; two scenarios that share a name share its randomness.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def stream(name: str, salt: int = 0) -> int:
    """Return the stream of a name: the first 32 bits of its SHA-256.

    >>> hex(stream("national/amanat"))
    '0x276c9035'
    """
    text = name if salt == 0 else f"{name}#{salt}"
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big")


LAYERS = ("national", "undecided", "region", "turnout", "candidate", "irregularities")


def layer_of(name: str) -> str:
    """Return the layer of the model to which a name belongs.

    >>> layer_of("region/almaty/turnout"), layer_of("baseline/almaty/auyl")
    ('turnout', 'region')
    """
    family, _, rest = name.partition("/")
    if rest == "turnout" or rest.endswith("/turnout"):
        return "turnout"
    if family == "district" and (rest == "field" or "/candidate/" in rest):
        return "candidate"
    if family in ("baseline", "district"):
        return "region"
    return family


def salt_for(names: Sequence[str]) -> int:
    """Return the smallest salt under which all names of a plan have streams of their own.

    With 10,000 names two of them collide in one of a hundred scenarios; the salt is part of the
    plan and of its fingerprint.
    """
    for salt in range(1000):
        if len({stream(name, salt) for name in names}) == len(set(names)):
            return salt
    raise ValueError("no salt separates the names of the plan")


def streams(names: Sequence[str], salt: int = 0) -> NDArray[np.uint32]:
    """Return the streams of many names."""
    return np.array([stream(name, salt) for name in names], dtype=np.uint32)
