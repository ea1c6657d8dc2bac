"""The pages of a room: whom they let in, what they take, and what they show to whom."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import httpx
import pytest
from conftest import ROOT
from handed_in import FILE, SECONDS, STEM, Told, marked
from patience import patience, patient, wait_until
from playwright.sync_api import Browser, expect
from served import Served, Visitor, served

from thousandfold.facilitation.course import find_course
from thousandfold.facilitation.plan import minutes_of
from thousandfold.facilitation.schedule import plan
from thousandfold.room import server
from thousandfold.room.day import MOST_FROM_ONE_ADDRESS
from thousandfold.room.marks import Exercise
from thousandfold.room.owners import MOST_NAMES

WRONG = "factor_possible is the number of paths *added*. Divide instead of subtracting."
NO_POINTS = {"points": 0.0, "says": WRONG}


@pytest.fixture(scope="module")
def exercise() -> Exercise:
    return Exercise(ROOT, STEM)


@pytest.fixture
def room(exercise: Exercise, tmp_path: Path) -> Iterator[Served]:
    with served(
        tmp_path / "day.room", folder=tmp_path / "in", exercises=[exercise], make=Told
    ) as it:
        yield it


@pytest.fixture
def visit(room: Served) -> Iterator[Callable[..., Visitor]]:
    """Give browsers in front of a room, already inside unless asked otherwise."""
    visitors: list[Visitor] = []

    def make(*, inside: bool = True, facilitator: bool = False) -> Visitor:
        visitors.append(Visitor(room.site, facilitator=facilitator))
        if inside and not facilitator:
            visitors[-1].enter()
        return visitors[-1]

    yield make
    for visitor in visitors:
        visitor.client.close()


def told(answer: httpx.Response) -> str:
    found = re.search(r'role="alert"[^>]*>(.+?)</p>', answer.text)
    return found[1] if found else ""


# --- Whom it lets in -----------------------------------------------------------------------------


def test_nothing_is_shown_or_taken_before_the_password(
    visit: Callable[..., Visitor], room: Served
) -> None:
    outside = visit(inside=False)
    for path in ("/", "/hand-in", "/projector", "/join", "/join.svg", "/facilitator"):
        answer = outside.client.get(path)
        assert answer.url.path == "/sign-in", path
        assert room.site.door.password not in answer.text
        script = outside.client.get(path, headers={"Accept": "application/json"})
        assert script.status_code == 403 or script.url.path == "/sign-in"
    token = outside.token()
    for path in ("/vote", "/say", "/promise", "/hand-in", "/facilitator/go", "/facilitator/begin"):
        answer = outside.client.post(path, params={"_xsrf": token}, data={"answer": "1"})
        assert answer.status_code == 403, path
    refused = outside.enter("not the password")
    assert "not the password of this room" in told(refused)
    assert room.site.day.addresses.total() == 0


def test_the_password_forgives_its_form_and_its_cookie_stays_here(
    visit: Callable[..., Visitor],
) -> None:
    visitor = visit(inside=False)
    visitor.client.follow_redirects = False
    answer = visitor.enter(visitor.site.door.password.upper().replace("-", " "))
    assert answer.headers["location"] == "/"
    assert re.search(r"HttpOnly; Path=/; SameSite=Lax", answer.headers["set-cookie"])


def test_whoever_guesses_keeps_nobody_out(visit: Callable[..., Visitor]) -> None:
    guessing, newcomer = visit(inside=False), visit(inside=False)
    for _ in range(9):
        answer = guessing.enter("wrong")
    assert "many wrong passwords" in told(answer)
    assert newcomer.enter().url.path == "/"
    assert guessing.enter().url.path == "/"


def test_one_address_cannot_fill_the_room_unless_the_facilitator_says_so(
    visit: Callable[..., Visitor], room: Served
) -> None:
    for _ in range(MOST_FROM_ONE_ADDRESS):
        assert visit().client.get("/").url.path == "/"
    one_more = visit(inside=False)
    assert "tell the facilitator" in told(one_more.enter())
    facilitator = visit(facilitator=True)
    assert "Many browsers come from one address" in facilitator.part("/facilitator")
    facilitator.send("/facilitator/let-in", address="127.0.0.1")
    assert one_more.enter().url.path == "/"
    assert "Many browsers" not in facilitator.part("/facilitator")


def test_only_the_facilitator_moves_the_room(visit: Callable[..., Visitor], room: Served) -> None:
    learner, facilitator = visit(), visit(facilitator=True)
    steps = room.site.day.steps
    move = {"from": steps[0].name, "to": steps[1].name}
    orders = ("go", "begin", "extend", "pause", "follow", "undo", "let-in", "give")
    for order in orders:
        assert learner.client.get("/facilitator").url.path == "/sign-in"
        answer = learner.post(f"/facilitator/{order}", **move, minutes="5", address="1")
        assert answer.status_code == 403, order
    assert room.site.day.step is steps[0]
    assert facilitator.send("/facilitator/go", **move) == {"said": ""}
    assert room.site.day.step is steps[1]
    again = facilitator.send("/facilitator/go", **move)
    assert "had moved on already" in again["trouble"]
    wrong = Visitor(room.site)
    assert wrong.client.get("/facilitator/sign-in", params={"key": "x"}).status_code == 403
    wrong.client.close()


def test_another_site_can_send_nothing(visit: Callable[..., Visitor], room: Served) -> None:
    for visitor, path in (
        (visit(), "/vote"),
        (visit(), "/hand-in"),
        (visit(facilitator=True), "/facilitator/go"),
    ):
        answer = visitor.client.post(path, data={"name": "ann", "to": "1"})
        assert answer.status_code == 403, path
        rebound = visitor.client.get("/", headers={"Host": "evil.example.org"})
        assert rebound.status_code == 421
    page = visit().client.get("/")
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert page.headers["cache-control"] == "no-store"


def test_whoever_sends_nothing_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "_SLOW_SECONDS", 0.2)
    with served(tmp_path / "day.room") as room:
        host, port = room.site.place.address.removeprefix("http://").split(":")
        for begun in (
            b"",
            b"GET /",
            b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nx",
        ):
            with socket.create_connection((host, int(port)), timeout=patience(SECONDS)) as line:
                line.sendall(begun)
                while line.recv(1000):  # ends when the other side does
                    pass


# --- Votes ---------------------------------------------------------------------------------------


def test_a_vote_is_taken_while_it_is_open_and_shown_when_both_are_over(
    visit: Callable[..., Visitor], room: Served
) -> None:
    people, facilitator = [visit() for _ in range(5)], visit(facilitator=True)
    (question,) = room.site.day.questions[1]
    ask = {"question": question.name}
    assert "closed" in people[0].send("/vote", **ask, answer="1")["trouble"]
    room.go("vote")
    for place, person in enumerate(people):
        assert question.words in person.client.get("/").text
        assert "is in" in person.send("/vote", **ask, answer=str(place % 2))["said"]
        for watching in (*people, facilitator):
            assert "<svg" not in watching.part("/projector")
    assert "choose one" in people[0].send("/vote", **ask, answer="7")["trouble"]
    room.go("again")
    for person in people[:4]:
        person.send("/vote", **ask, answer="1")
    room.go("shown")
    assert "closed" in people[0].send("/vote", **ask, answer="1")["trouble"]
    bars = room.site.day.votes.bars(question)
    assert [(bar.first, bar.second) for bar in bars] == [(3, 0), (2, 0), (0, 0)]
    shown = people[0].part("/projector")
    assert "<span>3</span>" in shown
    assert "after the talk" not in shown, "four voted again: too few to be shown"


def test_guesses_are_read_as_people_type_them_and_shown_with_what_came(
    visit: Callable[..., Visitor], room: Served
) -> None:
    people = [visit() for _ in range(5)]
    room.go("predict")
    asked = {question.name.rpartition("_")[2]: question for question in room.site.day.asked}
    for said, person in zip(["about 100", "4,950", "5000", "1 million", "90"], people, strict=True):
        person.send("/vote", question=asked["paths"].name, answer=said)
    trouble = people[0].send("/vote", question=asked["paths"].name, answer="no idea")["trouble"]
    assert "Write one in digits" in trouble
    assert room.site.day.votes.of(next(iter(room.site.day.browsers)), asked["paths"], 1)
    answers = "4,950 pairs"
    assert answers not in people[0].part("/")
    assert answers not in people[0].part("/projector")
    room.go("expected")
    shown = people[0].part("/projector")
    assert answers in shown
    assert re.search(r'class="true"><th scope="row">3,000 pairs or more', shown)


# --- Hand-in -------------------------------------------------------------------------------------


def test_what_is_handed_in_lies_where_grading_finds_it_and_comes_back_with_its_marks(
    visit: Callable[..., Visitor], tmp_path: Path
) -> None:
    visitor = visit()
    content = marked(factor_possible=NO_POINTS)
    assert visitor.hand_in("../Ann Lee", content).url.path == "/hand-in"
    folder = tmp_path / "in" / "ann-lee" / STEM
    assert (folder / FILE).read_bytes() == content
    from nbgrader.utils import parse_utc

    assert parse_utc((folder / "timestamp.txt").read_text())
    assert [path.name for path in (tmp_path / "in").iterdir()] == ["ann-lee"]

    def page() -> str:
        return visitor.part("/hand-in")

    wait_until(lambda: "Divide instead of subtracting" in page(), SECONDS, seen=page)
    assert "</b>: right in part" in page()
    assert "</b>: right</li>" in page()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"Dear facilitator", "is not a notebook: it is not JSON from line 1 on"),
        (b"", "Please choose the notebook"),
        (b" " * 30_000_000, "This file is larger than 10 MB"),
        (b'{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}', "another one"),
        (b"[" * 100_000, "nested too deeply"),
    ],
    ids=["no JSON", "empty", "30 MB", "another notebook", "nested"],
)
def test_what_is_no_submission_is_refused_in_a_sentence(
    visit: Callable[..., Visitor], tmp_path: Path, content: bytes, says: str
) -> None:
    visitor = visit()
    answer = visitor.hand_in("Ann", content)
    assert answer.status_code == 422
    assert says in told(answer)
    assert not list((tmp_path / "in").glob("*/*"))
    assert visitor.client.get("/hand-in").status_code == 200
    assert not visitor.site.held


def test_nobody_hands_in_over_anothers_work_unless_the_facilitator_says_so(
    visit: Callable[..., Visitor], tmp_path: Path, room: Served
) -> None:
    first, second, facilitator = visit(), visit(), visit(facilitator=True)
    for _ in range(3):  # the same learner again and again
        assert first.hand_in("Ann", marked()).status_code == 200
    there = tmp_path / "in" / "ann" / STEM / FILE
    before = there.read_bytes()
    other = marked(factor_possible=NO_POINTS)
    assert "add your last name" in told(second.hand_in("ann", other))
    assert "facilitator is asked" in told(second.hand_in("ann", other, mine="yes"))
    assert there.read_bytes() == before
    assert "says that it is ann" in facilitator.part("/facilitator")
    facilitator.send("/facilitator/give", learner="ann", yes="no")
    assert "add your last name" in told(second.hand_in("ann", other))
    second.hand_in("ann", other, mine="yes")
    facilitator.send("/facilitator/give", learner="ann", yes="yes")
    assert second.hand_in("ann", other).status_code == 200
    assert there.read_bytes() == other
    (kept,) = (tmp_path / "in" / ".replaced" / "ann" / STEM).iterdir()
    assert kept.read_bytes() == before


def test_one_browser_has_few_names(visit: Callable[..., Visitor]) -> None:
    visitor = visit()
    for number in range(MOST_NAMES):
        assert visitor.hand_in(f"Ann {number}", marked()).status_code == 200
    assert "Please use one of them: ann-0" in told(visitor.hand_in("Zoe", marked()))


def test_forty_hand_in_at_once_and_no_name_is_shown(
    visit: Callable[..., Visitor], room: Served
) -> None:
    room.do("let in", address="127.0.0.1")
    visitors = [visit() for _ in range(40)]

    def hand_in(number: int) -> int:
        content = marked(factor_possible=NO_POINTS) if number % 4 else marked()
        return visitors[number].hand_in(f"Zacharias {number}", content).status_code

    with ThreadPoolExecutor(40) as pool:
        assert set(pool.map(hand_in, range(40))) == {200}
    room.go("exercise")

    def page() -> str:
        return visitors[0].part("/projector")

    wait_until(lambda: "<dd>40</dd>" in page() and "30&nbsp;×" in page(), SECONDS, seen=page)
    for path in ("/", "/projector", "/join", "/join.svg"):
        assert "zacharias" not in visitors[1].client.get(path).text.lower()
    assert "zacharias" not in page().lower()


def test_what_learners_write_is_text_on_every_page(
    visit: Callable[..., Visitor], room: Served
) -> None:
    room.do("let in", address="127.0.0.1")  # so that its browsers are people
    visitor, other = visit(), visit()
    name = '"><img src=x onerror=alert(1)> {{ 7 * 7 }}'
    hostile = {"points": 0.0, "says": "<script>alert(1)</script> {{ 7 * 7 }} HALF"}
    content = marked(factor_possible=hostile).replace(b"HALF", rb"\ud800")
    assert "<img" not in visitor.hand_in(name, b"no notebook").text
    visitor.hand_in("Ann", content)
    other.hand_in("Ben", content)
    room.go("exercise")

    def page() -> str:
        return visitor.part("/projector")

    wait_until(lambda: "alert(1)" in page(), SECONDS, seen=page)
    assert "&lt;script&gt;alert(1)&lt;/script&gt; {{ 7 * 7 }} \ufffd" in page()


def test_what_one_browser_says_under_two_names_is_nobodys_sentence(
    visit: Callable[..., Visitor], room: Served
) -> None:
    visitor = visit()
    own = {"points": 0.0, "says": "ask Bob, he has it right"}
    for name in ("Mallory One", "Mallory Two"):
        visitor.hand_in(name, marked(factor_possible=own))
    room.go("exercise")

    def page() -> str:
        return visitor.part("/projector")

    wait_until(lambda: "<b>2</b> not yet" in page(), SECONDS, seen=page)
    assert "Bob" not in page()


def test_the_board_counts_anew_when_a_class_is_let_in(
    visit: Callable[..., Visitor], room: Served
) -> None:
    own = {"points": 0.0, "says": "each pair was counted twice"}
    for name in ("Ann", "Ben", "Cleo"):
        visit().hand_in(name, marked(factor_possible=own))
    room.go("exercise")
    facilitator = Visitor(room.site, facilitator=True)

    def page() -> str:
        return facilitator.part("/projector")

    wait_until(lambda: "<b>3</b> not yet" in page(), SECONDS, seen=page)
    assert "counted twice" not in page()  # of one person, as far as the room knows
    facilitator.send("/facilitator/let-in", address="127.0.0.1")
    assert "counted twice" in page()
    facilitator.client.close()


# --- A whole plan --------------------------------------------------------------------------------


@contextmanager
def held(journal: Path, format_: str, start: str, clock: str) -> Iterator[tuple[Served, Visitor]]:
    """Serve a plan, with its facilitator, at a time of the day."""
    made = plan(find_course(ROOT), format_)
    begin = minutes_of(start)
    with served(journal, made.sessions[0].slots, begin=begin, plan=made) as room:
        room.site.today = lambda: datetime.strptime(f"2027-03-15 {clock}", "%Y-%m-%d %H:%M")
        facilitator = Visitor(room.site, facilitator=True)
        yield room, facilitator
        facilitator.client.close()


def test_an_hour_without_a_welcome_in_its_plan_lets_people_in_first(tmp_path: Path) -> None:
    with held(tmp_path / "day.room", "one-hour", "09:00", "09:20") as (room, facilitator):
        projector = facilitator.part("/projector")
        assert room.site.door.password in projector
        assert 'class="clock"' not in projector
        assert "The plan begins at 09:00, and it is 09:20" in facilitator.part("/facilitator")
        facilitator.send("/facilitator/begin")
        assert "The plan begins" not in facilitator.part("/facilitator")
        room.go("vote")
        assert room.site.left() > 30
        assert 'class="clock"' in facilitator.part("/projector")


def test_a_clock_goes_on_from_nothing_at_midnight(tmp_path: Path) -> None:
    with held(tmp_path / "day.room", "two-hours", "23:30", "00:10") as (room, facilitator):
        room.go("predict")
        shown = facilitator.part("/facilitator")
        assert "minutes late" in shown
        assert re.search(r"of the buffer at 00:\d\d", shown)
        assert not re.search(r"\b24:\d\d", shown)


def test_where_small_cuts_are_not_enough_the_page_names_a_lesson_or_another_end(
    tmp_path: Path,
) -> None:
    with held(tmp_path / "day.room", "half-day", "09:00", "10:45") as (room, facilitator):
        room.go("vote")
        shown = facilitator.part("/facilitator")
        assert "minutes are still missing" in shown
        assert re.search(r"Leave out 0\d Lesson: [^<]+ and end at 13:\d\d", shown)
        assert "or say now that you end at 13:" in shown


def test_a_question_about_the_poll_has_the_poll_beside_it(tmp_path: Path) -> None:
    with held(tmp_path / "day.room", "half-day", "09:00", "09:00") as (room, facilitator):
        room.do("let in", address="127.0.0.1")
        room.go("vote")
        (question,) = room.site.day.asked
        for number in range(5):
            room.do("enter", f"b{number}", address=f"10.0.0.{number}")
            room.do("vote", f"b{number}", question=question.name, answer="1")
        room.go("shown")
        room.go("talk")
        assert "Look at the poll" in room.site.day.step.heading
        for page in ("/projector", "/facilitator"):
            assert question.options[1] in facilitator.part(page)
        again = [step for step in room.site.day.steps if step.kind == "talk"][-1]
        room.do("go", **{"from": room.site.day.step.name, "to": again.name})
        assert question.options[1] not in facilitator.part("/projector")


def test_a_break_says_when_it_is_over(tmp_path: Path) -> None:
    with held(tmp_path / "day.room", "half-day", "09:00", "10:00") as (room, facilitator):
        room.go("break")
        assert "Back at <b>10:15</b>" in facilitator.part("/projector")


def test_a_buffer_says_what_it_is_for(tmp_path: Path) -> None:
    with held(tmp_path / "day.room", "half-day", "09:00", "09:00") as (room, facilitator):
        room.go("buffer")
        assert "It goes on soon" in facilitator.part("/projector")
        assert "belongs to nobody" in facilitator.part("/facilitator")


def late_form(facilitator: Visitor) -> dict[str, str]:
    """Return what is sent where all that the page proposes stays ticked."""
    shown = facilitator.part("/facilitator")
    form = re.search(r'<form data-part="late".*?</form>', shown, re.DOTALL)
    assert form, "the room is not late"
    return dict(re.findall(r'<input [^>]*name="([^"]+)" value="([^"]+)"', form[0]))


def test_what_is_left_out_is_chosen_line_by_line_and_can_be_undone(tmp_path: Path) -> None:
    journal = tmp_path / "day.room"
    with held(journal, "half-day", "09:00", "09:27") as (room, facilitator):
        room.go("vote")
        day = room.site.day
        planned = day.slots
        form = late_form(facilitator)
        assert form.pop("late") == "20"
        whole = {name for name in form if name.startswith("give-")}
        dropped = [place for place, _ in enumerate(planned) if f"give-{place}" in form]
        kept = next(place for place in dropped if planned[place].drop_if_late)
        del form[f"give-{kept}"]
        assert len(whole) > 3
        assert facilitator.send("/facilitator/follow", late="20", **form) == {"said": ""}
        for place, slot in enumerate(day.slots):
            changed = slot.minutes < planned[place].minutes
            assert changed == (place in dropped and place != kept)
        assert day.slots[-1].end == planned[-1].end + planned[kept].minutes
        shown = facilitator.part("/facilitator")
        assert f"ends at 13:{planned[kept].minutes:02d}" in shown
        followed = day.slots
    with held(journal, "half-day", "09:00", "09:27") as (room, facilitator):
        day = room.site.day
        assert day.slots == followed
        assert facilitator.send("/facilitator/undo") == {"said": ""}
        assert day.slots == planned
        assert "nothing to undo" in facilitator.send("/facilitator/undo")["trouble"]
        assert ">Undo<" not in facilitator.part("/facilitator")
        assert set(late_form(facilitator)) - {"from", "late"} == whole, "it is late again"
    with held(journal, "half-day", "09:00", "09:27") as (room, facilitator):
        assert room.site.day.slots == planned
        assert room.site.day.step.kind == "vote"


def test_what_is_ticked_is_what_the_page_said_also_some_minutes_later(tmp_path: Path) -> None:
    with held(tmp_path / "day.room", "half-day", "09:00", "09:14") as (room, facilitator):
        room.go("vote")
        day = room.site.day
        planned = day.slots
        form = late_form(facilitator)
        seen = {int(name[5:]) for name in form if name.startswith("give-")}
        room.site.today = lambda: datetime(2027, 3, 15, 9, 44)
        assert facilitator.send("/facilitator/follow", **form) == {"said": ""}
        changed = {at for at, slot in enumerate(day.slots) if slot.minutes != planned[at].minutes}
        assert changed == seen, "nothing goes that nobody has seen"
        assert day.slots[-1].end == planned[-1].end + 30
        assert room.site.late() == 0


def test_what_is_left_out_belongs_to_the_step_that_was_seen(tmp_path: Path) -> None:
    with held(tmp_path / "day.room", "half-day", "09:00", "09:44") as (room, facilitator):
        room.go("vote")
        form = late_form(facilitator)
        room.go("again")
        planned = room.site.day.slots
        assert "moved on" in facilitator.send("/facilitator/follow", **form)["trouble"]
        for late in ("", "-3", "0", "x", "9" * 400):
            facilitator.send("/facilitator/follow", **{**form, "late": late})
        assert room.site.day.slots == planned
        nothing = {"from": room.site.day.step.name, "late": "20"}
        assert facilitator.send("/facilitator/follow", **nothing) == {"said": ""}
        assert not room.site.day.gone
        assert room.site.day.slots[-1].end > planned[-1].end


@pytest.mark.browser
def test_a_line_that_was_unticked_stays_so_while_the_room_goes_on(
    tmp_path: Path, browser: Browser
) -> None:
    with held(tmp_path / "day.room", "half-day", "09:00", "09:27") as (room, _):
        room.go("vote")
        page = patient(browser.new_context().new_page())
        page.goto(f"{room.site.place.address}/facilitator/sign-in?key={room.site.door.key}")
        boxes = page.locator("form[data-part=late] input[type=checkbox]")
        expect(boxes.first).to_be_checked()
        boxes.first.uncheck()
        page.locator("h1").click()
        room.site.today = lambda: datetime(2027, 3, 15, 9, 28)
        room.do("extend", minutes=2)  # any news
        expect(page.get_by_text("21 minutes late")).to_be_visible()
        expect(boxes.first).not_to_be_checked()
        left = room.site.day.slots
        page.get_by_role("button", name="The room follows").click()
        page.get_by_role("button", name="Undo").click()
        expect(page.get_by_text("21 minutes late")).to_be_visible()
        expect(boxes.first).to_be_checked()
        expect(page.get_by_role("button", name="Undo")).to_have_count(0)
        assert room.site.day.slots == left
        page.context.close()
