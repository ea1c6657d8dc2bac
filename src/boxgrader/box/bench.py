"""Where learners' code runs, seen from the side that is trusted: start it, talk to it, end it."""

from __future__ import annotations

import array
import json
import os
import re
import secrets
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from boxgrader.box import bubblewrap
from boxgrader.box.namespaces import Limits
from boxgrader.box.worker import MOST_MESSAGE, descendants, receive, receive_bytes, send
from boxgrader.errors import BoxError, GraderError

_START_ENVIRONMENT = {
    # A process with a second thread can neither enter a user namespace nor be forked safely.
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    # Arrays take memory that is there already: a twentieth less to compute for our own models.
    "MALLOC_MMAP_THRESHOLD_": str(16 << 20),
    "MALLOC_TRIM_THRESHOLD_": str(64 << 20),
}
# Of whoever grades: it tells nothing, and a kernel of theirs has it too.
_ALIKE = re.compile("PYTHONPATH|TZ|LANG|LANGUAGE|LC_[A-Z]+")
_START_SECONDS = 120
_WATCH_SECONDS = 0.2
_MOST_CONTROL = 10_000  # bytes of what a server says of its children
_MOST_VALUES = 500_000  # single values in one message
_STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"?', re.DOTALL)


@dataclass(frozen=True)
class Settings:
    """How submissions are run; equal for all of one grading.

    Attributes
    ----------
    boxed : bool
        Whether learners' code is boxed. Without, it has the rights of whoever grades.
    timeout : float
        Seconds for each cell.
    whole : float
        Seconds for all cells of a notebook together.
    limits : Limits
    modules : tuple of str
        What is imported before the first submission, where it can be; what is imported later works
        as well, and takes its time for each.
    readable : tuple of str
        Files and folders that learners' code may read, besides the Python environment.
    hidden : tuple of str
        Files and folders that it must not be shown by accident, such as the solutions; to grade
        where it would be is refused.
    """

    boxed: bool = True
    timeout: float = 30.0
    whole: float = 900.0
    limits: Limits = field(default_factory=Limits)
    modules: tuple[str, ...] = ()
    readable: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()


class EndedError(Exception):
    """A learner's process has ended, or was ended; the message says why."""


