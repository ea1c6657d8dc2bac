"""Markdown as HTML in which nothing can run, load or link, whoever wrote it."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

MOST_CHARACTERS = 20_000  # of one text: thirty pages

_TAGS = frozenset(
    {"p", "br", "hr", "strong", "em", "del", "code", "pre", "blockquote", "ul", "ol", "li"}
    | {"table", "thead", "tbody", "tr", "th", "td"}
)
# Signs that are not seen, and those that turn the direction of a line.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)


def rendered(markdown: str) -> str:
    """Return a text as safe HTML: no attribute, no picture, no address that can be followed.

    Headings become bold lines, so that those of the page stay in order. What stands beyond
    `MOST_CHARACTERS` is cut off, and the text says so.
    """
    import bleach

    text = plain(markdown)
    if len(text) > MOST_CHARACTERS:
        text = f"{text[:MOST_CHARACTERS]}\n\n*The rest of this text is left out: it is too long.*"
    return bleach.clean(_renderer()(text), tags=_TAGS, attributes={}, strip=True)


def plain(words: str) -> str:
    """Return a text without signs that nobody sees."""
    return _UNSEEN.sub("", words.replace("\r\n", "\n"))


@cache
def _renderer() -> Any:
    import mistune

    class Plain(mistune.HTMLRenderer):
        def heading(self, text: str, level: int, **attributes: Any) -> str:
            return f"<p><strong>{text}</strong></p>\n"

        def link(self, text: str, url: str, title: str | None = None) -> str:
            return f"{text} ({mistune.escape(url)})" if text != url else mistune.escape(url)

        def image(self, text: str, url: str, title: str | None = None) -> str:
            return f"<em>picture: {text}</em>"

    return mistune.create_markdown(renderer=Plain(escape=True), plugins=["table", "strikethrough"])
