"""Many allocations at once: compiled kernels, and the judge for what they cannot decide."""

from __future__ import annotations

import operator
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from simulator.allocation import registry
from simulator.allocation.allocate import allocate, read_parameters
from simulator.allocation.compile import RemainderRule, Rule, compile_rule
from simulator.allocation.numbers import read_count, read_seats, read_share
from simulator.allocation.outcome import Allocation
from simulator.allocation.registry import Method
from simulator.allocation.ties import read_rules
from simulator.errors import AllocationError

# What the kernels say about a draw: a tie decided, whole quotas exceed the seats, not decided.
TIED, OVER, OPEN = 1, 2, 4

BEATS = {">=": operator.ge, ">": operator.gt}
_PLAIN = {"share", "compare", "base"}
_LARGEST = 2**62
# Largest votes of a party (divisor methods) or in all (quotas), tried in this order; a draw beyond
# goes to the judge.
_LIMITS = tuple(2**bits - 1 for bits in (42, 38, 34, 32, 28, 24, 20))

# Rules that were compiled before: the same one is used again and again in a simulation.
_COMPILED: dict[tuple[str, str, int], Rule | None] = {}
_MOST_COMPILED = 256


class SeatRows(np.ndarray[Any, np.dtype[np.int32]]):
    """Seats of many elections, shape (draws, parties), which knows where ties decided.

    Attributes
    ----------
    tied
        Whether the last seat of each draw was decided by the tie rule, shape (draws,).
    judged
        How many draws the judge decided, because the kernels could not or do not know the rule.
    """

    tied: NDArray[np.bool_]
    judged: int

    def __array_finalize__(self, source: Any) -> None:
        """Keep the marks with views of the whole; a part of the rows has none."""
        same = getattr(source, "shape", None) == self.shape
        self.tied = source.tied if same and hasattr(source, "tied") else np.zeros(0, np.bool_)
        self.judged = getattr(source, "judged", 0)

    @property
    def ties(self) -> int:
        """In how many draws the tie rule decided a seat."""
        return int(np.count_nonzero(self.tied))


def allocate_many(
    votes: ArrayLike,
    seats: int,
    method: str = "largest-remainder",
    *,
    ties: str | Sequence[str] = "listed-order",
    threshold: Any = None,
    seed: int | None = None,
    **options: Any,
) -> SeatRows:
    """Allocate the seats of many elections by one rule, exactly.

    The same rules as :func:`simulator.allocate`. Divisor methods and largest remainders run in
    compiled kernels, about as fast for a thousand seats as for ten; every draw they cannot decide
    by exact comparison goes to the judge, as do methods and options that they do not know
    (minimum, maximum, initial, mixed methods), at the judge's speed.

    Parameters
    ----------
    votes
        Whole votes, shape (draws, parties), not negative. Column-major arrays (Fortran order) are
        fastest, since the kernels work on columns.
    seats
        Seats of each election.
    method
        Id or alias, see ``simseats methods``.
    ties
        As for one election; the order of the columns is the order of the list. With ``lot`` the
        draw's number joins the seed, so that each draw has its own lot.
    threshold
        As for one election. The base is the votes of the draw, or a number for all draws.
    seed
        Seed of the lots.
    **options
        Parameters of the method and of :func:`simulator.allocate`.

    Returns
    -------
    SeatRows
        An integer array of the shape of `votes` whose rows add up to `seats` (a draw without
        votes: zero); ``.ties`` counts the draws that the tie rule decided, ``.tied`` marks them.

    Raises
    ------
    AllocationError
        As for one election; the message of a draw names its row.

    References
    ----------
    Pukelsheim, *Proportional Representation*, 2nd ed., 2017, section 4.6 (jump-and-step).

    Examples
    --------
    The list votes of Kazakhstan 2023 and of 2021:

    >>> import simulator
    >>> found = simulator.allocate_many([[3431510, 693938, 547154, 535139, 432920, 331058],
    ...                                  [5148074, 792828, 659019, 0, 0, 0]], 69)
    >>> found.tolist()
    [[40, 8, 6, 6, 5, 4], [54, 8, 7, 0, 0, 0]]
    >>> found.ties
    0
    """
    rows = _read_rows(votes)
    house = read_seats(seats, "seats")
    rules = read_rules(ties)
    found = registry.get(method)
    marks = np.full(rows.shape[0], OPEN, np.uint8)
    eligible = _eligible(rows, threshold)
    seated = np.zeros_like(rows if eligible is None else eligible, np.int32)
    if eligible is not None and set(options) <= set(found.parameters) and house and rows.size:
        rule = _compile(found, read_parameters(found, options), house)
        if rule is not None:
            marks = _run_kernel(rule, eligible, house, seated)
    _refuse_negative(rows, marks)
    listed = rules[0] in ("listed-order", "report")
    repaired = options.get("on_overflow") == "subtract-smallest-remainder"
    open_marks = OPEN | (0 if listed else TIED) | (0 if repaired else OVER)
    tied = (marks & TIED) > 0
    waiting = np.flatnonzero(marks & open_marks)
    names = [str(p) for p in range(rows.shape[1])]
    for draw in waiting:
        single = _judge(
            names, rows[draw], house, method, rules, threshold, seed, int(draw), options
        )
        seated[draw] = list(single.seats.values())
        tied[draw] = bool(single.ties)
    result = seated.view(SeatRows)
    result.tied, result.judged = tied, len(waiting)
    return result


