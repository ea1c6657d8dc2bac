"""The judge's side of a test: it runs where no learner's code ever is.

The names that a test uses and that the instructor's own cells do not give are fetched from the
learner's process, as plain data; a function becomes one that asks the learner's process for its
result. What comes back is data and never a verdict. `engine.execution` carries the messages.
"""

from __future__ import annotations

import ast
import builtins
import re
import symtable
import sys
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from boxgrader.box.plain import NotPlainError, Stranger, fingerprint, mutable, pack, unpack

if TYPE_CHECKING:
    import socket


# Copied with a cell, IPython takes it away; Python reads an annotation.
_PROMPT = re.compile(r"\s*In \[")
_SAYS = ("sys.stdout", "sys.stderr")  # what a function prints, the judge is told
_SAME = {"id", "assertIs", "assertIsNot", "shares_memory", "may_share_memory"}


class Judge:
    """Runs tests on values that another process gives."""

    def __init__(self, shell: Any, line: socket.socket) -> None:
        self._shell = shell
        self._line = line
        self._asked = 0
        self._fetched: set[str] = set()
        self._touched: set[str] = set()  # given names that tests themselves have changed
        self._end = 0.0
        self._strangers: list[str] = []
        self._odd: list[str] = []
        self._empty = False
        self.mark = ""  # of the last message, to be sent back with the answer

    def run(self, message: dict[str, Any]) -> dict[str, Any]:
        """Run one test.

        Parameters
        ----------
        message : dict
            ``source``, ``timeout``, ``count`` as for `Shell.run`; ``answers``: the names that are
            the learner's even where the instructor's cells define them too; ``own``: those that
            never are; ``imported``: those that only a solution imports; ``given``: those that the
            instructor's cells define; ``again``: those that several do; ``passed``: the cells of
            hers that the notebook has come by since the last test.

        Returns
        -------
        dict
            As from `Shell.run`, with ``strangers``: the names whose values were not plain data;
            ``odd``: those that can be called and are no functions; ``empty``: whether something
            that was fetched or returned holds nothing, as a comparison of arrays may overlook;
            ``differing``: the given names that are something else where the learner's code runs.
        """
        timeout, self.mark = message["timeout"], message["mark"]
        for source in message["passed"]:
            if bound(source) & self._touched.union(message["again"]):
                self._shell.run(source, timeout)
                self._touched -= bound(source)
        self._end = time.monotonic() + timeout
        names = self._shell.names
        given, own = set(message["answers"]) | self._fetched, set(message["own"])
        wanted = sorted(
            name
            for name in asked(message["source"])
            if name in given
            or (name not in names and name not in own and not hasattr(builtins, name))
        )
        looked_up = used(message["source"])
        imported = sorted(looked_up & set(message["imported"]) - set(wanted))
        mine = {
            name: fingerprint(names[name])
            for name in looked_up & set(message["given"]) - set(wanted) - bound(message["source"])
            if name in names and name not in self._touched
        }
        missing: dict[str, Any] = {}
        self._strangers, self._odd, self._empty = [], [], False
        if wanted or imported:
            reply = self._ask({"do": "get", "names": wanted, "imported": imported, "given": []})
            values = reply["values"]
            for name in wanted:
                names.pop(name, None)
                if name in values:
                    names[name] = self._unpack(values[name], name)
            self._fetched.update(wanted)
            # What the solution imports and the learner has not is missing, as it is in a kernel.
            absent = [name for name in imported if name not in reply["there"] and name in names]
            missing = {name: names.pop(name) for name in absent}
        result: dict[str, Any] = self._shell.run(
            message["source"],
            timeout + 6,  # a call is interrupted, or given up, before that
            message["count"],
        )
        names.update({name: it for name, it in missing.items() if name not in names})
        self._touched |= {n for n, it in mine.items() if fingerprint(names.get(n)) != it}
        differing: list[str] = []
        if any(mine.values()):  # asked now: the learner's functions may have changed them, too
            question = {"do": "get", "names": [], "imported": [], "given": sorted(mine)}
            theirs = self._ask(question)["given"]
            differing = sorted(n for n, it in mine.items() if it and theirs.get(n) != it)
        interrupted = any(item.get("ename") == "KeyboardInterrupt" for item in result["outputs"])
        late = result["late"] or (interrupted and time.monotonic() >= self._end)
        found = {"strangers": self._strangers, "odd": self._odd, "empty": self._empty}
        return {**result, "late": late, **found, "differing": differing}

    def _ask(self, question: dict[str, Any]) -> dict[str, Any]:
        from boxgrader.box.worker import receive, send

        self._asked += 1
        send(self._line, {"ask": question, "id": self._asked, "mark": self.mark})
        while True:
            message = receive(self._line)
            self.mark = message["mark"]
            if message["id"] == self._asked:  # an older one: the question was given up
                reply: dict[str, Any] = message["answer"]
                return reply

    def _unpack(self, data: Any, what: str) -> Any:
        try:
            value = unpack(data, self._function)
        except NotPlainError:
            value = Stranger("object")
        if type(value) is Stranger and what not in self._strangers:
            self._strangers.append(what)
        if type(data) is dict and "callable" in data and what not in self._odd:
            self._odd.append(what)
        listed = type(value) in (list, tuple)
        self._empty |= not value if listed else getattr(value, "size", None) == 0
        return value

    def _function(self, name: str) -> Callable[..., Any]:
        def stand_in(*args: Any, **keywords: Any) -> Any:
            question = {
                "do": "call",
                "name": name,
                "args": [pack(item) for item in args],
                "keywords": {key: pack(item) for key, item in keywords.items()},
                "timeout": max(0.01, self._end - time.monotonic()),
            }
            reply = self._ask(question)
            for output in reply.get("outputs", [])[:100]:
                stream = sys.stderr if output.get("name") == "stderr" else sys.stdout
                stream.write(str(output.get("text", "")))
            after = reply["after"]
            for place, item in enumerate(list(mutable([*args, *keywords.values()]))):
                if str(place) in after:
                    _replace(item, self._unpack(after[str(place)], f"{name}(...)"))
            if "error" in reply:
                raise _error(*reply["error"])
            return self._unpack(reply["value"], f"{name}(...)")

        stand_in.__name__ = stand_in.__qualname__ = name
        # A test that reads the source of a function must find none, rather than this one.
        stand_in.__code__ = stand_in.__code__.replace(co_filename="<the learner's function>")
        return stand_in


