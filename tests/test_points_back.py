"""Points go back to a platform: whose, how often, and what a bad day there does to them."""

from __future__ import annotations

import json
import math
import os
import socket
import sqlite3
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT
from patience import patience

pytest.importorskip("ltiauthenticator", reason="the packages of LTI are not installed")

sys.path.append(str(ROOT / "hub"))
sys.path.append(str(ROOT / "tests" / "grading"))

import grade_services
import lti_people
import lti_platform
import mock_platform
import points_back
from hypothesis import given
from hypothesis import strategies as st
from mock_platform import AGS, CLIENT, COURSE, DEPLOYMENT, SCOPES, Fault, MockPlatform
from synthetic import STEM, gradebook

CLASS = {"ann": [1, 2, 3], "bob": [1, 2, 0], "cleo": [0, 0, 0], "dan": [0, 0, 3]}
IDS = {"ann": "101", "bob": "102", "cleo": "103"}  # Dan never came from the platform


class Road:
    """A class that was graded, a platform, and what leads from one to the other."""

    def __init__(self, folder: Path, platform: MockPlatform, key: str) -> None:
        self.course, self.lti, self.platform = folder / "course", folder / "lti", platform
        self.course.mkdir()
        self.lti.mkdir()
        self.waited: list[float] = []
        lti_people.write_private(self.lti / "key.pem", key)
        found = lti_platform.moodle(platform.url, CLIENT, (DEPLOYMENT,))
        lti_people.write_private(self.lti / "platform.toml", found.as_toml())
        platform.tool_key = lti_platform.read_key(self.lti).private.public_key()
        for who, sub in IDS.items():
            self.come(who, sub)

    def come(self, who: str, sub: str, **told: Any) -> None:
        """Let somebody come from the course, as the hub writes it down."""
        register = lti_people.read(self.lti)
        claims = self.platform.claims(sub, **told)
        _, person, course, about = lti_people.known(claims, register)
        register.people[who] = person
        register.courses[course] = about
        lti_people.write(register, self.lti)

    def send(self, *options: str, patience: float = 30.0) -> int:
        given = [STEM, "--course", str(self.course), *options]
        return points_back.main(given, folder=self.lti, wait=self.waited.append, patience=patience)


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("key")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lti_platform, "BITS", 2048)  # a longer one takes longer to read
        lti_platform.make_key(folder)
    return (folder / "key.pem").read_text()


@pytest.fixture
def road(tmp_path: Path, key: str) -> Iterator[Road]:
    with mock_platform.mock_platform() as platform:
        yield Road(tmp_path, platform, key)


Say = pytest.CaptureFixture[str]


def test_points_arrive_once_and_whoever_is_unknown_is_named(road: Road, capsys: Say) -> None:
    gradebook(road.course, CLASS)
    assert road.send() == points_back.NOT_ALL
    said = capsys.readouterr().out
    assert road.platform.points() == {"101": 6, "102": 3, "103": 0}
    assert {it["scoreMaximum"] for it in road.platform.scores} == {6}
    assert {it["gradingProgress"] for it in road.platform.scores} == {"FullyGraded"}
    assert "Module 3" in said
    assert "sent: 3" in said
    assert "never came from the platform" in said
    assert "dan" in said
    asked = len(road.platform.asked)
    assert road.send() == points_back.NOT_ALL
    said = capsys.readouterr().out
    assert "sent: 0\nthe same as before, and not sent again: 3" in said
    assert len(road.platform.scores) == 3
    assert not any("scores" in it for it in road.platform.asked[asked:])
    assert len(road.platform.columns) == 1
    assert road.send("--again") == points_back.NOT_ALL
    assert len(road.platform.scores) == 6


def test_what_changed_is_sent_and_nothing_else(road: Road, capsys: Say) -> None:
    gradebook(road.course, CLASS)
    road.send()
    (road.course / "gradebook.db").unlink()
    gradebook(road.course, {**CLASS, "bob": [1, 2, 3]})
    capsys.readouterr()
    road.send()
    assert "bob                     6 of 6  (before: 3)" in capsys.readouterr().out
    assert [it["userId"] for it in road.platform.scores[3:]] == ["102"]
    assert road.platform.scores[-1]["timestamp"] >= road.platform.scores[0]["timestamp"]


