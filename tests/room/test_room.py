"""The live room: what it counts, whom it lets in, what it takes, and how it looks."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx
import nbformat
import pytest
from conftest import PICTURES, ROOT
from course import Sample, answered, release, samples, scratch
from nbformat import NotebookNode
from patience import patience, patient, wait_until
from playwright.sync_api import Browser, Page, ViewportSize, expect

from boxgrader.errors import BoxError
from thousandfold.errors import ExplainedError
from thousandfold.room import network, server
from thousandfold.room.board import Board, Room
from thousandfold.room.door import Door, place_of
from thousandfold.room.hand_in import Intake, folder_name
from thousandfold.room.marks import Exercise, Mark
from thousandfold.room.network import open_sockets
from thousandfold.room.server import Site, listen

STEM = "06_communication"
FILE = f"{STEM}.ipynb"
TEST = "factor_possible"
OWN = "factor_possible is the number of paths *added*. Divide instead of subtracting."
SECONDS = 60  # for anything to happen, on a quiet machine
TASKS = 5


@pytest.fixture(scope="module")
def exercise() -> Exercise:
    return Exercise(ROOT, STEM)


class Reader:
    """Takes the marks from the notebook itself, where a test has written them."""

    def __init__(self, exercise: Exercise, trouble: str = "") -> None:
        self._tests = list(exercise.tests)
        self._trouble = trouble

    def prepare(self) -> None:
        if self._trouble:
            raise BoxError(self._trouble)

    def mark(self, notebook: NotebookNode) -> Mapping[str, Mark]:
        said = notebook.metadata.get("said", {})
        return {name: Mark(not said.get(name), says=said.get(name, "")) for name in self._tests}


def saying(**said: str) -> bytes:
    """Return a notebook whose tests say this, and that is right where they say nothing."""
    notebook = release(STEM)
    notebook.metadata["said"] = said
    return nbformat.writes(notebook).encode()


def put(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def settled(room: Room) -> Board:
    """Wait until everything that lies there is marked."""
    room.look()

    def is_settled() -> bool:
        board = room.board()
        return not board.waiting and bool(board.ready or board.trouble)

    wait_until(is_settled, SECONDS, seen=room.board)
    return room.board()


def open_room(exercise: Exercise, folder: Path, inbound: Path | None = None) -> Room:
    room = Room(exercise, folder, inbound)
    room.start(lambda: Reader(exercise), 2)
    return room


# --- What is counted ------------------------------------------------------------------------------


def test_tasks_are_what_stands_under_a_heading(exercise: Exercise) -> None:
    assert exercise.title == "Why can't a hundred people talk like ten?"
    assert [task.title[:2] for task in exercise.tasks] == ["1.", "2.", "3.", "4.", "5."]
    assert exercise.tasks[1].tests == ("factor_possible", "factor_used", "factor_each")
    with pytest.raises(ExplainedError, match=f"Name one of these: .*{STEM}"):
        Exercise(ROOT, "no_such_exercise")


class Silent(Reader):
    """Marks a decision that its test has weighed, and said nothing about."""

    points = 0.0

    def mark(self, notebook: NotebookNode) -> Mapping[str, Mark]:
        return {name: Mark(self.points) for name in self._tests}


class Sharing(Silent):
    points = 0.5


@pytest.mark.parametrize(("reader", "part"), [(Silent, False), (Sharing, True)])
def test_right_in_part_is_said_where_somebody_has_points(
    reader: type[Silent], part: bool, exercise: Exercise, tmp_path: Path
) -> None:
    put(tmp_path / "ann" / STEM / FILE, saying())
    room = Room(exercise, tmp_path)
    room.start(lambda: reader(exercise), 2)
    assert {task.part for task in settled(room).tasks} == {part}


def test_a_room_counts_and_the_latest_counts(exercise: Exercise, tmp_path: Path) -> None:
    put(tmp_path / "ann" / STEM / FILE, saying())
    put(tmp_path / "ben" / FILE, saying(factor_possible="no", factor_used="no"))
    put(tmp_path / "li.wei.ipynb", saying(factor_possible="no"))
    put(tmp_path / "li.chen.ipynb", b"no notebook")
    room = open_room(exercise, tmp_path)
    board = settled(room)
    assert (board.started, board.done, board.refused) == (4, 1, 1)
    assert [(task.right, task.wrong) for task in board.tasks] == [(3, 0), (1, 2), *[(3, 0)] * 3]
    put(tmp_path / "ben" / FILE, saying())
    (tmp_path / "li.chen.ipynb").unlink()
    board = settled(room)
    assert (board.started, board.done, board.refused) == (3, 2, 0)
    again = settled(open_room(exercise, tmp_path))  # after it was killed
    assert again == board


@pytest.mark.parametrize("later", ["folder", "file"])
def test_of_two_of_one_name_the_later_counts(
    exercise: Exercise, tmp_path: Path, later: str
) -> None:
    places = {"folder": tmp_path / "ann" / STEM / FILE, "file": tmp_path / "ann.ipynb"}
    for name, path in places.items():
        put(path, saying() if name == later else saying(factor_possible="no"))
        os.utime(path, (2e9, 2e9) if name == later else (1e9, 1e9))
    board = settled(open_room(exercise, tmp_path))
    assert (board.started, board.done) == (1, 1)


def test_what_is_submitted_through_an_exchange_counts(exercise: Exercise, tmp_path: Path) -> None:
    inbound = tmp_path / "inbound"
    early, late = "2027-03-15 10:00:00.0 UTC", "2027-03-15 10:30:00.0 UTC"
    put(inbound / f"ann+{STEM}+{late}+a1" / FILE, saying())
    put(inbound / f"ann+{STEM}+{early}+b2" / FILE, saying(factor_possible="no"))
    put(inbound / f"ben+07_other+{early}+c3" / FILE, saying())
    put(inbound / "no name" / FILE, saying())
    board = settled(open_room(exercise, tmp_path / "none", inbound))
    assert (board.started, board.done) == (1, 1)


@pytest.mark.parametrize(
    ("said", "shown", "told"),
    [
        ([OWN], OWN, 1),
        (["ValueError: Boris is slow"], "", 0),
        (["ValueError: Boris is slow"] * 2, "ValueError: … is slow", 2),
        ([OWN, "a is 3, look again", "a is 4, look again"], "a is …, look again", 2),
        ([f"{OWN} Boris is slow"], "", 0),
    ],
)
def test_a_sentence_of_one_is_shown_if_no_learner_wrote_it(
    exercise: Exercise, tmp_path: Path, said: list[str], shown: str, told: int
) -> None:
    for number, text in enumerate(said):
        put(tmp_path / f"boris-{number}.ipynb", saying(factor_possible=text))
    board = settled(open_room(exercise, tmp_path))
    task = board.tasks[1]
    assert (task.says, task.told, task.wrong) == (shown, told, len(said))
    assert task.varied == (not shown)


# --- Whom it lets in, and what it takes ----------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "folder"),
    [
        (" Anna  Müller ", "anna-müller"),
        ("李伟", "李伟"),
        ("../../etc/passwd", "etc-passwd"),
        ("a+b|c:d\\e\x00f\u202eg", "a-b-c-d-e-f-g"),
        ("x" * 500, "x" * 40),
    ],
)
def test_a_name_becomes_a_safe_folder(typed: str, folder: str) -> None:
    assert folder_name(typed) == folder


@pytest.mark.parametrize("typed", ["", "  ", "..", "///"])
def test_a_name_that_is_none_is_asked_for_again(typed: str) -> None:
    with pytest.raises(ExplainedError, match="Please type your name"):
        folder_name(typed)


def test_a_killed_room_opens_with_the_same_password_and_a_closed_one_does_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path / "jupyter"))
    path = place_of(tmp_path, STEM)
    assert path.is_relative_to(tmp_path / "jupyter")
    first = Door(path)
    first.give("browser", "ann")
    assert path.stat().st_mode & 0o077 == 0
    again = Door(path)
    assert again.reopened
    assert again.password == first.password
    assert again.owner("ann") == "browser"
    again.close()
    assert Door(path).password != first.password


def test_a_room_says_its_address_in_the_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network, "own_addresses", lambda: ["192.168.1.20", "10.0.0.7"])
    (line,), place = open_sockets(0, shared=True)
    with line:
        port = line.getsockname()[1]
        assert place.address == f"http://192.168.1.20:{port}"
        assert place.others == (f"http://10.0.0.7:{port}",)
        with pytest.raises(ExplainedError, match=rf"port {port} cannot be opened .* --port"):
            open_sockets(port, shared=True)
    monkeypatch.setattr(network, "own_addresses", list)
    with pytest.raises(ExplainedError, match="in no network"):
        open_sockets(0, shared=True)


class Visitor:
    """A browser without a screen."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.client = httpx.Client(
            base_url=site.place.address,
            follow_redirects=True,
            trust_env=False,
            timeout=patience(SECONDS),
        )

    def form(self, path: str) -> str:
        found = re.search(r'action="([^"]+)"', self.client.get(path).text)
        assert found
        return found[1].replace("&amp;", "&")

    def enter(self, password: str = "") -> httpx.Response:
        action = self.form("/sign-in")
        return self.client.post(action, data={"password": password or self.site.door.password})

    def hand_in(self, name: str, content: bytes, **more: str) -> httpx.Response:
        return self.client.post(
            self.form("/hand-in"), data={"name": name, **more}, files={"notebook": (FILE, content)}
        )


