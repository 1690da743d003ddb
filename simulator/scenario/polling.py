"""Polls in the scenario language, and what makes them err."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, model_validator

from simulator.scenario.numbers import Count, Real, Share
from simulator.scenario.words import Deviation, Doubt, Model, Positive, Shares, Text, bounded


class Poll(Model):
    """One poll: who asked how many, and what they answered."""

    pollster: Text
    n: Positive = Field(description="Respondents.")
    stations: Positive | None = Field(None, description="Sampled clusters (polling stations).")
    icc: Share | None = Field(None, description="Correlation inside a cluster.")
    deff: Annotated[Real, AfterValidator(bounded(0.1, 1000.0))] | None = Field(
        None, description="Design effect; computed from stations and icc, else 1."
    )
    days_before: Count = Field(0, description="Days between the poll and election day.")
    shares: Shares
    source: Text | None = None
    doubt: Doubt = None


class Polls(Model):
    """Polls, pooled into one estimate with an effective sample size."""

    kind: Literal["exit", "pre-election"] = Field(
        "pre-election", description="Decides the default of the bias that all polls share."
    )
    items: list[Poll] = Field(min_length=1, description="The polls, inline or as a CSV file.")

    @model_validator(mode="before")
    @classmethod
    def _short(cls, value: Any) -> Any:
        """A bare list stands for its items."""
        return value if isinstance(value, dict) else {"items": value}


class PollError(Model):
    """What makes polls err beyond sampling, as effective sample sizes."""

    bias_n: Positive | None = Field(
        None, description="Sample size equivalent of the shared bias: exit 2000, else 400."
    )
    house_n: Positive = Field(3300, description="Prior for the differences between pollsters.")
    house_df: Count = Field(10, description="Weight of that prior in degrees of freedom.")
    drift_per_day: Deviation = Field(0.005, description="Movement of opinion per day.")
