"""All detectors on one set of stations, as one result."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, TypeVar

from simulator.errors import StationError
from simulator.forensics.fingerprint import Fingerprint, VoteRates, fingerprint, vote_rates
from simulator.forensics.integers import (
    IntegerExcess,
    integer_excess,
    resampled_integer_excess,
)
from simulator.forensics.shpilkin import AnomalyRange, estimate_anomaly
from simulator.forensics.stations import Stations

STEPS = (1, 5)
SCHEMA = "simseats.forensics/1"
# Digits of the JSON: fewer than what the exponential of another machine could change.
_DIGITS = 9

T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Findings:
    """What the detectors found; a figure that the stations are too few for is None.

    Attributes
    ----------
    stations
        The stations looked at.
    anomaly
        The Shpilkin estimate and its range.
    integers
        Stations at integer percentages, and at multiples of five: either, leader, turnout.
    fingerprint
        Turnout against leader's share.
    rates
        Moments of the log vote rates.
    missing
        Why a figure is None, by its name.
    """

    stations: Stations
    anomaly: AnomalyRange | None
    integers: tuple[IntegerExcess, ...] | None
    fingerprint: Fingerprint
    rates: VoteRates | None
    missing: dict[str, str]

    def to_dict(self) -> dict[str, Any]:
        """Return plain data: the JSON document without the file's own facts.

        Examples
        --------
        >>> import numpy as np
        >>> rows = np.array([[1000, 400 + k, 400 + k, 200] for k in range(60)])
        >>> examine(Stations(*rows.T)).to_dict()["stations"]["used"]
        60
        """
        stations = self.stations
        totals = {
            name: int(getattr(stations, name).sum())
            for name in ("registered", "cast", "counted", "leader")
        }
        document: dict[str, Any] = {
            "stations": {"used": len(stations), **totals},
            "shpilkin": None,
            "integers": None,
            "vote_rates": asdict(self.rates) if self.rates else None,
            "fingerprint": {
                "stations": self.fingerprint.stations,
                "corner_95": self.fingerprint.corner,
                "correlation": self.fingerprint.correlation,
            },
            "missing": self.missing,
        }
        if self.anomaly:
            document["shpilkin"] = {
                "best": asdict(self.anomaly.best),
                "variants": [asdict(variant) for variant in self.anomaly.variants],
            }
        if self.integers:
            document["integers"] = [
                {**asdict(one), "excess": one.excess, "z": one.z} for one in self.integers
            ]
        return {key: _rounded(value) for key, value in document.items()}


def examine(stations: Stations, resamples: int = 0, seed: int = 1) -> Findings:
    """Apply all detectors.

    Parameters
    ----------
    resamples
        Zero for the exact null of the integer percentages; else it is drawn this many times.
    seed
        Of these draws.

    Examples
    --------
    >>> import numpy as np
    >>> rows = np.array([[1000, 400 + k, 400 + k, 200] for k in range(60)])
    >>> found = examine(Stations(*rows.T))
    >>> found.anomaly is None, len(found.integers)
    (False, 6)
    """
    missing: dict[str, str] = {}

    def attempt(name: str, detector: Callable[[], T]) -> T | None:
        try:
            return detector()
        except StationError as trouble:
            if trouble.code != "E603":
                raise
            missing[name] = trouble.message
            return None

    def integers() -> tuple[IntegerExcess, ...]:
        return tuple(
            one
            for step in STEPS
            for one in (
                resampled_integer_excess(stations, resamples, seed, step)
                if resamples
                else integer_excess(stations, step)
            )
        )

    return Findings(
        stations=stations,
        anomaly=attempt("shpilkin", lambda: estimate_anomaly(stations)),
        integers=attempt("integers", integers),
        fingerprint=fingerprint(stations),
        rates=attempt("vote_rates", lambda: vote_rates(stations)),
        missing=missing,
    )


def _rounded(value: Any) -> Any:
    """Return plain data with floats to nine significant digits."""
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_rounded(item) for item in value]
    return float(f"{value:.{_DIGITS}g}") if isinstance(value, float) else value
