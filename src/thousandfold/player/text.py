"""Tables as the text that stands in a page or beside it; nothing here draws."""

from __future__ import annotations

import json
from typing import Any

NUMBERS = "numbers"
"""What stands beside the tables of all widths: the numbers of the pictures, for a spreadsheet."""


def written(made: Any) -> str:
    """Return plain data, such as a table, as JSON that no page takes for the end of a script."""
    text = json.dumps(made, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.replace("<", "\\u003c")


def beside_page(made: dict[str, Any]) -> str:
    """Return a table as the script that hands it to the figure of a page.

    A page that was opened from a folder may load a script, and no data.
    """
    text = written(made).replace("\\", "\\\\").replace("'", "\\'")
    return f"document.currentScript.table=JSON.parse('{text}')\n"
