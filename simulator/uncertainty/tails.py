"""Distribution functions in closed form, for figures that are shown and never drawn."""

from __future__ import annotations

import math


def normal_cdf(x: float) -> float:
    """Return the distribution function of the standard normal.

    >>> round(normal_cdf(1.96), 4)
    0.975
    """
    return 0.5 * math.erfc(-x / math.sqrt(2.0))


def student_cdf(x: float, freedom: int) -> float:
    """Return the distribution function of Student's t with whole degrees of freedom.

    A finite sum of powers of a cosine: M. Abramowitz and I. A. Stegun, *Handbook of Mathematical
    Functions* (1964), 26.7.3 and 26.7.4.

    >>> round(student_cdf(2.015, 5), 4)
    0.95
    """
    cosine = math.sqrt(freedom / (freedom + x * x))
    sine = x / math.sqrt(freedom + x * x)
    odd = freedom % 2
    term, inside = (cosine if freedom > 1 else 0.0, 0.0) if odd else (1.0, 0.0)
    for k in range(2 + odd, freedom + 1, 2):
        inside += term
        term *= cosine * cosine * (k - 1) / k
    if not odd:
        return 0.5 + 0.5 * sine * inside
    return 0.5 + (math.atan2(x, math.sqrt(freedom)) + sine * inside) / math.pi
