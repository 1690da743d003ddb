"""`simseats init`: a first scenario, from questions, from a table, or from one that exists."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich_click import RichCommand

from simulator.cli.offers import method_names, shipped
from simulator.errors import FileTrouble
from simulator.results.writing import write_bytes

if TYPE_CHECKING:
    from simulator.scenario.starter import Entry, Start

_PARTY = re.compile(r"(?P<name>.+?)[\s=:]+(?P<share>\d[\d.]*\s*%|0?\.\d+)\s*")
DEFAULT = Path("scenario.yaml")


@click.command("init", cls=RichCommand)
@click.argument("target", metavar="[FILE]", required=False, type=click.Path(path_type=Path))
@click.option(
    "--from",
    "example",
    metavar="NAME",
    shell_complete=shipped,
    help="Copy a scenario that comes with simseats.",
)
@click.option("--results", type=click.Path(path_type=Path), metavar="CSV",
              help="Votes of an election: columns party, votes and perhaps seats.")  # fmt: skip
@click.option("--polls", type=click.Path(path_type=Path), metavar="CSV",
              help="Polls: columns pollster, n and one for each party.")  # fmt: skip
@click.option("--name", help="Title of the scenario.")
@click.option("--chamber", help="Name of the parliament.")
@click.option("--seats", type=click.IntRange(1, 1000), help="Seats of the list tier.")
@click.option(
    "--method", shell_complete=method_names, help="Allocation method; simseats methods lists them."
)
@click.option("--threshold", metavar="SHARE", help="Share of valid ballots, such as 5%.")
@click.option("--party", "parties", multiple=True, metavar="NAME=SHARE",
              help="A party and its expected share; repeat it.")  # fmt: skip
@click.option("--sample", type=click.IntRange(1), help="Respondents behind the shares.")
@click.option("--date", metavar="YYYY-MM-DD", help="Election day.")
@click.option("-y", "--yes", is_flag=True, help="Ask nothing: what is not said has its default.")
@click.option("--force", is_flag=True, help="Overwrite files.")
def command(
    target: Path | None, example: str | None, results: Path | None, polls: Path | None,
    name: str | None, chamber: str | None, seats: int | None, method: str | None,
    threshold: str | None, parties: tuple[str, ...], sample: int | None, date: str | None,
    yes: bool, force: bool,
) -> None:  # fmt: skip
    """Start a scenario in FILE (scenario.yaml when absent) that validates and runs.

    Without --from, --results or --polls a few questions are asked; answers may come from standard
    input. Nothing is overwritten without --force.
    """
    if sum(source is not None for source in (example, results, polls)) > 1:
        raise click.UsageError("--from, --results and --polls exclude each other")
    if example is not None:
        said = (name, chamber, seats, method, threshold, sample, date)
        if parties or any(value is not None for value in said):
            raise click.UsageError("--from copies a scenario as it is: edit the copy")
        _copy(example, target, force)
        return
    asking = _Questions(yes, method, threshold or "", name, chamber, seats, sample, date)
    target = target or DEFAULT
    files: dict[Path, bytes] = {}
    if results is not None:
        start = asking.results(results)
    elif polls is not None:
        if sample is not None:
            raise click.UsageError("--sample is of shares; the table of polls says how many asked")
        start, files = asking.polls(polls, target)
    else:
        start = asking.everything(parties)
    _write(start, target, files, polls, force)


def _copy(example: str, target: Path | None, force: bool) -> None:
    """Copy a shipped scenario and its tables."""
    from simulator.scenario.shipped import shipped

    files = shipped(example)
    first, *tables = files
    place = target or Path(first)
    contents = {place: files[first]} | {place.parent / table: files[table] for table in tables}
    _save(contents, force)
    _tell(contents, place)


def _write(
    start: Start, target: Path, files: dict[Path, bytes], polls: Path | None, force: bool
) -> None:
    """Check the scenario as it will be, then write it and its tables."""
    from simulator.scenario.load import load_text
    from simulator.scenario.starter import compose

    text = compose(start)
    # A table that is still to be copied is checked where it lies.
    checked, folder = text, target.parent
    if files and polls is not None:
        checked, folder = compose(replace(start, polls=polls.name)), polls.parent
    load_text(checked, str(target), folder)
    contents = {target: text.encode(), **files}
    _save(contents, force)
    _tell(contents, target)


def _save(contents: dict[Path, bytes], force: bool) -> None:
    """Write files; where one of them exists and holds something else, none is written."""
    there = [path for path, data in contents.items() if path.exists() and not _holds(path, data)]
    if there and not force:
        verb = "exist" if len(there) > 1 else "exists"
        listed = ", ".join(map(str, there))
        raise FileTrouble(f"{listed} {verb} and nothing was written; --force overwrites")
    for path, data in contents.items():
        write_bytes(path, data)


def _holds(path: Path, data: bytes) -> bool:
    """Tell whether a file has this content already, as two scenarios may share a table."""
    return path.is_file() and path.stat().st_size == len(data) and path.read_bytes() == data


def _tell(contents: dict[Path, bytes], target: Path) -> None:
    lines = [f"wrote {path}" for path in contents]
    click.echo("\n".join(lines))
    click.echo(f"next: simseats run {target}")


@dataclass(frozen=True)
class _Questions:
    """What was said by options; the rest is asked, or has its default."""

    yes: bool
    method: str | None
    threshold: str
    name: str | None
    chamber: str | None
    seats: int | None
    sample: int | None
    date: str | None

    def _ask(self, text: str, default: str, check: Callable[[str], object] | None = None) -> str:
        """Ask until the answer can be read; with --yes take the default."""
        if self.yes:
            return default

        def read(answer: str) -> str:
            if check is not None and answer:
                try:
                    check(answer)
                except ValueError as wrong:
                    raise click.BadParameter(str(wrong)) from None
            return answer

        found = click.prompt(
            text, default=default, value_proc=read, err=True, show_default=bool(default)
        )
        return str(found).strip()

    def _house(self) -> int:
        if self.seats is not None:
            return self.seats
        if self.yes:
            raise click.UsageError("say how many seats there are: --seats")
        return int(click.prompt("Seats", type=click.IntRange(1, 1000), err=True))

    def _rule(self) -> tuple[str, str]:
        method = self.method or self._ask("Method", "largest-remainder", _check_method)
        _check_option("--method", method, _check_method)
        bar = self.threshold
        if not bar and self.method is None:
            bar = self._ask("Threshold, such as 5% (0 for none)", "0", _check_share)
        _check_option("--threshold", bar, _check_share)
        return method, "" if bar.strip(" 0.%") == "" else bar

    def _title(self, default: str) -> str:
        return self.name or self._ask("Title", default)

    def everything(self, parties: tuple[str, ...]) -> Start:
        """Ask for all of a scenario."""
        from simulator.scenario.starter import Start

        name = self._title("My election")
        house = self._house()
        method, threshold = self._rule()
        entries = self._parties(parties)
        sample = self.sample
        if sample is None and not self.yes:
            text = "Respondents behind the shares (empty: not known)"
            found = self._ask(text, "", _check_sample)
            sample = int(found) if found else None
        return Start(
            name, entries, house, self.chamber or "Chamber", method, threshold, sample,
            date=self._day(),
        )  # fmt: skip

    def _parties(self, given: tuple[str, ...]) -> tuple[Entry, ...]:
        from simulator.scenario.starter import Entry, key_of

        texts = list(given)
        while not given and not self.yes:
            answer = self._ask("Party and share, such as Tide 34% (empty: done)", "", _check_party)
            if not answer and texts:
                break
            texts += [answer] if answer else []
        if not texts:
            raise click.UsageError("say which parties there are: --party NAME=SHARE")
        entries: list[Entry] = []
        for text in texts:
            _check_option("--party", text, _check_party)
            found = _PARTY.fullmatch(text)
            assert found is not None
            key = key_of(found["name"], [entry.key for entry in entries])
            entries.append(Entry(key, found["name"].strip(), share=found["share"]))
        return tuple(entries)

    def _day(self) -> str:
        import datetime

        if self.date is not None:
            _check_option("--date", self.date, datetime.date.fromisoformat)
        return self.date or ""

    def results(self, table: Path) -> Start:
        """Start from a table of results; ask only what it does not say."""
        from simulator.scenario.resulttable import read_results, reproducing
        from simulator.scenario.starter import Start

        entries, official = read_results(table)
        name = self._title(table.stem.replace("-", " ").replace("_", " ").title())
        asking = self
        if official and self.seats is None:
            asking = replace(self, seats=sum(official.values()))
        house = asking._house()
        if official and self.method is None:
            asking = replace(asking, method="largest-remainder")
        method, threshold = asking._rule()
        found = reproducing(entries, official, house, threshold)
        if self.method is None and found:
            method = found[0]
        return Start(
            name, entries, house, self.chamber or "Chamber", method, threshold, self.sample,
            date=self._day(), official=official,
            reproduced_by=found if method in found else (), source=f"votes: {table.name}",
        )  # fmt: skip

    def polls(self, table: Path, target: Path) -> tuple[Start, dict[Path, bytes]]:
        """Start from a table of polls, which is copied unless it lies beside the scenario."""
        from simulator.scenario.polltables import options_of
        from simulator.scenario.starter import Entry, Start

        options = options_of(table)
        name = self._title(table.stem.replace("-", " ").replace("_", " ").title())
        house = self._house()
        method, threshold = self._rule()
        inside = table.resolve().is_relative_to(target.parent.resolve())
        shown = (
            table.resolve().relative_to(target.parent.resolve()).as_posix()
            if inside else table.name
        )  # fmt: skip
        files = {} if inside else {target.parent / table.name: table.read_bytes()}
        start = Start(
            name, tuple(Entry(key, key) for key in options), house, self.chamber or "Chamber",
            method, threshold, self.sample, polls=shown, date=self._day(),
            source=f"polls: {table.name}",
        )  # fmt: skip
        return start, files


def _check_option(option: str, value: str, check: Callable[[str], object]) -> None:
    try:
        if value:
            check(value)
    except ValueError as wrong:
        raise click.UsageError(f"{option}: {wrong}") from None


def _check_method(text: str) -> None:
    from simulator.errors import suggest
    from simulator.scenario.schema import simulated_methods

    known = simulated_methods()
    if text not in known:
        raise ValueError(f'no method is called "{text}"; {suggest(text, known) or known}')


def _check_share(text: str) -> None:
    from pydantic_core import PydanticCustomError

    from simulator.scenario.numbers import read_share

    try:
        read_share(text)
    except PydanticCustomError as wrong:
        hint = (wrong.context or {}).get("hint")
        raise ValueError(wrong.message() + (f"; {hint}" if hint else "")) from None


def _check_party(text: str) -> None:
    found = _PARTY.fullmatch(text)
    if found is None:
        raise ValueError(f'"{text}" is no party and its share; write Tide 34%')
    _check_share(found["share"])


def _check_sample(text: str) -> None:
    if not text.isdecimal() or int(text) < 1:
        raise ValueError("a whole number of at least 1")
