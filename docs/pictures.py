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

# Pages are dark where the reader asks them to be, whatever the system does: bring the paper along.
PAPER = "<style>svg{background:var(--paper);color:var(--ink)}</style>"


def pictures() -> dict[Path, str]:
    """Return the SVG files of the gallery."""
    found = {}
    for name, scenario, overrides, chosen in SHOWN:
        run = simulator.run(ROOT / "scenarios" / f"{scenario}.yaml", overrides=overrides)
        files = figure_files(run)
        for figure in chosen:
            text = files[f"{figure}.svg"].replace("</svg>", f"{PAPER}</svg>")
            found[FOLDER / f"{name}-{figure}.svg"] = text
    return found
