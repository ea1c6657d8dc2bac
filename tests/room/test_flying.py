"""A team's page in the flight: coming together, handing in, what others of the team see of it."""

from __future__ import annotations

import asyncio
import json
import re
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from conftest import PICTURES
from handed_in import SECONDS
from patience import patience, patient, wait_until
from playwright.sync_api import Browser, Page, Route, expect
from running_room import RunningRoom
from served import Served, Visitor, served

from thousandfold.errors import ExplainedError
from thousandfold.flight import Decision, Game
from thousandfold.flight.debrief import Room, example_game
from thousandfold.flight.saved import MOST_BYTES, written
from thousandfold.room import flying
from thousandfold.room.day import MOST_FROM_ONE_ADDRESS
from thousandfold.room.flights import MOST_OF_ONE
from thousandfold.room.pace import Pace
from thousandfold.room.page import FORM_BYTES
from thousandfold.room.venue import WORD_MINUTES

STATE = re.compile(r'<script type="application/json" id="state">(.*?)</script>')


class Flyer(Visitor):
    """A browser of a team."""

    def state(self) -> dict[str, Any]:
        """Return what its page draws."""
        found = STATE.search(self.client.get("/flight").text)
        assert found
        told: dict[str, Any] = json.loads(found[1])
        return told

    @property
    def said(self) -> str:
        """What the cockpit says."""
        return str(self.state()["view"]["said"])

    @property
    def version(self) -> str:
        """What its page waits from."""
        asked = {"headers": {"Accept": "application/json"}, "params": {"seen": "nothing yet"}}
        return str(self.client.get("/flight", **asked).json()["version"])  # type: ignore[arg-type]

    def ask(self, do: str, **content: Any) -> dict[str, Any]:
        """Ask as the cockpit does."""
        answer = self.client.post(
            "/flight/ask",
            params={"_xsrf": self.token()},
            content=json.dumps({"do": do, **content}),
            headers={"Accept": "application/json", "Content-Type": "application/json"},
        )
        told: dict[str, Any] = answer.json()
        return told

    def hand_in(self, at: int = 1, forecast: str = "2,000", **changed: Any) -> str:  # type: ignore[override]
        """Press the button, and return what is said."""
        sure, reason = changed.pop("sure", False), changed.pop("reason", "word of mouth")
        row = {**Decision().row(), **changed}
        told = self.ask("fly", round=at, forecast=forecast, reason=reason, decision=row, sure=sure)
        return str(told["view"]["said"] if "view" in told else told["trouble"])

    def bring(self, content: bytes) -> dict[str, str]:
        """Bring a file."""
        answer = self.client.post(
            "/flight/team",
            params={"_xsrf": self.token()},
            data={"do": "bring"},
            files={"notebook": ("flight-red.json", content)},
            headers={"Accept": "application/json"},
        )
        told: dict[str, str] = answer.json()
        return told

    def begin(self, name: str) -> str:
        """Begin a team, and return its word."""
        assert self.send("/flight/team", do="begin", name=name) == {"said": ""}
        found = re.search(r'class="word">([a-z-]+)<', self.part("/flight"))
        assert found
        return found[1]


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Served]:
    with served(tmp_path / "day.room") as it:
        yield it


@pytest.fixture
def come(room: Served) -> Iterator[Callable[[], Flyer]]:
    """Give browsers that are inside."""
    flyers: list[Flyer] = []

    def make() -> Flyer:
        flyers.append(Flyer(room.site))
        flyers[-1].enter()
        return flyers[-1]

    yield make
    for flyer in flyers:
        flyer.client.close()


# --- Teams ----------------------------------------------------------------------------------------


def test_a_team_is_begun_joined_and_left(come: Callable[[], Flyer], room: Served) -> None:
    ann, ben = come(), come()
    word = ann.begin("Red <b>")
    assert "Red &lt;b&gt;" in ann.part("/flight")
    assert "No team has this word" in ben.send("/flight/team", do="join", word="lumi")["trouble"]
    assert ben.send("/flight/team", do="join", word=word.upper()) == {"said": ""}
    assert "2 browsers fly with it" in ben.part("/flight")
    ben.send("/flight/team", do="leave")
    assert "Join a team with its word" in ben.part("/flight")
    room.go("teams")
    assert "Red &lt;b&gt;" in Visitor(room.site, facilitator=True).part("/projector")


