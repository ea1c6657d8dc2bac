"""Show a submission to whoever grades it, and run nothing of it in their browser.

Formgrader shows text and outputs of a submission as they are. A script in them would act with all
rights of the instructor who looks at it: read solutions, change grades.
"""

from __future__ import annotations

import html
import re
from typing import Any

import nh3
from nbconvert.preprocessors.sanitize import SanitizeHTML
from nbformat import NotebookNode

_TAGS = frozenset(
    {"a", "abbr", "b", "blockquote", "br", "caption", "code", "col", "colgroup", "dd", "details"}
    | {"div", "dl", "dt", "em", "figcaption", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "hr"}
    | {"i", "img", "li", "ol", "p", "pre", "s", "small", "span", "strong", "sub", "summary", "sup"}
    | {"table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul"}
)
_ATTRIBUTES = {
    "*": {"alt", "title", "width", "height", "colspan", "rowspan", "scope"},
    "a": {"href"},
    "img": {"src"},
}
# Where a sign begins neither such a tag nor a comment, it is a learner's text, and stays.
_NAMES = "|".join(sorted(_TAGS))
_TEXT = re.compile(rf"<(?!/?(?:{_NAMES})(?=[\s/>])[^<>]*>|!--[^<]*?-->)", re.IGNORECASE)
_PICTURES = ("data:image/png;base64,", "data:image/jpeg;base64,")
# Nested or unfinished markup takes time that grows with its square.
_MOST_MARKS, _MOST_LETTERS = 30_000, 2_000_000
_LINKS = ("https://", "http://", "mailto:", "#")

_AS_A_BROWSER_READS = re.compile(r"[\x00-\x20\\]")
_ACTS = re.compile(r"(?:java|vb)script:|data:text/html", re.IGNORECASE)


def _kept(tag: str, name: str, value: str) -> str | None:
    """Return the value of an attribute, or nothing where it could act."""
    if (tag, name) == ("img", "src"):
        return value if value.startswith(_PICTURES) else None  # others tell who looks when
    if (tag, name) == ("a", "href"):
        return value if value.startswith(_LINKS) else None
    return value


class SanitizeSubmission(SanitizeHTML):
    """Keep text, tables, links and embedded pictures; show any other markup as text.

    For ``HTMLExporter.preprocessors``: formgrader and feedback both use it.
    """

    _left = _MOST_MARKS

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Clean a notebook."""
        self._left = _MOST_MARKS
        return super().preprocess(nb, resources)  # type: ignore[no-any-return, no-untyped-call]

    def preprocess_cell(
        self, cell: NotebookNode, resources: dict[str, Any], cell_index: int
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Clean a cell, and the sizes of its pictures, which the page writes as they are."""
        for output in cell.get("outputs", []):
            for kind, said in output.get("metadata", {}).items():
                sizes = said if isinstance(said, dict) else {}
                output.metadata[kind] = {
                    name: value
                    for name, value in sizes.items()
                    if name == "alt" or (name in ("width", "height") and type(value) is int)
                }
        return super().preprocess_cell(  # type: ignore[no-any-return, no-untyped-call]
            cell, resources, cell_index
        )

    def sanitize_html_tags(self, html_str: str) -> str:
        """Return the markup with what could act shown as text, and the start of a flood."""
        self._left -= html_str.count("<") + html_str.count("&")
        if self._left < 0 or len(html_str) > _MOST_LETTERS:
            return f"{html.escape(html_str[:1000])} … (too much to show; it is in the notebook)"
        if _ACTS.search(_AS_A_BROWSER_READS.sub("", html.unescape(html.unescape(html_str)))):
            # A link in Markdown is made after this: text that holds such a one is shown as text.
            verbatim = html.escape(html_str).replace("`", "'")
            return f"```\n{verbatim}\n```"
        return nh3.clean(
            _TEXT.sub("&lt;", html_str),
            tags=set(_TAGS),
            attributes=_ATTRIBUTES,
            attribute_filter=_kept,
            url_schemes={"data", "http", "https", "mailto"},
            link_rel=None,
        )
