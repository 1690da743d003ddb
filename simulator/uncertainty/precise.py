"""Logarithms and roots that are the same on every machine.

The elementary functions of a platform's C library differ in their last bits, and a plan must not:
`decimal` rounds correctly everywhere. Used when a plan is compiled, never in a loop over draws.
"""

from __future__ import annotations

from decimal import Context, Decimal
from fractions import Fraction

_CONTEXT = Context(prec=30)


def _decimal(x: Fraction | float | int) -> Decimal:
    exact = Fraction(x)
    return _CONTEXT.divide(Decimal(exact.numerator), Decimal(exact.denominator))


def log(x: Fraction | float | int) -> float:
    """Return the natural logarithm of a positive number, correctly rounded."""
    return float(_CONTEXT.ln(_decimal(x)))


def exp(x: Fraction | float | int) -> float:
    """Return the exponential of a number, correctly rounded."""
    return float(_CONTEXT.exp(_decimal(x)))


def logit(p: Fraction | float) -> float:
    """Return log(p / (1 - p)) of a share inside (0, 1)."""
    exact = Fraction(p)
    return log(exact / (1 - exact))


def sqrt(x: Fraction | float | int) -> float:
    """Return the square root of a non-negative number, correctly rounded."""
    return float(_CONTEXT.sqrt(_decimal(x)))