def test_an_unread_memo_sends_nothing_unless_it_is_asked_for(road: Road, capsys: Say) -> None:
    gradebook(road.course, CLASS, memo=[8, None, 0, None])
    road.send()
    said = capsys.readouterr()
    assert road.platform.points() == {"101": 14, "103": 0}
    assert "not complete, so nothing was sent: 2 (bob, dan)" in said.out
    road.send("--so-far")
    assert road.platform.points() == {"101": 14, "102": 3, "103": 0}


def test_where_nobodys_memo_is_read_nothing_is_asked_of_the_platform(
    road: Road, capsys: Say
) -> None:
    gradebook(road.course, CLASS, memo=[None] * 4)
    assert road.send() == 1
    assert "--so-far" in capsys.readouterr().err
    assert road.platform.asked == []


def test_a_dry_run_says_what_would_be_sent_and_asks_nobody(road: Road, capsys: Say) -> None:
    gradebook(road.course, CLASS)
    road.send("--dry-run")
    said = capsys.readouterr().out
    assert "ann                     6 of 6" in said
    assert "would be sent: 3" in said
    assert road.platform.asked == []
    assert not (road.course / points_back.SENT).exists()
    road.send()
    capsys.readouterr()
    road.send("--dry-run")
    assert "would be sent: 0\nthe same as before, and not sent again: 3" in capsys.readouterr().out


def test_one_whom_the_platform_does_not_know_stops_nobody(road: Road, capsys: Say) -> None:
    gradebook(road.course, CLASS)
    road.platform.unknown = {"101", "102"}
    assert road.send() == points_back.NOT_ALL
    said = capsys.readouterr().out
    assert road.platform.points() == {"103": 0}
    assert "not taken: ann: the platform answers 404, no such user" in said
    road.platform.unknown = set()
    road.send()
    assert road.platform.points() == {"101": 6, "102": 3, "103": 0}


def test_who_is_no_learner_there_gets_no_points_there(road: Road, capsys: Say) -> None:
    gradebook(road.course, CLASS)
    role = "http://purl.imsglobal.org/vocab/lis/v2/membership#Instructor"
    road.come("bob", "102", **{f"{mock_platform.CLAIM}roles": [role]})
    road.send()
    assert road.platform.points() == {"101": 6, "103": 0}
    assert "no learners on the platform: 1 (bob)" in capsys.readouterr().out


def test_a_column_that_is_there_is_found_on_whichever_page(road: Road) -> None:
    gradebook(road.course, CLASS)
    ours = f"thousandfold/{STEM}"
    for number, name in enumerate(["quiz", "essay", "talk", ours, "poster"]):
        place = f"{road.platform.url}/course/lineitems/{number}/lineitem?type_id=2"
        told = {"id": place, "label": name, "resourceId": name, "scoreMaximum": 6}
        road.platform.columns.append(told)
    road.send()
    assert len(road.platform.columns) == 5
    assert {it["column"] for it in road.platform.scores} == {3}


def test_a_column_that_was_deleted_is_made_and_filled_anew(road: Road) -> None:
    gradebook(road.course, CLASS)
    road.send()
    road.platform.columns[0]["resourceId"] = "it is somebody else's now"
    road.send()
    assert len(road.platform.columns) == 2
    assert [it["column"] for it in road.platform.scores] == [0, 0, 0, 1, 1, 1]


BUSY = [
    Fault("/scores", 429, {"Retry-After": "7"}),
    Fault("/scores", 503),
    Fault("/scores", 500, times=3),
    Fault("/lineitems", 429, {"Retry-After": "7"}),
    Fault("/token.php", 502),
    Fault("/scores", 401),  # a token that came to its end
]


@pytest.mark.parametrize("fault", BUSY, ids=lambda fault: f"{fault.path}-{fault.status}")
def test_a_platform_that_is_busy_is_asked_again(road: Road, fault: Fault) -> None:
    gradebook(road.course, CLASS)
    road.platform.faults = [Fault(**vars(fault))]
    road.send()
    assert road.platform.points() == {"101": 6, "102": 3, "103": 0}
    assert len(road.platform.scores) == 3
    if "Retry-After" in fault.heads:
        assert road.waited == [7]
    elif fault.status != 401:
        assert road.waited == list(grade_services.PAUSES[: fault.times])


