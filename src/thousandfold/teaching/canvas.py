"""What a browser draws: an anywidget whose state is Python's, from files beside the code."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any


def canvas(package: str, *parts: str, **state: dict[str, Any] | list[Any]) -> Any:
    """Return a widget that draws its state.

    Parameters
    ----------
    package : str
        Where its files stand.
    *parts : str
        Names of a script and a style sheet each, without endings; they become one script, whose
        last part says ``export default { render }``.
    **state : dict or list
        What the widget shares with the browser at the beginning.

    Returns
    -------
    anywidget.AnyWidget
        With one attribute for each part of the state.
    """
    kinds = tuple((name, type(value)) for name, value in state.items())
    return _kind(package, parts, kinds)(**state)


def source(package: str, parts: tuple[str, ...], ending: str) -> str:
    """Return the scripts or style sheets of a widget as one.

    Parameters
    ----------
    package : str
        Where its files stand.
    parts : tuple of str
        Their names, without endings.
    ending : str
        ``".js"`` or ``".css"``.
    """
    here = files(package)
    return "\n".join((here / f"{part}{ending}").read_text(encoding="utf-8") for part in parts)


@cache
def _kind(package: str, parts: tuple[str, ...], state: tuple[tuple[str, type], ...]) -> Any:
    """Return the class of the widget, made when it is first needed."""
    import anywidget
    import traitlets

    shared: dict[str, Any] = {
        name: (traitlets.Dict() if kind is dict else traitlets.List()).tag(sync=True)
        for name, kind in state
    }
    drawn = {"__module__": package, "_esm": source(package, parts, ".js")}
    drawn["_css"] = source(package, parts, ".css")
    # The name tells style sheets apart: a page keeps one for each.
    return type(f"Canvas_{parts[-1]}", (anywidget.AnyWidget,), drawn | shared)
