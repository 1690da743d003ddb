"""Station results on a terminal: what was read, three detectors, the picture, what it means."""

from __future__ import annotations

import math

import numpy as np
from rich.cells import cell_len

from simulator.forensics.findings import Findings
from simulator.forensics.shpilkin import AnomalyRange
from simulator.forensics.table import StationFile
from simulator.report.layout import (
    WIDE,
    Column,
    Screen,
    layout,
    number,
    paragraph,
    plural,
    printable,
    wrap,
)

LIMITS = (
    "A pattern is not proof. Town and country, or regions, differ for honest reasons, and that "
    "makes patterns too; irregularities without a pattern leave all these figures at zero. They "
    "say where to look, not what happened."
)
_SHPILKIN = "leader's votes out of proportion at high turnout"
_INTEGERS = "stations within 0.05 points of a whole per cent"
_KINDS = {"turnout": "turnout", "leader": "share", "either": "either"}
_SHADES, _ASCII_SHADES = "·░▒▓█", ".:+*#"
_ROWS, _COLUMNS = 20, 50
# Standard errors beyond which chance is not a plausible reason.
_BEYOND = 3


def render_forensics(
    read: StationFile, found: Findings, width: int = WIDE, ascii_only: bool = False
) -> str:
    r"""Return the screen of station results.

    Examples
    --------
    >>> import io
    >>> from simulator.forensics import examine, read_stations
    >>> rows = "".join(f"{1000 + k},{500 + k},{240 + k}\n" for k in range(60))
    >>> read = read_stations(io.BytesIO(f"voters,ballots,leader\n{rows}".encode()))
    >>> print(render_forensics(read, examine(read.stations)).splitlines()[0])
    standard input                                                      60 polling stations
    """
    screen = Screen(max(40, min(width, WIDE)), ascii_only)
    parts = [
        _headline(read, screen),
        "\n".join(_read_lines(read, found, screen)),
        "\n".join(_anomaly_lines(found, screen)),
        "\n".join(_integer_lines(found, screen)),
        "\n".join(_shape_lines(found, screen)),
        "\n".join(_picture(found, screen)),
        "\n".join(wrap(LIMITS, screen.width)),
    ]
    return screen.show("\n\n".join(part for part in parts if part) + "\n")


def short_name(read: StationFile) -> str:
    """Return what the leader is called: the column of the file."""
    return " + ".join(printable(name) for name in read.columns["leader"])


def _headline(read: StationFile, screen: Screen) -> str:
    left = printable(read.name)
    right = plural(len(read.stations), "polling station")
    gap = screen.width - cell_len(left) - cell_len(right)
    return left + (" " * gap if gap >= 2 else "\n  ") + right


def _read_lines(read: StationFile, found: Findings, screen: Screen) -> list[str]:
    """Say what the figures rest on."""
    stations = read.stations
    registered, cast = int(stations.registered.sum()), int(stations.cast.sum())
    counted, leader = int(stations.counted.sum()), int(stations.leader.sum())
    lines = paragraph("leader", short_name(read), screen.width)
    text = f"{number(registered)} registered, {number(cast)} ballots cast: turnout "
    text += f"{100 * cast / registered:.2f}%"
    if counted:
        text += f"; {number(leader)} of {number(counted)} counted: share "
        text += f"{100 * leader / counted:.2f}%"
    lines += paragraph("totals", text, screen.width)
    if read.left_out:
        text = ", ".join(f"{number(n)} with {why}" for why, n in read.left_out.items())
        lines += paragraph("left out", text, screen.width)
    if read.more_counted:
        text = f"{plural(read.more_counted, 'station')} counted more ballots than were cast"
        lines += paragraph("odd", text, screen.width)
    return lines


def _anomaly_lines(found: Findings, screen: Screen) -> list[str]:
    lines = wrap(f"Shpilkin estimate: {_SHPILKIN}", screen.width)
    if found.anomaly is None:
        return [*lines, *wrap(f"not possible: {found.missing['shpilkin']}", screen.width, 4)]
    best = found.anomaly.best
    counted = int(found.stations.counted.sum())
    text = f"{number(best.stations)} stations with up to {best.high:g}% turnout, the peak of the "
    text += f"others' votes: {best.ratio:.3g} votes of the leader to one other ballot"
    lines += paragraph("reference", text, screen.width)
    text = f"{_amount(best.votes, best.error)} votes, SE {_amount(best.error, best.error)}; "
    text += f"{100 * best.votes / counted:.1f}% of the ballots counted"
    if abs(best.votes) < _BEYOND * best.error:
        text += f"; chance alone gives as much (within {_BEYOND} SE)"
    lines += paragraph("beyond it", text, screen.width)
    lines += paragraph("range", _range_text(found.anomaly), screen.width)
    text = f"turnout {100 * best.clean_turnout:.1f}%, leader {100 * best.clean_share:.1f}%"
    return lines + paragraph("without", text, screen.width)


