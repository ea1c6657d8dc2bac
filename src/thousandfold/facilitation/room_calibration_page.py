"""The page of a room's guesses, to print."""

from __future__ import annotations

from markupsafe import Markup

from thousandfold.facilitation.page import page
from thousandfold.facilitation.room_calibration import ASK, ROUNDED, RoomCalibration


def html(room: RoomCalibration, name: str = "") -> str:
    """Return one page that needs nothing else.

    Parameters
    ----------
    room : RoomCalibration
    name : str
        Such as place and date.
    """
    return page(
        "room_calibration.html",
        figure=Markup(room.figure_of_shown),  # noqa: S704 - escaped where it is made
        name=name,
        ask=ASK,
        rounded=ROUNDED,
        hidden=room.hidden,
        hidden_by_module=room.hidden_by_module,
        questions=len(room.questions),
    )
