"""The fork server: a process that has imported everything, and one child of it per submission.

Started as ``python -m boxgrader.box.worker`` by `bench`, it enters the box, imports, freezes
what the garbage collector would otherwise copy, and waits. Each child runs the cells of one
notebook, which arrive one at a time. The server never runs a learner's code, holds no secret and no
open file but the line to whoever started it, and has no second thread when it forks.

Messages are a length of four bytes and JSON; see `send`.
"""

from __future__ import annotations

import array
import gc
import json
import os
import select
import signal
import socket
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from boxgrader.box import readable, released, shared_memory
from boxgrader.box.answers import Answers
from boxgrader.box.judge import Judge
from boxgrader.box.namespaces import HOME, TMP, Box, Limits, limit
from boxgrader.box.traces import MOST_TRACED, TooMuchError, Traces
from boxgrader.errors import BoxError, ShownError

MOST_MESSAGE = 64 << 20
# Addresses that a kernel takes beyond what it uses: threads, libraries. Its memory is watched.
_KERNEL_SPACE = 4 << 30
_LAST_SECONDS = 3  # for a process that has closed its line to end by itself, and say how

ENVIRONMENT = {
    # A cell that starts `python` means the one it runs in.
    "PATH": f"{os.path.dirname(sys.executable)}:/usr/local/bin:/usr/bin:/bin",
    "HOME": HOME,
    "USER": "learner",
    "LOGNAME": "learner",
    "TMPDIR": TMP,
    "LANG": "C.UTF-8",
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    "NBGRADER_EXECUTION": "autograde",
    # One submission, one core: also means that no thread runs when the server forks.
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
}


def send(line: socket.socket, message: object) -> None:
    """Write one message."""
    body = json.dumps(message, separators=(",", ":")).encode()
    line.sendall(len(body).to_bytes(4, "big") + body)


def receive(line: socket.socket, most: int = MOST_MESSAGE) -> Any:
    """Read one message.

    Raises
    ------
    EOFError
        If the other end has closed.
    ValueError
        If the message is too long, or not JSON.
    """
    return json.loads(receive_bytes(line, most))


def receive_bytes(
    line: socket.socket, most: int, before: Callable[[], object] = lambda: None
) -> bytes:
    """Read the JSON of one message; `before` is called before each part of it."""
    size = int.from_bytes(_exactly(line, 4, before), "big")
    if size > most:
        raise ValueError(f"a message of {size} bytes is too long")
    return _exactly(line, size, before)


def _exactly(line: socket.socket, size: int, before: Callable[[], object] = lambda: None) -> bytes:
    parts = []
    while size:
        before()
        part = line.recv(min(size, 1 << 20))
        if not part:
            raise EOFError
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def descendants(pid: int) -> list[int]:
    """Return a process and all below it, parents first."""
    found = [pid]
    for process in found:
        try:
            tasks = os.listdir(f"/proc/{process}/task")
            for task in tasks:
                with open(f"/proc/{process}/task/{task}/children") as children:
                    found += [int(child) for child in children.read().split()]
        except OSError:
            continue  # ended meanwhile
    return found


