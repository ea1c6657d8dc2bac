"""Who attacks a room by what: every cell of SECURITY.md's table is tried, and none has an effect.

Each is tried by what a browser, or a program, sends. Whatever the others have is compared before
and after, in the room and on the disk; then an honest person does what was to be prevented.
"""

from __future__ import annotations

import json
import socket
import sys
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import httpx
import pytest
from conftest import ROOT
from handed_in import FILE, SECONDS, STEM, Told, marked
from patience import patience, wait_until
from served import Served, Visitor, served
from small_day import decision, state

from thousandfold.flight.debrief import example_game
from thousandfold.flight.saved import written
from thousandfold.room import day as days
from thousandfold.room import page
from thousandfold.room.day import MOST_FROM_ONE_ADDRESS, Day
from thousandfold.room.flights import MOST_OF_ONE
from thousandfold.room.marks import Exercise
from thousandfold.room.owners import MOST_NAMES
from thousandfold.room.pace import Pace

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="elsewhere this machine has one loopback address"
)

HERS, NEW = "127.0.0.2", "127.0.0.3"  # where whoever attacks sits, and where a newcomer does
EVIL = "http://evil.example.org"
OWN_WORDS = "YOUR INSTRUCTOR IS A FOOL, ASK BOB"
WHERE = {  # the room, while somebody is after this
    "work": "exercise",
    "votes": "vote",
    "decisions": "decide",
    "projector": "exercise",
    "places": "welcome",
    "time": "welcome",
}