@contextmanager
def served(exercise: Exercise, tmp_path: Path) -> Iterator[Site]:
    """Serve a room with an empty folder `tmp_path`."""
    sockets, place = open_sockets(0, shared=False)
    room = open_room(exercise, tmp_path)
    door = Door(tmp_path / ".room.json")
    site = Site(exercise.title, room, door, place, Intake([exercise], tmp_path))
    loop = asyncio.new_event_loop()
    stop = asyncio.Event()

    async def serve() -> None:
        server = listen(site.application(), sockets)
        await stop.wait()
        server.stop()
        await server.close_all_connections()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    try:
        yield site
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()
        loop.close()


@pytest.fixture
def visit(exercise: Exercise, tmp_path: Path) -> Iterator[Callable[[], Visitor]]:
    """Give browsers in front of a room."""
    visitors: list[Visitor] = []
    with served(exercise, tmp_path) as site:

        def make() -> Visitor:
            visitors.append(Visitor(site))
            return visitors[-1]

        yield make
        for visitor in visitors:
            visitor.client.close()


def told(answer: httpx.Response) -> str:
    found = re.search(r'role="(?:alert|status)"[^>]*>(.+?)</p>', answer.text)
    return found[1] if found else ""


def test_nothing_is_shown_or_taken_before_the_password(visit: Callable[[], Visitor]) -> None:
    visitor = visit()
    assert "Password of the room" in visitor.client.get("/room").text
    assert visitor.client.get("/board").status_code == 403
    assert visitor.client.get("/join.svg").url.path == "/sign-in"
    action = visitor.form("/sign-in").replace("/sign-in", "/hand-in")
    answer = visitor.client.post(action, data={"name": "ann"}, files={"notebook": b"x"})
    assert answer.status_code == 403
    assert visitor.site.door.password not in answer.text
    refused = visitor.enter("not the password")
    assert refused.status_code == 403
    assert "not the password of this room" in told(refused)


