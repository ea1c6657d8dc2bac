"""What a course's `nbgrader_config.py` asks of us, and what it lacks."""

from __future__ import annotations

import sys
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
    """Return a sentence for each thing that a course is better off with, and the line to add.

    Parameters
    ----------
    course : nbgrader.coursedir.CourseDirectory
        Its configuration has been read.
    """
    found = []
    programs = sys.modules.get("nbgrader.apps.api")
    if getattr(programs, "Autograde", None) is not BoxedAutograde:
        found.append(
            "Formgrader and nbgrader's own commands still run learners' code with your rights, "
            "show hidden tests in feedback, and run scripts that stand in a submission. Add to "
            "nbgrader_config.py: import boxgrader; boxgrader.install()"
        )
    collect = course.config.ExchangeFactory.get("collect", ExchangeCollect)
    collect = import_item(collect) if isinstance(collect, str) else collect
    if handing_back.inbound(course).is_dir() and collect is ExchangeCollect:
        found.append(
            "Collecting follows links and believes the name on a submission. Add to "
            f'nbgrader_config.py: c.ExchangeFactory.collect = "{COLLECT}"'
        )
    return found
