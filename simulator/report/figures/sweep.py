"""The chart of a sweep: seats with bands and chances as lines, or a map of two dimensions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import resources

from simulator.report.comparison import event_label, events
from simulator.report.figures.colours import GREY, paper_style, party_colours, party_style
from simulator.report.figures.svg import drawing, element, escape, number, short, standalone, text
from simulator.report.sweep import chosen, describe, kind_of, leader
from simulator.results.sweep import Sweep
from simulator.vocabulary import INDEPENDENTS

WIDTH, LEFT, RIGHT = 780.0, 44.0, 190.0
PANEL, GAP, TOP = 210.0, 44.0, 48.0
LABEL = 14.0
_MOST_EVENTS = 5
_LEAST_SEATS, _LEAST_MOVE = 0.5, 0.25
_MOST_NUMBERS = 16

Axis = Callable[[float], float]


@dataclass(frozen=True)
class Curve:
    """A line of a panel: its values at the points, with a band where it has one."""

    label: str
    mark: str  # class of the colour
    values: tuple[float | None, ...]
    low: tuple[float, ...] = ()
    high: tuple[float, ...] = ()
    dashed: bool = False


def sweep_figure(found: Sweep, show: str | None = None) -> str:
    """Return the chart of a sweep as an SVG file that brings its own style.

    One dimension: mean seats with the interval of 5% to 95% of the draws, and below the chances of
    what is open. Two: a map of one quantity, by default of the chance that moves most.
    """
    entities = found.comparison.entities
    stated = [found.comparison.colours.get(name) for name in entities if name != INDEPENDENTS]
    style = (resources.files("simulator.report.page") / "figure.css").read_text(encoding="utf-8")
    style += paper_style() + party_style([*party_colours(stated), GREY])
    # Of chances, which are no party's: by the way a line is drawn, not by colour alone.
    style += ".line{fill:none;stroke:currentColor;stroke-width:2}"
    style += ".band{fill:currentColor;opacity:.16}.spot{fill:currentColor}"
    style += ".cell{fill:currentColor}"
    figure = _lines(found) if len(found.lines) == 1 else _map(found, show or chosen(found))
    return standalone(figure, style)


def _lines(found: Sweep) -> str:
    """Return the panels of one dimension."""
    line = found.lines[0]
    connected = line.numbers is not None
    places = line.numbers or tuple(map(float, range(len(line.values))))
    span = (max(places) - min(places)) or 1.0

    edge = 8.0 if connected else 40.0

    def across(x: float) -> float:
        return LEFT + edge + (WIDTH - LEFT - RIGHT - 2 * edge) * (x - min(places)) / span

    panels = [("Seats", group, False) for group in _seat_groups(found)]
    chances = _chances(found)
    if chances:
        panels.append(("Chance", chances, True))
    children, top = [], TOP
    for title, curves, share in panels:
        bars = [] if share else list(found.comparison.majorities.items())
        children += _panel(title, curves, places, across, top, connected, share, bars)
        top += PANEL + GAP
    bottom = top - GAP
    children += _own(found, places, across, bottom)
    every = max(1, -(-len(places) // 14))
    room = max(6, 70 // len(places))
    for k, (place, value) in enumerate(zip(places, line.values, strict=True)):
        if k % every == 0:
            children.append(text(short(value, room), across(place), bottom + 16, class_="tick",
                                 text_anchor="middle"))  # fmt: skip
    children.append(text(line.path, (WIDTH - RIGHT + LEFT) / 2, bottom + 34, class_="note",
                         text_anchor="middle"))  # fmt: skip
    title = f"{found.comparison.name}: {line.path} varied over the same draws"
    return drawing("sweep", WIDTH, bottom + 42, title, _described(found), *children)


def _seat_groups(found: Sweep) -> list[list[Curve]]:
    """Return the parties by panel: one that is far above the others has its own."""
    entities = found.comparison.entities
    curves = []
    for k, name in enumerate(entities):
        means = [p.found.values[f"seats.{name}"].mean for p in found.points]
        if max(means) < _LEAST_SEATS:
            continue
        held = [p.found.distributions[name] for p in found.points]
        if max(means) - min(means) < _LEAST_MOVE:
            held = []
        curves.append(Curve(
            found.comparison.labels[name], f"p{k}", tuple(means),
            tuple(float(d.quantile(0.05)) for d in held),
            tuple(float(d.quantile(0.95)) for d in held),
        ))  # fmt: skip
    if not curves:
        return []
    first = max(curves, key=lambda curve: _known(curve)[-1])
    rest = [value for curve in curves if curve is not first for value in _known(curve)]
    if rest and _known(first)[0] > 2 * max(rest):
        return [[first], [curve for curve in curves if curve is not first]]
    return [curves]


def _known(curve: Curve) -> list[float]:
    """Return all values of a curve and its band, in order."""
    return sorted(v for v in (*curve.values, *curve.low, *curve.high) if v is not None)


def _chances(found: Sweep) -> list[Curve]:
    """Return the chances of what is open anywhere, as shares of one hundred."""
    curves = []
    for name in events(found.comparison)[:_MOST_EVENTS]:
        values = [p.found.values.get(name) for p in found.points]
        holder = name.partition(": ")[2] or name.partition(".")[2]
        entities = found.comparison.entities
        mark = f"p{entities.index(holder)}" if holder in entities else ""
        curves.append(Curve(
            event_label(found.comparison, name), mark,
            tuple(None if v is None else 100 * v.mean for v in values),
            dashed=name.startswith("enters."),
        ))  # fmt: skip
    return curves


def _panel(
    title: str, curves: Sequence[Curve], places: Sequence[float], across: Axis, top: float,
    connected: bool, share: bool, bars: Sequence[tuple[str, int]],
) -> list[str]:  # fmt: skip
    """Return one panel: its scale, its curves, their names on the right."""
    numbers = [value for curve in curves for value in _known(curve)]
    low, high = (0.0, 100.0) if share else (min(numbers), max(numbers))
    marks = steps(low, high, 6)
    low, high = min(low, marks[0]), max(high, marks[-1])

    def up(y: float) -> float:
        return top + PANEL - PANEL * (y - low) / (high - low)

    children = [text(title, LEFT, top - 10, class_="value")]
    for mark in marks:
        y = up(mark)
        children.append(element("line", x1=LEFT, y1=y, x2=WIDTH - RIGHT, y2=y, class_="base"))
        children.append(text(f"{mark:g}{'%' if share else ''}", LEFT - 6, y + 4, class_="tick",
                             text_anchor="end"))  # fmt: skip
    for name, need in bars:
        if low < need < high:
            y = up(need)
            children.append(element(
                "g", element("line", x1=LEFT, y1=y, x2=WIDTH - RIGHT, y2=y),
                text(f"{short(name, 20)} {need}", LEFT + 4, y - 4, class_="halo"),
                class_="majority",
            ))  # fmt: skip
    ends = [next((v for v in reversed(c.values) if v is not None), low) for c in curves]
    spots = apart([up(v) for v in ends], LABEL, top, top + PANEL)
    for k, (curve, spot) in enumerate(zip(curves, spots, strict=True)):
        # Where values are words, curves stand side by side instead of on each other.
        aside = 0.0 if connected else 7.0 * (k - (len(curves) - 1) / 2)
        xs = [across(place) + aside for place in places]
        children.append(_curve(curve, xs, up, connected, spot))
    return children


def _curve(curve: Curve, xs: Sequence[float], up: Axis, connected: bool, spot: float) -> str:
    """Return a curve with its band, its points and its name."""
    known = [(x, up(v)) for x, v in zip(xs, curve.values, strict=True) if v is not None]
    parts = [element("title", escape(curve.label))]
    if curve.low and connected:
        upper = [(x, up(v)) for x, v in zip(xs, curve.high, strict=True)]
        lower = [(x, up(v)) for x, v in zip(xs, curve.low, strict=True)]
        parts.append(element("path", d=f"{_path([*upper, *reversed(lower)])}Z", class_="band"))
    elif curve.low:
        ends = zip(xs, curve.low, curve.high, strict=True)
        parts += [
            element("line", x1=x, y1=up(low), x2=x, y2=up(high), class_="line", opacity=".4")
            for x, low, high in ends
        ]
    if connected:
        dash = "5 4" if curve.dashed else None
        parts.append(element("path", d=_path(known), class_="line", stroke_dasharray=dash))
    parts += [element("circle", cx=x, cy=y, r=2.6, class_="spot") for x, y in known]
    end = known[-1] if known else (WIDTH - RIGHT, spot)
    edge = WIDTH - RIGHT + 14
    leader_line = _path([(end[0] + 4, end[1]), (edge - 3, spot)])
    parts.append(element("path", d=leader_line, class_="base", fill="none"))
    parts.append(text(short(curve.label, 27), edge, spot + 4))
    return element("g", *parts, class_=curve.mark or None)


def _path(spots: Sequence[tuple[float, float]]) -> str:
    """Return the path through some places."""
    return "M" + "L".join(f"{number(x)} {number(y)}" for x, y in spots)


def _own(found: Sweep, places: Sequence[float], across: Axis, bottom: float) -> list[str]:
    """Return the line at the scenario's own value, where it is one of the grid."""
    for point, place in zip(found.points, places, strict=True):
        if point.own:
            x = across(place)
            return [element(
                "g", element("line", x1=x, y1=20, x2=x, y2=bottom),
                text("as it is", x, 14, class_="note", text_anchor="middle"), class_="majority",
            )]  # fmt: skip
    return []