def test_more_teams_of_one_address_than_come_in_are_let_in_with_a_button(
    come: Callable[[], Flyer], room: Served
) -> None:
    facilitator = Visitor(room.site, facilitator=True)
    for number in range(MOST_OF_ONE):
        assert "one address" not in facilitator.part("/facilitator")
        come().begin(f"Team {number}")
    assert len(room.site.day.browsers) < MOST_FROM_ONE_ADDRESS
    seventh = come()
    refused = seventh.send("/flight/team", do="begin", name="Seventh")["trouble"]
    assert "tell the facilitator, who can let any number in" in refused
    page = facilitator.part("/facilitator")
    assert f"{MOST_OF_ONE} teams come from one address, 127.0.0.1, and one more is refused" in page
    assert "Let more in from there" in page
    facilitator.send("/facilitator/let-in", address="127.0.0.1")
    assert "one address" not in facilitator.part("/facilitator")
    seventh.begin("Seventh")
    facilitator.client.close()


def test_words_are_not_guessed_and_who_guesses_keeps_nobody_out(
    come: Callable[[], Flyer], room: Served
) -> None:
    room.site.words = Pace(3, 0.0)
    ann, eve, ben = come(), come(), come()
    word = ann.begin("Red")
    for guess in ("baba-baba", "baba-bobo", "baba-dada"):
        assert "No team" in eve.send("/flight/team", do="join", word=guess)["trouble"]
    refused = eve.send("/flight/team", do="join", word=word)["trouble"]
    assert f"Then wait {WORD_MINUTES} minutes" in refused
    assert ben.send("/flight/team", do="join", word=word) == {"said": ""}
    room.site.words = Pace(3, 1000.0)  # later
    assert eve.send("/flight/team", do="join", word=word) == {"said": ""}


def test_one_person_has_one_thing_computed_at_a_time(room: Served) -> None:
    aside, go_on = room.site.aside, threading.Event()

    def begin(who: str) -> Future[bool]:
        work = aside.run(who, lambda: go_on.wait(patience(60)))
        return asyncio.run_coroutine_threadsafe(work, room.loop)

    first, second, other = begin("eve"), begin("eve"), begin("ann")
    with pytest.raises(ExplainedError, match="still being computed"):
        second.result()
    go_on.set()
    assert first.result()
    assert other.result()
    assert begin("eve").result()


def test_the_facilitators_browser_flies_with_nobody(room: Served) -> None:
    facilitator = Visitor(room.site, facilitator=True)
    assert facilitator.client.get("/flight").url.path == "/sign-in"
    answer = facilitator.post("/flight/team", do="begin", name="Red")
    assert answer.status_code == 403
    assert room.site.day.flights.teams == {}


# --- Decisions ------------------------------------------------------------------------------------


def test_a_round_goes_by_from_opening_to_what_came(come: Callable[[], Flyer], room: Served) -> None:
    ann = come()
    ann.begin("Red")
    assert ann.said == "You can fill in the form. The facilitator opens round 1."
    assert "No round is open" in ann.hand_in()
    room.go("decide", 1)
    assert ann.said == "Round 1 is open: decide, forecast, and hand in."
    assert "write a forecast first" in ann.hand_in(forecast="")
    assert "people to hire must be" in ann.hand_in(hire=900)
    assert "press once more" in ann.hand_in(forecast="900,000")
    assert "is no form" in ann.hand_in(reason="half \ud800 a letter")
    assert room.site.day.flights.decided() == ()
    said = ann.hand_in(hire=4, reason="<b>spring</b>")
    assert re.fullmatch(
        r"Handed in at \d\d:\d\d from this browser; you can change it until all fly\.", said
    )
    view = ann.state()["view"]
    assert (view["decision"]["hire"], view["forecast"]) == (4, "2,000")
    assert view["reason"] == "<b>spring</b>"
    for page in (ann.part("/flight"), Visitor(room.site, facilitator=True).part("/facilitator")):
        assert "<b>spring" not in page
    room.go("came", 1)
    view = ann.state()["view"]
    assert (view["round"], view["decision"]["hire"], view["forecast"]) == (2, 0, "")
    assert view["ledger"][0]["decision"]["hire"] == 4
    room.go("decide", 2)
    assert "What you see was drawn for round 1" in ann.hand_in(1, hire=9)
    assert room.site.day.flights.teams[1].turns.keys() == {1}


