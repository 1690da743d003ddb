"""A published district forecast of the German election of 2025, scored with our measures.

zweitstimme.org (L. F. Stoetzer and others, Political Analysis 27, 2019, 255-262) gave, before the
election, shares with intervals and winning probabilities of candidates in all 299 districts.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.validation.germany import CANDIDATES, OTHERS, Table, read_table
from benchmarks.validation.targets import Target, main, open_text
from simulator.measures.calibration import covered
from simulator.measures.scores import average, brier_of_classes

FILE = "germany_2025_forecast_districts.json"
OPTIONS = ("union", "spd", "greens", "fdp", "afd", "left", "bsw")
NAMES = {
    "cdu": "union", "spd": "spd", "gru": "greens", "fdp": "fdp", "afd": "afd", "lin": "left",
    "bsw": "bsw", "oth": OTHERS,
}  # fmt: skip
COVERAGE = {
    "left": 0.52, "greens": 0.72, "fdp": 0.90, "bsw": 0.89, "spd": 0.96, "afd": 0.96,
    "union": 0.97,
}  # fmt: skip
# The level of the published intervals is not documented with the file.
LEVEL = float("nan")

Forecast = dict[int, dict[str, dict[str, Any]]]


def read_forecast(folder: Path) -> Forecast:
    """Return the forecasts by district and option."""
    found: Forecast = defaultdict(dict)
    for row in json.loads(open_text(folder, FILE)):
        found[row["wkr"]][NAMES[row["party"]]] = row
    return found


def score_winners(table: Table, forecast: Forecast) -> tuple[int, float]:
    """Return how many winners were right, and the Brier score summed over options."""
    probability = np.array(
        [
            [forecast[k].get(o, {}).get("probability", 0) / 100 for o in table.options]
            for k in table.districts
        ]
    )
    won = np.array([table.options.index(o) for o in table.best])
    right = sum(
        forecast[k][winner]["winner"]
        for k, winner in zip(table.districts, table.best, strict=True)
    )  # fmt: skip
    return right, average(brier_of_classes(probability, won)).value


def check(folder: Path) -> Iterator[Target]:
    """Yield the targets."""
    table = read_table(folder, 2025, CANDIDATES, OPTIONS)
    forecast = read_forecast(folder)
    right, score = score_winners(table, forecast)
    yield Target("winners right of 299", 270, right, 0)
    yield Target("Brier score over options", 0.1367, score, 0.001)
    actual = 100 * table.now / table.now.sum(axis=1, keepdims=True)
    rows = defaultdict(list)
    for at, k in enumerate(table.districts):
        for place, option in enumerate(OPTIONS):
            if option in forecast[k]:
                told = forecast[k][option]
                rows[option].append((told["low"], told["high"], told["value"], actual[at, place]))
    low, high, middle, truth = np.array([r for found in rows.values() for r in found]).T
    yield Target("forecasts of candidates", 1821, truth.size, 0)
    yield Target("coverage", 0.838, covered(LEVEL, low, high, truth).share, 0.001)
    yield Target("mean absolute error, points", 2.21, float(np.abs(middle - truth).mean()), 0.001)
    for option, share in COVERAGE.items():
        low, high, _, truth = np.array(rows[option]).T
        # Recorded with two decimals.
        found = covered(LEVEL, low, high, truth).share
        yield Target(f"coverage, {option}", share, found, 0.006)


if __name__ == "__main__":
    main("The district forecast of zweitstimme.org for 2025", check)