def test_a_question_for_a_token_whose_answer_is_lost_is_signed_anew(road: Road) -> None:
    gradebook(road.course, CLASS)
    road.platform.loses = 2
    road.send()
    assert len(road.platform.scores) == 3


@pytest.mark.parametrize(
    "when",
    ["Mon, 01 Jan 99999999999999999999 00:00:00 GMT", "-5", "1e9", "soon", "Mon, 01 Jan 2001", "0"],
)
def test_a_time_that_is_none_is_not_waited_for(road: Road, when: str) -> None:
    gradebook(road.course, CLASS)
    road.platform.faults = [Fault("/scores", 429, {"Retry-After": when})]
    road.send()
    assert road.waited == [grade_services.PAUSES[0]]
    assert len(road.platform.scores) == 3


def test_a_time_of_day_after_which_to_ask_is_understood(road: Road) -> None:
    gradebook(road.course, CLASS)
    when = format_datetime(datetime.now(UTC) + timedelta(seconds=60), usegmt=True)
    road.platform.faults = [Fault("/scores", 429, {"Retry-After": when})]
    road.send()
    assert 0 < road.waited[0] <= 60
    assert len(road.platform.scores) == 3


def test_a_platform_that_wants_to_be_left_alone_for_an_hour_is(road: Road, capsys: Say) -> None:
    gradebook(road.course, CLASS)
    road.platform.faults = [Fault("/scores", 429, {"Retry-After": "3600"}, times=99)]
    assert road.send() == points_back.NOT_ALL
    assert road.waited == []
    assert "The others were not tried" in capsys.readouterr().out
    road.platform.faults = []
    road.send()
    assert road.platform.points() == {"101": 6, "102": 3, "103": 0}


def test_what_was_sent_before_it_broke_is_remembered(road: Road, capsys: Say) -> None:
    learners = {f"learner-{n}": [1, 2, 0] for n in range(6)}
    for number, who in enumerate(learners):
        road.come(who, f"sub-{number}")
    gradebook(road.course, learners)

    def breaks() -> None:
        if len(road.platform.scores) == 2:
            road.platform.faults.append(Fault("/scores", 500, times=99))

    road.platform.faults = [Fault("/none", 200)]
    plain = road.platform.scores

    class Scores(list[dict[str, Any]]):
        def append(self, told: dict[str, Any]) -> None:
            super().append(told)
            breaks()

    road.platform.scores = Scores(plain)
    assert road.send() == points_back.NOT_ALL
    assert "sent: 2" in capsys.readouterr().out
    assert json.loads((road.course / points_back.SENT).read_text())[f"{COURSE}/{STEM}"][
        "points"
    ].keys() == {"learner-0", "learner-1"}
    road.platform.faults = []
    road.send()
    assert [it["userId"] for it in road.platform.scores] == [f"sub-{n}" for n in range(6)]


def test_a_platform_that_says_nothing_is_waited_for_and_then_told(road: Road, capsys: Say) -> None:
    import threading

    gradebook(road.course, CLASS)
    go = threading.Event()
    slow = Fault("/token.php", 200, times=99, before=lambda: go.wait(patience(30)))
    road.platform.faults = [slow]
    assert road.send(patience=0.05) == points_back.NOT_ALL
    go.set()
    assert "does not answer" in capsys.readouterr().out
    assert road.waited == list(grade_services.PAUSES)
    assert road.platform.scores == []