def test_the_password_forgives_its_form_and_its_cookie_stays_here(
    visit: Callable[[], Visitor],
) -> None:
    visitor = visit()
    visitor.client.follow_redirects = False
    answer = visitor.enter(visitor.site.door.password.upper().replace("-", " "))
    assert answer.headers["location"] == "/hand-in"
    assert re.search(r"HttpOnly; Path=/; SameSite=Strict", answer.headers["set-cookie"])


def test_guessing_is_stopped(visit: Callable[[], Visitor]) -> None:
    visitor = visit()
    answers = [visitor.enter("wrong").status_code for _ in range(9)]
    assert answers == [403] * 8 + [429]
    assert visitor.enter().status_code == 429
    assert "wait a minute" in told(visitor.enter())


def test_another_site_can_send_nothing(visit: Callable[[], Visitor]) -> None:
    visitor = visit()
    visitor.enter()
    answer = visitor.client.post("/hand-in", data={"name": "ann"}, files={"notebook": saying()})
    assert answer.status_code == 403
    rebound = visitor.client.get("/room", headers={"Host": "evil.example.org"})
    assert rebound.status_code == 421
    board = visitor.client.get("/room")
    policy = board.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert board.headers["cache-control"] == "no-store"


def test_whoever_sends_nothing_is_not_waited_for(
    exercise: Exercise, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "_SLOW_SECONDS", 0.2)
    with served(exercise, tmp_path) as site:
        host, port = site.place.address.removeprefix("http://").split(":")
        for begun in (
            b"",
            b"GET /room",
            b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nx",
        ):
            with socket.create_connection((host, int(port)), timeout=patience(SECONDS)) as line:
                line.sendall(begun)
                while line.recv(1000):  # ends when the other side does
                    pass


