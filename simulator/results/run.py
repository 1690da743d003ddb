"""A finished run: one truth, drawn from the tally, in every form a person asks for."""

from __future__ import annotations

import csv
import html
import io
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from simulator.results.facts import Facts
from simulator.results.provenance import fingerprint, versions
from simulator.results.stored import check_version, read_document, restore
from simulator.results.summary import (
    Probability,
    SeatDistribution,
    Summary,
    seats_text,
    summarise,
)
from simulator.results.tally import Tally, members
from simulator.results.writing import given
from simulator.vocabulary import DIGITS, INDEPENDENTS

if TYPE_CHECKING:
    from simulator.results.question import Answer


@dataclass(frozen=True)
class Foresight:
    """The probability of passing from conditional chances, beside the count of the same draws."""

    probability: Probability
    counted: Probability
    draws: int


class Run:
    """A finished run.

    `summary` has the statistics; `seats`, `probability` answer questions; `to_json` and `to_csv`
    hold the same numbers as the terminal.
    """

    def __init__(
        self, facts: Facts, tally: Tally, made_with: Mapping[str, str] | None = None
    ) -> None:
        self.facts = facts
        self.tally = tally
        self.made_with = versions() if made_with is None else made_with
        self.summary: Summary = summarise(tally)
        self.fingerprint = fingerprint(facts.scenario, tally)

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Run:
        """Read a run from the run.json that `to_json` made, of this or an earlier minor version.

        Raises
        ------
        FileTrouble
            When the file is no run, is of a later version, or was changed after it was written.
        """
        return cls.from_document(read_document(path), str(path))

    @classmethod
    def from_document(cls, document: dict[str, Any], file: str = "run.json") -> Run:
        """Return the run whose document `to_dict` made; `file` names it in messages.

        Raises
        ------
        FileTrouble
            When it is no whole document of a run, or was changed after it was made.
        """
        check_version(document, file)
        facts, tally, made_with = restore(Facts, document, file)
        return cls(facts, tally, made_with)

    @property
    def scenario(self) -> Mapping[str, Any]:
        """The scenario as it was run, every default filled in: what `compare` and `sweep` take.

        Examples
        --------
        >>> from simulator import compare, run
        >>> found = run("scenarios/kazakhstan-2023-official.yaml", draws=256)
        >>> compare(found.scenario, methods="dhondt", draws=256)["dhondt"].moved.mean
        1.0
        """
        return self.facts.scenario

    @property
    def draws(self) -> int:
        """Draws that were finished."""
        return self.summary.draws

    @property
    def shows_independents(self) -> bool:
        """Whether independents can hold seats here."""
        return any(self.summary.total[-1].counts[1:]) or bool(
            self.facts.official.get("seats", {}).get(INDEPENDENTS)
        )

    @property
    def seats(self) -> dict[str, SeatDistribution]:
        """Distribution of all seats of each party and of independents."""
        return dict(zip(self.facts.entities, self.summary.total, strict=True))

    def tier(self, name: str) -> dict[str, SeatDistribution]:
        """Distribution of the seats of one tier: ``list``, ``district`` or ``total``."""
        found = {
            "list": self.summary.list,
            "district": self.summary.district,
            "total": self.summary.total,
        }[name]
        return dict(zip(self.facts.entities, found, strict=False))

    def share(self, option: str) -> tuple[float, float]:
        """Mean and standard deviation of the share of valid ballots of a ballot option."""
        return self.tally.moment(self.facts.options.index(option))

    def enters(self, entity: str) -> Probability:
        """Probability that a party has list seats (district seats, when there is no list tier)."""
        if entity == INDEPENDENTS or not self.facts.tiers["list"]:
            return self.seats[entity].at_least(1)
        return self.tier("list")[entity].at_least(1)

    def clears(self, party: str) -> Foresight | None:
        """Chance that a party passes the threshold, given everything but its own national error.

        The mean of these chances is the probability, with far less Monte Carlo error than counting
        the draws in which it passes; None where the model gives no such chance.
        """
        column = self.facts.parties.index(party)
        found = self.tally.chance(column)
        if found is None:
            return None
        mean, error, passed, draws = found
        # A mean of chances that all are one or zero has no bound from the rule of three.
        parts = self.tally.chance_passes(column) if self.tally.shape.replicates > 1 else []
        return Foresight(Probability(mean, error), Probability.of(passed, draws, parts), draws)

    def probability(self, coalition: Iterable[str], at_least: int) -> Probability:
        """Probability that parties together hold at least this many seats.

        Any group can be asked for as long as every chamber was kept (`summary.capped` is false).

        Raises
        ------
        KeyError
            For a party that is not in the scenario.
        LookupError
            When chambers were dropped, so that the joint distribution is not complete.
        """
        group = list(coalition)
        unknown = [name for name in group if name not in self.facts.entities]
        if unknown:
            raise KeyError(f"no party is called {unknown[0]!r}")
        if len(group) == 1:
            return self.seats[group[0]].at_least(at_least)
        for name, declared in self.facts.coalitions.items():
            if set(declared) == set(group):
                return self.coalition(name).at_least(at_least)
        if self.summary.capped:
            raise LookupError(
                "more distinct chambers occurred than are kept; declare the coalition"
            )
        inside = members(group, self.facts.entities)
        counted, vectors = self.tally.chambers()
        parties = len(self.facts.parties)
        held = vectors[:, parties:] @ inside + vectors[:, :parties] @ inside[:parties]
        return Probability.of(int(counted[held >= at_least].sum()), self.draws)

    def ask(self, question: str) -> Answer:
        """Return how often something is so: "amanat+jsdp>=66"; see :func:`simulator.ask`."""
        from simulator.results.question import ask

        return ask(self, question)

    def coalition(self, name: str) -> SeatDistribution:
        """Distribution of the seats of a declared coalition."""
        return self.summary.coalitions[list(self.facts.coalitions).index(name)]

    @property
    def events(self) -> dict[str, Probability]:
        """Majorities: held by any one party, by each party that ever holds it, by coalitions."""
        found: dict[str, Probability] = {}
        for name, seats in self.facts.majorities.items():
            found[name] = self.summary.largest.at_least(seats)
            for party in self.facts.parties:
                alone = self.seats[party].at_least(seats)
                if alone.value > 0:
                    found[f"{name}: {party}"] = alone
            for coalition in self.facts.coalitions:
                found[f"{name}: {coalition}"] = self.coalition(coalition).at_least(seats)
        return found

    @property
    def ties(self) -> int:
        """Draws in which a list seat was decided by the order of the lists."""
        return self.summary.flags["list_ties"]

    def turnout(self) -> tuple[float, float] | None:
        """Mean and standard deviation of national turnout; None without an electorate."""
        return self.tally.moment(len(self.facts.options)) if self.facts.counted else None

    def regional_turnout(self) -> dict[str, tuple[float, float]]:
        """Mean and standard deviation of turnout by region."""
        start = len(self.facts.options) + 1
        if not self.facts.counted:
            return {}
        return {
            region: self.tally.moment(start + k) for k, (region, _) in enumerate(self.facts.regions)
        }

    def to_dict(self, reproducible: bool = False) -> dict[str, Any]:
        """Return the document of the run; `reproducible` leaves out what differs by machine."""
        from simulator.results.document import document

        return document(self, reproducible)

    def to_json(
        self, reproducible: bool = False, path: str | os.PathLike[str] | None = None
    ) -> str:
        """Return the document of the run as JSON text; with a path it is written there too."""
        document = self.to_dict(reproducible)
        # These are thousands of numbers: each on one line, where the rest is for reading.
        long = {name: document.pop(name) for name in ("methods", "tally")}
        text = json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False)
        lines = [text.removesuffix("}").rstrip()]
        for name, value in long.items():
            line = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
            lines.append(f'  "{name}": {line}')
        return given(",\n".join(lines) + "\n}\n", path)

    def to_csv(self, path: str | os.PathLike[str] | None = None) -> str:
        """Return tidy rows: party, tier, seats, draws, probability, official.

        With a path they are written there too.
        """
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(["party", "tier", "seats", "draws", "probability", "official"])
        for tier in ("list", "district", "total"):
            official = self.facts.official.get("seats" if tier == "total" else tier, {})
            for name, d in self.tier(tier).items():
                if name == INDEPENDENTS and not self.facts.tiers["district"]:
                    continue
                for seats, count in enumerate(d.counts):
                    if count:
                        share = round(count / self.draws, DIGITS)
                        row = [name, tier, seats, count, share, official.get(name, "")]
                        writer.writerow(row)
        return given(out.getvalue(), path)

    def to_xarray(self, draws: int | None = None) -> Any:
        """Return single draws as an xarray tree that ArviZ reads; see results.labelled."""
        from simulator.results.labelled import to_datatree

        return to_datatree(self, draws)

    def __repr__(self) -> str:
        """Return what the run is, in one line."""
        return f"<Run of {self.facts.name!r}: {self.draws} draws, #{self.fingerprint}>"

    def _repr_html_(self) -> str:
        """Return a table for notebooks: every text from the scenario is escaped."""
        facts = self.facts
        rows = []
        for position, name in enumerate(facts.entities):
            if name == INDEPENDENTS and not facts.tiers["district"]:
                continue
            d = self.seats[name]
            official = facts.official.get("seats", {}).get(name, "")
            cells = [
                f"<bdi>{html.escape(facts.labels[name])}</bdi>", official,
                self.summary.typical.total(position),
                f"{d.mean:.2f} ± {d.mcse:.2f}", seats_text(d.region(0.9)),
                f"{100 * self.enters(name).value:.1f}%",
            ]  # fmt: skip
            rows.append("<tr>" + "".join(f"<td>{c}</td>" for c in cells) + "</tr>")
        head = "".join(
            f"<th>{c}</th>"
            for c in ("party", "official", "typical", "mean", "90% region", "enters")
        )
        title = html.escape(f"{facts.name}: {facts.chamber}")
        return (
            f"<table><caption><bdi>{title}</bdi>, {facts.seats} seats; {self.draws} draws, "
            f"fingerprint {self.fingerprint}</caption><thead><tr>{head}</tr></thead>"
            f"<tbody>{''.join(rows)}</tbody></table>"
        )
