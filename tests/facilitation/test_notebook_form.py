"""The questions in a notebook: what a kernel keeps of them, and that no name is in it."""

from __future__ import annotations

import getpass
from pathlib import Path

import pytest

from thousandfold import questionnaire
from thousandfold.facilitation.notebook_form import QuestionForm, QuestionsError
from thousandfold.inventory.answers import COLUMNS, AnswersError, form_of, read_answers
from thousandfold.inventory.items import ITEMS


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def answered(form: QuestionForm, **given: object) -> dict[str, str]:
    """Send what a page sends, and return what it is told."""
    form._canvas.given = {**form._canvas.given, **given}
    told: dict[str, str] = form._canvas.told
    return told


def test_after_finds_the_code_and_asks_the_other_form(folder: Path) -> None:
    before = questionnaire("before")
    assert list(folder.iterdir()) == []
    assert answered(before, load=["b", 75])["trouble"] == ""
    answered(before, chain=["", None], late=["d", None])
    after = questionnaire("after")
    assert after.code == before.code
    assert after._canvas.questions[0]["asks"] != before._canvas.questions[0]["asks"]
    answered(after, load=["a", 95])
    kept = {path.name: read_answers(path) for path in folder.iterdir()}
    assert set(kept) == {f"before-{before.code}.csv", f"after-{before.code}.csv"}
    for answers in kept.values():
        assert [each.item for each in answers] == [item.name for item in ITEMS]
        assert all(each.form == form_of(each.person, each.time) for each in answers)


def test_what_was_answered_comes_back(folder: Path) -> None:
    answered(questionnaire("before"), load=["b", 75], late=["d", None])
    assert questionnaire("before")._canvas.given == {"load": ["b", 75], "late": ["d", None]}


def test_the_file_holds_no_name(folder: Path) -> None:
    form = questionnaire("before")
    answered(form, load=["b", 75])
    text = form.file.read_text(encoding="utf-8")
    assert text.splitlines()[0] == ",".join(COLUMNS)
    assert getpass.getuser() not in text
    assert str(folder) not in text


@pytest.mark.parametrize(
    "given", [{"load": ["e", 75]}, {"load": ["a", 60]}, {"load": ["a", True]}, {"x": ["a", 75]},
              {"load": "a"}]
)  # fmt: skip
def test_what_is_no_answer_changes_no_file(given: dict[str, object]) -> None:
    form = questionnaire("before")
    answered(form, repair=["a", 25])
    before = form.file.read_bytes()
    assert answered(form, **given)["trouble"].startswith("Not kept: ")
    assert form.file.read_bytes() == before


def test_a_file_that_cannot_be_written_is_told(folder: Path) -> None:
    form = questionnaire("before")
    form.file.mkdir()
    assert "cannot be written" in answered(form, load=["b", 75])["trouble"]


def test_where_several_have_answered_it_asks_whose_code_is_whose() -> None:
    first = questionnaire("before")
    answered(first, load=["b", 75])
    second = questionnaire("before", code="new")
    assert second.code != first.code
    answered(second, load=["c", 75])
    with pytest.raises(QuestionsError, match="2 people have answered") as told:
        questionnaire("after")
    assert first.code in str(told.value)
    assert questionnaire("after", code=second.code.upper()).code == second.code


@pytest.mark.parametrize(("time", "code"), [("later", ""), ("before", "Ann"), ("", "")])
def test_what_cannot_be_asked_is_told(time: str, code: str) -> None:
    with pytest.raises(QuestionsError):
        questionnaire(time, code)


def test_a_file_that_somebody_changed_is_told(folder: Path) -> None:
    (folder / "before-k7m2p4.csv").write_text("name\nAnn\n", encoding="utf-8")
    with pytest.raises(AnswersError, match="must name the columns"):
        questionnaire("before")


def test_what_a_saved_notebook_keeps_holds_no_answer() -> None:
    form = questionnaire("before")
    answered(form, load=["b", 75])
    shown = form._repr_mimebundle_()
    assert "Run this cell" in shown["text/html"]
    assert ITEMS[0].forms[form_of(form.code, "before")].options[1] not in str(shown)


def test_a_second_person_in_a_folder_is_told_whose_answers_are_shown(folder: Path) -> None:
    mine = questionnaire("before")
    assert "not your answers" not in mine._canvas.told["welcome"]
    answered(mine, load=["b", 75])
    assert "not your answers" not in mine._canvas.told["welcome"]
    second = questionnaire("before")
    assert f"lies in {mine.file.name}" in second._canvas.told["welcome"]
    assert 'questionnaire("before", code="new")' in second._canvas.told["welcome"]
    assert "not your answers" not in questionnaire("before", code="new")._canvas.told["welcome"]


@pytest.mark.parametrize(
    "code", ["../../k7m2p4", "/k7m2p4", "k7m2p4/..", "..", "k7m2p4.csv", "CON", "k7m2p4\0", "٣"]
)
def test_a_code_leads_into_no_other_folder(folder: Path, code: str) -> None:
    with pytest.raises(QuestionsError, match="is no code"):
        questionnaire("before", code)
    assert list(folder.iterdir()) == []
