"""Which kernel runs a notebook: Python, or what starts that of another language."""

from __future__ import annotations

import re
from typing import Any

from nbformat import NotebookNode

from boxgrader.errors import FRESH, GraderError, Refused, shown


def kernel_of(notebook: NotebookNode, configured: str = "") -> dict[str, Any]:
    """Return what starts the kernel of a notebook, or nothing for Python's.

    Parameters
    ----------
    notebook : NotebookNode
    configured : str
        The name of a kernel that goes before the notebook's own.

    Raises
    ------
    GraderError
        If there is no kernel of that name.
    """
    name = configured or notebook.metadata.get("kernelspec", {}).get("name", "python3")
    if re.fullmatch(r"python3?", name):
        return {}
    from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel

    try:
        found: Any = KernelSpecManager().get_kernel_spec(name)
    except NoSuchKernel:
        if notebook.metadata.get("kernelspec", {}).get("language") == "python":
            return {}  # of an environment on the instructor's computer
        raise GraderError(
            f"The kernel {name} of the assignment is not installed on this machine: `jupyter "
            "kernelspec list` shows which are."
        ) from None
    if found.language == "python":
        return {}
    return {
        "argv": [part.replace("{resource_dir}", found.resource_dir) for part in found.argv],
        "env": found.env,
        "interrupt_mode": found.interrupt_mode,
        "language": found.language,
        "display_name": found.display_name,
    }


def check_python(notebook: NotebookNode, configured: str = "") -> None:
    """Refuse a notebook in another language, where nothing says that the assignment is in it.

    Raises
    ------
    Refused
        If it is.
    """
    try:
        kernel = kernel_of(notebook, configured)
    except GraderError:
        kernel = notebook.metadata["kernelspec"]
    if kernel:
        name = shown(str(kernel.get("display_name", kernel.get("name", ""))))
        raise Refused(
            f"its kernel is {name}, and the assignment is graded in Python: there is no "
            f"instructor's notebook that names another one. {FRESH}"
        )
