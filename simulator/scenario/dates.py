"""Days of the calendar as the scenario language writes them: 2023-03-19."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

from simulator.scenario.numbers import fault, show


def read_date(value: Any) -> date:
    """Read a day, written year-month-day."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        found = date.fromisoformat(str(value).strip())
    except ValueError:
        hint = "write year-month-day, such as 2023-03-19"
        raise fault("E203", f"expected a date, not {show(value)}", hint) from None
    return found


Date = Annotated[
    date,
    BeforeValidator(read_date),
    PlainSerializer(lambda day: day.isoformat(), return_type=str),
    WithJsonSchema({"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"}),
]
