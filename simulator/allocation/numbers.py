"""Numbers as a law means them: whole or fractional, exact, never binary floating point."""

from __future__ import annotations

import operator
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import TypeAlias

from simulator.errors import AllocationError

Exact: TypeAlias = int | Fraction

_MOST_DIGITS = 400
_TOO_LARGE = int(10**_MOST_DIGITS)


def read_votes(votes: Mapping[str, object]) -> dict[str, Exact]:
    """Return the votes by party as whole numbers or fractions, in the order given.

    Raises
    ------
    AllocationError
        E501: a count is a float, negative, or no number; E502: no party at all.
    """
    if not isinstance(votes, Mapping):
        raise AllocationError("E502", "votes are a mapping from party to votes, {'a': 10, 'b': 7}")
    if not votes:
        raise AllocationError("E502", "there is no party to give seats to")
    counts = {str(name): read_count(value, f"votes of {name}") for name, value in votes.items()}
    if len(counts) < len(votes):
        raise AllocationError("E502", "two parties have the same name as text")
    return counts


def read_count(value: object, what: str) -> Exact:
    """Return a count that is not negative; floats are refused, they cannot hold every count.

    >>> read_count("12.5", "votes")
    Fraction(25, 2)
    """
    if isinstance(value, float):
        raise AllocationError(
            "E501",
            f"{what}: {value!r} is a float, which is rounded and can decide a seat by its "
            f"rounding; write a whole number, a Fraction, or the decimal as text",
        )
    number = _exact(value, what)
    if number < 0:
        raise AllocationError("E501", f"{what}: {value} is negative")
    return number


def read_number(value: object, what: str) -> Exact:
    """Return a parameter of a rule; a float stands for the shortest decimal that prints it.

    >>> read_number(1.4, "first_divisor")
    Fraction(7, 5)
    """
    return _exact(repr(value) if isinstance(value, float) else value, what)


def read_share(value: object, what: str) -> Fraction:
    """Return a share between 0 and 1 from 5%, 0.05 or 1/20.

    >>> read_share("5%", "threshold")
    Fraction(1, 20)
    """
    text = value.strip() if isinstance(value, str) else value
    if isinstance(text, str) and text.endswith("%"):
        share = Fraction(_exact(text[:-1], what)) / 100
    else:
        share = Fraction(read_number(text, what))
    if not 0 <= share <= 1:
        raise AllocationError(
            "E506", f"{what}: a share lies between 0% and 100%; {value} would be {share * 100}%"
        )
    return share


def read_seats(value: object, what: str) -> int:
    """Return a whole number of seats."""
    number = _exact(value, what)
    if number.denominator != 1 or number < 0 or isinstance(value, bool):
        raise AllocationError("E503", f"{what}: {value} is not a whole number of seats")
    return int(number)


def _exact(value: object, what: str) -> Exact:
    if isinstance(value, bool):
        raise AllocationError("E501", f"{what}: {value} is not a number")
    if _too_long(value):
        raise AllocationError("E501", f"{what}: a number of more than {_MOST_DIGITS} digits")
    try:
        return operator.index(value)  # type: ignore[arg-type]
    except TypeError:
        pass
    try:
        if isinstance(value, (Fraction, Decimal)):
            return _whole(Fraction(value))
        if isinstance(value, str) and "e" not in value.lower():
            return _whole(Fraction(value.replace("_", "").replace(" ", "")))
    except (ValueError, OverflowError, ZeroDivisionError):
        pass
    raise AllocationError(
        "E501", f"{what}: {value!r} is not an exact number; write 12, 25/2 or '12.5'"
    )


def _too_long(value: object) -> bool:
    """Whether a number is so long that to compare it would take too much time."""
    if isinstance(value, str):
        return len(value) > _MOST_DIGITS
    if isinstance(value, Decimal):
        return value.is_finite() and abs(value.adjusted()) > _MOST_DIGITS
    if isinstance(value, (int, Fraction)):
        return max(abs(value.numerator), value.denominator) >= _TOO_LARGE
    return False


def _whole(number: Fraction) -> Exact:
    return number.numerator if number.denominator == 1 else number