def test_two_browsers_of_a_team_see_the_same_and_the_latest_counts(
    come: Callable[[], Flyer], room: Served
) -> None:
    ann, ben = come(), come()
    ben.send("/flight/team", do="join", word=ann.begin("Red"))
    room.go("decide", 1)
    ann.hand_in(hire=4)
    ben.hand_in(hire=6, reason="spring")
    assert "from another browser of your team" in ann.said
    assert "from this browser" in ben.said
    views = [one.state()["view"] for one in (ann, ben)]
    assert [(view["decision"]["hire"], view["reason"]) for view in views] == [(6, "spring")] * 2


def test_a_page_hears_of_its_team_and_of_no_other(come: Callable[[], Flyer], room: Served) -> None:
    ann, eve = come(), come()
    ann.begin("Red")
    eve.begin("Blue")
    room.go("decide", 1)
    before = {one: one.version for one in (ann, eve)}
    ann.hand_in()
    assert ann.version != before[ann]
    assert eve.version == before[eve]


def test_a_price_is_told_and_changes_nothing(come: Callable[[], Flyer], room: Served) -> None:
    ann = come()
    ann.begin("Red")
    row = {**Decision().row(), "hire": 40}
    assert (
        "50 people, 40 of them to be found"
        in ann.ask("price", decision=row)["bill"]["sentences"][0]
    )
    assert ann.ask("price", decision=[1])["bill"]["alarm"]
    assert room.site.day.flights.teams[1].turns == {}


@pytest.mark.parametrize("asked", ["begin another", "look", "", None, 7])
def test_what_no_cockpit_of_a_room_asks_is_refused(come: Callable[[], Flyer], asked: Any) -> None:
    ann = come()
    assert "flies with no team" in ann.ask("price")["trouble"]
    ann.begin("Red")
    assert "trouble" in ann.ask(asked)


def test_whoever_nothing_came_from_is_told_what_went_on(
    come: Callable[[], Flyer], room: Served
) -> None:
    ann, facilitator = come(), Visitor(room.site, facilitator=True)
    ann.begin("Red")
    room.go("came", 1)
    assert "Nothing came from you for round 1, so what you did before went on." in ann.said
    assert "nothing came, it went on with" in facilitator.part("/facilitator")
    assert "no forecast" in facilitator.part("/projector")


