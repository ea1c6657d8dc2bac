"""Run the cells of a notebook as ipykernel runs them, without a kernel and its five sockets.

The shell is ipykernel's own, so that outputs and tracebacks are those that nbgrader would see; what
it would send to a front end is collected here as the outputs of a cell.
"""

from __future__ import annotations

import asyncio
import builtins
import contextlib
import contextvars
import getpass
import importlib.util
import io
import json
import os
import signal
import sys
import time
from collections.abc import Callable
from importlib.machinery import FileFinder
from typing import Any

from boxgrader.box.frames import leave_out_own, of_others, without_place

OUTPUT_LIMIT = 1 << 20  # characters of text per cell; nbgrader keeps 1,000 lines
REPLY_LIMIT = 8 << 20  # bytes of all outputs of a cell as JSON
_CUT = "\n... Output truncated ...\n"
# What is slow the first time, by the module that has to be there for it.
_SLOW_AT_FIRST = {
    "builtins": "display(0)\n1 / 0",
    "pandas": "import pandas\ndisplay(pandas.DataFrame({'a': [1.5]}))",
    "matplotlib.pyplot": (
        "import matplotlib.pyplot as plt\nplt.plot([0, 1])\nplt.title('a')\nplt.show()"
    ),
}

_LAST_ERROR = ("last_type", "last_value", "last_traceback", "last_exc")
_OF_THE_LAST_CELL = ("_last_traceback", "last_execution_succeeded", "last_execution_result")


class Outputs:
    """The outputs of the cell that runs, in the form of nbformat."""

    def __init__(self) -> None:
        self.cells: list[dict[str, Any]] = []
        self._clear_before_next = False

    def start(self) -> None:
        """Forget the last cell."""
        self.cells = []
        self._clear_before_next = False

    def add(self, kind: str, content: dict[str, Any]) -> None:
        """Take one message of the kernel's protocol."""
        if kind == "clear_output":
            if content.get("wait"):
                self._clear_before_next = True
            else:
                self._clear()
            return
        transient = (content.get("transient") or {}).get("display_id")
        if kind == "update_display_data":
            for output in self.cells:
                if transient and output.get("_id") == transient:
                    output.update(data=content["data"], metadata=content["metadata"])
            self.cells.append({"_update": transient, "data": content["data"],
                               "metadata": content["metadata"]})  # fmt: skip
            return
        if kind not in ("stream", "display_data", "execute_result", "error"):
            return
        if self._clear_before_next:
            self._clear_before_next = False
            self._clear()
        output = {key: value for key, value in content.items() if key != "transient"}
        output["output_type"] = kind
        if transient:
            output["_id"] = transient
        self.cells.append(output)

    def _clear(self) -> None:
        """Take away what was shown; what was changed in earlier cells stays changed."""
        self.cells = [output for output in self.cells if "_update" in output]


class Stream(io.TextIOBase):
    """Standard output or error: holds text until something else is shown, as ipykernel does."""

    def __init__(self, name: str, outputs: Outputs, descriptor: int) -> None:
        self.name = name
        self._outputs = outputs
        self._descriptor = descriptor
        self.start()

    def start(self) -> None:
        """Begin a new cell."""
        self._text: list[str] = []
        self._left = OUTPUT_LIMIT

    @property
    def encoding(self) -> str:  # type: ignore[override]
        """Text is what is kept."""
        return "utf-8"

    def writable(self) -> bool:
        """Say yes."""
        return True

    def isatty(self) -> bool:
        """Say no."""
        return False

    def fileno(self) -> int:
        """Return the descriptor that programs started from here write to."""
        return self._descriptor

    @without_place
    def write(self, text: str) -> int:
        """Keep text, up to a limit."""
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text)}")
        if self._left > 0:
            kept = text[: self._left]
            self._left -= len(kept)
            self._text.append(kept if self._left else kept + _CUT)
        return len(text)

    def flush(self) -> None:
        """Show what was written so far."""
        text = "".join(self._text)
        self._text = []
        if text:
            self._outputs.add("stream", {"name": self.name, "text": text})


def _session(outputs: Outputs) -> Any:
    """Return what ipykernel takes for its connection to the front end."""
    from jupyter_client.session import Session

    class Collector(Session):
        def msg(self, msg_type: str, content: Any = None, *_: Any, **__: Any) -> dict[str, Any]:
            return {"msg_type": msg_type, "content": content or {}, "header": {}}

        def send(
            self, stream: Any, msg_or_type: Any, content: Any = None, *_: Any, **__: Any
        ) -> Any:
            if isinstance(msg_or_type, str):
                msg_or_type = self.msg(msg_or_type, content)
            outputs.add(msg_or_type["msg_type"], _as_sent(msg_or_type["content"]))
            return msg_or_type

    return Collector(key=b"")