OURS = {"resourceId": f"thousandfold/{STEM}", "label": STEM}
REFUSED: dict[str, tuple[Callable[[Road], object], str]] = {
    "no grade services at all": (
        lambda road: road.come("ann", "101", **{f"{AGS}claim/endpoint": None}),
        "offers no columns",
    ),
    "no new columns": (
        lambda road: [
            road.platform.scopes.remove(SCOPES[0]),
            road.platform.scopes.append(f"{SCOPES[0]}.readonly"),
            road.come("ann", "101"),
        ],
        "permits no new one",
    ),
    "no points": (
        lambda road: [road.platform.scopes.remove(SCOPES[1]), road.come("ann", "101")],
        "does not let this hub write points",
    ),
    "a token without points": (
        lambda road: road.platform.scopes.remove(SCOPES[1]),
        "gave a token that does not write points",
    ),
    "another key": (
        lambda road: setattr(road.platform, "tool_key", road.platform.key.public_key()),
        "does not know this hub (400, invalid_client)",
    ),
    "a page of columns elsewhere": (
        lambda road: [
            setattr(road.platform, "elsewhere", "http://127.0.0.1:9/evil"),
            road.platform.columns.extend({"id": "x", "label": "quiz"} for _ in range(5)),
        ],
        "named an address elsewhere",
    ),
    "a list that is none": (
        lambda road: road.platform.faults.append(Fault("/lineitems", 200, body=b'"x"')),
        "cannot be read",
    ),
    "a page of another program": (
        lambda road: road.platform.faults.append(Fault("/lineitems", 200, body=b"<html>")),
        "cannot be read",
    ),
    "a list without a bottom": (
        lambda road: road.platform.faults.append(Fault("/lineitems", 200, body=b"[" * 200_000)),
        "cannot be read",
    ),
    "a column that is nowhere": (
        lambda road: road.platform.faults.append(
            Fault("/lineitems", 200, body=json.dumps([{**OURS, "id": "http://["}]).encode())
        ),
        "named an address elsewhere",
    ),
    "a page that is nowhere": (
        lambda road: road.platform.faults.append(
            Fault("/lineitems", 200, {"Link": '<http://[>; rel="next"'}, body=b"[]")
        ),
        "named an address elsewhere",
    ),
    "pages that lead in a circle": (
        lambda road: road.platform.faults.append(
            Fault("/lineitems", 200, {"Link": '<?page=0>; rel="next"'}, times=999, body=b"[]")
        ),
        "has no end",
    ),
    "a token that is no word": (
        lambda road: road.platform.faults.append(
            Fault("/token.php", 200, body='{"access_token": "\u20ac"}'.encode())
        ),
        "does not know this hub",
    ),
    "a token of two lines": (
        lambda road: road.platform.faults.append(
            Fault("/token.php", 200, body=b'{"access_token": "one\\ntwo"}')
        ),
        "does not know this hub",
    ),
    "it leads elsewhere": (
        lambda road: road.platform.faults.append(
            Fault("/lineitems", 302, {"Location": "http://127.0.0.1:9/evil"})
        ),
        "answers 302",
    ),
}


@pytest.mark.parametrize(("change", "says"), REFUSED.values(), ids=REFUSED)
def test_what_a_platform_does_not_permit_is_said(
    road: Road, change: Callable[[Road], object], says: str, capsys: Say
) -> None:
    gradebook(road.course, CLASS)
    if says == "permits no new one":  # and lets them be read by a scope of its own
        road.platform.faults.append(Fault("/lineitems", 200, body=b"[]"))
    change(road)
    assert road.send() == points_back.NOT_ALL
    said = capsys.readouterr().out
    assert says in said
    assert "sent: 0" in said
    assert road.platform.scores == []


@pytest.mark.parametrize("most", [10**400, float("nan"), float("inf"), True, "6", None, -1, 0])
def test_a_column_whose_most_points_are_no_number_takes_points(
    road: Road, most: Any, capsys: Say
) -> None:
    gradebook(road.course, CLASS)
    place = f"{road.platform.url}/course/lineitems/0/lineitem?type_id=2"
    told = json.dumps([{**OURS, "id": place, "scoreMaximum": most}]).encode()
    road.platform.faults = [Fault("/lineitems", 200, body=told)]
    road.send()
    assert road.platform.points() == {"101": 6, "102": 3, "103": 0}
    assert "at most" not in capsys.readouterr().out


