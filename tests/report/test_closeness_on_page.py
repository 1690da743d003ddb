"""What decides on the page: the sentences of the terminal, and the numbers of the document."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from simulator.report import coalitions
from simulator.report.page.closeness import games_open, margins, sentences
from simulator.report.page.render import render_page
from simulator.report.sentences import percent, spaced
from simulator.report.terminal import render
from simulator.results.coalitions import games
from simulator.results.run import Run
from tests.report.pages import flagship, plain
from tests.report.test_page import read


def shown(run: Run) -> str:
    """Return the text of the page on one line."""
    texts = " ".join(text for tag, text in read(render_page(run)).texts if tag != "script")
    return re.sub(r"\s+", " ", texts)


@pytest.mark.parametrize("made", [plain, flagship])
def test_the_page_says_what_the_terminal_says(made: object) -> None:
    run: Run = made()  # type: ignore[operator]
    page, screen = shown(run), re.sub(r"\s+", " ", render(run))
    found = sentences(run)
    labels = [label for label, _ in found]
    assert labels[:4] == ["closest list seat", "recount", "near the threshold", "proportionality"]
    for label, text in found:
        assert f"{label} {text}" in page
        assert f"{label} {text}" in screen


def test_every_majority_that_is_open_has_its_coalitions_and_powers() -> None:
    run = flagship()
    page, (game,) = shown(run), games_open(run)
    stated = next(g for g in games(run) if g.majority == "two thirds")
    assert stated.winning is not None
    assert (game.majority, game.seats) == ("two thirds", 66)
    usual = [w for w in stated.winning if w.probability.value >= 0.02]
    assert len(game.coalitions) + game.more == len(usual)
    for (words, chance, _), winning in zip(game.coalitions, usual, strict=False):
        assert words.removesuffix(" alone").split(" + ") == [
            run.facts.labels[m] for m in winning.members
        ]
        assert chance == percent(winning.probability)
        assert f"{words} {chance}" in page
    assert "none without Amanat in more than 99 of 100 draws" in page
    power = stated.power["banzhaf"]["amanat"]
    assert (game.powers[0][0].name, game.powers[0][1]) == ("amanat", f"{round(100 * power)}%")


def test_margins_are_those_of_the_document() -> None:
    run = flagship()
    found, close = margins(run, 99), run.facts.closeness
    assert found is not None
    assert close is not None
    rows = {party.name: (gain, loss) for party, gain, loss in found.rows}
    for margin in close.margins:
        if margin.kind == "add":
            assert rows[margin.target][0] == spaced(margin.votes)
        elif margin.kind == "lose":
            assert rows[margin.source][1] == spaced(margin.votes)
    assert f"Fewest of the {close.basis} votes" in shown(run)


def test_a_run_without_list_seats_or_of_an_earlier_version_has_a_page() -> None:
    run = Run(replace(plain().facts, closeness=None), plain().tally)
    assert margins(run, 99) is None
    assert [label for label, _ in sentences(run)] in ([], ["seats together"])
    assert coalitions.closeness(run) == []
    assert "Fewest of" not in shown(run)
