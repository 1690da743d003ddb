"""README and docs say what is true now: console blocks, generated pages, links, names."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import pytest

from docs import blocks, program
from docs.cells import run_cell
from simulator.allocation import registry

# What pages do wrong on purpose, to show the message.
MISTAKES = ("run broken.yaml", "init --from list", "amanatt", ".treshold.")
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


def test_the_page_of_the_document_describes_every_key() -> None:
    text = Path("docs/reference/run.md").read_text(encoding="utf-8")
    assert program.run_page() == text, "run docs/generate.py"
    rows = re.findall(r"^\| `.*\|$", text, re.M)
    assert len(rows) > 200
    assert [row for row in rows if not row.split(" | ")[-1].strip(" |")] == []


def test_the_scenario_language_describes_every_key() -> None:
    text = runpy.run_path("docs/generate.py")["scenario_page"]()
    rows = re.findall(r"^\| `.*\|$", text, re.M)
    assert len(rows) > 180
    assert [row for row in rows if not row.split(" | ")[-1].strip(" |")] == []


def written(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def prompts(page: Path) -> list[str]:
    return re.findall(r"^\$ (.*)$", written(page), re.M)


@pytest.mark.parametrize("page", [p for p in PAGES if blocks.cells(written(p))], ids=str)
def test_python_blocks_run_and_say_what_is_so(
    page: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Run the blocks of a page one after the other; `value  # {...}` states the value."""
    # A method that a page registers is gone after it.
    methods = {method.id: method for method in registry.all_methods()}
    monkeypatch.setattr(registry, "_METHODS", methods)
    text = written(page)
    if blocks.NEW_FOLDER in text:
        blocks.save_files(text, tmp_path)
        monkeypatch.chdir(tmp_path)
    space: dict[str, object] = {}
    outputs = []
    for block in blocks.cells(text):
        outputs.append(run_cell(block, space))
        for expression, stated in re.findall(r"^(\S.*?)  # (\{.*\})$", block, re.M):
            assert eval(expression, space) == eval(stated), expression
    assert blocks.fill(text, outputs) == text, "run docs/generate.py"


@pytest.mark.parametrize("page", sorted(Path("docs/tutorial").glob("*-*.md")), ids=str)
def test_a_tutorial_needs_nothing_but_itself(page: Path) -> None:
    """Who installed simseats and has no copy of the repository can follow it."""
    assert blocks.NEW_FOLDER in written(page)
    for command in prompts(page):
        assert not re.search(r"\b(scenarios|docs|tests)/", command), command


@pytest.mark.parametrize("page", [p for p in PAGES if blocks.NEW_FOLDER in written(p)], ids=str)
def test_a_page_in_a_new_folder_fails_only_on_purpose(page: Path) -> None:
    for found in blocks.BLOCK.finditer(written(page)):
        said = re.findall(r"^(?:error\b.*|\S+: .*No such file.*)$", found["body"], re.M)
        if found["language"] == "console" and said:
            assert any(word in found["body"] for word in MISTAKES), said


@pytest.mark.parametrize("page", [p for p in PAGES if blocks.NEW_FOLDER in written(p)], ids=str)
def test_a_page_in_a_new_folder_names_what_is_to_be_saved(page: Path) -> None:
    """The marks of saved files are not seen by readers: the paragraph above has the name."""
    for found in blocks.BLOCK.finditer(written(page)):
        if found["verb"] in blocks.WRITTEN:
            above = written(page)[: found.start()].rstrip().rsplit("\n## ", 1)[-1]
            below = written(page)[found.end() :].lstrip().split("\n\n", 1)[0]
            name = f"`{Path(found['name']).name}`"
            assert name in above.rsplit("\n\n", 1)[-1] or name in below, name


def test_a_page_in_a_new_folder_sees_what_it_saved_and_nothing_else() -> None:
    page = "\n".join(
        [
            blocks.NEW_FOLDER, "",
            "<!-- save: town.yaml -->", "```yaml", "schema: simseats/1", "```", "",
            "```console", "$ ls", "stale", "",
            "$ simseats --version > version.txt && ls", "```", "",
            "```python", "from pathlib import Path", "sorted(p.name for p in Path().iterdir())",
            "```", "", "<!-- output -->", "```text", "stale", "```", "",
        ]
    )  # fmt: skip
    found = blocks.render(page)
    assert "$ ls\ntown.yaml\n\n$ simseats --version > version.txt && ls\n" in found
    assert "```text\n['town.yaml', 'version.txt']\n```" in found
    assert "stale" not in found
    assert blocks.render(found) == found
