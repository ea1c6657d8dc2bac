"""Which notebooks that were handed in were studied: somebody has asked whether answers are right.

What a notebook says of itself, its author can take out: it is for a talk, and no evidence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

_MOST_BYTES = 20 << 20
_MARK = re.compile(
    rb'"application/vnd\.thousandfold\.studied\+json":\s*'
    rb'\{\s*"answer":\s*"(\w{1,80})",\s*"shown":\s*(true|false)\s*\}'
)


def studied(submitted: Path, assignment: str) -> Iterator[tuple[str, dict[str, bool]]]:
    """Yield who has studied an assignment, and of which answers they have seen one.

    Parameters
    ----------
    submitted : Path
        The folder with a folder for each learner, as nbgrader collects them.
    assignment : str

    Yields
    ------
    learner, answers
        By the name of the answer, whether it was shown.
    """
    for path in sorted(submitted.glob(f"*/{assignment}/*.ipynb")):
        if path.is_symlink() or not path.is_file() or path.stat().st_size > _MOST_BYTES:
            continue
        asked: dict[str, bool] = {}
        for name, shown in _MARK.findall(path.read_bytes()):
            answer = name.decode()
            asked[answer] = asked.get(answer, False) or shown == b"true"
        if asked:
            yield path.parents[1].name, asked
