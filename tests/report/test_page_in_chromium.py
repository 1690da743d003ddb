"""The page in a browser: silent, offline, usable by keyboard, and as right as Python."""

from __future__ import annotations

import base64
import json
import random
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from simulator.report.figures.colours import TEXT, contrast
from simulator.report.page.render import figure_files, render_page
from simulator.report.sentences import percent
from tests.report.pages import HOSTILE, flagship, plain, poisoned

selenium = pytest.importorskip("selenium", reason="selenium is not installed")
CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
pytestmark = [
    pytest.mark.skipif(not (CHROMIUM and DRIVER), reason="Debian's chromium is not installed"),
    # Selenium leaves sockets to the collector.
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]

FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--no-first-run", "--disable-dev-shm-usage",
)  # fmt: skip


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from selenium.webdriver import Chrome
    from selenium.webdriver.chrome.options import Options
    from selenium.webdriver.chrome.service import Service

    options = Options()
    options.binary_location = str(CHROMIUM)
    for flag in FLAGS:
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = Chrome(options=options, service=Service(executable_path=DRIVER))
    yield driver
    driver.quit()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("pages")
    (place / "report.html").write_text(render_page(flagship()), encoding="utf-8")
    for k, text in enumerate(HOSTILE):
        (place / f"hostile-{k}.html").write_text(render_page(poisoned(text)), encoding="utf-8")
    return place


def open_page(browser: Any, path: Path, *, scripts: bool = True, width: int = 1000) -> None:
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": not scripts})
    size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    browser.get(path.as_uri())


def requests(browser: Any) -> list[str]:
    """Return the addresses that were asked for since the last call."""
    found = []
    for entry in browser.get_log("performance"):
        message = json.loads(entry["message"])["message"]
        if message["method"] == "Network.requestWillBeSent":
            found.append(message["params"]["request"]["url"])
    return found


def choose(browser: Any, group: list[int], need: int) -> int:
    """Choose parties and a number of seats in the page; return its count of draws."""
    script = """
    const [group, need] = arguments;
    for (const choice of document.querySelectorAll('#box input[type=checkbox]'))
      choice.checked = group.includes(Number(choice.value));
    const field = document.getElementById('need');
    field.value = need;
    field.dispatchEvent(new Event('input', {bubbles: true}));
    return Number(document.getElementById('answer').dataset.hits);
    """
    return int(browser.execute_script(script, group, need))


def test_it_opens_from_disk_in_silence(browser: Any, folder: Path) -> None:
    requests(browser)
    open_page(browser, folder / "report.html")
    assert browser.get_log("browser") == []
    asked = requests(browser)
    assert asked
    assert all(url.startswith("file:") for url in asked)
    assert len(set(asked)) == 1


def test_the_box_counts_as_python_does(browser: Any, folder: Path) -> None:
    run, chance = flagship(), random.Random(2023)
    open_page(browser, folder / "report.html")
    for _ in range(60):
        group = [k for k in range(len(run.facts.entities)) if chance.random() < 0.5] or [0]
        need = chance.randint(0, 98)
        stated = run.probability([run.facts.entities[k] for k in group], at_least=need)
        assert choose(browser, group, need) / run.draws == pytest.approx(stated.value, abs=1e-12)
        shown = browser.execute_script("return document.getElementById('answer').textContent")
        assert shown == percent(stated)


def test_the_box_works_with_the_keyboard_alone(browser: Any, folder: Path) -> None:
    from selenium.webdriver.common.action_chains import ActionChains
    from selenium.webdriver.common.keys import Keys

    open_page(browser, folder / "report.html")
    answer = "return document.getElementById('answer').textContent"
    before = browser.execute_script(answer)
    reached = []
    for _ in range(16):
        ActionChains(browser).send_keys(Keys.TAB).perform()
        focus = browser.switch_to.active_element
        reached.append(focus.get_attribute("value") or focus.text)
        outline = focus.value_of_css_property("outline-style")
        assert outline == "solid", "what has the focus is not marked"
        if focus.get_attribute("data-label") == "JSDP":
            ActionChains(browser).send_keys(Keys.SPACE).perform()
        if focus.text.startswith("two thirds"):
            ActionChains(browser).send_keys(Keys.ENTER).perform()
            break
    run = flagship()
    assert before == percent(run.seats["amanat"].at_least(50))
    together = run.probability(["amanat", "jsdp"], at_least=66)
    assert browser.execute_script(answer) == percent(together)
    words = browser.find_element("id", "words").text
    assert words.startswith("Amanat + JSDP: 66 seats or more in ")


