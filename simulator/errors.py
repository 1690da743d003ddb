"""Every way this program says no: an exception tree, stable codes, exit statuses.

The catalogue is what ``simseats explain CODE`` prints.
"""

from __future__ import annotations

from dataclasses import dataclass


class SimseatsError(Exception):
    """Base of everything raised on purpose; `exit_status` is what the command returns."""

    exit_status = 70


class FileTrouble(SimseatsError):
    """A file cannot be read or written."""

    exit_status = 3


class InvalidScenario(SimseatsError):
    """A scenario or its data is wrong; `diagnostics` says where, all at once."""

    exit_status = 3

    def __init__(self, diagnostics: tuple[Diagnostic, ...]) -> None:
        self.diagnostics = diagnostics
        super().__init__("\n\n".join(str(d) for d in diagnostics))


class Interrupted(SimseatsError):
    """The user stopped a run before its first chunk was finished."""

    exit_status = 130


class WorkersLost(SimseatsError):
    """Worker processes or a cluster cannot be reached, or died with the same draws repeatedly."""

    exit_status = 70


class AllocationError(SimseatsError, ValueError):
    """An allocation that is not defined as asked: `code` is a stable code of the catalogue."""

    exit_status = 3

    def __init__(self, code: str, message: str) -> None:
        self.code, self.message = code, message
        super().__init__(f"[{code}] {message}")

    def at(self, place: str) -> AllocationError:
        """Return the same fault with its place in front."""
        return AllocationError(self.code, f"{place}: {self.message}")


class StationError(SimseatsError, ValueError):
    """Station results that no detector can use: `code` is a stable code of the catalogue."""

    exit_status = 3

    def __init__(self, code: str, message: str) -> None:
        self.code, self.message = code, message
        super().__init__(f"[{code}] {message}")


class QuestionError(SimseatsError, ValueError):
    """A question about a run that cannot be read or answered: `code`, and `column` from 1."""

    exit_status = 3

    def __init__(
        self, code: str, message: str, question: str = "", column: int = 0, width: int = 1
    ) -> None:
        self.code, self.message = code, message
        self.question, self.column = question, column
        text = f"[{code}] {message}"
        if column:
            line = "".join(c if c.isprintable() else " " for c in question)
            text += f"\n  {line}\n  {' ' * (column - 1)}{'^' * width}"
        super().__init__(text)


# The stage of a tie for being the one list that takes part where none passes the threshold.
ADMISSION = "largest list"


def claims(count: int, stage: str) -> str:
    """Return what equal parties compete for, in words.

    >>> claims(2, "quotient"), claims(1, ADMISSION)
    ('2 seats', '1 place in the allocation')
    """
    if stage == ADMISSION:
        return "1 place in the allocation"
    return f"{count} {'seat' if count == 1 else 'seats'}"


class TiedSeats(AllocationError):
    """A tie that no rule decides: `parties` are level for `seats` seats."""

    def __init__(self, parties: tuple[str, ...], seats: int, stage: str, rule: str) -> None:
        self.parties, self.seats, self.stage = parties, seats, stage
        if rule == "lot":
            ask = "draw a lot: give seed=, or the outcome with lots="
        elif rule == "error":
            ask = "name a rule with ties=: listed-order, larger-party, smaller-party, lot, report"
        else:
            ask = f"{rule} does not decide it; name a further rule, ties=({rule!r}, 'lot')"
        level = f"{', '.join(parties)} are level ({stage}) for {claims(seats, stage)}"
        super().__init__("E505", f"{level}; {ask}")


@dataclass(frozen=True, order=True)
class Diagnostic:
    """One fault: where it is, what is wrong, what to write instead."""

    file: str
    line: int
    column: int
    code: str
    message: str
    hint: str = ""
    width: int = 1
    source: str = ""
    severity: str = "error"

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        text = f"{self.severity}[{self.code}] {self.message}\n  --> {place}"
        if self.source:
            number = f"{self.line:>5}"
            text += f"\n{number} | {self.source}"
            text += "\n      | " + " " * (self.column - 1) + "^" * max(1, self.width)
            if self.hint:
                text += f" {self.hint}"
        elif self.hint:
            text += f"\n      = {self.hint}"
        return text