def test_what_is_handed_in_lies_where_grading_finds_it(
    visit: Callable[[], Visitor], tmp_path: Path
) -> None:
    visitor = visit()
    visitor.enter()
    content = saying()
    assert "Handed in at" in told(visitor.hand_in("../Ann Lee", content))
    folder = tmp_path / "ann-lee" / STEM
    assert (folder / FILE).read_bytes() == content
    from nbgrader.utils import parse_utc

    assert parse_utc((folder / "timestamp.txt").read_text())
    assert sorted(p.name for p in tmp_path.iterdir()) == [".room.json", "ann-lee"]
    assert settled(visitor.site.room).done == 1


@pytest.mark.parametrize(
    ("content", "status", "says"),
    [
        (b"Dear facilitator", 422, "is not a notebook: it is not JSON from line 1 on"),
        (b"", 422, "Please choose the notebook"),
        (b" " * 30_000_000, 413, "This file is larger than 10 MB"),
        (b'{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}', 422, "another one"),
        (b"[" * 100_000, 422, "nested too deeply"),
    ],
    ids=["no JSON", "empty", "30 MB", "another notebook", "nested"],
)
def test_what_is_no_submission_is_refused_in_a_sentence(
    visit: Callable[[], Visitor], tmp_path: Path, content: bytes, status: int, says: str
) -> None:
    visitor = visit()
    visitor.enter()
    answer = visitor.hand_in("Ann", content)
    assert answer.status_code == status
    assert says in told(answer)
    assert [path.name for path in tmp_path.iterdir()] == [".room.json"]
    assert visitor.client.get("/board").status_code == 200
    assert visitor.site.held == 0


def test_two_people_of_one_name_do_not_overwrite_each_other(
    visit: Callable[[], Visitor], tmp_path: Path
) -> None:
    first, second = visit(), visit()
    first.enter()
    second.enter()
    for _ in range(3):  # the same learner again and again
        assert first.hand_in("Ann", saying(factor_possible="no")).status_code == 200
    answer = second.hand_in("ann", saying())
    assert answer.status_code == 409
    assert "add your last name" in told(answer)
    assert settled(first.site.room).done == 0
    assert second.hand_in("ann", saying(), mine="yes").status_code == 200
    board = settled(first.site.room)
    assert (board.started, board.done) == (1, 1)
    (kept,) = (tmp_path / ".replaced" / "ann" / STEM).iterdir()
    assert json.loads(kept.read_bytes())["metadata"]["said"] == {"factor_possible": "no"}


