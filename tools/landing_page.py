"""The first page of the site for browsers, made from the metadata of the notebooks."""

from __future__ import annotations

import html
import json
import re
import shutil
from pathlib import Path
from string import Template

from site_wheels import SiteError

from thousandfold.facilitation.course import Module, find_course

ROOT = Path(__file__).resolve().parent.parent
STORY = "00_start_here"  # its first figure is the story's


def write_landing_page(site: Path, repository: str = "") -> None:
    """Write `index.html` and its style.

    Parameters
    ----------
    site : Path
        Folder of the site.
    repository : str
        ``owner/name`` on GitHub, for a link to Binder; none if empty.
    """
    course = find_course(ROOT)
    template = Template((ROOT / "site" / "index.html").read_text(encoding="utf-8"))
    alternative, picture = first_figure(ROOT / "notebooks" / f"{STORY}.ipynb")
    page = template.substitute(
        picture=picture,
        alternative=alternative,
        modules="\n".join(map(_row, course.modules)),
        binder=_binder(repository),
        minutes=sum(module.minutes for module in course.modules),
    )
    (site / "index.html").write_text(page, encoding="utf-8")
    shutil.copy2(ROOT / "site" / "style.css", site)


def first_figure(notebook: Path) -> tuple[str, str]:
    """Return text alternative and address of the first figure that a lesson stores."""
    for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]:
        for output in cell.get("outputs", []):
            shown = "".join(output.get("data", {}).get("text/html", ""))
            found = re.search(r'<img alt="([^"]*)" src="(data:image/png;base64,[^"]*)"', shown)
            if found:
                return found[1], found[2]
    raise SiteError(f"{notebook} stores no figure: run `make lessons`")


def _row(module: Module) -> str:
    question = html.escape(module.question)
    minutes = f"{module.minutes} minutes"
    if module.exercise:
        minutes += f": lesson {module.lesson_minutes}, exercise {module.exercise_minutes}"
    links = [_links(f"notebooks/{module.stem}.ipynb", "lesson", question)]
    if module.exercise:
        links += [_links(f"exercises/{module.stem}/{module.stem}.ipynb", "exercise", question)]
    head = f'<h3><span class="number">{module.number:02}</span> {question}</h3>'
    return "\n".join(["<li>", head, f'<p class="minutes">{minutes}</p>', *links, "</li>"])


def _links(path: str, what: str, question: str) -> str:
    told = f'<span class="unseen"> of {question}</span>'
    return (
        f'<p class="links"><a class="open" href="lab/index.html?path={path}">Open the {what}{told}'
        f'</a> <a href="files/{path}" download>Download the {what}{told}</a></p>'
    )


def _binder(repository: str) -> str:
    if not repository:
        return ""
    if not re.fullmatch(r"[\w.-]+/[\w.-]+", repository):
        raise SiteError(f"{repository!r} is not owner/name of a repository on GitHub")
    address = f"https://mybinder.org/v2/gh/{repository}/HEAD?labpath=notebooks%2F{STORY}.ipynb"
    return (
        f'<p><a class="open" href="{address}">Open on Binder</a> '
        "A computer of others, for an hour or two. It can take ten minutes to start, and it keeps "
        "nothing: download your work before you leave.</p>"
    )