def test_a_flight_that_is_over_shows_its_end_and_is_flown_again(
    come: Callable[[], Flyer], room: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn, draw = [], flying.lit_loops
    monkeypatch.setattr(flying, "lit_loops", lambda game: drawn.append(1) or draw(game))
    ann = come()
    ann.begin("Red")
    room.go("decide", 1)
    ann.hand_in(hire=4)
    room.go("came", 12)
    wait_until(lambda: ann.state()["view"]["end"], SECONDS, seen=ann.state)
    view = ann.state()["view"]
    assert (view["over"], view["another"]) == (True, False)
    row = view["ledger"][0]["decision"] | {"hire": 9}
    assert (
        "With round 1 changed there would be"
        in ann.ask("fly again", round=1, decision=row)["view"]["said"]
    )
    ben = come()
    ben.send("/flight/team", do="join", word=room.site.day.flights.teams[1].word)
    shown = [one.ask("loops")["loops"] for one in (ann, ben)]
    assert shown[0]["alt"].startswith("In this flight turned: Word of mouth")
    assert shown[0] == shown[1]
    assert drawn == [1], "a picture is drawn once, however many look at it"


# --- What the facilitator does --------------------------------------------------------------------


def test_the_facilitator_announces_takes_out_and_lets_in(
    come: Callable[[], Flyer], room: Served
) -> None:
    ann, facilitator = come(), Visitor(room.site, facilitator=True)
    word = ann.begin("Red")
    room.go("decide", 1)
    assert word in facilitator.part("/facilitator")
    assert word not in facilitator.part("/projector")
    send = facilitator.send
    assert (
        "Another round" in send("/facilitator/announce", round="2", event="good press")["trouble"]
    )
    assert "all teams" in send("/facilitator/announce", round="1", event="good press")["said"]
    for page in (ann.part("/flight"), facilitator.part("/projector")):
        assert "A popular teacher praised you" in page
    send("/facilitator/take-out", team="1", out="yes")
    assert "not in the flight now" in ann.said
    assert "not in the flight now" in ann.hand_in()
    send("/facilitator/take-out", team="1", out="no")
    assert ann.hand_in().startswith("Handed in")
    for team in ("", "9", "-1", "9" * 5000):
        assert "no such team" in send("/facilitator/take-out", team=team, out="yes")["trouble"]
    for path in ("/facilitator/announce", "/facilitator/take-out"):
        assert ann.post(path, team="1", out="yes", round="1", event="none").status_code == 403


def test_who_handed_in_is_shown_and_what_is_not(come: Callable[[], Flyer], room: Served) -> None:
    ann, ben, facilitator = come(), come(), Visitor(room.site, facilitator=True)
    ann.begin("Red")
    ben.begin("Blue")
    room.go("decide", 1)
    ann.hand_in(forecast="4,321", reason="a secret")
    projector = facilitator.part("/projector")
    assert 'Red</b><span class="unseen">: handed in' in projector
    assert 'Blue</b><span class="unseen">: not yet' in projector
    assert "4,321" not in projector
    assert "secret" not in projector
    assert "4,321" in facilitator.part("/facilitator")


# --- The debrief ----------------------------------------------------------------------------------


def test_after_an_early_end_no_round_is_open_on_the_facilitators_page(
    come: Callable[[], Flyer], room: Served
) -> None:
    ann, facilitator = come(), Visitor(room.site, facilitator=True)
    ann.begin("Red")
    room.go("came", 2)
    assert "0 of 1 teams handed in for round 3" in facilitator.part("/facilitator")
    room.go("landed")
    shown = facilitator.part("/facilitator")
    assert "1 team has landed" in shown
    assert "not yet" not in shown
    room.go("skill")
    wait_until(lambda: "After 2 of 12 rounds" in facilitator.part("/projector"), SECONDS)
    assert "<b>steady</b> keeps to a few rules" in facilitator.part("/projector")


def test_skill_and_luck_of_all_come_in_one_picture(come: Callable[[], Flyer], room: Served) -> None:
    ann, ben, facilitator = come(), come(), Visitor(room.site, facilitator=True)
    room.go("skill")
    assert "No team has flown" in facilitator.part("/projector")
    assert facilitator.client.get("/flight/skill.png").status_code == 404
    ann.begin("Red")
    assert "No team has flown" in facilitator.part("/projector")
    room.go("teams")  # back: behind the flight only rounds that were flown are steps
    room.go("came", 1)
    room.go("skill")
    flight = written("Elsewhere", 7, {}, example_game().turns)
    assert ben.bring(flight.encode()) == {"said": ""}
    shown = lambda: "/flight/skill.png?" in facilitator.part("/projector")  # noqa: E731
    wait_until(shown, SECONDS)
    part = facilitator.part("/projector")
    assert "Elsewhere flew with another seed" in part
    assert "What the decisions are worth, and luck: " in part
    picture = facilitator.client.get("/flight/skill.png")
    assert picture.content.startswith(b"\x89PNG")


def test_the_projector_tells_how_many_have_flown_until_the_picture_comes(
    come: Callable[[], Flyer], room: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on, drawn = threading.Event(), flying._drawn

    def slowly(games: Room, tell: Callable[[int, int], object]) -> flying.Skill:
        tell(2, 6)
        go_on.wait(patience(60))
        return drawn(games, tell)

    monkeypatch.setattr(flying, "_drawn", slowly)
    ann, facilitator = come(), Visitor(room.site, facilitator=True)
    ann.begin("Red")
    room.go("came", 1)
    room.go("skill")
    shown = lambda: facilitator.part("/projector")  # noqa: E731
    wait_until(lambda: "a thousand futures: 2 of 6 have flown" in shown(), SECONDS, shown)
    before = room.site.desk.version("detail")
    go_on.set()
    wait_until(lambda: "/flight/skill.png?" in shown(), SECONDS, shown)
    assert room.site.desk.version("detail") != before, "pages that wait are told"


def test_a_picture_that_failed_is_tried_once_more(
    come: Callable[[], Flyer], room: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries, drawn = [], flying._drawn

    def fails_first(games: Room, tell: Callable[[int, int], object]) -> flying.Skill:
        tries.append(1)
        if len(tries) == 1:
            raise MemoryError
        return drawn(games, tell)

    monkeypatch.setattr(flying, "_drawn", fails_first)
    ann, facilitator = come(), Visitor(room.site, facilitator=True)
    ann.begin("Red")
    room.go("came", 1)
    room.go("skill")
    assert "go back a step and on again" in facilitator.part("/facilitator")
    shown = lambda: "/flight/skill.png?" in facilitator.part("/projector")  # noqa: E731
    wait_until(shown, SECONDS)
    assert len(tries) == 2


def test_nothing_shows_the_end_before_the_flight_is_over(
    come: Callable[[], Flyer], room: Served
) -> None:
    ann = come()
    ann.begin("Red")
    room.go("came", 2)
    row = Decision(hire=9).row()
    assert ann.client.get("/flight/skill.png").status_code == 404
    assert "when the flight is over" in ann.ask("fly again", round=1, decision=row)["trouble"]
    assert "when the flight is over" in ann.ask("loops")["trouble"]
    assert not room.site.aside._kept, "nothing is computed for it either"
    room.go("landed")
    assert "With round 1 changed" in ann.ask("fly again", round=1, decision=row)["view"]["said"]
    assert ann.ask("loops")["loops"]["alt"].startswith("In this flight turned")
    picture = lambda: ann.client.get("/flight/skill.png").status_code == 200  # noqa: E731
    wait_until(picture, SECONDS)


def test_each_step_of_the_debrief_is_a_screen(come: Callable[[], Flyer], room: Served) -> None:
    ann, facilitator = come(), Visitor(room.site, facilitator=True)
    ann.begin("Red")
    for at in range(1, 4):
        room.go("decide", at)
        ann.hand_in(at, sure=True)
    room.go("came", 3)
    for kind, words in (
        ("landed", "Customers of each team: Red"),
        ("forecasts", "Red saw best what was coming"),
        ("loops", "Which loop turned?"),
    ):
        room.go(kind)
        assert words in facilitator.part("/projector")
        assert "Red" in facilitator.part("/facilitator")
    assert "The flight has landed after round 3" in ann.said


# --- Flights from notebooks -----------------------------------------------------------------------


def test_a_flight_from_a_notebook_is_seen_in_its_own_cockpit(
    come: Callable[[], Flyer], room: Served, tmp_path: Path
) -> None:
    ann = come()
    game = Game("Blue Team", turns=example_game().turns)
    content = game.save(tmp_path / "flight-blue-team.json").read_bytes()
    assert ann.bring(content) == {"said": ""}
    assert ann.state()["view"]["headline"] == "Blue Team: the flight is over"
    assert "flown in a notebook" in ann.part("/flight")
    room.go("decide", 1)
    assert "Round 1" not in ann.said
    assert "flown" in ann.hand_in(13)


def test_a_wrong_flight_is_taken_out_and_the_right_one_brought(
    come: Callable[[], Flyer], room: Served
) -> None:
    ann, facilitator = come(), Visitor(room.site, facilitator=True)
    wrong, right = (
        written("Mine", 7, {}, example_game().turns[:rounds]).encode() for rounds in (3, 12)
    )
    assert ann.bring(wrong) == {"said": ""}
    assert "then bring the right one" in ann.bring(right)["trouble"]
    before = ann.version
    facilitator.send("/facilitator/take-out", team="1", out="yes")
    assert ann.version != before, "its page is told"
    assert "Bring a flight that you flew" in ann.part("/flight")
    assert ann.bring(right) == {"said": ""}
    assert ann.state()["view"]["headline"].endswith("the flight is over")
    facilitator.client.close()


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "Please choose the file"),
        (b"{", "not a game that can be loaded"),
        (b"\xff\xfe\x00", "not a game that can be loaded"),
        (b" " * (MOST_BYTES + 1), "larger than 64 KiB"),
        (b" " * (MOST_BYTES + FORM_BYTES), "larger than a flight ever is"),
        (written("Empty", 1, {}, ()).encode(), "nothing to bring"),
    ],
    ids=["nothing", "damaged", "bytes", "large", "huge", "empty"],
)
def test_what_is_no_flight_is_refused(
    come: Callable[[], Flyer], room: Served, content: bytes, told: str
) -> None:
    assert told in come().bring(content)["trouble"]
    assert room.site.day.flights.teams == {}


