"""Try every keypoint in plausible companies, and write what came out, as `make robustness` does.

The shares go into the package, where pages and tests read them; the table for whoever distrusts
models into docs/robustness.md; each lesson's part of it onto its facilitator's page; and the words
of the keypoints into the lessons. Nothing of this is written by hand.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from pathlib import Path
from typing import Any

from tqdm import tqdm

from thousandfold.core import readable
from thousandfold.errors import ExplainedError
from thousandfold.keypoints import LESSONS, SHARES, Keypoint, keypoints
from thousandfold.keypoints import shares as stored
from thousandfold.writing import write_whole

ROOT = Path(__file__).resolve().parent.parent
BEGIN = "<!-- the keypoints: written by `make robustness` -->"
END = "<!-- the end of the keypoints -->"
BOXES = {"±25 %": 0.25, "±50 %": 0.5, "plausible": None}
LEAD = "[How to read this](../docs/robustness.md)"
HEAD = [
    "| keypoint | rests on | companies ±25 % | ±50 % | plausible companies | hangs most on |",
    "|---|---|---|---|---|---|",
]


def tried(point: Keypoint) -> dict[str, Any]:
    """Return how often one keypoint holds in each box, and on what it hangs."""
    found: dict[str, Any] = {}
    for box, within in BOXES.items():
        result = point.robust(within=within)
        low, high = (round(100 * end) for end in result.interval())
        found[box] = {
            "holds": int(result.holds.sum()),
            "of": len(result.holds),
            "low": low,
            "high": high,
        }
    found["deciders"] = list(result.deciders) if 0 < result.share < 1 else []
    found["split"] = result.split
    return found


def rows(lesson: str, shares: dict[str, Any], *, split: bool = False) -> list[str]:
    """Return the rows of the table of one lesson, with where the number that decides is cut."""
    told = []
    for place, point in enumerate(keypoints(lesson), 1):
        cells = [f"{lesson[:2]}.{place} {point.says}".replace("|", r"\|"), point.rests_on]
        found = shares.get(f"{lesson[:2]}.{place}")
        if found is None or point.model is None:
            told.append(f"| {' | '.join([*cells, '', '', '', ''])} |")
            continue
        for box in BOXES:
            one = found[box]
            cells.append(f"{one['holds']} of {one['of']} ({one['low']} to {one['high']} %)")
        decides = ", ".join(map(readable, found["deciders"])) or "no single number"
        cells.append(f"{decides}: {found['split']}" if split and found["split"] else decides)
        told.append(f"| {' | '.join(cells)} |")
    return told


def between(page: Path, table: list[str], lead: str = "") -> str:
    """Return a page with the table between its two comments."""
    block = "\n".join([BEGIN, "", *([lead, ""] if lead else []), *HEAD, *table, "", END])
    text, found = re.subn(
        f"{re.escape(BEGIN)}.*{re.escape(END)}",
        lambda _: block,
        page.read_text(encoding="utf-8"),
        flags=re.DOTALL,
    )
    if not found:
        raise ExplainedError(
            f"{page} has no place for the keypoints: put in the lines\n{BEGIN}\n{END}"
        )
    return text


def with_keypoints(path: Path, lesson: str) -> str:
    """Return a lesson whose cell of keypoints says what the objects say."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    [cell] = [one for one in notebook["cells"] if one["id"] == "keypoints"]
    said = "".join(f"- {point.says}\n" for point in keypoints(lesson))
    source = re.sub(
        r"(?<=## Keypoints\n\n)(- .*\n)+", lambda _: said, "".join(cell["source"]), count=1
    )
    cell["source"] = source.splitlines(keepends=True)
    return json.dumps(notebook, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def pages(shares: dict[str, Any], root: Path = ROOT) -> dict[Path, str]:
    """Return each file that holds something of this, as it should be."""
    written, table = {}, []
    for lesson in LESSONS:
        page = root / "facilitator" / f"{lesson}.md"
        written[page] = between(page, rows(lesson, shares), LEAD)
        path = root / "notebooks" / f"{lesson}.ipynb"
        written[path] = with_keypoints(path, lesson)
        table += rows(lesson, shares, split=True)
    page = root / "docs" / "robustness.md"
    written[page] = between(page, table)
    return written


def main(arguments: list[str] | None = None) -> int:
    """Try what is to be tried, write the files that have changed, and name them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("lesson", nargs="*", help="such as 01_technical_debt; all if none is named")
    asked = parser.parse_args(arguments).lesson
    try:
        points = {
            f"{lesson[:2]}.{place}": point
            for lesson in asked or LESSONS
            for place, point in enumerate(keypoints(lesson), 1)
            if point.model is not None
        }
        named = {lesson[:2] for lesson in asked}
        found = {p: one for p, one in stored().items() if p[:2] not in named} if asked else {}
        for place, point in tqdm(points.items(), unit="keypoint"):
            found[place] = tried(point)
        found = dict(sorted(found.items()))
        files = {SHARES: json.dumps(found, indent=1, ensure_ascii=False) + "\n", **pages(found)}
        for path, text in files.items():
            if not path.exists() or path.read_text(encoding="utf-8") != text:
                print(write_whole(path, text).relative_to(ROOT))
    except ExplainedError as error:
        print(f"robustness: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
