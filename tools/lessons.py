"""Run the lessons and store what they show, as `make lessons` does.

Each notebook is run from a fresh kernel in its own folder and written whole. What would differ from
machine to machine is left out: widget views and their state (of a widget the picture and the words
beside its view stay), run times, kernel versions. So is what a cell says of whoever runs it, such
as the numbers of their company. What is shown is folded until somebody runs its cell: a question
and its answer stand on one page.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbformat import NotebookNode
from traitlets.config import Config

from thousandfold.facilitation.progress import ABOUT_YOU

ROOT = Path(__file__).resolve().parent.parent
WIDGET = "application/vnd.jupyter.widget-view+json"


def run(path: Path) -> None:
    """Run one notebook and write it back with its outputs.

    Raises
    ------
    CellExecutionError
        If a cell fails; the notebook is then left as it was.
    """
    notebook = nbformat.read(path, as_version=4)
    encrypted = Config({"KernelManager": {"transport_encryption": "auto"}})
    NotebookClient(
        notebook,
        config=encrypted,
        timeout=120,
        resources={"metadata": {"path": str(path.parent)}},
        record_timing=False,
    ).execute()
    for cell in notebook.cells:
        if ABOUT_YOU in cell.metadata.get("tags", []):
            cell.outputs = []
        for output in cell.get("outputs", []):
            output.get("data", {}).pop(WIDGET, None)
        if cell.cell_type == "code":
            _fold(cell)
    notebook.metadata.pop("widgets", None)
    notebook.metadata["language_info"] = {"name": "python"}
    part = path.with_suffix(".part")
    part.write_text(nbformat.writes(notebook) + "\n", encoding="utf-8")
    part.replace(path)


def _fold(cell: NotebookNode) -> None:
    jupyter = dict(cell.metadata.get("jupyter", {}))
    jupyter.pop("outputs_hidden", None)
    if cell.outputs:
        jupyter["outputs_hidden"] = True
    cell.metadata.pop("jupyter", None)
    if jupyter:
        cell.metadata["jupyter"] = jupyter


def main() -> int:
    """Run the notebooks that are named, or all lessons."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "notebooks", nargs="*", type=Path, help="notebooks to run (default: all lessons)"
    )
    named = parser.parse_args().notebooks or sorted((ROOT / "notebooks").glob("*.ipynb"))
    for path in named:
        try:
            run(path)
        except CellExecutionError as error:
            print(f"{path}: not written, because a cell failed:\n{error}", file=sys.stderr)
            return 1
        print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
