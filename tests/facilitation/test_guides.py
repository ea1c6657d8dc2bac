"""The facilitator's pages: each has what somebody needs who has never seen the module."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import robustness
from conftest import ROOT

from thousandfold.cli import COMMANDS
from thousandfold.facilitation.course import Module, find_course
from thousandfold.facilitation.guide import discussion, poll
from thousandfold.facilitation.schedule import formats, plan
from thousandfold.facilitation.worksheets import sheets
from thousandfold.room.programme import FLY, steps_of

PAGES = ROOT / "facilitator"
COURSE = find_course(ROOT)
GUIDED = [module for module in COURSE.modules if "guide" not in module.exempt]
SECTIONS = (
    "Before anybody runs anything",
    "What people answer, and what to say",
    "Where they get stuck",
    "The moment the picture changes minds",
    "Discuss",
    "When somebody challenges a number",
    "Link to their own company",
)
of_each = pytest.mark.parametrize("module", GUIDED, ids=[module.stem for module in GUIDED])


def page(module: Module) -> str:
    return (PAGES / f"{module.stem}.md").read_text(encoding="utf-8")


def section(module: Module, title: str) -> str:
    text = page(module)
    assert text.count(f"\n## {title}\n") == 1, f"{module.stem}.md has one section {title!r}"
    return text.split(f"\n## {title}\n")[1].split("\n## ")[0].strip()


def rows(text: str) -> list[list[str]]:
    lines = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("|")]
    return lines[2:]


@of_each
def test_a_guide_has_all_its_sections_in_order_and_can_be_read_in_time(module: Module) -> None:
    text = page(module)
    assert text.startswith(f"# {module.stem[:2]} · {module.question}\n")
    places = [text.find(f"\n## {title}\n") for title in SECTIONS]
    assert -1 not in places, dict(zip(SECTIONS, places, strict=True))
    assert places == sorted(places)
    assert all(section(module, title) for title in SECTIONS)
    assert len(re.findall(r"\w+", text)) < 1500, "fifteen minutes, with the lesson"


@of_each
def test_the_point_is_one_sentence(module: Module) -> None:
    (point,) = re.findall(r"\*\*The point in one sentence\.\*\* (.*?)\n\n", page(module), re.DOTALL)
    assert re.fullmatch(r"[^.]+\.", point.strip()), point


@of_each
def test_there_is_a_poll_with_options(module: Module) -> None:
    assert section(module, "Before anybody runs anything").count("**Poll.**") == 1
    found = poll(COURSE, module.stem)
    assert found is not None, "**Poll.** *A question?* One answer / another / a third."
    assert 3 <= len(found.options) <= 4, "what a meeting's own poll can hold"


@of_each
def test_answers_obstacles_and_questions_are_there(module: Module) -> None:
    said = rows(section(module, "What people answer, and what to say"))
    assert len(said) >= 3, "three answers or more"
    assert all(len(row) == 2 and all(row) for row in said)
    stuck = re.findall(r"^- \*\*", section(module, "Where they get stuck"), re.MULTILINE)
    assert len(stuck) >= 3, "three obstacles or more"
    assert len(discussion(COURSE, module.stem)) >= 2, "two questions"


@of_each
def test_each_number_has_a_source_a_mark_and_an_answer(module: Module) -> None:
    keypoints = re.escape(robustness.BEGIN) + ".*" + re.escape(robustness.END)
    told = section(module, "When somebody challenges a number")
    numbers = rows(re.sub(keypoints, "", told, flags=re.DOTALL))
    assert len(numbers) >= 3, "three numbers or more"
    assert [row for row in numbers if len(row) != 4 or not all(row)] == []


@of_each
def test_minutes_are_those_of_the_notebooks(module: Module) -> None:
    (promised,) = re.findall(r"\*\*Time\.\*\* (\d+) minutes", page(module))
    assert int(promised) == module.minutes, "the page's minutes, and those of the notebooks"
    if not module.exercise:
        return
    split = re.search(r"(\d+) for the lesson, (\d+) for the exercise", page(module))
    assert split is not None
    assert (int(split[1]), int(split[2])) == (module.lesson_minutes, module.exercise_minutes)
    first = next(s for s in module.sections if s.cell == "change")
    assert f"Drop *{first.title}* first ({first.minutes} minute" in page(module)
    assert first.drop_if_late
    late = re.search(r"Late\?.*?\n\n", page(module), re.DOTALL)
    assert late is not None
    dropped = {task.title.split(".")[0] for task in module.tasks if task.drop_if_late}
    named = re.search(r"tasks? ([\d and]+)", late[0])
    assert named is not None
    assert set(re.findall(r"\d", named[1])) == dropped, "what the page and the notebook drop"


def test_minutes_without_a_break_are_those_of_the_plans() -> None:
    longest = {}
    for name in ("half-day", "day"):
        minutes = [0]
        for slot in plan(COURSE, name).sessions[0].slots:
            minutes = [*minutes, 0] if slot.kind == "break" else minutes
            minutes[-1] += slot.minutes * (slot.kind != "break")
        longest[name] = max(minutes)
    said = re.search(
        r"In half a day up to (\d+) minutes pass without a break, in the day up to (\d+)\.",
        (PAGES / "room.md").read_text(encoding="utf-8"),
    )
    assert said is not None
    assert {"half-day": int(said[1]), "day": int(said[2])} == longest


def test_the_pace_of_the_flight_is_that_of_the_plan_and_of_the_room() -> None:
    said = re.search(
        r"half a day flying has (\d+) minutes: in the live room (\d+) to find a team, then (\d+) "
        r"seconds to decide and (\d+) to look, twelve times",
        (PAGES / "08_flight_simulator.md").read_text(encoding="utf-8"),
    )
    assert said is not None
    flying, settling, deciding, looking = map(int, said.groups())
    for name in ("one-hour", "half-day"):
        slots = plan(COURSE, name).sessions[0].slots
        (place,) = [place for place, slot in enumerate(slots) if slot.cell == FLY]
        steps = {step.kind: step for step in steps_of(slots) if step.place == place}
        assert slots[place].minutes == flying
        assert steps["teams"].minutes == settling
        assert 60 * steps["decide"].minutes == pytest.approx(deciding)
        assert 60 * steps["came"].minutes == pytest.approx(looking)


OTHER = ("README.md", "room.md", "when-things-fail.md", "feedback.md")


@pytest.mark.parametrize("name", OTHER)
def test_the_pages_around_are_linked_from_the_start(name: str) -> None:
    text = (PAGES / name).read_text(encoding="utf-8")
    own = text.partition("<!-- the modules")[0]  # below stands one line for each module
    assert len(re.findall(r"\w+", own)) < 1100
    start = (PAGES / "README.md").read_text(encoding="utf-8")
    assert name == "README.md" or f"({name}" in start
    for module in GUIDED:
        assert f"({module.stem}.md)" in start


def test_the_start_names_every_format_and_every_sheet_that_is_written() -> None:
    start = (PAGES / "README.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| [\w ]+ \| `([\w-]+)` \|", start, re.MULTILINE) == formats()
    named = set(re.findall(r"^\| `([\w-]+)\.pdf` \|", start, re.MULTILINE))
    assert named == {*sheets(COURSE), "facilitator-pages"}


@pytest.mark.parametrize("path", sorted(PAGES.glob("*.md")), ids=lambda path: path.name)
def test_every_command_that_is_named_exists(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    commands = {command.name for command in COMMANDS}
    assert set(re.findall(r"`[^`\n]*\bthousandfold (\w+)", text)) <= commands
    verbs = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    assert set(re.findall(r"`make ([a-z-]+)", text)) <= verbs


@pytest.mark.parametrize("name", OTHER)
def test_the_voice_of_the_house(name: str) -> None:
    text = re.sub(r"<!--.*?-->", "", (PAGES / name).read_text(encoding="utf-8"))
    assert "!" not in text
    assert not re.search(r"\b(simply|just|obviously|of course)\b", text, re.IGNORECASE)
