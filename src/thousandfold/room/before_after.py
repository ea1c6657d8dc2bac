"""What people answer before and after a day: twelve questions, under codes that say nothing.

Nobody is told what is right, and nothing here knows it. Whose code is whose is known to the room
alone, so that what somebody answers after the day stands beside what they answered before it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from thousandfold.errors import ExplainedError
from thousandfold.inventory.answers import Answer, form_of, is_code
from thousandfold.inventory.given import Given, all_lines, read_given
from thousandfold.room.votes import LEAST_SHOWN

WHEN = ("before", "after")  # kinds of steps; the same words stand in files of answers
CLOSED = "These questions are closed. What you answered is kept; the page shows what the room does."
TOO_FEW = (
    f"Fewer than {LEAST_SHOWN} people have answered, so there is no file: one could tell whose "
    "answers they are."
)
TOO_EARLY = (
    "The file is there from the close of the day on. Whoever reads it earlier could tell who came "
    "last."
)


class BeforeAfter:
    """The answers of a room to the questions before and after.

    Attributes
    ----------
    codes : dict of str to str
        By browser: the code under which it answers.
    """

    def __init__(self) -> None:
        self.codes: dict[str, str] = {}
        self._given: dict[tuple[str, str], dict[str, Given]] = {}
        self._skipped: set[tuple[str, str]] = set()
        self._done: set[tuple[str, str]] = set()
        self._deeds: Mapping[str, Callable[[str, str, Mapping[str, Any]], None]] = {
            "begin": self._begin,
            "answer": self._answer,
            "finish": self._finish,
            "skip": self._skip,
        }

    def do(self, who: str, now: str, body: Mapping[str, Any]) -> bool:
        """Take what somebody does, and say whether that changes a count.

        Parameters
        ----------
        who : str
            The browser.
        now : str
            The kind of step at which the room is.
        body : mapping
            ``do``, and ``when``: before or after.

        Raises
        ------
        ExplainedError
            If the questions are not asked now, or it is no answer to them; then nothing changes.
        """
        if body.get("do") == "withdraw":
            self._withdraw(who)
            return True
        if now not in WHEN or body.get("when") != now:
            raise ExplainedError(CLOSED)
        deed = self._deeds.get(str(body.get("do")))
        if deed is None:
            raise ExplainedError("This is nothing that one can do with the questions.")
        deed(who, now, body)
        return body.get("do") != "answer"

    def has_begun(self, who: str, when: str) -> bool:
        """Whether somebody has begun to answer."""
        return (who, when) in self._given

    def is_done(self, who: str, when: str) -> bool:
        """Whether somebody has said to be done."""
        return (who, when) in self._done

    def skips(self, who: str, when: str) -> bool:
        """Whether somebody leaves all questions out."""
        return (who, when) in self._skipped

    def form(self, who: str, when: str) -> str:
        """Return the form that somebody answers who has begun."""
        return form_of(self.codes[who], when)

    def given(self, who: str, when: str) -> Mapping[str, Given]:
        """Return the letter and the confidence that somebody gave, by the name of the question."""
        return self._given.get((who, when), {})

    def done(self, when: str) -> int:
        """Return how many have said to be done."""
        return sum(of == when for _, of in self._done)

    def answered(self, when: str) -> int:
        """Return how many gave an answer, whether they said to be done or not: as the file has."""
        return len(self._who(when))

    def through(self, when: str) -> int:
        """Return how many are done or leave all questions out: in one, as nobody is told who."""
        return self.done(when) + sum(of == when for _, of in self._skipped)

    def answers(self) -> list[Answer]:
        """Return all answers, as they stand in a file.

        Of before and of after each, nothing below five people: one could tell whose they are.
        """
        found: list[Answer] = []
        for when in WHEN:
            people = self._who(when)
            if len(people) >= LEAST_SHOWN:
                for who in people:
                    found += all_lines(self.codes[who], when, self._given[who, when])
        return found

    def _who(self, when: str) -> list[str]:
        return [who for who, of in self._given if of == when and self._said(who, when)]

    def _said(self, who: str, when: str) -> bool:
        return any(letter for letter, _ in self._given[who, when].values())

    # --- What people do --------------------------------------------------------------------------

    def _begin(self, who: str, now: str, body: Mapping[str, Any]) -> None:
        if who not in self.codes:
            drawn = body.get("codes")
            known = self.codes.values()
            free = [
                code
                for code in (drawn if isinstance(drawn, list) else [])
                if isinstance(code, str) and is_code(code) and code not in known
            ]
            if not free:
                raise ExplainedError("Please press Begin once more.")
            # Decided here and not where they are drawn: a whole room presses Begin at once.
            first = [form_of(code, "before") for code in known]
            self.codes[who] = min(free, key=lambda code: first.count(form_of(code, "before")))
        self._skipped.discard((who, now))
        self._given.setdefault((who, now), {})

    def _answer(self, who: str, now: str, body: Mapping[str, Any]) -> None:
        given = body.get("given")
        if (who, now) not in self._given or not isinstance(given, dict):
            raise ExplainedError("Please begin the questions first.")
        self._given[who, now].update(read_given(given))

    def _finish(self, who: str, now: str, body: Mapping[str, Any]) -> None:
        self._answer(who, now, {"given": {}, **body})
        self._done.add((who, now))

    def _skip(self, who: str, now: str, _: Mapping[str, Any]) -> None:
        # What was answered before somebody thought again goes, too.
        self._given.pop((who, now), None)
        self._done.discard((who, now))
        self._skipped.add((who, now))

    def _withdraw(self, who: str) -> None:
        for when in WHEN:
            if self._given.pop((who, when), None) is not None:
                self._skipped.add((who, when))
            self._done.discard((who, when))
        self.codes.pop(who, None)