@dataclass
class Scene:
    """A room with Alice, who has voted, decided and handed in, and with somebody who attacks it."""

    room: Served
    folder: Path
    alice: Visitor
    facilitator: Visitor
    stack: ExitStack
    what: str = ""

    @property
    def day(self) -> Day:
        return self.room.site.day

    def come(self, address: str = HERS, *, inside: bool = True) -> Visitor:
        """Open another browser."""
        visitor = Visitor(self.room.site, address=address)
        self.stack.callback(visitor.client.close)
        if inside:
            visitor.enter()
        return visitor

    def raw(self, sent: bytes, *, whole: bool = True) -> bytes:
        """Send bytes, and return what comes back; do not wait for that unless they are whole."""
        host = urlsplit(self.room.site.place.address)
        line = self.stack.enter_context(
            socket.create_connection(
                (host.hostname, host.port), timeout=patience(SECONDS), source_address=(HERS, 0)
            )
        )
        line.sendall(sent)
        if not whole:
            return b""
        try:
            return b"".join(iter(lambda: line.recv(65536), b""))
        except ConnectionResetError:
            return b""

    @property
    def question(self) -> str:
        """The name of what Alice was asked."""
        return self.day.questions[1][0].name

    def kept(self) -> Mapping[str, Any]:
        """Return all that is not the attacker's own, in the room and on the disk."""
        day = self.day
        hers = {who for who, address in day.browsers.items() if address == HERS}
        teams = {n: team for n, team in day.flights.teams.items() if team.begun_by not in hers}
        told = dict(state(day))
        told["votes"] = {
            asked: {who: said for who, said in answers.items() if who not in hers}
            for asked, answers in told["votes"].items()
        }
        told["teams"] = repr(teams)
        told["members"] = {number: set(team.members) for number, team in teams.items()}
        told["owners"] = [one for one in day.owners.items() if one[1] not in hers]
        told["claims"] = {name: who for name, who in day.claims.items() if who not in hers}
        told["door"] = (
            {address: many for address, many in day.addresses.items() if address != HERS},
            {address: many for address, many in day.notebooks.items() if address != HERS},
            set(day.welcome),
            {who: address for who, address in day.browsers.items() if who not in hers},
        )
        monday = {who: line for who, line in day.closing.monday.items() if who not in hers}
        told["closing"] = repr(replace(day.closing, monday=monday))
        own = {name for name, who in day.owners.items() if who in hers}
        told["files"] = {
            str(path): path.read_bytes()
            for path in self.folder.rglob("*")
            if path.is_file() and path.relative_to(self.folder).parts[0] not in own
        }
        return told

    def tries(self) -> list[tuple[str, dict[str, str]]]:
        """Return the forms that would do it, were they taken."""
        steps = self.day.steps
        move = {"from": self.day.step.name, "to": steps[-1].name}
        word = self.day.flights.teams[1].word
        return {
            "work": [
                ("/hand-in", {"name": "Alice", "mine": "yes"}),
                ("/facilitator/give", {"learner": "alice", "yes": "yes"}),
            ],
            "votes": [("/vote", {"question": self.question, "answer": "2"})],
            "decisions": [
                ("/flight/team", {"do": "join", "word": word}),
                ("/flight/ask", {"do": "fly", "round": "1"}),
                ("/facilitator/take-out", {"team": "1", "out": "yes"}),
            ],
            "projector": [
                ("/flight/team", {"do": "begin", "name": "BUY THIS"}),
                ("/say", {"module": STEM, "mark": "1", "unclear": OWN_WORDS}),
                ("/facilitator/announce", {"round": "1", "event": "price war"}),
                ("/facilitator/go", move),
            ],
            "places": [
                ("/sign-in", {"password": "ba-ba-ba"}),
                ("/facilitator/let-in", {"address": HERS}),
            ],
            "time": [
                ("/facilitator/go", move),
                ("/facilitator/extend", {"minutes": "-60"}),
                *((f"/facilitator/{order}", {}) for order in ("begin", "pause", "follow", "undo")),
                ("/facilitator/folder", {}),
            ],
        }[self.what]

    def honest(self) -> None:
        """Let an honest person do what was to be prevented."""
        alice, room = self.alice, self.room
        if self.what == "work":
            assert alice.hand_in("Alice", marked()).status_code == 200
        elif self.what == "votes":
            assert "is in" in alice.send("/vote", question=self.question, answer="1")["said"]
        elif self.what == "decisions":
            answer = alice.client.post(
                "/flight/ask",
                params={"_xsrf": alice.token()},
                json={**decision(1, 3000), "do": "fly", "sure": True},
            )
            assert answer.json()["view"]["done"], answer.text
            assert self.day.flights.teams[1].turns[1].forecast == 3000
        elif self.what == "projector":
            assert OWN_WORDS not in alice.part("/projector")
            assert "BUY" not in alice.part("/projector")
        elif self.what == "places":
            newcomer = self.come(NEW)
            assert newcomer.client.get("/").url.path == "/"
            assert newcomer.hand_in("Zoe", marked()).status_code == 200
        else:
            assert alice.hand_in("Alice", marked()).status_code == 200
            room.go("vote")
            assert "is in" in alice.send("/vote", question=self.question, answer="1")["said"]


@pytest.fixture(scope="module")
def exercise() -> Exercise:
    return Exercise(ROOT, STEM)


@pytest.fixture
def scene(exercise: Exercise, tmp_path: Path) -> Iterator[Scene]:
    folder = tmp_path / "in"
    with (
        served(tmp_path / "day.room", folder=folder, exercises=[exercise], make=Told) as room,
        ExitStack() as stack,
    ):
        alice, facilitator = Visitor(room.site), Visitor(room.site, facilitator=True)
        stack.callback(alice.client.close)
        stack.callback(facilitator.client.close)
        alice.enter()
        facilitator.enter()
        it = Scene(room, folder, alice, facilitator, stack)
        assert alice.hand_in("Alice", marked()).status_code == 200
        room.go("vote")
        alice.send("/vote", question=it.question, answer="0")
        assert alice.send("/flight/team", do="begin", name="Red") == {"said": ""}
        room.go("decide", 1)
        room.do("decide", next(iter(it.day.browsers)), **decision(1))
        yield it