def steps(low: float, high: float, most: int) -> list[float]:
    """Return round numbers from below `low` to above `high`, at most `most` and one more.

    >>> steps(54, 89, 6), steps(0, 100, 6), steps(2.0, 2.0, 6)
    ([50, 60, 70, 80, 90], [0, 20, 40, 60, 80, 100], [2, 3])
    """
    factors, k = (1, 2, 5), 0
    while True:
        step = factors[k % 3] * 10 ** (k // 3)
        first, last = int(low // step), int(-(-high // step))
        if last - first <= most:
            break
        k += 1
    last = max(last, first + 1)
    return [step * k for k in range(first, last + 1)]


def apart(spots: Sequence[float], gap: float, top: float, bottom: float) -> list[float]:
    """Return places for labels near their spots, none nearer to another than `gap`.

    >>> apart([10.0, 12.0, 50.0], 14.0, 0.0, 60.0)
    [10.0, 24.0, 50.0]
    """
    order = sorted(range(len(spots)), key=lambda k: spots[k])
    found = list(spots)
    floor = top
    for k in order:
        found[k] = max(spots[k], floor)
        floor = found[k] + gap
    ceiling = bottom
    for k in reversed(order):
        found[k] = min(found[k], ceiling)
        ceiling = found[k] - gap
    return found


def _described(found: Sweep) -> str:
    """Return the first and last point in words, for those who do not see the lines."""
    first = leader(found)
    label = found.comparison.labels[first]
    ends = [
        f"at {p.values[0]} {label} has {p.found.values[f'seats.{first}'].mean:.1f} seats on average"
        for p in (found.points[0], found.points[-1])
    ]
    return f"{'; '.join(ends)}. Bands hold 90% of the draws."


def _map(found: Sweep, name: str) -> str:
    """Return a map of two dimensions: a cell a point, the number in it, darker where it is more."""
    down, across = found.lines
    share = kind_of(found, name) == "probability"
    values = [p.found.values[name].mean if name in p.found.values else None for p in found.points]
    known = [v for v in values if v is not None]
    low, high = (0.0, 1.0) if share else (min(known), max(known))
    left, right, top = 96.0, 12.0, 76.0
    wide = (WIDTH - left - right) / len(across.values)
    tall = max(18.0, min(34.0, 520.0 / len(down.values)))
    children = [
        text(describe(found, name), 0, 16, class_="value"),
        text(f"across: {across.path}; down: {down.path}", 0, 36, class_="note"),
    ]
    every = max(1, -(-len(across.values) * 34 // int(WIDTH - left - right)))
    for k, value in enumerate(across.values):
        if k % every == 0:
            spot = left + (k + 0.5) * wide
            room = max(5, int(wide // 7))
            words = short(value, room)
            children.append(text(words, spot, 66, class_="tick", text_anchor="middle"))
    for row, value in enumerate(down.values):
        y = top + (row + 0.5) * tall + 4
        children.append(text(short(value, 12), left - 8, y, class_="tick", text_anchor="end"))
    for k, (point, v) in enumerate(zip(found.points, values, strict=True)):
        row, column = divmod(k, len(across.values))
        corner = (left + column * wide, top + row * tall)
        level = 0.0 if v is None or high == low else (v - low) / (high - low)
        words = "–" if v is None else f"{100 * v:.0f}%" if share else f"{v:.1f}"
        children.append(_cell(point.values, words, corner, (wide, tall), level, point.own))
    title = f"{found.comparison.name}: {describe(found, name)}"
    words = f"{describe(found, name)} by {down.path} and {across.path}, over the same draws"
    return drawing("sweep", WIDTH, top + tall * len(down.values) + 8, title, words, *children)


def _cell(
    values: Sequence[str], words: str, spot: tuple[float, float], size: tuple[float, float],
    level: float, own: bool,
) -> str:  # fmt: skip
    """Return a cell of the map; the scenario as it is has a frame."""
    x, y = spot
    wide, tall = size
    parts = [
        element("title", escape(f"{', '.join(values)}: {words}")),
        element("rect", x=x + 1, y=y + 1, width=wide - 2, height=tall - 2, class_="cell",
                fill_opacity=f"{0.04 + 0.5 * level:.3f}", stroke="currentColor" if own else None,
                stroke_width=2 if own else None),
    ]  # fmt: skip
    if wide >= _MOST_NUMBERS * 2:
        parts.append(text(words, x + wide / 2, y + tall / 2 + 4, text_anchor="middle"))
    return element("g", *parts)
