"""The tables of docs/explanation/which-method-favours-whom.md, from a run.

Votes are drawn uniformly: every division of all votes among the parties is equally likely. They are
the gaps between sorted whole numbers from the raw stream of PCG64, which is the same on every
machine and in every version of numpy, and seats are counted exactly.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

import simulator
from docs.methods import KAZAKHSTAN, SEATS
from simulator.allocation import registry

SEED = 2003
DRAWS = 1_000_000
HOUSE = 1000
BITS = 30
HALF = Fraction(1, 2)

# Methods and options; the size of their bias: a split point q of a divisor method less 1/2, or
# gamma / l of the quota V / (n + gamma).
METHODS: dict[str, tuple[str, dict[str, Any], Callable[[int], Fraction]]] = {
    "Adams": ("adams", {}, lambda parties: 0 - HALF),
    "Danish": ("danish", {}, lambda parties: Fraction(1, 3) - HALF),
    "Huntington-Hill": ("huntington-hill", {}, lambda parties: Fraction(0)),
    "Sainte-Laguë": ("sainte-lague", {}, lambda parties: Fraction(0)),
    "modified Sainte-Laguë": ("modified-sainte-lague", {}, lambda parties: Fraction(0)),
    "D'Hondt": ("dhondt", {}, lambda parties: 1 - HALF),
    "Imperiali divisors": ("imperiali-divisor", {}, lambda parties: 2 - HALF),
    "largest remainder, Hare": ("largest-remainder", {}, lambda parties: Fraction(0)),
    "largest remainder, Droop": (
        "largest-remainder", {"quota": "droop"}, lambda parties: Fraction(1, parties)
    ),
}  # fmt: skip

_WIDEST = "Imperiali divisors"


def draw_votes(draws: int, parties: int, least: Fraction = Fraction(0)) -> NDArray[np.int64]:
    """Return votes of parties from the largest, uniform among divisions with no share below."""
    raw = np.random.PCG64(SEED).random_raw(draws * (parties - 1)) >> np.uint64(64 - BITS)
    cuts = np.sort(raw.astype(np.int64).reshape(draws, parties - 1), axis=1)
    votes = np.diff(cuts, axis=1, prepend=0, append=2**BITS)
    # Whole votes for everybody first: share = (first + stretch * vote) / all.
    rest = 1 - parties * least
    votes = votes * rest.numerator * least.denominator
    votes += least.numerator * rest.denominator * 2**BITS
    return np.asfortranarray(-np.sort(-votes, axis=1))


def seat_bias(
    votes: NDArray[np.int64], seats: int, method: str, **options: Any
) -> tuple[list[float], float]:
    """Return the average seats above the ideal share by rank, and the largest standard error."""
    total = int(votes[0].sum())
    found = np.asarray(simulator.allocate_many(votes, seats, method, **options), np.int64)
    draws = len(votes)
    means = [
        (int(s) * total - seats * int(v)) / (draws * total)
        for s, v in zip(found.sum(axis=0), votes.sum(axis=0), strict=True)
    ]
    spread = (found - votes * (seats / total)).std(axis=0)
    return means, float(spread.max()) / math.sqrt(draws)


def closed_form(size: Fraction, parties: int, least: Fraction = Fraction(0)) -> list[float]:
    """Return the seat bias by rank in the limit of a large chamber."""
    tails = [sum(Fraction(1, i) for i in range(k, parties + 1)) for k in range(1, parties + 1)]
    return [float(size * (tail - 1) * (1 - parties * least)) for tail in tails]


def bias_tables() -> str:
    """Return seat biases of all methods for 3 to 6 parties, simulated and in the limit."""
    lines: list[str] = []
    worst: dict[str, float] = {}
    for parties in range(3, 7):
        votes = draw_votes(DRAWS, parties)
        rows = []
        for label, (method, options, size) in METHODS.items():
            means, error = seat_bias(votes, HOUSE, method, **options)
            limits = closed_form(size(parties), parties)
            worst[label] = max(worst.get(label, 0.0), error)
            rows.append([_link(label, method), *_beside(means, limits)])
        heads = [f"{parties} parties", *_ranks(parties)]
        lines += [*_table(heads, rows), ""]
    return "\n".join([
        *lines,
        f"{_spaced(DRAWS)} elections for each number of parties, {_spaced(HOUSE)} seats; in "
        "brackets the limit for large chambers. Standard errors are at most "
        f"{_up(worst.pop(_WIDEST))} seats for {_WIDEST} and {_up(max(worst.values()))} for the "
        "others.", "",
    ])  # fmt: skip


def threshold_table() -> str:
    """Return the bias of D'Hondt among four parties above a threshold."""
    parties, rows, worst = 4, [], 0.0
    for least in (Fraction(0), Fraction(1, 50), Fraction(1, 20), Fraction(1, 10), Fraction(1, 5)):
        votes = draw_votes(DRAWS, parties, least)
        means, error = seat_bias(votes, HOUSE, "dhondt")
        worst = max(worst, error)
        limits = closed_form(HALF, parties, least)
        rows.append([f"{float(100 * least):g}%", *_beside(means, limits)])
    lines = _table(["no share below", *_ranks(parties)], rows)
    return "\n".join([*lines, "", f"Standard errors up to {_up(worst)} seats.", ""])


