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

# Others on the same machine must not read what a kernel says.
c.KernelManager.transport_encryption = "auto"

# Learners' code is boxed, several submissions are graded at a time, and pages run nothing of them:
# also in formgrader.
install()
c.BoxedAutograde.readable = [str(folder())]

# Beside the box for a comment, what is often said to a memo: edit the file as you like.
c.FormgraderPage.comments = str(
    Path(__file__).resolve().parent / "facilitator" / "memo-comments.toml"
)

# One slow submission must not hold up a class.
c.ExecutePreprocessor.timeout = 60