# --- A room that goes on --------------------------------------------------------------------------


def test_a_flight_goes_on_from_its_journal(tmp_path: Path) -> None:
    with served(tmp_path / "day.room") as room:
        ann = Flyer(room.site)
        ann.enter()
        ann.begin("Red")
        room.go("decide", 1)
        ann.hand_in(hire=4)
        room.go("came", 1)
        room.go("decide", 2)
        ann.hand_in(2, forecast="5,000", hire=7)
        before = ann.state()
        cookies = {cookie.name: cookie.value for cookie in ann.client.cookies.jar}
    with served(tmp_path / "day.room") as room:
        again = Flyer(room.site)
        for name, value in cookies.items():
            # A cookie is named after the port, and this room has another one.
            renamed = re.sub(r"room-\d+", room.site.cookie.removeprefix("thousandfold-"), name)
            again.client.cookies.set(renamed, value or "")
        flights = room.site.day.flights
        assert flights.game(flights.teams[1]).rows == [Decision(hire=4)]
        assert flights.teams[1].turns[2].decision == Decision(hire=7)
        assert before["view"]["decision"]["hire"] == 7
        assert flights.teams[1].sent[2][1] > 0


def press(facilitator: Visitor, wanted: str) -> None:
    """Press the right arrow until the room is at a step."""
    while True:
        page = facilitator.part("/facilitator")
        found = re.search(
            r'data-key="ArrowRight"><input type="hidden" name="from" value="([^"]+)">'
            r'<input type="hidden" name="to" value="([^"]+)">',
            page,
        )
        assert found, f"there is no {wanted} in this day"
        if found[1].endswith(wanted):
            return
        facilitator.send("/facilitator/go", **{"from": found[1], "to": found[2]})