# --- Who knows the password ----------------------------------------------------------------------


def _is_alice(scene: Scene) -> None:
    other = marked(factor_possible={"points": 0.0, "says": OWN_WORDS})
    mallory = scene.come()
    for name in ("alice", " ALICE ", "ａｌｉｃｅ", "../alice", "alice\u200b", "Alice/"):
        for more in ({}, {"mine": "yes"}):
            assert mallory.hand_in(name, other, **more).status_code == 422, name
    sent = {
        "password": scene.room.site.door.password,
        "browser": "m" * 30,
        "name": "Alice",
        "notebook": json.loads(other),
    }
    for more in ({}, {"mine": True}):
        assert "trouble" in mallory.client.post("/api/hand-in", json=sent | more).json()
    assert mallory.client.post("/api/hand-in", content=b"[" * 100_000).status_code == 400
    assert "larger" in mallory.client.post("/api/hand-in", content=b"[0" + b",0" * 200_001).text
    assert "alice" not in mallory.client.get("/hand-in").text


def _votes_for_others(scene: Scene) -> None:
    mallory, who = scene.come(), next(iter(scene.day.browsers))
    mine = next(who for who, address in scene.day.browsers.items() if address == HERS)
    for answer in ("nan", "inf", "-1", "3", "9" * 5000, "٣", "", "1e400", "0x1"):
        assert "trouble" in mallory.send("/vote", question=scene.question, answer=answer), answer
    for _ in range(3):
        mallory.send("/vote", question=scene.question, answer="1", who=who, visitor=who)
    said = state(scene.day)["votes"][scene.question, 1]
    assert {each for each in said if each != who} == {mine}
    cookie = scene.room.site.cookie
    own, alices = (b64encode(name.encode()).decode() for name in (mine, who))
    signed = mallory.client.cookies[cookie]
    assert own in signed
    for forged in (who, signed.replace(own, alices)):
        mallory.client.cookies.delete(cookie)
        mallory.client.cookies.set(cookie, forged)
        answer = mallory.post("/vote", question=scene.question, answer="2")
        assert answer.status_code == 403


def _decides_for_others(scene: Scene) -> None:
    mallory = scene.come()
    for name in ("RED", "R e d", "Ｒed", "red!", "Re\u202ed", "x" * 41, "", "-", "Red\x00"):
        assert "trouble" in mallory.send("/flight/team", do="begin", name=name), name
    second = scene.come()
    for guess in range(15):
        mallory.send("/flight/team", do="join", word=f"baba-bab{'aeiou'[guess % 5]}{guess}")
        second.send("/flight/team", do="join", word="ba" * guess)
    word = scene.day.flights.teams[1].word
    assert "ask the facilitator" in mallory.send("/flight/team", do="join", word=word)["trouble"]
    mallory.send("/flight/team", do="leave", team="1")
    mallory.send("/flight/team", do="begin", name="Blue")
    ask = {"_xsrf": mallory.token()}
    turn = {**decision(1), "do": "fly", "sure": True, "team": 1}
    for hostile in (
        {**turn, "forecast": float("nan")},
        {**turn, "forecast": 1e308},
        {**turn, "forecast": 10**400},
        {**turn, "round": 10**30},
        {**turn, "round": [1]},
        {**turn, "decision": {**turn["decision"], "debt": float("inf")}},
        {**turn, "decision": {**turn["decision"], "who": "Red"}},
        {**turn, "decision": [1] * 1000},
        {**turn, "reason": "x" * 10_000},
        {**turn, "reason": {"a": 1}},
    ):
        mallory.client.post("/flight/ask", params=ask, content=json.dumps(hostile))
    for content in (b"[" * 15_000, b"\xff", b'{"do": "fly again"}', b'{"do": ["fly"]}', b"NaN"):
        assert mallory.client.post("/flight/ask", params=ask, content=content).status_code < 500
    files = {"notebook": ("flight-../red.json", b'{"format": "thousandfold flight 1"}')}
    mallory.client.post("/flight/team", params=ask, data={"do": "bring"}, files=files)


