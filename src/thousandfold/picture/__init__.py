"""What a figure says, before it is drawn: data, the point it makes, and its sentence."""

from importlib import import_module
from typing import TYPE_CHECKING

from thousandfold.picture.base import Note, Picture
from thousandfold.picture.lines import Lines, Series
from thousandfold.picture.projects import colour_of

if TYPE_CHECKING:
    from thousandfold.picture.area_map import AreaMap
    from thousandfold.picture.changes import Change, Changes
    from thousandfold.picture.dots import Dots
    from thousandfold.picture.heat_map import HeatMap
    from thousandfold.picture.hills import Hill, Hills, Stand
    from thousandfold.picture.loops import Loop, Loops
    from thousandfold.picture.network import Network
    from thousandfold.picture.stack import Layer, Stack
    from thousandfold.picture.strip import Row, Strip

__all__ = [
    "AreaMap",
    "Change",
    "Changes",
    "Dots",
    "HeatMap",
    "Hill",
    "Hills",
    "Layer",
    "Lines",
    "Loop",
    "Loops",
    "Network",
    "Note",
    "Picture",
    "Row",
    "Series",
    "Stack",
    "Stand",
    "Strip",
    "colour_of",
]

# Nearly every lesson draws lines; each other kind is loaded when it is first asked for.
FILE_OF = {
    "AreaMap": "area_map",
    "Change": "changes",
    "Changes": "changes",
    "Dots": "dots",
    "HeatMap": "heat_map",
    "Hill": "hills",
    "Hills": "hills",
    "Layer": "stack",
    "Loop": "loops",
    "Loops": "loops",
    "Network": "network",
    "Row": "strip",
    "Stack": "stack",
    "Stand": "hills",
    "Strip": "strip",
}


def __getattr__(name: str) -> object:
    if name not in FILE_OF:
        raise AttributeError(f"thousandfold.picture has no {name!r}; it has {', '.join(__all__)}")
    value = globals()[name] = getattr(import_module(f"{__name__}.{FILE_OF[name]}"), name)
    return value
