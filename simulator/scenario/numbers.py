"""Numbers as people write them: 5%, 0.05, 3_431_510, 3 431 510; exact, never through floats."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Annotated, Any

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema
from pydantic_core import PydanticCustomError

_GROUPED = re.compile(r"[+-]?\d{1,3}([ _,\u00a0\u202f'])\d{3}(\1\d{3})*")
_PERCENT = re.compile(r"([+-]?\d+(?:\.\d+)?)\s*%")


def fault(code: str, message: str, hint: str = "") -> PydanticCustomError:
    """Return an error that carries a code of the catalogue and a hint through pydantic."""
    return PydanticCustomError(code, "{text}", {"text": message, "hint": hint})


def as_decimal(value: Any) -> Decimal | None:
    """Read a number or the text of one; None when it is neither. Infinities are no numbers."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, str):
        text = value.strip()
        if _GROUPED.fullmatch(text):
            text = re.sub(r"[ _,\u00a0\u202f']", "", text)
        value = text.replace("_", "")
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number.adjusted()) < 30 else None


def read_share(value: Any) -> Fraction:
    """Read a share between 0 and 1; 5% and 0.05 are the same, a bare 5 is refused."""
    if isinstance(value, Fraction):
        return value
    if isinstance(value, str) and (found := _PERCENT.fullmatch(value.strip())):
        share = Fraction(found.group(1)) / 100
        if not 0 <= share <= 1:
            raise fault("E204", f"a share lies between 0% and 100%, not {value.strip()}")
        return share
    number = as_decimal(value)
    if number is None:
        if not number_like(value):
            raise fault("E203", f"expected a share, not {show(value)}", "write 5% or 0.05")
        raise fault("E205", f"{value} is no number that can be used", "write 5% or 0.05")
    if number < 0:
        raise fault("E204", f"a share cannot be negative: {number}", "write 5% or 0.05")
    if number > 1:
        percent = f"{Fraction(number) * 100}%" if number == int(number) else f"{number * 100}%"
        hint = f"write {number}% or {Decimal(number) / 100}" if number <= 100 else ""
        raise fault("E204", f"a share is at most 1: {number} would be {percent}", hint)
    return Fraction(number)


def number_like(value: Any) -> bool:
    """Tell whether a value means a number that is just not usable (nan, inf, 1e999)."""
    text = str(value).strip().lower().lstrip("+-.")
    return text in {"nan", "inf", "infinity"} or bool(re.fullmatch(r"[\d.]+e[+-]?\d+", text))


def show(value: Any) -> str:
    """Return a value as a message quotes it."""
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value)
    text = text if len(text) <= 40 else text[:37] + "..."
    return f'"{text}"' if isinstance(value, str) else text


def read_count(value: Any) -> int:
    """Read a non-negative whole number."""
    number = as_decimal(value)
    if number is None:
        if number_like(value):
            raise fault("E205", f"{value} is no number that can be used")
        raise fault("E203", f"expected a whole number, not {show(value)}")
    if number != number.to_integral_value():
        raise fault("E206", f"expected a whole number, not {value}")
    if number < 0:
        raise fault("E205", f"this number cannot be negative: {value}")
    if number > 10**15:
        raise fault("E205", f"{value} is larger than anything that is counted here")
    return int(number)


def read_real(value: Any) -> float:
    """Read a finite number."""
    number = as_decimal(value)
    if number is None:
        if isinstance(value, str) and _PERCENT.fullmatch(value.strip()):
            return float(Fraction(value.strip().rstrip("%").strip()) / 100)
        if number_like(value):
            raise fault("E205", f"{value} is no number that can be used")
        raise fault("E203", f"expected a number, not {show(value)}")
    return float(number)


def share_text(share: Fraction) -> str:
    """Return a share exactly, as text: decimal where it ends, a fraction otherwise."""
    numerator, denominator = share.numerator, share.denominator
    while denominator % 2 == 0:
        denominator //= 2
    while denominator % 5 == 0:
        denominator //= 5
    if denominator == 1:
        percent = Decimal(share.numerator) * 100 / Decimal(share.denominator)
        return f"{percent.normalize():f}%"
    return f"{numerator}/{share.denominator}"


Share = Annotated[
    Fraction,
    BeforeValidator(read_share),
    PlainSerializer(share_text, return_type=str),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "pattern": r"^\s*\d+(\.\d+)?\s*%\s*$"},
                {"type": "number", "minimum": 0, "maximum": 1},
            ],
            "description": "A share: 5% or 0.05.",
        }
    ),
]
Count = Annotated[
    int,
    BeforeValidator(read_count),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "integer", "minimum": 0},
                {"type": "string", "pattern": r"^\d[\d_ ,']*$"},
            ],
            "description": "A whole number: 3431510 or 3_431_510.",
        }
    ),
]
Real = Annotated[float, BeforeValidator(read_real), WithJsonSchema({"type": "number"})]
