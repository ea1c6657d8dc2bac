"""Ctrl+C, `kill` and a terminal that is closed end a program in the same way."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager


def ending() -> tuple[signal.Signals, ...]:
    """Return the signals that tell this program to end.

    A terminal that is closed, or a line to a server that breaks, sends SIGHUP. Whoever starts a
    program with ``nohup`` wishes that it goes on then.
    """
    told = [signal.SIGINT, signal.SIGTERM]
    if sys.platform != "win32" and signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        told.append(signal.SIGHUP)
    return tuple(told)


@contextmanager
def interruptible() -> Iterator[None]:
    """Raise `KeyboardInterrupt` on each signal of `ending`: all of them end what runs cleanly.

    A shell that starts a program in the background, by ``nohup boxgrader grade ps1 &`` or from a
    scheduler, has it ignore SIGINT, and Python leaves that so; SIGTERM and SIGHUP end Python on
    the spot. What was there before is there again at the end.
    """
    if threading.current_thread() is not threading.main_thread():
        yield  # no signal arrives here
        return
    before = {number: signal.signal(number, signal.default_int_handler) for number in ending()}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