def magnitude_table() -> str:
    """Return what D'Hondt gives the largest of four parties in districts of several sizes."""
    parties, rows, worst = 4, [], 0.0
    votes = draw_votes(DRAWS, parties)
    for seats in (4, 6, 10, 20, 69, 150, HOUSE):
        means, error = seat_bias(votes, seats, "dhondt")
        worst = max(worst, error)
        percents = (f"{_signed(100 * m / seats, 1 if seats < 100 else 2)}%" for m in means)
        rows.append([str(seats), *(_signed(m, 2) for m in means), *percents])
    heads = ["seats", *_ranks(parties), *(f"{r}, of the seats" for r in _ranks(parties))]
    lines = _table(heads, rows)
    return "\n".join([*lines, "", f"Standard errors up to {_up(worst)} seats.", ""])


def kazakhstan_table() -> str:
    """Return the list seats of 2023 by several methods, and how far they are from the share."""
    total = sum(KAZAKHSTAN.values())
    ideal = {party: SEATS * v / total for party, v in KAZAKHSTAN.items()}
    rows = [["ideal share", *(f"{x:.2f}" for x in ideal.values())]]
    listed = [(label, method, options) for label, (method, options, _) in METHODS.items()]
    listed += [(registry.get(m).label, m, {}) for m in ("power-divisor", "macau")]
    for label, method, options in listed:
        seats = simulator.allocate(KAZAKHSTAN, SEATS, method, **options).seats
        cells = (f"{seats[p]} ({_signed(seats[p] - ideal[p], 2)})" for p in ideal)
        rows.append([_link(label, method), *cells])
    return "\n".join([*_table(["method", *ideal], rows), ""])


def threshold_of_2023_table() -> str:
    """Return what the threshold of 2023 did to the ideal shares, beside the method."""
    lists = {**KAZAKHSTAN, "baytaq": 146431}
    rows = []
    for label, votes in (("seven lists", lists), ("six lists above 5%", KAZAKHSTAN)):
        total = sum(votes.values())
        shares = (f"{SEATS * votes[p] / total:.2f}" if p in votes else "–" for p in lists)
        rows.append([f"ideal share, {label}", *shares])
    seats = simulator.allocate(lists, SEATS).seats
    rows.append(["largest remainder, Hare, no threshold", *(str(n) for n in seats.values())])
    seats = simulator.allocate(lists, SEATS, threshold="5%").seats
    rows.append(["largest remainder, Hare, threshold", *(str(n) for n in seats.values())])
    seats = simulator.allocate(lists, SEATS, "dhondt", threshold="5%").seats
    rows.append(["D'Hondt, threshold", *(str(n) for n in seats.values())])
    return "\n".join([*_table(["", *lists], rows), ""])


TABLES: dict[str, Callable[[], str]] = {
    "seat-biases": bias_tables,
    "threshold": threshold_table,
    "magnitude": magnitude_table,
    "kazakhstan-2023": kazakhstan_table,
    "kazakhstan-2023-threshold": threshold_of_2023_table,
}


def _beside(means: Sequence[float], limits: Sequence[float]) -> list[str]:
    return [f"{_signed(m, 3)} ({_signed(x, 3)})" for m, x in zip(means, limits, strict=True)]


def _link(label: str, method: str) -> str:
    return f"[{label}](../reference/methods/{method}.md)"


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    return [
        f"| {' | '.join(heads)} |", f"|---|{'---:|' * (len(heads) - 1)}",
        *(f"| {' | '.join(row)} |" for row in rows),
    ]  # fmt: skip


def _ranks(parties: int) -> list[str]:
    names = ["largest", "second", "third", "fourth", "fifth"]
    return [*names[: parties - 1], "smallest"]


def _signed(value: float, digits: int) -> str:
    text = f"{value:+.{digits}f}"
    return text[1:] if float(text) == 0 else text.replace("-", "−")


def _up(error: float) -> str:
    """Return a standard error rounded up to one digit, so that no machine prints another."""
    step: float = 10 ** math.floor(math.log10(error))
    return f"{math.ceil(error / step) * step:.4f}".rstrip("0")


def _spaced(number: int) -> str:
    return f"{number:,}".replace(",", " ")
