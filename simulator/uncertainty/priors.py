"""Priors as tables over a standard normal, and moments of truncated laws, by quadrature.

A prior is drawn by its quantile function at the probability of a named normal, so that it is
monotone in that normal. Only additions, products, divisions and roots of IEEE doubles are used,
no library function whose last bits differ between machines.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

F64 = NDArray[np.float64]

POINTS = 865
LOWEST = -6.75
PER_SD = 64
_PANELS = 8192
_LN2 = 0.6931471805599453


def exp(x: F64) -> F64:
    """Return the exponential to about 1e-15, the same on every machine."""
    n = np.floor(x / _LN2 + 0.5)
    r = x - n * _LN2
    total, term = np.ones_like(r), np.ones_like(r)
    for k in range(1, 18):
        term = term * r / k
        total = total + term
    return np.ldexp(total, np.clip(n, -1070, 1020).astype(np.int32))


def log(x: F64) -> F64:
    """Return the natural logarithm of positive numbers to about 1e-15."""
    mantissa, exponent = np.frexp(x)
    low = mantissa < 0.7071067811865476
    mantissa = np.where(low, 2.0 * mantissa, mantissa)
    exponent = np.where(low, exponent - 1, exponent)
    u = (mantissa - 1.0) / (mantissa + 1.0)
    square, power, total = u * u, u, np.zeros_like(u)
    for k in range(1, 44, 2):
        total = total + power / k
        power = power * square
    return exponent * _LN2 + 2.0 * total


def integrate(values: F64, width: float) -> float:
    """Return the integral of equidistant values by Simpson's rule."""
    return float(cumulate(values, width)[-1])


def cumulate(values: F64, width: float) -> F64:
    """Return the integral up to every other value of an odd number of them, by Simpson's rule."""
    panels = (values[:-1:2] + 4.0 * values[1::2] + values[2::2]) * (width / 3.0)
    return np.concatenate([[0.0], np.add.accumulate(panels)])


def _normal_grid() -> tuple[F64, F64]:
    """Return a fine grid of normals and the probability below each of them."""
    z = np.linspace(-9.0, 9.0, 2 * _PANELS + 1)
    below = cumulate(exp(-z * z / 2.0), 18.0 / (2 * _PANELS))
    return z[::2], below / below[-1]


def normal_points() -> F64:
    """Return the normals at which the tables of the kernels have their values."""
    return LOWEST + np.arange(POINTS) / PER_SD


def probabilities() -> F64:
    """Return the probability below each of the normals of a table.

    >>> [round(float(p), 6) for p in probabilities()[[432 - 64, 432, 432 + 64]]]
    [0.158655, 0.5, 0.841345]
    """
    z, below = _normal_grid()
    return np.interp(normal_points(), z, below)


def normal_quantiles(probability: F64) -> F64:
    """Return the standard normals below which these probabilities lie.

    >>> [round(float(z), 3) for z in normal_quantiles(np.array([0.025, 0.6, 0.975]))]
    [-1.96, 0.253, 1.96]
    """
    z, below = _normal_grid()
    return np.interp(probability, below, z)


def beta_table(a: float, b: float) -> F64:
    """Return the quantiles of a beta distribution with parameters of at least one half.

    With x = t^2 / (t^2 + (1 - t)^2) the density in t is finite everywhere.
    """
    t = np.linspace(0.0, 1.0, 2 * _PANELS + 1)
    inside = t[1:-1]
    spread = inside * inside + (1.0 - inside) * (1.0 - inside)
    exponent = (
        (2.0 * a - 1.0) * log(inside) + (2.0 * b - 1.0) * log(1.0 - inside) - (a + b) * log(spread)
    )
    density = np.zeros_like(t)
    density[1:-1] = exp(exponent - exponent.max())
    if a == 0.5:
        density[0] = float(exp(-np.array([exponent.max()]))[0])
    if b == 0.5:
        density[-1] = float(exp(-np.array([exponent.max()]))[0])
    below = cumulate(density, 1.0 / (2 * _PANELS))
    found = np.interp(probabilities(), below / below[-1], t[::2])
    squared = found * found
    return squared / (squared + (1.0 - found) * (1.0 - found))


def half_normal_table(scale: float) -> F64:
    """Return the quantiles of the size of a normal number."""
    return scale * np.maximum(0.0, normal_quantiles((1.0 + probabilities()) / 2.0))


def uniform_table(low: float, high: float) -> F64:
    """Return the quantiles of a uniform distribution."""
    return low + (high - low) * probabilities()


def table(form: str, first: float, second: float) -> F64:
    """Return the quantiles of a prior at the points of a table."""
    forms: dict[str, Callable[[], F64]] = {
        "beta": lambda: beta_table(first, second),
        "half-normal": lambda: half_normal_table(first),
        "uniform": lambda: uniform_table(first, second),
    }
    return forms[form]()


def law_moments(
    scale: float, power: float, low: float = 0.0, high: float = 1.0, *, from_one: bool = False,
    panels: int = _PANELS,
) -> float:  # fmt: skip
    """Return E x^power for x = abs(N(0, scale)) redrawn into (low, high), or one minus that.

    Examples
    --------
    >>> round(law_moments(0.2, 1.0), 6), round(law_moments(0.075, 2.0, from_one=True), 6)
    (0.159576, 0.885942)
    """
    if scale == 0.0:
        return 1.0 if from_one or power == 0.0 else 0.0
    # The square of a root spreads the grid where fractional powers are not smooth.
    end = float(np.sqrt(1.0 - low if from_one else high))
    root = np.linspace(0.0, end, 2 * panels + 1)
    size = root * root
    density = 2.0 * root * exp(-(size / scale) * (size / scale) / 2.0)
    x = 1.0 - size if from_one else size
    raised = np.zeros_like(x)
    above = x > 0.0
    raised[above] = exp(power * log(x[above]))
    if power == 0.0:
        raised[:] = 1.0
    width = end / (2 * panels)
    return integrate(density * raised, width) / integrate(density, width)
