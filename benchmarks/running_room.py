"""A room in a program of its own, as a facilitator starts it, to be killed and started again."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from thousandfold.room.browser import Browser, Form, Lines, Said

ROOT = Path(__file__).resolve().parent.parent
_SAYS = {"key": r"You:\s+(\S+)", "password": r"Password:\s+(\S+)"}


class RunningRoom:
    """The command `thousandfold room`, with a folder of its own.

    Parameters
    ----------
    folder : Path
        Where its journal and what is handed in lie.
    options : str
        Of the command.

    Attributes
    ----------
    address, password, key : str
        As it says them.
    """

    def __init__(self, folder: Path, *options: str) -> None:
        self.folder = folder
        self._options = options
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"
        self.start()

    def start(self) -> None:
        """Start it, and wait until it is open."""
        command = [
            sys.executable,
            "-m",
            "thousandfold.cli",
            "room",
            "--no-browser",
            "--workers",
            "1",
        ]
        command += ["--port", str(self.port), "--folder", str(self.folder / "submitted")]
        self.process = subprocess.Popen(
            [*command, *self._options],
            cwd=ROOT,
            env={**os.environ, "JUPYTER_DATA_DIR": str(self.folder), "PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            text=True,
        )
        said = ""
        for line in self.process.stdout or ():
            said += line
            if "Ctrl+C" in line:
                break
        found = {name: re.search(pattern, said) for name, pattern in _SAYS.items()}
        if not all(found.values()):
            raise RuntimeError(f"the room did not open: {said}")
        self.key, self.password = (match[1] for match in found.values() if match)

    def kill(self) -> None:
        """End it as a battery does that is empty."""
        self.process.kill()
        self.close()

    def close(self) -> None:
        """End it."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        self.process.wait()
        if self.process.stdout:
            self.process.stdout.close()

    @property
    def journal(self) -> Path:
        """The file that it keeps."""
        return next((self.folder / "thousandfold" / "rooms").glob("*.room"))


class Facilitator(Browser):
    """Whoever has the key of a room."""

    def __init__(self, room: RunningRoom, lines: Lines) -> None:
        super().__init__(room.address, lines)
        self._room = room

    async def come_in(self) -> None:
        """Open the link of the terminal."""
        await self.open(self._room.key.removeprefix(self._room.address))

    async def step(self) -> str:
        """Return the name of the step at which the room is."""
        form = await self._way("ArrowRight") or await self._way("ArrowLeft")
        return form.hidden["from"] if form else ""

    async def coming(self) -> str | None:
        """Return the name of the step that comes next; None at the end of the day."""
        form = await self._way("ArrowRight")
        return form.hidden["to"] if form else None

    async def go(self) -> Said | None:
        """Press the right arrow; None at the end of the day."""
        form = await self._way("ArrowRight")
        return await self.send(form, {}) if form else None

    async def let_in(self) -> None:
        """Let any number of browsers in from this computer."""
        page = await self.open("/facilitator")
        form = next(form for form in page.forms if form.path == "/facilitator/extend")
        form.action = form.action.replace("extend", "let-in")
        await self.send(form, {"address": "127.0.0.1"})

    async def _way(self, key: str) -> Form | None:
        page = await self.open("/facilitator")
        return next((form for form in page.forms if form.key == key), None)


async def until_quiet(counts: Callable[[], int], seconds: float = 0.3) -> None:
    """Wait until a number stays the same for a while."""
    last = None
    while (now := counts()) != last:
        last = now
        await asyncio.sleep(seconds)
