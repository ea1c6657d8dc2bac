"""Twelve questions before and after a day: paired, without names, kept through a kill."""

from __future__ import annotations

import asyncio
import re
import shutil
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import httpx
import pytest
from asked_day import ASKED, fields, takes_part
from handed_in import SECONDS
from patience import patience, until
from served import Served, Visitor, served
from tornado.web import create_signed_value

from thousandfold.errors import ExplainedError
from thousandfold.inventory.answers import Answer, form_of, read_answers
from thousandfold.inventory.items import ITEMS
from thousandfold.room import day, simulated
from thousandfold.room.before_after import CLOSED, TOO_EARLY, TOO_FEW, WHEN
from thousandfold.room.day_folder import left_behind
from thousandfold.room.journal import BESIDE
from thousandfold.room.votes import LEAST_SHOWN

HOSTILE = [
    fields("load", "e"),
    fields("load", "ab"),
    fields("load", "a", "99"),
    fields("load", "a", "٧٥"),
    fields("none of them", "a"),
    {f"answer-{number}": "a" for number in range(200)},
    {"answer-": "a"},
]


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Served]:
    with served(tmp_path / "asked.room", ASKED, folder=tmp_path) as it:
        yield it


def people(room: Served, number: int = LEAST_SHOWN) -> list[Visitor]:
    found = [Visitor(room.site) for _ in range(number)]
    for one in found:
        one.enter()
    return found


def table(room: Served, folder: Path) -> tuple[Answer, ...]:
    """Return the file of answers, as the facilitator gets it."""
    answer = Visitor(room.site, facilitator=True).client.get("/facilitator/answers.csv")
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="answers-2')
    path = folder / "answers.csv"
    path.write_text(answer.text, encoding="utf-8")
    return read_answers(path)


def test_after_stands_beside_before_in_the_other_form(room: Served, tmp_path: Path) -> None:
    class_ = people(room)
    room.go("before")
    for number, one in enumerate(class_):
        takes_part(one, "before", "abcd"[number % 4])
    room.go("after")
    for number, one in enumerate(class_):
        takes_part(one, "after", "dcba"[number % 4])
    room.go("close")
    asked = room.site.day.before_after
    assert [asked.answered(when) for when in ("before", "after")] == [LEAST_SHOWN] * 2
    answers = table(room, tmp_path)
    assert len(answers) == LEAST_SHOWN * 2 * len(ITEMS)
    pairs = {}
    for each in answers:
        assert each.form == form_of(each.person, each.time)
        if each.item == "load":
            pairs.setdefault(each.person, {})[each.time] = each.answer
            assert each.confidence == 75
        else:
            assert (each.answer, each.confidence) == ("", None)
    assert sorted(pair["before"] + pair["after"] for pair in pairs.values()) == [
        "ad", "ad", "bc", "cb", "da",
    ]  # fmt: skip
    assert [each.person for each in answers] == sorted(each.person for each in answers)
    known = room.site.day.before_after.codes
    assert set(pairs) == set(known.values())
    assert not any(who in (tmp_path / "answers.csv").read_text() for who in known)
    assert left_behind(room.site).texts["answers.csv"] == (tmp_path / "answers.csv").read_text()


def test_both_forms_come_first_equally_often(room: Served) -> None:
    room.go("before")
    for one in people(room, 6):
        one.post("/questions/begin", when="before")
    codes = room.site.day.before_after.codes.values()
    assert sorted(form_of(code, "before") for code in codes) == ["A"] * 3 + ["B"] * 3


def test_a_room_that_was_killed_knows_whose_answers_are_whose(room: Served, tmp_path: Path) -> None:
    room.go("before")
    for one in people(room):
        takes_part(one, "before")
    codes = dict(room.site.day.before_after.codes)
    # What a room leaves that is killed: its files, as they are while it is open.
    for ending in ("", *BESIDE):
        left = tmp_path / f"asked.room{ending}"
        if left.exists():
            shutil.copy(left, tmp_path / f"again.room{ending}")
    with served(tmp_path / "again.room", ASKED, folder=tmp_path) as again:
        assert again.site.day.step.kind == "before"
        assert again.site.day.before_after.codes == codes
        again.go("after")
        for who in codes:
            back = Visitor(again.site)
            # At the port of before a browser has the same cookie; here, one that says the same.
            name, secret = again.site.cookie, again.site.door.cookie_secret
            back.client.cookies.set(name, create_signed_value(secret, name, who).decode())
            takes_part(back, "after", "b")
        again.go("close")
        answers = table(again, tmp_path)
    assert {each.person for each in answers} == set(codes.values())
    assert len(answers) == LEAST_SHOWN * 2 * len(ITEMS)


