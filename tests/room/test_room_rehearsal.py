"""A rehearsal is a day with people who are none: it looks like one, and nothing of it is kept."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from patience import until
from running_room import Facilitator, RunningRoom

from thousandfold.room.browser import Lines, Sheet
from thousandfold.room.flights import new_word, word_in
from thousandfold.room.simulated import people

SECONDS = 60


@pytest.fixture
def room(tmp_path: Path) -> Iterator[RunningRoom]:
    room = RunningRoom(tmp_path, "--rehearse", "--modules", "6")
    yield room
    room.close()


def test_people_who_are_none_take_part_and_leave_nothing(room: RunningRoom, tmp_path: Path) -> None:
    async def day() -> None:
        facilitator = Facilitator(room, Lines())
        await facilitator.come_in()
        words = (await facilitator.open("/facilitator")).words
        assert "these are no people" in words
        assert "The plan begins at" not in words, "a rehearsal begins when it is opened"
        while "predict" not in await facilitator.step():
            await facilitator.go()

        async def five_answered() -> bool:
            words = (await facilitator.open("/facilitator")).words
            found = re.search(r"(\d+)\s+answered", words)
            return found is not None and int(found[1]) >= 5

        await until(five_answered, SECONDS)

    asyncio.run(day())
    room.close()
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_the_same_people_do_the_same_and_others_something_else() -> None:
    def guesses(number: int) -> list[str]:
        person = people(number, 0, "http://127.0.0.1:1", "")[-1]
        return [person._answer(f"question-{at}", ()) for at in range(9)]

    assert guesses(1) == guesses(1)
    assert guesses(1) != guesses(2)


def test_people_come_nearer_to_the_truth_when_they_have_talked() -> None:
    options = ("0", "1", "2")
    class_ = people(200, 0, "http://127.0.0.1:1", "")
    before = [person._answer("q", options) for person in class_]
    after = [person._answer("q", options) for person in class_]
    good = max(options, key=before.count)
    assert after.count(good) > before.count(good)
    assert set(after) == set(options)  # and not all of them


def test_a_page_is_read_as_a_browser_reads_it() -> None:
    page = Sheet(
        '<div id="live" data-version="7"><h1>Vote</h1><a class="button" href="/flight">Fly</a>'
        '<form data-part="q" action="/vote?x=1&amp;y=2" data-key="Enter">'
        '<input type="hidden" name="question" value="q"><input type="radio" '
        'name="answer" value="0">'
        '<input type="radio" name="answer" value="1" checked>'
        '<textarea name="line">a &lt; b</textarea>'
        '<select name="s"><option value="u">U<option value="v" selected>V</select></form></div>'
        '<script type="application/json">{"not": "read"}</script><p>Word: bade-figo</p>'
    )
    (form,) = page.forms
    assert (page.version, page.links, form.path, form.key) == ("7", ["/flight"], "/vote", "Enter")
    assert form.action == "/vote?x=1&y=2"
    assert form.hidden == {"question": "q"}
    assert {name: one.value for name, one in form.fields.items()} == {
        "question": "q", "answer": "1", "line": "a < b", "s": "v",
    }  # fmt: skip
    assert form.fields["answer"].options == ["0", "1"]
    assert "read" not in page.words
    assert page.data == '{"not": "read"}'
    assert word_in(page.words) == "bade-figo"
    assert all(
        word_in(f"the word {word}.") == word for word in [new_word(set()) for _ in range(50)]
    )
