"""A learner's own numbers: read as people type them, kept whole, and lost by nothing."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from thousandfold import ExplainedError, my_company
from thousandfold.teaching.company import (
    FILE,
    KEPT_ASIDE,
    MOST_BYTES,
    Company,
    in_words,
    read_company,
)

EVERYTHING = dict.fromkeys(Company.quantities(), 0) | {
    "people": 40,
    "squads": 5,
    "users": 120_000,
    "revenue": 500_000,
    "lost": 30,
    "releases": 12,
    "outages": 0.5,
    "decisions": 25,
}


@pytest.mark.parametrize(
    ("line", "name", "value"),
    [
        ("people who build the product = 40", "people", 40),
        ("people = 40 people", "people", 40),
        ("users today = 1,200", "users", 1200),
        ("users today = 1 200", "users", 1200),
        ("users today = 1.200", "users", 1200),
        ("users today: about 1.5 million", "users", 1_500_000),
        ("USERS today = 20k  ", "users", 20_000),
        ("users today = 1e6", "users", 1_000_000),
        ("time lost to old code, in % = 20 %", "lost", 20),
        ("time lost to old code, in % = 20", "lost", 20),
        ("time lost to old code, in % = 0.2", "lost", 20),
        ("time lost to old code, in % = 2,5", "lost", 2.5),
        ("revenue a month, in dollars = $50,000", "revenue", 50_000),
        ("outages a month = .5", "outages", 0.5),
        ("outages a month = 2  # or so", "outages", 2),
    ],
)
def test_numbers_are_read_as_people_type_them(
    line: str, name: str, value: float, tmp_path: Path
) -> None:
    assert my_company(line, folder=tmp_path).known() == {name: value}
    assert my_company(folder=tmp_path).known() == {name: value}


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("users today = many", "“users today” must be a number, such as 1,000, not 'many'"),
        ("users today = -5", "from 1 to 10,000,000,000, not -5"),
        ("users today = 9e99", "not 9e99"),
        ("users today = 1e999", "not 1e999"),
        ("users today = 20 %", "must be a number"),
        ("users today = [1, 2]", "must be a number"),
        ("users today = nan", "must be a number"),
        ("users today = " + "9" * 5000, "must be"),
        ("people who build the product = 3.5", "must be a whole number"),
        ("time lost to old code, in % = 120 %", "from 0 to 100, not 120 %"),
        ("turnover = 5", "Not understood: “turnover = 5”"),
        ("<script>alert(1)</script>", "Not understood"),
    ],
)
def test_what_cannot_be_read_is_a_sentence_and_costs_nothing_else(
    line: str, says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    my_company("squads or teams they work in = 3\nusers today = 7", folder=tmp_path)
    capsys.readouterr()
    company = my_company(f"{line}\nreleases a month = 4", folder=tmp_path)
    assert says in capsys.readouterr().out.replace("\n", " ")
    kept = {"squads": 3, "users": 7, "releases": 4}
    assert company.known() == kept
    assert my_company(folder=tmp_path).known() == kept


LABELS = [q.meaning for q in Company.quantities().values()]


@example(lines=[("time lost to old code, in %", "THIRD")])
@given(lines=st.lists(st.tuples(st.sampled_from(LABELS), st.text()), max_size=3))
def test_any_text_is_answered_in_sentences(lines: list[tuple[str, str]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        company = my_company("\n".join(f"{label} = {text}" for label, text in lines), folder=folder)
        assert my_company(folder=folder) == company


def test_a_form_that_still_holds_its_dots_forgets_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    my_company(f"people = 40\n{Company.form()}", folder=tmp_path)
    assert "Not" not in capsys.readouterr().out
    before = (tmp_path / FILE).read_bytes()
    assert my_company(Company.form(), folder=tmp_path).people == 40
    assert (tmp_path / FILE).read_bytes() == before
    assert my_company("people = forget", folder=tmp_path).people is None


def test_two_tabs_keep_each_others_lines(tmp_path: Path) -> None:
    my_company("people = 40", folder=tmp_path)
    my_company("users = 1,200", folder=tmp_path)
    assert my_company(folder=tmp_path).known() == {"people": 40, "users": 1200}


def test_all_numbers_come_back_from_the_file_as_they_were(tmp_path: Path) -> None:
    lines = [f"{name} = {value}" for name, value in EVERYTHING.items()]
    company = my_company("\n".join(lines), folder=tmp_path)
    assert company == read_company(tmp_path / FILE) == Company(**EVERYTHING)
    assert list(tmp_path.iterdir()) == [tmp_path / FILE]


@pytest.mark.parametrize(
    "content",
    [
        b"people = 1,200",
        b"people = true",
        b"people = [1]",
        b"people = -3",
        b"people = nan",
        b"lost = 120",
        b"[people]",
        b"turnover = 3",
        b"\xff\xfe",
        b"people = 1\npeople = 2",
        b"#" * (MOST_BYTES + 1),
        b"a = " + b"[" * 5000,
    ],
)
def test_a_damaged_file_is_said_and_kept(
    content: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / FILE
    path.write_bytes(content)
    with pytest.raises(ExplainedError, match=r"cannot be read: my_company\.toml"):
        read_company(path)
    assert my_company(folder=tmp_path) == Company()
    assert path.read_bytes() == content
    capsys.readouterr()
    assert my_company("people = 40", folder=tmp_path).people == 40
    assert KEPT_ASIDE in capsys.readouterr().out
    assert (tmp_path / KEPT_ASIDE).read_bytes() == content
    assert read_company(path).people == 40


def test_a_number_in_quotes_and_one_by_hand_are_read(tmp_path: Path) -> None:
    by_hand = 'people = 40\r\nlost = "20 %"\r\nusers = "1,200"\r\n'
    (tmp_path / FILE).write_bytes(by_hand.encode("utf-8-sig"))  # as an editor on Windows saves it
    assert read_company(tmp_path / FILE).known() == {"people": 40, "lost": 20, "users": 1200}


def test_a_folder_that_cannot_be_written_to_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    company = my_company("people = 40", folder=tmp_path / "file")
    told = " ".join(capsys.readouterr().out.split())
    assert "Your numbers are not kept" in told
    assert "They still stand in this cell" in told
    assert company.people == 40


def test_what_is_no_file_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / FILE).mkdir()
    assert my_company(folder=tmp_path) == Company()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has nothing like it")
def test_what_never_ends_is_not_read(tmp_path: Path) -> None:
    fifo = tmp_path / "pipe"
    os.mkfifo(fifo)
    with pytest.raises(ExplainedError, match="no file that the workshop wrote"):
        read_company(fifo)


def test_the_file_says_that_it_stays_here(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    my_company("people = 40", folder=tmp_path)
    assert "stays in this folder" in (tmp_path / FILE).read_text(encoding="utf-8")
    assert "It stays there and is sent nowhere" in " ".join(capsys.readouterr().out.split())


def test_an_exercise_finds_what_the_lessons_know(tmp_path: Path) -> None:
    exercise = tmp_path / "exercises" / "06_communication"
    exercise.mkdir(parents=True)
    my_company("people = 40", folder=tmp_path / "notebooks")
    assert my_company(folder=exercise).people == 40


@pytest.mark.parametrize("place", ["notebooks", "exercises/06_communication"])
def test_so_do_lesson_and_exercise_in_another_language(tmp_path: Path, place: str) -> None:
    my_company("people = 40", folder=tmp_path / "notebooks")
    there = tmp_path / "translations" / "de" / place
    there.mkdir(parents=True)
    assert my_company(folder=there).people == 40


def test_a_workshop_in_a_folder_of_that_name_has_numbers_of_its_own(tmp_path: Path) -> None:
    my_company("people = 40", folder=tmp_path / "notebooks")
    another = tmp_path / "translations" / "thousandfold" / "notebooks"
    another.mkdir(parents=True)
    assert my_company(folder=another).people is None


def test_a_company_says_what_it_knows_and_what_not() -> None:
    told = repr(Company(people=1, lost=30)).replace("\n", " ")
    assert "Your company: 1 person, 30 % of the time lost to old code. Not said yet: squads" in told
    assert "No number of your own company is known yet" in repr(Company())
    assert "Not said yet" not in repr(Company(**EVERYTHING))
    assert in_words(1, "outages a month") == "1 outage a month"


def test_a_company_refuses_what_cannot_be() -> None:
    with pytest.raises(ExplainedError, match="people who build the product must lie in"):
        Company(people=0)
