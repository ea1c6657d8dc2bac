"""Answers that are nearly the same are pointed out to the instructor alone, and nobody else is."""

from __future__ import annotations

import json
import statistics
import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping
from html.parser import HTMLParser
from itertools import combinations
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from small_course import marked
from synthetic import STEM, autograded, gradebook
from written_memos import FORM, changed, memo, reordered

from boxgrader.cli import main
from boxgrader.engine import likeness
from boxgrader.engine.likeness import PROGRAM, PROSE, Likeness, alike, given, prepared, share
from boxgrader.errors import GraderError
from boxgrader.nbgrader_course.alike import Alike, page, read_alike, read_teams, summary
from boxgrader.nbgrader_course.course import course_directory
from boxgrader.nbgrader_course.results import read_results
from thousandfold.cli import main as thousandfold

HAD = given([FORM], PROSE)
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)>"

PROGRAM_TEXT = '''
def weekly_hours(people, squad, liaisons, ring):
    """Add what a week costs: paths, handovers, and pairs that cannot reach each other."""
    squads = math.ceil(people / squad)
    inside = squad * (squad - 1) / 2 * squads
    outside = 0
    left = squads * liaisons
    while left > ring:
        rings = math.ceil(left / ring)
        outside += rings * ring * (ring - 1) / 2
        left = rings * liaisons
    outside += left * (left - 1) / 2
    away = 0.1**liaisons
    return 0.25 * (inside + outside) / people + 20 * away
'''
OTHER_PROGRAM = """
def cost(n, k=7, m=2, c=20):
    # first everybody in a squad, then the circles from the lowest to the highest
    groups = [k] * (n // k) + ([n % k] if n % k else [])
    paths = sum(g * (g - 1) // 2 for g in groups)
    level = [m] * len(groups)
    total, steps = paths, 0
    for _ in range(10):
        size = sum(level)
        circles, rest = divmod(size, c)
        total += circles * (c * (c - 1) // 2) + rest * (rest - 1) // 2
        level = [m] * (circles + bool(rest))
        steps += 1
        if size <= c:
            break
    return total / n / 4 + steps / 2 + 20 * (1 / 10) ** m
"""


def lay(
    folder: Path, written: Mapping[str, str], *, kind: str = "markdown", form: str = FORM
) -> None:
    """Make a course in which everybody answered one question."""
    gradebook(folder, {who: [1, 2, 3] for who in written}, memo=[None] * len(written))
    marks = {"grade": True, "solution": True, "locked": False, "grade_id": "memo", "points": 10}
    for who, text in written.items():
        path = autograded(folder, who, {"alpha": []})
        notebook = json.loads(path.read_text(encoding="utf-8"))
        cell = {"cell_type": kind, "metadata": {"nbgrader": marks}, "source": text}
        notebook["cells"].append(cell)
        path.write_text(json.dumps(notebook), encoding="utf-8")
    make = new_code_cell if kind == "code" else new_markdown_cell
    released = new_notebook(cells=[marked(make(form), "memo", 10, grade=True, solution=True)])
    target = folder / "release" / STEM / f"{STEM}.ipynb"
    target.parent.mkdir(parents=True)
    nbformat.write(released, target)


def found(folder: Path, **options: object) -> Alike:
    course = course_directory(folder)
    return read_alike(course, read_results(course, STEM, messages=False), **options)  # type: ignore[arg-type]


def pairs(told: Alike) -> set[tuple[str, str]]:
    return {
        (min(it.one.id, it.other.id), max(it.one.id, it.other.id))
        for group in told.groups
        for it in group.pairs
    }


def shares(copy: Callable[[str, int], str]) -> list[float]:
    originals = [memo(seed) for seed in range(200)]
    return [
        share(prepared(text, PROSE, HAD), prepared(copy(text, seed), PROSE, HAD))
        for seed, text in enumerate(originals)
    ]


