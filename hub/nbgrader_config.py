"""nbgrader for everybody on the hub: which course, where work is handed in and how it is taken.

Learners and the grader read this file; the grader reads the course's own configuration on top of
it. Nothing here is secret.
"""

from pathlib import Path

c = get_config()  # type: ignore[name-defined] # noqa: F821

c.CourseDirectory.course_id = "thousandfold"
c.Exchange.root = "/srv/thousandfold/exchange"

# Fetched exercises land where the last line of each lesson links to.
c.Exchange.assignment_dir = str(Path.home() / "exercises")

# nbgrader's own follows links with the grader's rights and believes the name on a submission.
c.ExchangeFactory.collect = "boxgrader.nbgrader_course.collect.CollectOwned"

# In kilobytes. An answered exercise has about 50.
c.CourseDirectory.max_file_size = 10_000
c.CourseDirectory.max_dir_size = 10_000