def test_forty_hand_in_at_once_and_no_name_is_shown(visit: Callable[[], Visitor]) -> None:
    visitors = [visit() for _ in range(40)]
    for visitor in visitors:
        visitor.enter()

    def hand_in(number: int) -> int:
        content = saying(factor_possible=OWN) if number % 4 else saying()
        return visitors[number].hand_in(f"Zacharias {number}", content).status_code

    with ThreadPoolExecutor(40) as pool:
        assert set(pool.map(hand_in, range(40))) == {200}
    site = visitors[0].site
    board = settled(site.room)
    assert (board.started, board.done, board.tasks[1].told) == (40, 10, 30)

    def page() -> str:
        return visitors[0].client.get("/board").text

    wait_until(lambda: "<dd>40</dd>" in page(), SECONDS, seen=page)
    for path in ("/room", "/board", "/join", "/join.svg"):
        shown = visitors[0].client.get(path).text
        assert "zacharias" not in shown.lower()


def test_what_learners_write_is_text_on_every_page(visit: Callable[[], Visitor]) -> None:
    visitor = visit()
    visitor.enter()
    name = '"><img src=x onerror=alert(1)> {{ 7 * 7 }}'
    answer = visitor.hand_in(name, b"no notebook")
    assert "&quot;&gt;&lt;img src=x onerror=alert(1)&gt; {{ 7 * 7 }}" in answer.text
    assert "<img" not in answer.text
    hostile = saying(factor_possible="<script>alert(1)</script> {{ 7 * 7 }} HALF")
    for number in range(2):
        visitor.hand_in(f"Ann {number}", hostile.replace(b"HALF", rb"\ud800"))
    assert settled(visitor.site.room).tasks[1].told == 2

    def page() -> str:
        return visitor.client.get("/board").text

    wait_until(lambda: "alert(1)" in page(), SECONDS, seen=page)
    assert "&lt;script&gt;alert(1)&lt;/script&gt; {{ 7 * 7 }} \ufffd" in page()


# --- As its users see it -------------------------------------------------------------------------


@contextmanager
def command(course: Path, *options: str) -> Iterator[tuple[subprocess.Popen[str], str, str]]:
    """Run `thousandfold room`; give the program, its address and its password."""
    program = subprocess.Popen(
        [sys.executable, "-m", "thousandfold.cli", "room", STEM, "--port=0", *options],
        cwd=course,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "JUPYTER_RUNTIME_DIR": str(course.parent / "jupyter")},
    )
    assert program.stdout
    try:
        said = ""
        while "Ctrl+C" not in said:
            line = program.stdout.readline()
            assert line, said
            said += line
        address, password = re.findall(r"projector:\s+(\S+)/room|Password:\s+(\S+)", said)
        yield program, address[0], password[1]
    finally:
        program.kill()
        program.wait()
        program.stdout.close()


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("room") / "course"
    scratch(folder)
    shutil.copytree(ROOT / "exercises" / STEM, folder / "exercises" / STEM)
    return folder


def sign_in(page: Page, password: str) -> None:
    page.get_by_label("Password of the room").fill(password)
    page.keyboard.press("Enter")


