"""README and docs say what is true now: console blocks, generated pages, links, names."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import pytest

from simulator.allocation import registry

PAGES = [Path("README.md"), Path("CONTRIBUTING.md"), *sorted(Path("docs").rglob("*.md"))]


@pytest.mark.nightly
def test_every_page_is_as_generated() -> None:
    """Runs every `$ simseats` command of every console block and compares what it prints."""
    generator = runpy.run_path("docs/generate.py")
    for path, text in generator["pages"]().items():
        assert path.read_text(encoding="utf-8") == text, f"run docs/generate.py: {path.name}"


def test_no_page_is_left_of_a_method_that_was_removed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    generator = runpy.run_path("docs/generate.py")
    assert generator["strays"]() == []
    monkeypatch.setattr("docs.methods.FOLDER", tmp_path)
    (tmp_path / "dhondt.md").touch()
    (tmp_path / "removed.md").touch()
    assert [path.name for path in generator["strays"]()] == ["removed.md"]


def test_readme_has_the_two_commands() -> None:
    text = Path("README.md").read_text(encoding="utf-8")
    commands = re.findall(r"^\$ (python3 -m venv .*)$", text, re.M)
    assert len(commands) == 2
    assert commands[0].endswith("simseats run scenarios/kazakhstan-2023.yaml")
    assert commands[1].endswith("pytest -n auto")


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (page.parent / target).exists(), target


def python_blocks(page: Path) -> list[str]:
    return re.findall(r"^```python\n(.*?)^```$", page.read_text(encoding="utf-8"), re.S | re.M)


@pytest.mark.parametrize("page", [p for p in PAGES if python_blocks(p)], ids=str)
def test_python_blocks_run_and_say_what_is_so(page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run the blocks of a page one after the other; `value  # {...}` states the value."""
    # A method that a page registers is gone after it.
    methods = {method.id: method for method in registry.all_methods()}
    monkeypatch.setattr(registry, "_METHODS", methods)
    space: dict[str, object] = {}
    for block in python_blocks(page):
        exec(block, space)
        for expression, stated in re.findall(r"^(\S.*?)  # (\{.*\})$", block, re.M):
            assert eval(expression, space) == eval(stated), expression
