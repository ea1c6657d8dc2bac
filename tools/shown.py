"""What the code of a notebook shows, run in this process: quicker than in a kernel."""

from __future__ import annotations

import ast
import contextlib
import io
from collections.abc import Iterator
from typing import Any

from nbformat import NotebookNode


def shown(notebook: NotebookNode) -> Iterator[tuple[str, str, Any]]:
    """Run the code of a notebook, cell by cell.

    Yields
    ------
    cell : str
        Its id.
    printed : str
    value : object
        Of its last line; None where that shows nothing.
    """
    names: dict[str, Any] = {}
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            value = _run(cell.source, names)
        yield cell.id, printed.getvalue(), value


def _run(source: str, names: dict[str, Any]) -> Any:
    body = ast.parse(source).body
    last = body[-1] if body else None
    if not isinstance(last, ast.Expr):
        exec(compile(source, "cell", "exec"), names)  # noqa: S102 - our own notebook
        return None
    exec(compile(ast.Module(body[:-1], []), "cell", "exec"), names)  # noqa: S102 - the same
    return eval(compile(ast.Expression(last.value), "cell", "eval"), names)  # noqa: S307 - the same


def bundle(value: Any) -> dict[str, str]:
    """Return what a notebook would show of a value, by kind."""
    if value is None:
        return {}
    if hasattr(value, "_repr_mimebundle_"):
        return {kind: text for kind, text in value._repr_mimebundle_().items() if "text/" in kind}
    if type(value).__name__ in ("DataFrame", "Series"):
        from thousandfold.teaching.tables import spoken

        value = spoken(value)
    html = getattr(value, "_repr_html_", None)
    return {"text/plain": repr(value)} | ({"text/html": html()} if html else {})