def test_a_room_that_is_killed_between_decisions_flies_on(tmp_path: Path) -> None:
    room = RunningRoom(tmp_path, "--modules", "8")
    try:
        place = SimpleNamespace(address=room.address)
        door = SimpleNamespace(password=room.password, key=room.key.partition("key=")[2])
        site: Any = SimpleNamespace(place=place, door=door)
        facilitator, ann, ben = Visitor(site, facilitator=True), Flyer(site), Flyer(site)
        for flyer, name in ((ann, "Red"), (ben, "Blue")):
            flyer.enter()
            flyer.begin(name)
        for at in (1, 2):
            press(facilitator, f"decide-{at}")
            for flyer, hire in ((ann, at), (ben, at + 3)):
                assert flyer.hand_in(at, sure=True, hire=hire).startswith("Handed in")
                before = [ann.state(), ben.state()]
                room.kill()
                room.start()
                assert [ann.state(), ben.state()] == before
            press(facilitator, f"came-{at}")
        hired = [
            [row["decision"]["hire"] for row in flyer.state()["view"]["ledger"]]
            for flyer in (ann, ben)
        ]
        assert hired == [[1, 2], [4, 5]]
        for visitor in (facilitator, ann, ben):
            visitor.client.close()
    finally:
        room.close()


# --- On a screen ----------------------------------------------------------------------------------

PHONE, LAPTOP, PROJECTOR = (360, 740), (1280, 720), (1280, 720)


@pytest.fixture
def pages(browser: Browser, room: Served) -> Iterator[Callable[..., Page]]:
    """Open pages that tell of no error; of a participant, or of the facilitator."""
    problems: list[str] = []
    opened = []

    def make(path: str, size: tuple[int, int], *, facilitator: bool = False) -> Page:
        context = browser.new_context(viewport={"width": size[0], "height": size[1]})
        opened.append(context)
        page = patient(context.new_page())
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on(
            "console",
            lambda message: problems.append(message.text) if message.type == "error" else None,
        )
        base = room.site.place.address
        if facilitator:
            page.goto(f"{base}/facilitator/sign-in?key={room.site.door.key}")
        else:
            page.goto(base)
            page.get_by_label("Password of the room").fill(room.site.door.password)
            page.get_by_role("button", name="Come in").click()
        page.goto(f"{base}{path}")
        return page

    yield make
    for context in opened:
        context.close()
    assert problems == []


