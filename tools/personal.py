"""What a lesson says of whoever ran it: their own numbers, which no kit and no site may hold."""

from __future__ import annotations

import json
import re

from thousandfold.errors import ExplainedError
from thousandfold.facilitation.progress import ABOUT_YOU

_FILLED_IN = re.compile(r"^[^#\n]*=(?![ .…]*$).*$", re.MULTILINE)


def refuse_own_numbers(name: str, content: bytes) -> None:
    """Refuse a notebook in which somebody's own numbers stand, typed or shown.

    Raises
    ------
    ExplainedError
        If it holds any; the message says where and what to do.
    """
    for cell in json.loads(content)["cells"]:
        if ABOUT_YOU not in cell["metadata"].get("tags", ()):
            continue
        source = "".join(cell["source"])
        form = source.partition('"""')[2].rpartition('"""')[0]
        if cell["outputs"] or _FILLED_IN.search(form):
            raise ExplainedError(
                f"{name} holds somebody's own numbers, in the cell {cell['id']}. Put the dots back "
                "there, clear what it shows (Edit, Clear Cell Output), save, and try again"
            )
