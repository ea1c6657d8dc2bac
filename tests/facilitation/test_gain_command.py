"""`thousandfold gain`: what it prints, the page it writes, and what it refuses."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import ROOT

from thousandfold.cli import main
from thousandfold.facilitation import pdf
from thousandfold.facilitation.gain import SIMULATED, Report
from thousandfold.inventory.answers import as_table
from thousandfold.inventory.collected import REHEARSED
from thousandfold.inventory.gain import gain_of
from thousandfold.inventory.simulated import SimulatedClass

Ran = Callable[..., tuple[int, str, str]]
FORTY = SimulatedClass(40, gain=20).answers(1)


@pytest.fixture
def ran(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Ran:
    """Run the command in an empty folder: exit code, what it prints, what it complains of."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> tuple[int, str, str]:
        code = main(["gain", *arguments])
        return code, *capsys.readouterr()

    return run


@pytest.fixture
def answers(tmp_path: Path) -> str:
    """Return a file of the answers of forty people."""
    (tmp_path / "answers.csv").write_text(as_table(FORTY), encoding="utf-8")
    return "answers.csv"


def test_it_says_what_was_gained_and_writes_a_page(ran: Ran, answers: str, tmp_path: Path) -> None:
    code, said, _ = ran(answers, "--worth", "15")
    assert code == 0
    gain = gain_of(FORTY)
    page = (tmp_path / "gain.html").read_text(encoding="utf-8")
    for told in (said, page):
        assert f"The gain is {float(gain.taught.change.value):.0f} points more" in told
        assert "By that it worked" in told
        assert "That the workshop caused it." in told
        assert SIMULATED not in told
    for one in gain.items:
        assert re.search(rf"^{one.item.name} +taught +{100 * one.before:.0f} %", said, re.MULTILINE)
        assert f'<th scope="row">{one.item.name}</th>' in page
        assert one.item.about in page
    assert said.rstrip().endswith("written: gain.html")


def test_nothing_of_one_person_stands_on_the_page_or_in_the_terminal(
    ran: Ran, answers: str, tmp_path: Path
) -> None:
    _, said, _ = ran(answers, "--format", "half-day", "--folder", str(ROOT))
    page = (tmp_path / "gain.html").read_text(encoding="utf-8")
    assert not any(answer.person in said + page for answer in FORTY)


@pytest.mark.parametrize(
    ("options", "held", "taught"),
    [
        (["--format", "half-day"], "Half a day, modules 00, 01, 08", 3),
        (["--format", "day"], "A day, modules 00, 01, 05, 06, 08", 6),
        (["--modules", "0,6"], "modules 00, 06", 3),
    ],
)
def test_what_was_taught_comes_from_the_format_or_the_modules(
    options: list[str], held: str, taught: int, ran: Ran, answers: str
) -> None:
    _, said, _ = ran(answers, *options, "--folder", str(ROOT))
    assert f"Taught: {held}." in said
    assert len(re.findall(r"^\w+ +taught ", said, re.MULTILINE)) == taught
    assert "Beyond practice, taught minus not taught" in said


def test_several_files_and_folders_are_one_study(ran: Ran, tmp_path: Path) -> None:
    halves = {a.person: place for place, a in enumerate(FORTY)}
    early = sorted(halves, key=lambda code: halves[code])[:20]
    (tmp_path / "first").mkdir()
    for path, within in (("first/answers.csv", True), ("second.csv", False)):
        some = [answer for answer in FORTY if (answer.person in early) == within]
        (tmp_path / path).write_text(as_table(some), encoding="utf-8")
    _, said, _ = ran("first", "second.csv")
    assert "40 people answered before and after" in said


def test_a_format_on_which_no_question_stands_is_told(ran: Ran, answers: str) -> None:
    code, _, complaint = ran(answers, "--format", "one-hour", "--folder", str(ROOT))
    assert code == 1
    assert "no question stands on module 08" in complaint


def test_people_who_are_none_are_marked_as_such(ran: Ran, tmp_path: Path) -> None:
    code, said, _ = ran("--simulate", "20", "--gain", "25")
    assert code == 0
    assert said.startswith(SIMULATED)
    assert f'<p class="simulated">{SIMULATED}</p>' in (tmp_path / "gain.html").read_text("utf-8")
    assert ran("--simulate", "20", "--gain", "25")[1] == said


def test_what_a_rehearsal_left_is_marked_as_people_who_are_none(ran: Ran, tmp_path: Path) -> None:
    (tmp_path / f"answers-{REHEARSED}.csv").write_text(as_table(FORTY), encoding="utf-8")
    code, said, _ = ran(f"answers-{REHEARSED}.csv")
    assert code == 0
    assert said.startswith(SIMULATED)
    assert f'<p class="simulated">{SIMULATED}</p>' in (tmp_path / "gain.html").read_text("utf-8")


def test_a_name_that_a_terminal_would_obey_is_not_repeated(ran: Ran, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    code, _, complaint = ran("in/before-\x1b]0;mine\x07.csv")
    assert code == 1
    assert "before-\ufffd]0;mine\ufffd.csv" in complaint


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "name the file of answers"),
        (["none.csv"], "there is no file none.csv"),
        (["answers.csv", "none.csv"], "there is no file none.csv"),
        (["answers.csv", "--simulate", "9"], "either a file of answers or --simulate"),
        (["answers.csv", "--gain", "9"], "add --simulate 20"),
        (["--simulate", "4"], "4 people answered before and after; below 5"),
        (["--simulate", "20", "--gain", "90"], "it cannot gain 90 percentage points"),
        (["answers.csv", "--output", "gain.csv"], "end the name of the file in .html or .pdf"),
    ],
)
def test_what_makes_no_sense_is_explained(
    arguments: list[str], words: str, ran: Ran, answers: str, tmp_path: Path
) -> None:
    code, _, complaint = ran(*arguments)
    assert code == 1
    assert words in complaint
    assert not (tmp_path / "gain.html").exists()


@pytest.mark.parametrize("points", ["many", "-3", "101", "nan"])
def test_points_are_a_number_up_to_a_hundred(points: str, ran: Ran, answers: str) -> None:
    with pytest.raises(SystemExit) as refusal:
        ran(answers, f"--worth={points}")
    assert refusal.value.code == 2


def test_a_damaged_file_is_told_and_no_page_is_written(
    ran: Ran, answers: str, tmp_path: Path
) -> None:
    path = tmp_path / answers
    path.write_text(path.read_text(encoding="utf-8").replace(",95", ",96", 1), encoding="utf-8")
    code, said, complaint = ran(answers)
    assert (code, said) == (1, "")
    assert "confidence is '96'" in complaint
    assert not (tmp_path / "gain.html").exists()


def test_as_pdf_where_a_browser_prints_and_else_as_a_page(
    ran: Ran, answers: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "find_browser", lambda: None)
    code, said, complaint = ran(answers, "--output", "gain.pdf")
    assert code == 0
    assert "written: gain.html" in said
    assert "open it in any browser and print" in complaint


def test_the_page_asks_nobody_and_its_picture_can_be_heard() -> None:
    page = Report(gain_of(FORTY), "<b>half</b> a day").html()
    assert "&lt;b&gt;half&lt;/b&gt; a day" in page
    assert "default-src 'none'" in page
    assert "<svg" in page
    assert "Share of people who were right before and after, in per cent" in page
    assert not re.search(r"(?:src|href)=.?https?:", page)
