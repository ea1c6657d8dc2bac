"""A day that is held with people who are none, so that a facilitator has seen it once."""

from __future__ import annotations

import asyncio
from pathlib import Path
from urllib.parse import urlsplit

from thousandfold.room.day import FACILITATOR
from thousandfold.room.simulated import people
from thousandfold.room.venue import Site
from thousandfold.room.votes import all_asked

PEOPLE, TEAMS = 20, 5
_PACE = 6.0  # seconds to think


def rehearse(site: Site, course: Path) -> asyncio.Task[None]:
    """Let people who are none come into a room that is open, and follow it as long as it is.

    Parameters
    ----------
    site : Site
    course : Path
        The folder of the workshop. They hand in its exercises as they are, unanswered.

    Returns
    -------
    asyncio.Task
        To be kept: what nobody holds may end at any time.
    """
    site.rehearsal = True
    found = {}
    for slot in site.day.slots:
        path = course / "exercises" / slot.stem / f"{slot.stem}.ipynb"
        if slot.part == "exercise" and path.is_file():
            found[slot.title] = (path.name, path.read_bytes())
    class_ = people(
        PEOPLE,
        TEAMS,
        site.place.here,
        site.door.password,
        questions=all_asked(site.day.questions),
        works=found,
        pace=_PACE,
    )

    async def hold() -> None:
        # They all sit at this computer; people in a room have addresses of their own.
        address = urlsplit(site.place.here).hostname
        await site.desk.do("let in", FACILITATOR, address=address)
        await asyncio.gather(*(person.attend() for person in class_))

    return asyncio.get_running_loop().create_task(hold())
