"""First stumbles in Python, answered in one sentence: where, and what to write instead.

Active in every notebook once something of the workshop is imported, lessons and exercises alike.
"""

from __future__ import annotations

import ast
import builtins
import keyword
import linecache
import re
import sys
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import Any
from weakref import WeakSet

from thousandfold.errors import ExplainedError
from thousandfold.teaching.hints import display_hint, graded
from thousandfold.teaching.progress import note, why_unknown

_WORDS = {"true": "True", "false": "False", "none": "None", "null": "None"}
_NUMBER_AND_WORD = re.compile(r"(?<![\w.\"'])(\d[\d_.]*)\s*([^\W\d_]\w*)")
_TEXTS_AND_COMMENTS = re.compile(r"#.*|\"[^\"]*\"|'[^']*'")
_THOUSANDS = re.compile(r"[1-9]\d{0,2}(?:,\d{3})+")
_COMMA = re.compile(rf"(?<![\d.,])(?:{_THOUSANDS.pattern}|\d+,\d+)(?![.,]?\d)")
_listening: WeakSet[Any] = WeakSet()


class Stumble(ExplainedError):
    """A cell that Python can read and that means something else than who wrote it."""


def sentence_of(error: BaseException, names: Iterable[str] = (), line: str = "") -> str:
    """Return what to say about an error, in one sentence.

    Parameters
    ----------
    error : BaseException
        What a cell stopped with.
    names : iterable of str
        The names that the notebook knows.
    line : str
        The line that stopped.
    """
    if isinstance(error, ExplainedError):
        return str(error)
    if isinstance(error, SyntaxError):
        return _unreadable(error)
    if isinstance(error, NameError):
        return _unknown_name(error, names)
    if isinstance(error, TypeError) and "ellipsis" in str(error):
        return f"In `{line}` three dots still stand for an answer: write yours first."
    said = f"{error}" or type(error).__name__
    return f"`{line}` stops: {said} ({type(error).__name__})." if line else f"{said}."


def _unknown_name(error: NameError, names: Iterable[str]) -> str:
    name = str(error.name)
    if name in _WORDS:
        return f"{name} is not known: write {_WORDS[name]}."
    if failed := why_unknown(name):
        return f"{failed}, so {name} is not known yet: mend that cell and run it, then this one."
    import difflib  # takes as long as all the rest

    near = difflib.get_close_matches(name, [*names, *vars(builtins)], n=1, cutoff=0.8)
    if near:
        return f"{name} is not known yet: did you mean {near[0]}? If not, run the cells above."
    return (
        f"{name} is not known yet: run the cells above from the top (menu Run, Run All Above "
        "Selected Cell), then this one; a text needs quotation marks around it."
    )


def _unreadable(error: SyntaxError) -> str:
    number, line = error.lineno or 1, (error.text or "").strip()
    where = f"Line {number}"
    if isinstance(error, IndentationError):
        if "expected an indented block" in error.msg:
            return f"{where} belongs to the line above it: put four spaces at its beginning."
        return (
            f"{where} begins with too many or too few spaces: let it begin as the lines around it."
        )
    for recognises in (_marks, _numbers, _missing):
        if says := recognises(error, line):
            return f"{where}: {says}"
    return f"{where}: Python cannot read `{line}` ({error.msg})."


def _marks(error: SyntaxError, line: str) -> str:
    if quote := re.search("[“”„‟«»‘’‚]", line):
        return f'write straight quotation marks, ", in place of {quote[0]}.'
    if "string literal" in error.msg:
        return "a quotation mark is missing: a text needs one at its beginning and one at its end."
    if "was never closed" in error.msg or "incomplete input" in error.msg:
        return "a bracket is opened and never closed."
    if unopened := re.search(r"(?:unmatched|closing parenthesis) '(.)'", error.msg):
        return f"the bracket {unopened[1]} closes nothing: look for the one that opens it."
    return ""


def _numbers(error: SyntaxError, line: str) -> str:
    bare = _TEXTS_AND_COMMENTS.sub("", line)
    if sign := re.search(r"[$€£¥]", bare):
        return f"write the number alone, without {sign[0]}."
    if percent := re.search(r"(\d+(?:\.\d+)?)\s*%", bare):
        share = f"{float(percent[1]) / 100:g}"
        return f"write {percent[1]} % as {share}, or as {percent[1]} where per cents are asked."
    if comma := _COMMA.search(bare):
        return _with_a_comma(comma[0])
    if points := re.search(r"\d+\.\d+\.[\d.]+", bare):
        return f"write {points[0]} as {points[0].replace('.', '')}, without points for thousands."
    if apart := re.search(r"\d{1,3}(?:[ '’]\d{3})+\b", bare):
        return f"write {apart[0]} as {re.sub('[^0-9]', '', apart[0])}, in one piece."
    for number, word in _NUMBER_AND_WORD.findall(bare):
        if word == "x":
            return "write times as *."
        if not keyword.iskeyword(word):
            return f"write the number alone: {number}, without `{word}`."
    return ""


