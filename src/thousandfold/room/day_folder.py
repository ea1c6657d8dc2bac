"""What a day leaves behind on the facilitator's computer, in one folder, whole or not at all."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import tornado.template

from thousandfold.errors import ExplainedError
from thousandfold.facilitation.markup import plain
from thousandfold.facilitation.pdf import NoPrinterError, unprinted, write_pdf
from thousandfold.facilitation.room_calibration_page import html
from thousandfold.flight import Game
from thousandfold.flight.turn import Replayed, Turn
from thousandfold.inventory.answers import as_table
from thousandfold.room.answering import answers_to_read
from thousandfold.room.closing import MARKS, in_no_order
from thousandfold.room.guessed import room_guesses
from thousandfold.room.hand_in import folder_name
from thousandfold.room.page import PAGES
from thousandfold.room.taking_home import IN_FOUR_WEEKS, QUESTION, attended, date_in_words
from thousandfold.room.venue import Site
from thousandfold.room.votes import LEAST_SHOWN
from thousandfold.writing import make_folder, put_in_place, why, write_whole

_PRINT_SECONDS = 30.0
_MARKUP = re.compile(r"([\\`*_\[\]<>|&~#])|(?<=:)(?=//)|(?<=www)(?=\.)|^(?=[-+=])")


@dataclass(frozen=True)
class Left:
    """What a day leaves behind.

    Attributes
    ----------
    name : str
        Of its folder.
    texts : dict of str to str
        Files of text, by their names in it.
    games : dict of str to Game
        The flights, by the names of their files.
    certificates : str
        A page with all that were asked for; empty for none.
    """

    name: str
    texts: dict[str, str]
    games: dict[str, Game]
    certificates: str


def left_behind(site: Site) -> Left:
    """Return what the day of a room leaves behind.

    Parameters
    ----------
    site : Site
    """
    texts = {"evaluation.md": _evaluation(site), "votes.md": _votes(site)}
    texts |= dict(_letters(site))
    if (guesses := room_guesses(site)).shown:
        texts["guesses.html"] = html(guesses, site.title)
    if answers := answers_to_read(site.day):
        texts["answers.csv"] = as_table(answers)
    return Left(
        name=f"room-of-{site.today():%Y-%m-%d}",
        texts=texts,
        games=dict(_games(site)),
        certificates=_certificates(site),
    )


def write_folder(left: Left, parent: Path) -> tuple[Path, str]:
    """Write what a day leaves behind into a new folder; none that is there is touched.

    Parameters
    ----------
    left : Left
    parent : Path
        The folder in which it is made.

    Returns
    -------
    tuple
        The folder, and what could not be printed, in a sentence.

    Raises
    ------
    ExplainedError
        If it cannot be written; then there is no such folder.
    """
    parent = make_folder(parent.resolve())
    trouble = ""
    try:
        part = Path(tempfile.mkdtemp(prefix=".thousandfold-", dir=parent))
    except OSError as error:
        raise ExplainedError(f"Nothing can be written in {parent}: {error.strerror}.") from error
    try:
        for name, text in left.texts.items():
            write_whole(part / name, plain(text))
        for name, game in left.games.items():
            game.save(part / name)
        if left.certificates:
            write_whole(part / "certificates.html", plain(left.certificates))
            try:
                pdf = part / "certificates.pdf"
                write_pdf(plain(left.certificates), pdf, seconds=_PRINT_SECONDS)
            except NoPrinterError:
                said = unprinted([part / "certificates.html"])
                trouble = f"{said[0].upper()}{said[1:]}."
        return _put_in_place(part, parent / left.name), trouble
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _put_in_place(part: Path, wanted: Path) -> Path:
    number = 1
    while True:
        target = wanted if number == 1 else wanted.with_name(f"{wanted.name}-{number}")
        number += 1
        if target.exists():
            continue
        try:
            put_in_place(part, target)
            return target
        except OSError as error:
            if not target.exists():  # else somebody pressed twice, and this one comes second
                raise ExplainedError(f"{target} cannot be written: {why(error)}.") from error


def _evaluation(site: Site) -> str:
    day = site.day
    lines = [
        f"# Two questions after each module: {literal(site.title)}",
        "",
        f"{date_in_words(site.today())}. Does this change a decision of yours? From 1, "
        f"{MARKS[1]}, to 5, {MARKS[5]}.",
        "",
        "| module | 1 | 2 | 3 | 4 | 5 | what most were unclear about "
        "| what I do differently next time |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for module in day.done:
        counts = day.closing.of(module).all_counts()
        cells = " | ".join(map(str, counts or ["–"] * len(MARKS)))
        lines.append(f"| {literal(site.title_of(module))} | {cells} | | |")
    lines += ["", f"A dash: fewer than {LEAST_SHOWN} answered."]
    for module in day.done:
        unclear = day.closing.of(module).all_lines()
        if unclear:
            lines += ["", f"## Unclear: {literal(site.title_of(module))}", ""]
            lines += [f"- {literal(line)}" for line in unclear]
    return "\n".join(lines) + "\n"


def _votes(site: Site) -> str:
    day = site.day
    lines = [f"# What the room answered: {literal(site.title)}"]
    for asked in day.questions.values():
        for question in asked:
            known = question.name in day.revealed
            # What the room has not been shown stands nowhere, whoever looks over a shoulder.
            bars = day.votes.bars(question if known else replace(question, truth=None, told=""))
            if not bars:
                continue
            twice = any(bar.second for bar in bars)
            lines += ["", f"## {literal(question.words)}", ""]
            lines += [f"| answer | {'at first | after the talk' if twice else 'people'} |"]
            lines += ["|---|---|---|" if twice else "|---|---|"]
            for bar in bars:
                words = literal(bar.words) + (" (what came)" if bar.true else "")
                counts = f"{bar.first} | {bar.second}" if twice else bar.first
                lines.append(f"| {words} | {counts} |")
            if known and question.told:
                lines += ["", f"{literal(question.told)}."]
    lines += ["", f"Questions that fewer than {LEAST_SHOWN} answered are left out."]
    return "\n".join(lines) + "\n"


def _letters(site: Site) -> Iterator[tuple[str, str]]:
    closing, today = site.day.closing, site.today()
    # In the order of their addresses: that of their arrival would tell who is who.
    lines = {address: closing.monday[who] for who, address in closing.addresses.items()}
    for number, address in enumerate(in_no_order(lines), start=1):
        yield (
            f"letters/{number:02}-{folder_name(address)}.txt",
            f"Send on: {date_in_words(today + IN_FOUR_WEEKS)}\n"
            f"To: {address}\n"
            f"Subject: Four weeks later: {QUESTION}\n\n"
            "Hello,\n\n"
            f"four weeks ago, on {date_in_words(today)}, you wrote what you would do on Monday, "
            "and what would tell you that you were wrong:\n\n"
            f"    {lines[address]}\n\n"
            f"{QUESTION.capitalize()} One sentence is enough: just answer this mail.\n",
        )


def _games(site: Site) -> Iterator[tuple[str, Game]]:
    flights = site.day.flights
    for team in flights.teams.values():
        game = flights.game(team)
        customers = game.seen()["customers"]
        turns = [
            Turn(turn.decision, max(1.0, float(before)), "Nobody decided: what was decided goes on")
            if isinstance(turn, Replayed)
            else turn
            for turn, before in zip(game.turns, customers[:-1], strict=True)
        ]
        if turns:
            name = f"flight-{team.number:02}-{folder_name(team.name)}.json"
            yield name, Game(team.name, game.seed, game.events, turns)


def _certificates(site: Site) -> str:
    names = site.day.closing.names
    sheets = [(name, attended(site, who)) for who, name in names.items()]
    if not sheets:
        return ""
    sheets.sort(key=lambda sheet: sheet[0].casefold())
    style = (PAGES / "paper.css").read_text(encoding="utf-8")
    page = tornado.template.Loader(str(PAGES)).load("certificates.html")
    return page.generate(sheets=sheets, style=style).decode()


def literal(words: str) -> str:
    r"""Return what somebody typed so that Markdown shows it, and does nothing with it.

    Examples
    --------
    >>> print(literal("<b>50 %</b> | http://evil.example"))
    \<b\>50 %\</b\> \| http:\//evil.example
    """
    return _MARKUP.sub(lambda found: "\\" + (found[1] or ""), " ".join(words.split()))