def test_points_go_to_the_platform_from_which_somebody_came(road: Road, capsys: Say) -> None:
    gradebook(road.course, CLASS)
    road.come("ann", "101", iss="https://another.example")  # with courses and people of these ids
    assert road.send() == 1
    assert "nobody has opened this hub" in capsys.readouterr().err
    assert road.platform.asked == []
    road.come("bob", "102")
    road.send()
    assert road.platform.points() == {"102": 3, "103": 0}
    assert "never came from the platform" in capsys.readouterr().out


def test_a_column_is_asked_for_once_and_a_page_without_https_is_elsewhere(
    road: Road, monkeypatch: pytest.MonkeyPatch, capsys: Say
) -> None:
    gradebook(road.course, CLASS)
    road.platform.faults = [
        Fault("/lineitems", 200, body=b"[]"),
        Fault("/lineitems", 503),  # of two questions, both of which arrive, two would come
    ]
    assert road.send() == points_back.NOT_ALL
    assert road.waited == []
    place = road.platform.url.replace("http://", "https://")
    road.platform.faults = [
        Fault("/lineitems", 200, {"Link": f'<{place}/x>; rel="next"'}, body=b"[]")
    ]
    capsys.readouterr()
    road.send()
    assert "named an address elsewhere" in capsys.readouterr().out
    monkeypatch.setattr(grade_services, "MOST_BYTES", 10)
    road.platform.faults = []
    road.send()
    assert "does not answer" in capsys.readouterr().out


def test_points_and_token_do_not_go_over_a_line_that_others_read(road: Road, capsys: Say) -> None:
    gradebook(road.course, CLASS)
    told = {"scope": SCOPES, "lineitems": "http://moodle.example.org/lineitems"}
    road.come("ann", "101", **{f"{AGS}claim/endpoint": told})
    assert road.send() == points_back.NOT_ALL
    assert "without https" in capsys.readouterr().out
    assert road.platform.asked == []


def test_who_is_killed_in_between_has_remembered_what_was_sent(
    road: Road, monkeypatch: pytest.MonkeyPatch
) -> None:
    gradebook(road.course, CLASS)
    kept: list[str] = []
    send = grade_services.GradeServices.send

    def watched(*told: Any) -> None:
        place = road.course / points_back.SENT
        kept.append(place.read_text() if place.exists() else "")
        send(*told)

    monkeypatch.setattr(grade_services.GradeServices, "send", watched)
    road.send()
    assert [text.count("[") for text in kept] == [0, 1, 2]


def test_a_gradebook_that_is_locked_or_damaged_sends_nothing(road: Road, capsys: Say) -> None:
    gradebook(road.course, CLASS)
    with closing(sqlite3.connect(road.course / "gradebook.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        assert road.send() == 1
    (road.course / "gradebook.db").write_bytes(b"no gradebook" * 100)
    assert road.send() == 1
    assert "Traceback" not in capsys.readouterr().err
    assert road.platform.asked == []


def test_a_dry_run_opens_no_connection(road: Road, monkeypatch: pytest.MonkeyPatch) -> None:
    gradebook(road.course, CLASS)

    def opens(*told: Any) -> None:
        raise AssertionError(f"a connection: {told}")

    monkeypatch.setattr(socket.socket, "connect", opens)
    assert road.send("--dry-run") == points_back.NOT_ALL
    assert road.waited == []


def test_what_is_written_is_private_whatever_the_mask_says(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        lti_people.write_private(tmp_path / "secret", "x")
        with lti_people.changing(tmp_path) as register:
            register.courses["c"] = lti_people.Course("C")
    finally:
        os.umask(before)
    modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.iterdir()}
    assert modes == {"secret": 0o600, "people.json": 0o600, ".lock": 0o600}


def test_two_who_change_the_register_at_once_lose_nothing(tmp_path: Path) -> None:
    def comes(number: int) -> None:
        with lti_people.changing(tmp_path) as register:
            register.people[f"p-{number}"] = lti_people.Person("issuer", str(number))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(comes, range(40)))
    assert len(lti_people.read(tmp_path).people) == 40


def test_a_name_under_which_there_is_work_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lti_people, "HERE", tmp_path)
    for place in (
        *(f"grader/course/{stage}/{stage}-zoe" for stage in lti_people.STAGES),
        "exchange/thousandfold/inbound/inbound-zoe+one+2026-01-01+x",
    ):
        (tmp_path / place).mkdir(parents=True)
    for name in (*(f"{stage}-zoe" for stage in lti_people.STAGES), "inbound-zoe"):
        assert lti_people.on_this_machine(name)
    assert not lti_people.on_this_machine("inbound-zo")


