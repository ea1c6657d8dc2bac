"""A program that draws aside ends with the one that asked it to, also when that is killed."""

from __future__ import annotations

import multiprocessing
import os
import threading


def end_with_pool() -> None:
    """Let a process of a pool end with the program whose pool it is: the pool's initializer."""
    threading.Thread(target=_end_after_pool, daemon=True).start()


def _end_after_pool() -> None:
    if parent := multiprocessing.parent_process():
        parent.join()
        os._exit(1)
