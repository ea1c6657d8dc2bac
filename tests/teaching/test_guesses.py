"""Guesses as people type them, and the sentence that answers each."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from IPython.core.interactiveshell import InteractiveShell
from typed_numbers import NO_NUMBER, TYPED

from thousandfold import ExplainedError, Lines, Series, answer, calibration, my_guesses
from thousandfold.teaching import answers, guess_cells
from thousandfold.teaching.answers import Answer
from thousandfold.teaching.calibrations import calibration_of
from thousandfold.teaching.guesses import ANSWER, Guess, compare_with, split_guesses
from thousandfold.teaching.typed import Typed, typed_number


@pytest.mark.parametrize(("words", "value"), TYPED.items())
def test_a_number_is_read_as_people_type_it(words: str, value: float) -> None:
    found = typed_number(words)
    assert found is not None
    assert found.middle == pytest.approx(value)


@pytest.mark.parametrize("words", NO_NUMBER)
def test_what_is_no_number_is_none(words: str) -> None:
    assert typed_number(words) is None


@given(st.text(max_size=80) | st.from_regex(r"[-0-9., %k()a-f*/+]{0,40}", fullmatch=True))
def test_whatever_is_typed_is_read_or_told(words: str) -> None:
    heard = Guess("my_guess", "How many?", words).heard
    assert heard.startswith(("you said", "we cannot read", "you wrote", "no guess yet"))
    assert str(answer(Guess("", "How many?", words), 100)).endswith((".", "…"))


@pytest.mark.parametrize("number", [0.5, 3, 12, 4950, 123_456, 1e6, -22])
def test_what_we_print_is_what_we_read(number: float) -> None:
    for words in (f"{number:,.10g}", f"{number:.10g}", f"{number:,.10g} people"):
        found = typed_number(words)
        assert found is not None
        assert found.middle == number


@pytest.mark.parametrize(
    ("said", "happened", "unit", "words"),
    [
        ("20", 100, "", "You said 20; it was 100: five times too low."),
        ("1,000", 4950, "pairs", "You said 1,000; it was 4,950 pairs: five times too low."),
        ("500", 100, "", "You said 500; it was 100: five times too high."),
        ("20", 24, "", "You said 20; it was 24: close."),
        ("100", 100, "", "You said 100; it was 100: exactly right."),
        ("10", -22, "days", "You said 10; it was -22 days: 32 days too high."),
        ("5", 0, "people", "You said 5; it was 0 people: 5 people too high."),
        ("20 %", 39, "%", "You said 20 %; it was 39 %: 19 points too low."),
        ("38 %", 39.2, "%", "You said 38 %; it was 39.2 %: close."),
        ("40-50", 45, "", "You said 40 to 50; it was 45: inside your range."),
        ("40-50", 100, "", "You said 40 to 50; it was 100: two times too low."),
        ("1e9", 3, "", "You said 1,000,000,000; it was 3: more than a thousand times too high."),
        ("", 100, "%", "It was 100 %. You made no guess this time."),
        ("1e300", 3, "", "It was 3. You wrote “1e300”, but that is more than we can compare."),
        (
            "yes",
            3,
            "",
            "It was 3. You wrote “yes”, which we cannot read as a number: write it in digits, such "
            "as 40 or 40-50.",
        ),
        ("20", 39, "%", "You said 20; it was 39 %: 19 points too low."),
        ("30 %", 40, "of 100", "You said 30 %; it was 40 of 100: close."),
        ("3", math.inf, "", "You said 3; it was without end."),
    ],
)
def test_one_sentence_compares(said: str, happened: float, unit: str, words: str) -> None:
    assert repr(answer(Guess("", "", said), happened, unit=unit)) == words


@pytest.mark.parametrize(
    ("said", "happened", "unit", "words"),
    [
        ("20 %", -22, "days", "You said 20 %; it was -22 days."),
        ("half", 55_000, "users", "You said 50 %; it was 55,000 users."),
        ("20-30 %", 130, "a second", "You said 20 to 30 %; it was 130 a second."),
    ],
)
def test_per_cent_where_none_was_asked_is_said_kindly(
    said: str, happened: float, unit: str, words: str
) -> None:
    assert repr(answer(Guess("", "", said), happened, unit=unit)) == (
        f"{words} The question was not about per cent, so we do not compare the two."
    )


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (20, "20"),
        (2.5, "2.5"),
        (np.float64(3), "3"),
        ((100, 0), "100,000"),
        ((1, 0, 0), "1,000,000"),
        ((2, 5), "2.5"),
        ("20 k", "20,000"),
    ],
)
def test_a_value_of_plain_python_is_a_guess(value: object, said: str) -> None:
    assert str(answer(value, 1e6)).startswith(f"You said {said}; ")


@pytest.mark.parametrize("value", [..., None, "", "...", "…"])
def test_dots_are_no_guess(value: object) -> None:
    assert repr(answer(value, 3)) == "It was 3. You made no guess this time."


@pytest.mark.parametrize("value", [[1, 2], {}, True, object(), "\x1b[31m", "<b>1</b>x"])
def test_anything_else_is_a_sentence(value: object) -> None:
    made = answer(value, 3)
    assert "which we cannot read as a number: write it in digits" in repr(made)
    assert "<b>" not in made._repr_mimebundle_()["text/html"]


def test_a_share_cannot_be_negative_and_a_loss_can() -> None:
    assert "cannot be less than zero" in Guess("", "Which share (%)?", "-20").heard
    assert "cannot be less than zero" in Guess("", "How many users?", "-1").heard
    assert Guess("", "How many days do you win (minus: lose)?", "-20").value == -20
    assert (
        Guess("", "Which share (%)?", "0.2").heard == "you said 0.2 %; if you meant 20 %, write 20"
    )


QUARTER = "30 % for repair from today: in which quarter has it paid for itself?"
DAYS = "20 people are 75 days late: add 10. How many days do you win (minus: lose)?"


@pytest.mark.parametrize(
    ("question", "said", "happened", "unit", "words"),
    [
        (QUARTER, "2 years", 7, "", "You said 8 quarters; it was 7: close."),
        (QUARTER, "in 2 years", 7, "", "You said 8 quarters; it was 7: close."),
        (QUARTER, "6-12 months", 7, "", "You said 2 to 4 quarters; it was 7: 1.8 times too low."),
        (QUARTER, "three quarters", 3, "", "You said 3 quarters; it was 3: exactly right."),
        (QUARTER, "Q9", 9, "", "You said 9; it was 9: exactly right."),
        ("Minutes?", "2 hours", 120, "minutes",
         "You said 2 hours; it was 120 minutes: exactly right."),
        ("How many users?", "2 years", 5, "users", "You said 2 years; it was 5 users. The question "
         "was not about years, so we do not compare the two."),
        ("Which share (%)?", "0.3", 30, "%", "You said 0.3 %; it was 30 %: 29.7 points too low; if "
         "you meant 30 %, write 30."),
        (DAYS, "10", -22, "days", "You said 10 days won; it was 22 days lost: 32 days too "
         "hopeful."),
        (DAYS, "-40", -22, "days", "You said 40 days lost; it was 22 days lost: 18 days not "
         "hopeful enough."),
        (DAYS, "-10 to 0", -22, "days", "You said between 10 days lost and no days won or lost; "
         "it was 22 days lost: 12 days too hopeful."),
        (DAYS, "", -22, "days", "It was 22 days lost. You made no guess this time."),
        (DAYS, "10", 4, "days", "You said 10; it was 4 days won: 2.5 times too high."),
    ],
)  # fmt: skip
def test_time_shares_and_losses_are_answered_in_the_words_of_the_question(
    question: str, said: str, happened: float, unit: str, words: str
) -> None:
    assert str(answer(Guess("", question, said), happened, unit=unit)) == words


@pytest.mark.parametrize("said", ["year 2", "4 weeks", "100 days"])
def test_time_that_cannot_be_turned_into_what_was_asked_is_told(said: str) -> None:
    guess = Guess("", QUARTER, said)
    assert "the question asks for quarters: write the number in quarters" in guess.heard
    assert "but the question asks for quarters: write" in str(answer(guess, 7))


def test_only_a_question_for_per_cent_asks_for_per_cent() -> None:
    assert Guess("", "30 % for repair from today: in which quarter?", "9").words == "9"
    assert Guess("", "20 % more: their price rises by how many %?", "9").words == "9 %"


def test_a_choice_is_answered() -> None:
    options = ["technology", "product", "team"]
    for said, words in {
        "Technology": "You said technology, and so it was.",
        "prod": "You said product; it was technology.",
        "t": "It was technology. You wrote “t”; we know technology, product, team.",
        "": "It was technology. You made no guess this time.",
    }.items():
        assert repr(answer(Guess("", "", said), "technology", options=options)) == words
    assert Guess("", "Technology, product or team?", "team").heard == "you said “team”"
    with pytest.raises(ExplainedError, match="one of technology, product, team, not 'x'"):
        answer(..., "x", options=options)
    names = ["found", "found_frozen"]
    for said in ("found frozen", "Found_Frozen", "`found_f`"):
        assert repr(answer(Guess("", "", said), "found", options=names)) == (
            "You said found_frozen; it was found."
        )


def test_what_happened_is_one_number() -> None:
    for wrong in ("many", [1, 2], {}):
        with pytest.raises(ExplainedError, match="happened must be one number"):
            answer(20, wrong)
    assert repr(answer(20, None)) == "This cannot be told yet."
    assert "-0" not in repr(answer(..., -1e-12, unit="%"))


PICTURE = Lines(
    (Series("a", [0, 100], [10, 20]),), "users", "hours", title="It rises", sentence="A line rises."
)


def marks(made: Answer) -> list[Any]:
    picture = made.shown
    assert isinstance(picture, Lines)
    return [(note.words, note.x, note.y) for note in picture.notes if note.guess]


def test_a_picture_shows_the_guess_as_a_mark() -> None:
    assert marks(answer(40, 50, PICTURE, on="x")) == [("you said 40", 40, None)]
    assert marks(answer(12, 15, PICTURE, on="y")) == [("you said 12", None, 12)]
    assert marks(answer(12, 15, PICTURE)) == []
    assert marks(answer(..., 15, PICTURE, on="y")) == []
    assert marks(answer(10_000, 50, PICTURE, on="x")) == [], "it would squeeze the figure"
    logarithmic = Lines(PICTURE.series, "", "", title="", sentence="", log_y=True)
    assert marks(answer(-3, 15, logarithmic, on="y")) == []
    bundle = answer(40, 50, PICTURE, on="x")._repr_mimebundle_()
    assert bundle["text/html"].startswith(
        "<p><strong>You said 40; it was 50: close.</strong></p><i"
    )
    assert bundle["text/plain"] == "You said 40; it was 50: close.\nA line rises."


def test_a_table_shows_the_guess_in_the_column_that_answers_it() -> None:
    table = pd.DataFrame({"low": [1.0], "median": [2.0]}, index=["ten"])
    bundle = answer(40, 50, table, on="median")._repr_mimebundle_()
    row = bundle["text/html"].rpartition("<tr>")[2]
    assert re.findall(r">([^<>]*)</t[hd]>", row) == ["you said", "", "40"]
    assert bundle["text/plain"].splitlines()[-1].split() == ["you", "said", "40"]
    assert (
        "you said</th>" not in answer(..., 50, table, on="median")._repr_mimebundle_()["text/html"]
    )


@given(
    st.floats(-1e12, 1e12),
    st.floats(-1e12, 1e12),
    st.sampled_from(["", "%", "people"]),
)
def test_a_comparison_points_the_right_way(said: float, happened: float, unit: str) -> None:
    found = compare_with(Typed(said, said), happened, unit)
    assert found.side in {0, np.sign(said - happened)}
    assert found.factor is None or found.factor >= 1
    assert ("low" in found.words) == (found.side < 0)
    assert ("high" in found.words) == (found.side > 0)


def test_lines_that_hold_a_guess() -> None:
    source = [
        "my_guess_a = 5  # how many?",
        "my_guess_b = [1,",
        "    2]  # and?",
        "my_guess_c 40 # c?",
        "my_guess_d =",
        "print(my_guess_a)",
        "my_guesses()",
        "my_guess_a + 1",
    ]
    found = list(split_guesses(source))
    assert [(g.name, g.said) for g in found if isinstance(g, Guess)] == [
        ("my_guess_a", "5"),
        ("my_guess_b", "[1, 2]"),
        ("my_guess_c", "40"),
        ("my_guess_d", ""),
    ]
    assert [line for line in found if isinstance(line, str)] == source[5:]


@pytest.mark.parametrize(
    ("typed", "heard"),
    [
        ("my_guess_a=40%", {"a": "40%"}),
        ("my_guess_a = 4; my_guess_b = 5  # q?", {"a": "4", "b": "5"}),
        ("my_guess_a = 4, my_guess_b = 5", {"a": "4", "b": "5"}),
        ("my_guess_a = 4 my_guess_b = 5", {"a": "4", "b": "5"}),
        ("my_guess_a = my_guess_b = 5", {"a": "5", "b": "5"}),
        ("my_guess_a = 7\nmy_guess_b = my_guess_a  # q?", {"a": "7", "b": "7"}),
        ("my_guess_a =\n40  # q?\nmy_guess_b = 3", {"a": "40", "b": "3"}),
        ("my_guess_a = ...  # q?\n40", {"a": "40"}),
        ("my_guess_a = \\\n40", {"a": "40"}),
        ("my_guess_a = 🤷\nmy_guess_b = 40 🙂", {"a": "🤷", "b": "40 🙂"}),
        ('my_guess_a = """4\n5"""\nmy_guess_b = 3', {"a": '"""4 5"""', "b": "3"}),
        ('my_guess_a = "4\nmy_guess_b = 3', {"a": '"4', "b": "3"}),
        ("my_guess_a = (4\nmy_guess_b = 3", {"a": "(4", "b": "3"}),
        ("my_guess_a : 4\nmy_guess_b: int = 3", {"a": "4", "b": "3"}),
        ("My_guess_a ≈ 4\nmy_guess_b ...  # q?", {"a": "4", "b": ""}),
        ("my_guess_a = my_guess_a", {"a": "my_guess_a"}),
        ("my_guess_a = " + "9" * 10_000 + "  # q?\nmy_guess_b = 3", {"a": "9" * 10_000, "b": "3"}),
        ("my_guess_a = \x00'\\\"{}%s\nmy_guess_b = 3", {"a": "\x00'\\\"{}%s", "b": "3"}),
    ],
)
def test_however_a_guess_is_typed_none_is_lost(
    shell: InteractiveShell, typed: str, heard: dict[str, str]
) -> None:
    assert shell.run_cell(typed).success
    found = {name.removeprefix("my_guess_"): one.said for name, one in guess_cells.HEARD.items()}
    assert {name: heard[name][:100] for name in heard} == {
        name: said[:100] for name, said in found.items()
    }
    assert shell.run_cell("answer(my_guess_a, 50)").success


@pytest.fixture
def shell() -> Iterator[InteractiveShell]:
    """IPython in which `from thousandfold import answer` was run."""
    InteractiveShell.clear_instance()
    shell = InteractiveShell.instance()
    guess_cells.HEARD.clear()
    answers._ANSWERED.clear()
    guess_cells.install()
    shell.run_cell("from thousandfold import answer, my_guesses")
    yield shell
    InteractiveShell.clear_instance()
    guess_cells.HEARD.clear()
    answers._ANSWERED.clear()


def test_what_is_no_python_is_read_and_the_other_guesses_are_kept(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    typed = (
        "my_guess_a = 20 %  # which share (%)?\n"
        "my_guess_b = 100 000  # how many?\n"
        "my_guess_c = many  # how many?\n"
        " my_guess_d = [1,\n 2]\n"
        "my_guess_e = ...  # how many?\n"
    )
    assert shell.run_cell(typed, store_history=True).success
    assert capsys.readouterr().out.splitlines() == [
        "my_guess_a: you said 20 %.",
        "my_guess_b: you said 100,000.",
        "my_guess_c: we cannot read a number in “many”. Write one in digits, such as 40; "
        "your other guesses are kept.",
        "my_guess_d: we cannot read a number in “[1, 2]”. Write one in digits, such as 40; "
        "your other guesses are kept.",
        "my_guess_e: no guess yet.",
    ]
    assert shell.history_manager.input_hist_raw[-1] == typed.rstrip(), (
        "in the notebook stays what was typed"
    )
    result = shell.run_cell("answer(my_guess_b, 55_000, unit='users')").result
    assert repr(result) == "You said 100,000; it was 55,000 users: 1.8 times too high."


def test_a_guess_in_per_cent_is_not_compared_with_days(
    shell: InteractiveShell, tmp_path: Path
) -> None:
    picture = Lines(PICTURE.series, "", "", title="", sentence="")
    days = answer(Guess("my_guess_a", "How many days?", "20 %"), 25, picture, unit="days", on="x")
    assert marks(days) == []
    assert repr(my_guesses()) == "You made 1 of the 1 guesses that were answered here."
    plain = answer(Guess("my_guess_b", "In which quarter?", "20 %"), 9)
    assert repr(plain) == (
        "You said 20 %; it was 9. "
        "The question was not about per cent, so we do not compare the two."
    )
    asked = Guess("my_guess_c", "Which share (%)?", "20 %")
    assert repr(answer(asked, 20)) == "You said 20 %; it was 20: exactly right."
    lesson(tmp_path, "01_debt", ("20 %", 100), ("20", 100))
    assert calibration(tmp_path).sentence.startswith("You made 1 of 2 guesses: 1 too low.")


@pytest.mark.parametrize(
    ("guesses", "words"),
    [
        ([(20, 100, "")], "1 too low. It was off by five times"),
        ([(100, 100, "")], "1 close"),
        ([(120, 100, ""), (8, 104, "")], "1 too low, 1 close. They were off by 1.2 to 13 times"),
        ([(100, 100, ""), (8, 104, "")], "1 too low, 1 close. They were off by up to 13 times"),
        (
            [(120, 100, ""), (1300, 100, ""), (20, -22, "days")],
            "2 too high, 1 close. Of the 2 that compare in times, they were off by 1.2 to 13 times",
        ),
        ([(120, 100, ""), (20, -22, "days")], "1 too high, 1 close"),
        ([(20, 40, "%")] * 3, "3 too low"),
        (
            [(120, 100, ""), (200, 100, ""), (1300, 100, "")],
            "2 too high, 1 close. The middle one was off by two times",
        ),
        (
            [(120, 100, ""), (200, 100, ""), (400, 100, ""), (1300, 100, "")],
            "3 too high, 1 close. The middle two were off by 2 to 4 times",
        ),
    ],
)
def test_no_guess_is_said_to_be_off_by_what_none_was(
    guesses: list[tuple[float, float, str]], words: str
) -> None:
    compared = [compare_with(Typed(said, said), was, unit) for said, was, unit in guesses]
    assert calibration_of(compared).words == words


def test_a_guess_whose_cell_was_never_run_is_one_that_was_not_made(
    shell: InteractiveShell,
) -> None:
    result = shell.run_cell("answer(my_guess_never, 3)").result
    assert repr(result) == "It was 3. You made no guess this time."
    assert callable(shell.user_ns["my_guesses"])


def test_it_is_installed_once(shell: InteractiveShell) -> None:
    guess_cells.install()
    assert shell.input_transformers_cleanup.count(guess_cells.read_guesses) == 1


def test_the_end_of_a_lesson_sums_up(shell: InteractiveShell) -> None:
    assert repr(my_guesses()).startswith("No guess of this lesson was answered yet")
    for name, said, happened in (("a", "20", 100), ("b", "300", 100), ("c", "...", 3)):
        shell.run_cell(
            f"my_guess_{name} = {said}  # how many?\nanswer(my_guess_{name}, {happened})"
        )
    shell.run_cell("my_guess_d = 4  # how many?")
    assert repr(my_guesses()) == (
        "You made 2 of the 3 guesses that were answered here: 1 too low, 1 too high. They were "
        "off by 3 to 5 times. Not made: my_guess_c. Not answered yet: my_guess_d."
    )


def lesson(folder: Path, name: str, *guesses: tuple[str, float]) -> None:
    cells = [
        {
            "cell_type": "code",
            "id": f"c{i}",
            "source": f"my_guess_{i} = {said}  # q?",
            "outputs": [
                {
                    "output_type": "execute_result",
                    "data": {ANSWER: {"name": f"my_guess_{i}", "happened": happened, "unit": ""}},
                }
            ],
        }
        for i, (said, happened) in enumerate(guesses)
    ]
    (folder / f"{name}.ipynb").write_text(json.dumps({"nbformat": 4, "cells": cells}))


def test_the_last_page_shows_all_modules(tmp_path: Path) -> None:
    assert "No saved lesson beside this one holds a guess yet" in repr(calibration(tmp_path))
    lesson(tmp_path, "00_start_here", ("...", 3))
    (tmp_path / "broken.ipynb").write_text("{")
    assert "No saved lesson beside this one holds a guess yet" in repr(calibration(tmp_path))
    lesson(tmp_path, "01_debt", ("20", 100), ("about 10", 100), ("yes", 3))
    lesson(tmp_path, "02_split", ("2", 20), ("3", 3), ("4", 40))
    found = calibration(tmp_path)
    assert found.sentence == (
        "You made 5 of 7 guesses: 4 too low, 1 close. The middle one was off by ten times. "
        "The five that compare in times are, all together, 5.5 times too low; with so few, "
        "anything from 1.6 to 19 times too low fits. You lean to low numbers: multiply your next "
        "such number by about five before you defend it. These questions were chosen because they "
        "surprise people, so this is about numbers like them: what adds up, multiplies or waits. "
        "It measures no person."
    )
    assert found.table is not None
    assert found.table["guesses made"].tolist() == ["0 of 1", "2 of 3", "3 of 3"]
    assert "<table" in found._repr_html_()


def test_a_lesson_opened_twice_counts_once(tmp_path: Path) -> None:
    lesson(tmp_path, "01_debt", ("20", 100))
    lesson(tmp_path, "01_debt-Copy1", ("...", 100))
    assert calibration(tmp_path).sentence.startswith("You made 1 of 1 guesses")