def test_of_fewer_than_five_people_there_is_no_file(room: Served) -> None:
    class_ = people(room)
    facilitator = Visitor(room.site, facilitator=True)
    room.go("before")
    for one in class_:
        takes_part(one, "before")
    early = facilitator.client.get("/facilitator/answers.csv")
    assert early.status_code == 422
    assert TOO_EARLY in early.text
    room.go("after")
    for one in class_[1:]:
        takes_part(one, "after")
    room.go("close")
    assert {each.time for each in room.site.day.before_after.answers()} == {"before"}
    class_[0].post("/questions/withdraw")
    few = facilitator.client.get("/facilitator/answers.csv")
    assert few.status_code == 422
    assert TOO_FEW in few.text
    assert "load" not in few.text
    assert "answers.csv" not in left_behind(room.site).texts


def test_only_the_facilitator_gets_the_file(room: Served) -> None:
    class_ = people(room)
    for when in ("before", "after"):
        room.go(when)
        for one in class_:
            takes_part(one, when)
    room.go("close")
    facilitator = Visitor(room.site, facilitator=True).client.get("/facilitator/answers.csv")
    assert facilitator.text.startswith("person,time")
    refused = class_[0].client.get("/facilitator/answers.csv")
    assert "person,time" not in refused.text
    assert "csv" not in refused.headers["content-type"]


def test_who_takes_the_answers_out_is_in_no_file(room: Served, tmp_path: Path) -> None:
    class_ = people(room, LEAST_SHOWN + 1)
    room.go("before")
    for one in class_:
        takes_part(one, "before")
    gone = room.site.day.before_after.codes[next(iter(room.site.day.before_after.codes))]
    room.go("close")
    assert gone in {each.person for each in table(room, tmp_path)}
    assert "Take my answers out" in class_[0].part("/")
    class_[0].post("/questions/withdraw")
    left = table(room, tmp_path)
    assert gone not in {each.person for each in left}
    assert len({each.person for each in left}) == LEAST_SHOWN
    assert "Take my answers out" not in class_[0].part("/")
    # And not after the room was opened once more either.
    room.site.desk._do_again()
    assert gone not in {each.person for each in room.site.day.before_after.answers()}


def test_what_somebody_answered_who_then_skips_is_in_no_file(room: Served) -> None:
    class_ = people(room, LEAST_SHOWN + 1)
    room.go("before")
    for one in class_:
        takes_part(one, "before")
    asked = room.site.day.before_after
    who, code = next(iter(asked.codes.items()))
    assert code in {each.person for each in asked.answers()}
    class_[0].post("/questions/skip", when="before")
    assert code not in {each.person for each in asked.answers()}
    class_[0].post("/questions/begin", when="before")
    assert asked.given(who, "before") == {}
    assert not asked.is_done(who, "before")


def test_who_has_begun_and_said_nothing_makes_no_fifth_person(room: Served) -> None:
    class_ = people(room)
    room.go("before")
    for one in class_[1:]:
        takes_part(one, "before")
    class_[0].post("/questions/begin", when="before")
    class_[0].send("/questions", when="before", do="finish", **fields("load", "", "75"))
    assert room.site.day.before_after.answers() == []