def decide(page: Page, at: int, hire: int, forecast: str) -> None:
    """Fill in the form, and hand it in."""
    page.get_by_role("spinbutton", name="people to hire", exact=True).fill(str(hire))
    page.get_by_label("your forecast").fill(forecast)
    page.get_by_label("because").fill("word of mouth")
    page.get_by_role("button", name=f"Hand in our decision for round {at}").click()
    expect(page.locator(".said")).to_contain_text("Handed in")


@pytest.mark.browser
def test_three_teams_fly_two_rounds(pages: Callable[..., Page], room: Served) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    projector = pages("/projector", PROJECTOR, facilitator=True)
    phone, laptop, second = (pages("/flight", size) for size in (PHONE, LAPTOP, LAPTOP))
    room.go("teams")
    names = ("Red", "Blue & <b>co", "The penguins of the long northern winter")
    for page, name in zip((phone, laptop, second), names, strict=True):
        page.get_by_label("Or begin a team").fill(name)
        page.get_by_role("button", name="Begin").click()
        expect(page.locator("h3")).to_have_text(f"{name}: round 1 of 12")
        expect(projector.locator("main")).to_contain_text(name)
    other = pages("/flight", LAPTOP)  # a second browser of the first team
    other.get_by_label("Join a team").fill(room.site.day.flights.teams[1].word)
    other.get_by_role("button", name="Join").click()
    expect(other.locator("h3")).to_have_text("Red: round 1 of 12")
    expect(other.locator(".said")).to_contain_text("The facilitator opens round 1")
    projector.screenshot(path=PICTURES / "room-flight-teams.png")

    room.go("decide", 1)
    expect(phone.locator(".said")).to_contain_text("Round 1 is open")
    decide(phone, 1, 4, "2000")
    expect(other.locator(".said")).to_contain_text("from another browser of your team")
    expect(other.get_by_label("your forecast")).to_have_value("2,000")
    decide(other, 1, 5, "2500")
    expect(phone.get_by_role("spinbutton", name="people to hire")).to_have_value("5")
    decide(laptop, 1, 2, "1800")
    second.get_by_label("because").fill("we are not ready yet")  # typed, and not sent
    expect(projector.locator(".count")).to_have_text("2 of 3 teams handed in")
    for page, name in ((phone, "phone"), (laptop, "laptop"), (projector, "projector")):
        page.screenshot(path=PICTURES / f"room-flight-decide-{name}.png", full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name

    room.go("came", 1)
    for page in (phone, laptop, other):
        expect(page.locator("h3")).to_contain_text("round 2 of 12")
        expect(page.get_by_label("your forecast")).to_have_value("")
    expect(second.locator("h3")).to_contain_text("round 2 of 12")
    expect(second.get_by_label("because")).to_have_value("we are not ready yet")
    expect(second.locator(".said")).to_contain_text("what you did before went on")
    expect(projector.locator("svg.curves")).to_have_attribute("aria-label", re.compile("Red [0-9]"))
    projector.screenshot(path=PICTURES / "room-flight-came.png")

    room.go("decide", 2)
    decide(laptop, 2, 3, "4000")
    laptop.reload()
    expect(laptop.locator(".said")).to_contain_text("Handed in")
    expect(laptop.get_by_label("your forecast")).to_have_value("4,000")
    expect(laptop.get_by_role("spinbutton", name="people to hire")).to_have_value("3")
    room.go("came", 2)
    expect(phone.locator("h3")).to_contain_text("round 3 of 12")
    rows = room.site.day.flights.game(room.site.day.flights.teams[1]).rows
    assert [row.hire for row in rows] == [5, 0]
    phone.screenshot(path=PICTURES / "room-flight-came-phone.png", full_page=True)

    filled = "bar => getComputedStyle(bar).backgroundColor"
    form = [laptop.locator(f".bar .share-{at}").first.evaluate(filled) for at in range(5)]
    room.go("landed")
    expect(projector.locator(".key")).to_contain_text("user onboarding")
    drawn = "share => getComputedStyle(share).fill"
    key = [projector.locator(f".key .share-{at}").evaluate(drawn) for at in range(5)]
    assert key == form
    assert len(set(key)) == 5
    projector.screenshot(path=PICTURES / "room-flight-landed.png")


@pytest.mark.browser
@pytest.mark.parametrize("width", [360, 390])
def test_a_long_name_makes_no_phones_page_wider_than_the_phone(
    pages: Callable[..., Page], room: Served, width: int
) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    name = "Penguins_of_the_long_northern_winters!"
    room.go("teams")
    page = pages("/flight", (width, 740))
    page.get_by_label("Or begin a team").fill(name)
    page.get_by_role("button", name="Begin").click()
    expect(page.locator("h3")).to_have_text(f"{name}: round 1 of 12")
    for at in (1, 2):
        room.go("decide", at)
        decide(page, at, 4, "2000")
        room.go("came", at)
        expect(page.locator("h3")).to_contain_text(f"round {at + 1} of 12")
    page.screenshot(path=PICTURES / f"room-flight-long-name-{width}.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    edges = page.locator("#cockpit .screen > *").evaluate_all(
        "parts => parts.map(part => part.getBoundingClientRect().right)"
    )
    assert max(edges) <= width


@pytest.mark.browser
def test_what_the_room_tells_while_a_decision_is_on_its_way_is_seen_after_the_answer(
    pages: Callable[..., Page], room: Served
) -> None:
    room.go("teams")
    page = pages("/flight", LAPTOP)
    page.get_by_label("Or begin a team").fill("Red")
    page.get_by_role("button", name="Begin").click()
    room.go("decide", 1)
    expect(page.locator(".said")).to_contain_text("Round 1 is open")
    held: list[Route] = []
    page.route(
        "**/flight/ask**",
        lambda route: (
            held.append(route) if '"fly"' in str(route.request.post_data) else route.continue_()
        ),
    )
    page.get_by_label("your forecast").fill("2000")
    page.get_by_label("because").fill("word of mouth")
    page.get_by_role("button", name="Hand in our decision for round 1").click()
    wait_until(lambda: page.evaluate("true") and held, SECONDS)
    room.go("came", 1)
    told = "JSON.parse(document.getElementById('state').textContent).view.round"
    wait_until(lambda: page.evaluate(told) == 2, SECONDS)
    expect(page.locator("h1")).to_contain_text("what came")
    assert page.locator("h3").text_content() == "Red: round 1 of 12"
    assert page.get_by_label("because").input_value() == "word of mouth"
    held[0].continue_()
    expect(page.locator("h3")).to_have_text("Red: round 2 of 12")
    expect(page.locator(".said")).to_contain_text("Nothing came from you for round 1")


@pytest.mark.browser
def test_long_names_in_the_table_of_forecasts_end_in_dots_on_a_phone(
    come: Callable[[], Flyer], pages: Callable[..., Page], room: Served
) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    for name in (
        "The penguins of the long northern winte",
        "Penguins_of_the_long_northern_winters!",
    ):
        come().begin(name)
    room.go("decide", 1)
    come().begin("Red")
    room.go("came", 1)
    page = pages("/projector", PHONE, facilitator=True)
    for kind, at in (("came", 1), ("forecasts", 0)):
        room.go(kind, at)
        names = page.locator(".guesses tbody th")
        expect(names).to_have_count(3)
        page.screenshot(path=PICTURES / f"room-flight-{kind}-phone.png", full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
        heights = names.evaluate_all("names => names.map(name => name.clientHeight)")
        assert max(heights) == min(heights), "each name is one line"
        cut = names.evaluate_all(
            "names => names.filter(name => name.scrollWidth > name.clientWidth)"
        )
        assert len(cut) == 2


@pytest.mark.browser
def test_a_decision_that_does_not_arrive_stays_in_the_form(
    pages: Callable[..., Page], room: Served
) -> None:
    page = pages("/flight", LAPTOP)
    page.get_by_label("Or begin a team").fill("Red")
    page.get_by_role("button", name="Begin").click()
    room.go("decide", 1)
    expect(page.locator(".said")).to_contain_text("Round 1 is open")
    page.route("**/flight/ask**", lambda route: route.fulfill(body="no JSON"))
    page.get_by_label("your forecast").fill("2000")
    page.get_by_label("because").fill("word of mouth")
    page.get_by_role("button", name="Hand in our decision").click()
    expect(page.locator(".said")).to_contain_text("there is no connection to the room")
    expect(page.get_by_label("because")).to_have_value("word of mouth")
    page.unroute("**/flight/ask**")
    page.get_by_role("button", name="Hand in our decision").click()
    expect(page.locator(".said")).to_contain_text("Handed in")