class Server:
    """Forks a child for each request, and ends it when told."""

    def __init__(
        self,
        line: socket.socket,
        box: Box | None,
        limits: Limits,
        shell: Any,
        limited: bool = False,
        traces: Traces | None = None,
    ) -> None:
        self._line = line
        self._box = box
        self._limits = limits
        self._limited = limited  # by itself, in a box that another program has made
        self._traces = traces  # of whoever was served before, in the folder that all share
        self._shell = shell
        self._children: set[int] = set()

    def serve(self) -> None:
        """Answer until the other end closes."""
        gc.collect()
        gc.freeze()
        send(self._line, {"ready": os.getpid()})
        while True:
            readable, _, _ = select.select([self._line], [], [], 60)
            if not readable:
                continue
            try:
                request, handed = _receive_with_file(self._line)
            except EOFError:
                break
            if request["do"] == "open":
                self._open(handed, request)
            elif request["do"] == "close":
                self._close(request["pid"], request["ending"])
            elif request["do"] == "import":
                self._import(request["modules"])
        for pid in list(self._children):
            self._kill(pid)

    def _open(self, handed: int, request: dict[str, Any]) -> None:
        if self._traces:
            self._traces.remove()
        limits = replace(
            self._limits,
            scratch=self._limits.scratch + request["room"],
            entries=self._limits.entries + request["entries"],
            memory=self._limits.memory + (_KERNEL_SPACE if request.get("kernel") else 0),
        )
        if self._box:
            pid = self._box.spawn(limits, handed)
        else:
            pid = os.fork()
            if pid == 0:
                os.setsid()
                if handed != 3:
                    os.dup2(handed, 3, inheritable=False)
                os.closerange(4, 1 << 20)
                if self._limited:
                    limit(limits)
        if pid == 0:
            try:
                _child(socket.socket(fileno=3), self._shell, request, limits)
            finally:
                os._exit(1)
        os.close(handed)
        self._children.add(pid)
        send(self._line, {"pid": pid})

    def _import(self, modules: list[str]) -> None:
        for module in modules:
            self._shell.load(module)
        self._shell.warm()
        gc.collect()
        gc.freeze()
        send(self._line, {"imported": len(modules)})

    def _close(self, pid: int, ending: bool) -> None:
        end = time.monotonic() + (_LAST_SECONDS if ending else 0)
        while time.monotonic() < end and not os.waitid(
            os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT
        ):
            time.sleep(0.005)
        status, cpu, memory = self._kill(pid)
        send(self._line, {"status": status, "cpu": cpu, "memory": memory})

    def _kill(self, pid: int) -> tuple[int, float, int]:
        """End a child and, without a box, what it started; in a box everything dies with it."""
        if pid not in self._children:
            return 0, 0.0, 0
        self._children.discard(pid)
        ended, status, usage = os.wait4(pid, os.WNOHANG)
        if not ended:
            below = [] if self._box else descendants(pid)[1:]
            if not self._box:
                os.killpg(pid, signal.SIGKILL)
            os.kill(pid, signal.SIGKILL)
            for process in below:  # a kernel has a process group of its own
                with suppress(ProcessLookupError):
                    os.kill(process, signal.SIGKILL)
            _, status, usage = os.wait4(pid, 0)
        cpu = usage.ru_utime + usage.ru_stime
        return os.waitstatus_to_exitcode(status), cpu, usage.ru_maxrss << 10


def _receive_with_file(line: socket.socket) -> tuple[dict[str, Any], int]:
    """Read a request, and the file descriptor that comes with its first bytes."""
    head, ancillary, _, _ = line.recvmsg(4, socket.CMSG_SPACE(4))
    if not head:
        raise EOFError
    handed = -1
    for level, kind, data in ancillary:
        if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
            handed = array.array("i", data[:4])[0]
    size = int.from_bytes(head + _exactly(line, 4 - len(head)), "big")
    return json.loads(_exactly(line, size)), handed


def _child(line: socket.socket, shell: Any, request: dict[str, Any], limits: Limits) -> None:
    """Be what was asked for: one notebook, or the server of the judges of one notebook."""
    if request["folder"]:
        os.chdir(request["folder"])
    if request["released"]:
        released.copy(Path(request["released"]), request["largest"])
    shell.adopt()
    if "setup" in request:
        for source in request["setup"]:
            shell.run(source, request["timeout"])
        Server(line, None, limits, shell, traces=_traces(4 * MOST_TRACED)).serve()
    else:
        _notebook(line, shell)


def _notebook(line: socket.socket, shell: Any) -> None:
    """Run the cells of one notebook as they arrive, in Python until another kernel is named."""
    answers = Answers(shell)
    judge = Judge(shell, line)
    traces = None
    while True:
        try:
            message = receive(line)
        except EOFError:
            os._exit(0)
        what = message["do"]
        if what == "answer":  # to a question that was given up
            continue
        if what == "run":
            reply = _bounded(shell.run(message["source"], message["timeout"], message.get("count")))
        elif what == "canary":
            reply = _bounded(shell.run_apart(message["source"], message["timeout"]))
        elif what == "twin":
            reply = _twin(shell, message)
        elif what == "kernel":
            shell, reply = _other_kernel(message["kernel"])
        elif what == "files":
            reply = _write_files(message["files"])
        elif what == "trace":
            traces = _traces()
            if traces:
                traces.watch()
            reply = {}
        elif what == "changed":
            changed = traces.changed() if traces else []
            reply = {"changed": [os.path.relpath(path) for path in changed]}
        elif what == "gather":
            reply = _read_files(message["known"], message["most"])
        elif what == "judge":
            reply = _bounded(judge.run(message))
        else:
            reply = answers.answer(message)
        send(line, {**reply, "mark": judge.mark or message["mark"]})