@pytest.mark.parametrize("room", range(5))
def test_two_hundred_who_wrote_by_themselves_raise_no_alarm(room: int) -> None:
    texts = [prepared(memo(1000 * room + n), PROSE, HAD) for n in range(200)]
    assert min(text.length for text in texts) >= PROSE.least, "all of them are compared"
    assert alike(texts, PROSE) == []


def begun(text: str, words: int) -> str:
    return " ".join(text.split(" ")[:words])


def test_two_sentences_about_one_number_are_no_copy() -> None:
    pointed = above = 0
    for room in range(4):
        written = [begun(memo(1000 * room + n), 45) for n in range(200)]
        texts = [prepared(text, PROSE, HAD) for text in written]
        assert all(PROSE.least <= text.length < PROSE.long for text in texts[:20])
        pointed += len(alike(texts, PROSE))
        above += len(alike(texts, Likeness(PROSE.stretch, PROSE.share, PROSE.least)))
    assert above > 20, "the share that long texts need would point at people"
    assert pointed <= 1


def test_a_short_copy_is_still_found() -> None:
    for seed in range(40):
        text = begun(memo(seed), 70)
        own, copy = (prepared(it, PROSE, HAD) for it in (text, changed(text, 0.04, seed)))
        assert alike([own, own], PROSE) != []
        assert alike([own, copy], PROSE) != [], copy.text


def test_the_shorter_of_two_says_how_much_is_asked_for() -> None:
    low = Likeness(PROSE.stretch, PROSE.share, PROSE.least)
    held = 0
    for seed in range(60):
        short = changed(begun(memo(seed), 45), 0.1 + seed % 4 / 20, seed)
        texts = [prepared(it, PROSE, HAD) for it in (memo(seed), short)]
        both = share(*texts)
        assert (alike(texts, PROSE) != []) is (both >= PROSE.enough(texts[1].length))
        held += alike(texts, PROSE) != alike(texts, low)
    assert held, "some lie in between"


def test_they_are_more_alike_than_people_are_and_no_search_misses_a_pair() -> None:
    texts = [prepared(memo(n), PROSE, HAD) for n in range(80)]
    every = [share(one, other) for one, other in combinations(texts, 2)]
    assert statistics.fmean(every) > 0.065, "the mean of 129 pairs that people wrote"
    low = Likeness(PROSE.stretch, 0.3, PROSE.least)
    assert len(alike(texts, low)) == sum(both >= 0.3 for both in every) > 0


@pytest.mark.parametrize(
    ("copy", "least"),
    [
        (lambda text, seed: text, 1),
        (lambda text, seed: changed(text, 0.1, seed), 1),
        (lambda text, seed: changed(text, 0.2, seed), 0.98),
        (reordered, 1),
        (lambda text, seed: changed(reordered(text, seed), 0.1, seed), 1),
    ],
)
def test_copies_are_found(copy: Callable[[str, int], str], least: float) -> None:
    assert statistics.fmean(both >= PROSE.share for both in shares(copy)) >= least


def test_what_is_written_in_other_words_is_not_found() -> None:
    assert max(shares(lambda text, seed: changed(text, 0.5, seed))) < PROSE.share


@pytest.mark.parametrize(
    "disguised",
    [
        lambda text: "\u200b".join(text),
        lambda text: text.replace("e", "e\u00ad"),
        lambda text: unicodedata.normalize("NFD", text.replace("squad", "équipe")),
        lambda text: text.upper(),
        lambda text: text.replace(" ", "\u00a0"),
        lambda text: text.replace(" ", "\u3164"),
        lambda text: text.replace(" ", "\u2800\u2003"),
        lambda text: text.translate(str.maketrans("aeo", "\u0430\u0435\u043e")),
        lambda text: "".join(chr(ord(x) + 0xFEE0) if "a" <= x <= "z" else x for x in text),
        lambda text: text.replace(". ", ".\n\n- "),
        lambda text: "\u034f".join(text),
        lambda text: "\ufe0f".join(text),
        lambda text: "\U000e0101".join(text),
        lambda text: text.translate(
            str.maketrans("khdwqv", "\u043a\u04bb\u0501\u051d\u051b\u03bd")
        ),
        lambda text: text.translate(str.maketrans("agi", "\u0251\u0261\u0131")),
        lambda text: text.upper().translate(
            str.maketrans("BHKMT", "\u0412\u041d\u041a\u041c\u0422")
        ),
        lambda text: text.translate(
            str.maketrans("aoiupxk", "\u03b1\u03bf\u03b9\u03c5\u03c1\u03c7\u03ba")
        ),
    ],
)
def test_letters_that_look_the_same_are_the_same(disguised: Callable[[str], str]) -> None:
    text = memo(1).replace("squad", "équipe")
    assert share(prepared(text, PROSE, HAD), prepared(disguised(text), PROSE, HAD)) > 0.95


