"""Markup of strangers, without what could act or ask for anything outside.

A script in a submission would act with all rights of the instructor who looks at it: read
solutions, change grades. A picture from elsewhere would tell who looks when.
"""

from __future__ import annotations

import html
import re

import nh3

_TAGS = frozenset(
    {"a", "abbr", "b", "blockquote", "br", "caption", "code", "col", "colgroup", "dd", "del"}
    | {"details", "div", "dl", "dt", "em", "figcaption", "figure", "h1", "h2", "h3", "h4", "h5"}
    | {"h6", "hr", "i", "img", "ins", "kbd", "li", "mark", "ol", "p", "pre", "q", "s", "samp"}
    | {"small", "span", "strong", "sub", "summary", "sup", "table", "tbody", "td", "tfoot", "th"}
    | {"thead", "tr", "u", "ul", "var"}
)
_ATTRIBUTES = {
    "*": {"alt", "title", "width", "height", "colspan", "rowspan", "scope", "class", "style"},
    "a": {"href"},
    "img": {"src"},
    "ol": {"start"},
}
# What pandas says of its tables' looks: it is no learner's text, and goes.
_LOOKS = {"style"}
# Where a sign begins neither such a tag nor a comment, it is a learner's text, and stays.
_NAMES = "|".join(sorted(_TAGS | _LOOKS))
_TEXT = re.compile(rf"<(?!/?(?:{_NAMES})(?=[\s/>])[^<>]*>|!--[^<]*?-->)", re.IGNORECASE)
_PICTURE = re.compile(r"data:image/(?:png|jpeg|gif|webp|svg\+xml);base64,", re.IGNORECASE)
_LINKS = ("https://", "http://", "mailto:", "#")
# Those by which Pygments colours code. A page acts on longer ones.
_CLASSES = re.compile(r"highlight|hl-[a-z0-9]+|dataframe|[a-z][a-z0-9]{0,2}")
_ALIGNED = re.compile(r"text-align: ?(?:left|right|center);?")
# Nested or unfinished markup takes time that grows with its square.
MOST_MARKS, MOST_LETTERS = 30_000, 20_000_000
FLOOD = "… (too much to show; it is in the notebook)"


def marks(markup: str) -> int:
    """Return how many places there are in a text at which markup could begin."""
    return markup.count("<") + markup.count("&")


def clean(markup: str) -> str:
    """Return markup that acts on nothing: text, tables, links and embedded pictures.

    Any other tag is shown as text. Of a flood of markup only the start is shown.
    """
    if marks(markup) > MOST_MARKS or len(markup) > MOST_LETTERS:
        return f"{html.escape(markup[:1000])} {FLOOD}"
    return nh3.clean(
        _TEXT.sub("&lt;", markup),
        tags=set(_TAGS),
        clean_content_tags=set(_LOOKS),
        attributes=_ATTRIBUTES,
        attribute_filter=_kept,
        url_schemes={"data", "http", "https", "mailto"},
        link_rel="noopener noreferrer",
    )


def _kept(tag: str, name: str, value: str) -> str | None:
    """Return the value of an attribute, or nothing where it could act."""
    if (tag, name) == ("img", "src"):
        return value if _PICTURE.match(value) else None
    if (tag, name) == ("a", "href"):
        return value if value.startswith(_LINKS) else None
    if name == "class":
        return " ".join(it for it in value.split() if _CLASSES.fullmatch(it)) or None
    if name == "style":
        return value if _ALIGNED.fullmatch(value) else None
    return value
