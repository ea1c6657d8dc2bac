"""docs/privacy.md: each answer names a test or a file that there is, and the room says the same."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from conftest import ROOT
from jupyter_client import KernelManager
from patience import patience
from test_security import names_of_tests

from thousandfold.commands.lab import options
from thousandfold.room.forgetting import OLD
from thousandfold.room.page import LASTING_DAYS
from thousandfold.room.votes import LEAST_SHOWN

TEXT = (ROOT / "docs" / "privacy.md").read_text(encoding="utf-8")
PARTS = {part.partition("\n")[0]: part for part in TEXT.split("\n## ")[1:]}
ROOM = (ROOT / "src/thousandfold/room/pages/privacy.html").read_text(encoding="utf-8")
WORDS = {5: "five", 8: "eight days", 30: "thirt"}


def test_each_test_that_is_named_is_there() -> None:
    named = set(re.findall(r"`(test_\w+)`", TEXT))
    assert len(named) > 20
    assert named - set(names_of_tests()) == set()


@pytest.mark.parametrize("part", [name for name, told in PARTS.items() if "| stored |" in told])
def test_a_service_says_who_reads_how_long_and_what_leaves(part: str) -> None:
    rows = " ".join(re.findall(r"^\| ([^|]+) \|", PARTS[part], re.MULTILINE))
    assert "leaves the computer" in rows
    if part not in {"The book", "The history of a repository"}:
        assert "who can read it" in rows
        assert "how long" in rows


def test_the_history_that_a_kernel_keeps_in_the_home_is_told(tmp_path: Path) -> None:
    kept = ".ipython/profile_default/history.sqlite"
    away = {name: word for name, word in os.environ.items() if not name.startswith("IPYTHON")}
    manager = KernelManager(kernel_name="python3")
    manager.start_kernel(env=away | {"HOME": str(tmp_path), "USERPROFILE": str(tmp_path)})
    client = manager.blocking_client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=patience(60))
        client.execute_interactive("customers = 4711", store_history=True, timeout=patience(60))
    finally:
        client.stop_channels()
        manager.shutdown_kernel()
    assert b"customers = 4711" in (tmp_path / kept).read_bytes(), "take it off the page"
    assert kept in PARTS["On your own computer"]
    assert "history" in PARTS["In short, to send on"]


STARTS = ["Makefile", "kit/start.py", "hub/jupyterhub_config.py"]


@pytest.mark.parametrize("place", [*STARTS, "src/thousandfold/commands/start.py"])
def test_jupyterlab_is_started_so_that_it_asks_nobody(place: str) -> None:
    assert {
        "--LabApp.news_url=None",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        "--KernelManager.transport_encryption=auto",
    } <= set(options(ROOT))
    assert "thousandfold.commands.lab" in (ROOT / place).read_text(encoding="utf-8")


@pytest.mark.parametrize("number", [LEAST_SHOWN, LASTING_DAYS, OLD.days])
def test_the_room_and_the_page_say_the_same_numbers(number: int) -> None:
    assert WORDS[number] in ROOM
    assert WORDS[number] in PARTS["The live room"]


@pytest.mark.parametrize(
    "word", ["--forget", ".replaced", "Monday", "e-mail", "certificate", "address", "random name"]
)
def test_the_room_and_the_page_name_the_same(word: str) -> None:
    assert word in ROOM
    assert word in PARTS["The live room"]


def test_what_is_sent_on_stands_in_one_piece() -> None:
    short = PARTS["In short, to send on"]
    for asked in ("Purpose", "Data", "Who reads", "how long", "Third parties", "Open points"):
        assert asked in short
