"""What a cell showed, built anew from what a learner's process sent.

Nothing of a reply is passed on as it came: only fields that nbformat knows, text that a file can
hold, and no more of it than a grader has room for.
"""

from __future__ import annotations

import json
import re
from itertools import count
from typing import Any

_COLOURS = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_ARROW = re.compile(r"^-+> ([0-9]{1,6}) (.*)$", re.MULTILINE)
_MOST_BYTES = 8 << 20  # of all outputs of a notebook


class Outputs:
    """The outputs of one notebook, cell by cell."""

    def __init__(self) -> None:
        self._updates: dict[str, list[dict[str, Any]]] = {}
        self._room = _MOST_BYTES

    def of(self, reply: dict[str, Any]) -> list[dict[str, Any]]:
        """Return what a reply shows, in the form of nbformat; whatever else it holds is left."""
        shown: list[dict[str, Any]] = []
        brief: dict[Any, dict[str, Any]] = {}
        for output in sent(reply):
            identity = str(output.get("_update", output.get("_id", "")))
            earlier = self._updates.setdefault(identity, []) if identity else []
            made = None if "_update" in output else _output(output)
            if not self._fits(output, len(earlier) + (made is not None)):
                if made is not None:  # a grade depends on the first of each kind
                    brief.setdefault((made["output_type"], made.get("name")), _shortened(made))
                continue
            for display in earlier:
                display.update(_display(output))
            if made is not None:
                shown.append(made)
                if identity:
                    earlier.append(made)
        if brief:
            text = f"The outputs of this notebook are larger than {_MOST_BYTES >> 20} MB: some were"
            shown.append({"output_type": "stream", "name": "stdout", "text": f"{text} left out.\n"})
        return shown + list(brief.values())

    def _fits(self, output: dict[str, Any], times: int) -> bool:
        """Take the room of an output from what a notebook may show in all."""
        size = times * len(json.dumps(output))
        if size > self._room:
            return False
        self._room -= size
        return True


def sent(reply: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the outputs in a reply of a learner's process, as it sent them."""
    outputs = reply.get("outputs")
    if type(outputs) is not list:
        return []
    return [output for output in outputs[:10_000] if type(output) is dict]


def _output(output: dict[str, Any]) -> dict[str, Any] | None:
    """Build an output anew from what a process sent, or nothing if it is none."""
    kind = output.get("output_type")
    if kind == "stream":
        name = "stderr" if output.get("name") == "stderr" else "stdout"
        return {"output_type": kind, "name": name, "text": _text(output.get("text", ""))}
    if kind == "error":
        traceback = output.get("traceback")
        lines = [_text(line) for line in traceback] if type(traceback) is list else []
        return {
            **error_output(_text(output.get("ename")), _text(output.get("evalue"))),
            "traceback": lines,
        }
    if kind == "display_data":
        return {"output_type": kind, **_display(output)}
    if kind == "execute_result":
        count = output.get("execution_count")
        count = count if type(count) is int else None
        return {"output_type": kind, **_display(output), "execution_count": count}
    return None


def _display(output: dict[str, Any]) -> dict[str, Any]:
    data, metadata = output.get("data"), output.get("metadata")
    return {
        "data": {
            _text(kind): _json(it) if "json" in str(kind) and type(it) is not str else _text(it)
            for kind, it in (data if type(data) is dict else {}).items()
        },
        "metadata": _json(metadata) if type(metadata) is dict else {},
    }


def _text(value: Any) -> str:
    """Return text that a file can hold: half a letter becomes a question mark."""
    return str(value).encode(errors="replace").decode()


def _shortened(output: dict[str, Any]) -> dict[str, Any]:
    """Return as much of an output as its grade depends on."""
    kind = output["output_type"]
    if kind == "error":
        return error_output(output["ename"][:100], output["evalue"][:1000])
    if kind == "stream":
        return {**output, "text": output["text"][:1000]}
    plain = {"text/plain": str(output["data"].get("text/plain", ""))[:1000]}
    return {**output, "data": plain, "metadata": {}}


def _json(value: Any) -> Any:
    return json.loads(_text(json.dumps(value, ensure_ascii=False)))


def error_output(name: str, text: str) -> dict[str, Any]:
    """Return an output of a cell that says what went wrong."""
    return {"output_type": "error", "ename": name, "evalue": text, "traceback": [text]}


def error_line(name: str, text: str) -> str:
    """Return what an error says in a line; a shell has a number for it, and no name.

    Examples
    --------
    >>> error_line("NameError", "x"), error_line("", "127")
    ('NameError: x', 'exit code 127')
    """
    if not name and text.isdecimal():
        return f"exit code {text}"
    return ": ".join(filter(None, (name, text)))


def explains_itself(output: dict[str, Any]) -> bool:
    """Say whether an error shows its message and no traceback: then that is all there is to say."""
    said = _plain(str(output.get("evalue") or "")).strip()
    traceback = output.get("traceback")
    shown = "".join(map(str, traceback)) if isinstance(traceback, list) else ""
    return bool(said) and _plain(shown).strip() == said


def _plain(text: str) -> str:
    return _COLOURS.sub("", text)


def failing_line(output: dict[str, Any], lines: dict[int, str]) -> int | None:
    """Return which line of a test an error came by, as its traceback says.

    Parameters
    ----------
    output : dict
        An error that the test showed. A learner's code can make up its traceback.
    lines : dict of int to str
        Those that may be told, by their place in the test, counted from 0. What stands in others
        changes nothing, or somebody could guess it.
    """
    told = {(place, line.strip()): place for place, line in lines.items() if line.strip()}
    found = [told[it] for it in _arrows(output, lines) if it in told]
    return found[-1] if found else None


def failed_unseen(output: dict[str, Any], lines: dict[int, str]) -> bool:
    """Say whether an error came by a line of a test that may not be told; see `failing_line`.

    Its place alone is looked at, and not what stands there.
    """
    arrows = _arrows(output, lines)
    return (
        bool(arrows)
        and failing_line(output, lines) is None
        and not lines.get(arrows[0][0], "").strip()
    )


def _arrows(output: dict[str, Any], lines: dict[int, str]) -> list[tuple[int, str]]:
    """Return at which places of a test a traceback points, and what it says stands there."""
    traceback = output.get("traceback")
    said = "\n".join(map(str, traceback if isinstance(traceback, list) else ()))
    # IPython drops empty lines before the first.
    first = next(place for place in count() if lines.get(place, "another").strip())
    return [(int(n) - 1 + first, text.strip()) for n, text in _ARROW.findall(_plain(said))]


def failed(outputs: list[dict[str, Any]]) -> bool:
    """Say whether nbgrader takes a test with these outputs for a failed one."""
    return any(
        output.get("output_type") == "error" or output.get("name") == "stderr" for output in outputs
    )
