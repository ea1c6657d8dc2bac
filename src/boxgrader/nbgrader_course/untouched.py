"""Whether a notebook is as it was released: then a learner's work lies elsewhere."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from nbformat import NotebookNode

from boxgrader.engine.cells import is_solution, name_of


def untouched(notebook: NotebookNode, released: Mapping[str, str], given: Collection[str]) -> bool:
    """Say whether nothing was written in a notebook.

    Parameters
    ----------
    notebook : NotebookNode
        As it was handed in.
    released : mapping of str to str
        What each of the marked cells held, by grade id.
    given : collection of str
        What the other cells held. Who answers in cells of their own has written something.
    """
    answers = [cell for cell in notebook.cells if is_solution(cell)]
    own = [cell.source.strip() for cell in notebook.cells if not name_of(cell)]
    return (
        bool(answers)
        and all(cell.source.strip() == released.get(name_of(cell), "").strip() for cell in answers)
        and {text for text in own if text} <= {text.strip() for text in given}
    )
