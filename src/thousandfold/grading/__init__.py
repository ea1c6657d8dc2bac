"""Grading with nbgrader. It knows nbgrader and never the models; the models never know it."""
