"""Write what the docs say from what the program does: reference pages and console blocks.

`python docs/generate.py` writes; with `--check` it fails when anything would change. Pages that are
named (`python docs/generate.py README.md`) are the only ones that are looked at. The benchmark page
needs a quiet machine and minutes, so it is written only with `--benchmarks`.
"""

from __future__ import annotations

import inspect
import os
import sys
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]

# Keys that mean the same wherever they stand.
ALIKE = {
    "source": "Where the figures come from.",
    "name": "Name on the screen; the key when absent.",
}

if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))


def messages_page() -> str:
    """Return the page of all messages."""
    from simulator.errors import CATALOGUE

    lines = [
        "# Messages",
        "",
        "Every message has a code; `simseats explain CODE` prints its text.",
        "",
    ]
    for code, (title, text) in CATALOGUE.items():
        lines += [f"## {code}: {title}", "", text, ""]
    return "\n".join(lines).rstrip() + "\n"


def scenario_page() -> str:
    """Return the reference of the scenario language, from its models."""
    from pydantic import BaseModel
    from pydantic_core import PydanticUndefined

    from simulator.scenario import schema
    from simulator.scenario.diagnostics import _models

    lines = [
        "# The scenario language", "",
        "A scenario is one YAML 1.2 document. Shares are written `5%` or `0.05`, whole numbers "
        "`3431510`, `3_431_510` or `3 431 510`. `simseats schema` prints the JSON Schema.", "",
        "Short forms: a party may be a bare share (`tide: 38%`), a threshold a bare share, polls a "
        "bare list, uncertainty the word `fixed`. Regions, districts, candidates, poll items and "
        "past errors may be the name of a CSV file in the folder of the scenario or below; its "
        "first column is the name of the row, and a column `shares.amanat` fills a mapping. "
        "`doubt:` on any figure says why it is doubtful, and is shown as a warning.", "",
    ]  # fmt: skip
    queue: list[tuple[str, type[BaseModel]]] = [("scenario", schema.Scenario)]
    seen = {schema.Scenario}
    while queue:
        path, model = queue.pop(0)
        lines += [f"## `{path}`", "", (model.__doc__ or "").strip(), ""]
        lines += ["| key | default | meaning |", "|---|---|---|"]
        for name, field in model.model_fields.items():
            key = field.alias or name
            default = field.default
            if field.is_required():
                shown = "required"
            elif default is None or default is PydanticUndefined or isinstance(default, BaseModel):
                shown = ""
            else:
                shown = f"`{0 if str(default) == '0' else default}`"
            parts = _inner_models(field.annotation, _models)
            text = field.description or ALIKE.get(name) or ""
            if parts and not text:
                text = inspect.cleandoc(parts[0].__doc__ or "").partition("\n")[0]
            for found in (part for part in parts if part not in seen):
                seen.add(found)
                queue.append((f"{'' if path == 'scenario' else path + '.'}{key}", found))
            lines.append(f"| `{key}` | {shown} | {text} |")
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def _inner_models(annotation: object, models: object) -> list[type]:
    """Return the models inside an annotation, also those in lists and mappings."""
    import typing

    found = list(models(annotation))  # type: ignore[operator]
    for part in typing.get_args(annotation):
        found += [m for m in _inner_models(part, models) if m not in found]
    return found


def pages(named: Collection[Path] = ()) -> dict[Path, str]:
    """Return every generated page, or those that are named, with the text it should have."""
    from docs.blocks import render
    from docs.methods import FOLDER, method_pages
    from docs.pictures import pictures
    from docs.program import program_pages
    from simulator.scenario.export import scenario_schema_text

    reference = ROOT / "docs" / "reference"
    found = {
        reference / "messages.md": messages_page(),
        reference / "scenario.md": scenario_page(),
        ROOT / "simulator" / "schemas" / "scenario.schema.json": scenario_schema_text(),
        **program_pages(),
    }
    written = method_pages()
    written |= {
        page: page.read_text(encoding="utf-8")
        for page in PAGES if page not in found and page.parent != FOLDER
    }  # fmt: skip
    if named:
        found = {page: text for page, text in found.items() if page in named}
        written = {page: text for page, text in written.items() if page in named}
    # Nearly all the time goes to other processes, those of the commands.
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        drawn = None if named else pool.submit(pictures)
        found |= zip(written, pool.map(render, written.values()), strict=True)
        return found | (drawn.result() if drawn is not None else {})


def strays() -> list[Path]:
    """Return pages that nothing generates any more: those of methods that were removed."""
    from docs.methods import strays as found

    return found()


def main() -> int:
    """Write or check all pages."""
    if "--benchmarks" in sys.argv:
        from benchmarks.page import write_page

        write_page(ROOT / "docs" / "reference" / "benchmarks.md")
    stale = []
    named = {Path(word).resolve() for word in sys.argv[1:] if not word.startswith("-")}
    for path, text in pages(named).items():
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            stale.append(str(path.relative_to(ROOT)))
            if "--check" not in sys.argv:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
    for path in [] if named else strays():
        stale.append(f"{path.relative_to(ROOT)} (no such method)")
        if "--check" not in sys.argv:
            path.unlink()
    sys.stdout.write(
        "".join(f"{'stale' if '--check' in sys.argv else 'wrote'}: {s}\n" for s in stale)
    )
    return 1 if stale and "--check" in sys.argv else 0


if __name__ == "__main__":
    sys.exit(main())
