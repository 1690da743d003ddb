"""Figures and report pages of the docs: what simseats draws of the scenarios that come with it."""

from __future__ import annotations

from pathlib import Path

import simulator
from simulator.report.figures.sweep import sweep_figure
from simulator.report.page.render import figure_files, render_page

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "gallery"
TOWN = ROOT / "scenarios" / "harbour-council.yaml"

# Name, scenario, other values, figures.
SHOWN: tuple[tuple[str, str, dict[str, str], tuple[str, ...]], ...] = (
    ("kazakhstan-2023", "kazakhstan-2023", {}, ("chamber", "seats", "hundred", "turnout")),
    ("harbour", "harbour-council", {}, ("chamber", "seats")),
    ("harbour-3", "harbour-council", {"tiers.list.threshold.share": "3%"}, ("seats",)),
)

# The scenarios whose report pages the site has.
REPORTED = (
    "kazakhstan-2023", "kazakhstan-2023-irregularities", "kazakhstan-2004", "harbour-council",
)  # fmt: skip


def pictures() -> dict[Path, str]:
    """Return the SVG files of the gallery and of the page on sweeps."""
    found = {}
    for name, scenario, overrides, chosen in SHOWN:
        run = simulator.run(ROOT / "scenarios" / f"{scenario}.yaml", overrides=overrides)
        files = figure_files(run)
        for figure in chosen:
            found[FOLDER / f"{name}-{figure}.svg"] = files[f"{figure}.svg"]
    swept = simulator.sweep(TOWN, {"tiers.list.threshold.share": "0%..8%:1%"})
    found[ROOT / "docs" / "how-to" / "harbour-sweep.svg"] = sweep_figure(swept, "enters.driftwood")
    return found


def reports() -> dict[str, str]:
    """Return the report pages of the gallery by their file names.

    They are made when the site is built: a hundred kilobytes each, which change with every word of
    the page, would be noise in the history.
    """
    return {
        f"{name}.html": render_page(simulator.run(ROOT / "scenarios" / f"{name}.yaml"))
        for name in REPORTED
    }
