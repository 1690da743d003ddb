"""Compute the summary of a run.json again from its counts, with the standard library alone.

Written from the schema of the document: nothing of the package is imported. `python -I recompute.py
run.json` prints every figure that is not the one stored, and then how many were compared.
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterator
from typing import Any

UNIT, CHANCE_UNIT = 2**22, 2**30
Row = tuple[str, Any, Any]


def spread_of(parts: list[float]) -> float:
    mean = sum(parts) / len(parts)
    return math.sqrt(sum((x - mean) ** 2 for x in parts) / (len(parts) - 1) / len(parts))


def probability(hits: list[int], draws: int, where: str, stated: dict[str, float]) -> Iterator[Row]:
    p, n = sum(hits) / draws, len(hits)
    if sum(hits) in (0, draws):
        error = min(1.0, 3.0 / draws)
    elif n == 1:
        error = math.sqrt(p * (1 - p) / draws)
    else:
        least = n / draws / math.sqrt(12 * n)
        error = max(least, spread_of([h * n / draws for h in hits]))
    yield f"{where}.probability", p, stated["probability"]
    yield f"{where}.mcse", error, stated["mcse"]


def distribution(parts: list[list[int]], where: str, stated: dict[str, Any]) -> Iterator[Row]:
    counts = [sum(column) for column in zip(*parts, strict=True)]
    values = [seats for seats, count in enumerate(counts) for _ in range(count)]
    draws, n = len(values), len(parts)
    mean = sum(values) / draws
    sd = math.sqrt(sum((v - mean) ** 2 for v in values) / (draws - 1))
    means = [sum(s * c for s, c in enumerate(own)) / sum(own) for own in parts]
    region: list[int] = []
    for seats in sorted(range(len(counts)), key=lambda s: (-counts[s], s)):
        if sum(counts[s] for s in region) >= 0.9 * draws:
            break
        region.append(seats)
    yield f"{where}.mean", mean, stated["mean"]
    yield f"{where}.sd", sd, stated["sd"]
    yield f"{where}.mcse", spread_of(means) if n > 1 else sd / math.sqrt(draws), stated["mcse"]
    yield f"{where}.median", sorted(values)[(draws + 1) // 2 - 1], stated["median"]
    yield f"{where}.region90", sorted(region), stated["region90"]
    pmf = {str(s): round(c / draws, 10) for s, c in enumerate(counts) if c}
    yield f"{where}.pmf", pmf, stated["pmf"]


def moment(tally: dict[str, Any], row: int, where: str, stated: dict[str, float]) -> Iterator[Row]:
    draws, n = tally["counts"]["flags"][0], len(tally["moments"])
    total, square = sum(own[row] for own in tally["moments"]), tally["squares"][row]
    centre = tally["shape"]["centre"][row]
    sd = math.sqrt((square - total * total / draws) / (draws - 1)) / UNIT
    parts = [own[row] * n / draws / UNIT for own in tally["moments"]]
    yield f"{where}.mean", centre + total / draws / UNIT, stated["mean"]
    yield f"{where}.sd", sd, stated["sd"]
    yield f"{where}.mcse", spread_of(parts) if n > 1 else sd / math.sqrt(draws), stated["mcse"]


def typical(counts: dict[str, Any], parties: int) -> tuple[list[int], list[int]]:
    """Return the chamber with the smallest mean distance to all: every pair is compared."""
    chambers = list(zip(counts["chamber_vector"], counts["chamber_count"], strict=True))
    costs = [
        (sum(n * sum(abs(a - b) for a, b in zip(v, w, strict=True)) for w, n in chambers), -own, v)
        for v, own in chambers
    ]
    best = min(costs)[2]
    return best[:parties], best[parties:]


def rows(document: dict[str, Any]) -> Iterator[Row]:
    tally, draws = document["tally"], document["draws"]
    counts, stated, listed = tally["counts"], document["parties"], tally["shape"]["parties"]
    names = list(stated)[:listed]
    best_list, best_district = typical(counts, listed)
    for k, name in enumerate(stated):
        entry, at = stated[name], k if k < listed else -1
        for tier in entry["seats"]:
            parts = [own[at] for own in counts[f"{tier}_seats"]]
            yield from distribution(parts, f"{name}.{tier}", entry["seats"][tier])
        chamber = {"list": best_list[k] if k < listed else 0, "district": best_district[at]}
        chamber["total"] = sum(chamber.values())
        yield f"{name}.typical", chamber, entry["typical"]
        tier = "list" if k < listed and document["tiers"].get("list") else "total"
        hits = [sum(own[at][1:]) for own in counts[f"{tier}_seats"]]
        yield from probability(hits, draws, f"{name}.enters", entry["enters"])
        if k < listed:
            yield from moment(tally, k, f"{name}.share", entry["share"])
    for k, (name, entry) in enumerate(document["other_options"].items()):
        yield from moment(tally, listed + k, f"{name}.share", entry["share"])
    seats = document["majorities"]
    held = {name: [own[k] for own in counts["total_seats"]] for k, name in enumerate(names)}
    for k, name in enumerate(document["coalitions"]):
        held[name] = [own[k] for own in counts["coalition_seats"]]
    for event, entry in document["events"].items():
        majority, _, group = event.partition(": ")
        parts = held[group] if group else counts["largest"]
        hits = [sum(own[seats[majority] :]) for own in parts]
        yield from probability(hits, draws, event, entry)
    at = 0
    for district, entry in document["districts"].items():
        for entity, share in entry["wins"].items():
            yield f"{district}.{entity}", sum(own[at] for own in counts["won"]) / draws, share
            at += 1


def main(path: str) -> int:
    with open(path, encoding="utf-8") as file:
        document = json.load(file)
    found = list(rows(document))
    for where, ours, theirs in found:
        same = abs(ours - theirs) < 2e-9 if isinstance(ours, float) else ours == theirs
        if not same:
            print(f"{where}: {ours} and not {theirs}")
    print(len(found), "figures")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