@pytest.mark.browser
@pytest.mark.xdist_group("browser")
def test_a_room_in_a_browser(course: Path, browser: Browser, tmp_path: Path) -> None:
    wrong = next(sample for sample in samples(STEM) if sample.name == "counts_each_pair_twice")
    handed_in = {
        "Zoe Right": nbformat.writes(answered(release(STEM), STEM, Sample("right"))),
        "Zoe Wrong": nbformat.writes(answered(release(STEM), STEM, wrong)),
        "Zoe Untouched": nbformat.writes(release(STEM)),
    }
    problems: list[str] = []

    def page_of(size: ViewportSize, scheme: str = "light") -> Page:
        context = browser.new_context(viewport=size, color_scheme=scheme)  # type: ignore[arg-type]
        page = patient(context.new_page())
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on(
            "console",
            lambda said: problems.append(said.text) if said.type in ("error", "warning") else None,
        )
        return page

    projector: ViewportSize = {"width": 1280, "height": 720}
    with command(course) as (program, address, password):
        board = page_of(projector)
        board.goto(f"{address}/room")
        sign_in(board, password)
        expect(board.locator("dd").first).to_have_text("0")
        board.evaluate("() => { window.sameWindow = true }")
        for name, text in handed_in.items():
            learner = page_of({"width": 390, "height": 844})
            learner.goto(address)
            sign_in(learner, password)
            learner.get_by_label("Your name").fill(name)
            file = tmp_path / FILE
            file.write_text(text, encoding="utf-8")
            learner.get_by_label("Your notebook").set_input_files(file)
            learner.get_by_role("button", name="Hand in").click()
            expect(learner.get_by_role("status")).to_contain_text("Handed in at")
            file.write_bytes(b" " * 11_000_000)
            learner.get_by_label("Your notebook").set_input_files(file)
            expect(learner.get_by_role("button", name="Hand in")).to_be_disabled()
            expect(learner.get_by_role("alert")).to_contain_text("too large")
            learner.context.close()

        expect(board.locator("dl")).to_have_text(
            re.compile(r"started\s*3\s*all tasks right\s*1\s*$")
        )
        rows = board.locator("tbody tr")
        expect(rows).to_have_count(TASKS)
        counts = ["1 right, 1 not yet", "2 right", "1 right, 1 not yet", "2 right", "2 right"]
        for number, count in enumerate(counts):
            expect(rows.nth(number).locator("p")).to_have_text(count)
        expect(rows.nth(0)).to_contain_text("1 × You counted each pair twice, once from each side")
        expect(rows.nth(2)).to_contain_text(wrong.says["true_paths"])
        assert board.evaluate("() => window.sameWindow"), "it was loaded again, and flashed"
        assert "zoe" not in board.content().lower()

        height = board.evaluate("() => document.documentElement.scrollHeight")
        assert height <= 720, "a projector shows all of it"
        letters = "all => all.map(one => parseFloat(getComputedStyle(one).fontSize))"
        assert min(board.locator("tbody :is(th, td)").evaluate_all(letters)) >= 25
        assert min(board.locator("tbody b, dd").evaluate_all(letters)) >= 25
        board.screenshot(path=PICTURES / "room.png")
        for size, scheme in ((projector, "dark"), ({"width": 390, "height": 844}, "light")):
            page = page_of(size, scheme)  # type: ignore[arg-type]
            page.goto(f"{address}/room")
            sign_in(page, password)
            expect(page.locator("tbody tr")).to_have_count(TASKS)
            expect(page.get_by_role("status")).to_contain_text("3 started; 1 all tasks right")
            assert page.evaluate("() => document.documentElement.scrollWidth") == size["width"]
            page.screenshot(path=PICTURES / f"room-{size['width']}-{scheme}.png")
            page.context.close()
        assert problems == []

        program.send_signal(signal.SIGINT)
        assert program.stdout
        end = program.stdout.read()
        assert program.wait(patience(SECONDS)) == 0
        assert f"3 handed in; what they handed in lies in {course / 'submitted'}" in end
        assert f"thousandfold grade {STEM}" in end
        expect(board.locator("#lost")).to_contain_text("No connection to the room")
        board.context.close()
    submitted = course / "submitted"
    assert sorted(path.name for path in submitted.iterdir()) == [
        "zoe-right",
        "zoe-untouched",
        "zoe-wrong",
    ]
