"""The page and the files of its figures, from a finished run."""

from __future__ import annotations

import base64
import hashlib
import json
from importlib import resources
from typing import Any

from simulator.report.coalitions import uncounted
from simulator.report.figures.chambers import arc_definition, hundred_chambers, wedge_style, wedges
from simulator.report.figures.colours import paper_style, party_style
from simulator.report.figures.hemicycle import hemicycle
from simulator.report.figures.strips import seat_strips
from simulator.report.figures.svg import clean, standalone
from simulator.report.figures.turnout import turnout_by_region
from simulator.report.headline import headline, leader
from simulator.report.layout import tight
from simulator.report.page import closeness, content
from simulator.report.page.joint import ALPHABET, Joint, joint
from simulator.report.page.methods import once, paired
from simulator.report.page.room import ROOMS, WHOLE, Room, left_out, trim
from simulator.report.sentences import (
    checked,
    command_line,
    decisions,
    precision,
    spaced,
    ties_in_words,
)
from simulator.results.provenance import scenario_hash
from simulator.results.run import Run
from simulator.results.summary import seats_text

WIDE, BROAD, NARROW = 640, 860, 344
LARGEST, LEAST = 148_000, 16_000


def figures(run: Run, width: int = WIDE, room: Room = WHOLE) -> dict[str, str]:
    """Return the figures of a run by name, at a width in units of text."""
    facts = run.facts
    small = content.small_chambers(run, room.chambers)
    label = facts.labels[leader(run)]
    broad = BROAD if width == WIDE else width
    found = {
        "chamber": hemicycle(
            content.benches(run), facts.majorities,
            f"The typical chamber: {facts.seats} seats", width,
        ),
        "seats": seat_strips(
            content.strips(run, room.strips), facts.majorities, "Seats by party over all draws",
            broad,
        ),
        "hundred": hundred_chambers(
            small.rows, small.classes, small.column, label,
            f"{len(small.rows)} chambers at even ranks of the draws", width,
        ),
    }  # fmt: skip
    turnouts = content.turnouts(run, room.regions)
    if len(turnouts) > 1:
        found["turnout"] = turnout_by_region(turnouts, "Turnout over all draws", broad)
    return found


def figure_files(run: Run) -> dict[str, str]:
    """Return the figures as SVG files by name, each with its own style.

    Examples
    --------
    >>> from simulator import run
    >>> found = run("scenarios/kazakhstan-2023-official.yaml", draws=256)
    >>> sorted(figure_files(found))
    ['chamber.svg', 'hundred.svg', 'seats.svg']
    """
    style = _style(run, WHOLE)
    return {f"{name}.svg": standalone(svg, style) for name, svg in figures(run).items()}


def render_page(run: Run) -> str:
    """Return the report of a run as one HTML document that needs no other file and no network.

    Every text of the scenario is escaped; a policy in the page forbids all that is not in it.

    Examples
    --------
    >>> from simulator import run
    >>> page = render_page(run("scenarios/kazakhstan-2023-official.yaml", draws=256))
    >>> page.startswith("<!doctype html>"), len(page.encode()) < 150_000
    (True, True)
    """
    from jinja2 import Environment, StrictUndefined
    from markupsafe import Markup

    space = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
        finalize=lambda value: clean(value) if type(value) is str else value,
    )  # fmt: skip
    space.filters["tight"] = tight
    template = space.from_string(_asset("page.html"))
    for room in ROOMS:
        shown = trim(run, room)
        words = {**_head(shown, room), **_words(shown, room), **_left_out(run, shown, room)}
        # The chambers take the room that the rest of the page leaves.
        rest = len(template.render(data="", sampled=1, **words).encode())
        if rest <= LARGEST - LEAST:
            break
    chambers = joint(run, max(LEAST, LARGEST - rest))
    sampled = chambers.draws if chambers.sampled else 0
    return template.render(data=Markup(_data(run, chambers)), sampled=sampled, **words)


