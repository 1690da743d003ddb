"""The document of a run: run.json, section by section.

Everything in it follows from the counts at its end and the facts beside them.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from simulator.results import coalitions
from simulator.results.stored import facts_to_plain
from simulator.vocabulary import DIGITS, INDEPENDENTS, RUN_SCHEMA

if TYPE_CHECKING:
    from simulator.results.run import Run


def document(run: Run, reproducible: bool = False) -> dict[str, Any]:
    """Return the document of a run; `reproducible` leaves out what differs by machine."""
    found = {**_head(run), **_results(run), **_findings(run), **_basis(run)}
    if not reproducible:
        found["machine"] = {"versions": dict(run.made_with)}
    found["facts"] = facts_to_plain(run.facts, found)
    found["tally"] = run.tally.to_plain()
    return found


def _head(run: Run) -> dict[str, Any]:
    """Return what was run, how often, and how to recognise it."""
    facts = run.facts
    return {
        "schema": RUN_SCHEMA,
        "name": facts.name,
        "chamber": facts.chamber,
        "draws": run.draws,
        "requested_draws": facts.requested,
        "complete": facts.complete,
        "seed": facts.seed,
        "sampler": facts.scenario["simulation"]["sampler"],
        "replicates": run.tally.shape.replicates,
        "fingerprint": run.fingerprint,
        "ties": run.ties,
        "edge_cases": {k: v for k, v in run.summary.flags.items() if k != "draws"},
        "tiers": {name: seats for name, seats in facts.tiers.items() if seats},
    }


def _results(run: Run) -> dict[str, Any]:
    """Return what the counts say: parties, majorities, turnout, districts."""
    facts = run.facts
    names = [n for n in facts.entities if n != INDEPENDENTS or facts.tiers["district"]]
    others = [o for o in facts.options if o not in facts.parties]
    first = len(facts.options)
    return {
        "parties": {name: _party(run, name) for name in names},
        "other_options": {
            o: {"name": facts.labels[o], "share": _moment(run, facts.options.index(o))}
            for o in others
        },
        "events": {name: p.to_dict() for name, p in run.events.items()},
        "coalitions": {
            name: {
                "members": list(group), "mean": round(run.coalition(name).mean, DIGITS),
                "region90": sorted(run.coalition(name).region(0.9)),
            } for name, group in facts.coalitions.items()
        },
        "turnout": {
            **(_moment(run, first) if facts.counted else {"mean": None, "sd": None}),
            "regions": {
                r: _moment(run, first + 1 + k) for k, r in enumerate(run.regional_turnout())
            },
        },
        "districts": _districts(run),
    }  # fmt: skip


def _findings(run: Run) -> dict[str, Any]:
    """Return what was found beside the counts, on draws of its own."""
    facts = run.facts
    return {
        "alternatives": [
            {
                "label": a.label, "strength": a.strength, "basis": a.basis, "party": a.party,
                "mean": round(a.mean, DIGITS), "region90": list(a.region90), "draws": a.draws,
            } for a in facts.alternatives
        ],
        "irregularities": facts.attribution.to_dict() if facts.attribution else None,
        "coalitions_by_majority": coalitions.to_plain(run),
        "closeness": asdict(facts.closeness) if facts.closeness else None,
        "comparison": facts.comparison,
        "checks": asdict(facts.checks) if facts.checks else None,
        "methods": facts.methods,
    }  # fmt: skip


def _basis(run: Run) -> dict[str, Any]:
    """Return what the result rests on."""
    facts = run.facts
    return {
        "chambers": {"distinct": run.summary.chambers, "capped": run.summary.capped},
        "majorities": dict(facts.majorities),
        "assumptions": [
            {"about": a.about, "value": a.value, "origin": a.origin, "place": a.place}
            for a in facts.assumptions
        ],
        "warnings": [
            {"code": w.code, "message": w.message, "file": w.file, "line": w.line}
            for w in facts.warnings
        ],
        "sources": list(facts.sources),
        "scenario": dict(facts.scenario),
    }


def _seats(run: Run, name: str) -> dict[str, Any]:
    entry = {}
    for tier in ("list", "district", "total"):
        if name == INDEPENDENTS and tier == "list":
            continue
        d = run.tier(tier)[name]
        entry[tier] = {
            "mean": round(d.mean, DIGITS), "mcse": round(d.mcse, DIGITS),
            "sd": round(d.sd, DIGITS), "median": d.median,
            "region90": sorted(d.region(0.9)),
            "pmf": {str(s): round(p, DIGITS) for s, p in d.pmf.items()},
        }  # fmt: skip
    return entry


def _party(run: Run, name: str) -> dict[str, Any]:
    entry: dict[str, Any] = {"name": run.facts.labels[name]}
    if name != INDEPENDENTS:
        entry["share"] = _moment(run, run.facts.options.index(name))
    entry["enters"] = run.enters(name).to_dict()
    foresight = run.clears(name) if name != INDEPENDENTS else None
    if foresight is not None:
        entry["clears"] = {
            **foresight.probability.to_dict(),
            "counted": foresight.counted.to_dict(), "draws": foresight.draws,
        }  # fmt: skip
    entry["seats"] = _seats(run, name)
    position = run.facts.entities.index(name)
    typical = run.summary.typical
    entry["typical"] = {
        "list": typical.list[position] if name != INDEPENDENTS else 0,
        "district": typical.district[position],
        "total": typical.total(position),
    }
    entry["official"] = {
        tier: seats[name] for tier, seats in run.facts.official.items() if name in seats
    }
    return entry


def _moment(run: Run, row: int) -> dict[str, float]:
    """Return mean, its error and SD of a share or a turnout."""
    mean, sd = run.tally.moment(row)
    error = run.tally.moment_error(row)
    return {"mean": round(mean, DIGITS), "mcse": round(error, DIGITS), "sd": round(sd, DIGITS)}


def _districts(run: Run) -> dict[str, Any]:
    """Return who wins each simulated district, with probabilities."""
    found: dict[str, Any] = {}
    at = 0
    for district, region, entities in run.facts.contests:
        wins = run.tally.counts.won[:, at : at + len(entities)].sum(axis=0)
        at += len(entities)
        found[district] = {
            "region": region,
            "wins": {
                run.facts.entities[e]: round(int(n) / run.draws, DIGITS)
                for e, n in zip(entities, wins, strict=True)
            },
        }
    return found