def test_a_script_without_spaces_is_read_letter_by_letter() -> None:
    text = (
        "私たちは七人の小さな班を選びます。情報が届くのは遅くなりますが、話し合いの時間は減ります。"
    )
    own = prepared(text, PROSE)
    assert own.length > 40
    assert share(own, prepared("はい。" + text, PROSE)) == 1


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("code", "join = 7"),
        ("code", "one_joins = 100\nninety_join = 100 * 99 / 2 - 10 * 9 / 2"),
        ("code", "def pairs(n):\n    return n * (n - 1) // 2"),
        ("code", 'plan = {"squad": 7, "liaisons": 2, "circle": 20, "forgotten": "b", "k": [1, 2]}'),
        ("markdown", "b"),
        ("markdown", "4,905"),
        ("markdown", "$n (n - 1) / 2$, because each pair is counted twice otherwise."),
        ("markdown", "It has to be divided by two: each pair would be counted from both sides, "
                     "and nobody needs a path to themselves."),
        ("markdown", FORM),
        ("markdown", ""),
    ],
)  # fmt: skip
def test_short_answers_that_must_be_alike_raise_no_alarm(
    kind: str, text: str, tmp_path: Path
) -> None:
    lay(tmp_path, {f"learner{n}": text for n in range(30)}, kind=kind)
    told = found(tmp_path)
    assert (told.compared, told.groups, summary(told)) == (0, [], "")


def test_programs_are_compared_when_they_are_long(tmp_path: Path) -> None:
    lay(tmp_path, {"ann": PROGRAM_TEXT, "bob": f"# mine\n{PROGRAM_TEXT}", "cleo": OTHER_PROGRAM},
        kind="code", form="# Write your answer here.")  # fmt: skip
    told = found(tmp_path)
    assert told.compared == 3
    assert pairs(told) == {("ann", "bob")}


def test_a_right_program_that_is_as_the_instructors_is_no_news(tmp_path: Path) -> None:
    lay(tmp_path, {"ann": PROGRAM_TEXT, "bob": PROGRAM_TEXT}, kind="code", form="")
    source = tmp_path / "source" / STEM / f"{STEM}.ipynb"
    source.parent.mkdir(parents=True)
    solution = f"### BEGIN SOLUTION{PROGRAM_TEXT}### END SOLUTION"
    cell = marked(new_code_cell(solution), "memo", 10, grade=True, solution=True)
    nbformat.write(new_notebook(cells=[cell]), source)
    assert found(tmp_path).groups == []


def test_a_memo_that_is_as_the_instructors_is_news(tmp_path: Path) -> None:
    lay(tmp_path, {"ann": memo(1), "bob": memo(1)})
    source = tmp_path / "source" / STEM / f"{STEM}.ipynb"
    source.parent.mkdir(parents=True)
    solution = f"### BEGIN SOLUTION\n{memo(1)}\n### END SOLUTION"
    cell = marked(new_markdown_cell(solution), "memo", 10, grade=True, solution=True)
    nbformat.write(new_notebook(cells=[cell]), source)
    assert pairs(found(tmp_path)) == {("ann", "bob")}


