"""The little language of questions about a chamber: sums of seats, compared and combined.

::

    question   = clause {"or" clause}
    clause     = part {"and" part}
    part       = ["not"] (comparison | "(" question ")")
    comparison = sum (">=" | "<=" | ">" | "<" | "=" | "!=") sum
    sum        = item {"+" item}
    item       = number | name | "list." name | "district." name

Names are parties, coalitions or majorities of the scenario; those with spaces stand in quotes.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from simulator.errors import QuestionError

LONGEST = 2_000
DEEPEST = 50
SIGNS: dict[str, Callable[[Any, Any], Any]] = {
    ">=": operator.ge, "<=": operator.le, ">": operator.gt, "<": operator.lt,
    "=": operator.eq, "!=": operator.ne,
}  # fmt: skip
_ALSO = {"==": "=", "≥": ">=", "≤": "<=", "≠": "!=", "<>": "!=", "=>": ">=", "=<": "<="}
_WORDS = ("and", "or", "not")
_TOKEN = re.compile(
    r"\s*(?:(?P<sign><>|=>|=<|[<>=!]=|[<>=≥≤≠])|(?P<mark>[+()])"
    r"|(?P<quoted>\"[^\"]*\"|'[^']*')|(?P<word>\w[\w-]*(?:\.\w[\w-]*)?))"
)


@dataclass(frozen=True)
class Token:
    """A piece of a question and where it stands, from 1."""

    kind: str  # sign, mark, quoted, word or end
    text: str
    column: int


@dataclass(frozen=True)
class Sum:
    """Seats and a number, added: columns of a chamber, in order of lists and then districts."""

    columns: tuple[int, ...]
    number: int


@dataclass(frozen=True)
class Comparison:
    """A sum beside another."""

    left: Sum
    sign: str
    right: Sum


@dataclass(frozen=True)
class Combination:
    """Clauses joined by ``and``, ``or``, or one behind ``not``."""

    word: str
    parts: tuple[Clause, ...]


Clause = Comparison | Combination


def read_question(text: str, meaning: Callable[[str, str], Sum]) -> Clause:
    """Return the tree of a question.

    Parameters
    ----------
    text
        The question.
    meaning
        Returns what a name stands for, given the tier in front of it (or nothing) and the name;
        raises LookupError with the reason where it stands for nothing.

    Raises
    ------
    QuestionError
        At the first place that cannot be read (E302).

    Examples
    --------
    >>> read_question("a + b >= 3", lambda tier, name: Sum((ord(name) - 97,), 0))
    Comparison(left=Sum(columns=(0, 1), number=0), sign='>=', right=Sum(columns=(), number=3))
    """
    return _Reader(text, meaning).read()


def comparisons(clause: Clause) -> Iterator[Comparison]:
    """Yield the comparisons of a tree from left to right."""
    if isinstance(clause, Comparison):
        yield clause
    else:
        for part in clause.parts:
            yield from comparisons(part)


def holds(clause: Clause, seats: Callable[[Sum], Any]) -> Any:
    """Return whether a clause holds, for every chamber whose sums `seats` returns."""
    if isinstance(clause, Comparison):
        return SIGNS[clause.sign](seats(clause.left), seats(clause.right))
    found = holds(clause.parts[0], seats)
    if clause.word == "not":
        return ~found
    for part in clause.parts[1:]:
        other = holds(part, seats)
        found = found & other if clause.word == "and" else found | other
    return found


class _Reader:
    """Recursive descent over the tokens of one question."""

    def __init__(self, text: str, meaning: Callable[[str, str], Sum]) -> None:
        self.text, self.meaning = text, meaning
        if len(text) > LONGEST:
            raise QuestionError("E302", f"a question has at most {LONGEST:,} characters")
        self.tokens = self._split()
        self.at = 0

    def _split(self) -> list[Token]:
        found, start = [], 0
        while self.text[start:].strip():
            match = _TOKEN.match(self.text, start)
            if match is None:
                column = start + len(self.text[start:]) - len(self.text[start:].lstrip()) + 1
                sign = self.text[column - 1]
                what = "a quote is not closed" if sign in "\"'" else f'"{sign}" has no meaning here'
                hint = "; seats are only added" if sign == "-" else ""
                raise QuestionError("E302", what + hint, self.text, column)
            kind = str(match.lastgroup)
            found.append(Token(kind, match.group(kind), match.start(kind) + 1))
            start = match.end()
        return [*found, Token("end", "", len(self.text.rstrip()) + 1)]

    @property
    def token(self) -> Token:
        return self.tokens[self.at]

    def _take(self, *texts: str) -> bool:
        """Step over the next token if it is one of these."""
        token = self.token
        fits = token.kind in ("mark", "word") and token.text.lower() in texts
        self.at += fits
        return fits

    def _fault(self, message: str, token: Token) -> QuestionError:
        return QuestionError("E302", message, self.text, token.column, max(1, len(token.text)))

    def read(self) -> Clause:
        """Return the whole question."""
        clause = self._any(0)
        if self.token.kind != "end":
            joined = 'join clauses by "and" or "or"'
            closing = self.token.text == ")"
            raise self._fault('this ")" closes nothing' if closing else joined, self.token)
        return clause

    def _any(self, depth: int) -> Clause:
        parts = [self._all(depth)]
        while self._take("or"):
            parts.append(self._all(depth))
        return parts[0] if len(parts) == 1 else Combination("or", tuple(parts))

    def _all(self, depth: int) -> Clause:
        parts = [self._part(depth)]
        while self._take("and"):
            parts.append(self._part(depth))
        return parts[0] if len(parts) == 1 else Combination("and", tuple(parts))

    def _part(self, depth: int) -> Clause:
        opening = self.token
        if depth > DEEPEST:
            raise self._fault(f"more than {DEEPEST} clauses inside each other", opening)
        if self._take("not"):
            return Combination("not", (self._part(depth + 1),))
        if not self._take("("):
            return self._comparison()
        clause = self._any(depth + 1)
        if not self._take(")"):
            raise self._fault('this "(" is not closed', opening)
        return clause

    def _comparison(self) -> Comparison:
        first = self.token
        left = self._sum()
        sign = self.token
        if sign.kind != "sign":
            what = f"compare {self.text[first.column - 1 : sign.column - 1].strip()} with a number"
            raise self._fault(f"{what} of seats: >=50, <=8, =0 or >=majority", sign)
        self.at += 1
        right = self._sum()
        if self.token.kind == "sign":
            raise self._fault('two comparisons in one: join them by "and"', self.token)
        if not left.columns and not right.columns:
            raise self._fault("no party is named here: only numbers are compared", first)
        return Comparison(left, _ALSO.get(sign.text, sign.text), right)

    def _sum(self) -> Sum:
        total = Sum((), 0)
        while True:
            token = self.token
            item = self._item()
            if set(item.columns) & set(total.columns):
                raise self._fault(f"{token.text} is counted twice in this sum", token)
            total = Sum((*total.columns, *item.columns), total.number + item.number)
            if not self._take("+"):
                return total

    def _item(self) -> Sum:
        token = self.token
        word = token.kind == "word"
        if token.kind not in ("word", "quoted") or (word and token.text.lower() in _WORDS):
            what = "the question ends here" if token.kind == "end" else f'"{token.text}" is here'
            text = f"{what}, where a party or a number of seats is expected"
            hint = f"; a party of that name is written '{token.text}'" if word else ""
            raise self._fault(text + hint, token)
        self.at += 1
        if word and token.text.isdecimal():
            if len(token.text) > 9:
                raise self._fault("this is no number of seats", token)
            return Sum((), int(token.text))
        tier, _, name = token.text.rpartition(".") if word else ("", "", token.text[1:-1])
        try:
            return self.meaning(tier, name)
        except LookupError as wrong:
            raise self._fault(str(wrong.args[0]), token) from None
