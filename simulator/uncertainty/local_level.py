"""Opinion as a random walk seen through polls: the local-level model, filtered and smoothed.

A. C. Harvey, *Forecasting, Structural Time Series Models and the Kalman Filter* (1989), sections
3.2 and 3.6. Every error has the covariance of shares times a number, so that variances and gains
are numbers and one recursion serves the whole vector of logarithms:

    P += drift^2 a day;  k = P / (P + c_j^2);  l += k (log p_j - l);  P *= 1 - k

A pollster with several polls makes the same error in all of them. Its error is then a second state
beside the level, which stays as it is; with one poll a pollster it is noise of that poll.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

Vector = list[float]
Matrix = list[list[float]]


@dataclass(frozen=True)
class Observation:
    """A poll as the filter sees it: age, logarithms of shares, variance of its own error."""

    days: int
    pollster: str
    logs: Sequence[float]
    variance: float


@dataclass(frozen=True)
class Day:
    """What is known of opinion on a day from the polls of all days: logarithms and variance."""

    days: int
    logs: tuple[float, ...]
    variance: float


@dataclass(frozen=True)
class Smoothed:
    """Opinion by day, oldest first, up to election day, and what it was found from."""

    path: tuple[Day, ...]
    weights: tuple[float, ...]  # of each observation in the level of election day; they sum to one
    houses: dict[str, tuple[float, ...]]  # error of each pollster with several polls


@dataclass
class _State:
    """Means (one row of options a state) and covariances; the level comes first."""

    means: Matrix
    covariance: Matrix


def smooth(observations: Sequence[Observation], house: float, drift: float) -> Smoothed:
    """Filter polls forward in time and smooth the path backward.

    Parameters
    ----------
    observations
        At least one, in any order; nothing is assumed about opinion before the oldest.
    house
        Variance of the errors that pollsters make in all their polls.
    drift
        Standard deviation of the movement of a day.

    Examples
    --------
    Two polls of equal precision a day apart, with a drift as large as their error: on the day of
    the second, which is the last, it counts twice the first.

    >>> polls = [Observation(1, "a", [0.0], 1e-4), Observation(0, "b", [3.0], 1e-4)]
    >>> [round(w, 3) for w in smooth(polls, 0.0, 0.01).weights]
    [0.333, 0.667]
    """
    order = sorted(range(len(observations)), key=lambda j: -observations[j].days)
    repeated = _repeated(observations) if house > 0 else []
    state: _State | None = None
    steps: list[tuple[int, int | None, Vector]] = []  # poll, state of its house, gains
    filtered: list[tuple[int, _State]] = []
    day = observations[order[0]].days
    for j in order:
        poll = observations[j]
        own = repeated.index(poll.pollster) + 1 if poll.pollster in repeated else None
        noise = poll.variance + (0.0 if own else house)
        while state is not None and day > poll.days:
            filtered.append((day, _copy(state)))
            state.covariance[0][0] += drift * drift
            day -= 1
        if state is None:
            state, gains = _begin(poll, noise, own, house, len(repeated))
        else:
            gains = _update(state, poll, noise, own)
        steps.append((j, own, gains))
    assert state is not None
    while day >= 0:
        filtered.append((day, _copy(state)))
        state.covariance[0][0] += drift * drift
        day -= 1
    last = filtered[-1][1]
    return Smoothed(
        path=_backward(filtered, drift * drift),
        weights=_weights(steps, len(observations), len(last.means)),
        houses={name: tuple(last.means[k + 1]) for k, name in enumerate(repeated)},
    )


def _repeated(observations: Sequence[Observation]) -> list[str]:
    """Return the pollsters with several polls, in order of appearance."""
    names = [poll.pollster for poll in observations]
    return [name for name in dict.fromkeys(names) if names.count(name) > 1]


def _copy(state: _State) -> _State:
    return _State([list(row) for row in state.means], [list(row) for row in state.covariance])


def _begin(
    poll: Observation, noise: float, own: int | None, house: float, houses: int
) -> tuple[_State, Vector]:
    """Start with the oldest poll: exactly what a level of infinite variance would give."""
    size = houses + 1
    covariance = [[house if a == b else 0.0 for b in range(size)] for a in range(size)]
    covariance[0][0] = noise
    if own:
        covariance[0][0] += house
        covariance[0][own] = covariance[own][0] = -house
    means = [list(poll.logs), *([0.0] * len(poll.logs) for _ in range(houses))]
    return _State(means, covariance), [1.0] + [0.0] * houses


def _update(state: _State, poll: Observation, noise: float, own: int | None) -> Vector:
    """Learn from a poll; return the gain of every state."""
    p = state.covariance
    seen = [row[0] + (row[own] if own else 0.0) for row in p]
    total = seen[0] + (seen[own] if own else 0.0) + noise
    gains = [x / total for x in seen]
    error = [
        y - x - (state.means[own][i] if own else 0.0)
        for i, (y, x) in enumerate(zip(poll.logs, state.means[0], strict=True))
    ]
    for gain, row in zip(gains, state.means, strict=True):
        for i, e in enumerate(error):
            row[i] += gain * e
    for gain, row in zip(gains, p, strict=True):
        for b, x in enumerate(seen):
            row[b] -= gain * x
    return gains


def _weights(
    steps: Sequence[tuple[int, int | None, Vector]], count: int, size: int
) -> tuple[float, ...]:
    """Return what each poll contributes to the last level, by the adjoint of the filter."""
    weights = [0.0] * count
    towards = [1.0] + [0.0] * (size - 1)
    for j, own, gains in reversed(steps):
        weights[j] = sum(a * g for a, g in zip(towards, gains, strict=True))
        towards[0] -= weights[j]
        if own:
            towards[own] -= weights[j]
    return tuple(weights)


def _backward(filtered: Sequence[tuple[int, _State]], q: float) -> tuple[Day, ...]:
    """Smooth as H. E. Rauch, F. Tung and C. T. Striebel, AIAA Journal 3 (1965), 1445-1450.

    Only the level moves, by q a day, so that its gain is 1 - q r with r the first column of the
    inverse of the predicted covariance; with the level alone it is P / (P + q).
    """
    day, state = filtered[-1]
    later = _copy(state)
    path = [Day(day, tuple(later.means[0]), later.covariance[0][0])]
    for day, state in reversed(filtered[:-1]):
        if q > 0:
            predicted = [list(row) for row in state.covariance]
            predicted[0][0] += q
            r = _first_column_of_inverse(predicted)
            _step_back(state, later, predicted, [q * x for x in r])
        path.append(Day(day, tuple(later.means[0]), later.covariance[0][0]))
    return tuple(reversed(path))


def _step_back(state: _State, later: _State, predicted: Matrix, r: Vector) -> None:
    """Replace what is known of a day by what is known of the day before it."""
    size = range(len(r))
    change = [
        sum(r[a] * (later.means[a][i] - state.means[a][i]) for a in size)
        for i in range(len(later.means[0]))
    ]
    later.means[0] = [x - d for x, d in zip(later.means[0], change, strict=True)]
    gained = [[later.covariance[a][b] - predicted[a][b] for b in size] for a in size]
    along = [sum(gained[a][b] * r[b] for b in size) for a in size]
    twice = sum(r[a] * along[a] for a in size)
    for a in size:
        for b in size:
            moved = gained[a][b] - (along[b] if a == 0 else 0.0) - (along[a] if b == 0 else 0.0)
            later.covariance[a][b] = state.covariance[a][b] + moved
    later.covariance[0][0] += twice


def _first_column_of_inverse(matrix: Matrix) -> Vector:
    """Return the first column of the inverse of a positive definite matrix, by elimination."""
    size = len(matrix)
    rows = [[*row, 1.0 if a == 0 else 0.0] for a, row in enumerate(matrix)]
    for a in range(size):
        for b in range(a + 1, size):
            factor = rows[b][a] / rows[a][a]
            for c in range(a, size + 1):
                rows[b][c] -= factor * rows[a][c]
    found = [0.0] * size
    for a in reversed(range(size)):
        rest = sum(rows[a][c] * found[c] for c in range(a + 1, size))
        found[a] = (rows[a][size] - rest) / rows[a][a]
    return found