def _paints_on_the_projector(scene: Scene) -> None:
    own = marked(factor_possible={"points": 0.0, "says": OWN_WORDS})
    one, two = scene.come(), scene.come()
    for visitor, name in ((one, "Mallory One"), (one, "Mallory Two"), (two, "Trudy")):
        assert visitor.hand_in(name, own).status_code == 200
    for path, fields in scene.tries()[2:]:
        assert one.post(path, **fields).status_code == 403, path
    assert "trouble" in one.send("/say", module="none", mark="1", unclear=OWN_WORDS)
    board = "<b>3</b> not yet"
    wait_until(lambda: board in one.part("/projector"), SECONDS, lambda: one.part("/projector"))


def _takes_all_places(scene: Scene) -> None:
    for number in range(MOST_FROM_ONE_ADDRESS + 2):
        browser = scene.come(inside=False)
        browser.client.headers["X-Forwarded-For"] = f"10.0.0.{number}"
        browser.client.headers["X-Real-Ip"] = f"10.0.0.{number}"
        browser.enter()
        for brought in range(2):
            turns = example_game().turns[: 1 + (number + 5 * brought) % 12]
            flight = written(f"Ghosts {number} {brought}", number, {}, turns).encode()
            browser.client.post(
                "/flight/team",
                params={"_xsrf": browser.token()},
                data={"do": "bring"},
                files={"notebook": ("flight-a.json", flight)},
            )
            browser.send("/flight/team", do="leave")
        for team in range(2):
            browser.send("/flight/team", do="begin", name=f"Ghosts {number} {team + 2}")
        if number < 2:
            for name in range(MOST_NAMES + 2):
                browser.hand_in(f"Ghost {number} {name}", marked())
    for number in range(MOST_FROM_ONE_ADDRESS + 2):
        sent = {
            "password": scene.room.site.door.password,
            "browser": f"{number:x}" * 30,
            "name": f"Spectre {number}",
            "notebook": json.loads(marked()),
        }
        answer = browser.client.post("/api/hand-in", json=sent).text
        assert ("tell the facilitator" in answer) == (number >= MOST_FROM_ONE_ADDRESS)
    assert scene.day.addresses[HERS] == scene.day.notebooks[HERS] == MOST_FROM_ONE_ADDRESS
    assert len(scene.day.owners) == 1 + 2 * MOST_NAMES + MOST_FROM_ONE_ADDRESS
    assert len(scene.day.flights.teams) == 1 + MOST_OF_ONE


def _takes_time(scene: Scene) -> None:
    mallory, site = scene.come(), scene.room.site
    for path, fields in scene.tries():
        assert mallory.post(path, **fields).status_code == 403, path
    for _ in range(days.MOST_DEEDS + 5):
        answer = mallory.send("/promise", line="again and again")
    assert "takes nothing more" in answer["trouble"]
    version = site.desk.version("stage")
    cookies = "; ".join(f"{name}={said}" for name, said in mallory.client.cookies.items())
    head = f"Host: localhost\r\nCookie: {cookies}\r\nAccept: application/json\r\n"
    for _ in range(100):  # pages that wait, and that nobody reads
        scene.raw(f"GET /?seen={version} HTTP/1.1\r\n{head}\r\n".encode(), whole=False)
    large = f"{head}Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 9000000\r\n"
    post = f"POST /hand-in?_xsrf={mallory.token()} HTTP/1.1\r\n{large}\r\n".encode()
    for _ in range(4):  # files of which the end never comes
        scene.raw(post + b" " * 900_000, whole=False)
    wait_until(lambda: site.held.total() > page._HELD_FROM_ONE / 2, SECONDS, lambda: site.held)
    crowded = mallory.hand_in("Mallory", b" " * 1_500_000)
    assert crowded.status_code == 503
    site.pace = Pace(20, 0.0)
    codes = [mallory.client.get("/").status_code for _ in range(40)]
    assert codes == [200] * 20 + [429] * 20