class Bench:
    """A fork server; one submission at a time.

    Attributes
    ----------
    settings : Settings
    spent : bool
        Whether it serves no other submission: where a submission shares a box with the server.
    judges : dict of tuple to Session
        Servers of judges, by the instructor's cells that have run in them.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.judges: dict[tuple[str, ...], Session] = {}
        self._judges_bench: Bench | None = None
        self._start()

    def _start(self) -> None:
        settings = self.settings
        self.spent = False
        self._folder = None if settings.boxed else tempfile.TemporaryDirectory(prefix="grading-")
        self._wrapped = settings.boxed and not own_box
        ours, theirs = socket.socketpair()
        alike = {name: value for name, value in os.environ.items() if _ALIKE.fullmatch(name)}
        wrap: list[str] = []
        calls = None
        if self._wrapped:
            wrap, calls = bubblewrap.command(settings.readable, settings.hidden, settings.limits)
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the bench
        self._process = subprocess.Popen(
            [*wrap, sys.executable, "-P", "-m", "boxgrader.box.worker"],
            stdin=theirs.fileno(),
            pass_fds=(calls.fileno(),) if calls else (),
            stdout=subprocess.DEVNULL,
            stderr=self._errors,
            cwd="/",
            env=_START_ENVIRONMENT | alike,
            start_new_session=True,
        )
        with _lock:
            _started.add(self)
        theirs.close()
        if calls:
            calls.close()
        self._line = ours
        self._line.settimeout(_START_SECONDS)
        environment = alike
        if self._folder:
            environment |= {"HOME": self._folder.name, "TMPDIR": self._folder.name,
                            "PATH": os.environ.get("PATH", os.defpath)}  # fmt: skip
        send(self._line, {
            "box": settings.boxed and not self._wrapped,
            "limited": self._wrapped,
            "readable": settings.readable,
            "hidden": settings.hidden,
            "modules": [module for module in settings.modules if module not in _unfit],
            "limits": asdict(settings.limits),
            "environment": environment,
            "fonts": _fonts(),
        })  # fmt: skip
        self._ready = False
        self._imported: set[str] = set()

    def wait(self) -> None:
        """Wait until everything is imported.

        Raises
        ------
        BoxError
            If this machine gives no box.
        GraderError
            If the process died.
        """
        if self._ready:
            return
        try:
            said = receive(self._line)
        except (EOFError, OSError, ValueError) as error:
            self._errors.seek(0)
            last = self._errors.read()[-2000:].decode(errors="replace").strip().splitlines()
            self.close()
            raise GraderError(
                f"The process for learners' code did not start: {last[-1] if last else error}"
            ) from None
        if "error" in said:
            self.close()
            if not said.get("no_box") or self._wrapped or not bubblewrap.available():
                raise BoxError(said["error"])
            _use_bubblewrap()
            self._start()
            self.wait()
            return
        if "unfit" in said:
            self.close()
            _unfit.add(said["unfit"])
            self._start()
            self.wait()
            return
        self._ready = True

    def load(self, modules: tuple[str, ...]) -> None:
        """Import modules, so that no submission has to."""
        if set(modules) <= self._imported:
            return
        self.wait()
        self._line.settimeout(_START_SECONDS)
        send(self._line, {"do": "import", "modules": modules})
        receive(self._line)
        self._imported.update(modules)

    def open(self, **request: Any) -> Session:
        """Fork a process for one notebook."""
        self.wait()
        self.spent = self._wrapped
        return _open(self._line, self, {"environment": {}, "folder": None, **request})

    def for_judges(self) -> Bench:
        """Return the bench for judges: another one, where this one shares a box with a learner."""
        if not self._wrapped:
            return self
        if self._judges_bench is None:
            self._judges_bench = _take(_judging, self.settings)
        return self._judges_bench

    def folder(self) -> str | None:
        """Return a fresh folder to run in, where there is no box that has its own."""
        return tempfile.mkdtemp(dir=self._folder.name) if self._folder else None

    def uses_more_than(self, most: int) -> bool:
        """Say whether all processes below this one use more bytes, shared ones by their share."""
        processes = descendants(self._process.pid)[self._depth() :]
        # The cheap figure counts shared pages for each process: never too low.
        return sum(map(_resident, processes)) > most and sum(map(_share, processes)) > most

    def _depth(self) -> int:
        """Count the processes above those of a submission."""
        if self._wrapped:
            return 3  # bubblewrap, its first process in the box, the server
        return 2 if self.settings.boxed else 1

    def stop(self) -> None:
        """End what runs on it at once; whoever waits for it, in another thread, is told so."""
        for process in descendants(self._process.pid)[1:]:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        self._process.kill()

    def close(self) -> None:
        """End it, and everything below it."""
        with _lock:
            _started.discard(self)
        if self._judges_bench:
            with _lock:
                _judging.setdefault(self.settings, []).append(self._judges_bench)
            self._judges_bench = None
        self._line.close()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._errors.close()
        if self._folder:
            self._folder.cleanup()


class Session:
    """One process that runs the cells of one notebook."""

    def __init__(self, bench: Bench, control: socket.socket, line: socket.socket, pid: int) -> None:
        self._bench = bench
        self._control = control
        self._line = line
        self._pid = pid
        self.cpu = 0.0
        self._closed = False

    def ask(self, message: dict[str, Any], seconds: float) -> dict[str, Any]:
        """Send a message and return the answer.

        Raises
        ------
        EndedError
            If there is none in that many seconds, or it is not one; the process is ended.
        """
        most = self._bench.settings.limits.memory
        end = time.monotonic() + seconds
        try:
            self._line.settimeout(max(0.1, seconds))
            mark = secrets.token_hex(8)
            send(self._line, {**message, "mark": mark})

            def wait() -> None:
                while not select.select([self._line], [], [], _WATCH_SECONDS)[0]:
                    if self._bench.uses_more_than(most):
                        raise EndedError(f"it used more than {most >> 20} MB of memory")
                    if time.monotonic() > end:
                        break
                if time.monotonic() > end:  # also for one who sends byte after byte
                    raise EndedError(f"it did not answer within {seconds:.0f} seconds")

            said = receive_bytes(self._line, MOST_MESSAGE // 4, wait)
            if not _unfolds_moderately(said):
                raise ValueError
            reply = json.loads(said)
            if type(reply) is not dict or reply.pop("mark", None) != mark:
                raise ValueError
        except TimeoutError:
            self.close()
            raise EndedError(f"it did not answer within {seconds:.0f} seconds") from None
        except (EOFError, OSError):
            raise EndedError(_ending(self.close(ending=True))) from None
        except (ValueError, RecursionError):
            self.close()
            raise EndedError("its process sent what no notebook sends") from None
        except EndedError:
            self.close()
            raise
        return reply

    def open(self, **request: Any) -> Session:
        """Fork a process of this one; only where this one serves judges."""
        return _open(self._line, self._bench, {"environment": {}, "folder": None, **request})

    def wait(self, seconds: float) -> None:
        """Wait until a server of judges is ready."""
        self._line.settimeout(seconds)
        try:
            receive(self._line)
        except (EOFError, OSError, ValueError):
            self.close()
            raise EndedError("the judge did not start") from None

    def close(self, ending: bool = False) -> int:
        """End the process and everything it started; return its exit code, or minus the signal.

        Parameters
        ----------
        ending : bool
            Whether it seems to end by itself, and is given a moment for that.
        """
        if self._closed:
            return 0
        self._closed = True
        try:
            send(self._control, {"do": "close", "pid": self._pid, "ending": ending})
            said = receive(self._control, _MOST_CONTROL)
            self.cpu, status = float(said["cpu"]), int(said["status"])
        except (EOFError, OSError, ValueError, LookupError, TypeError):
            status = -9  # only where a submission can end the server too, which is its own then
        self._line.close()
        return status


def _open(control: socket.socket, bench: Bench, request: dict[str, Any]) -> Session:
    ours, theirs = socket.socketpair()
    body = json.dumps({"do": "open", **request}).encode()
    rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [theirs.fileno()]))]
    control.settimeout(_START_SECONDS)
    control.sendmsg([len(body).to_bytes(4, "big")], rights)
    control.sendall(body)
    theirs.close()
    return Session(bench, control, ours, int(receive(control, _MOST_CONTROL)["pid"]))


def _unfolds_moderately(message: bytes) -> bool:
    """Say whether a message is not far larger in memory than it is as JSON."""
    if sum(map(message.count, (b",", b"[", b"{"))) < _MOST_VALUES:
        return True
    structure = _STRING.sub(b"", message)
    return sum(map(structure.count, (b",", b"[", b"{"))) < _MOST_VALUES


def _ending(status: int) -> str:
    """Say how a process ended."""
    if status == -24:
        return "it computed longer than is allowed"
    if status == -9:
        return "its process was killed, by itself or for want of memory"
    if status < 0:
        return f"its process crashed (signal {-status})"
    return f"its process ended before the last cell (exit code {status})"


def _resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0  # ended meanwhile


def _share(pid: int) -> int:
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass  # ended meanwhile
    return 0


def _fonts() -> dict[str, str]:
    """Return matplotlib's list of fonts, if this user has one."""
    folder = Path(
        os.environ.get("MPLCONFIGDIR")
        or Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache", "matplotlib")
    )
    try:
        return {path.name: path.read_text("utf-8") for path in folder.glob("fontlist-*.json")}
    except (OSError, UnicodeDecodeError):
        return {}


