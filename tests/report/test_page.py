"""The page as text: one file, whole, escaped, accessible, and forbidden to ask for anything."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from html.parser import HTMLParser
from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.report.figures.colours import TEXT, contrast
from simulator.report.headline import headline
from simulator.report.page.joint import ALPHABET, encode, joint, write_number
from simulator.report.page.render import figure_files, render_page
from simulator.results.run import Run
from tests.report.pages import HOSTILE, flagship, plain, poisoned

VOID = {"meta", "input", "br", "link", "img", "hr"}


class Reader(HTMLParser):
    """Collects elements, and checks that they are closed in order."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.open: list[str] = []
        self.texts: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {key: value or "" for key, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {key: value or "" for key, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append((self.open[-1] if self.open else "", data))


def read(page: str) -> Reader:
    reader = Reader()
    reader.feed(page)
    reader.close()
    assert not reader.open
    return reader


def attributes(reader: Reader, tag: str) -> list[dict[str, str]]:
    return [found for name, found in reader.elements if name == tag]


def test_it_is_one_file_of_less_than_150_kb_that_asks_nobody() -> None:
    page = render_page(flagship())
    assert len(page.encode()) < 150_000
    reader = read(page)
    for tag, found in reader.elements:
        assert tag not in ("link", "iframe", "img", "object", "embed", "form", "base")
        for key, value in found.items():
            assert not key.startswith("on")
            assert key not in ("style", "src", "action", "srcset", "xlink:href", "ping")
            if key == "href":
                assert value.startswith("#")
    style = next(text for tag, text in reader.texts if tag == "style")
    assert not re.search(r"url\(|@import|expression|http", style)


def test_the_policy_allows_what_is_in_the_page_and_nothing_else() -> None:
    reader = read(render_page(plain()))
    policy = next(m["content"] for m in attributes(reader, "meta") if "http-equiv" in m)
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == rules["base-uri"] == rules["form-action"] == "'none'"
    texts = {tag: text for tag, text in reader.texts if tag in ("style", "script")}
    for tag, text in texts.items():
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert rules[f"{tag}-src"] == f"'sha256-{digest}'"
    assert "unsafe" not in policy


def test_names_roles_and_labels_lead_somewhere() -> None:
    reader = read(render_page(flagship()))
    ids = [found["id"] for _, found in reader.elements if "id" in found]
    assert len(ids) == len(set(ids))
    for _, found in reader.elements:
        for key in ("aria-labelledby", "for", "href"):
            if key in found:
                assert found[key].removeprefix("#") in ids
    drawings = [found for found in attributes(reader, "svg") if "aria-hidden" not in found]
    assert all(found.get("role") == "img" for found in drawings)
    titles = [text for tag, text in reader.texts if tag == "title"]
    assert len(titles) > len(drawings)
    levels = [int(tag[1]) for tag, _ in reader.elements if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(b <= a + 1 for a, b in pairwise(levels))
    assert [found["lang"] for found in attributes(reader, "html")] == ["en"]
    for found in attributes(reader, "th"):
        assert found["scope"] in ("row", "col")


def test_texts_have_contrast_on_both_papers() -> None:
    style = next(text for tag, text in read(render_page(plain())).texts if tag == "style")
    papers = re.findall(r"--paper:(#\w{6});--ink:(#\w{6})", style)
    softs = re.findall(r"--soft:(#\w{6});--rule:#\w{6};--tint:(#\w{6});--open:(#\w{6})", style)
    assert len(papers) == len(softs) == 2
    for (paper, ink), (soft, tint, open_) in zip(papers, softs, strict=True):
        for colour in (ink, soft, open_):
            assert contrast(colour, paper) >= TEXT
        assert contrast(soft, tint) >= TEXT
        # Notes inside figures are drawn with an opacity of 0.78.
        mixed = "#" + "".join(
            f"{round(0.78 * int(ink[k : k + 2], 16) + 0.22 * int(paper[k : k + 2], 16)):02x}"
            for k in (1, 3, 5)
        )
        assert contrast(mixed, paper) >= TEXT


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_of_a_scenario_becomes_markup(text: str) -> None:
    """The hostile page has the elements and attributes of the plain one, and its scripts."""
    hostile, harmless = poisoned(text), poisoned("harmless")
    page = render_page(hostile)
    page.encode()
    found, usual = read(page), read(render_page(harmless))
    assert [tag for tag, _ in found.elements] == [tag for tag, _ in usual.elements]
    for (_, one), (_, other) in zip(found.elements, usual.elements, strict=True):
        assert list(one) == list(other)
        assert {k: one[k] for k in ("class", "id", "href", "type") if k in one} == {
            k: other[k] for k in ("class", "id", "href", "type") if k in other
        }
    for reader in (found, usual):
        reader.texts = [(tag, data) for tag, data in reader.texts if tag in ("script", "style")]
    assert found.texts == usual.texts
    assert "49" not in headline(hostile) or "7*7" in headline(hostile)
    for name, svg in figure_files(hostile).items():
        one, other = read(svg), read(figure_files(harmless)[name])
        assert [tag for tag, _ in one.elements] == [tag for tag, _ in other.elements]


def test_names_are_shown_as_they_are() -> None:
    reader = read(render_page(poisoned("<b>Fish & Chips</b>")))
    assert any(text == "<b>Fish & Chips</b>" for tag, text in reader.texts if tag == "bdi")


@pytest.mark.parametrize("made", [plain, flagship])
def test_it_says_no_more_than_the_draws(made: object) -> None:
    run = made()  # type: ignore[operator]
    texts = " ".join(text for tag, text in read(render_page(run)).texts if tag != "script")
    assert not re.search(r"\bwill\b", texts)
    assert run.fingerprint in texts
    assert str(run.facts.seed) in texts
    for assumption in run.facts.assumptions:
        assert assumption.about in texts
    for line in {a.place.rpartition(":")[2] for a in run.facts.assumptions if a.place}:
        assert f"line {line}" in texts


def decode(code: str, columns: tuple[int, ...], implied: int, seats: int, entities: int):
    """Read the coded chambers in plain Python, as the page does in its script."""
    digits = [ALPHABET.index(letter) for letter in code]
    at = 0

    def take() -> int:
        nonlocal at
        high = 0
        while digits[at] >= 64:
            high, at = high * 21 + digits[at] - 64, at + 1
        at += 1
        return high * 64 + digits[at - 1]

    row, found = [0] * len(columns), []
    while at < len(digits):
        same = take()
        for k in range(same, len(columns)):
            row[k] = take() + (row[k] if k == same else 0)
        held = [0] * entities
        for column, number in zip(columns, row, strict=True):
            held[column] = number
        if implied >= 0:
            held[implied] = seats - sum(row)
        found.append((tuple(held), take()))
    return found


@settings(deadline=None, max_examples=150)
@given(st.data())
def test_coded_chambers_are_read_back(data: st.DataObject) -> None:
    width = data.draw(st.integers(1, 6))
    whole = data.draw(st.booleans())
    numbers = st.lists(st.integers(0, 1000), min_size=width, max_size=width)
    rows = data.draw(st.lists(numbers, min_size=1, max_size=20, unique_by=tuple))
    seats = max(map(sum, rows))
    if whole:
        for row in rows:
            row[0] += seats - sum(row)
        rows = [list(row) for row in dict.fromkeys(map(tuple, rows))]
    counts = data.draw(st.lists(st.integers(0, 10**12), min_size=len(rows), max_size=len(rows)))
    counts[0] += 1
    made = encode(np.array(counts), np.array(rows), seats, False)
    found = decode(made.code, made.columns, made.implied, seats, width)
    assert dict(found) == {tuple(r): c for r, c in zip(rows, counts, strict=True) if c}
    assert len(found) == len(dict(found))
    assert json.loads(json.dumps(made.code)) == made.code
    assert not set(made.code) & set("<>&'\"\\")


@given(st.integers(0, 10**15))
def test_numbers_are_coded_in_few_letters(value: int) -> None:
    assert len(write_number(value)) <= 1 + max(0, len(np.base_repr(value // 64, 21)))


def test_the_coded_chambers_give_every_coalition_of_the_run() -> None:
    run = flagship()
    made = joint(run, 60_000)
    assert not made.sampled
    assert made.draws == run.draws
    entities = run.facts.entities
    table = decode(made.code, made.columns, made.implied, made.seats, len(entities))
    for size in (1, 2, 5):
        for group in combinations(range(len(entities)), size):
            hits = sum(n for held, n in table if sum(held[e] for e in group) >= 50)
            stated = run.probability([entities[e] for e in group], at_least=50)
            assert hits / run.draws == pytest.approx(stated.value, abs=1e-12)


def test_little_room_takes_a_sample_and_says_so() -> None:
    run = flagship()
    made = joint(run, 8_000)
    assert made.sampled
    assert len(made.code) <= 8_000
    table = decode(made.code, made.columns, made.implied, made.seats, len(run.facts.entities))
    assert sum(n for _, n in table) == made.draws < run.draws
    hits = sum(n for held, n in table if held[0] >= 66)
    exact = run.probability(["amanat"], at_least=66).value
    assert hits / made.draws == pytest.approx(exact, abs=4 * (0.25 / made.draws) ** 0.5)


def test_a_page_of_many_parties_and_chambers_stays_small() -> None:
    from simulator.engine.run import run_loaded
    from simulator.scenario.load import load_text

    parties = "\n".join(f"  p{k}: {{name: Party number {k}, share: 4%}}" for k in range(25))
    text = f"schema: simseats/1\nname: Many\nparties:\n{parties}\ntiers: {{list: {{seats: 598}}}}\n"
    text += "simulation: {draws: 20000, seed: 3}\nuncertainty: {effective_sample: 400}\n"
    page = render_page(run_loaded(load_text(text)))
    assert len(page.encode()) < 150_000
    assert "Counted in the page from" in page


def test_the_headline_is_one_sentence() -> None:
    for run in (plain(), flagship()):
        text = headline(run)
        assert text.endswith(".")
        assert "; " in text or " holds " in text
    same = Run(plain().facts, plain().tally)
    assert headline(same) == headline(plain())