def test_what_the_notebook_or_the_lesson_says_is_not_counted(tmp_path: Path) -> None:
    lesson, beside, quoted = memo(7), memo(8), memo(9)
    lay(tmp_path, {"ann": lesson + beside + quoted, "bob": quoted + beside + lesson},
        form=f"{FORM}\n{quoted}")  # fmt: skip
    (tmp_path / "release" / STEM / "case.md").write_text(beside, encoding="utf-8")
    notes = tmp_path / "lesson.txt"
    notes.write_text(lesson, encoding="utf-8")
    assert pairs(found(tmp_path)) == {("ann", "bob")}
    told = found(tmp_path, files=[notes])
    assert (told.compared, told.groups) == (0, [])


def test_a_heading_is_given_also_with_text_behind_it() -> None:
    text = prepared("**What would change my mind.** Nothing would.", PROSE, HAD)
    assert text.length == 2


def test_what_somebody_quotes_in_a_sentence_of_their_own_is_not_counted() -> None:
    had = given(["Everybody can talk with everybody, and that works while you are ten."], PROSE)
    text = prepared("I doubt that everybody can talk with everybody, and that works.", PROSE, had)
    assert text.length == 3


def test_a_team_that_handed_in_one_text_is_left_out(tmp_path: Path) -> None:
    lay(
        tmp_path, {"ann": memo(1), "bob": memo(1), "cleo": changed(memo(1), 0.1, 3), "dan": memo(4)}
    )
    assert pairs(found(tmp_path)) == {("ann", "bob"), ("ann", "cleo"), ("bob", "cleo")}
    table = tmp_path / "teams.csv"
    table.write_text("learner,team\nANN,blue\n bob , blue\n\ndan,red\n", encoding="utf-8-sig")
    teams = read_teams(table)
    assert pairs(found(tmp_path, teams=teams)) == {("ann", "cleo"), ("bob", "cleo")}


@pytest.mark.parametrize("content", [b"ann\n", b"ann,\n", b"\xff\xfe\x00", b"ann,blue\n,red\n"])
def test_a_table_of_teams_that_is_none_is_refused(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "teams.csv").write_bytes(content)
    with pytest.raises(GraderError, match=r"teams\.csv"):
        read_teams(tmp_path / "teams.csv")