own_box = True  # until this machine has refused it
_unfit: set[str] = set()  # modules that start a thread or say something when they are imported
_idle: dict[Settings, list[Bench]] = {}
_judging: dict[Settings, list[Bench]] = {}
_started: set[Bench] = set()
_lock = threading.Lock()


def _use_bubblewrap() -> None:
    global own_box
    own_box = False


def take(settings: Settings) -> Bench:
    """Return a bench that nobody uses; a new one if there is none."""
    return _take(_idle, settings)


def _take(pool: dict[Settings, list[Bench]], settings: Settings) -> Bench:
    with _lock:
        free = pool.get(settings)
        if free:
            return free.pop()
    return Bench(settings)


def give_back(bench: Bench) -> None:
    """Leave a bench for the next submission, unless it serves only one."""
    if bench.spent:
        bench.close()
        return
    with _lock:
        _idle.setdefault(bench.settings, []).append(bench)


def stop_all() -> None:
    """End at once what runs on any bench."""
    with _lock:
        benches = list(_started)
    for bench in benches:
        bench.stop()


def close_all() -> None:
    """End every bench that nobody uses."""
    with _lock:
        benches = [bench for free in (*_idle.values(), *_judging.values()) for bench in free]
        _idle.clear()
        _judging.clear()
    for bench in benches:
        bench.close()
