"""The polls of a scenario on a terminal: what each is worth, and what they say together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from rich.cells import cell_len

from simulator.engine.pollbasis import basis_of_pool
from simulator.engine.polling import Passing
from simulator.report.layout import (
    WIDE,
    Column,
    Screen,
    layout,
    number,
    paragraph,
    plural,
    printable,
    wide,
    wrap,
)
from simulator.report.methods import short_names
from simulator.scenario.numbers import share_text
from simulator.scenario.schema import Scenario
from simulator.uncertainty.pooled import Poll, Pool, normalised

_SHORT, _LONG = 6, 16
_MOST_DAYS = 16
_OPEN = 0.02


def render_polls(
    scenario: Scenario, pool: Pool, chances: Mapping[str, Passing],
    width: int = WIDE, ascii_only: bool = False,
) -> str:  # fmt: skip
    """Return the page of a pool: assumptions, polls, houses, error by source, shares, path."""
    labels = {name: scenario.parties[name].name or name for name in pool.shares}
    screen = Screen.of(list(labels.values()), width, ascii_only)
    labels = {name: screen.names[label] for name, label in labels.items()}
    parts = [
        _title(scenario, pool, screen),
        _basis(scenario, pool, screen),
        _polls(scenario, pool, labels, screen),
        _houses(pool, labels, screen),
        _errors(pool, screen),
        _shares(scenario, pool, chances, labels, screen),
        _path(scenario, pool, labels, screen),
    ]
    return screen.show("\n\n".join("\n".join(part) for part in parts if part) + "\n")


def _title(scenario: Scenario, pool: Pool, screen: Screen) -> list[str]:
    kind = scenario.polls.kind if scenario.polls is not None else ""
    left = f"{printable(scenario.name)} · {kind} polls"
    pollsters = len({poll.pollster for poll in pool.polls})
    right = f"{plural(len(pool.polls), 'poll')} by {plural(pollsters, 'pollster')}"
    gap = screen.width - cell_len(left) - cell_len(right)
    return [left + " " * gap + right] if gap >= 2 else [left, f"  {right}"]


def _basis(scenario: Scenario, pool: Pool, screen: Screen) -> list[str]:
    lines = []
    for one in basis_of_pool(scenario, pool):
        mark = {"default": " (default", "polls": " (from polls"}.get(one.origin, "")
        text = one.value + (f"{mark})" if mark and not one.basis else mark)
        if one.basis:
            text += f": {one.basis})" if mark else f" ({one.basis})"
        lines += paragraph(one.about, printable(text), screen.width)
    return lines


def _polls(scenario: Scenario, pool: Pool, labels: Mapping[str, str], screen: Screen) -> list[str]:
    """Return one line a poll; what its own sample is worth comes before what it is worth here."""
    polls = pool.polls
    dated = scenario.date is not None and any(poll.days for poll in polls)
    columns = [
        Column("poll", [printable(poll.pollster) for poll in polls], left=True),
        Column("days", [str(poll.days) for poll in polls]),
        Column("n", [number(poll.n) for poll in polls]),
        Column("deff", [f"{poll.deff:.2f}" for poll in polls], drop=1),
        Column("alone", [_whole(1.0 / poll.sampling) for poll in polls]),
        Column("here", [_whole(size) for size in pool.effective]),
        Column("weight", [f"{100 * w:.1f}%" for w in pool.weights], "100.0%"),
        Column("off", [f"{pool.distance(poll):.2f}" for poll in polls]),
        Column(
            "residual",
            [_largest(pool, poll, short_names(labels, _SHORT)) for poll in polls],
            drop=3,
        ),
    ]
    if dated:
        assert scenario.date is not None
        days = [(scenario.date - timedelta(days=poll.days)).isoformat() for poll in polls]
        columns.insert(1, Column("date", days, drop=2))
    if any(poll.undecided for poll in polls):
        cells = [f"{100 * poll.undecided:.1f}%" for poll in polls]
        columns.insert(-4, Column("undec.", cells, f"{100 * pool.undecided:.1f}%", drop=2))
    lines = layout(columns, screen.width)
    here = "with the differences between pollsters"
    if pool.pooling == "precision" and len({poll.days for poll in polls}) > 1:
        here += " and the days since"
    if pool.pooling == "effective-sample":
        here = "as counted, with a correlation between pollsters"
    text = f"alone: the decided respondents by the design effect; here: {here}; off: "
    text += "distance from the pool in standard deviations, one is usual"
    if "residual" in lines[0]:
        text += "; residual: the largest that the house effect leaves, in points"
    lines += wrap(text, screen.width)
    for item in scenario.polls.items if scenario.polls is not None else []:
        if item.doubt:
            lines += wrap(
                printable(f"doubt: {item.pollster}: {' '.join(item.doubt.split())}"), screen.width
            )
    return lines


def _whole(size: float) -> str:
    return number(round(size)) if size else "–"


def _largest(pool: Pool, poll: Poll, labels: Mapping[str, str]) -> str:
    left = pool.residuals(poll)
    name = max(left, key=lambda option: abs(left[option]))
    return f"{labels[name]} {_points(left[name])}"


def _points(part: float) -> str:
    text = f"{100 * part:+.2f}"
    return text[1:] if float(text) == 0 else text


def _houses(pool: Pool, labels: Mapping[str, str], screen: Screen) -> list[str]:
    """Return the estimated error of each pollster in points, for as many options as fit."""
    if not pool.house or not pool.effects:
        return []
    largest = sorted(pool.shares, key=lambda name: -pool.shares[name])
    rows = {name: pool.house_effect(name) for name in pool.effects}
    columns = [Column("house effect, points", [printable(name) for name in rows], left=True)]
    short = _short(labels, columns, screen)
    columns += [
        Column(short[name], [_points(row[name]) for row in rows.values()],
               drop=largest.index(name))
        for name in pool.shares
    ]  # fmt: skip
    lines = layout(columns, screen.width)
    chance = ""
    if pool.freedom:
        chance = f"Q {pool.q:.1f} on {pool.freedom} degrees of freedom"
        moved = f" ({pool.chance:.1f} by chance and movement)"
        chance += f"{moved if pool.chance != pool.freedom else ''}: "
    text = f"{chance}pollsters differ as polls of {_whole(1 / pool.house)} would"
    return [*lines, *wrap(text + _legend(lines[0], short, labels), screen.width)]


def _short(labels: Mapping[str, str], columns: Sequence[Column], screen: Screen) -> dict[str, str]:
    """Return names of options that are as long as there is room for beside some columns."""
    room = (screen.width - wide(columns)) // len(labels) - 2
    return short_names(labels, max(_SHORT, min(_LONG, room)))


def _legend(head: str, short: Mapping[str, str], labels: Mapping[str, str]) -> str:
    """Return what short names stand for, and which options the table has no room for."""
    shown = [name for name in labels if f"  {short[name]}" in head]
    cut = [f"{short[name]} {labels[name]}" for name in shown if short[name] != labels[name]]
    hidden = [labels[name] for name in labels if name not in shown]
    text = f"; {', '.join(cut)}" if cut else ""
    return text + (f"; without {', '.join(hidden)} (see --json)" if hidden else "")


def _errors(pool: Pool, screen: Screen) -> list[str]:
    """Return the sources of error as interviews, and the part of the variance that each has."""
    sources = {
        "polls": pool.pooled,
        "drift since newest": pool.drift,
        "shared bias": pool.bias,
    }
    shown = {name: c2 for name, c2 in sources.items() if c2}
    columns = [
        Column("error", list(shown), "total", left=True),
        Column("interviews", [_whole(1 / c2) for c2 in shown.values()], _whole(pool.sample)),
        Column("variance", [f"{100 * c2 / pool.total:.1f}%" for c2 in shown.values()], "100.0%"),
    ]
    return layout(columns, screen.width)


def _shares(
    scenario: Scenario, pool: Pool, chances: Mapping[str, Passing], labels: Mapping[str, str],
    screen: Screen,
) -> list[str]:  # fmt: skip
    """Return the pooled shares with their error and the chance to reach the threshold."""
    names = list(pool.shares)
    columns = [
        Column("pooled", [_marked(labels[n], chances.get(n)) for n in names], left=True),
        Column("share", [f"{100 * pool.shares[n]:.2f}%" for n in names], "100.00%"),
        Column("SD", [f"{100 * pool.deviation(n):.2f}" for n in names]),
    ]
    if chances:
        cells = [_chance(chances[n].normal) if n in chances else "–" for n in names]
        columns.append(Column("passes", cells))
    if any(chance.student is not None for chance in chances.values()):
        heavy = [chances[n].student if n in chances else None for n in names]
        head = f"t, {scenario.uncertainty.tails} df"
        columns.append(Column(head, ["–" if x is None else _chance(x) for x in heavy]))
    lines = layout(columns, screen.width)
    text, tier = "SD: standard deviation in points", scenario.tiers.list
    if chances and tier is not None and tier.threshold is not None:
        base = f"{share_text(tier.threshold.share)} of {tier.threshold.base}"
        text += f"; passes: the chance to reach {base} with normal tails, beside it with those of "
        text += "t; in closed form, before regions, turnout and party correlation are drawn as "
        text += "simseats run does"
    return [*lines, *wrap(text, screen.width)]


def _marked(label: str, chance: Passing | None) -> str:
    open_ = chance is not None and _OPEN <= chance.normal <= 1 - _OPEN
    return f"▸ {label}" if open_ else f"  {label}"


def _chance(p: float) -> str:
    return "<0.1%" if p < 0.001 else ">99.9%" if p > 0.999 else f"{100 * p:.1f}%"


def _path(scenario: Scenario, pool: Pool, labels: Mapping[str, str], screen: Screen) -> list[str]:
    """Return opinion by day: days with polls and days between them, as many as are readable."""
    if not pool.path:
        return []
    asked = [poll.days for poll in pool.polls]
    step = -(-len(pool.path) // _MOST_DAYS)
    days = [day for day in pool.path if day.days % step == 0]
    rows = [normalised(dict(zip(pool.shares, day.logs, strict=True))) for day in days]
    largest = sorted(pool.shares, key=lambda name: -pool.shares[name])
    columns = [Column("days before", [str(day.days) for day in days])]
    if scenario.date is not None:
        dates = [(scenario.date - timedelta(days=day.days)).isoformat() for day in days]
        columns = [Column("opinion on", dates, drop=len(labels)), *columns]
    counts = [_asked(asked, day.days, step) for day in days]
    columns.append(Column("polls", counts))
    columns.append(Column("worth", [_whole(1 / day.variance) for day in days]))
    short = _short(labels, columns, screen)
    columns += [
        Column(short[name], [f"{100 * row[name]:.2f}" for row in rows], drop=largest.index(name))
        for name in pool.shares
    ]
    lines = layout(columns, screen.width)
    text = "per cent of the decided, smoothed by the polls of all days; worth: interviews, without "
    text += "the bias that all share" + _legend(lines[0], short, labels)
    return [*lines, *wrap(text, screen.width)]


def _asked(days: Sequence[int], day: int, step: int) -> str:
    """Return how many polls there are of a day and of those up to the day before shown."""
    count = sum(day <= asked < day + step for asked in days)
    return str(count) if count else ""
