"""Where learners' code runs, seen from the side that is trusted: start it, talk to it, end it."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from boxgrader.box import bubblewrap, released
from boxgrader.box.namespaces import Limits
from boxgrader.box.released import Released
from boxgrader.box.session import START_SECONDS, Session, fork
from boxgrader.box.worker import descendants, receive, send
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
ALIKE = re.compile("PYTHONPATH|TZ|LANG|LANGUAGE|LC_[A-Z]+")


@dataclass(frozen=True)
class Settings:
    """How submissions are run; equal for all of one grading.

    Attributes
    ----------
    boxed : bool
        Whether learners' code is boxed. Without, it has the rights of whoever grades.
    loopback : bool
        Whether a submission may open a network in its box: it reaches itself and nobody else.
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

    Examples
    --------
    >>> from boxgrader import Limits
    >>> Settings(timeout=10, limits=Limits(memory=512 << 20), readable=("data",)).boxed
    True
    """

    boxed: bool = True
    loopback: bool = False
    timeout: float = 30.0
    whole: float = 900.0
    limits: Limits = field(default_factory=Limits)
    modules: tuple[str, ...] = ()
    readable: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()


class Bench:
    """A fork server; one submission at a time.

    Attributes
    ----------
    settings : Settings
    spent : bool
        Whether it serves no other submission: where a submission shares a box with the server.
    released : Released
        What lies beside the instructor's notebook.
    judges : dict of tuple to Session
        Servers of judges, by what lies beside them and the instructor's cells that they have run.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.judges: dict[tuple[Released, tuple[str, ...]], Session] = {}
        self._judges_bench: Bench | None = None
        self.released = Released()
        self._start()

    def _start(self) -> None:
        settings = self.settings
        self.spent = False
        self._folder = None if settings.boxed else tempfile.TemporaryDirectory(prefix="grading-")
        self._wrapped = settings.boxed and not own_box
        ours, theirs = socket.socketpair()
        alike = {name: value for name, value in os.environ.items() if ALIKE.fullmatch(name)}
        shown = str(released.folder())
        wrap: list[str] = []
        calls = None
        if self._wrapped:
            limits = replace(settings.limits, scratch=settings.limits.scratch + self._room())
            wrap, calls = bubblewrap.command(
                settings.readable, settings.hidden, shown, limits, settings.loopback
            )
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
        self._line.settimeout(START_SECONDS)
        environment = alike
        if self._folder:
            environment |= {"HOME": self._folder.name, "TMPDIR": self._folder.name,
                            "PATH": os.environ.get("PATH", os.defpath)}  # fmt: skip
        send(self._line, {
            "box": settings.boxed and not self._wrapped,
            "limited": self._wrapped,
            "readable": settings.readable,
            "hidden": settings.hidden,
            "released": shown,
            "loopback": settings.loopback,
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
        self._line.settimeout(START_SECONDS)
        send(self._line, {"do": "import", "modules": modules})
        receive(self._line)
        self._imported.update(modules)

    def release(self, files: Mapping[str, bytes]) -> None:
        """Give whoever is opened from now on what lies beside the instructor's notebook."""
        before, self.released = self._room(), released.lay(files)
        if self._wrapped and self._room() > before:  # what it has was measured when it started
            self.close()
            self.judges.clear()
            self._start()

    def open(self, **request: Any) -> Session:
        """Fork a process for one notebook."""
        self.wait()
        self.spent = self._wrapped
        name = self.released.name
        above = released.SHOWN if self.settings.boxed else released.folder()
        return fork(self._line, self, {
            "released": f"{above}/{name}" if name else "",
            "largest": self._largest(),
            "room": self._room(),
            "entries": self.released.entries,
            "folder": tempfile.mkdtemp(dir=self._folder.name) if self._folder else None,
            **request,
        })  # fmt: skip

    def _largest(self) -> int:
        """Return the bytes of the largest file that it may write, and so is given to change."""
        return self.settings.limits.file if self.settings.boxed else sys.maxsize

    def _room(self) -> int:
        return self.released.room(self._largest())

    def for_judges(self) -> Bench:
        """Return the bench for judges: another one, where this one shares a box with a learner."""
        if not self._wrapped:
            return self
        if self._judges_bench is None:
            self._judges_bench = _take(_judging, self.settings)
        return self._judges_bench

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
