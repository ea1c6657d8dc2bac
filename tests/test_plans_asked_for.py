"""Which plan is meant: every command takes format, start and modules alike."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest
from conftest import ROOT

from thousandfold.cli import main
from thousandfold.commands import pack, room, schedule, slides, worksheets
from thousandfold.commands.planning import plan_of
from thousandfold.facilitation.course import find_course

COURSE = find_course(ROOT)
DAY = ["--date", "2027-03-15", "--timezone", "UTC", "--people", "8", "--place", "Room 4"]
COMMANDS = {
    pack: DAY,
    room: [],
    schedule: [],
    slides: ["--format", "half-day"],
    worksheets: ["--format", "half-day"],
}


def asked(module: object, *options: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    module.COMMAND.declare(parser)  # type: ignore[attr-defined]
    return parser.parse_args([*COMMANDS[module], *options])  # type: ignore[index]


@pytest.mark.parametrize("module", COMMANDS, ids=lambda module: module.__name__)
def test_each_command_asks_for_a_plan_alike(module: object) -> None:
    timed = [] if module is worksheets else ["--start", "13:30"]  # no sheet shows a time
    made = plan_of(COURSE, asked(module, *timed, "--modules", " 1,,6, "))
    assert (made.name, made.modules) == ("half-day", ("1", "6"))
    if timed:
        assert made.sessions[0].begin == 13 * 60 + 30
    assert plan_of(COURSE, asked(module)).modules == ()


@pytest.mark.parametrize("command", [["schedule"], ["slides", "--format", "day"], ["worksheets"]])
def test_a_module_that_is_named_twice_is_refused(
    command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    where = ["--folder", str(ROOT), "--output", str(tmp_path / "plan.md")]
    assert main([*command, "--modules", "1,6,01_technical_debt", *where]) == 1
    assert "01_technical_debt is named twice" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_time_without_a_plan_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    where = ["--folder", str(ROOT), "--output", str(tmp_path / "made")]
    assert main(["slides", "--start", "09:00", *where]) == 1
    assert "--format half-day" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("plan", [[], ["--format", "half-day"]])
def test_sheets_show_no_time_and_take_none(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], plan: list[str]
) -> None:
    where = ["--folder", str(ROOT), "--output", str(tmp_path / "made")]
    with pytest.raises(SystemExit):
        main(["worksheets", *plan, "--start", "09:00", *where])
    assert "--start" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("option", [["--start", "25:00"], ["--modules", "1"], ["--evening", "2"]])
def test_a_room_of_one_exercise_takes_no_plan_of_a_day(
    capsys: pytest.CaptureFixture[str], option: list[str]
) -> None:
    assert main(["room", "06_communication", *option, "--course", str(ROOT), "--port=-1"]) == 1
    said = capsys.readouterr().err
    assert option[0] in said
    assert "leave out 06_communication" in said


def test_slides_take_modules_by_name_and_by_list(tmp_path: Path) -> None:
    where = ["--folder", str(ROOT), "--output", str(tmp_path)]
    assert main(["slides", "0", "--modules", "1,5", "--still", *where]) == 0
    assert sorted(path.name[:2] for path in tmp_path.glob("0*.html")) == ["00", "01", "05"]
