"""Direction numbers of Sobol' points.

The table (joe_kuo.npz) holds the primitive polynomials and the initial numbers of the first 2,048
coordinates of "new-joe-kuo-6": S. Joe, F. Y. Kuo, "Constructing Sobol sequences with better
two-dimensional projections", SIAM Journal on Scientific Computing 30 (2008), 2635-2654.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

BITS = 32


COORDINATES = 2048


@cache
def direction_numbers(count: int) -> NDArray[np.uint32]:
    """Return the direction numbers of the first coordinates, (count, 32), the first bit on top.

    P. Bratley, B. L. Fox, "Algorithm 659", ACM Transactions on Mathematical Software 14 (1988),
    section 2: m_j is the exclusive sum of 2^k a_k m_(j-k), k = 1..s, and m_(j-s), where a_k are the
    coefficients of the primitive polynomial of degree s.

    >>> numbers = direction_numbers(2)
    >>> [hex(n) for n in numbers[1, :4]]
    ['0x80000000', '0xc0000000', '0xa0000000', '0xf0000000']
    """
    with np.load(Path(__file__).with_name("joe_kuo.npz")) as table:
        polynomials = [int(p) for p in table["polynomial"][:count]]
        initial = table["initial"][:count].tolist()
    found = np.zeros((len(polynomials), BITS), np.uint32)
    for d, polynomial in enumerate(polynomials):
        degree = polynomial.bit_length() - 1
        # The first coordinate is van der Corput's: every m is one.
        m = initial[d][:degree] if degree else [1] * BITS
        for j in range(len(m), BITS):
            number = m[j - degree] ^ (m[j - degree] << degree)
            for k in range(1, degree):
                if polynomial >> (degree - k) & 1:
                    number ^= m[j - k] << k
            m.append(number)
        found[d] = [number << (BITS - 1 - j) for j, number in enumerate(m)]
    return found


def coordinates(groups: Sequence[Sequence[str]]) -> tuple[NDArray[np.int64], ...]:
    """Return the coordinate of every name, group by group: names that move most come first.

    The first coordinates are the most even ones. What the whole country shares comes first, then
    turnout, candidates, regional baselines, swings and at last list votes of districts.

    >>> coordinates([["national/tide"], ["region/east/tide", "region/east/turnout"]])
    (array([0]), array([2, 1]))
    """
    places = [(g, k) for g, names in enumerate(groups) for k in range(len(names))]
    places.sort(key=lambda place: _rank(groups[place[0]][place[1]]))
    found = tuple(np.zeros(len(names), np.int64) for names in groups)
    for coordinate, (g, k) in enumerate(places):
        found[g][k] = coordinate
    return found


def _rank(name: str) -> int:
    """Return how early a name gets its coordinate."""
    family, _, rest = name.partition("/")
    if name.startswith("national/tail/"):
        return 1
    if family == "national" or name == "district/field":
        return 0
    if rest.endswith("/turnout"):
        return 2
    if "/candidate/" in rest:
        return 3
    return {"baseline": 4, "region": 5}.get(family, 6)