LEARNER: Mapping[str, Callable[[Scene], None]] = {
    "work": _is_alice,
    "votes": _votes_for_others,
    "decisions": _decides_for_others,
    "projector": _paints_on_the_projector,
    "places": _takes_all_places,
    "time": _takes_time,
}


def learner(scene: Scene) -> None:
    """Try what somebody can who knows the password."""
    LEARNER[scene.what](scene)


# --- Who does not know it ------------------------------------------------------------------------


def neighbour(scene: Scene) -> None:
    """Try all forms, as they are, with a token, without the password; and guess it."""
    outside = scene.come(inside=False)
    token = {"_xsrf": outside.token()}
    for path, fields in scene.tries():
        if path != "/sign-in":
            notebook = {"notebook": (FILE, marked())}
            for more in ({"data": fields}, {"json": fields}, {"data": fields, "files": notebook}):
                assert outside.client.post(path, params=token, **more).status_code == 403, path
    for _ in range(12):
        assert outside.enter("bababa").status_code == 422
    for password in ("", None, "x" * 10_000, ["a"], {"a": 1}, 5, True):
        sent = {"password": password, "browser": "n" * 30, "name": "Alice", "notebook": {}}
        assert "not the password" in outside.client.post("/api/hand-in", json=sent).text
    for path in (
        *("/", "/projector", "/facilitator", "/facilitator/guide", "/join.svg", "/takeaway"),
        *("/hand-in", "/flight", "/flight/skill.png", "/certificate", "/four-weeks.ics"),
    ):
        answer = outside.client.get(path)
        assert answer.url.path == "/sign-in" or answer.status_code in (403, 404), path
        assert scene.room.site.door.password not in answer.text
    end = "HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    for path in ("..%2f..%2fday.py", "../day.py", "%2e%2e/%2e%2e/day.py", "room.css%00.py"):
        first_line = scene.raw(f"GET /static/{path} {end}".encode()).partition(b"\r\n")[0]
        assert b" 404 " in first_line, path


def wire(scene: Scene) -> None:
    """Try bytes that no browser sends, with headers that are not true."""
    site = scene.room.site
    host = urlsplit(site.place.address).netloc
    names = (site.cookie, f"{site.cookie}-facilitator")
    forged = "; ".join(
        f"{name}={value}" for name in names for value in ("facilitator", "2|1:0|10:1|1:a|4:YQ==|00")
    )
    lies = (
        f"Host: {host}\r\nCookie: {forged}; {site.cookie}-form=t\r\nX-Forwarded-For: 127.0.0.1\r\n"
        "X-Real-Ip: 127.0.0.1\r\nX-Forwarded-Proto: https\r\nX-Http-Method-Override: POST\r\n"
        f"X-Xsrftoken: t\r\nOrigin: http://{host}\r\nAuthorization: Basic YTphCg==\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n"
    )
    one, twice = f"Connection: close\r\n{lies}", f"POST /sign-in HTTP/1.1\r\n{lies}"
    for path, fields in scene.tries():
        body = urlencode(fields)
        rest = f"{one}Content-Length: {len(body)}\r\n\r\n{body}"
        post = f"POST {path}?_xsrf=t HTTP/1.1\r\n{rest}"
        for sent in (
            post,
            f"GET {path}?{body}&_xsrf=t HTTP/1.1\r\n{one}\r\n",
            f"PUT {path}?_xsrf=t HTTP/1.1\r\n{rest}",
            f"POST http://{host}{path}?_xsrf=t HTTP/1.0\r\n{rest}",
            # One header says that there is one thing, another that there are two.
            f"{twice}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{post}",
            f"{twice}Content-Length: 0\r\nContent-Length: {len(post)}\r\n\r\n{post}",
            f"{twice}Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n{post}",
            f"{twice}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n{post}",
        ):
            answer = scene.raw(sent.encode())
            assert answer.startswith(b"HTTP/1.1 "), sent
            assert site.door.password.encode() not in answer
        for sent in (
            f"GET / HTTP/1.1\r\n{lies}X: {'a' * 70_000}\r\n\r\n{post}",
            f"GET /?seen={'a' * 70_000} HTTP/1.1\r\n{lies}\r\n{post}",
        ):
            assert b" 200 " not in scene.raw(sent.encode())
    for begun in (b"\x00" * 999, b"PRI * HTTP/2.0\r\n\r\nSM", b"\x16\x03\x01\x02\x00", b"\n"):
        for sent in (begun, *[begun[:1]] * 20):
            scene.raw(sent, whole=False)


