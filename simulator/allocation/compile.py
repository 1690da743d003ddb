"""A method with its parameters, turned into the numbers that the kernels work with.

Whether the kernels can be exact is decided here, from the sizes of votes and seats. What they
cannot decide they mark, and the judge decides it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from simulator.allocation import registry
from simulator.allocation.exact import Root, Signpost
from simulator.allocation.numbers import read_number
from simulator.allocation.quota import QUOTAS
from simulator.allocation.registry import Method
from simulator.errors import AllocationError
from simulator.kernels import divisor as divisors
from simulator.kernels import inputs
from simulator.kernels import quota as quotas

# Whole numbers below this are exact in float64; claims in whole numbers are products of two words.
_EXACT, _WORD = 2**53, 2**64
_MOST_SEATS, _MOST_DOUBLINGS, _LARGEST_SPLIT = 100_000, 1_000, 1_000
# In the table of divisors: in the place of a zero, and before the first and after the last.
_SMALLEST, _NOBODY = 1.0e-30, 1.0e200

Signposts: TypeAlias = Callable[[int], Signpost]


@dataclass(frozen=True)
class RemainderRule:
    """Largest remainders: the quota is total / den, rounded, or own / den."""

    limit: int
    den: float
    rounding: int
    own: float
    exact = True

    def numbers(self) -> inputs.Rule:
        """Return the rule as the kernels take it."""
        none = np.zeros(1, np.uint64)
        return inputs.Rule(
            self.den, self.rounding, self.own, 0, 1.0, 1.0, np.zeros(1), none, none, 1
        )


@dataclass(frozen=True)
class DivisorRule:
    """A divisor method, see :func:`simulator.kernels.divisor.divisor_method`."""

    limit: int
    kind: int
    split: float
    exponent: float
    table: NDArray[np.float64]  # (seats + 4,)
    numer: NDArray[np.uint64]  # (seats,)
    denom: NDArray[np.uint64]  # (seats,)
    degree: int

    @property
    def exact(self) -> bool:
        """Whether the kernels decide every draw themselves."""
        return self.kind != divisors.POWER

    def numbers(self) -> inputs.Rule:
        """Return the rule as the kernels take it."""
        return inputs.Rule(
            1.0, 0, 0.0, self.kind, self.split, self.exponent, self.table, self.numer, self.denom,
            self.degree,
        )  # fmt: skip


Rule: TypeAlias = RemainderRule | DivisorRule

_ROUNDINGS = {
    "exact": quotas.EXACT, "floor": quotas.FLOOR, "ceil": quotas.CEIL, "half-up": quotas.HALF_UP,
}  # fmt: skip


def compile_rule(
    method: Method, parameters: Mapping[str, Any], seats: int, most_votes: int
) -> Rule | None:
    """Return the numbers for the kernels; None where they could not be exact or know no rule.

    Parameters
    ----------
    method, parameters
        The method, and its parameters with all defaults.
    seats
        Seats of every election.
    most_votes
        The largest total of votes of an election, for divisor methods the largest votes of a
        party; kept as the limit of the rule.
    """
    if seats > _MOST_SEATS or 8 * most_votes >= _EXACT:
        return None
    if method.id == "largest-remainder":
        return _remainder_rule(parameters, seats, most_votes)
    if method.id == "quota-then-divisor" and _is_dhondt(parameters):
        return compile_rule(registry.get("dhondt"), {}, seats, most_votes)
    if method.signpost is not None:
        signpost = method.signpost

        def at(s: int) -> Signpost:
            return signpost(s, **parameters)

        return _divisor_rule(at, seats, most_votes)
    return None


def _is_dhondt(parameters: Mapping[str, Any]) -> bool:
    """Whether whole quotas and then quotients are plain D'Hondt.

    D'Hondt never gives less than the whole Hare quotas (Balinski and Young, Fair Representation,
    appendix A), so giving them first changes nothing.
    """
    usual = {"quota": "hare", "rounding": "exact", "divisor": "dhondt"}
    return all(parameters.get(name) == value for name, value in usual.items())


def _remainder_rule(
    parameters: Mapping[str, Any], seats: int, most_votes: int
) -> RemainderRule | None:
    quota, rounding = parameters["quota"], parameters["rounding"]
    den, own, kind = seats, 0, _ROUNDINGS.get(rounding)
    if isinstance(quota, str) and quota in QUOTAS:
        den = seats + QUOTAS[quota]
        kind = quotas.DROOP if quota == "droop" else kind
    elif kind == quotas.EXACT and (not isinstance(quota, str) or quota.strip()[:1].isdigit()):
        price = Fraction(read_number(quota, "quota"))
        den, own, kind = price.denominator, price.numerator, quotas.OWN
        kind = kind if own > 0 else None
    else:
        kind = None
    largest = max(4 * most_votes * max(1, den), own * (seats + most_votes // max(1, own) + 2))
    if kind is None or seats == 0 or largest >= _EXACT:
        return None
    return RemainderRule(most_votes, float(den), kind, float(own))


def _divisor_rule(at: Signposts, seats: int, most_votes: int) -> DivisorRule | None:
    signs = _sequence(at, seats)
    if signs is None:
        return None
    degree = signs[0].degree if isinstance(signs[0], Root) else 1
    radicands = [Fraction(s.radicand if isinstance(s, Root) else s) for s in signs]
    if any(a == b for a, b in pairwise(radicands)):
        return None
    doubling, split = _doubles(radicands, degree), _split(radicands, degree)
    exponent = 1.0
    if split is not None:
        kind, place = divisors.STATIONARY, float(split)
    elif doubling and len(radicands) <= _MOST_DOUBLINGS:
        kind, place = divisors.DOUBLING, 0.5
    elif degree > 2:
        power = _power(radicands)
        # Powers of the votes must stay inside the range of the kernels' exponential.
        if power is None or degree * math.log(max(2, most_votes)) > 600 * power:
            return None
        kind, place, exponent = divisors.POWER, 1.0, degree / power
    else:
        kind, place = divisors.TABLE, _place(radicands, degree)
    numer, denom = np.zeros(1, np.uint64), np.zeros(1, np.uint64)
    if kind in (divisors.STATIONARY, divisors.TABLE):
        largest = max(most_votes**degree * max(r.denominator for r in radicands),
                      max(r.numerator for r in radicands))  # fmt: skip
        if largest >= _WORD:
            return None
        numer = np.array([r.numerator for r in radicands], np.uint64)
        denom = np.array([r.denominator for r in radicands], np.uint64)
    table = np.arange(-1.0, len(radicands) + 3) if kind == divisors.POWER else _table(
        radicands, degree)  # fmt: skip
    return DivisorRule(most_votes, kind, place, exponent, table, numer, denom, degree)


def _sequence(at: Signposts, seats: int) -> list[Signpost] | None:
    """Return the divisors of seats 1 to `seats`; None for an own list that ends before."""
    try:
        return [at(s) for s in range(max(1, seats))]
    except AllocationError:
        at(0)
        return None


def _split(radicands: list[Fraction], degree: int) -> Fraction | None:
    """Return the split point when the divisors are s + split up to a factor."""
    if degree > 1:
        return None
    if len(radicands) == 1:
        return Fraction(1)
    step = radicands[1] - radicands[0]
    if step <= 0 or any(r != radicands[0] + s * step for s, r in enumerate(radicands)):
        return None
    split = radicands[0] / step
    return split if split <= _LARGEST_SPLIT else None


def _doubles(radicands: list[Fraction], degree: int) -> bool:
    """Whether every divisor is twice the one before, so that quotients are exact in float64."""
    pairs = pairwise(radicands)
    return degree == 1 and radicands[0] == 1 and all(b == 2 * a for a, b in pairs)


def _power(radicands: list[Fraction]) -> int | None:
    """Return p when the radicands are (s + 1) ** p."""
    power = radicands[1].numerator.bit_length() - 1 if len(radicands) > 1 else 1
    found = all(r == (s + 1) ** power for s, r in enumerate(radicands))
    return power if found and power > 0 else None


def _place(radicands: list[Fraction], degree: int) -> float:
    """Return the split point that fits the last divisors best; it only places the first step."""
    last = len(radicands) - 1
    if last < 2:
        return 0.5
    end, middle = (_float(radicands[s], degree) for s in (last, last // 2))
    slope = (end - middle) / (last - last // 2)
    return min(max(end / slope - last, 0.0), 2.0) if slope > 0 else 0.5


def _table(radicands: list[Fraction], degree: int) -> NDArray[np.float64]:
    """Return the divisors in floating point, between marks for seats that are not there."""
    inside = [_float(r, degree) if r else _SMALLEST for r in radicands]
    return np.array([-_NOBODY, -_NOBODY, *inside, _NOBODY, _NOBODY])


def _float(radicand: Fraction, degree: int) -> float:
    return float(radicand) if degree == 1 else math.sqrt(radicand)
