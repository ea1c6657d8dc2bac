"""Writes votes into a journal until it is killed, and says the number of each that is kept.

With a number as second argument, it also says what came of each while a file may not be larger
than so many bytes, and of one more when it may.
"""

from __future__ import annotations

import asyncio
import resource
import signal
import sys
from pathlib import Path

from small_day import POLL, go, small_day

from thousandfold.errors import ExplainedError
from thousandfold.room.day import FACILITATOR
from thousandfold.room.desk import Desk
from thousandfold.room.journal import Journal


async def write(path: Path) -> None:
    """Vote, and say so."""
    desk = Desk(Journal(path), small_day)
    await desk.do("go", FACILITATOR, **go(desk.day).body)
    for number in range(10**9):
        await desk.do("vote", f"browser-{number}", question=POLL.name, answer="0")
        print(number, flush=True)


async def fill(path: Path, most: int) -> None:
    """Vote until the disk takes nothing more, make room, and vote once more."""
    desk = Desk(Journal(path), small_day)
    await desk.do("go", FACILITATOR, **go(desk.day).body)
    hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, hard))
    kept = 0
    try:
        for number in range(10**9):
            await desk.do("vote", f"browser-{number}", question=POLL.name, answer="0")
            kept += 1
    except ExplainedError as error:
        print(error)
    resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    await desk.do("vote", "more", question=POLL.name, answer="0")
    print(kept + 1, desk.day.votes.count(POLL, 1))


if __name__ == "__main__":
    if len(sys.argv) == 2:
        asyncio.run(write(Path(sys.argv[1])))
    else:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        asyncio.run(fill(Path(sys.argv[1]), int(sys.argv[2])))