def _as_sent(content: dict[str, Any]) -> dict[str, Any]:
    """Return what a kernel's connection makes of a message: pictures are bytes until then."""
    from jupyter_client.jsonutil import json_default

    for default in (None, json_default, repr):
        try:
            said = json.dumps(content, default=default)
        except (TypeError, ValueError):
            continue
        return content if default is None else dict(json.loads(said))
    return {}


class Shell:
    """One notebook's interpreter."""

    def __init__(self) -> None:
        from ipykernel.compiler import XCachingCompiler
        from ipykernel.zmqshell import ZMQInteractiveShell
        from traitlets.config import Config

        config = Config()
        config.HistoryManager.enabled = False
        config.HistoryManager.hist_file = ":memory:"
        self.outputs = Outputs()
        self._cold = dict(_SLOW_AT_FIRST)
        self._loop: asyncio.AbstractEventLoop | None = None  # of one notebook: never forked
        launcher = importlib.util.find_spec("ipykernel_launcher")
        self._launcher = str(launcher and launcher.origin)
        # One for all cells: how numpy prints and decimals round is set in one for the next.
        self._context = contextvars.copy_context()
        main = sys.modules["__main__"]
        shell: Any = ZMQInteractiveShell
        self._shell: Any = shell.instance(config=config, compiler_class=XCachingCompiler)
        sys.modules["__main__"] = main  # the shell puts the learner's module here when cells run
        session = _session(self.outputs)
        for part in (self._shell.displayhook, self._shell.display_pub):
            part.session = session
        self._shell.enable_gui = lambda gui=None: None
        self._shell._get_exc_info = _without_own(self._shell._get_exc_info)
        # IPython keeps everything that is printed for its history, without a limit.
        self._shell._tee = lambda channel: contextlib.nullcontext()
        self.streams = [Stream(name, self.outputs, n) for n, name in ((1, "stdout"), (2, "stderr"))]

    @property
    def names(self) -> dict[str, Any]:
        """The names that cells have defined, and those that IPython gives."""
        names: dict[str, Any] = self._shell.user_ns
        return names

    def load(self, module: str) -> bool:
        """Import a module as a cell would: pandas looks for the kernel when it is imported.

        Returns
        -------
        bool
            Whether that left nothing behind: no word that each notebook should show, and no thread,
            with which this process could no longer be forked. One that is missing leaves nothing.
        """
        said = io.StringIO()
        with (
            self._shell.builtin_trap,
            contextlib.redirect_stdout(said),
            contextlib.redirect_stderr(said),
            contextlib.suppress(Exception, SystemExit),  # then each notebook finds out for itself
        ):
            self.call(importlib.import_module, module)
        return not said.getvalue() and _alone()

    def warm(self) -> None:
        """Do once what is slow the first time: a traceback, a figure, a table."""
        for module in [module for module in self._cold if module in sys.modules]:
            self.run(self._cold.pop(module), 60)
        self._shell.reset(new_session=True)
        self._shell.execution_count = 1
        self._shell._last_traceback = None
        for name in _LAST_ERROR:
            if hasattr(sys, name):
                delattr(sys, name)

    def adopt(self) -> None:
        """Make this process the notebook's own: its streams, its main module, its files."""
        sys.modules["__main__"] = self._shell.user_module
        sys.stdout, sys.stderr = self.streams
        _find_beside()
        sys.argv = [self._launcher, "-f", f"{os.environ['TMPDIR']}/kernel.json"]
        builtins.input, getpass.getpass = _no_input("raw_input"), _no_input("getpass")
        self._loop = asyncio.new_event_loop()
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.signal(signal.SIGALRM, _interrupt)
        # What programs write to the terminal is read back at the end of a cell.
        for number in (1, 2):
            path = f"{os.environ['TMPDIR']}/.{number}"
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_TRUNC, 0o600)
            os.unlink(path)
            os.dup2(descriptor, number)
            os.close(descriptor)

    def run_apart(self, source: str, timeout: float) -> dict[str, Any]:
        """Run a cell that the notebook does not have: no later one can tell that it was there."""
        shell = self._shell
        kept = {name: getattr(shell, name, None) for name in _OF_THE_LAST_CELL}
        said = {name: getattr(sys, name) for name in _LAST_ERROR if hasattr(sys, name)}
        try:
            return self.run(source, timeout, stored=False)
        finally:
            for name in _LAST_ERROR:
                if hasattr(sys, name):
                    delattr(sys, name)
            for place, values in ((shell, kept), (sys, said)):
                for name, value in values.items():
                    setattr(place, name, value)

    def run(
        self, source: str, timeout: float, count: int | None = None, *, stored: bool = True
    ) -> dict[str, Any]:
        """Run one cell.

        Parameters
        ----------
        source : str
        timeout : float
            Seconds, after which the cell is interrupted as by Ctrl-C.
        count : int, optional
            The number of the cell, where it is not the next one.
        stored : bool
            Whether it goes into the history, as `In` shows it.

        Returns
        -------
        dict
            ``outputs``, ``count``, ``late`` (whether it was interrupted) and ``seconds``.
        """
        shell = self._shell
        if count is not None:
            shell.execution_count = count
        self.outputs.start()
        for stream in self.streams:
            stream.start()
        _look_again()
        start = time.monotonic()
        signal.setitimer(signal.ITIMER_REAL, timeout)
        try:
            result = self._run(source, stored)
            error = result.error_before_exec or result.error_in_exec
        except BaseException as stopped:
            error = stopped
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
        seconds = time.monotonic() - start
        late = seconds >= timeout and isinstance(error, KeyboardInterrupt)
        for stream in self.streams:
            self._raw_text(stream)
            stream.flush()
        outputs = self.outputs.cells
        if error is None and getattr(shell, "_last_traceback_during_displayhook", False):
            error = RuntimeError("the result could not be shown")
        known = [output.get("ename") for output in outputs]
        if error is not None and type(error).__name__ not in known:
            outputs.append(_error(error, shell._last_traceback))
        return {
            "outputs": outputs,
            "count": shell.execution_count - 1,
            "late": late,
            "seconds": seconds,
        }

    def call(self, function: Callable[..., Any], *args: Any, **keywords: Any) -> Any:
        """Call what a cell has defined, as another cell would."""
        return self._context.run(function, *args, **keywords)

    def _run(self, source: str, stored: bool) -> Any:
        """Run a cell where a kernel does: in a loop that runs already, with `await` at the top."""
        if self._loop is None:
            return self.call(self._shell.run_cell, source, store_history=stored)
        cell = self._loop.create_task(self._in_loop(source, stored), context=self._context)
        try:
            return self._loop.run_until_complete(cell)
        except BaseException:  # it was interrupted while it waited
            shown = len(self.outputs.cells)
            cell.cancel()
            with contextlib.suppress(BaseException):
                self._loop.run_until_complete(cell)
            del self.outputs.cells[shown:]
            raise

    async def _in_loop(self, source: str, stored: bool) -> Any:
        shell = self._shell
        failed = None
        try:
            plain = shell.transform_cell(source)
        except Exception:  # the shell shows it
            plain, failed = source, sys.exc_info()
        once = {"transformed_cell": plain, "preprocessing_exc_tuple": failed}
        if shell.should_run_async(source, **once):
            waits = shell.run_cell_async(source, store_history=stored, **once)
            return await asyncio.ensure_future(waits)  # as a kernel: what it sets ends with it
        return shell.run_cell(source, store_history=stored)

    def _raw_text(self, stream: Stream) -> None:
        """Add what other programs wrote to this process's standard output or error."""
        number = stream.fileno()
        try:
            size = os.fstat(number).st_size
            if size:
                stream.write(os.pread(number, min(size, OUTPUT_LIMIT), 0).decode(errors="replace"))
                os.ftruncate(number, 0)
        except OSError:
            pass  # closed, or made into something else, by the learner's code


