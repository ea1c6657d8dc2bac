"""What a course's `nbgrader_config.py` asks of us, and what it lacks."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from nbgrader.coursedir import CourseDirectory
from nbgrader.exchange.default import ExchangeCollect
from traitlets.utils.importstring import import_item

from boxgrader.nbgrader_course import handing_back
from boxgrader.nbgrader_course.autograde import BoxedAutograde
from boxgrader.nbgrader_course.feedback import PrivateFeedback
from boxgrader.nbgrader_course.pages import FormgraderPage
from boxgrader.nbgrader_course.timestamps import existing_timestamp, submitted_timestamp

COLLECT = "boxgrader.nbgrader_course.collect.CollectOwned"


def install() -> None:
    """Let all that nbgrader grades and shows, formgrader's buttons included, be ours.

    It grades with `BoxedAutograde`, its feedback keeps hidden tests hidden, and its pages run
    nothing of a submission. For a course's `nbgrader_config.py`.
    """
    # Only here, because they are all of nbgrader's programs, and a server.
    from nbgrader.apps import api, autogradeapp, generatefeedbackapp
    from nbgrader.server_extensions.formgrader import formgrader

    api.Autograde = autogradeapp.Autograde = BoxedAutograde
    api.GenerateFeedback = generatefeedbackapp.GenerateFeedback = PrivateFeedback
    formgrader.HTMLExporter = FormgraderPage
    handing_back.install()
    CourseDirectory.get_existing_timestamp = existing_timestamp
    api.NbGraderAPI.get_submitted_timestamp = submitted_timestamp


def lacking(course: Any) -> list[str]:
    """Return for each thing that a course is better off with why, what to add, and where.

    Parameters
    ----------
    course : nbgrader.coursedir.CourseDirectory
        Its configuration has been read.
    """
    found = []
    path = Path(course.root, "nbgrader_config.py")
    programs = sys.modules.get("nbgrader.apps.api")
    if getattr(programs, "Autograde", None) is not BoxedAutograde:
        found.append(
            "Formgrader and nbgrader's own commands still run learners' code with your rights, "
            "show hidden tests in feedback, and run scripts that stand in a submission. "
            + _add(path, "import boxgrader", "boxgrader.install()")
        )
    collect = course.config.ExchangeFactory.get("collect", ExchangeCollect)
    collect = import_item(collect) if isinstance(collect, str) else collect
    if handing_back.inbound(course).is_dir() and collect is ExchangeCollect:
        found.append(
            "Collecting follows links and believes the name on a submission. "
            + _add(path, "c = get_config()", f'c.ExchangeFactory.collect = "{COLLECT}"')
        )
    return found


def _add(path: Path, *lines: str) -> str:
    """Ask for lines of a configuration: at its end they do what they say, whatever it holds.

    nbgrader gives the same `c` to whoever asks again.
    """
    if path.is_file():
        where = f"Add at the end of {path}, and restart JupyterLab"
    else:
        where = f"There is no {path} yet: make it, with"
    return ":\n".join([where, "\n".join(f"    {line}" for line in lines)])
