"""A method of another package, as docs/how-to/add-a-method.md says: found by its entry point.

The package is made of the blocks of that page, in a folder of its own that other processes see.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from simulator.allocation import registry

PAGE = Path("docs/how-to/add-a-method.md").read_text(encoding="utf-8")
MODULE, SEARCH = re.findall(r"^```python\n(.*?)^```$", PAGE, re.S | re.M)
(ENTRY,) = re.findall(r"^```toml\n(.*?)^```$", PAGE, re.S | re.M)
(SHOWN,) = re.findall(r"^```text\n(.*?)^```$", PAGE, re.S | re.M)
VOTES = ["amanat=3431510", "auyl=693938", "respublica=547154", "aqjol=535139", "qhp=432920"]


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder that looks like an installed package with the method of the page."""
    folder = tmp_path_factory.mktemp("site")
    (folder / "two_fifths.py").write_text(MODULE, encoding="utf-8")
    facts = folder / "two_fifths-1.0.dist-info"
    facts.mkdir()
    (facts / "METADATA").write_text("Metadata-Version: 2.1\nName: two-fifths\nVersion: 1.0\n")
    (group,) = re.findall(r'\[project\.entry-points\."(.*)"\]', ENTRY)
    name, module = re.findall(r'^(\S+) = "(.*)"$', ENTRY, re.M)[0]
    (facts / "entry_points.txt").write_text(f"[{group}]\n{name} = {module}\n")
    return folder


def python(package: Path, *arguments: str) -> str:
    found = subprocess.run(
        [sys.executable, *arguments],
        capture_output=True, text=True, encoding="utf-8", check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(package), str(Path.cwd())]),
             "COLUMNS": "88", "NO_COLOR": "1", "PYTHONUTF8": "1"},
    )  # fmt: skip
    assert found.returncode == 0, found.stderr
    return found.stdout


def test_the_entry_point_group_is_that_of_the_page() -> None:
    assert f'"{registry.GROUP}"' in ENTRY
    assert "two-fifths" not in {m.id for m in registry.all_methods()}


def test_allocate_one_and_many(package: Path) -> None:
    code = """
import numpy as np
import simulator
from tests.allocation.plain import divisor
from fractions import Fraction

votes = np.random.default_rng(1).integers(1, 100_000, (500, 5))
rows = simulator.allocate_many(votes, 40, "two-fifths")
assert rows.judged == 0
for row, seats in zip(votes.tolist(), rows.tolist()):
    assert divisor(row, 40, Fraction(2, 5)).seats == tuple(seats)
one = simulator.allocate({"a": 60, "b": 29, "c": 11}, 7, "rounding-from-0.4")
assert one.method == "two-fifths"
assert one.seats == dict(zip("abc", divisor([60, 29, 11], 7, Fraction(2, 5)).seats))
"""
    python(package, "-c", code)


def test_the_command_line_shows_it(package: Path) -> None:
    table = python(package, "-m", "simulator", "methods")
    assert re.search(r"^  two-fifths +divisor +2 7 12.*✓  small$", table, re.M)
    page = python(package, "-m", "simulator", "methods", "two-fifths")
    shown = "\n".join(line.rstrip() for line in page.splitlines())
    assert shown.startswith(SHOWN.rstrip("\n"))
    assert "simseats methods two-fifths --hunt lower-quota" in " ".join(page.split())
    seats = ["-m", "simulator", "allocate", "--seats", "69", *VOTES]
    assert "Two fifths · 69 seats" in python(package, *seats, "--method", "two-fifths")
    assert re.search(r"^ +two-fifths", python(package, *seats, "--methods", "all"), re.M)


def test_it_comes_last_whichever_module_was_imported_first(package: Path) -> None:
    code = "from simulator.allocation import registry; "
    code += "print([m.id for m in registry.all_methods()])"
    usual = [m.id for m in registry.all_methods()]
    for first in ("", "import simulator.allocation.quota; ", "import two_fifths; "):
        assert python(package, "-c", first + code).strip() == str([*usual, "two-fifths"])


def test_the_search_of_the_page_finds_an_election(package: Path) -> None:
    found = python(package, "-c", SEARCH)
    assert re.fullmatch(r"party \d has \d seats?, fewer than its share of [\d.]+\n", found), found


def test_the_page_builder_knows_it_and_leaves_it_out_of_our_docs(package: Path) -> None:
    code = """
from docs.methods import FOLDER, index_page, method_page, method_pages
from simulator.allocation import registry

method = registry.get("two-fifths")
assert "[Two fifths](two-fifths.md)" in index_page([method])
page = method_page(method)
assert page.startswith("# Two fifths\\n\\nDivisors 2, 7, 12")
assert "$ simseats allocate --seats 69 --method two-fifths amanat=3431510" in page
assert FOLDER / "two-fifths.md" not in method_pages()
assert FOLDER / "dhondt.md" in method_pages()
"""
    python(package, "-c", code)


def test_a_taken_name_is_refused() -> None:
    with pytest.raises(ValueError, match="there already is a method called webster"):
        registry.divisor("webster", label="again")(lambda s: s + 1)
