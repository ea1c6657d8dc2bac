"""What the solutions alone say, for tests that look for it wherever learners look."""

from __future__ import annotations

import re

import study
from course import stems

BETWEEN = re.compile(r"### BEGIN (?:SOLUTION|HIDDEN TESTS)\n(.*?)### END", re.DOTALL)
_SHORT = 25  # a shorter line may stand anywhere by chance


def secret_lines() -> set[str]:
    """Return the lines of answers, of their reasons and of hidden tests."""
    return {
        line
        for stem in stems()
        for question in study.questions(stem).values()
        for text in (question["answer"], question["reason"], *BETWEEN.findall(question["test"]))
        for line in map(str.strip, text.splitlines())
        if len(line) > _SHORT
        and "checks.slips" not in text
        and not line.startswith(("from ", "import ", "def ", '"when '))
    }
