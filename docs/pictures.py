"""The figures of the gallery: what `simseats run --out` draws of scenarios that come with it."""

from __future__ import annotations

from pathlib import Path

import simulator
from simulator.report.page.render import figure_files

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "gallery"

# Name, scenario, other values, figures.
SHOWN: tuple[tuple[str, str, dict[str, str], tuple[str, ...]], ...] = (
    ("kazakhstan-2023", "kazakhstan-2023", {}, ("chamber", "seats", "hundred", "turnout")),
    ("harbour", "harbour-council", {}, ("chamber", "seats")),
    ("harbour-3", "harbour-council", {"tiers.list.threshold.share": "3%"}, ("seats",)),
)


def pictures() -> dict[Path, str]:
    """Return the SVG files of the gallery."""
    found = {}
    for name, scenario, overrides, chosen in SHOWN:
        run = simulator.run(ROOT / "scenarios" / f"{scenario}.yaml", overrides=overrides)
        files = figure_files(run)
        for figure in chosen:
            found[FOLDER / f"{name}-{figure}.svg"] = files[f"{figure}.svg"]
    return found