def test_before_anybody_came_it_says_what_to_do(road: Road, capsys: Say) -> None:
    gradebook(road.course, CLASS)
    (road.lti / "people.json").unlink()
    assert road.send() == 1
    assert "--csv" in capsys.readouterr().err


@pytest.mark.parametrize("lost", ["key.pem", "platform.toml"])
def test_without_key_or_platform_it_says_what_to_do(road: Road, lost: str, capsys: Say) -> None:
    gradebook(road.course, CLASS)
    (road.lti / lost).unlink()
    assert road.send() == 1
    assert "hub/lti" in capsys.readouterr().err
    (road.lti / lost).write_text("x = [")
    assert road.send() == 1
    assert "Traceback" not in capsys.readouterr().err


def test_a_key_that_others_may_read_is_used_no_more(road: Road, capsys: Say) -> None:
    gradebook(road.course, CLASS)
    (road.lti / "key.pem").chmod(0o640)
    assert road.send() == 1
    assert "no secret any more" in capsys.readouterr().err
    assert road.platform.asked == []


def test_the_key_is_made_once_is_private_and_is_not_shown(tmp_path: Path, key: str) -> None:
    (tmp_path / "key.pem").write_text(key)
    (tmp_path / "key.pem").chmod(0o600)
    lti_platform.make_key(tmp_path)
    assert (tmp_path / "key.pem").read_text() == key
    found = lti_platform.read_key(tmp_path)
    public = json.loads(found.as_jwk())
    assert public.keys() == {"kty", "e", "n", "kid", "alg", "use"}
    for shown in (repr(found), found.as_pem(), found.as_jwk()):
        assert "PRIVATE" not in shown
        assert str(found.private.private_numbers().d) not in shown
    other = tmp_path / "other"
    other.mkdir()
    lti_platform.make_key(other)
    assert (other / "key.pem").stat().st_mode & 0o777 == 0o600


def test_what_is_remembered_and_damaged_is_sent_again(road: Road) -> None:
    gradebook(road.course, CLASS)
    for damaged in ("{", "[]", json.dumps({f"{COURSE}/{STEM}": {"points": 3}})):
        (road.course / points_back.SENT).write_text(damaged)
        road.platform.scores.clear()
        road.send()
        assert road.platform.points() == {"101": 6, "102": 3, "103": 0}


@pytest.mark.parametrize(
    "address",
    [
        *("http://moodle.example.org", "moodle.example.org", "ftp://x"),
        "ftp://127.0.0.1",
        "https://[",
    ],
)
def test_a_platform_without_https_is_refused(address: str) -> None:
    with pytest.raises(lti_people.LtiError, match="https"):
        lti_platform.moodle(address, CLIENT, (DEPLOYMENT,))


@given(st.text())
def test_whatever_somebody_is_called_becomes_a_name_for_an_account(called: str) -> None:
    name = lti_people.free_name(called, lti_people.Register(), lambda name: name == "root")
    assert lti_people.NAME.fullmatch(name)
    assert name != "root"
    assert name.isascii()


def test_two_who_are_called_the_same_have_two_accounts_and_nobody_a_thousandth() -> None:
    register = lti_people.Register()
    for number in range(1, lti_people.TRIES):
        name = lti_people.free_name("Ann@x", register, lambda _: False)
        register.people[name] = lti_people.Person("issuer", str(number))
    assert len(register.people) == lti_people.TRIES - 1
    with pytest.raises(lti_people.LtiError, match="1,000 accounts"):
        lti_people.free_name("ann", register, lambda _: False)


def test_a_penalty_never_sends_less_than_0_and_nothing_is_nan(road: Road) -> None:
    gradebook(road.course, CLASS, penalty=5)
    road.send()
    assert road.platform.points() == {"101": 1, "102": 0, "103": 0}
    assert not any(math.isnan(it["scoreGiven"]) for it in road.platform.scores)
