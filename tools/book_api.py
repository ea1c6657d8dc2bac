"""The reference: a page for each place that lessons import from, made from the docstrings.

Sphinx reads the docstrings; this says which names stand on which page, so that a new name is in
the book without a line by hand.
"""

from __future__ import annotations

import ast
import importlib
import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any

from site_wheels import ROOT

API = "docs/api"
_MODELS = "thousandfold.models"
_OF_MODELS = "The models, one subject a file. Their parameters stand on their cards."
_MOST_SHOWN = 60  # letters of a value
_LEAD = "What may be imported, made from the docstrings. Every example runs as a test."
_ERRORS = (
    "Arguments are checked: what is no sensible number, out of range or of an unknown name is "
    "refused with an `ExplainedError`, whose sentence names the value, the range and the unit. "
    "*Raises* stands where a name refuses more than that. An *array* is numpy's, of float unless "
    "it says otherwise; *array_like* is a number, a list or an array."
)


@dataclass(frozen=True)
class Place:
    """Where public names are imported from.

    Attributes
    ----------
    module : str
        Its full name.
    what : str
        What is found there, in a sentence.
    """

    module: str
    what: str

    @property
    def page(self) -> str:
        """The name of its page."""
        return self.module.rpartition(".")[2]


PLACES = (
    Place("thousandfold", "The verbs, the shape of a model, and what lessons show."),
    Place("thousandfold.flight", "The flight simulator: fly a policy, a game, a room."),
    Place("thousandfold.datasets", "The workshop's own data, one table a name."),
    Place("thousandfold.picture", "What a figure says, before it is drawn: one class a kind."),
    Place("thousandfold.teaching.checks", "What the checks of exercises are made of."),
    Place("boxgrader", "The grader, for a program of your own. Its commands stand in its README."),
)


def reference() -> Iterator[tuple[str, str]]:
    """Yield the name and the text of each page, the contents first."""
    told = [f"- [{place.module}]({place.page}.md): {place.what}" for place in PLACES]
    contents = "\n".join([*told, f"- [{_MODELS}](models.md): {_OF_MODELS}"])
    listed = [place.page for place in PLACES] + ["models"]
    tree = "\n".join(["```{toctree}", ":hidden:", "", *listed, "```"])
    yield f"{API}/index.md", "\n\n".join(["# Reference", _LEAD, _ERRORS, contents, tree])
    for place in PLACES:
        names, elsewhere = own(place)
        about = f"{place.what} {elsewhere}".rstrip()
        parts = [f"# {place.module}", about, directives(place.module, names)]
        yield f"{API}/{place.page}.md", "\n\n".join(parts)
    files = models_by_file()
    rows = "\n".join(f"- [{file}](models/{file}.md): {about}" for file, (about, _) in files.items())
    tree = "\n".join(["```{toctree}", ":hidden:", "", *(f"models/{file}" for file in files), "```"])
    yield f"{API}/models.md", "\n\n".join([f"# {_MODELS}", _OF_MODELS, rows, tree])
    for file, (about, names) in files.items():
        parts = [f"# {_MODELS}: {file}", about, directives(_MODELS, names)]
        yield f"{API}/models/{file}.md", "\n\n".join(parts)


def public(module: str) -> list[str]:
    """Return the public names of a module, in alphabetical order; the version is none."""
    names: list[str] = importlib.import_module(module).__all__
    return sorted((name for name in names if not name.startswith("__")), key=str.lower)


def own(place: Place) -> tuple[list[str], str]:
    """Return the names that only this page explains, and a sentence on the others."""
    names = public(place.module)
    if place is not PLACES[0]:
        return names, ""
    pages = {name: it.page for it in PLACES[1:] for name in (it.page, *public(it.module))}
    told = ", ".join(f"`{it}` ([{pages[it]}]({pages[it]}.md))" for it in names if it in pages)
    return [name for name in names if name not in pages], f"Also here: {told}."


def models_by_file() -> dict[str, tuple[str, list[str]]]:
    """Return what each file of models is about, and which public names it gives."""
    from thousandfold import models

    found: dict[str, tuple[str, list[str]]] = {}
    files: dict[str, str] = vars(models)["FILE_OF"]
    for name, place in files.items():
        about = importlib.import_module(place).__doc__ or ""
        file = place.rpartition(".")[2]
        found.setdefault(file, (about.partition("\n")[0], []))[1].append(name)
    return dict(sorted(found.items()))


def directives(module: str, names: list[str]) -> str:
    """Return what tells Sphinx to document names, in their order."""
    body = "\n".join(directive(module, name) for name in names)
    return f"````{{eval-rst}}\n.. currentmodule:: {module}\n\n{body}\n````\n"


def directive(module: str, name: str) -> str:
    """Return what tells Sphinx to document one name."""
    thing = getattr(importlib.import_module(module), name)
    if inspect.isclass(thing):
        lines = [f".. autoclass:: {name}", "   :members:", "   :member-order: bysource"]
    elif callable(thing) and hasattr(thing, "__name__"):
        lines = [f".. autofunction:: {name}"]
    else:
        value = repr(thing)
        shown = value if len(value) <= _MOST_SHOWN else f"a {type(thing).__name__}"
        said = constants(module.partition(".")[0])[name].splitlines()
        lines = [f".. py:data:: {name}", f"   :value: {shown}", "", *(f"   {it}" for it in said)]
    return "\n".join([*lines, ""])


@lru_cache
def constants(package: str) -> dict[str, str]:
    """Return what is said below each constant of a package."""
    found: dict[str, str] = {}
    for path in sorted((ROOT / "src" / package).rglob("*.py")):
        body = ast.parse(path.read_text(encoding="utf-8")).body
        for node, below in pairwise(body):
            if isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant):
                found |= {name: inspect.cleandoc(str(below.value.value)) for name in assigned(node)}
    return found


def assigned(node: ast.stmt) -> list[str]:
    """Return the names in capital letters that a line gives a value to."""
    targets: list[Any] = node.targets if isinstance(node, ast.Assign) else []
    targets = [node.target] if isinstance(node, ast.AnnAssign) else targets
    return [it.id for it in targets if isinstance(it, ast.Name) and it.id.isupper()]
