"""Files of answers: codes that hold no name, and a reader that says all that is wrong."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thousandfold.inventory.answers import (
    COLUMNS,
    CONFIDENCES,
    TIMES,
    Answer,
    AnswersError,
    as_table,
    form_of,
    is_code,
    new_code,
    read_answers,
)
from thousandfold.inventory.items import ITEMS

HEAD = ",".join(COLUMNS)
NAMES = [item.name for item in ITEMS]


def lucky(seed: int) -> random.Random:
    """Return luck that is the same each time: these codes hide nobody."""
    return random.Random(seed)  # noqa: S311


def sheet(person: str, time: str, answer: str = "a", sure: int | None = 75) -> list[Answer]:
    """Return a whole sheet of one person."""
    return [Answer(person, time, form_of(person, time), name, answer, sure) for name in NAMES]


SHEETS = [*sheet("k7m2p4", "before"), *sheet("k7m2p4", "after"), *sheet("d3f3h3", "before", "")]


def file(place: Path, text: str | bytes) -> Path:
    """Write a file of answers."""
    path = place / "answers.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def refused(path: Path) -> str:
    """Return what is said of a file that cannot be read."""
    with pytest.raises(AnswersError) as error:
        read_answers(path)
    return str(error.value)


@given(st.integers(0, 2**32), st.sampled_from(["", "A", "B"]))
def test_a_code_is_none_that_a_person_may_bear(seed: int, first: str) -> None:
    code = new_code([], first, lucky(seed))
    assert is_code(code)
    assert code[::2].isalpha()
    assert code[1::2].isdigit()
    assert not set(code) & set("bgiloqsuz01")


@pytest.mark.parametrize("text", ["", "anna", "k7m2p", "k7m2p44", "K7M2P4", "k7m2p1", "l7m2p4"])
def test_what_is_no_code_is_none(text: str) -> None:
    assert not is_code(text)
    with pytest.raises(AnswersError, match="a code looks like"):
        form_of(text, "before")


def test_half_begin_with_each_form_and_everybody_meets_both() -> None:
    chance, codes = lucky(1), list[str]()
    for _ in range(40):
        codes.append(new_code(codes, chance=chance))
    assert len(set(codes)) == 40
    first = [form_of(code, "before") for code in codes]
    assert first.count("A") == first.count("B") == 20
    for code in codes:
        assert {form_of(code, "before"), form_of(code, "after")} == {"A", "B"}
    assert form_of(new_code(codes, "B"), "before") == "B"


def test_what_is_no_form_and_no_time_is_refused() -> None:
    with pytest.raises(AnswersError, match="a form is A or B"):
        new_code([], "C")
    with pytest.raises(AnswersError, match="before and after"):
        form_of("k7m2p4", "never")


def test_a_code_that_is_there_is_not_drawn_again() -> None:
    code = new_code([], chance=lucky(5))
    assert new_code([code], form_of(code, "before"), lucky(5)) != code


answers = st.builds(
    Answer,
    st.integers(0, 10**6).map(lambda seed: new_code([], "", lucky(seed))),
    st.just("later"),
    st.sampled_from("AB"),
    st.sampled_from(NAMES),
    st.sampled_from(["", "a", "b", "c", "d"]),
    st.sampled_from([None, *CONFIDENCES]),
)


@given(st.lists(answers, min_size=1, max_size=20, unique_by=lambda answer: answer.person))
def test_what_is_written_is_read(
    tmp_path_factory: pytest.TempPathFactory, some: list[Answer]
) -> None:
    path = file(tmp_path_factory.mktemp("answers"), as_table(some))
    assert read_answers(path) == tuple(sorted(some, key=lambda answer: answer.person))


def test_the_order_of_lines_says_nothing_of_who_came_first() -> None:
    shuffled = SHEETS.copy()
    lucky(3).shuffle(shuffled)
    assert as_table(shuffled) == as_table(SHEETS)
    assert as_table(SHEETS).splitlines()[1].startswith("d3f3h3,before,B,load,,75")


@pytest.mark.parametrize(
    "changed",
    [
        lambda text: "\ufeff" + text,
        lambda text: text.replace(",", ";"),
        lambda text: text.replace(",", "\t"),
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.upper(),
        lambda text: text.replace("75", " 75 % ").replace(",a,", ", a ,"),
        lambda text: text.replace("\n", "\n\n") + ",,,,,\n",
        lambda text: "\n".join(",".join(line.split(",")[::-1]) for line in text.splitlines()),
    ],
    ids=["mark", "semicolon", "tab", "windows", "capitals", "spaces", "empty lines", "columns"],
)
def test_what_spreadsheets_and_hands_do_does_not_matter(changed: object, tmp_path: Path) -> None:
    text = changed(as_table(SHEETS))  # type: ignore[operator]
    assert set(read_answers(file(tmp_path, text))) == set(SHEETS)


def test_all_wrong_lines_are_told_at_once_and_no_name_is_repeated(tmp_path: Path) -> None:
    wrong = [
        "Anna Example,before,A,load,a,75",
        "k7m2p4,soon,A,load,a,75",
        "k7m2p4,before,C,load,a,75",
        "k7m2p4,before,A,nothing,a,75",
        "k7m2p4,before,A,load,e,75",
        "k7m2p4,before,A,load,a,80",
        "k7m2p4,before,A,load,a,75,Anna Example",
        "k7m2p4",
    ]
    said = refused(file(tmp_path, "\n".join([HEAD, *wrong])))
    for line in range(2, 10):
        assert f"line {line}: " in said
    assert "Anna" not in said
    assert "write no name" in said
    assert "time is 'soon'; write before, after or later" in said
    assert "there is no question 'nothing'; write load, " in said
    assert "confidence is '80'; write 25, 50, 75 or 95" in said
    assert "beyond its six columns" in said


def test_who_answers_twice_or_in_two_forms_is_told(tmp_path: Path) -> None:
    lines = as_table(SHEETS) + "k7m2p4,after,B,late,b,\nk7m2p4,before,B,late,b,\n"
    said = refused(file(tmp_path, lines.replace("k7m2p4,before,A,late,a,75\n", "")))
    assert "k7m2p4 has answered late after on line" in said
    assert "k7m2p4 has form A on other lines of before, and B here" in said


def test_a_sheet_that_is_not_whole_is_told_and_one_question_later_is_enough(
    tmp_path: Path,
) -> None:
    whole = as_table([*SHEETS, Answer("k7m2p4", "later", "A", "late", "b", None)])
    assert len(read_answers(file(tmp_path, whole))) == len(SHEETS) + 1
    said = refused(file(tmp_path, whole.replace("k7m2p4,after,B,chain,a,75\n", "")))
    assert "k7m2p4 after, without chain; add a line" in said


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "must name the columns"),
        (HEAD.encode(), "holds no answers yet"),
        (b"person,time,form,item,answer", "There is no confidence"),
        (f"{HEAD},name".encode(), "a name least of all"),
        (f"{HEAD},item".encode(), "each once"),
        (b"\xff\xfep\x00e\x00", "is not a text in UTF-8"),
        (HEAD.encode() + b"\n" + b"x" * (4 << 20), "is larger than 4 MB"),
        (HEAD.encode() + b'\n"' + b"x" * 200_000, "cannot be read as a table"),
        (HEAD.encode() + b"\n" + b"x\n" * 50_001, "50000 are the most"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_file_of_answers_is_refused(content: bytes, words: str, tmp_path: Path) -> None:
    assert words in refused(file(tmp_path, content))


def test_a_file_with_a_thousand_wrong_lines_is_told_in_few(tmp_path: Path) -> None:
    said = refused(file(tmp_path, HEAD + "\n" + "k7m2p4,x,A,load,a,75\n" * 1000))
    assert said.startswith("1000 things in ")
    assert len(said.splitlines()) < 40
    assert "and 970 more, after line 31" in said


def test_what_is_not_there_is_said(tmp_path: Path) -> None:
    assert "there is no file" in refused(tmp_path / "none.csv")
    assert "there is no file" in refused(tmp_path)


@given(st.binary(max_size=300))
def test_whatever_stands_in_a_file_ends_in_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    head = (HEAD + "\n").encode()
    assert refused(file(tmp_path_factory.mktemp("hostile"), head + content))


def test_times_are_in_order() -> None:
    assert TIMES == ("before", "after", "later")
