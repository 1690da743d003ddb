"""The site builds without a warning, loads nothing from elsewhere, and its links lead somewhere."""

from __future__ import annotations

import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

PAGES = [Path("README.md"), Path("CONTRIBUTING.md"), *sorted(Path("docs").rglob("*.md"))]
PACKAGES = ("sphinx", "myst_parser", "pydata_sphinx_theme", "numpydoc")
LOADING = {
    "script": "src", "img": "src", "iframe": "src", "source": "src", "embed": "src",
    "object": "data", "link": "href",
}  # fmt: skip


class Page(HTMLParser):
    """What a page of the site loads, where it links to, and which places it has."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.links: list[str] = []
        self.places: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self.places |= {found[key] for key in ("id", "name") if key in found}
        if LOADING.get(tag, "") in found:
            self.loads.append(found[LOADING[tag]])
        if tag == "a" and "href" in found:
            self.links.append(found["href"])


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    for package in PACKAGES:
        pytest.importorskip(package, reason=f"{package} is not installed: simseats[docs]")
    folder = tmp_path_factory.mktemp("site")
    built = subprocess.run(
        [sys.executable, "-m", "sphinx", "-n", "-W", "--keep-going", "-q", "docs", str(folder)],
        capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert (built.returncode, built.stderr) == (0, "")
    return folder


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[Path, Page]:
    return {path: Page(path.read_text(encoding="utf-8")) for path in site.rglob("*.html")}


def test_every_page_of_the_docs_is_on_the_site(site: Path) -> None:
    for page in Path("docs").rglob("*.md"):
        assert (site / page.relative_to("docs").with_suffix(".html")).exists(), page


def test_the_site_loads_nothing_from_elsewhere(site: Path, pages: dict[Path, Page]) -> None:
    for path, page in pages.items():
        assert [at for at in page.loads if urlsplit(at).netloc] == [], path.name
    for style in site.rglob("*.css"):
        text = style.read_text(encoding="utf-8")
        assert re.findall(r"(?:url\(|@import)\s*[\"']?(?:https?:)?//[^)]*", text) == [], style.name


def test_the_gallery_has_report_pages(site: Path, pages: dict[Path, Page]) -> None:
    folder = site / "gallery" / "reports"
    linked = [link for link in pages[site / "gallery" / "index.html"].links if "reports/" in link]
    assert sorted(linked) == sorted(f"reports/{path.name}" for path in folder.iterdir())
    assert len(linked) >= 4
    for path in folder.iterdir():
        assert path.stat().st_size < 150_000, path.name


def test_links_of_the_site_lead_to_places_that_exist(pages: dict[Path, Page]) -> None:
    broken = []
    for path, page in pages.items():
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            place = unquote(parts.fragment)
            known = not place or target not in pages or place in pages[target].places
            if not (target.exists() and known):
                broken.append(f"{path.name}: {link}")
    assert broken == []


def slugs(page: Path) -> set[str]:
    """Return the anchors of the headings of a page, as places that show Markdown make them."""
    text = re.sub(r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.S | re.M)
    found: list[str] = []
    for heading in re.findall(r"^#{1,6} (.+)$", text, re.M):
        plain = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", heading).strip().lower()
        found.append(re.sub(r"[^\w\- ]", "", plain).replace(" ", "-"))
    return {f"{slug}-{n}" if n else slug for k, slug in enumerate(found)
            for n in [found[:k].count(slug)]}  # fmt: skip


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_anchors_of_the_pages_exist(page: Path) -> None:
    for target, place in re.findall(r"\]\(([^)#:]*)#([^)]+)\)", page.read_text(encoding="utf-8")):
        assert place in slugs(page.parent / target if target else page), f"{target}#{place}"
