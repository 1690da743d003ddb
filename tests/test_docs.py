"""README and docs say what is true now: console blocks, generated pages, links, names."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import pytest

PAGES = [Path("README.md"), Path("CONTRIBUTING.md"), *sorted(Path("docs").rglob("*.md"))]


def test_every_page_is_as_generated() -> None:
    """Runs every `$ simseats` command of every console block and compares what it prints."""
    generator = runpy.run_path("docs/generate.py")
    for path, text in generator["pages"]().items():
        assert path.read_text(encoding="utf-8") == text, f"run docs/generate.py: {path.name}"


def test_readme_has_the_two_commands() -> None:
    text = Path("README.md").read_text(encoding="utf-8")
    commands = re.findall(r"^\$ (python3 -m venv .*)$", text, re.M)
    assert len(commands) == 2
    assert commands[0].endswith("simseats run scenarios/kazakhstan-2023.yaml")
    assert commands[1].endswith("pytest")


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (page.parent / target).exists(), target


def test_python_block_of_the_readme_runs() -> None:
    text = Path("README.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"^```python\n(.*?)^```$", text, re.S | re.M)
    space: dict[str, object] = {}
    exec(block, space)
    run = space["run"]
    assert run.seats["jsdp"].region(0.9) == {0, 4}  # type: ignore[attr-defined]