def _other_kernel(kernel: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
    """Start a kernel; return what runs cells in it, and its language or why it does not start."""
    from boxgrader.box.kernel_shell import KernelShell

    try:
        shell = KernelShell(kernel)
    except (RuntimeError, OSError) as error:
        os.lseek(2, -min(2000, os.fstat(2).st_size), os.SEEK_END)  # what it said itself
        last = os.read(2, 2000).decode(errors="replace").strip().splitlines()[-1:]
        return None, {"error": "; ".join([str(error), *last])}
    return shell, {"language": shell.language}


def _bounded(reply: dict[str, Any]) -> dict[str, Any]:
    """Replace outputs that would swell the grader."""
    from boxgrader.box.shell import REPLY_LIMIT

    if len(json.dumps(reply, default=str)) > REPLY_LIMIT:
        says = f"The outputs of this cell are larger than {REPLY_LIMIT >> 20} MB and were left out."
        errors = [it for it in reply["outputs"] if it.get("output_type") == "error"]
        reply["outputs"] = [{"output_type": "stream", "name": "stdout", "text": says}, *errors[:1]]
    return reply


def _traces(most_bytes: int = MOST_TRACED) -> Traces | None:
    """Remember the folders of this process as they are, if they are there and not too large."""
    try:
        here, scratch = os.getcwd(), os.environ["TMPDIR"]
        folders = (here,) if here.startswith(f"{scratch}/") else (here, scratch)
        return Traces(*folders, most_bytes=most_bytes)
    except (TooMuchError, OSError, LookupError):
        return None


def _twin(shell: Any, message: dict[str, Any]) -> dict[str, Any]:
    """Run a cell in a fork, and remove what it wrote, so that nothing of it remains.

    Returns
    -------
    dict
        Whether it passed; nothing where the folder holds too much to be put back.
    """
    traces = _traces()
    if traces is None:
        return {"twin": ""}
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            result = shell.run(message["source"], message["timeout"])
            failed = any(output.get("output_type") == "error" for output in result["outputs"])
            os.write(write, b"failed" if failed else b"passed")
        finally:
            os._exit(0)
    os.close(write)
    end = time.monotonic() + message["timeout"] + 1
    said = b""
    if select.select([read], [], [], max(0.0, end - time.monotonic()))[0]:
        said = os.read(read, 16)
    os.close(read)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    traces.remove()
    return {"twin": said.decode()}


def _write_files(files: dict[str, str]) -> dict[str, Any]:
    """Put what was handed in beside the notebook into the working folder."""
    import base64

    for name, content in files.items():
        if os.path.islink(name):
            os.unlink(name)
        # A folder where the instructor has a file, or a file where she has a folder, is not hers.
        with suppress(FileExistsError, NotADirectoryError, IsADirectoryError):
            released.write(Path(name), base64.b64decode(content))
    return {"written": len(files)}


def _read_files(known: list[str], most: int) -> dict[str, Any]:
    """Return the regular files that the notebook's cells made, up to a total size in bytes."""
    import base64

    found: dict[str, str] = {}
    for folder, folders, names in os.walk("."):
        folders[:] = [it for it in folders if not it.startswith(".") and it != "__pycache__"]
        for name in names:
            path = os.path.relpath(os.path.join(folder, name))
            if name.startswith(".") or path in known or os.path.islink(path):
                continue
            size = os.stat(path).st_size
            if size > most or len(found) >= 100:
                continue
            most -= size
            with open(path, "rb") as file:
                found[path] = base64.b64encode(file.read()).decode()
    return {"files": found}


def main() -> None:
    """Serve on the socket that is standard input, as its first message says."""
    line = socket.socket(fileno=os.dup(0))
    settings = receive(line)
    os.dup2(os.open(os.devnull, os.O_RDWR), 0)
    os.environ.clear()
    os.environ.update(ENVIRONMENT, **settings["environment"])
    os.environ["IPYTHONDIR"] = os.environ["TMPDIR"] + "/ipython"  # not beside a notebook
    box = None
    try:
        if settings["box"]:
            world = [settings[name] for name in ("readable", "hidden", "released", "loopback")]
            box = Box.enter(*world)
        _fonts(settings["fonts"])
        from boxgrader.box.shell import Shell

        shell = Shell()
    except BoxError as error:
        send(line, {"error": str(error), "no_box": not isinstance(error, ShownError)})
        return
    for module in settings["modules"]:
        if not shell.load(module):
            send(line, {"unfit": module})
            return
    if settings["box"] or settings["limited"]:
        shared_memory.count()

        def unreadable() -> str:
            return readable.why_not(settings["readable"])

        if said := box.ask(unreadable) if box else unreadable():
            send(line, {"error": said, "no_box": False})
            return
    shell.warm()
    limits = Limits(**settings["limits"])
    Server(line, box, limits, shell, settings["limited"]).serve()


def _fonts(cache: dict[str, str]) -> None:
    """Give matplotlib the list of fonts that it would take a second to make."""
    folder = os.environ["TMPDIR"] + "/matplotlib"
    os.makedirs(folder, exist_ok=True)
    os.environ["MPLCONFIGDIR"] = folder
    for name, content in cache.items():
        with open(f"{folder}/{name}", "w", encoding="utf-8") as file:
            file.write(content)


if __name__ == "__main__":
    # Under its own name, not as __main__, which will be the learner's module.
    from boxgrader.box import worker

    worker.main()
