"""A public name says what it takes, gives and refuses, and shows it in an example that runs.

numpydoc has a validator, and brings Sphinx along for it. What is asked for here is asked of
signatures, which `inspect` reads; ruff sees to the form, and `--doctest-modules` to the examples.
"""

from __future__ import annotations

import ast
import dataclasses
import functools
import inspect
import re
import textwrap
from collections.abc import Callable, Iterator
from typing import Any

import book_api
import pytest

import boxgrader
import thousandfold
from thousandfold import DynamicModel, Model, datasets, flight, models, picture
from thousandfold.teaching import checks

ROOMS = (thousandfold, models, flight, datasets, picture, checks, boxgrader)
SECTION = re.compile(r"^([A-Z][A-Za-z ]+)\n-{3,}\n", re.MULTILINE)
# What has no example in its docstring, and where it is shown instead.
SHOWN_ELSEWHERE = {
    "check": "it prints what this machine lacks: tests/test_environment.py",
    "Room": "it reads the games of a folder: lesson 08",
    "install": "it changes nbgrader itself: README of boxgrader",
}


def sections(text: str) -> dict[str, str]:
    """Return each section of a docstring by its heading; what stands before them by ''."""
    before, *rest = SECTION.split(text)
    return {"": before, **dict(zip(rest[::2], rest[1::2], strict=True))}


def documented(text: str) -> set[str]:
    """Return the names that the sections on parameters and attributes explain."""
    told = sections(text)
    return {
        name.strip().lstrip("*")
        for heading in ("Parameters", "Attributes")
        for line in told.get(heading, "").splitlines()
        if line and not line.startswith(" ")
        for name in line.partition(" : ")[0].split(",")
    }


