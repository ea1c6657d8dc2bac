"""An nbgrader course: submissions read, graded into nbgrader's gradebook, told and reported."""
