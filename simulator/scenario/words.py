"""The words of the scenario language: names, numbers and texts as every part of it reads them."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    WithJsonSchema,
)

from simulator.scenario.numbers import Count, Real, Share, fault, show
from simulator.vocabulary import KEY


def _as_text(value: Any) -> Any:
    """Read a bare number as the text it stands for: a party may be called 2022."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


Name = Annotated[str, StringConstraints(pattern=KEY)]
Text = Annotated[str, BeforeValidator(_as_text), StringConstraints(min_length=1, max_length=4000)]


def _number_as_text(value: Any) -> Any:
    """Keep a number as it is written: 1.4 is 7/5."""
    number = isinstance(value, int | Decimal) and not isinstance(value, bool)
    return str(value) if number else value


Number = Annotated[
    str, BeforeValidator(_number_as_text), WithJsonSchema({"type": ["string", "number"]})
]
Doubt = Annotated[
    str | None,
    Field(description="Why this figure is doubtful, estimated or not found; shown as a warning."),
]


def _at_least_one(value: int) -> int:
    if value < 1:
        raise fault("E205", f"at least 1 is needed, not {value}")
    return value


def _tails(value: Any) -> Any:
    """Read degrees of freedom; `normal` turns heavy tails off."""
    if value == "normal":
        return 0
    try:
        degrees = int(str(value))
    except ValueError:
        raise fault("E203", f"expected degrees of freedom or normal, not {show(value)}") from None
    if not 3 <= degrees <= 200:
        raise fault(
            "E205", f"degrees of freedom lie between 3 and 200, not {degrees}", "or: normal"
        )
    return degrees


def bounded(low: float, high: float) -> Any:
    """Return a check that a number lies between two others."""

    def check(value: float) -> float:
        if not low <= value <= high:
            raise fault("E205", f"{value:g} is not between {low:g} and {high:g}")
        return value

    return check


Positive = Annotated[Count, AfterValidator(_at_least_one)]
Deviation = Annotated[Real, AfterValidator(bounded(0.0, 1.0))]
Correlation = Annotated[Real, AfterValidator(bounded(-0.95, 0.95))]
Slope = Annotated[Real, AfterValidator(bounded(-3.0, 3.0))]
Pull = Annotated[Real, AfterValidator(bounded(0.0, 2.0))]
Strength = Annotated[Real, AfterValidator(bounded(-10.0, 10.0))]
Tails = Annotated[
    int,
    BeforeValidator(_tails),
    Field(description="Degrees of freedom of Student t tails, or `normal`."),
]
SeatCounts = dict[Name, Count]
Shares = dict[Name, Share]


class Model(BaseModel):
    """Base of every part: immutable, and no key that the language does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


def at_most(value: int, limit: int) -> int:
    """Check that a whole number is not beyond what is possible."""
    if value > limit:
        raise fault("E205", f"{value:,} is more than the {limit:,} that are possible")
    return value
