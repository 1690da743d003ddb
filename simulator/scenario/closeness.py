"""How many ballots a recount may change, in the scenario language."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema

from simulator.scenario.numbers import (
    as_decimal,
    fault,
    number_like,
    read_count,
    read_share,
    share_text,
    show,
)
from simulator.scenario.words import Model

_HINT = "write 6000 or 0.1%"


def read_size(value: Any) -> Fraction | int:
    """Read a number of ballots, 6000, or a share of those that are expected, 0.1% or 0.001.

    >>> read_size("0.1%"), read_size(0.001), read_size("6 000"), read_size(1)
    (Fraction(1, 1000), Fraction(1, 1000), 6000, 1)
    """
    if isinstance(value, Fraction):
        return value
    number = as_decimal(value)
    if isinstance(value, str) and "%" in value:
        found: Fraction | int = read_share(value)
    elif number is not None and 0 < number < 1:
        found = Fraction(number)
    elif number is None and not number_like(value):
        text = f"expected a number of ballots or a share of them, not {show(value)}"
        raise fault("E203", text, _HINT)
    elif number is not None and number > 1 and number != number.to_integral_value():
        raise fault("E206", f"{value} is neither whole ballots nor a share", _HINT)
    else:
        found = read_count(value)
    if not found:
        raise fault("E205", "at least one ballot is needed", _HINT)
    return found


def _write_size(size: Fraction | int) -> int | str:
    # A default is still as the language writes it where a model was made without validation.
    return share_text(size) if isinstance(size, Fraction) else size


Size = Annotated[
    Fraction | int,
    BeforeValidator(read_size),
    PlainSerializer(_write_size, return_type=int | str),
    WithJsonSchema({
        "anyOf": [
            {"type": "number", "exclusiveMinimum": 0},
            {"type": "string", "pattern": r"^\s*\d[\d_ ,'.]*%?\s*$"},
        ],
        "description": "A number of ballots or a share of those expected: 6000, 0.1% or 0.001.",
    }),
]  # fmt: skip


class Closeness(Model):
    """What counts as close: how many ballots a recount may change."""

    # One ballot in a thousand: the scale of differences that recounts find.
    recount: Size = Field(
        "0.1%",
        validate_default=True,
        description="Ballots that a recount changes: a number, or a share of those expected.",
    )
    threshold: Size | None = Field(
        None,
        description="Votes to either side of the threshold that are near it; those of the recount "
        "when absent.",
    )
