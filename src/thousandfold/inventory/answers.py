"""A file of answers: who answered what, when, how surely; nobody is named in it."""

from __future__ import annotations

import csv
import io
import random
import re
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

from thousandfold.errors import ExplainedError
from thousandfold.inventory.item import LETTERS
from thousandfold.inventory.items import ITEMS

COLUMNS = ("person", "time", "form", "item", "answer", "confidence")
TIMES = ("before", "after", "later")
CONFIDENCES = (25, 50, 75, 95)

# What no handwriting turns into another: not b and 6, g and 9, i, l and 1, o and 0, s and 5, u and
# v, z and 2. A digit between any two letters keeps every name and every word out.
_LETTERS, _DIGITS = "acdefhjkmnprtvwxy", "23456789"
_CODE = re.compile(rf"(?:[{_LETTERS}][{_DIGITS}]){{3}}")
_FORMS = ("A", "B")
_BEYOND = "beyond the columns"
_MOST_BYTES, _MOST_LINES, _MOST_TOLD = 4 << 20, 50_000, 30


class AnswersError(ExplainedError):
    """A file of answers cannot be read as one."""


@dataclass(frozen=True)
class Answer:
    """An answer to a question.

    Attributes
    ----------
    person : str
        A code such as ``"k7m2p4"``, drawn by chance; it says nothing of who it is.
    time : str
        *before*, *after*, or *later*: four weeks after.
    form : str
        *A* or *B*.
    item : str
        Name of the question.
    answer : str
        *a* to *d*; empty if none was given.
    confidence : int or None
        How probable the person thought it, in per cent; None if nothing was said.
    """

    person: str
    time: str
    form: str
    item: str
    answer: str
    confidence: int | None


def is_code(text: str) -> bool:
    """Return whether a text is a code of a person, as `new_code` draws them."""
    return _CODE.fullmatch(text) is not None


def new_code(
    existing: Collection[str], form_first: str = "", chance: random.Random | None = None
) -> str:
    """Draw a code for one more person.

    Parameters
    ----------
    existing : collection of str
        The codes that are there; none of them is drawn again.
    form_first : str, optional
        *A* or *B*: the form that this person answers before. Without it the one that fewer of the
        others answer first, so that both forms are met first by equally many.
    chance : random.Random, optional
        Where luck comes from; the system's own by default, which nobody can foresee.

    Returns
    -------
    str
        Such as ``"k7m2p4"``.

    Raises
    ------
    AnswersError
        If there is no such form, or so many codes are there that none is free.
    """
    if not form_first:
        first = [form_of(code, "before") for code in existing]
        form_first = min(_FORMS, key=first.count)
    if form_first not in _FORMS:
        raise AnswersError(f"a form is A or B, not {form_first!r:.12}")
    chance = chance or random.SystemRandom()
    for _ in range(1000):
        code = "".join(chance.choice(_LETTERS) + chance.choice(_DIGITS) for _ in range(3))
        if form_of(code, "before") == form_first and code not in existing:
            return code
    raise AnswersError("no code is free any more; begin a new file of answers")


def form_of(code: str, time: str) -> str:
    """Return the form that a person answers: one before, the other after.

    Four weeks later all get one form, as one mail goes to everybody.

    Parameters
    ----------
    code : str
        Of the person; an even last digit begins with form A.
    time : str
        *before* or *after*.

    Raises
    ------
    AnswersError
        If that is no code, or another time.
    """
    if not is_code(code):
        raise AnswersError("a code looks like k7m2p4, as new_code draws them; this is none")
    if time not in TIMES[:2]:
        raise AnswersError(f"before and after have forms of their own, not {time!r:.12}")
    return _FORMS[(int(code[-1]) + (time == "after")) % 2]


def as_table(answers: Iterable[Answer]) -> str:
    r"""Return answers as the text of a file that `read_answers` reads.

    Lines are sorted by code, time and question: their order says nothing of who came first.

    Examples
    --------
    >>> as_table([Answer("k7m2p4", "before", "A", "load", "b", 75)]).splitlines()[1]
    'k7m2p4,before,A,load,b,75'
    """
    places = {item.name: place for place, item in enumerate(ITEMS)}
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for each in sorted(answers, key=lambda a: (a.person, TIMES.index(a.time), places[a.item])):
        said = "" if each.confidence is None else each.confidence
        writer.writerow((each.person, each.time, each.form, each.item, each.answer, said))
    return text.getvalue()


def read_answers(path: str | Path) -> tuple[Answer, ...]:
    """Read a file of answers, as `as_table` writes it or somebody types it from paper.

    Who answered before or after has a line for each question, with nothing under *answer* where
    none was given; *later* may be one question. Capitals, spaces around a word, a percent sign, a
    semicolon or a tab between the columns, their order and the marks that spreadsheets put at the
    beginning and at line ends do not matter.

    Parameters
    ----------
    path : str or path

    Returns
    -------
    tuple of Answer
        As they stand in the file.

    Raises
    ------
    AnswersError
        If anything in it is not an answer: all wrong lines at once, and what to do with them.
    """
    path = Path(path)
    lines = _lines(path)
    wrong: list[tuple[int, str]] = []
    found: dict[tuple[str, str, str], int] = {}
    forms: dict[tuple[str, str], str] = {}
    answers: list[Answer] = []
    for number, given in lines:
        answer, faults = _answer(given)
        wrong += [(number, fault) for fault in faults]
        if answer is None:
            continue
        key = (answer.person, answer.time, answer.item)
        form = forms.setdefault(key[:2], answer.form)
        if key in found:
            wrong.append(
                (
                    number,
                    f"{answer.person} has answered {answer.item} {answer.time} on line {found[key]}"
                    " already; take one of the two out",
                )
            )
        elif answer.form != form:
            wrong.append(
                (
                    number,
                    f"{answer.person} has form {form} on other lines of {answer.time}, and "
                    f"{answer.form} here; look at the sheet for the one that it was",
                )
            )
        found.setdefault(key, number)
        answers.append(answer)
    if not wrong:
        wrong = _missing(answers, found)
    if wrong:
        raise AnswersError(_told(path, wrong))
    return tuple(answers)


