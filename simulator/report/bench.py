"""The speed of the allocation kernels on a terminal: tables of times and ratios."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.allocation.programs import LIBRARIES
from simulator.allocation.speed import Bench, Case, Sizes
from simulator.report.layout import WIDE, Column, Screen, layout, wrap
from simulator.report.sentences import spaced


def render_bench(bench: Bench, machine: str, width: int = WIDE, ascii_only: bool = False) -> str:
    """Return the screen of a run of `simseats bench`.

    Examples
    --------
    >>> from simulator.allocation.speed import Bench, Case, Times
    >>> case = Case(8, 69, 8192, 15, {"dhondt": Times(40.0, 25.0, 18.0, 800.0, 800_000.0)})
    >>> print(render_bench(Bench((case,)), "1 core").splitlines()[4])
      dhondt  40 ns      25 ns  18 ns    20 × faster  20 000 × faster
    """
    screen = Screen.of([], width, ascii_only)
    lines: list[str] = []
    for case in bench.cases:
        lines += [*_case(case, machine, screen), ""]
    if bench.sizes is not None:
        lines += [*_sizes(bench.sizes, screen), ""]
    for text in _notes(bench):
        lines += wrap(text, screen.width)
    return screen.show("\n".join(lines)) + "\n"


def _case(case: Case, machine: str, screen: Screen) -> Iterator[str]:
    """Yield the two tables of a size of election: methods, and other programs."""
    head = (
        f"One allocation of {case.seats} seats to {case.parties} parties · one core of {machine} · "
        f"median of {case.rounds} rounds"
    )
    yield from wrap(head, screen.width, 0)
    if case.name:
        votes = f"Votes for lists of {spaced(case.elections)} draws of {case.name}"
        text = f"{votes}, without the threshold"
        yield from wrap(text, screen.width, 0)
    yield ""
    times = list(case.methods.values())
    yield from layout(
        [
            Column("method", list(case.methods), left=True),
            Column("rows", [duration(t.rows) for t in times]),
            Column("columns", [duration(t.columns) for t in times], drop=1),
            Column("alone", [duration(t.lanes) for t in times], drop=2),
            Column("against the loop", [faster(t.loop_ratio) for t in times]),
            Column("against the judge", [faster(t.judge_ratio) for t in times], drop=3),
        ],
        screen.width,
    )
    if not case.others:
        return
    yield ""
    others = case.others
    yield from layout(
        [
            Column("program", [o.label for o in others], left=True),
            Column("method", [o.method for o in others], left=True),
            Column("time", [duration(o.ns) for o in others], drop=1),
            Column("of the kernel", ["" if o.ratio is None else f"{figure(o.ratio)} ×"
                                     for o in others]),
        ],
        screen.width,
    )  # fmt: skip


def _sizes(sizes: Sizes, screen: Screen) -> Iterator[str]:
    """Yield the table of the kernels alone by number of seats."""
    yield from wrap(
        f"The kernel alone with {sizes.parties} parties, by number of seats", screen.width, 0
    )
    yield ""
    columns = [Column("method", list(sizes.methods), left=True)]
    for k, seats in enumerate(sizes.seats):
        cells = [duration(times[k]) for times in sizes.methods.values()]
        columns.append(Column(f"{seats} seats", cells))
    growth = [f"{figure(times[-1] / times[0])} ×" for times in sizes.methods.values()]
    columns.append(Column("last to first", growth, drop=1))
    yield from layout(columns, screen.width)


def _notes(bench: Bench) -> Iterator[str]:
    """Yield what the columns mean, and what is not there."""
    if bench.cases:
        yield (
            "rows: allocate_many on votes row by row; columns: on a Fortran array; alone: the "
            "kernel on votes that lie in its lanes. The loop is a compiled plain one, D'Hondt for "
            "divisor methods and largest remainders for quotas; the judge is simulator.allocate. "
            "Ratios are to rows. All programs gave the same seats."
        )
    missing = sorted({name for case in bench.cases for name in case.missing})
    for name in LIBRARIES:
        if name in missing:
            yield f"{name} is not installed and was left out: pip install {name}"
    if bench.judged_only:
        yield f"Without kernels, at the judge's speed: {', '.join(bench.judged_only)}."


def duration(ns: float) -> str:
    """Return a time with its unit.

    >>> duration(23.4), duration(1434.0), duration(1_800_000.0)
    ('23 ns', '1.4 µs', '1.8 ms')
    """
    for unit, size in (("s", 1e9), ("ms", 1e6), ("µs", 1e3)):
        if ns >= size:
            return f"{ns / size:.{1 if ns < 10 * size else 0}f} {unit}"
    return f"{ns:.0f} ns"


def figure(ratio: float) -> str:
    """Return a ratio with two or three digits.

    >>> figure(2.345), figure(36.7), figure(23553.0)
    ('2.3', '37', '23 600')
    """
    if ratio < 10:
        return f"{ratio:.1f}"
    digits = max(0, len(str(round(ratio))) - 3)
    return f"{round(ratio / 10**digits) * 10**digits:,}".replace(",", " ")


def faster(ratio: float) -> str:
    """Return a ratio as words.

    >>> faster(36.7), faster(0.5)
    ('37 × faster', '2.0 × slower')
    """
    return f"{figure(ratio)} × faster" if ratio >= 1 else f"{figure(1 / ratio)} × slower"
