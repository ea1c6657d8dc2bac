"""At the desk everything is written before it is answered, and nothing stops anything else."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest
from patience import others_first, patience
from small_day import POLL, go, small_day, state

from thousandfold.errors import ExplainedError
from thousandfold.room.day import DETAIL, FACILITATOR, STAGE, Day
from thousandfold.room.desk import Desk
from thousandfold.room.journal import Deed, Journal


class Counting(Journal):
    """Counts what is written at once, and can be told that the disk is full."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.written: list[int] = []

    def write(self, deeds: list[Deed]) -> None:  # type: ignore[override]
        super().write(deeds)
        self.written.append(len(deeds))

    def give(self, pages: int) -> None:
        """Let the file have so many pages more."""
        (now,) = self._file.execute("PRAGMA page_count").fetchone()
        self._file.execute(f"PRAGMA max_page_count = {now + pages}")


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Counting]:
    journal = Counting(tmp_path / "day.room")
    yield journal
    journal.close()


def vote(desk: Desk, who: str, answer: str = "0") -> Awaitable[None]:
    return desk.do("vote", who, question=POLL.name, answer=answer)


async def go_on(desk: Desk) -> None:
    await desk.do("go", FACILITATOR, **go(desk.day).body)


@pytest.mark.skipif(
    sys.platform not in ("linux", "darwin"), reason="Python's own clock counts sleep there"
)
def test_the_clock_goes_on_while_the_laptop_sleeps(
    journal: Counting, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Opened the evening before, a room would else date the next day's deeds on that evening."""
    desk = Desk(journal, small_day)
    before, night, read = desk.now(), 10 * 3600, time.clock_gettime
    monkeypatch.setattr(time, "clock_gettime", lambda clock: read(clock) + night)
    assert desk.now() - before == pytest.approx(night, abs=300)


def test_votes_that_come_together_are_written_together(journal: Counting) -> None:
    async def day() -> None:
        desk = Desk(journal, small_day)
        await go_on(desk)
        answers = await asyncio.gather(
            *(vote(desk, str(number)) for number in range(40)),
            vote(desk, "late", "7"),
            return_exceptions=True,
        )
        assert [one for one in answers if one is not None] == [answers[-1]]
        assert isinstance(answers[-1], ExplainedError)
        assert journal.written == [1, 40]
        assert desk.day.votes.count(POLL, 1) == 40

    asyncio.run(day())


def test_two_windows_that_go_on_at_once_go_on_once(journal: Counting) -> None:
    async def day() -> None:
        desk = Desk(journal, small_day)
        answers = await asyncio.gather(go_on(desk), go_on(desk), return_exceptions=True)
        assert [type(one) for one in answers] == [type(None), ExplainedError]
        assert desk.day.step is desk.day.steps[1]

    asyncio.run(day())


def test_nobody_sees_what_a_full_disk_did_not_take(journal: Counting) -> None:
    async def day() -> None:
        desk = Desk(journal, small_day)
        await go_on(desk)
        await asyncio.gather(*(vote(desk, str(number)) for number in range(6)))
        before, version = state(desk.day), desk.version(STAGE, DETAIL)
        journal.give(0)
        answers = await asyncio.gather(
            *(desk.do("enter", str(at), address=f"{at:0250}") for at in range(99)),
            go_on(desk),
            return_exceptions=True,
        )
        assert {str(one)[:22] for one in answers} == {"This could not be kept"}
        assert (state(desk.day), desk.version(STAGE, DETAIL)) == (before, version)
        journal.give(100)
        await vote(desk, "0", "1")
        assert desk.day.votes.of("0", POLL, 1) == 1
        assert journal.written == [1, 6, 1]

    asyncio.run(day())


def _half(day: Day) -> Callable[[Deed], frozenset[str]]:
    """Return a deed of ours that has a mistake."""

    def promise(deed: Deed) -> frozenset[str]:
        day.closing.monday[deed.who] = "half"
        day.owners["none"] = deed.who
        raise KeyError("a mistake of ours")

    return promise


def test_a_mistake_of_ours_stops_no_other_deed_and_leaves_no_half(journal: Counting) -> None:
    def begin() -> Day:
        day = small_day()
        day._deeds["promise"] = _half(day)
        return day

    async def day() -> None:
        desk = Desk(journal, begin)
        await go_on(desk)
        answers = await asyncio.gather(
            vote(desk, "a"),
            desk.do("promise", "b", line="x"),
            vote(desk, "c"),
            desk.do("no such deed", "d"),
            return_exceptions=True,
        )
        assert [type(one) for one in answers] == [type(None), KeyError, type(None), KeyError]
        assert desk.day.closing.monday == {}
        assert "none" not in desk.day.owners
        assert state(Desk(journal, begin).day) == state(desk.day)
        await vote(desk, "f")

    asyncio.run(day())


def test_what_cannot_be_written_down_is_answered_too(journal: Counting) -> None:
    async def day() -> None:
        desk = Desk(journal, small_day)
        await go_on(desk)
        with pytest.raises(TypeError):
            await desk.do("vote", "a", question=POLL.name, answer="0", more=object())
        assert desk.day.votes.count(POLL, 1) == 0
        await vote(desk, "a")

    asyncio.run(day())


def test_the_rooms_clock_runs_on_whatever_a_computers_clock_is_set_to(
    journal: Counting, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def day() -> None:
        desk = Desk(journal, small_day)
        for set_to in (0.0, 4e9, time.time()):
            before = desk.now()
            monkeypatch.setattr(time, "time", lambda to=set_to: to)
            assert 0 <= desk.now() - before < 3600
            await go_on(desk)
        moments = [deed.at for deed in journal.deeds()]
        assert moments == sorted(moments)
        left = desk.day.left(desk.now())
        monkeypatch.setattr(time, "time", lambda: 1e9)  # set back while the room was closed
        again = Desk(journal, small_day)
        assert again.now() >= moments[-1]
        assert again.day.left(again.now()) >= left
        await go_on(again)

    asyncio.run(day())


def test_whoever_waits_hears_of_what_concerns_them_and_of_nothing_else(journal: Counting) -> None:
    async def day() -> None:
        desk = Desk(journal, small_day)
        await go_on(desk)
        stage = asyncio.create_task(desk.change(desk.version(STAGE), STAGE, seconds=1e6))
        both = desk.version(STAGE, DETAIL)
        detail = asyncio.create_task(desk.change(both, STAGE, DETAIL, seconds=1e6))
        await others_first()
        await vote(desk, "a")
        await detail
        assert not stage.done()
        await desk.change(both, STAGE, DETAIL, seconds=1e6)  # what is old is answered at once
        await go_on(desk)
        await stage
        await desk.change(desk.version(STAGE), STAGE, seconds=0.001)
        assert not any(desk._waiting.values())

    asyncio.run(day())


def test_a_page_that_was_open_before_a_restart_is_never_thought_to_be_new(
    journal: Counting,
) -> None:
    assert Desk(journal, small_day).version(STAGE) != Desk(journal, small_day).version(STAGE)


def test_whoever_left_while_it_was_written_harms_nobody(journal: Counting) -> None:
    async def day() -> None:
        desk = Desk(journal, small_day)
        await go_on(desk)
        gone = asyncio.ensure_future(vote(desk, "gone"))
        stays = asyncio.ensure_future(vote(desk, "stays"))
        await others_first()
        gone.cancel()
        await stays
        assert state(Desk(journal, small_day).day) == state(desk.day)

    asyncio.run(day())


def test_the_projector_is_told_before_all_phones_and_a_vote_between_them(journal: Counting) -> None:
    async def day() -> None:
        desk, heard = Desk(journal, small_day), []
        await go_on(desk)

        async def follow(who: str, topic: str) -> None:
            await desk.change(desk.version(topic), topic, seconds=patience(60))
            heard.append(who)

        async def voting() -> None:
            await vote(desk, "ann")
            heard.append("vote")

        phones = [asyncio.create_task(follow("phone", STAGE)) for _ in range(200)]
        projector = asyncio.create_task(follow("projector", DETAIL))
        await others_first()
        assert len(desk._waiting[STAGE]) == 200
        desk.tell(STAGE, DETAIL)
        await asyncio.gather(voting(), projector, *phones)
        assert heard[0] == "projector"
        assert heard.index("vote") < 100

    asyncio.run(day())
