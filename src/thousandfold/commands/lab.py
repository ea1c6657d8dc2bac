"""JupyterLab as the workshop opens it, wherever it was installed.

A folder is all of its file browser, no news stands over the first lesson, nothing is asked of the
outside, and nobody else on this machine listens to a kernel. `make lab`, the kit, the hub and
`thousandfold start` have it from here.

    python -m thousandfold.commands.lab FOLDER [what JupyterLab takes, such as --no-browser]
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

FIRST = "notebooks/00_start_here.ipynb"
QUIET = (
    "--LabApp.news_url=None",
    "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    "--KernelManager.transport_encryption=auto",
)
SETTINGS = Path(__file__).resolve().with_name("lab_settings")


def options(folder: Path) -> list[str]:
    """Return what JupyterLab has to be told for this folder."""
    return [f"--ServerApp.root_dir={folder}", f"--LabApp.app_settings_dir={SETTINGS}", *QUIET]


def open_lab(folder: Path, asked: Sequence[str]) -> None:
    """Run JupyterLab until somebody ends it, in this very process: what ends one ends the other."""
    from jupyterlab.labapp import LabApp

    os.chdir(folder)
    LabApp.launch_instance([*options(folder), *asked])


if __name__ == "__main__":
    open_lab(Path(sys.argv[1]).resolve(), sys.argv[2:])