def _read_rows(votes: ArrayLike) -> NDArray[np.int64]:
    """Return whole votes, shape (draws, parties)."""
    rows = np.asarray(votes)
    if rows.ndim != 2 or rows.shape[1] == 0:
        raise AllocationError("E502", f"votes have the shape (draws, parties), not {rows.shape}")
    if rows.dtype == np.uint64 and rows.size and rows.max() > np.iinfo(np.int64).max:
        raise AllocationError("E501", "votes: more than 2^63 votes")
    if rows.dtype.kind not in "iu":
        raise AllocationError(
            "E501", f"votes: an array of {rows.dtype} is no array of whole numbers; floats are "
            "rounded and can decide a seat by their rounding",
        )  # fmt: skip
    whole = rows.astype(np.int64, copy=False)
    return whole if whole.flags.f_contiguous else np.ascontiguousarray(whole)


def _eligible(rows: NDArray[np.int64], threshold: Any) -> NDArray[np.int64] | None:
    """Return votes with those below a plain share set to zero; None where only the judge can."""
    if threshold is None:
        return rows
    keys = dict(threshold) if isinstance(threshold, Mapping) else {"share": threshold}
    if "share" not in keys or not set(keys) <= _PLAIN or keys.get("compare", ">=") not in BEATS:
        return None
    share, base = read_share(keys["share"], "threshold.share"), keys.get("base", "votes")
    most = int(rows.max(initial=0))
    if base in ("votes", "party-votes"):
        bases = rows.sum(axis=1, keepdims=True)
        largest = rows.shape[1] * most
    else:
        count = Fraction(read_count(base, "threshold.base"))
        bases, largest = np.array([[count.numerator]]), count.numerator
        share /= count.denominator
    if max(most * share.denominator, largest * share.numerator) >= _LARGEST:
        return None
    own, bar = rows * share.denominator, bases * share.numerator
    return np.where(BEATS[keys.get("compare", ">=")](own, bar), rows, 0)


def _compile(method: Method, parameters: dict[str, Any], seats: int) -> Rule | None:
    """Return the rule for the largest totals of votes for which the kernels are exact."""
    key = (method.id, repr(sorted(parameters.items())), seats)
    if key not in _COMPILED:
        rules = (compile_rule(method, parameters, seats, limit) for limit in _LIMITS)
        if len(_COMPILED) >= _MOST_COMPILED:
            _COMPILED.clear()
        _COMPILED[key] = next((rule for rule in rules if rule is not None), None)
    return _COMPILED[key]


def _run_kernel(
    rule: Rule, rows: NDArray[np.int64], seats: int, seated: NDArray[np.int32]
) -> NDArray[np.uint8]:
    """Allocate every row; return what the kernels have to say about it."""
    from simulator.kernels.batch import divisor_rows, remainder_rows, workspace

    marks = np.zeros(rows.shape[0], np.uint8)
    room = workspace(rows.shape[1])
    by_column = None if rows.flags.c_contiguous else 1
    memory = (rows if by_column is None else rows.T).reshape(-1)
    if isinstance(rule, RemainderRule):
        remainder_rows(
            rows, memory, by_column, rule.limit, float(seats), rule.den, rule.rounding, rule.own,
            *room, seated, marks,
        )  # fmt: skip
    else:
        divisor_rows(
            rows, memory, by_column, rule.limit, float(seats), rule.kind, rule.split,
            rule.exponent, rule.table, rule.numer, rule.denom, rule.degree, *room, seated, marks,
        )  # fmt: skip
    return marks


def _refuse_negative(rows: NDArray[np.int64], marks: NDArray[np.uint8]) -> None:
    """Refuse negative votes, which the kernels mark."""
    for draw in np.flatnonzero(marks & OPEN):
        if rows[draw].min() < 0:
            raise AllocationError("E501", f"row {draw}: a count of votes is negative")


def _judge(
    names: list[str], row: NDArray[np.int64], seats: int, method: str, rules: tuple[str, ...],
    threshold: Any, seed: int | None, draw: int, options: dict[str, Any],
) -> Allocation:  # fmt: skip
    own_seed = None if seed is None else f"{seed}/{draw}"
    votes = dict(zip(names, row.tolist(), strict=True))
    try:
        return allocate(
            votes, seats, method, ties=rules, threshold=threshold, seed=own_seed, **options
        )
    except AllocationError as wrong:
        raise wrong.at(f"row {draw}") from None
