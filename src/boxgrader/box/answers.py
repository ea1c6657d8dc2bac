"""The learner's side of a judged test: it gives values and calls functions, and says no more."""

from __future__ import annotations

import json
import signal
import symtable
import types
from collections.abc import Iterator
from typing import Any

from boxgrader.box.plain import NotPlainError, fingerprint, mutable, pack, unpack

_LONGEST = 10_000  # letters of what an error says
_FUNCTIONS = (types.FunctionType, types.BuiltinFunctionType, types.MethodType)


class Answers:
    """Answers the questions of the judge out of a notebook's names."""

    def __init__(self, shell: Any) -> None:
        self._shell = shell
        self._emptied: list[Any] = []

    def answer(self, message: dict[str, Any]) -> dict[str, Any]:
        """Return values by name, the result of a call, or the names that a cell looks up."""
        if message["do"] == "get":
            names = self._shell.names
            known = [name for name in message["names"] if name in names]
            return {
                "values": {name: self._named(name, names[name]) for name in known},
                "there": [it for it in message["imported"] if it in names],
                "given": {it: fingerprint(names[it]) for it in message["given"] if it in names},
            }
        if message["do"] == "loads":
            return {"names": loads(message["source"], message["names"])}
        return self._call(message)

    def _named(self, name: str, value: Any) -> Any:
        """Pack what a name stands for; what can be read once is read for one test alone."""
        if isinstance(value, Iterator):
            if any(value is earlier for earlier in self._emptied):
                return {"stranger": "iterator"}
            self._emptied.append(value)
        return _value(name, value)

    def _call(self, message: dict[str, Any]) -> dict[str, Any]:
        args = [unpack(item) for item in message["args"]]
        keywords = {name: unpack(item) for name, item in message["keywords"].items()}
        given = [(it, json.dumps(pack(it))) for it in mutable([*args, *keywords.values()])]
        outputs = self._shell.outputs
        outputs.start()
        for stream in self._shell.streams:
            stream.start()
        reply: dict[str, Any] = {}
        signal.setitimer(signal.ITIMER_REAL, message["timeout"])
        try:
            result = self._shell.call(self._shell.names[message["name"]], *args, **keywords)
            reply["value"] = _value("", result)
        except BaseException as error:
            kinds = [kind.__name__ for kind in type(error).__mro__]
            text = _text(error)
            held = _value("", error.args if len(text) < _LONGEST else ())
            reply["error"] = [kinds, text, held]
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
        now = [_value("", it) for it, _ in given]
        reply["after"] = {
            place: after
            for place, (after, (_, before)) in enumerate(zip(now, given, strict=True))
            if json.dumps(after) != before
        }
        for stream in self._shell.streams:
            stream.flush()
        reply["outputs"] = [item for item in outputs.cells if item.get("output_type") == "stream"]
        return reply


def loads(source: str, names: list[str]) -> list[str]:
    """Return those names that a cell looks up outside itself, and does not give itself."""
    from IPython.core import inputtransformer2

    magics: Any = inputtransformer2.TransformerManager
    try:
        top = symtable.symtable(magics().transform_cell(source), "cell", "exec")
    except SyntaxError:
        return []
    found, tables = set(), [top]
    for table in tables:
        tables += table.get_children()
        found |= {
            symbol.get_name()
            for symbol in table.get_symbols()
            if symbol.is_referenced() and (table is top or symbol.is_global())
        }
    given = {
        symbol.get_name()
        for symbol in top.get_symbols()
        if symbol.is_assigned() or symbol.is_imported()
    }
    return [name for name in names if name in found - given]


def _value(name: str, value: Any) -> Any:
    """Pack a value; what can be called by its name, what is not plain by its kind."""
    if name and isinstance(value, _FUNCTIONS):
        return {"function": name}
    try:
        return pack(value)
    except NotPlainError:
        if name and callable(value) and not isinstance(value, type):
            return {"callable": name}
        return {"stranger": "".join(filter(str.isalnum, type(value).__name__)) or "object"}


def _text(error: BaseException) -> str:
    try:
        return str(error)[:_LONGEST]
    except Exception:
        return ""