def _lines(path: Path) -> list[tuple[int, dict[str, str]]]:
    """Return the lines below the first one, by column, with their numbers."""
    try:
        if not path.is_file():
            raise AnswersError(f"there is no file {path}; name the CSV file of answers")
        with path.open("rb") as file:
            content = file.read(_MOST_BYTES + 1)
    except OSError as error:
        raise AnswersError(f"{path} cannot be read: {error.strerror}") from error
    if len(content) > _MOST_BYTES:
        raise AnswersError(f"{path} is larger than 4 MB, so it is no file of answers; is it one?")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise AnswersError(
            f"{path} is not a text in UTF-8; in the spreadsheet choose Save as, CSV UTF-8"
        ) from error
    head = text.partition("\n")[0]
    between = max(",;\t", key=head.count)
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=between)
        columns = [name.strip().lower() for name in next(reader, [])]
        _check_columns(path, columns)
        lines = [
            (reader.line_num, dict(zip((*columns, _BEYOND), cells, strict=False)))
            for cells in reader
            if any(cell.strip() for cell in cells)
        ]
    except csv.Error as error:
        raise AnswersError(f"{path} cannot be read as a table: {error}") from error
    if not lines:
        raise AnswersError(f"{path} holds no answers yet, only the names of the columns")
    if len(lines) > _MOST_LINES:
        raise AnswersError(f"{path} has {len(lines)} lines; {_MOST_LINES} are the most")
    return lines


def _check_columns(path: Path, columns: list[str]) -> None:
    if sorted(columns) == sorted(COLUMNS):
        return
    missing = [name for name in COLUMNS if name not in columns]
    said = f"the first line of {path} must name the columns: {','.join(COLUMNS)}"
    if missing:
        raise AnswersError(f"{said}. There is no {', no '.join(missing)}")
    raise AnswersError(
        f"{said}, each once. Take all others out: nothing else about a person belongs into this "
        "file, a name least of all"
    )


def _answer(given: dict[str, str]) -> tuple[Answer | None, list[str]]:
    """Return what a line says, or what is wrong with it."""
    cells = {name: given.get(name, "").strip() for name in COLUMNS}
    person, time, item = (cells[name].lower() for name in ("person", "time", "item"))
    form, letter = cells["form"].upper(), cells["answer"].lower()
    said = cells["confidence"].removesuffix("%").strip()
    faults = []
    if given.get(_BEYOND, "").strip():
        faults.append("the line goes on beyond its six columns; take out what stands there")
    if not is_code(person):  # what stands there may be a name: it is not repeated
        faults.append(
            "under person stands no code such as k7m2p4; give each person one of the codes, and "
            "write no name"
        )
    if time not in TIMES:
        faults.append(f"time is {_shown(time)}; write {_one_of(TIMES)}")
    if form not in _FORMS:
        faults.append(f"form is {_shown(form)}; write {_one_of(_FORMS)}")
    if all(item != each.name for each in ITEMS):
        faults.append(
            f"there is no question {_shown(item)}; write {_one_of([i.name for i in ITEMS])}"
        )
    if letter and (len(letter) > 1 or letter not in LETTERS):
        faults.append(f"answer is {_shown(letter)}; write {_one_of(LETTERS)}, or leave it empty")
    confidences = {str(each): each for each in CONFIDENCES}
    if said and said not in confidences:
        faults.append(
            f"confidence is {_shown(said)}; write {_one_of(confidences)}, or leave it empty"
        )
    if faults:
        return None, faults
    return Answer(person, time, form, item, letter, confidences.get(said)), []


def _missing(
    answers: list[Answer], found: dict[tuple[str, str, str], int]
) -> list[tuple[int, str]]:
    """Return whose answers of before or after lack questions, with their last lines."""
    last: dict[tuple[str, str], int] = {}
    answered: dict[tuple[str, str], set[str]] = defaultdict(set)
    for each in answers:
        if each.time != "later":
            who = (each.person, each.time)
            answered[who].add(each.item)
            last[who] = found[(*who, each.item)]
    return [
        (
            last[person, time],
            f"here end the answers of {person} {time}, without {', '.join(missing)}; add a line "
            "for each, with nothing under answer if none was given",
        )
        for (person, time), names in answered.items()
        if (missing := [item.name for item in ITEMS if item.name not in names])
    ]


def _told(path: Path, wrong: list[tuple[int, str]]) -> str:
    wrong = sorted(wrong, key=lambda fault: fault[0])
    more = len(wrong) - _MOST_TOLD
    lines = [f"  line {number}: {fault}" for number, fault in wrong[:_MOST_TOLD]]
    if more > 0:
        lines.append(f"  and {more} more, after line {wrong[_MOST_TOLD - 1][0]}")
    count = "one thing" if len(wrong) == 1 else f"{len(wrong)} things"
    return "\n".join([f"{count} in {path} must be put right; nothing was computed", *lines])


def _one_of(words: Iterable[str]) -> str:
    *others, last = words
    return f"{', '.join(others)} or {last}"


def _shown(text: str) -> str:
    return f"{text!a:.24}" if text else "empty"