def parsed(source: str) -> ast.Module:
    """Return what Python reads of a cell, its magics too; nothing of one that is no Python."""
    if not _PROMPT.match(source):
        with suppress(SyntaxError):  # what has magics is no Python yet
            return ast.parse(source)
    from IPython.core import inputtransformer2

    magics: Any = inputtransformer2.TransformerManager  # what `%%time` and `!ls` become
    try:
        plain: str = magics().transform_cell(source)
        return ast.parse(plain)
    except SyntaxError:
        return ast.Module([], [])


def used(source: str) -> set[str]:
    """Return the names that a cell may look up outside itself."""
    return {
        node.id
        for node in ast.walk(parsed(source))
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load | ast.Del)
    }


def asked(source: str) -> set[str]:
    """Return the names that a cell may look up before it has bound them itself."""
    names: set[str] = set()
    own: set[str] = set()
    for statement in parsed(source).body:
        found = [node for node in ast.walk(statement) if isinstance(node, ast.Name)]
        names |= {it.id for it in found if not isinstance(it.ctx, ast.Store)} - own
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            own.add(statement.name)
        elif isinstance(statement, ast.Assign):  # what stands deeper may be passed by
            own |= {it.id for it in found if isinstance(it.ctx, ast.Store)}
        own -= {it.id for it in found if isinstance(it.ctx, ast.Del)}
    return names


