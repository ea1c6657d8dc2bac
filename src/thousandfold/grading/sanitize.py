"""Show a submission to whoever grades it, and run nothing of it in their browser.

Formgrader shows text and outputs of a submission as they are. A script in them would act with all
rights of the instructor who looks at it: read solutions, change grades.
"""

from __future__ import annotations

import bleach
from nbconvert.preprocessors.sanitize import SanitizeHTML

_TAGS = frozenset(
    {"a", "abbr", "b", "blockquote", "br", "caption", "code", "col", "colgroup", "dd", "details"}
    | {"div", "dl", "dt", "em", "figcaption", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "hr"}
    | {"i", "img", "li", "ol", "p", "pre", "s", "small", "span", "strong", "sub", "summary", "sup"}
    | {"table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul"}
)
_PICTURES = ("data:image/png;base64,", "data:image/jpeg;base64,")
_LINKS = ("https://", "http://", "mailto:", "#")


def _allowed(tag: str, name: str, value: str) -> bool:
    if (tag, name) == ("img", "src"):
        return value.startswith(_PICTURES)  # a picture from elsewhere tells who looks when
    if (tag, name) == ("a", "href"):
        return value.startswith(_LINKS)
    return name in {"alt", "title", "width", "height", "colspan", "rowspan", "scope"}


class SanitizeSubmission(SanitizeHTML):
    """Keep text, tables, links and embedded pictures; show any other markup as text.

    For ``HTMLExporter.preprocessors``: formgrader and feedback both use it.
    """

    def sanitize_html_tags(self, html_str: str) -> str:
        """Return the markup with what could act shown as text."""
        protocols = {"data", "http", "https", "mailto"}
        return bleach.clean(html_str, tags=_TAGS, attributes=_allowed, protocols=protocols)
