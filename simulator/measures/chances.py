"""Two chances that measures need: the tail of a chi-square, and bounds of a binomial share."""

from __future__ import annotations

import math

_STEPS = 10_000
_SMALL = 1e-16


def chi_square_tail(statistic: float, freedom: int) -> float:
    """Return the probability that a chi-square with so many degrees of freedom is larger.

    The regularised incomplete gamma function Q(freedom / 2, statistic / 2): its series where it
    converges fast, else Lentz's continued fraction.

    References
    ----------
    Digital Library of Mathematical Functions, 8.7.1 and 8.9.2.

    Examples
    --------
    >>> round(chi_square_tail(3.841458820694124, 1), 12)
    0.05
    """
    a, x = freedom / 2, statistic / 2
    if x <= 0 or freedom == 0:
        return 1.0
    factor = math.exp(a * math.log(x) - x - math.lgamma(a))
    if x < a + 1:
        return 1.0 - factor * _series(a, x)
    return factor * _fraction(a, x)


def _series(a: float, x: float) -> float:
    term = total = 1 / a
    for k in range(1, _STEPS):
        term *= x / (a + k)
        total += term
        if term < total * _SMALL:
            break
    return total


def _fraction(a: float, x: float) -> float:
    """Evaluate 1 / (x + 1 - a - 1 (1 - a) / (x + 3 - a - ...)) from the front (Lentz 1976)."""
    b = x + 1 - a
    c, d = math.inf, 1 / b
    found = d
    for k in range(1, _STEPS):
        numerator = -k * (k - a)
        b += 2
        d = 1 / (numerator * d + b)
        c = b + numerator / c
        found *= d * c
        if abs(d * c - 1) < _SMALL * 4:
            break
    return found


def clopper_pearson(hits: int, cases: int, level: float = 0.95) -> tuple[float, float]:
    """Return exact bounds of a share: no share inside would make so few or so many hits unlikely.

    Parameters
    ----------
    hits, cases
        What was counted.
    level
        Of the two-sided bounds, which hold the true share at least so often.

    References
    ----------
    C. J. Clopper and E. S. Pearson, "The use of confidence or fiducial limits illustrated in the
    case of the binomial", Biometrika 26 (1934), 404-413.

    Examples
    --------
    >>> tuple(round(b, 4) for b in clopper_pearson(0, 10))
    (0.0, 0.3085)
    """
    if not 0 <= hits <= cases or cases == 0:
        raise ValueError("hits are from none to all of at least one case")
    tail = (1 - level) / 2
    low = 0.0 if hits == 0 else 1 - _share(cases - hits, cases, tail)
    high = 1.0 if hits == cases else _share(hits, cases, tail)
    return low, high


def _share(hits: int, cases: int, tail: float) -> float:
    """Return the share at which at most so many hits have the probability `tail`."""
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if _at_most(hits, cases, middle) > tail else (low, middle)
    return (low + high) / 2


def _at_most(hits: int, cases: int, share: float) -> float:
    """Return the probability of at most so many hits among independent cases."""
    if share <= 0.0:
        return 1.0
    if share >= 1.0:
        return 1.0 if hits == cases else 0.0
    yes, no = math.log(share), math.log1p(-share)
    known = math.lgamma(cases + 1)
    return math.fsum(
        math.exp(
            known - math.lgamma(k + 1) - math.lgamma(cases - k + 1) + k * yes + (cases - k) * no
        )
        for k in range(hits + 1)
    )