def _head(run: Run, room: Room) -> dict[str, Any]:
    """Return style, script, the policy that allows them, and the figures."""
    from markupsafe import Markup

    style, script = _style(run, room) + _asset("page.css"), _asset("page.js")
    policy = (
        f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    return {
        "policy": policy, "style": Markup(style), "script": Markup(script),
        "wide": _marked(figures(run, WIDE, room)),
        "narrow": _marked(figures(run, NARROW, room)) if room.narrow else {},
    }  # fmt: skip


def _style(run: Run, room: Room) -> str:
    """Return the style of the figures: the colour of each party, the length of each wedge."""
    small = content.small_chambers(run, room.chambers).rows
    lengths = wedge_style(small, max(map(sum, small)))
    parties = party_style(content.colours(run))
    return _asset("figure.css") + paper_style() + parties + lengths


def _asset(name: str) -> str:
    return (resources.files("simulator.report.page") / name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    """Return the hash by which a policy names a style or a script (CSP level 2)."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _marked(found: dict[str, str]) -> dict[str, Any]:
    from markupsafe import Markup

    return {name: Markup(svg) for name, svg in found.items()}


def _data(run: Run, chambers: Joint) -> str:
    """Return the data of the coalition box: numbers and the coded chambers, no text of a user."""
    return json.dumps({
        "alphabet": ALPHABET, "code": chambers.code, "columns": chambers.columns,
        "implied": chambers.implied, "seats": chambers.seats, "draws": chambers.draws,
        "entities": len(run.facts.entities),
    }, separators=(",", ":"))  # fmt: skip


def _words(run: Run, room: Room) -> dict[str, Any]:
    """Return everything the template names beside figures and data."""
    from markupsafe import Markup

    facts, small = run.facts, content.small_chambers(run, room.chambers)
    first = facts.labels[leader(run)]
    groups = [
        (words, [(Markup(wedges(small.rows[k], small.classes, "a")), small.rows[k][small.column])
                 for k in inside])
        for words, inside in small.groups
    ]  # fmt: skip
    return {
        "facts": facts, "run": run, "headline": headline(run), "leader": first,
        "draws": spaced(run.draws), "requested": spaced(facts.requested),
        "parties": content.seen(run), "table": content.seat_table(run),
        "benches": content.benches(run),
        "coalitions": content.coalition_table(run)[: room.coalitions],
        "mixed": bool(facts.tiers["list"] and facts.tiers["district"]),
        "official": content.official(run), "groups": groups, "small": len(small.rows),
        "arc": Markup(arc_definition("a", facts.seats)), "decisions": decisions(run),
        "games": closeness.games_open(run), "margins": closeness.margins(run, room.strips),
        "close": closeness.sentences(run), "uncounted": uncounted(run),
        "formulas": once(run), "methods": paired(run),
        "entries": content.entries(run, room.strips),
        "districts": content.districts(run, room.districts),
        "turnout": run.turnout(),
        "hidden_regions": max(0, len(facts.regions) - room.regions),
        "precision": precision(run), "checks": checked(run), "ties": ties_in_words(run),
        "command": command_line(run),
        "scenario_hash": scenario_hash(facts.scenario), "spaced": spaced,
        "regions": _regions(run), "places": [_line(a.place) for a in facts.assumptions],
        "doubts": [_line(f"{w.file}:{w.line}") for w in facts.warnings],
    }  # fmt: skip


def _left_out(whole: Run, shown: Run, room: Room) -> dict[str, Any]:
    """Return how much of the run the page has no room for, by kind."""
    less = left_out(whole.facts, shown.facts)
    less["strips"] = max(0, len(content.seen(whole)) - room.strips)
    less["coalitions"] = max(0, len(content.coalition_table(whole)) - room.coalitions)
    return {"less": less}


def _regions(run: Run) -> dict[str | int, str]:
    """Return the 90% regions of district seats, as assumed and under each alternative."""
    alternatives = run.facts.alternatives
    if not alternatives:
        return {}
    own = run.tier("district")[alternatives[0].party].region(0.9)
    found: dict[str | int, str] = {"as assumed": seats_text(own)}
    return found | {k: seats_text(a.region90) for k, a in enumerate(alternatives)}


def _line(place: str) -> str:
    """Return a place without the folders, which say nothing elsewhere.

    >>> _line("scenarios/town.yaml:12")
    'town.yaml line 12'
    """
    file, _, line = place.rpartition(":")
    name = file.replace("\\", "/").rpartition("/")[2]
    return f"{name} line {line}"
