"""Talking to a learner's process, which may do anything while it answers."""

from __future__ import annotations

import socket
from types import SimpleNamespace
from typing import Any

import pytest

from boxgrader.box import session
from boxgrader.box.bench import Settings
from boxgrader.box.session import EndedError, Session
from boxgrader.box.worker import send


def test_whoever_answers_all_the_time_is_looked_at_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(session, "_WATCH_SECONDS", 0.0)
    swollen: Any = SimpleNamespace(settings=Settings(), uses_more_than=lambda most: True)
    ours, theirs = socket.socketpair()
    control, server = socket.socketpair()
    with ours, theirs, control, server:
        send(theirs, {"outputs": []})  # there is something to read before anybody has looked
        send(server, {"cpu": 0, "status": -9})
        with pytest.raises(EndedError, match="used more than"):
            Session(swollen, control, ours, 1).ask({"do": "run"}, 60)
