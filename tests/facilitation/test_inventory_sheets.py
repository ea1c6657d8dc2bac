"""The twelve questions on paper: a code for each person, no name, and a file to type into."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from thousandfold.cli import main
from thousandfold.errors import ExplainedError
from thousandfold.facilitation.inventory_sheets import (
    TYPED,
    codes_for,
    key_sheet,
    question_sheet,
    write_questionnaire,
)
from thousandfold.inventory.answers import form_of, read_answers
from thousandfold.inventory.gain import gain_of
from thousandfold.inventory.item import Form
from thousandfold.inventory.items import ITEMS


@pytest.fixture
def without_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no browser print, which takes seconds."""
    monkeypatch.setenv("THOUSANDFOLD_BROWSER", "there is none")


@pytest.mark.parametrize("people", [1, 7, 40])
def test_as_many_meet_form_a_first_as_form_b(people: int) -> None:
    codes = codes_for(people)
    first = [form_of(code, "before") for code in codes]
    assert len(set(codes)) == people
    assert abs(first.count("A") - first.count("B")) <= 1


@pytest.mark.parametrize("people", [0, -3, 501])
def test_a_number_of_people_that_makes_no_sense_is_refused(people: int) -> None:
    with pytest.raises(ExplainedError, match="for how many people"):
        codes_for(people)


def test_the_sheet_after_has_the_same_code_and_the_other_form() -> None:
    (code,) = codes_for(1)
    before, after = (question_sheet([code], time) for time in ("before", "after"))
    assert code in before
    assert code in after
    for item in ITEMS:
        asked = {form: f"{item.forms[form].asks}".replace("'", "&#39;") for form in "AB"}
        assert asked[form_of(code, "before")] in before
        assert asked[form_of(code, "after")] in after
        assert asked[form_of(code, "after")] not in before


def test_the_back_of_the_corner_that_is_torn_off_is_empty() -> None:
    sheet = question_sheet(codes_for(1), "before")
    front, back = sheet.split('<p class="over quiet">')
    assert [f"({item.name})" in front for item in ITEMS] == [True] * 6 + [False] * 6
    assert all(f"({item.name})" in back for item in ITEMS[6:])
    assert ".over { display: block; break-before: page; height: 2.4cm" in sheet


def test_no_sheet_looks_up_what_is_right(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Form, "right", property(lambda _: pytest.fail("a sheet knows an answer")))
    for time in ("before", "after"):
        question_sheet(codes_for(2), time)


def test_the_key_says_what_is_right() -> None:
    key = key_sheet()
    assert all(f"{name}: {form.right}." in key for i in ITEMS for name, form in i.forms.items())


def test_what_is_to_be_typed_can_be_read_before_anything_was_typed(
    tmp_path: Path, without_browser: None
) -> None:
    *_, typed = write_questionnaire(tmp_path, 3)
    answers = read_answers(typed)
    assert len(answers) == 3 * 2 * len(ITEMS)
    assert {(each.answer, each.confidence) for each in answers} == {("", None)}
    codes = {each.person for each in answers}
    assert all(code in (tmp_path / "before.html").read_text("utf-8") for code in codes)


def test_what_was_typed_is_never_replaced(tmp_path: Path, without_browser: None) -> None:
    typed = tmp_path / TYPED
    typed.write_text("typed for an hour")
    with pytest.raises(ExplainedError, match="--output"):
        write_questionnaire(tmp_path, 3)
    assert typed.read_text() == "typed for an hour"
    assert not (tmp_path / "before.html").exists()


def test_who_is_interrupted_prints_again(
    tmp_path: Path, without_browser: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as once:
        once.setattr("thousandfold.facilitation.inventory_sheets.write_whole", stop)
        with pytest.raises(KeyboardInterrupt):
            write_questionnaire(tmp_path, 2)
    *_, typed = write_questionnaire(tmp_path, 2)
    codes = {each.person for each in read_answers(typed)}
    assert all(code in (tmp_path / "after.html").read_text("utf-8") for code in codes)


@pytest.mark.skipif(shutil.which("pdfinfo") is None, reason="nothing here looks into a PDF")
def test_each_sheet_is_one_leaf_on_both_sides(tmp_path: Path) -> None:
    sheets = tmp_path / "sheets"
    assert main(["questionnaire", "--people", "2", "--output", str(sheets)]) == 0
    if not (sheets / "before.pdf").exists():
        pytest.skip("no browser prints here")
    for name in ("before", "after"):
        told = subprocess.run(
            ["pdfinfo", sheets / f"{name}.pdf"], capture_output=True, text=True, check=True
        )
        assert f"Pages:           {2 * 2}" in told.stdout


def test_the_key_is_written_only_where_it_is_asked_for(
    tmp_path: Path, without_browser: None, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["questionnaire", "--people", "1", "--output"]
    assert main([*asked, str(tmp_path / "one")]) == 0
    assert main([*asked, str(tmp_path / "two"), "--key"]) == 0
    assert not (tmp_path / "one" / "key.html").exists()
    assert (tmp_path / "two" / "key.html").exists()
    assert "print" in capsys.readouterr().err


def test_sheets_of_people_who_did_not_come_count_for_nobody(
    tmp_path: Path, without_browser: None
) -> None:
    *_, typed = write_questionnaire(tmp_path, 6)
    came = sorted({each.person for each in read_answers(typed)})[:5]
    answers = [
        replace(each, answer="a", confidence=50) if each.person in came else each
        for each in read_answers(typed)
    ]
    gain = gain_of(answers)
    assert (gain.people, gain.only_before, gain.only_after) == (5, 0, 0)
