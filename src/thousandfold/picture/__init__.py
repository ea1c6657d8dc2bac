"""What a figure says, before it is drawn: data, the point it makes, and its sentence."""

from thousandfold.picture.base import Note, Picture
from thousandfold.picture.lines import Lines, Series
from thousandfold.picture.projects import colour_of

__all__ = ["Lines", "Note", "Picture", "Series", "colour_of"]
