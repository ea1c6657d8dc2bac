"""The twelve questions."""

from __future__ import annotations

from thousandfold.inventory.item import Form, Item


def _to_be_written() -> int:
    return 0


_FORM = Form("To be written.", ("one", "two", "three", "four"), _to_be_written)

ITEMS = tuple(
    Item(name, "to be written", modules, {"A": _FORM, "B": _FORM})
    for name, modules in {
        "load": ("00",),
        "repair": ("01",),
        "pressure": ("01",),
        "release": ("02",),
        "chain": ("03",),
        "slowest": ("03",),
        "segments": ("04",),
        "tipping": ("05",),
        "pairs": ("06",),
        "late": ("06",),
        "approver": ("07",),
        "free": ("10",),
    }.items()
)
"""The questions of the inventory, in the order in which they are asked."""
