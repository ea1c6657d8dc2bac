"""The questions before and after, in any notebook: answered there, kept in one file beside it."""

from __future__ import annotations

import html
import re
import secrets
from pathlib import Path
from typing import Any

from thousandfold.errors import ExplainedError
from thousandfold.inventory.answers import (
    CONFIDENCES,
    as_table,
    form_of,
    is_code,
    new_code,
    read_answers,
)
from thousandfold.inventory.given import Given, all_lines, given_of, read_given
from thousandfold.inventory.items import ITEMS
from thousandfold.teaching.canvas import canvas
from thousandfold.teaching.fallback import Fallback
from thousandfold.writing import write_whole

_TIMES = ("before", "after")
_FILE = re.compile(r"(?:before|after)-(\w{6})\.csv")
NEW = "new"
_WORDS = "<p>{}</p>"  # in a browser there is no template engine
_WELCOME = {
    "before": "Twelve questions before the workshop, without your name. Guess where you do not "
    "know, and leave out what you like; you may leave out all of it. At the end come the same "
    "twelve with other numbers, and nobody is told before what is right.",
    "after": "The same twelve questions with other numbers, without your name. Leave out what you "
    "like; you may leave out all of it.",
}


class QuestionsError(ExplainedError):
    """The questions cannot be asked as somebody wants them."""


class QuestionForm:
    """Twelve questions, one at a time; each answer is kept as it is given.

    Parameters
    ----------
    time : str
        *before* or *after*.
    code : str
        Of the person.
    folder : Path
        Where the file is kept.

    Attributes
    ----------
    file : Path
        Such as ``before-k7m2p4.csv``; it is there from the first answer on.
    """

    def __init__(self, time: str, code: str, folder: Path) -> None:
        import ipywidgets

        self.time, self.code = time, code
        self.file = folder / f"{time}-{code}.csv"
        form = form_of(code, time)
        self._given: dict[str, Given] = {}
        if self.file.is_file():
            kept = read_answers(self.file)
            self._given = given_of(one for one in kept if (one.person, one.time) == (code, time))
        self._kept = bool(self._given)
        questions = [
            {"name": item.name, "asks": item.forms[form].asks, "options": item.forms[form].options}
            for item in ITEMS
        ]
        self._canvas = canvas(
            "thousandfold.facilitation",
            "notebook_form",
            questions=questions,
            confidences=list(CONFIDENCES),
            given={name: list(said) for name, said in self._given.items()},
            told=self._told(),
        )
        self._canvas.observe(self._answered, names="given")
        again = f"Run this cell: the questions come, and what you answered is in {self.file.name}."
        words = _WORDS.format(html.escape(_WELCOME[time]))
        self._shown = Fallback(ipywidgets.VBox([self._canvas]), again, left=words)

    def _repr_mimebundle_(self, **given: object) -> dict[str, Any]:
        return self._shown._repr_mimebundle_(**given)

    def _answered(self, change: Any) -> None:
        try:
            self._given = read_given(change["new"])
            answers = all_lines(self.code, self.time, self._given)
            write_whole(self.file, as_table(answers))
        except ExplainedError as error:
            self._canvas.told = self._told(f"Not kept: {error}")
        else:
            self._canvas.told = self._told()

    def _whose(self) -> str:
        """Say whose answers are shown, where some were there: a second person may sit here."""
        if not self._kept:
            return ""
        return (
            f"What is chosen already lies in {self.file.name}. If these are not your answers, "
            f'leave them as they are, and begin with questionnaire("{self.time}", code="{NEW}").'
        )

    def _told(self, trouble: str = "") -> dict[str, str]:
        name = self.file.name
        return {
            "welcome": f"{_WELCOME[self.time]} {self._whose()}".strip(),
            "trouble": trouble,
            "end": f"What you answered is in {name}, beside this notebook; no name is in it. Give "
            "this file to whoever leads the workshop. To take part in nothing, delete it.",
        }


def questionnaire(time: str, code: str = "", folder: str | Path = ".") -> QuestionForm:
    """Ask twelve questions on what the workshop is about, before it or after it.

    The answers are kept in one file beside the notebook, such as ``before-k7m2p4.csv``: under a
    code that is drawn by chance, without a name. Afterwards the same code is found there, so that
    the two can be compared.

    Parameters
    ----------
    time : str
        *before* or *after*.
    code : str, optional
        Of the person, where several have answered in this folder; ``"new"`` for one more.
    folder : path, optional
        Where the files are; by default beside the notebook.

    Returns
    -------
    QuestionForm
        The questions; the last line of a cell shows them.

    Raises
    ------
    QuestionsError
        If there is no such time or code, or several people have answered here.

    Examples
    --------
    >>> form = questionnaire("before", code="k7m2p4")
    >>> form.file.name
    'before-k7m2p4.csv'
    """
    if time not in _TIMES:
        raise QuestionsError(
            f'the questions are asked "before" or "after", so questionnaire("before"), not '
            f"{time!r:.20}"
        )
    here = Path(folder)
    return QuestionForm(time, _code(time, code.strip().lower(), here), here)


def _code(time: str, asked: str, folder: Path) -> str:
    """Return the code of whoever asks: the one that lies there, or a new one."""
    known = sorted({code for code in map(_code_of, folder.glob("*.csv")) if code})
    if asked and asked != NEW:
        if not is_code(asked):
            raise QuestionsError(
                f"{asked!r:.20} is no code; one looks like k7m2p4, and stands in the name of the "
                "file that was kept before"
            )
        return asked
    if asked == NEW or not known:
        # Everybody sits at an own computer: chance alone gives both forms to equally many.
        return new_code(known, secrets.choice("AB"))
    if len(known) > 1:
        raise QuestionsError(
            f"{len(known)} people have answered in this folder. Say which code is yours, such as "
            f'questionnaire("{time}", code="{known[0]}"); they are {", ".join(known)}. If you have '
            f'not answered here yet: questionnaire("{time}", code="{NEW}")'
        )
    return known[0]


def _code_of(path: Path) -> str:
    found = _FILE.fullmatch(path.name)
    return found[1] if found and is_code(found[1]) else ""