def elsewhere(scene: Scene) -> None:
    """Try what a page from elsewhere can in the facilitator's browser: with cookies, no token."""
    client = scene.facilitator.client
    client.follow_redirects = False
    page_of_evil = {"Origin": EVIL, "Referer": f"{EVIL}/", "Sec-Fetch-Site": "cross-site"}
    for path, fields in scene.tries():
        address, fake = f"{path}?{urlencode(fields)}", f"{path}?_xsrf={quote('2|a|b|1')}"
        if path == "/sign-in":
            continue  # it lets nobody in who is not in, and changes nothing for who is
        for sent in (
            {"data": fields},
            {"json": fields},
            {"content": json.dumps(fields), "headers": {"Content-Type": "text/plain"}},
            {"data": fields, "files": {"notebook": (FILE, marked())}},
        ):
            headers = page_of_evil | sent.pop("headers", {})  # type: ignore[operator]
            for to in (path, fake):
                answer = client.post(to, headers=headers, **sent)  # type: ignore[arg-type]
                assert answer.status_code == 403, to
                assert "access-control-allow-origin" not in answer.headers
        for kind in ("*/*", "text/event-stream", "application/json"):
            answer = client.get(address, headers={**page_of_evil, "Accept": kind})
            _shows_nothing_to_others(answer)
        for method in ("OPTIONS", "PUT", "DELETE", "PATCH"):
            assert client.request(method, path, headers=page_of_evil).status_code in (403, 405)
    for host in ("evil.example.org", "127.0.0.1.evil.example.org", "localhost.evil.example.org"):
        answer = client.get("/facilitator", headers={"Host": host})
        assert answer.status_code == 421
        assert scene.room.site.door.password not in answer.text
        path, fields = scene.tries()[-1]
        token = {"_xsrf": scene.facilitator.token()}
        sent_there = client.post(path, params=token, data=fields, headers={"Host": host})
        assert sent_there.status_code == 403
    # Pages of other addresses may ask here alone, where no cookie counts.
    sent = {"browser": "e" * 30, "name": "Alice", "notebook": {}, "mine": True}
    assert "not the password" in client.post("/api/hand-in", json=sent, headers=page_of_evil).text


def _shows_nothing_to_others(answer: httpx.Response) -> None:
    assert "access-control-allow-origin" not in answer.headers
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"
    assert answer.headers["x-frame-options"] == "DENY"
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]


WHO: Mapping[str, Callable[[Scene], None]] = {
    "learner": learner,
    "neighbour": neighbour,
    "wire": wire,
    "elsewhere": elsewhere,
}


@pytest.mark.parametrize("what", WHERE)
@pytest.mark.parametrize("who", WHO)
def test_a_room_is_harmed_by_nobody(
    scene: Scene, who: str, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(days, "MOST_DEEDS", 30)
    monkeypatch.setattr(page, "_HELD_FROM_ONE", 5_000_000)
    scene.what = what
    scene.room.go(WHERE[what])
    before = scene.kept()
    WHO[who](scene)
    assert scene.kept() == before
    scene.honest()