def raised(function: Callable[..., Any]) -> set[str]:
    """Return the names of the errors that the lines of a function raise themselves."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    thrown = [node.exc for node in ast.walk(tree) if isinstance(node, ast.Raise) and node.exc]
    called = [node.func if isinstance(node, ast.Call) else node for node in thrown]
    return {ast.unparse(node).rpartition(".")[2] for node in called}


def takes(function: Callable[..., Any]) -> list[str]:
    return [name for name in inspect.signature(function).parameters if name not in {"self", "cls"}]


def gives(function: Callable[..., Any]) -> str:
    return str(inspect.signature(function).return_annotation)


def of_function(function: Callable[..., Any]) -> Iterator[str]:
    """Say what a function does not say."""
    text = inspect.getdoc(function) or ""
    told, names = sections(text), takes(function)
    yield from (f"takes {name}" for name in names if name not in documented(text))
    yield from (f"has no {name}" for name in documented(text) - set(names))
    if gives(function) != "None" and "Returns" not in told:
        yield "gives something"
    yield from refused(function, told)


def refused(function: Callable[..., Any], told: dict[str, str]) -> Iterator[str]:
    said = told.get("Raises", "")
    yield from (f"raises {error}" for error in raised(function) if error not in said)


def of_method(method: Callable[..., Any]) -> Iterator[str]:
    """Say what a method does not say: one sentence may do, with each parameter in backticks."""
    text = inspect.getdoc(method) or ""
    named = documented(text) | set(re.findall(r"`(\w+)`", text))
    yield from (f"takes {name}" for name in takes(method) if name not in named)
    yield from refused(method, sections(text))
    if not text:
        yield "is there"


def own_methods(kind: type) -> Iterator[tuple[str, Callable[..., Any]]]:
    """Yield what a class defines for others; what it fills in for its base, the base explains."""
    for name, value in vars(kind).items():
        filled_in = any(hasattr(base, name) for base in (Model, DynamicModel) if base is not kind)
        if name.startswith("_") or filled_in:
            continue
        if isinstance(value, property):
            yield name, value.fget  # type: ignore[misc]
        elif isinstance(value, functools.cached_property):
            yield name, value.func
        elif isinstance(value, classmethod | staticmethod):
            yield name, value.__func__
        elif inspect.isfunction(value):
            yield name, value


def of_class(kind: type) -> Iterator[str]:
    """Say what a class does not say. The fields of a model explain themselves: `quantity`."""
    if not kind.__dict__.get("__doc__"):
        yield "is there"
    known = set().union(*(documented(inspect.getdoc(base) or "") for base in kind.__mro__[:-1]))
    if dataclasses.is_dataclass(kind) and not issubclass(kind, Model):
        fields = [field.name for field in dataclasses.fields(kind)]
        yield from (
            f"holds {name}" for name in fields if name not in known and not name.startswith("_")
        )
    for name, method in own_methods(kind):
        yield from (f".{name} {gap}" for gap in of_method(method))


def public() -> dict[str, Any]:
    """Return all that is public and no plain value, by its full name; each thing once."""
    found = {
        id(getattr(room, name)): (f"{room.__name__}.{name}", getattr(room, name))
        for room in ROOMS
        for name in sorted(getattr(room, "__all__", ()) or written_in(room))
    }
    return {
        name: inspect.unwrap(thing)
        for name, thing in found.values()
        if inspect.isclass(thing) or callable(thing)
        if getattr(thing, "__doc__", None) is not getattr(type(thing), "__doc__", None)
    }


def written_in(room: Any) -> list[str]:
    return [
        name
        for name, value in vars(room).items()
        if not name.startswith("_") and getattr(value, "__module__", "") == room.__name__
    ]


PUBLIC = public()


def missing(thing: Any) -> list[str]:
    return sorted(of_class(thing) if inspect.isclass(thing) else of_function(thing))


@pytest.mark.parametrize("name", PUBLIC)
def test_a_public_name_says_what_it_takes_gives_and_refuses(name: str) -> None:
    assert missing(PUBLIC[name]) == [], "its docstring does not say so"


def has_example(thing: Any) -> bool:
    texts = [inspect.getdoc(thing) or ""]
    if inspect.isclass(thing):
        texts += [inspect.getdoc(method) or "" for _, method in own_methods(thing)]
    return any(">>> " in text for text in texts)


def test_a_public_name_is_shown_in_an_example() -> None:
    # A picture is looked at (tests/drawing, the contact sheet), and what a function gives stands
    # in that function's example.
    given = " ".join(
        gives(thing)
        for thing in PUBLIC.values()
        if not inspect.isclass(thing) and has_example(thing)
    )
    not_shown = {
        name
        for name, thing in PUBLIC.items()
        if not has_example(thing)
        and name.rpartition(".")[2] not in SHOWN_ELSEWHERE
        and not (inspect.isclass(thing) and re.search(rf"\b{thing.__name__}\b", given))
        and not (inspect.isclass(thing) and issubclass(thing, picture.Picture | Exception))
        and not (not inspect.isclass(thing) and gives(thing) in {"Picture", "Loops"})
    }
    assert not_shown == set(), "give it an Examples section"
    shown_elsewhere = {
        name.rpartition(".")[2] for name, thing in PUBLIC.items() if not has_example(thing)
    }
    assert set(SHOWN_ELSEWHERE) <= shown_elsewhere, "has an example now: take it off the list"


def test_a_public_constant_has_a_sentence_below_it() -> None:
    said = book_api.constants("thousandfold") | book_api.constants("boxgrader")
    plain = {
        name
        for room in ROOMS
        for name in getattr(room, "__all__", ())
        if name.isupper() and not inspect.isclass(getattr(room, name))
    }
    assert len(plain) > 10
    assert {name for name in plain if not said.get(name, "").endswith(".")} == set()


def test_what_is_not_said_is_found() -> None:
    def untold(load: float) -> float:
        """Return a load.

        Parameters
        ----------
        weight : float
        """
        if load < 0:
            raise ValueError(load)
        return load

    assert missing(untold) == [
        "gives something",
        "has no weight",
        "raises ValueError",
        "takes load",
    ]
