"""What a page of feedback tells a learner of what happened when the work was graded."""

from __future__ import annotations

from collections.abc import Collection

from nbformat import NotebookNode
from nbformat.v4 import new_output

from boxgrader.engine.job import Reason

UNREAD = "Nobody has read this text yet. Its points are not in the score, which will change."
UNSEEN = "Nobody has looked at this work yet. Its points are not in the score, which will change."
OVERRULED = "The test {} has points that a person gave before, and waits for your instructor."
AGAIN = "These points are of what was handed in before. A person looks again; they may change."
WAITS = "This test waits for your instructor: no program can judge it. The score will change."
EARLIER = "What was handed in last was not graded; this page is of what was handed in before."
UNABLE = (
    "Something here cannot be graded. Your instructor has been told why, and will tell you if you "
    "have to hand in again."
)
STOPPED = "This cell took too long and was stopped."
NO_INPUT = "input() asks a person, and nobody is there when notebooks are graded."
# The others are for instructors alone: what may have been tampered with, or judged wrongly.
_FOR_LEARNERS = {"missing", "broken", "left", "replaced", "deleted", "late", "ended", "stderr",
                 "overdue", "refused"}  # fmt: skip
_LATE, _INTERRUPT, _INPUT = "CellTimeoutError", "KeyboardInterrupt", "StdinNotImplementedError"


def notices(reasons: Collection[Reason], waiting: Collection[str], notebook: str) -> list[str]:
    """Return the sentences of a record that are meant for the learner.

    Parameters
    ----------
    reasons : collection of Reason
    waiting : collection of str
        The graded cells that wait for a person now.
    notebook : str
        Whose page it is.

    Examples
    --------
    >>> notices([Reason("tampered", "Look."), Reason("waits", "It waits.", "t")], {"t"}, "ps1")
    ['The test t waits for your instructor.']
    """
    told = []
    for reason in reasons:
        if reason.notebook not in ("", notebook):
            continue
        if reason.kind == "waits" and reason.test in waiting:
            told.append(f"The test {reason.test} waits for your instructor.")
        elif reason.kind == "unable":
            told.append(UNABLE)
        elif reason.kind == "renamed":
            told.append(f"Your file {reason.text}")
        elif reason.kind in _FOR_LEARNERS:
            told.append(reason.text)
    return list(dict.fromkeys(told))


def waits(says: str) -> NotebookNode:
    """Return what stands at a test that waits for a person."""
    made: NotebookNode = new_output("error", ename="Waits", evalue=says, traceback=[says])
    return made


def reworded(outputs: list[NotebookNode]) -> list[NotebookNode]:
    """Return outputs whose errors speak of grading in the words of this page.

    Parameters
    ----------
    outputs : list of NotebookNode
        Of one cell.
    """
    stopped = any(output.get("ename") == _LATE for output in outputs)
    told = []
    for output in outputs:
        name = output.get("ename")
        if name == _LATE:
            output.evalue, output.traceback = STOPPED, [STOPPED]
        elif name == _INPUT and output.evalue:
            output.traceback = [line.replace(output.evalue, NO_INPUT) for line in output.traceback]
            output.evalue = NO_INPUT
        if not (stopped and name == _INTERRUPT):
            told.append(output)
    return told
