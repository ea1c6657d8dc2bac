"""Handing in from a notebook: from pages of other addresses, by whoever knows the password."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import nbformat
import pytest
from conftest import ROOT
from course import grade_id, release
from handed_in import FILE, SECONDS, STEM, Told, marked
from nbformat import NotebookNode
from patience import patience, wait_until
from served import Served, Visitor, served

from boxgrader.errors import BoxError
from thousandfold.room.board import Marks
from thousandfold.room.day import MOST_FROM_ONE_ADDRESS
from thousandfold.room.marks import Exercise, Mark

TWO = "10_code_nearly_free"
ELSEWHERE = {"Origin": "http://localhost:8888"}
NOT_IT = "not the password"
BROWSER, OTHER = "a" * 40, "b" * 40
WRONG = "factor_possible is the number of paths *added*. Divide instead of subtracting."


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Served]:
    exercise = Exercise(ROOT, STEM)
    with served(
        tmp_path / "day.room", folder=tmp_path / "in", exercises=[exercise], make=Told
    ) as it:
        yield it


@pytest.fixture
def client(room: Served) -> Iterator[httpx.Client]:
    with httpx.Client(
        base_url=room.site.place.address,
        headers=ELSEWHERE,
        trust_env=False,
        timeout=patience(SECONDS),
    ) as it:
        yield it


def send(client: httpx.Client, room: Served, **more: Any) -> httpx.Response:
    """Send what a notebook sends; `more` replaces parts of it."""
    body = {"password": room.site.door.password, "browser": BROWSER, **more}
    return client.post("/api/hand-in", json=body)


def hand_in(
    client: httpx.Client, room: Served, name: str, content: bytes = b"", **more: Any
) -> httpx.Response:
    notebook = json.loads(content or marked())
    return send(client, room, name=name, notebook=notebook, **more)


def results(client: httpx.Client, room: Served, **more: Any) -> list[dict[str, Any]]:
    """Wait for what the checks say."""

    def asked() -> list[dict[str, Any]]:
        [found] = send(client, room, **more).json()["exercises"]
        told: list[dict[str, Any]] = found["tasks"]
        return told

    wait_until(asked, SECONDS)
    return asked()


def test_a_page_of_another_address_may_ask_and_read_every_answer(
    client: httpx.Client, room: Served
) -> None:
    asked = client.options(
        "/api/hand-in",
        headers={
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "content-type",
            "Access-Control-Request-Private-Network": "true",
        },
    )
    assert asked.status_code == 204
    assert "Content-Type" in asked.headers["Access-Control-Allow-Headers"]
    assert asked.headers["Access-Control-Allow-Private-Network"] == "true"
    for answer in (
        asked,
        client.get("/api/hand-in"),
        hand_in(client, room, "Anna"),
        send(client, room, password=NOT_IT),
        client.post("/api/hand-in", content=b"no JSON"),
    ):
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert "Access-Control-Allow-Credentials" not in answer.headers


def test_the_other_pages_are_closed_to_pages_of_another_address(client: httpx.Client) -> None:
    for path in ("/", "/sign-in", "/hand-in", "/facilitator"):
        assert "Access-Control-Allow-Origin" not in client.get(path).headers


def test_what_is_handed_in_lies_there_and_the_results_come_back(
    client: httpx.Client, room: Served, tmp_path: Path
) -> None:
    wrong = marked(factor_possible={"points": 0.0, "says": WRONG})
    told = hand_in(client, room, "Anna Müller", wrong).json()
    assert told["said"].startswith("Handed in at ")
    assert told["exercise"] == STEM
    there = tmp_path / "in" / "anna-müller" / STEM / FILE
    assert nbformat.read(there, 4).cells == release(STEM).cells
    found = results(client, room, exercise=STEM)
    [one] = [one for one in found if not one["right"]]
    assert (one["mark"], one["says"]) == ("right in part", WRONG)

    # Once more: nobody is told what the checks said last time.
    hand_in(client, room, "Anna Müller", marked())
    assert all(one["right"] for one in results(client, room, exercise=STEM))


def test_results_are_those_of_this_browser_alone(client: httpx.Client, room: Served) -> None:
    hand_in(client, room, "Anna")
    results(client, room)
    assert send(client, room, browser=OTHER).json() == {"name": "", "exercises": []}


def test_two_exercises_of_a_day_come_back_apart(client: httpx.Client, tmp_path: Path) -> None:
    checked = threading.Event()

    class Slow(Told):
        def mark(self, notebook: NotebookNode) -> Mapping[str, Mark]:
            if self._exercise.assignment == TWO:
                checked.wait()
            return super().mark(notebook)

    days = [Exercise(ROOT, stem) for stem in (STEM, TWO)]
    with served(tmp_path / "two.room", folder=tmp_path / "both", exercises=days, make=Slow) as room:
        client.base_url = room.site.place.address
        hand_in(client, room, "Anna")
        results(client, room)
        hand_in(client, room, "Anna", nbformat.writes(release(TWO)).encode())
        found = send(client, room).json()["exercises"]
        assert [(one["title"], one["waits"]) for one in found] == [
            (days[0].title, False),
            (days[1].title, True),
        ]
        [one] = send(client, room, exercise=TWO).json()["exercises"]
        checked.set()
        assert (one["exercise"], one["waits"], one["tasks"]) == (TWO, True, [])


def test_whoever_hands_in_where_nothing_is_checked_is_told_so(
    client: httpx.Client, tmp_path: Path
) -> None:
    def no_box(_: Exercise) -> Marks:
        raise BoxError("This machine gives no box.")

    notebook = release(STEM)
    for cell in notebook.cells:
        cell.metadata.get("nbgrader", {}).get("grade") and cell.update(execution_count=1)
        if grade_id(cell) in ("one_joins", "ninety_join"):
            cell.source = ""
    exercise = Exercise(ROOT, STEM)
    with served(
        tmp_path / "no box.room", folder=tmp_path / "it", exercises=[exercise], make=no_box
    ) as room:
        client.base_url = room.site.place.address
        hand_in(client, room, "Anna", nbformat.writes(notebook).encode())
        tasks = results(client, room)
        assert [task["mark"] for task in tasks] == ["looked at when it is graded"] + [
            "filled in"
        ] * 4
        assert not any(task["right"] for task in tasks)
        assert all(task["reported"] for task in tasks)
        [one] = send(client, room).json()["exercises"]
        assert "Filled in: 4 of 4. This computer checks no answers" in one["said"]
        visitor = Visitor(room.site)
        visitor.enter()
        visitor.hand_in("Ben", nbformat.writes(notebook).encode())
        wait_until(lambda: "Filled in" in visitor.part("/hand-in"), SECONDS)
        page = visitor.part("/hand-in")
        assert "This computer checks no answers" in page
        assert "</b>: right" not in page
        visitor.client.close()


def test_whoever_hands_in_what_cannot_be_checked_does_not_wait_for_ever(
    client: httpx.Client, room: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Told, "mark", lambda *given: 1 / 0)
    hand_in(client, room, "Anna")

    def told() -> dict[str, Any]:
        [one] = send(client, room).json()["exercises"]
        return dict(one)

    wait_until(lambda: not told()["waits"], SECONDS, seen=told)
    assert told()["refused"]
    assert "could not be checked: please tell the facilitator" in told()["said"]
    visitor = Visitor(room.site)
    visitor.enter()
    visitor.hand_in("Ben", marked())
    wait_until(lambda: "could not be checked" in visitor.part("/hand-in"), SECONDS)
    visitor.client.close()


def test_no_cookie_counts(room: Served) -> None:
    visitor = Visitor(room.site)
    visitor.enter()
    assert visitor.client.cookies
    answer = visitor.client.post(
        "/api/hand-in", json={"browser": BROWSER, "name": "Anna", "notebook": {}}
    )
    assert "not the password" in answer.json()["trouble"]
    visitor.client.close()


def test_the_right_password_is_taken_after_any_number_of_wrong_ones(
    client: httpx.Client, room: Served
) -> None:
    for _ in range(10):
        said = hand_in(client, room, "Anna", password=NOT_IT).json()["trouble"]
    assert "It stands on the projector" in said
    assert "many wrong ones" in said
    assert "said" in hand_in(client, room, "Anna").json()


def test_anothers_name_is_the_facilitators_to_give(
    client: httpx.Client, room: Served, tmp_path: Path
) -> None:
    hand_in(client, room, "Anna", marked(factor_possible={"points": 0.0, "says": WRONG}))
    there = tmp_path / "in" / "anna" / STEM / FILE
    first = there.read_bytes()
    told = hand_in(client, room, "Anna", browser=OTHER).json()
    assert told["another"]
    assert "in another browser" in told["trouble"]
    told = hand_in(client, room, "Anna", browser=OTHER, mine=True).json()
    assert "facilitator is asked" in told["trouble"]
    assert there.read_bytes() == first
    facilitator = Visitor(room.site, facilitator=True)
    found = re.search(r"replaces it, in <code>([^<]*)</code>", facilitator.part("/facilitator"))
    facilitator.client.close()
    room.do("give", learner="anna", yes=True)
    assert "said" in hand_in(client, room, "Anna", browser=OTHER).json()
    assert there.read_bytes() != first
    assert found
    (older,) = Path(found[1]).glob("*/*.ipynb")
    assert older.read_bytes() == first


def test_what_is_too_large_gets_a_sentence(client: httpx.Client, room: Served) -> None:
    notebook = json.loads(marked())
    notebook["metadata"]["much"] = "x" * 11 * 2**20
    answer = send(client, room, name="Anna", notebook=notebook)
    assert "Clear Outputs" in answer.json()["trouble"]
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert not room.site.day.owners


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"no JSON",
        b"[1]",
        b'"text"',
        b"[" * 100_000,
        b"\xff\xfe",
        b"1" * 10_000,
    ],
)
def test_what_is_no_json_is_refused(client: httpx.Client, room: Served, body: bytes) -> None:
    answer = client.post("/api/hand-in", content=body)
    assert answer.status_code == 400
    assert "trouble" in answer.json()


@pytest.mark.parametrize("notebook", [None, 1, [], {}, "text", {"cells": 1}, {"nbformat": 4}])
def test_what_is_no_notebook_is_refused_in_a_sentence(
    client: httpx.Client, room: Served, notebook: Any, tmp_path: Path
) -> None:
    answer = send(client, room, name="Anna", notebook=notebook)
    assert answer.status_code == 422
    assert answer.json()["trouble"][0].isupper()
    assert not list(tmp_path.glob("in/**/*.ipynb"))


@pytest.mark.parametrize("browser", ["", "short", "x" * 101, None, 7, {}])
def test_a_browser_has_a_word_that_nobody_guesses(
    client: httpx.Client, room: Served, browser: Any
) -> None:
    assert send(client, room, browser=browser).status_code == 400


@pytest.mark.parametrize(
    "name",
    ["../../../outside", "/etc/passwd", "..", ".", "a\0b", "<b>x</b>", "x" * 10_000, [], {}],
)
def test_a_hostile_name_writes_nothing_outside(
    client: httpx.Client, room: Served, name: Any, tmp_path: Path
) -> None:
    before = set(tmp_path.iterdir())
    assert hand_in(client, room, name).status_code in (200, 422)
    assert set(tmp_path.iterdir()) <= before | {tmp_path / "in"}
    assert all(len(folder.name) <= 40 for folder in tmp_path.glob("in/*"))
    assert len(list(tmp_path.glob(f"in/*/{STEM}/{FILE}"))) == len(list(tmp_path.rglob(FILE)))


@pytest.mark.parametrize("part", ["password", "browser", "exercise", "name", "notebook"])
def test_half_a_letter_is_refused(client: httpx.Client, room: Served, part: str) -> None:
    body = {"password": room.site.door.password, "browser": BROWSER, part: "\ud800" * 40}
    assert client.post("/api/hand-in", content=json.dumps(body)).status_code == 400


def test_an_address_that_is_not_the_rooms_leads_nowhere(room: Served) -> None:
    answer = httpx.post(
        f"{room.site.place.address}/api/hand-in",
        json={"password": room.site.door.password, "browser": BROWSER},
        headers={"Host": "room.evil.example"},
        trust_env=False,
    )
    assert answer.status_code == 403


def test_a_room_that_takes_nothing_says_where_else(tmp_path: Path) -> None:
    with served(tmp_path / "none.room") as room, Visitor(room.site).client as browser:
        answer = browser.post("/api/hand-in", json={"browser": BROWSER}, headers=ELSEWHERE)
        assert "nbgrader's list of assignments" in answer.json()["trouble"]
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert not room.site.day.browsers


def test_what_is_refused_claims_no_name_and_takes_no_place(
    client: httpx.Client, room: Served
) -> None:
    other = nbformat.writes(release(TWO)).encode()
    for content in (b'{"cells": 1}', other):
        assert "trouble" in hand_in(client, room, "Anna", content).json()
    phone = Visitor(room.site)
    phone.enter()
    entered = dict(room.site.day.browsers)
    assert "another one. Please hand in" in phone.hand_in("Anna", other).text
    assert not room.site.day.owners
    assert (room.site.day.notebooks.total(), room.site.day.browsers) == (0, entered)
    assert [deed.kind for deed in room.site.kept.deeds()] == ["enter"]
    assert "said" in hand_in(client, room, "Anna").json()
    phone.client.close()


def test_whoever_asks_for_results_alone_takes_no_place(client: httpx.Client, room: Served) -> None:
    assert send(client, room).json()["exercises"] == []
    assert not room.site.day.browsers


def test_each_person_of_one_address_may_have_a_phone_and_a_notebook(
    client: httpx.Client, room: Served
) -> None:
    for number in range(MOST_FROM_ONE_ADDRESS):
        room.do("enter", f"phone {number}", address="127.0.0.1")
    for number in range(MOST_FROM_ONE_ADDRESS):
        assert "said" in hand_in(client, room, f"Ann {number}", browser=f"{number:x}" * 30).json()
    told = hand_in(client, room, "One more", browser="one more" * 5).json()
    assert "tell the facilitator" in told["trouble"]
    facilitator = Visitor(room.site, facilitator=True)
    assert "Many browsers come from one address" in facilitator.part("/facilitator")
    facilitator.send("/facilitator/let-in", address="127.0.0.1")
    assert "said" in hand_in(client, room, "One more", browser="one more" * 5).json()
    facilitator.client.close()
