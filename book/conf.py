"""How Sphinx makes the book. `make book` gathers its pages and runs it."""

from __future__ import annotations

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
python_maximum_signature_line_length = 100
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
html_css_files = ["book.css"]
html_js_files = ["guesses.js"]
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
epub_exclude_files = ["search.html", "_static/guesses.js"]
epub_use_index = False

_REACHED = 'tabindex="0" role="group"'


def reach_by_keyboard(
    app: object, page: str, template: str, context: dict[str, Any], doctree: object
) -> None:
    """Let what is wider than a phone, a table or a line of code, be moved by keyboard, too."""
    if "body" in context:
        body = str(context["body"])
        body = body.replace(
            '<div class="table-wrapper', f'<div {_REACHED} aria-label="Table" class="table-wrapper'
        )
        context["body"] = body.replace("<pre>", f'<pre {_REACHED} aria-label="Code">')


def setup(app: Any) -> dict[str, bool]:
    """Tell Sphinx."""
    app.connect("html-page-context", reach_by_keyboard)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
