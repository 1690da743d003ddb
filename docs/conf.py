"""The site: these pages by Sphinx. `sphinx-build -n -W --keep-going docs build/site` builds it.

Nothing on a page is loaded from another address: no fonts, no scripts, no styles, no inventories of
other projects.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

from pygments.lexers.shell import BashSessionLexer

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from docs.pictures import reports  # noqa: E402
from simulator._version import __version__  # noqa: E402

project = "simseats"
author = "The simseats authors"
copyright = author
version = release = __version__
language = "en"

extensions = ["myst_parser", "sphinx.ext.autodoc", "numpydoc"]
autosummary_generate = False
source_suffix = {".md": "markdown"}
exclude_patterns: list[str] = []
nitpicky = True

myst_heading_anchors = 3
# The inventories of Python and numpy would have to be fetched: their names stay text.
ALIASES = ("ArrayLike", "Counts", "F64", "Floats", "Given", "Seats", "Votes")
nitpick_ignore_regex = [
    ("py:.*", r"(collections|concurrent|datetime|fractions|numpy|os|pathlib|typing)\..*"),
    ("py:class", "|".join(ALIASES)),
    # Rooms of the package that have no page; every other role and every short name is checked.
    ("py:class", r"simulator\.\w+\.\w+\.\w+"),
    ("py:mod", r"simulator\.(kernels|results)\.\w+"),
]

autodoc_typehints = "signature"
autodoc_type_aliases = {name: name for name in ALIASES}
autodoc_typehints_format = "short"
autodoc_member_order = "bysource"
python_use_unqualified_type_names = True
numpydoc_show_class_members = False
numpydoc_xref_param_type = False

html_theme = "pydata_sphinx_theme"
html_title = "simseats"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_sourcelink = False
html_context = {"default_mode": "auto"}
html_sidebars = {"index": [], "gallery/index": []}
html_theme_options = {
    "navbar_end": ["theme-switcher"],
    "footer_start": ["copyright"],
    "footer_end": [],
    "secondary_sidebar_items": ["page-toc"],
    "show_prev_next": True,
    "show_toc_level": 2,
}


class Console(BashSessionLexer):
    """Commands stand behind `$ `; what a file says behind `#` is no command of root."""

    _ps1rgx = re.compile(r"^(\$ )(.*\n?)")


def setup(app: Any) -> None:
    """Write the report pages; let annotations inside others keep the name of their alias too."""
    nested = re.compile(r"TypeAliasForwardRef\('(\w+)'\)")

    def short(_app: Any, _what: str, _name: str, _of: Any, _options: Any, *texts: Any) -> Any:
        return tuple(text and nested.sub(r"\1", text) for text in texts)

    def write_reports(app: Any, trouble: Exception | None) -> None:
        if trouble is None and app.builder.format == "html":
            folder = Path(app.outdir) / "gallery" / "reports"
            folder.mkdir(parents=True, exist_ok=True)
            for name, page in reports().items():
                (folder / name).write_text(page, encoding="utf-8")

    app.add_lexer("console", Console)
    app.connect("autodoc-process-signature", short)
    app.connect("build-finished", write_reports)