def test_a_class_of_thousands_takes_thousands_of_comparisons(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Counted(Counter[int]):
        def update(self, known: list[int] | None = None) -> None:  # type: ignore[override]
            looked_up.append(len(known or []))
            super().update(known or [])

    calls: list[int] = []
    looked_up: list[int] = []
    monkeypatch.setattr(likeness, "Counter", Counted)
    real = likeness.share
    monkeypatch.setattr(likeness, "share", lambda *two: calls.append(1) or real(*two))
    texts = [prepared(changed(memo(1), 0.05, n), PROSE, HAD) for n in range(400)]
    told = alike(texts, PROSE)
    assert len(calls) <= 10 * len(texts)
    assert max(looked_up) <= 10
    (group,) = likeness.together(told)
    assert {place for one, other, _ in group for place in (one, other)} == set(range(400))


def test_a_text_without_end_is_read_to_a_bound() -> None:
    assert prepared("a b c " * 1_000_000, PROSE).length <= 50_000


class Read(HTMLParser):
    """What a reader gets, and which tags."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.marked: list[str] = []
        self.text = ""
        self._open = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self._open = tag
        assert not any(name.startswith("on") or name in ("src", "href") for name, _ in attrs)

    def handle_endtag(self, tag: str) -> None:
        self._open = ""

    def handle_data(self, data: str) -> None:
        self.text += data
        if self._open == "mark":
            self.marked.append(data)


def test_the_page_shows_both_texts_whole_and_whatever_stands_in_them(tmp_path: Path) -> None:
    copy = f"{changed(memo(1), 0.1, 2)} {HOSTILE}\u202e"
    lay(tmp_path, {"ann": f"{memo(1)} {HOSTILE}", HOSTILE.replace("/", "|"): copy, "dan": memo(2)})
    told = found(tmp_path)
    read = Read(page(told))
    assert {"script", "img", "link"}.isdisjoint(read.tags)
    assert read.tags.count("details") == 1
    assert HOSTILE in read.text
    assert "dan" not in read.text
    assert "Look at both texts before you think anything" in read.text
    assert "\u202e" not in read.text
    (group,) = told.groups
    one, other = group.pairs[0].texts
    assert one.text in read.text
    assert other.text in read.text
    assert not any("Option chosen" in piece for piece in read.marked), "the form is nobody's"
    for words in ("plagiar", "cheat", "suspic", "copied"):
        assert words not in page(told).lower(), "nobody is judged"


def test_very_many_pairs_do_not_make_a_page_without_end(tmp_path: Path) -> None:
    lay(tmp_path, {f"learner{n:03}": changed(memo(1), 0.03, n) for n in range(70)})
    text = page(found(tmp_path))
    assert text.count("<details") == 60
    assert "more pairs of this group are not shown" in text
    assert "and 40 more" in text


def test_nothing_of_it_reaches_points_tables_or_the_page_for_the_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    made = {}
    for name, second in (("alike", memo(1)), ("apart", memo(2))):
        folder = tmp_path / name
        folder.mkdir()
        lay(folder, {"annabel": memo(1), "bob": second})
        monkeypatch.chdir(folder)
        before = (folder / "gradebook.db").read_bytes()
        files = ["--output", "room.html", "--csv", "points.csv", "--columns", "questions"]
        assert main(["report", STEM, "--so-far", *files]) == 0
        said = capsys.readouterr().out
        assert ("nearly the same: 1 group, by 2 learners" in said) is (name == "alike")
        assert "annabel" not in said
        assert main(["report", STEM, "--alike"]) == 0
        capsys.readouterr()
        assert (folder / "gradebook.db").read_bytes() == before
        made[name] = [(folder / file).read_text() for file in ("room.html", "points.csv")]
        assert ("annabel" in (folder / f"alike-{STEM}.html").read_text()) is (name == "alike")
    assert made["alike"] == made["apart"]


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ([STEM, "--alike", "--csv", "points.csv"], "--alike writes no table"),
        (["--alike"], "--alike needs an assignment"),
        (["--teams", "teams.csv"], "--teams and --given need an assignment"),
        ([STEM, "--student", "ann", "--alike"], "leave out --alike, or --student"),
        ([STEM, "--given", "nowhere.ipynb"], "nowhere.ipynb cannot be read"),
        ([STEM, "--given", "broken.ipynb"], "broken.ipynb is not a notebook"),
    ],
)
def test_what_cannot_be_is_said(
    options: list[str],
    says: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    lay(tmp_path, {"ann": memo(1)})
    (tmp_path / "broken.ipynb").write_text('{"nbformat": 4, "cells": [{"source": 3}]}')
    monkeypatch.chdir(tmp_path)
    assert main(["report", *options]) == 1
    assert says in capsys.readouterr().err


def test_a_release_that_is_broken_hinders_no_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lay(tmp_path, {"ann": memo(1), "bob": memo(1)})
    (tmp_path / "release" / STEM / f"{STEM}.ipynb").write_bytes(b"\xff{")
    monkeypatch.chdir(tmp_path)
    assert main(["report", STEM]) == 0


def test_the_workshop_counts_no_words_of_its_own_lesson(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lay(tmp_path, {"ann": memo(1), "bob": memo(1)})
    (tmp_path / "notebooks").mkdir()
    lesson = new_notebook(cells=[new_markdown_cell(memo(1))])
    nbformat.write(lesson, tmp_path / "notebooks" / f"{STEM}.ipynb")
    monkeypatch.chdir(tmp_path)
    assert thousandfold(["report", STEM]) == 0
    assert "nearly the same" not in capsys.readouterr().out
    assert main(["report", STEM]) == 0
    assert "nearly the same" in capsys.readouterr().out


def test_what_the_thresholds_are_is_what_the_handbook_says() -> None:
    assert (PROSE.stretch, PROSE.share, PROSE.least) == (3, 0.6, 40)
    assert (PROGRAM.stretch, PROGRAM.share, PROGRAM.least) == (6, 0.8, 80)