def _range_text(anomaly: AnomalyRange) -> str:
    low, high = anomaly.span("votes")
    error = anomaly.best.error
    turnout = [f"{100 * end:.1f}%" for end in anomaly.span("clean_turnout")]
    share = [f"{100 * end:.1f}%" for end in anomaly.span("clean_share")]
    text = f"{_amount(low, error)} to {_amount(high, error)} votes with other bins and reference "
    text += f"parts; turnout {turnout[0]} to {turnout[1]}, leader {share[0]} to {share[1]} without"
    return text


def _amount(value: float, error: float) -> str:
    r"""Return a number with no more digits than its error allows: two of the error's.

    >>> _amount(15157617, 107727), _amount(-3.2, 14)
    ('15\xa0160\xa0000', '-3')
    """
    unit = 10 ** max(math.floor(math.log10(error)) - 1, 0) if error > 0 else 1
    return number(round(value / unit) * unit)


def _integer_lines(found: Findings, screen: Screen) -> list[str]:
    lines = wrap(f"Integer percentages: {_INTEGERS}", screen.width)
    if found.integers is None:
        return [*lines, *wrap(f"not possible: {found.missing['integers']}", screen.width, 4)]
    order = list(_KINDS)
    rows = sorted(found.integers, key=lambda one: (one.step, order.index(one.kind)))
    columns = [
        Column("", [_KINDS[one.kind] for one in rows], left=True),
        Column("by", [f"{one.step}%" for one in rows]),
        Column("observed", [number(one.observed) for one in rows]),
        Column("by chance", [f"{one.expected:.1f}" for one in rows], drop=1),
        Column("SD", [f"{one.sd:.1f}" for one in rows], drop=2),
        Column("excess", [f"{one.excess:+.0f}" for one in rows]),
        Column("in SD", [f"{one.z:+.1f}" for one in rows]),
    ]
    text = f"Of {number(rows[0].stations)} stations with at least 100 voters and at most 99%. "
    if rows[0].resamples:
        text += f"Chance drawn {number(rows[0].resamples)} times: SD / "
        text += f"√{number(rows[0].resamples)} is its error. "
    beyond = [one for one in rows if one.z >= _BEYOND]
    text += f"{len(beyond)} of {len(rows)} counts are more than chance gives ({_BEYOND} SD)."
    return [*lines, *layout(columns, screen.width), *wrap(text, screen.width)]


def _shape_lines(found: Findings, screen: Screen) -> list[str]:
    picture, rates = found.fingerprint, found.rates
    text = f"correlation of turnout and share {picture.correlation:+.2f}; "
    text += f"{plural(picture.corner, 'station')} with both at least 95%"
    lines = paragraph("shape", text, screen.width)
    if rates is not None:
        text = f"log vote rates: skewness {rates.skewness:+.2f} (SE {rates.skewness_error:.2f}), "
        text += f"excess kurtosis {rates.excess_kurtosis:+.2f} (SE {rates.kurtosis_error:.2f}); "
        text += "0 for a normal distribution"
        lines += paragraph("", text, screen.width)
    return lines


def _picture(found: Findings, screen: Screen) -> list[str]:
    """Draw turnout against share with characters; left out on a narrow terminal."""
    if screen.width < _COLUMNS + 16:
        return []
    fine = found.fingerprint.voters
    step = len(fine) // _COLUMNS
    wide = fine.reshape(_COLUMNS, step, _ROWS, len(fine) // _ROWS).sum(axis=(1, 3))
    top = int(wide.max())
    bounds = [top * k * k / len(_SHADES) ** 2 for k in range(1, len(_SHADES))]
    levels = np.where(wide > 0, 1 + np.searchsorted(bounds, wide, side="right"), 0)
    marks = " " + (_ASCII_SHADES if screen.ascii_only else _SHADES)
    lines = ["  share"]
    for row in range(_ROWS - 1, -1, -1):
        label = f"{100 * (row + 1) // _ROWS}%" if row % 4 == 3 else ""
        cells = "".join(marks[level] for level in levels[:, row])
        lines.append(f"  {label:>5} {cells}".rstrip())
    axis = "".join(f"{f'{10 * k}%':<5}" for k in range(0, 11, 1))
    lines.append(f"        {axis}turnout".rstrip())
    lines += wrap("darker: more registered voters, on a square-root scale", screen.width, 8)
    return lines
