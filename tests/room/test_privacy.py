"""What is kept of people: said on one page, and deleted by one command."""

from __future__ import annotations

import io
import sys
from datetime import date
from pathlib import Path

import pytest
from served import Visitor, served

from thousandfold.cli import main
from thousandfold.errors import ExplainedError
from thousandfold.room.forgetting import forget, kept, old
from thousandfold.room.journal import Deed, Journal
from thousandfold.room.opening import journals

DAYS = ("2026-09-30", "2026-11-29")
LATER = "2026-11-29-half-day-until-101500.room"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with the journals of two days, one of them begun twice."""
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "jupyter"))
    for name in (*(f"{day}-half-day.room" for day in DAYS), LATER):
        journal = Journal(journals() / name)
        journal.write([Deed("promise", "ann", {"line": "a secret"}, 1.0)])
        journal.close()
    submitted = tmp_path / "submitted" / "ann"
    submitted.mkdir(parents=True)
    (submitted / "work.ipynb").write_text("{}")
    return journals()


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_all_days_are_forgotten_after_one_question(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = names(home)
    monkeypatch.setattr(sys, "stdin", Terminal("no\n"))
    assert main(["room", "--forget"]) == 1
    said = capsys.readouterr().out
    assert all(name in said for name in before)
    assert "stays in submitted/" in said
    assert names(home) == before
    monkeypatch.setattr(sys, "stdin", Terminal("yes\n"))
    assert main(["room", "--forget"]) == 0
    assert names(home) == []
    assert (home.parents[2] / "submitted/ann/work.ipynb").exists()
    assert main(["room", "--forget"]) == 0
    assert "Nothing is kept" in capsys.readouterr().out


def test_nobody_is_asked_where_nobody_is(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = names(home)
    monkeypatch.setattr(sys, "stdin", io.StringIO("yes\n"))
    assert main(["room", "--forget"]) == 1
    assert "--yes" in capsys.readouterr().err
    assert names(home) == before
    assert main(["room", "--forget", "--yes"]) == 0
    assert names(home) == []


def test_one_day_is_forgotten_with_all_that_was_begun_on_it(home: Path) -> None:
    assert main(["room", "--forget", DAYS[1], "--yes"]) == 0
    assert names(home) == [f"{DAYS[0]}-half-day.room"]
    assert main(["room", "--forget", "2020-01-01", "--yes"]) == 0
    assert names(home) == [f"{DAYS[0]}-half-day.room"]


@pytest.mark.parametrize("day", ["*", "../..", "yesterday", "2026-13-01", "2026-11-29*"])
def test_a_day_is_a_day(home: Path, day: str) -> None:
    before = names(home)
    with pytest.raises(ExplainedError, match="a day looks like 2026-11-29"):
        kept(day)
    assert main(["room", "--forget", day, "--yes"]) == 1
    assert names(home) == before


def test_nothing_is_forgotten_while_a_room_is_open(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = names(home)
    open_one = Journal(home / LATER)
    assert main(["room", "--forget", "--yes"]) == 1
    assert "a room is open with" in capsys.readouterr().err
    assert set(before) <= set(names(home))
    with pytest.raises(ExplainedError, match="a room is open"):
        forget(kept())
    assert set(before) <= set(names(home))
    assert [deed.body["line"] for deed in open_one.deeds()] == ["a secret"]
    open_one.close()
    assert main(["room", "--forget", "--yes"]) == 0
    assert names(home) == []


def test_a_damaged_journal_is_forgotten_like_any_other(home: Path) -> None:
    (home / f"{DAYS[0]}-half-day.room").write_bytes(b"no database at all" * 1000)
    (home / f"{DAYS[0]}-half-day.room-wal").write_bytes(b"left by a room that was killed")
    assert main(["room", "--forget", "--yes"]) == 0
    assert names(home) == []


def test_what_is_older_than_thirty_days_is_told(home: Path) -> None:
    assert old(date(2026, 10, 30)) == []
    assert old(date(2026, 10, 31)) == [DAYS[0]]
    assert old(date(2027, 1, 1)) == list(DAYS)
    (home / "something else.room").write_text("")
    assert old(date(2027, 1, 1)) == list(DAYS)


def test_the_page_says_what_is_kept_and_where_to_the_facilitator_alone(tmp_path: Path) -> None:
    with served(tmp_path / "day.room") as room:
        ann, facilitator = Visitor(room.site), Visitor(room.site, facilitator=True)
        page = ann.client.get("/privacy").text
        for words in ("votes", "Monday", "e-mail", "certificate", "hand in", "--forget"):
            assert words in page
        assert str(tmp_path) not in page
        assert str(tmp_path / "day.room") in facilitator.client.get("/privacy").text
        ann.enter()
        assert str(tmp_path) not in ann.client.get("/privacy").text
        ann.client.close()
        facilitator.client.close()
