"""Checks of the polls of a scenario: one message for each fault, at its place."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from simulator.errors import Diagnostic, suggest
from simulator.scenario.findings import ROUNDING, percent, unknown_names
from simulator.scenario.polling import MOST_DAYS, Poll
from simulator.scenario.schema import Scenario
from simulator.scenario.source import Key, Source

MOST_POLLS = 2_000
# Below this total the answers left out are more than small lists and rounding.
LEAST_TOTAL = Fraction(9, 10)
MOST_UNDECIDED = Fraction(9, 10)


def check_polls(scenario: Scenario, source: Source) -> Iterator[Diagnostic]:
    """Yield every fault of the polls."""
    if scenario.polls is None:
        return
    items = scenario.polls.items
    if len(items) > MOST_POLLS:
        text = f"{len(items):,} polls: at most {MOST_POLLS:,} are possible"
        yield source.diagnose("E218", text, ("polls", "items"))
        return
    seen: dict[tuple[object, ...], int] = {}
    for number, poll in enumerate(items):
        path: Key = ("polls", "items", number)
        yield from _check_shares(scenario, source, path, poll)
        yield from _check_design(source, path, poll)
        yield from _check_day(scenario, source, path, poll)
        yield from _check_bias(scenario, source, path, poll)
        same = (poll.pollster, poll.age(scenario.date), poll.n, *sorted(poll.shares.items()))
        first = seen.setdefault(same, number)
        if first != number:
            line = source.locate(("polls", "items", first)).line
            text = f'this poll of "{poll.pollster}" stands here a second time'
            yield source.diagnose("E219", text, path, f"first on line {line}")
    yield from _check_houses(scenario, source)
    error = scenario.uncertainty.polls
    if "correlation" in error.model_fields_set and scenario.polls.pooling != "effective-sample":
        text = "a correlation between pollsters has no effect on this pooling"
        hint = "polls: {pooling: effective-sample, ...}"
        place: Key = ("uncertainty", "polls", "correlation")
        yield source.diagnose("E219", text, place, hint, at_key=True)


def _check_shares(
    scenario: Scenario, source: Source, path: Key, poll: Poll
) -> Iterator[Diagnostic]:
    here: Key = (*path, "shares")
    yield from unknown_names(source, here, poll.shares, list(scenario.parties))
    missing = [name for name in scenario.parties if name not in poll.shares]
    if missing:
        names = ", ".join(f'"{name}"' for name in missing)
        hint = "add " + ", ".join(f"{name}: 1%" for name in missing[:3])
        yield source.diagnose("E216", f"the poll says nothing about {names}", here, hint)
    for name, share in poll.shares.items():
        if share == 0:
            hint = "write the smallest share it could stand for, such as 0.1%"
            text = "a polled share of zero has no logarithm"
            yield source.diagnose("E205", text, (*here, name), hint)
    yield from _check_total(source, path, poll, bool(missing))


def _check_total(source: Source, path: Key, poll: Poll, incomplete: bool) -> Iterator[Diagnostic]:
    """Yield a fault when shares, with or without the undecided, do not make up a whole."""
    here: Key = (*path, "shares")
    total = sum(poll.shares.values(), Fraction(0))
    if poll.undecided > MOST_UNDECIDED:
        text = f"{percent(poll.undecided)} are undecided: at most {percent(MOST_UNDECIDED)}"
        yield source.diagnose("E205", text, (*path, "undecided"))
    elif total > 1 + ROUNDING:
        text = f"the shares of the poll add up to {percent(total)}"
        yield source.diagnose("E213", text, here, "at most 100%")
    elif not incomplete and total + poll.undecided < LEAST_TOTAL and total > 0:
        with_them = " with the undecided" if poll.undecided else ""
        text = f"the shares of the poll add up to {percent(total + poll.undecided)}{with_them}"
        hint = f"add undecided: {percent(1 - total)}, or the options that are missing"
        yield source.diagnose("E213", text, here, hint)


def _check_design(source: Source, path: Key, poll: Poll) -> Iterator[Diagnostic]:
    if poll.stations is not None and poll.stations > poll.n:
        text = f"{poll.stations:,} stations for {poll.n:,} respondents"
        yield source.diagnose("E219", text, (*path, "stations"))
    if poll.icc is not None and poll.deff is not None:
        text = "deff and icc are two ways to say the same"
        yield source.diagnose("E219", text, (*path, "icc"), "use one of the two", at_key=True)
    elif poll.icc is not None and poll.stations is None:
        hint = "add stations: 200"
        text = "icc has no effect without the number of stations"
        yield source.diagnose("E219", text, (*path, "icc"), hint, at_key=True)


def _check_day(scenario: Scenario, source: Source, path: Key, poll: Poll) -> Iterator[Diagnostic]:
    if poll.date is None:
        return
    here: Key = (*path, "date")
    if "days_before" in poll.model_fields_set:
        text = "date and days_before are two ways to say the same"
        yield source.diagnose("E219", text, (*path, "days_before"), "use one of the two")
    elif scenario.date is None:
        hint = "add the election day at the top of the scenario, such as date: 2023-03-19"
        yield source.diagnose("E202", "a dated poll needs the date of the election", here, hint)
    elif poll.age(scenario.date) < 0:
        text = f"the poll is dated after election day, {scenario.date}"
        yield source.diagnose("E205", text, here)
    elif poll.age(scenario.date) > MOST_DAYS:
        text = f"the poll is {poll.age(scenario.date):,} days old, at most {MOST_DAYS:,} count"
        yield source.diagnose("E205", text, here)


def _check_bias(scenario: Scenario, source: Source, path: Key, poll: Poll) -> Iterator[Diagnostic]:
    yield from unknown_names(source, (*path, "bias"), poll.bias, list(scenario.parties))
    houses = scenario.polls.houses if scenario.polls is not None else {}
    if poll.bias and poll.pollster in houses:
        text = f'the bias of "{poll.pollster}" is given here and under houses'
        hint = "use one of the two"
        yield source.diagnose("E219", text, (*path, "bias"), hint, at_key=True)


def _check_houses(scenario: Scenario, source: Source) -> Iterator[Diagnostic]:
    assert scenario.polls is not None
    pollsters = list(dict.fromkeys(poll.pollster for poll in scenario.polls.items))
    for name, house in scenario.polls.houses.items():
        here: Key = ("polls", "houses", name)
        if name not in pollsters:
            hint = suggest(name, pollsters) or "known: " + ", ".join(pollsters[:8])
            text = f'no poll is by "{name}"'
            yield source.diagnose("E219", text, here, hint, at_key=True)
        yield from unknown_names(source, (*here, "bias"), house.bias, list(scenario.parties))
