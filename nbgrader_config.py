"""nbgrader for Thousandfold: `solutions/` is the source, `exercises/` what learners get."""

import os
import sys
from pathlib import Path

from boxgrader import install
from thousandfold.datasets import folder

# nbgrader starts the program `alembic` by name, which fails when .venv is used without activating.
os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])

c = get_config()  # type: ignore[name-defined] # noqa: F821

c.CourseDirectory.course_id = "thousandfold"
c.CourseDirectory.root = str(Path(__file__).resolve().parent)
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "exercises"

c.ClearSolutions.code_stub = {"python": "# Write your answer here."}
c.ClearSolutions.text_stub = "*Write here.*"

# Feedback shows what a check said and not how it checks, and which text nobody has read: nbgrader's
# own prints the hidden tests, and nothing earned.
c.GenerateFeedback.preprocessors = [
    "boxgrader.nbgrader_course.feedback.GetGradesSoFar",
    "boxgrader.nbgrader_course.feedback.HideTests",
    "nbconvert.preprocessors.CSSHTMLHeaderPreprocessor",
]

# Formgrader and feedback show what learners wrote and printed, and run nothing of it.
c.HTMLExporter.preprocessors = ["boxgrader.nbgrader_course.sanitize.SanitizeSubmission"]

# Others on the same machine must not read what a kernel says.
c.KernelManager.transport_encryption = "auto"

# Learners' code is boxed, and several submissions are graded at a time, also by formgrader.
install()
c.BoxedAutograde.readable = [str(folder())]

# One slow submission must not hold up a class.
c.ExecutePreprocessor.timeout = 60
