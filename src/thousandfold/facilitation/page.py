"""Pages that need nothing else, from the templates beside this file.

Whatever a template is given is text there: no learner, file or title can add markup to a page. What
is HTML already is a `Markup`, made by `markup.rendered` from somebody's Markdown.
"""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from thousandfold.facilitation.markup import plain

PAGES = Path(__file__).with_name("pages")


def page(template: str, **given: Any) -> str:
    """Return a whole page.

    Parameters
    ----------
    template : str
        Name of a file in ``pages/``.
    **given
        What stands in it.
    """
    return plain(templates().get_template(template).render(given))


def digest_of(script: str) -> str:
    """Return what a Content-Security-Policy knows a script by: that one runs, and no other."""
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


def letter(template: str, **given: Any) -> str:
    """Return a text that is sent as it stands, such as a mail: in it nothing is markup."""
    return plain(templates().overlay(autoescape=False).get_template(template).render(given))


@cache
def templates() -> Environment:
    """Return the templates, in which all that is missing is an error and no text is markup."""
    return Environment(
        loader=FileSystemLoader(PAGES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