@pytest.mark.parametrize("k", range(len(HOSTILE)))
def test_no_text_runs_or_hides_anything(browser: Any, folder: Path, k: int) -> None:
    requests(browser)
    open_page(browser, folder / f"hostile-{k}.html")
    assert browser.get_log("browser") == []
    assert all(url.startswith("file:") for url in requests(browser))
    choose(browser, [0, 1], 12)
    assert browser.find_element("id", "answer").is_displayed()
    # The label of a party comes back from the page as it went in.
    label = browser.execute_script("return document.querySelector('[data-label]').dataset.label")
    assert re.sub("\ufffd", "", label) in re.sub("[\u202e\x07]", "", HOSTILE[k])


def test_without_scripts_the_table_stays(browser: Any, folder: Path) -> None:
    open_page(browser, folder / "report.html", scripts=False)
    assert not browser.find_element("id", "box").is_displayed()
    caption = browser.find_element("css selector", ".hemi caption")
    assert caption.is_displayed()
    assert "Amanat + JSDP" in browser.find_element("css selector", ".hemi table").text
    open_page(browser, folder / "report.html")


@pytest.mark.parametrize("width", [320, 360, 800, 1280])
def test_nothing_is_wider_than_the_window(browser: Any, folder: Path, width: int) -> None:
    for page in ("report.html", "hostile-0.html"):
        open_page(browser, folder / page, width=width)
        assert browser.execute_script("return document.documentElement.scrollWidth") <= width
        shown = "return [...document.querySelectorAll('svg.figure')].filter(e => e.clientWidth)"
        drawings = browser.execute_script(shown)
        assert len(drawings) >= 3, "each figure is shown once"
        assert len({d.get_attribute("class") for d in drawings}) == len(drawings)


def test_figures_open_as_files(browser: Any, tmp_path: Path) -> None:
    for name, text in figure_files(plain()).items():
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        open_page(browser, path)
        assert browser.get_log("browser") == []
        box = "return document.documentElement.getBoundingClientRect().width"
        assert browser.execute_script(box) > 100


@pytest.mark.parametrize(("made", "most"), [(flagship, 3), (plain, 2)])
def test_it_prints_on_few_sheets(browser: Any, tmp_path: Path, made: Any, most: int) -> None:
    path = tmp_path / "report.html"
    path.write_text(render_page(made()), encoding="utf-8")
    open_page(browser, path)
    paper = {"paperWidth": 8.27, "paperHeight": 11.69, "preferCSSPageSize": True}
    printed = base64.b64decode(browser.execute_cdp_cmd("Page.printToPDF", paper)["data"])
    assert 1 <= len(re.findall(rb"/Type\s*/Page\b", printed)) <= most


@pytest.mark.parametrize("width", [360, 768, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_can_be_read(browser: Any, folder: Path, width: int, scheme: str) -> None:
    """What a browser computes for each text, against the paper: success criterion 1.4.3."""
    chosen = {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", chosen)
    open_page(browser, folder / "report.html", width=width)
    script = """
    const found = new Set();
    for (const node of document.querySelectorAll('body *')) {
      const own = [...node.childNodes].some(n => n.nodeType === 3 && n.data.trim());
      if (!own || ['SCRIPT', 'TITLE', 'STYLE', 'title', 'desc'].includes(node.nodeName)) continue;
      const style = getComputedStyle(node);
      const drawn = node.namespaceURI.endsWith('svg');
      found.add((drawn ? style.fill : style.color) + '|' + style.opacity);
    }
    return [getComputedStyle(document.body).backgroundColor, [...found]];
    """
    paper, texts = browser.execute_script(script)
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
    back = [int(part) for part in re.findall(r"\d+", paper)]
    assert (sum(back) < 200) == (scheme == "dark")
    assert len(texts) >= 3
    for text in texts:
        colour, _, opacity = text.partition("|")
        ink = [int(part) for part in re.findall(r"\d+", colour)[:3]]
        share = float(opacity)
        mixed = [round(share * a + (1 - share) * b) for a, b in zip(ink, back, strict=True)]
        words = ["#" + "".join(f"{part:02x}" for part in parts) for parts in (mixed, back)]
        assert contrast(*words) >= TEXT, text
