"""How Sphinx makes the book. `make book` gathers its pages and runs it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from thousandfold import __version__

project = "Thousandfold"
author = "The Thousandfold founders"
copyright = "The Thousandfold founders. Code: MIT; text and data: CC BY 4.0"  # noqa: A001
language = "en"
version = __version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
napoleon_google_docstring = False
napoleon_use_param = napoleon_use_rtype = False  # what is written there is prose, and no name
napoleon_custom_sections = [("Attributes", "params_style")]
autodoc_typehints_format = "short"
autodoc_type_aliases = {name: name for name in ("Array", "ArrayLike", "Pictures", "State")}
python_use_unqualified_type_names = True
default_role = "code"  # in docstrings
toc_object_entries = False  # each page holds the contents of all: of each method, it would be slow
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 4
smartquotes = False  # signs stand as they were written
exclude_patterns = ["_static"]
# Lessons go from their title to a part below a part where a figure needs no heading of its own.
suppress_warnings = ["myst.header"]

html_theme = "furo"
html_title = "Thousandfold"
html_static_path = ["_static"]
html_css_files = ["player.css", "board.css", "book.css"]
html_js_files = [
    *("typed.js", "guesses.js", "board.js", "drawing.js"),
    *("player.js", "spreadsheet.js", "pages.js", "first_page.js"),
]
html_copy_source = False
html_show_sourcelink = False
html_use_index = False
pygments_style = "a11y-high-contrast-light"
pygments_dark_style = "a11y-high-contrast-dark"

epub_basename = "thousandfold"
epub_title = "Thousandfold: from product to platform"
epub_identifier = "thousandfold"
epub_scheme = "ID"
epub_show_urls = "no"
epub_exclude_files = [
    ".buildinfo.bak",
    "search.html",
    *(f"_static/{name}" for name in (*html_js_files, "player.css", "board.css")),
]
epub_use_index = False

REACHED = 'tabindex="0" role="group"'
# What furo leaves open for whoever hears a page or has no mouse; axe-core found most of it.
MENDED = {
    '<p class="caption" role="heading">': '<p class="caption" role="heading" aria-level="2">',
    '<aside class="sidebar-drawer">': '<aside class="sidebar-drawer" aria-label="The book">',
    '<aside class="toc-drawer">': '<aside class="toc-drawer" aria-label="This page">',
    '<a href="#" class="back-to-top muted-link">': (
        '<nav aria-label="Back to top"><a class="back-to-top muted-link" href="#">'
    ),
    "<span>Back to top</span>\n        </a>": "<span>Back to top</span></a></nav>",
    '<div class="table-wrapper': f'<div {REACHED} aria-label="Table" class="table-wrapper',
    "<pre>": f'<pre {REACHED} aria-label="Text">',
}
DOOR = re.compile(r'(for="__(navigation|toc)">\s*<span class="icon")>')
"""What opens the contents on a phone: the theme's labels answer a finger alone."""

BEHIND = {"navigation": "Contents of the book", "toc": "Contents of this page"}


def door(found: re.Match[str]) -> str:
    """Return a door that has a name, and can be reached by keyboard."""
    return f'{found[1]} role="button" tabindex="0" aria-label="{BEHIND[found[2]]}">'


def mend(app: Any, error: Exception | None) -> None:
    """Name what has no name, and let what is wider than a phone be moved by keyboard."""
    if error or app.builder.name != "html":
        return
    for page in Path(app.outdir).rglob("*.html"):
        written = text = page.read_text(encoding="utf-8")
        for given, better in MENDED.items():
            text = text.replace(given, better)
        text = DOOR.sub(door, text)
        if page.name == "search.html" and "<h1" not in text:
            text = text.replace(
                '<div id="search-results"', '<h1>Search</h1><div id="search-results"'
            )
        if text != written:
            page.write_text(text, encoding="utf-8")


def setup(app: Any) -> dict[str, bool]:
    """Tell Sphinx."""
    app.connect("build-finished", mend)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