def _missing(error: SyntaxError, line: str) -> str:
    if _TEXTS_AND_COMMENTS.sub("", line).rstrip().endswith("="):
        return "nothing stands behind the sign =."
    if "expected ':'" in error.msg:
        return "the line has to end with a colon, :."
    if "forgot a comma" in error.msg:
        return f"a comma may be missing in `{line}`."
    return ""


def _with_a_comma(written: str) -> str:
    whole, parts = written.replace(",", ""), written.split(",")
    if not _THOUSANDS.fullmatch(written):
        return f"write decimals with a point: {parts[0]}.{parts[1]}, not {written}."
    if len(parts) > 2:
        return f"write {written} as {whole}."
    return f"write {written} as {whole}, or as {'.'.join(parts)} if the comma begins the decimals."


class _Misleading(ast.NodeVisitor):
    """Finds what Python reads as something else, and would say nothing about."""

    def __init__(self, source: str) -> None:
        self._source = source

    def visit_BinOp(self, node: ast.BinOp) -> None:
        if isinstance(node.op, ast.BitXor):
            raise Stumble(f"Line {node.lineno}: `^` is no power in Python. Write **: 2 ** 3 is 8.")
        self.generic_visit(node)

    def visit_Assign(self, node: ast.Assign) -> None:
        names = [target.id for target in node.targets if isinstance(target, ast.Name)]
        written = ast.get_source_segment(self._source, node.value) or ""
        guess = any(name.startswith("my_guess") for name in names)  # answered as it was typed
        if names and not guess and _COMMA.fullmatch(written):
            raise Stumble(f"Line {node.lineno}: {_with_a_comma(written)}")
        self.generic_visit(node)


def refuse_misleading(lines: list[str]) -> list[str]:
    """Return the lines of a cell, if they mean to Python what they mean to their author.

    Raises
    ------
    Stumble
        What Python would take for something else: ``2^3``, ``factor = 4,5``.
    """
    cell = "".join(lines)
    try:
        tree = ast.parse(cell)
    except (SyntaxError, ValueError):
        return lines  # that is told when it runs
    _Misleading(cell).visit(tree)
    return lines


def _failing_line(traceback: TracebackType | None, names: dict[str, Any]) -> str:
    """Return the last line in a cell of the notebook that an error came by."""
    line = ""
    while traceback:
        frame = traceback.tb_frame
        if frame.f_globals is names:
            line = linecache.getline(frame.f_code.co_filename, traceback.tb_lineno).strip()
        traceback = traceback.tb_next
    return line


def listen(shell: Any) -> None:
    """Let the notebook of an IPython shell answer first stumbles in a sentence."""
    if shell is None or shell in _listening:
        return
    _listening.add(shell)
    if graded():
        shell.set_custom_exc((NameError,), _graded_name)
        return
    shown: Callable[..., None] = shell._showtraceback

    def show(kind: type[BaseException], error: BaseException, lines: list[str]) -> None:
        if not isinstance(error, Exception):
            shown(kind, error, lines)
            return
        line = _failing_line(error.__traceback__, shell.user_ns)
        says = sentence_of(error, shell.user_ns, line)
        if _in_an_exercise():
            display_hint(says)
        else:
            shown(kind, error, [says])

    def go_on(result: Any) -> None:
        if result is None:  # interrupted
            return
        note(result)
        if _in_an_exercise() and isinstance(error_of(result), Exception):
            result.error_before_exec = result.error_in_exec = None

    shell._showtraceback = show
    shell.input_transformers_post.append(refuse_misleading)
    shell.events.register("post_run_cell", go_on)


def error_of(result: Any) -> BaseException | None:
    """Return what a cell stopped with."""
    error: BaseException | None = result.error_before_exec or result.error_in_exec
    return error


def _in_an_exercise() -> bool:
    """Say whether the notebook has checks: *Run All* goes through it to the end."""
    return "thousandfold.teaching.checks" in sys.modules


def _graded_name(
    shell: Any, kind: type[NameError], error: NameError, traceback: Any, tb_offset: Any = None
) -> None:
    shell._showtraceback(kind, error, [_unknown_name(error, ())])