def bound(source: str) -> set[str]:
    """Return the names that a cell defines, imports left out."""
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return set()
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
    return names


def defined(source: str) -> set[str]:
    """Return the names that a cell defines, those that it imports too."""
    aliases = (
        alias
        for node in ast.walk(parsed(source))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    )
    return bound(source) | {(alias.asname or alias.name).split(".")[0] for alias in aliases}


def replaced(source: str, shared: set[str]) -> list[str]:
    """Return what a cell puts something else in place of, that learners' code may look up too.

    Parameters
    ----------
    source : str
    shared : set of str
        The names that are no one cell's own, such as those of modules.
    """
    tree = parsed(source)
    table = symtable.symtable(ast.unparse(tree), "cell", "exec")
    found = [it.get_name() for it in table.get_symbols() if it.is_assigned()]
    found = [name for name in found if name in shared]
    for node in ast.walk(tree):
        place: ast.AST | None = None
        if isinstance(node, ast.Attribute | ast.Subscript) and not isinstance(node.ctx, ast.Load):
            place = node
        elif isinstance(node, ast.Call):
            called = ast.unparse(node.func).split(".")
            if called[0] in ("setattr", "delattr") and node.args:
                place = node.args[0]
            elif "patch" in called:  # unittest.mock
                found.append(".".join(called))
        if place and _root(place) in shared and ast.unparse(place) not in _SAYS:
            found.append(ast.unparse(place))
    return found


def same(source: str) -> list[str]:
    """Return where a cell asks whether two things are one object, or hold one."""
    found = []
    for node in ast.walk(parsed(source)):
        if isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
            asked = any(isinstance(it, ast.Is | ast.IsNot) for it in node.ops)
            if asked and not any(map(_is_one, sides)):
                found.append(ast.unparse(node))
        elif isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in _SAME:
            found.append(ast.unparse(node))
    return found


def _is_one(node: ast.expr) -> bool:
    """Say whether there is one of this wherever a test runs, as of None or of a class."""
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Name) and node.func.id == "type"
    return isinstance(node, ast.Constant) or ast.unparse(node) in dir(builtins)


def _root(node: ast.AST) -> str:
    """Return the name that an attribute of an attribute is of."""
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def imports(source: str) -> list[str]:
    """Return the import statements of a cell."""
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return []
    return [
        ast.unparse(node) for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)
    ]


def _replace(old: Any, new: Any) -> None:
    """Do to something that was given what the learner's function did to its copy."""
    kind = type(old)
    if kind is not type(new):
        return
    if kind in (list, bytearray):
        old[:] = new
    elif isinstance(old, dict | set):
        old.clear()
        old.update(new)
    elif kind is deque:
        old.clear()
        old.extend(new)
    elif kind.__name__ == "ndarray":
        if old.shape == new.shape:
            old[...] = new
    elif kind.__name__ in ("DataFrame", "Series"):
        kind.__init__(old, new)  # in place: rows and columns may have come or gone


def _error(kinds: list[str], text: str, args: Any) -> BaseException:
    """Return an error of the first of these kinds that Python has, under its own name."""
    name, *above = map(str, kinds)
    known = [getattr(builtins, it, None) for it in (name, *above)]
    if KeyboardInterrupt in known:
        return KeyboardInterrupt(text)
    if not {StopIteration, StopAsyncIteration}.isdisjoint(known):
        # It would end map() in a test before anything was compared, as Python knows of generators.
        return RuntimeError(f"the function raised {name}")
    errors = (it for it in known if isinstance(it, type) and issubclass(it, Exception))
    kind: type[Exception] = next(errors, Exception)
    if kind is not known[0]:
        kind = type(name[:100] or "Error", (kind,), {})
    for said in (args, {"list": [text]}):  # of a file that is missing, its name is no argument
        with suppress(Exception):
            made = kind(*unpack(said))
            if str(made) == text:
                return made
    unknown: BaseException = type(name[:100] or "Error", (Exception,), {})(text)
    return unknown
