"""Which kernel runs a notebook: this Python, or a program that is started in the box."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from boxgrader.errors import FRESH, GraderError, Refused, shown

_INSTALLED = "`jupyter kernelspec list` shows which are."
_PLACES = "import json, sys; print(json.dumps([sys.prefix, sys.base_prefix, *sys.path]))"


def kernel_of(notebook: NotebookNode, configured: str = "") -> tuple[dict[str, Any], str]:
    """Return what starts the kernel of a notebook, and what its instructor should know.

    Parameters
    ----------
    notebook : NotebookNode
    configured : str
        The name of a kernel that goes before the notebook's own.

    Returns
    -------
    dict
        A kernelspec, with what it has to be shown as ``readable``; nothing for the Python that this
        program runs in.
    str
        A sentence, or nothing.

    Raises
    ------
    GraderError
        If there is no kernel of that name, or its program is not there.
    """
    name = configured or notebook.metadata.get("kernelspec", {}).get("name", "python3")
    if re.fullmatch(r"python3?", name):
        return {}, ""
    from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel

    try:
        found: Any = KernelSpecManager().get_kernel_spec(name)
    except NoSuchKernel:
        if notebook.metadata.get("kernelspec", {}).get("language") == "python":
            return {}, (  # of an environment on the instructor's computer
                f"The kernel {shown(name)} of the assignment is not installed on this machine: "
                f"Python {sys.version_info.major}.{sys.version_info.minor} of {sys.prefix} is used."
            )
        raise GraderError(
            f"The kernel {name} of the assignment is not installed on this machine: {_INSTALLED}"
        ) from None
    program = _program(found)
    if _is_this_python(found, program):
        return {}, ""
    kernel = {
        "argv": [part.replace("{resource_dir}", found.resource_dir) for part in found.argv],
        "env": found.env,
        "interrupt_mode": found.interrupt_mode,
        "language": found.language,
        "display_name": found.display_name,
        "readable": _readable(found, program),
    }
    return kernel, (
        f"The assignment runs in the kernel {shown(found.display_name)}: each test runs beside the "
        "learner's code, after something that has to fail. Who knows that can still tamper with it."
    )


def _program(found: Any) -> str:
    """Return the path of the program that a kernel is."""
    name = found.argv[0]
    if re.fullmatch(r"python(3(\.\d+)?)?", name):  # Jupyter means its own by that
        return sys.executable
    path = shutil.which(name)
    if path is None:
        raise GraderError(
            f"The kernel {found.display_name} of the assignment is not on this machine any more: "
            f"{name} is not there. Install it again, or choose another one: {_INSTALLED}"
        )
    return str(Path(path).absolute())


def _is_this_python(found: Any, program: str) -> bool:
    """Say whether a kernel is ipykernel in the environment of this program, and nothing besides."""
    return (
        found.language == "python"
        and not found.env
        and not {"ipykernel", "ipykernel_launcher"}.isdisjoint(found.argv)
        and Path(program).parent.resolve() == Path(sys.executable).parent.resolve()
    )


def _readable(found: Any, program: str) -> list[str]:
    """Return what a kernel reads: the environment that its program is of.

    Raises
    ------
    GraderError
        If it is a Python that does not start.
    """
    places = [found.resource_dir] if any("{resource_dir}" in it for it in found.argv) else []
    if not re.fullmatch(r"python[\d.]*", Path(program).name):
        conda = [str(place) for place in Path(program).parents if (place / "conda-meta").is_dir()]
        return places + conda[:1]
    done = subprocess.run(
        [program, "-c", _PLACES],
        capture_output=True,
        text=True,
        cwd="/",
        env=os.environ | found.env,
    )
    if done.returncode:
        said = done.stderr.strip().splitlines()[-1:] or ["it says nothing"]
        raise GraderError(
            f"The kernel {found.display_name} of the assignment does not start: {program}: "
            f"{said[0]}. Install it again, or choose another one: {_INSTALLED}"
        )
    asked: list[str] = json.loads(done.stdout)
    links = [os.path.realpath(place) for place in asked[:2]]
    return places + [place for place in dict.fromkeys([*links, *asked]) if place not in ("", "/")]


def check_python(notebook: NotebookNode, configured: str = "") -> None:
    """Refuse a notebook in another language, where nothing says that the assignment is in it.

    Raises
    ------
    Refused
        If it is.
    """
    try:
        kernel, _ = kernel_of(notebook, configured)
    except GraderError:
        kernel = notebook.metadata["kernelspec"]
    if kernel and kernel.get("language") != "python":
        name = shown(str(kernel.get("display_name", kernel.get("name", ""))))
        raise Refused(
            f"its kernel is {name}, and the assignment is graded in Python: there is no "
            f"instructor's notebook that names another one. {FRESH}"
        )