def test_whoever_has_sent_too_much_may_still_take_the_answers_out(
    room: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    (one,) = people(room, 1)
    room.go("before")
    takes_part(one, "before")
    monkeypatch.setattr(day, "MOST_DEEDS", 1)
    assert "trouble" in one.send("/questions", when="before", **fields("load", "c"))
    one.post("/questions/withdraw")
    assert not room.site.day.before_after.codes
    assert "trouble" in one.send("/questions/withdraw")  # once


def test_the_questions_shown_are_those_of_the_form_that_is_kept(room: Served) -> None:
    (one,) = people(room, 1)
    for when in WHEN:
        room.go(when)
        page = unescape(one.post("/questions/begin", when=when).text)
        (code,) = room.site.day.before_after.codes.values()
        form = form_of(code, when)
        for item in ITEMS:
            shown = [form for form in item.forms if item.forms[form].asks in page]
            assert shown == [form]


def test_a_whole_room_that_begins_at_once_meets_both_forms_equally_often(room: Served) -> None:
    class_ = people(room, 12)
    tokens = [one.token() for one in class_]
    room.go("before")

    async def begin(one: Visitor, token: str) -> int:
        async with httpx.AsyncClient(
            base_url=room.site.place.address, cookies=one.client.cookies, timeout=patience(SECONDS)
        ) as client:
            got = await client.post(
                "/questions/begin",
                params={"_xsrf": token},
                data={"when": "before"},
                headers={"Accept": "application/json"},
            )
            return got.status_code

    async def all_at_once() -> list[int]:
        # Twice each: a second tab, or a thumb that is quick.
        pairs = [*zip(class_, tokens, strict=True)] * 2
        return await asyncio.gather(*(begin(one, token) for one, token in pairs))

    # While nothing is written, all codes are drawn as if nobody had begun.
    desk = room.site.desk
    write = desk._write

    def once_all_have_come() -> None:
        if len(desk._pending) == 2 * len(class_):
            write()
        else:
            room.loop.call_later(0.01, once_all_have_come)

    desk._write = once_all_have_come  # type: ignore[method-assign]
    assert set(asyncio.run(all_at_once())) == {200}
    codes = room.site.day.before_after.codes
    assert len(codes) == len(set(codes.values())) == len(class_)
    assert sorted(form_of(code, "before") for code in codes.values()) == ["A"] * 6 + ["B"] * 6


def test_who_skips_is_not_told_from_who_is_done(room: Served) -> None:
    one, other = people(room, 2)
    room.go("before")
    pages = (Visitor(room.site, facilitator=True), "/facilitator"), (one, "/projector")

    def counts() -> list[list[str]]:
        return [re.findall(r"<b>\d+</b>[^<,]*", page.part(path)) for page, path in pages]

    takes_part(one, "before")
    other.post("/questions/begin", when="before")
    seen = counts()
    other.post("/questions/skip", when="before")
    skipped = counts()
    assert skipped != seen
    other.post("/questions/begin", when="before")
    assert counts() == seen
    other.send("/questions", when="before", do="finish")
    assert counts() == skipped


def test_as_long_as_somebody_may_answer_there_is_no_file_of_answers(room: Served) -> None:
    class_ = people(room, LEAST_SHOWN + 1)
    facilitator = Visitor(room.site, facilitator=True)
    room.go("before")
    for one in class_[:-1]:
        takes_part(one, "before")
    for step in ("before", "work"):
        room.go(step)
        assert "answers.csv" not in left_behind(room.site).texts
        assert facilitator.client.get("/facilitator/answers.csv").status_code == 422
    room.go("close")
    assert "answers.csv" in left_behind(room.site).texts
    room.go("before")  # back, for one who came late: a second file would tell what that one says
    takes_part(class_[-1], "before")
    early = facilitator.client.get("/facilitator/answers.csv")
    assert early.status_code == 422
    assert TOO_EARLY in early.text
    assert "answers.csv" not in left_behind(room.site).texts


def test_neither_another_site_nor_somebody_elses_code_gets_in(room: Served) -> None:
    (one,) = people(room, 1)
    room.go("before")
    for path in ("", "/begin", "/skip", "/withdraw"):
        for who in (one, Visitor(room.site)):
            sent = who.client.post(f"/questions{path}", data={"when": "before"})
            assert sent.status_code == 403
    assert not room.site.day.before_after.codes
    one.send("/questions/begin", when="before", code="a2c2d2", codes="a2c2d2", who="another")
    [(browser, code)] = room.site.day.before_after.codes.items()
    assert code != "a2c2d2"
    assert browser != "another"


def test_two_people_never_have_one_code(room: Served) -> None:
    room.go("before")
    room.do("ask", "one", do="begin", when="before", codes=["a2c2d2", "a2c2d3"])
    with pytest.raises(ExplainedError, match="press Begin once more"):
        room.do("ask", "other", do="begin", when="before", codes=["a2c2d2"])
    assert room.site.day.before_after.codes == {"one": "a2c2d2"}


@pytest.mark.parametrize("codes", [None, "a2c2d2", [], [3], ["Ann"], [{}], {"a2c2d2": 1}])
def test_a_begin_without_a_code_changes_nothing(room: Served, codes: object) -> None:
    room.go("before")
    with pytest.raises(ExplainedError, match="press Begin once more"):
        room.do("ask", "somebody", do="begin", when="before", codes=codes)
    assert not room.site.day.before_after.codes


@pytest.mark.parametrize("sent", HOSTILE, ids=lambda sent: str(sent)[:30])
def test_what_is_no_answer_is_refused_and_changes_nothing(
    room: Served, sent: dict[str, str]
) -> None:
    (one,) = people(room, 1)
    room.go("before")
    one.post("/questions/begin", when="before")
    one.send("/questions", when="before", **fields("load", "b", "50"))
    before = repr(vars(room.site.day.before_after))
    assert "trouble" in one.send("/questions", when="before", **sent)
    assert repr(vars(room.site.day.before_after)) == before


def test_nobody_answers_when_nothing_is_asked_or_without_having_begun(room: Served) -> None:
    one, other = people(room, 2)
    assert one.send("/questions", when="before", **fields("load", "a")) == {"trouble": CLOSED}
    room.go("before")
    assert "trouble" in other.send("/questions", when="before", **fields("load", "a"))
    assert other.client.get("/questions").url.path == "/"
    takes_part(one, "before")
    room.go("work")
    assert one.send("/questions", when="before", **fields("load", "c")) == {"trouble": CLOSED}
    assert 'data-go="/"' in one.part("/questions")
    room.go("after")
    assert one.send("/questions", when="before", **fields("load", "c")) == {"trouble": CLOSED}
    who = next(iter(room.site.day.before_after.codes))
    assert room.site.day.before_after.given(who, "before") == {"load": ("a", 75)}


def test_who_skips_is_told_so_and_may_think_again(room: Served) -> None:
    (one,) = people(room, 1)
    room.go("before")
    one.post("/questions/skip", when="before")
    assert "You skip the questions" in one.part("/")
    facilitators = Visitor(room.site, facilitator=True)
    assert "<b>1</b> are through or skip it" in facilitators.part("/facilitator")
    takes_part(one, "before")
    assert "<b>Done. Thank you.</b> You answered 1 of 12" in one.part("/")
    assert "<b>1</b> through or skipped" in one.part("/projector")
    for page in (one.part("/projector"), facilitators.part("/facilitator")):
        assert ITEMS[0].forms["A"].options[0] not in page


def test_without_a_script_all_questions_are_sent_at_once(room: Served) -> None:
    (one,) = people(room, 1)
    room.go("before")
    page = one.post("/questions/begin", when="before").text
    assert page.count("<section") == len(ITEMS) + 1
    all_of_them = {
        name: word for item in ITEMS for name, word in fields(item.name, "c", "95").items()
    }
    assert (
        "You answered 12 of 12"
        in one.post("/questions", when="before", do="finish", **all_of_them).text
    )


def test_people_who_are_none_answer_and_some_skip(room: Served) -> None:
    class_ = simulated.people(11, 0, room.site.place.address, room.site.door.password)
    asked = room.site.day.before_after
    room.do("let in", address="127.0.0.1")

    async def hold() -> None:
        come = asyncio.gather(*(person.attend() for person in class_))
        for step in ("before", "work", "after"):
            room.go(step)
            if step in WHEN:
                await until(lambda: asked.through(step) == 11, 30)  # noqa: B023
        come.cancel()

    asyncio.run(hold())
    assert [asked.done(when) for when in WHEN] == [10, 10]
    room.site.rehearsal = True
    room.go("close")
    got = Visitor(room.site, facilitator=True).client.get("/facilitator/answers.csv")
    assert "rehearsal-of-no-people.csv" in got.headers["Content-Disposition"]
    assert len(got.text.splitlines()) == 1 + 10 * 2 * len(ITEMS)
