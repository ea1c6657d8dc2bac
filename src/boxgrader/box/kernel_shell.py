"""Notebooks of other languages and other Pythons: their own kernel, started inside the box.

The kernel and whoever talks to it, over ipc, are in the box together. What the cells show comes out
of it as it does for Python: as bounded data. Tests run beside the learner's code, in the learner's
language; what has to fail before each is all that watches whether it runs what it is told (see
`engine.canaries`).
"""

from __future__ import annotations

import os
import queue
import tempfile
import time
from typing import Any

from boxgrader.box.shell import OUTPUT_LIMIT, Outputs

_START_SECONDS = 60


class KernelShell:
    """The interpreter of one notebook in another kernel, as `Shell` is for this Python.

    Parameters
    ----------
    kernel : dict
        What `kernel_of` has found.

    Raises
    ------
    RuntimeError
        If the kernel does not start.
    """

    def __init__(self, kernel: dict[str, Any]) -> None:
        from jupyter_client.kernelspec import KernelSpec
        from jupyter_client.manager import KernelManager

        folder = tempfile.mkdtemp(prefix="k", dir=os.environ["TMPDIR"])  # ipc needs a short one
        manager: Any = KernelManager
        self._manager = manager(
            transport="ipc", ip=f"{folder}/ipc", connection_file=f"{folder}/connection.json"
        )
        spec = {name: value for name, value in kernel.items() if name != "readable"}
        self._manager._kernel_spec = KernelSpec(**spec)
        self._manager.start_kernel()
        self._client = self._manager.blocking_client()
        self._client.start_channels()
        self._client.wait_for_ready(timeout=_START_SECONDS)
        reply = self._client.kernel_info(reply=True, timeout=_START_SECONDS)
        self.language: dict[str, Any] = reply["content"]["language_info"]

    def run_apart(self, source: str, timeout: float) -> dict[str, Any]:
        """Run a cell that the notebook does not have; a kernel may count and remember it."""
        return self.run(source, timeout, stored=False)

    def run(
        self, source: str, timeout: float, count: int | None = None, stored: bool = True
    ) -> dict[str, Any]:
        """Run one cell; see `Shell.run`."""
        outputs = Outputs()
        room = OUTPUT_LIMIT
        start = time.monotonic()
        late = False
        sent = self._client.execute(
            source, allow_stdin=False, stop_on_error=False, store_history=stored
        )
        while True:
            if time.monotonic() > start + timeout and not late:
                late = True
                self._manager.interrupt_kernel()  # if that does not help, the bench ends it
            kind, content = self._next(self._client.get_iopub_msg, sent)
            if kind == "status" and content.get("execution_state") == "idle":
                break
            if kind == "stream":
                content["text"] = content["text"][:room]
                room -= len(content["text"])
            if kind == "execute_result" and count is not None:
                content["execution_count"] = count  # a kernel counts what runs apart, too
            if kind != "stream" or content["text"]:
                outputs.add(kind, content)
        reply = self._reply(sent)
        known = [output.get("ename") for output in outputs.cells]
        if reply.get("status") == "error" and reply.get("ename") not in known:
            outputs.cells.append({
                "output_type": "error",
                "ename": reply.get("ename", ""),
                "evalue": reply.get("evalue", ""),
                "traceback": reply.get("traceback", []),
            })  # fmt: skip
        return {
            "outputs": outputs.cells,
            "count": count,
            "late": late,
            "seconds": time.monotonic() - start,
        }

    def _reply(self, sent: str) -> dict[str, Any]:
        """Return what the kernel says at the end of a cell, or that it says nothing.

        One that fails itself never replies, as bash at a quote that nobody closes. Replies come in
        their order: what is asked afterwards and is answered tells that.
        """
        asked = ""
        while True:
            message = self._message(self._client.get_shell_msg)
            about = message and message["parent_header"].get("msg_id")
            if about == sent:
                reply: dict[str, Any] = message["content"]
                return reply
            if asked and about == asked:
                said = (
                    "The kernel failed at this cell. Something may not be closed, such as a quote."
                )
                return {
                    "status": "error",
                    "ename": "KernelError",
                    "evalue": said,
                    "traceback": [said],
                }
            asked = asked or self._client.kernel_info()

    def _next(self, receive: Any, sent: str) -> tuple[str, dict[str, Any]]:
        """Return the next message about a cell; an empty one if there is none for a while."""
        message = self._message(receive)
        if not message or message["parent_header"].get("msg_id") != sent:
            return "", {}
        return message["msg_type"], message["content"]

    def _message(self, receive: Any) -> dict[str, Any]:
        """Return the next message; an empty one if there is none for a while."""
        try:
            message: dict[str, Any] = receive(timeout=0.2)
        except queue.Empty:
            if not self._manager.is_alive():
                os._exit(1)
            return {}
        return message