# code: (title, explanation)
CATALOGUE: dict[str, tuple[str, str]] = {
    "E101": (
        "file cannot be read",
        "The scenario, or a table it names, does not exist, is a folder, or may not be read. Names "
        "of tables are relative to the folder of the scenario.",
    ),
    "E102": (
        "not UTF-8 text",
        "Scenarios and tables are text in UTF-8. Save the file in that encoding; control "
        "characters are not allowed.",
    ),
    "E103": (
        "not YAML",
        "The file does not follow YAML 1.2. The usual causes are a tab used for indentation, a "
        "missing space after a colon, or an unclosed quote or bracket.",
    ),
    "E104": (
        "the same key twice",
        "A mapping names a key twice, and it is not clear which value is meant. Remove one.",
    ),
    "E105": (
        "aliases grow too large",
        "The file expands to more than 200,000 nodes through YAML aliases, or an alias contains "
        "itself. Write the values out, or put tables in a CSV file.",
    ),
    "E106": (
        "file is too large",
        "A scenario may have 2 MB, a table 20 MB and a file of draws 200 MB. Tables of many rows "
        "belong in a CSV file beside the scenario.",
    ),
    "E107": (
        "not a scenario",
        "A scenario is one YAML document whose top level is a mapping with the key "
        "'schema: simseats/1'.",
    ),
    "E108": (
        "a package is not installed",
        "Draws in Parquet or netCDF files need optional packages: pip install 'simseats[arrow]' or "
        "'simseats[xarray]'. Draws in CSV files need none.",
    ),
    "E201": (
        "unknown key",
        "The key is not part of the scenario language at this place. `simseats schema` prints the "
        "whole language; editors complete it.",
    ),
    "E202": ("missing key", "A key that has no default is not there."),
    "E203": (
        "wrong type",
        "The value has another type than the key expects, for example a text where a whole number "
        "belongs.",
    ),
    "E204": (
        "share out of range",
        "Shares are written 5% or 0.05 and lie between 0% and 100%. A bare 5 would be 500%.",
    ),
    "E205": (
        "number out of range",
        "The number is outside the range in which the model is defined or proved exact.",
    ),
    "E206": (
        "not a whole number",
        "Votes, seats and voters are whole numbers. 3_431_510 and 3 431 510 are read as written.",
    ),
    "E207": ("unknown choice", "The value is not one of the choices the key offers."),
    "E208": (
        "bad name",
        "Names of parties, regions and districts are lower-case letters, digits, '-' and '_', and "
        "start with a letter or a digit. Put the full name under 'name'.",
    ),
    "E210": ("unknown party", "No party or option of that name is listed under 'parties'."),
    "E211": ("unknown region", "No region of that name is listed under 'electorate.regions'."),
    "E212": (
        "unknown district",
        "No district of that name is listed under 'electorate.districts'.",
    ),
    "E213": (
        "shares do not add up",
        "Shares of one vote add up to at most 100%, give or take half a point of rounding.",
    ),
    "E214": (
        "seats do not add up",
        "The seats of a tier must equal the districts, or the seats given as held.",
    ),
    "E215": (
        "majority out of reach",
        "A majority needs between one seat and all the seats of the chamber.",
    ),
    "E216": (
        "support is missing or mixed",
        "Every party needs its support from one source: votes for all, shares for all, or polls.",
    ),
    "E217": (
        "electorate does not add up",
        "The registered voters of the regions, or the counted votes, exceed the total.",
    ),
    "E218": (
        "beyond the proved bound",
        "Allocation is exact as long as votes x seats stay below 2^53. Up to two billion voters, "
        "40 parties, 1,000 districts and 1,000 seats a tier are inside the bound.",
    ),
    "E219": (
        "contradiction",
        "Two settings exclude each other, or one has no effect without another.",
    ),
    "E220": (
        "table outside the folder",
        "Tables lie in the folder of the scenario or below it: no absolute names, no '..', no "
        "link that leads out.",
    ),
    "E221": ("bad table", "The table has no header, a repeated or unknown column, or a short row."),
    "E222": (
        "official result not reproduced",
        "The rule, applied to the votes of the scenario, gives other seats than 'expect' states.",
    ),
    "E230": (
        "draws from outside do not fit",
        "A file of draws has one row a draw and one column an option (or the dimensions draw and "
        "option); every value is a share above zero. Rows by region name the draw and the region.",
    ),
    "E231": (
        "correlations contradict each other",
        "No joint distribution has these correlations: two parties that both move with a third "
        "cannot move against each other. Bring the values nearer to zero.",
    ),
    "E232": (
        "band without errors",
        "A bootstrap draws an option's error from the rows of its band of shares, and this band "
        "has none.",
    ),
    "E240": (
        "unknown estimate",
        "No estimate of that name is made; 'simulation.until.errors' takes enters.PARTY, "
        "seats.PARTY, list.PARTY, district.PARTY and the events of the run.",
    ),
    "E301": ("bad override", "--set takes path=value with the path of a key, as errors print it."),
    "E302": (
        "a question that cannot be read",
        "A question compares sums of seats: amanat+jsdp>=66, list.jsdp=0, amanat>=majority and "
        "jsdp=0. Signs are >= <= > < = !=, clauses are joined by and, or, not and parentheses. "
        "Names are parties, independents, coalitions or majorities of the scenario; those with "
        "spaces stand in quotes.",
    ),
    "E303": (
        "a question that the file cannot answer",
        "More distinct chambers occurred than are kept, so the joint distribution of parties is "
        "not complete. Single parties and the coalitions that the scenario declares are counted in "
        "every draw: declare the coalition under 'coalitions' and run again.",
    ),
    "E304": (
        "bad sweep",
        "A sweep takes path=values for one path or two: values with commas, ranges such as "
        "0%..10%, 69..98 or 0.5..1.5:0.1, whose step is 1 when absent.",
    ),
    "E501": (
        "not an exact number",
        "Votes are whole numbers, fractions or decimals written as text. A binary float is rounded "
        "before the law sees it: 0.07 * 100 is more than 7, and a list with exactly 7% would be "
        "left out.",
    ),
    "E502": (
        "no votes to allocate by",
        "Votes are a mapping from party to votes with at least one party.",
    ),
    "E503": (
        "impossible number of seats",
        "Seats are whole numbers; the seats already held and the minimum seats fit into them.",
    ),
    "E504": (
        "whole quotas exceed the seats",
        "A small quota, a minimum or seats already held can give out more seats than there are. "
        "Name what happens with on_overflow: subtract-smallest-remainder, larger-quota or "
        "enlarge-chamber. Nothing is repaired silently.",
    ),
    "E505": (
        "a tie that no rule decides",
        "Claims are equal and there are fewer seats than claims. Name the rule of the law with "
        "ties: listed-order, larger-party, smaller-party, lot, or report to leave it open.",
    ),
    "E506": (
        "bad threshold",
        "A threshold is a share such as 5%, or a mapping of its parts; a base that is not the list "
        "votes is given as a number.",
    ),
    "E507": (
        "unknown or useless parameter",
        "The method does not exist, or does not have that parameter; simseats methods lists them.",
    ),
    "E508": (
        "bad tie rule or lot",
        "Tie rules are error, report, listed-order, larger-party, smaller-party and lot; the "
        "outcome of a lot names as many of the level parties as there are seats.",
    ),
    "E509": (
        "quota or divisor out of range",
        "A quota is above zero, divisors do not fall, and an own list of divisors has one for each "
        "seat that a party can win.",
    ),
    "E601": (
        "column of station results not found",
        "A table of station results needs the registered voters, the ballots cast and the votes of "
        "the leader. Columns with other names are named by --registered, --cast, --counted and "
        "--leader: a name, a pattern with *, or several joined by +, which are added up.",
    ),
    "E602": (
        "impossible station results",
        "Registered voters, ballots and votes are whole numbers from zero up; there are no more "
        "ballots than registered voters and no more votes for the leader than ballots counted.",
    ),
    "E603": (
        "too few stations",
        "The figure needs more stations than there are, for example stations with a turnout below "
        "the peak of the others' votes. It is left out, not guessed.",
    ),
    "W401": (
        "figure in doubt",
        "The scenario marks a figure as estimated, not found, or doubtful, and says why.",
    ),
    "W402": ("figure filled in", "A figure that is not known was filled in by the stated rule."),
    "W403": (
        "assumption",
        "The result rests on an assumption that no data of the scenario support.",
    ),
    "W404": (
        "remainder",
        "Shares add up to less than 100%; the rest is counted as votes for lists without seats. "
        "Shares of a poll are made parts of one instead.",
    ),
}


def suggest(word: str, known: list[str]) -> str:
    """Return 'did you mean "x"?' for the closest known word, or an empty string."""
    import difflib

    close = difflib.get_close_matches(str(word), known, n=1, cutoff=0.6)
    return f'did you mean "{close[0]}"?' if close else ""
