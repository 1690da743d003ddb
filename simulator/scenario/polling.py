"""Polls in the scenario language, and what makes them err."""

from __future__ import annotations

import datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, model_validator

from simulator.scenario.dates import Date
from simulator.scenario.numbers import Count, Real, Share
from simulator.scenario.words import (
    Deviation,
    Doubt,
    Model,
    Name,
    Positive,
    Shares,
    Text,
    at_most,
    bounded,
)

# A path by day is followed at most this far back; ten years.
MOST_DAYS = 3_650

Biases = dict[Name, Annotated[Real, AfterValidator(bounded(-2.0, 2.0))]]


class Poll(Model):
    """One poll: who asked how many, and what they answered."""

    pollster: Text = Field(description="Who asked; polls of one pollster share its house effect.")
    n: Positive = Field(description="Respondents.")
    stations: Positive | None = Field(None, description="Sampled clusters (polling stations).")
    icc: Share | None = Field(None, description="Correlation inside a cluster.")
    deff: Annotated[Real, AfterValidator(bounded(0.1, 1000.0))] | None = Field(
        None, description="Design effect; computed from stations and icc, else 1."
    )
    date: Date | None = Field(
        None, description="Last day of the poll, such as 2023-03-12; needs the date of the election"
    )
    days_before: Annotated[Count, AfterValidator(lambda n: at_most(n, MOST_DAYS))] = Field(
        0, description="Or: days between the poll and election day."
    )
    undecided: Share = Field(
        0, validate_default=True, description="Respondents without an answer, of all."
    )
    bias: Biases = Field(
        default_factory=dict,
        description="Known error by party on the scale of logarithms: 0.02 is 2% of its share.",
    )
    shares: Shares = Field(description="Answers; the decided count, made parts of one.")
    source: Text | None = None
    doubt: Doubt = None

    def age(self, election: datetime.date | None) -> int:
        """Return the days between the poll and election day."""
        if self.date is None or election is None:
            return self.days_before
        return (election - self.date).days


class House(Model):
    """What is known of a pollster before its polls are read."""

    bias: Biases = Field(description="Known error in all its polls, by party, as logarithm.")
    source: Text | None = None
    doubt: Doubt = None


class Polls(Model):
    """Polls, pooled into one estimate with an effective sample size."""

    kind: Literal["exit", "pre-election"] = Field(
        "pre-election", description="Decides the default of the bias that all polls share."
    )
    pooling: Literal["precision", "local-level", "effective-sample"] = Field(
        "precision",
        description="Mean weighted by precision; opinion followed day by day; or samples added up "
        "by a correlation between pollsters, which has no floor of bias.",
    )
    items: list[Poll] = Field(min_length=1, description="The polls, inline or as a CSV file.")
    houses: dict[Text, House] = Field(
        default_factory=dict, description="What is known of pollsters, by their names."
    )

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
    house_estimator: Literal["moments", "paule-mandel", "reml"] = Field(
        "moments", description="How those differences are estimated from the polls."
    )
    drift_per_day: Deviation = Field(0.005, description="Movement of opinion per day.")
    correlation: Deviation = Field(
        0.5, description="Between pollsters; pooling `effective-sample` alone uses it."
    )
