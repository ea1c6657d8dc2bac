"""A day that is held with people who are none, so that a facilitator has seen it once."""

from __future__ import annotations

import asyncio
from pathlib import Path
from urllib.parse import urlsplit

import nbformat
from nbformat import NotebookNode

from thousandfold.room.day import FACILITATOR
from thousandfold.room.practice import worked_on
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
        The folder of the workshop, where exercises lie as learners have them.

    Returns
    -------
    asyncio.Task
        To be kept: what nobody holds may end at any time.
    """
    site.rehearsal = True
    class_ = people(
        PEOPLE,
        TEAMS,
        site.place.here,
        site.door.password,
        questions=all_asked(site.day.questions),
        pace=_PACE,
    )

    for person in class_:
        person.works = _works(site, course, person.number)

    async def hold() -> None:
        # They all sit at this computer; people in a room have addresses of their own.
        address = urlsplit(site.place.here).hostname
        await site.desk.do("let in", FACILITATOR, address=address)
        await asyncio.gather(*(person.attend() for person in class_))

    return asyncio.get_running_loop().create_task(hold())


def _works(site: Site, course: Path, number: int) -> dict[str, tuple[str, bytes]]:
    """Return what somebody hands in, by the title of the line in the plan."""
    instructors = {exercise.assignment: exercise for exercise in site.exercises}
    made: dict[str, tuple[str, bytes]] = {}
    found = {}
    for slot in site.day.slots:
        path = course / "exercises" / slot.stem / f"{slot.stem}.ipynb"
        if slot.part != "exercise" or slot.stem not in instructors or not path.is_file():
            continue
        if slot.stem not in made:
            solved = NotebookNode(cells=instructors[slot.stem].cells)
            notebook = worked_on(nbformat.read(path, as_version=4), number, solved)
            made[slot.stem] = path.name, nbformat.writes(notebook).encode()
        found[slot.title] = made[slot.stem]
    return found
