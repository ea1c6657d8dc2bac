"""Markdown as HTML in which nothing can run, load or link, whoever wrote it."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from markupsafe import Markup

MOST_CHARACTERS = 20_000  # of one text: thirty pages

_TAGS = frozenset(
    {"p", "br", "hr", "strong", "em", "del", "code", "pre", "blockquote", "ul", "ol", "li"}
    | {"table", "thead", "tbody", "tr", "th", "td"}
)
# Signs that are not seen, those that turn the direction of a line, those that a terminal obeys.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)
_SURROGATES = re.compile("[\ud800-\udfff]")  # no file can hold them


def rendered(markdown: str) -> Markup:
    """Return a text as safe HTML: no attribute, no picture, no address that can be followed.

    Headings become bold lines, so that those of the page stay in order. What stands beyond
    `MOST_CHARACTERS` is cut off, and the text says so.
    """
    import nh3

    text = plain(markdown)
    if len(text) > MOST_CHARACTERS:
        text = f"{text[:MOST_CHARACTERS]}\n\n*The rest of this text is left out: it is too long.*"
    # All markup of the writer's own is text by now: nh3 would leave out what it does not allow.
    clean = nh3.clean(_renderer()(text), tags=_TAGS, attributes={"*": set()})
    return Markup(clean)  # noqa: S704 - cleaned


def plain(words: str) -> str:
    """Return a text without signs that nobody sees or can write."""
    return _SURROGATES.sub("\ufffd", _UNSEEN.sub("", words.replace("\r\n", "\n")))


@cache
def _renderer() -> Any:
    import mistune

    class Plain(mistune.HTMLRenderer):
        def heading(self, text: str, level: int, **attributes: Any) -> str:
            return self.paragraph(self.strong(text))

        def link(self, text: str, url: str, title: str | None = None) -> str:
            return f"{text} ({mistune.escape(url)})" if text != url else mistune.escape(url)

        def image(self, text: str, url: str, title: str | None = None) -> str:
            return self.emphasis(f"picture: {text}")

    return mistune.create_markdown(renderer=Plain(escape=True), plugins=["table", "strikethrough"])
