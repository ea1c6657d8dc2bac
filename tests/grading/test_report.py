"""The page for the debrief and the tables for learning management systems."""

from __future__ import annotations

import csv
import io
import math
import re
from html.parser import HTMLParser
from itertools import chain, pairwise
from pathlib import Path
from statistics import mean, pstdev
from typing import Any

import pytest
from synthetic import STEM, TASKS, autograded, gradebook

from boxgrader.errors import GraderError, shown
from boxgrader.nbgrader_course import lms
from boxgrader.nbgrader_course.course import course_directory
from boxgrader.nbgrader_course.report import report, summary
from boxgrader.nbgrader_course.results import Learner, Results, Task, read_results
from thousandfold.cli import main

ROOM: dict[str, list[float | None]] = {
    "ann": [1, 2, 3],
    "bob": [1, 2, 0],
    "cleo": [1, 0, 0],
    "dan": [0, 0, 3],
}
HOSTILE = "<script>alert(1)</script><img src=https://evil.example/x onerror=alert(1)>&'\""


def results(folder: Path) -> Results:
    return read_results(course_directory(folder), STEM)


class Page(HTMLParser):
    """What a reader, a screen reader and a browser's network panel get."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self._quiet = False
        self.feed(text)
        self.text = " ".join(self.text.replace("\u00a0", " ").split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._quiet = tag == "style"

    def handle_data(self, data: str) -> None:
        self.text += "" if self._quiet else data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


def table(results: Results, columns: str, **options: Any) -> list[list[str]]:
    return list(csv.reader(io.StringIO(lms.table([results], columns, **options)[0])))


def test_points_are_those_of_the_gradebook(tmp_path: Path) -> None:
    gradebook(tmp_path, ROOM)
    got = results(tmp_path)
    assert [learner.id for learner in got.learners] == list(ROOM)
    assert {task.name: task.points for task in got.tasks} == TASKS
    assert got.totals == [6, 3, 1, 3]
    assert got.points == 6
    assert got.share(0) == 0.75
    assert got.share(1) == 0.5


def test_discrimination_is_the_point_biserial_with_the_rest(tmp_path: Path) -> None:
    gradebook(tmp_path, ROOM)
    got = results(tmp_path)
    # By hand: (mean of the rest if right - if wrong) / sd of the rest * sqrt(p q).
    rest = [5, 2, 0, 3]
    by_hand = (mean(rest[:3]) - 3) / pstdev(rest) * math.sqrt(0.75 * 0.25)
    r, low, high = got.discrimination(0)
    assert r == pytest.approx(by_hand)
    assert -1 < low < r < high < 1
    half = 1.96 / math.sqrt(len(rest) - 3)
    assert (math.atanh(high) - math.atanh(low)) / 2 == pytest.approx(half)


def test_what_cannot_be_known_is_not_claimed(tmp_path: Path) -> None:
    gradebook(tmp_path, {"ann": [1, 2, 0], "bob": [1, 0, 3]})
    got = results(tmp_path)
    assert math.isnan(got.discrimination(0)[0])  # everybody got the same
    assert got.discrimination(1)[0] == pytest.approx(-1)
    assert math.isnan(got.discrimination(1)[1])
    assert "unknown" in Page(report(got)).text


def test_the_order_is_that_of_the_exercise(tmp_path: Path) -> None:
    gradebook(tmp_path, ROOM)
    autograded(tmp_path, "bob", {"gamma": "no", "alpha": [], "beta": []})
    assert [task.name for task in results(tmp_path).tasks] == ["gamma", "alpha", "beta"]


def test_extra_credit_manual_points_and_penalties_count_as_nbgrader_counts(tmp_path: Path) -> None:
    import sqlalchemy

    gradebook(tmp_path, ROOM, penalty=2.5)
    engine = sqlalchemy.create_engine(f"sqlite:///{tmp_path / 'gradebook.db'}")
    with engine.begin() as connection:
        connection.exec_driver_sql("update grade set extra_credit = 0.5 where id = 'ann/alpha'")
        connection.exec_driver_sql("update grade set manual_score = 2 where id = 'bob/gamma'")
    engine.dispose()
    assert results(tmp_path).totals == [6.5, 5, 1, 3]
    assert [row[-1] for row in table(results(tmp_path), "canvas")[2:]] == [
        "4.0",
        "2.5",
        "0.0",
        "0.5",
    ]


def test_the_page_asks_for_nothing_and_names_nobody(tmp_path: Path) -> None:
    people = {"ann": {"first_name": "Annabel", "last_name": "Lee", "email": "ann@example.org"}}
    gradebook(tmp_path, ROOM, people=people)
    for who in ("cleo", "dan"):
        autograded(tmp_path, who, {"beta": f"ask Annabel or ann@example.org. {HOSTILE}"})
    text = report(results(tmp_path))
    page = Page(text)
    for name in (*ROOM, "Annabel", "ann@example.org"):
        assert not re.search(rf"(?<!\w){name}(?!\w)", page.text), name
    assert page.all("script") == page.all("link") == page.all("iframe") == []
    for tag, attributes in page.tags:
        assert not any(key.startswith("on") for key in attributes), tag
        assert (attributes.get("src") or "data:").startswith("data:")
        assert (attributes.get("href") or "#").startswith("#")
    assert "url(" not in text
    assert "ask … or …. <script>alert(1)</script>" in page.text
    assert page.all("html") == [{"lang": "en"}]
    policy = next(m for m in page.all("meta") if "http-equiv" in m)["content"]
    assert policy is not None
    assert "default-src 'none'" in policy


def test_every_picture_has_words_a_sentence_and_a_table(tmp_path: Path) -> None:
    gradebook(tmp_path, ROOM)
    page = Page(report(results(tmp_path)))
    assert len(page.all("svg")) == len(page.all("figcaption")) == 3
    assert all(picture["role"] == "img" for picture in page.all("svg"))
    assert all(len(picture["aria-label"] or "") > 40 for picture in page.all("svg"))
    assert "alpha 75" in (page.all("svg")[1]["aria-label"] or "")
    assert len(page.all("table")) == len(page.all("caption")) == 2
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert all(b - a <= 1 for a, b in pairwise(levels))
    assert "beta and gamma were hardest" in page.text


@pytest.mark.parametrize(
    ("room", "says", "never"),
    [
        (
            {"ann": [1, 2, 0], "bob": [0, 0, 3]},
            "No task was harder than another: the room got 50 % of the points of each.",
            "hardest",
        ),
        (
            {"ann": [1, 2, 0], "bob": [0, 0, 3]},
            "No task stands out: the room got 50 % of the points of each. Most points were lost "
            "where most can be got, in gamma.",
            "Talk about this first",
        ),
        (
            {"ann": [1, 2, 0], "bob": [1, 0, 3]},
            "beta and gamma were hardest: the room got 50 % of the points; alpha was easiest, with",
            "beta was hardest",
        ),
        (
            {"ann": [1, 0, 3], "bob": [0, 0, 0]},
            "2 groups are the largest, 1 of 2 in each: they got 0 to 10 % and 60 to 70 % of the",
            "The largest group",
        ),
        (
            {"ann": [1, 2, 3], "bob": [1, 0, 1]},
            "Talk about this first: most points were lost in beta, and as many in 1 other. The",
            "lost in beta.",
        ),
    ],
)
def test_what_is_equal_is_no_first_and_no_last(
    tmp_path: Path, room: dict[str, list[float | None]], says: str, never: str
) -> None:
    gradebook(tmp_path, room)
    said = Page(report(results(tmp_path))).text
    assert says in said
    assert never not in said


def test_a_single_task_is_compared_with_none(tmp_path: Path) -> None:
    gradebook(tmp_path, {"ann": [1, None, None], "bob": [0, None, None]})
    said = Page(report(results(tmp_path))).text
    assert "alpha is the only task: the room got 50 % of its points." in said


def test_the_wrong_answer_given_most_is_said_first(tmp_path: Path) -> None:
    room: dict[str, list[float | None]] = {f"learner{n}": [1, 2, 0] for n in range(9)}
    gradebook(tmp_path, room)
    for n, who in enumerate(room):
        said = (
            "You counted each pair twice." if n < 4 else f"gamma is {n}.5, and that is not right."
        )
        autograded(tmp_path, who, {"gamma": "a word of one" if n == 8 else said, "alpha": "passed"})
    got = results(tmp_path)
    [gamma] = [task for task in got.tasks if task.name == "gamma"]
    assert [(said.sentence, said.times) for said in got.said_most(gamma)] == [
        ("You counted each pair twice.", 4),
        ("gamma is …, and that is not right.", 4),
    ]
    page = Page(report(got))
    assert "most points were lost in gamma" in page.text
    assert "4 learners were told: You counted each pair twice." in page.text
    assert "1 more were told something else." in page.text
    assert "a word of one" not in page.text
    assert "passed" not in page.text  # full points: what was printed is no wrong answer


@pytest.mark.parametrize(
    ("outputs", "said"),
    [
        ([{"output_type": "error", "ename": "KeyError", "evalue": "'x'"}], "KeyError: 'x'"),
        (
            [
                {
                    "output_type": "error",
                    "ename": "Hint",
                    "evalue": "\x1b[31mred\x1b[0m\nmore",
                    "traceback": ["\x1b[31mred\x1b[0m\nmore"],
                }
            ],
            "red",
        ),
        ([{"output_type": "stream", "name": "stderr", "text": ["\n", "careful\n"]}], "careful"),
        ([{"output_type": "stream", "name": "stderr", "text": "x" * 10**6}], "x" * 300 + "…"),
        ([{"output_type": "error", "ename": ["a"], "evalue": {"b": 1}}], "['a']: {'b': 1}"),
        ([{"output_type": "stream", "name": "stderr", "text": 3}, "text", None], "3"),
        ({"not": "a list"}, None),
        ([], None),
    ],
)
def test_messages_of_strangers_are_bounded(outputs: Any, said: str | None, tmp_path: Path) -> None:
    gradebook(tmp_path, ROOM)
    for who in ("cleo", "dan"):
        autograded(tmp_path, who, {"beta": outputs})
    got = results(tmp_path)
    [beta] = [task for task in got.tasks if task.name == "beta"]
    assert got.messages[beta] == ([said] * 2 if said else [])
    report(got)


@pytest.mark.parametrize(
    "content", [b"", b"[" * 10**6, b'{"cells": [1, {"metadata": 2}]}', b"\xff"]
)
def test_broken_or_linked_notebooks_cost_their_messages_only(
    content: bytes, tmp_path: Path
) -> None:
    gradebook(tmp_path, ROOM)
    autograded(tmp_path, "cleo", {}).write_bytes(content)
    linked = autograded(tmp_path, "dan", {"beta": "from elsewhere"})
    linked.rename(tmp_path / "elsewhere")
    linked.symlink_to(tmp_path / "elsewhere")
    got = results(tmp_path)
    assert got.totals == [6, 3, 1, 3]
    assert not any(got.messages.values())


def test_manual_grading_that_is_missing_is_said_and_left_out(tmp_path: Path) -> None:
    gradebook(tmp_path, ROOM, memo=[8, None, None, None])
    got = results(tmp_path)
    assert got.points == 6
    assert [task.by_hand for task in got.tasks if task.name == "memo"] == [True]
    page = Page(report(got))
    assert "Grading is not finished." in page.text
    assert "memo (3 of 4)" in page.text
    assert "memo (by hand)" in page.text
    assert "3 waiting" in page.text
    assert "memo was" not in page.text  # what one learner got says nothing about the task
    assert [row[3] for row in table(got, "canvas")[2:]] == ["ann"]
    text, notes = lms.table([got], "canvas", so_far=True)
    assert len(text.splitlines()) == 2 + 4
    assert "that got 0" in notes[0]
    assert notes[0].endswith(": 3 (bob, cleo, dan)")


def test_points_that_nbgrader_wants_looked_at_again_are_not_complete(tmp_path: Path) -> None:
    import sqlalchemy

    gradebook(tmp_path, ROOM, memo=[8, 8, 8, 8])
    assert results(tmp_path).points == 16
    engine = sqlalchemy.create_engine(f"sqlite:///{tmp_path / 'gradebook.db'}")
    with engine.begin() as connection:
        connection.exec_driver_sql("update grade set needs_manual_grade = 1 where id = 'ann/memo'")
    engine.dispose()
    assert results(tmp_path).points == 6


def test_a_table_of_nobody_is_refused(tmp_path: Path) -> None:
    gradebook(tmp_path, ROOM, memo=[None] * 4)
    with pytest.raises(GraderError, match=r"all 4 learners still wait .* --so-far"):
        lms.table([results(tmp_path)], "moodle")


def test_what_was_refused_or_marked_is_said(tmp_path: Path) -> None:
    gradebook(tmp_path, ROOM, status={"eve": "refused", "fay": "refused", "ann": "tampered"})
    got = results(tmp_path)
    page = Page(report(got))
    assert "Not graded: 2;" in page.text
    assert "4 submissions, without 2 that were refused. The median is" in page.text
    assert "tampered with the checks: 1;" in page.text
    assert "eve" not in page.text
    assert "marked as tampered with" in " ".join(lms.table([got], "canvas")[1])


@pytest.mark.parametrize(
    ("count", "says"),
    [
        (0, "Nobody's work has been graded yet. Refused: 1."),
        (1, "1 submission, without 1 that was refused: 100 % of 6 points."),
        (3, "3 submissions, without 1 that was refused. The median is"),
    ],
)
def test_who_was_refused_is_not_passed_over_in_the_number_of_submissions(
    count: int, says: str, tmp_path: Path
) -> None:
    room = dict(list(ROOM.items())[:count])
    gradebook(tmp_path, room, status={"eve": "refused"})
    assert summary(results(tmp_path)).replace("\u00a0", " ").startswith(says)


def test_whose_earlier_work_counts_is_one_submission(tmp_path: Path) -> None:
    gradebook(tmp_path, ROOM, status={"ann": "refused"})
    assert summary(results(tmp_path)).startswith("4 submissions. The median")


@pytest.mark.parametrize("count", [0, 1])
def test_a_room_of_none_or_one(count: int, tmp_path: Path) -> None:
    gradebook(tmp_path, dict(list(ROOM.items())[:count]))
    page = Page(report(results(tmp_path)))
    assert ("Nobody's work has been graded yet." in page.text) == (count == 0)
    assert ("1 submission: 100 % of 6 points." in page.text) == (count == 1)
    assert len(page.all("svg")) == 2 * count
    assert len(table(results(tmp_path), "canvas")) == 2 + count


def test_an_assignment_that_only_a_person_grades(tmp_path: Path) -> None:
    gradebook(tmp_path, {"ann": [], "bob": []}, tasks={}, memo=[None, None])
    assert "no task is graded for everybody yet" in Page(report(results(tmp_path))).text


def test_canvas_and_moodle_get_their_columns(tmp_path: Path) -> None:
    people = {"ann": {"first_name": "Ann", "last_name": "Lee", "lms_user_id": "77"}}
    gradebook(tmp_path, ROOM, people=people)
    got = results(tmp_path)
    head, possible, ann, bob, *_ = table(got, "canvas")
    assert head == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", STEM]
    assert possible == ["    Points Possible", "", "", "", "", "6.0"]
    assert ann == ["Lee, Ann", "77", "", "ann", "", "6.0"]
    assert bob == ["bob", "", "", "bob", "", "3.0"]
    head, ann, *_ = table(got, "moodle")
    assert head == ["Username", "ID number", "First name", "Last name", "Email address", STEM]
    assert ann == ["ann", "77", "Ann", "Lee", "", "6.0"]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "\r=", " =", "\x00=", "＝"])
@pytest.mark.parametrize("columns", ["canvas", "moodle"])
def test_no_cell_is_a_formula(start: str, columns: str) -> None:
    evil = f"{start}HYPERLINK(0);=1"
    one = Results(evil, [Learner(evil, evil, evil, evil, evil)], [Task("n", "t", 1)], [[1.0]], {})
    text, notes = lms.table([one], columns)
    for row in csv.reader(io.StringIO(text)):
        for cell in row:
            assert not cell.lstrip().startswith(("=", "+", "-", "@", "＝")), cell
    assert not re.search(r"[;,]=|^=", re.sub(r'"[^"]*"', '""', text), re.MULTILINE)
    assert notes[-1].endswith("apostrophe in front: 1 (" + shown(evil) + ")")


def test_the_command_writes_both_files_and_reads_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    gradebook(tmp_path, ROOM)
    monkeypatch.chdir(tmp_path)
    before = (tmp_path / "gradebook.db").read_bytes()
    assert main(["report", STEM, "--csv", "grades.csv", "--columns", "moodle"]) == 0
    assert "4 submissions. The median is 50" in capsys.readouterr().out
    assert (
        (tmp_path / f"report-{STEM}.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    )
    assert (tmp_path / "grades.csv").read_text(encoding="utf-8").count("\n") == 5
    assert (tmp_path / "gradebook.db").read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["nowhere"], "it knows another, one"),
        ([STEM, "--course", "empty"], "there is no gradebook"),
        ([STEM, "--db", "sqlite:///notes.txt"], "another kind of file"),
        ([STEM, "--db", "nonsense"], "is no address of a gradebook"),
    ],
)
def test_what_goes_wrong_is_said_in_a_sentence(
    arguments: list[str],
    says: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    gradebook(tmp_path, ROOM)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty").mkdir()
    (tmp_path / "notes.txt").write_text("no database at all\n" * 100)
    assert main(["report", *arguments]) == 1
    error = capsys.readouterr().err
    assert says in error
    assert error.count("\n") == 1
    assert list((tmp_path / "empty").iterdir()) == []


def test_the_configuration_of_the_course_is_used(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    gradebook(tmp_path / "elsewhere", ROOM)
    (tmp_path / "nbgrader_config.py").write_text(
        "c = get_config()\n"
        f"c.CourseDirectory.db_url = 'sqlite:///{tmp_path}/elsewhere/gradebook.db'\n"
        "c.CourseDirectory.autograded_directory = 'done'\n"
    )
    (tmp_path / "autograded").mkdir()
    autograded(tmp_path, "cleo", {"beta": "found"})
    (tmp_path / "autograded").rename(tmp_path / "done")
    assert list(chain(*results(tmp_path).messages.values())) == ["found"]