def _error(error: BaseException, traceback: list[str] | None) -> dict[str, Any]:
    """Return the output of an error that was not shown, as nbgrader adds it."""
    hidden = ["ERROR: An error occurred while showtraceback was disabled"]
    try:
        said = str(error)
    except Exception:
        said = ""
    return {
        "output_type": "error",
        "ename": type(error).__name__,
        "evalue": said,
        "traceback": traceback or hidden,
    }


def _alone() -> bool:
    """Say whether this process has one thread; yes, where nobody can see that."""
    try:
        return len(os.listdir("/proc/self/task")) == 1
    except OSError:
        return True


def _find_beside() -> None:
    """Let modules beside the notebook be imported, but never in place of Python's own."""
    if "" not in sys.path:
        folders = [
            os.path.basename(path) in ("site-packages", "dist-packages") for path in sys.path
        ]
        sys.path.insert([*folders, True].index(True), "")  # where IPython puts it


def _look_again() -> None:
    """Let modules be found that an earlier cell wrote in the moment in which Python looked."""
    with contextlib.suppress(OSError):  # of whoever has removed the folder they are in
        here = os.getcwd()
        for place, finder in list(sys.path_importer_cache.items()):
            if isinstance(finder, FileFinder) and place.startswith(here):
                finder.invalidate_caches()


def _no_input(what: str) -> Callable[..., str]:
    """Return what says, as ipykernel does, that nobody sits there to answer."""

    @without_place
    def asked(*_: object, **__: object) -> str:
        from IPython.core.error import StdinNotImplementedError

        raise StdinNotImplementedError(
            f"{what} was called, but this frontend does not support input requests."
        )

    return asked


def _without_own(find: Callable[..., Any]) -> Callable[..., Any]:
    """Return what finds the error to show, for IPython to show none of our frames of it."""

    def found(exc_tuple: Any = None) -> Any:
        kind, error, traceback = find(exc_tuple)
        leave_out_own(error)
        return find((kind, error, of_others(traceback)))

    return found


@without_place
def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt
