"""Whatever somebody calls a party, the first text of a scenario is read as it was meant."""

from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.scenario.load import load_text
from simulator.scenario.starter import Entry, Start, compose, key_of

names = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60)


@settings(deadline=None, max_examples=60)
@given(titles=st.lists(names, min_size=1, max_size=5), title=names)
def test_any_name_is_only_a_name(titles: list[str], title: str) -> None:
    entries: list[Entry] = []
    for text in titles:
        key = key_of(text, [entry.key for entry in entries])
        assert re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,63}", key)
        entries.append(Entry(key, f"P {text}", share=f"{100 // len(titles)}%"))
    scenario = load_text(compose(Start(f"T {title}", tuple(entries), 9))).scenario
    assert list(scenario.parties) == [entry.key for entry in entries]
    assert scenario.seats == 9
    for text, party in zip(titles, scenario.parties.values(), strict=True):
        shown = "".join(c if c.isprintable() else " " for c in text)
        assert party.name == " ".join(f"P {shown}".split())
