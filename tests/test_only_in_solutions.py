"""An answer is known wherever it stands, and what learners are shown is none."""

from __future__ import annotations

import html
import json
from collections.abc import Callable

import only_in_solutions
import pytest
from conftest import ROOT
from only_in_solutions import secret_lines, told_in

SECRETS = secret_lines()
# With all that is written otherwise somewhere: quotes, a sign of HTML, a letter beyond ASCII.
HARD = """assert 1 < len(names) > 11, f"Ruth\u2019s '{names}' & more\\n"  # as she said"""


def coloured(line: str) -> str:
    return f"<pre><b>{html.escape(line[:9])}</b>{html.escape(line[9:])}</pre>"


WAYS: dict[str, Callable[[str], str]] = {
    "by itself": str,
    "indented": lambda line: f"if True:\n\t        {line}  \n",
    "in other columns": lambda line: line.replace(" ", "\n    "),
    "after another": lambda line: f"x = 1; {line}; print(x)",
    "in a comment": lambda line: f"    # was: {line}, or so",
    "in JSON": lambda line: json.dumps({"text": f"x\n{line}\ny"}),
    "in JSON with all letters": lambda line: json.dumps([line], ensure_ascii=False),
    "in JSON in JSON": lambda line: json.dumps(json.dumps([f"a\n{line}"])),
    "in JSON in other columns": lambda line: json.dumps(line.replace(" ", " \n\t ")),
    "in JSON in JSON in other columns": lambda line: json.dumps(
        json.dumps(line.replace(" ", "  \n"))
    ),
    "in a string of Python": lambda line: f"said = {line!r}",
    "on a page": lambda line: f"<p title='x'>Then {html.escape(line)}.</p>",
    "in an attribute": lambda line: f'<a data-guess="{html.escape(json.dumps([line]))}">x</a>',
    "with numbers for signs": lambda line: "".join(f"&#{ord(sign)};" for sign in line),
    "in colours": lambda line: "".join(
        f'<span class="n">{html.escape(part)}</span> ' for part in line.split(" ")
    ),
    "in colours, in an output": lambda line: json.dumps({"text/html": [coloured(line)]}),
    "in colours, escaped": lambda line: html.escape(coloured(line)),
    "in colours, escaped twice": lambda line: html.escape(html.escape(coloured(line))),
    "in colours, in a script": lambda line: (
        json.dumps(coloured(line)).replace("<", r"\u003c").replace("&", r"\u0026")
    ),
    "on a page in a page": lambda line: html.escape(html.escape(line)),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_line_is_known_however_it_is_written(way: str) -> None:
    for line in (HARD, max(SECRETS, key=len), min(SECRETS, key=len)):
        assert told_in(WAYS[way](line), {line, "what nobody has ever written"}) == {line}


def test_every_line_is_known_in_a_longer_one() -> None:
    assert told_in(json.dumps("; ".join(sorted(SECRETS))), SECRETS) == SECRETS
    assert len(SECRETS) > 300


def test_an_exercise_tells_none_and_a_solution_all_that_it_has() -> None:
    for path in sorted(ROOT.glob("exercises/*/*.ipynb")):
        assert told_in(path.read_text("utf-8"), SECRETS) == set(), path.name
    solutions = "".join(path.read_text("utf-8") for path in ROOT.glob("solutions/*/*.ipynb"))
    # A reason is several lines there: JSON puts a comma between them.
    assert len(told_in(solutions, SECRETS)) > len(SECRETS) * 2 / 3


def test_what_is_shown_in_a_longer_line_is_none_and_what_is_shown_alone_is_given_away(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    line, other, *_ = sorted(SECRETS)
    shown = [f"    x = 1; {line}", f"    {other}"]
    monkeypatch.setattr(only_in_solutions, "_shown", lambda: shown)
    assert not {line} <= secret_lines()
    assert {other} <= secret_lines()


def test_nothing_is_found_in_what_says_something_like_it() -> None:
    line = "smallest = min(range(2, 200), key=paths)"
    for other in ("smallest = min(range(2, 300), key=paths)", line[:-1], line[1:], ""):
        assert told_in(other, {line}) == set()
