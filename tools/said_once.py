"""What pyproject.toml and the package say once: where the project lives, whom to ask, its version.

Other files repeat it, between two comments or in one line, and `make tables` writes it there. The
address is the field `Repository` under `[project.urls]`; while it is unset, each place says so.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from thousandfold.errors import ExplainedError

ROOT = Path(__file__).resolve().parent.parent
UNSET = "It is not said yet where the project lives. Whoever gave you this is whom to ask"
_ADDRESS = re.compile(r"https://github\.com/[\w.-]+/[\w.-]*[\w-](?<!\.git)")
_VERSION = re.compile(r'^__version__ = "(.+)"$', re.MULTILINE)
_HEADING = re.compile(r"^## (?P<version>[\d.]+)(?:, (?P<when>[^:\n]+))?", re.MULTILINE)
# Files that repeat the version, and the words before it and after it.
VERSIONS = {
    "src/boxgrader/__init__.py": r'(^__version__ = ")[^"]+(")',
    "src/thousandfold/labextension/package.json": r'(^  "version": ")[^"]+(")',
    "pyproject.toml": r"(\"boxgrader(?:\[cluster\])?>=)[\d.]+()",
    "CITATION.cff": r"(^version: )\S+()",
    "docs/grading-at-scale.md": r"(/thousandfold:)\d[\d.]*()",
    "hub/kubernetes/README.md": r"(/thousandfold-\w+:)\d[\d.]*()",
    "hub/kubernetes/values.yaml": r"(/thousandfold-\w+:|^    tag: )\d[\d.]*()",
}
GRADER = "src/boxgrader/README.md"
# Where that page goes on, and what is said there.
GOES_ON = {
    "SUPPORT.md": "says what to try first and whom to ask",
    "SECURITY.md": "what strangers can try",
    "docs/privacy.md": "what is stored of learners and how it is deleted",
    "docs/grader-alone.md": "how to grade from Windows, a Mac or an image of your own",
    "hub/kubernetes/README.md": "what a pod must be allowed that grades",
}


@dataclass(frozen=True)
class SaidOnce:
    """What is said in one place.

    Attributes
    ----------
    version : str
        Of both packages.
    released : str
        The day of this version, such as ``"2026-12-15"``; empty while it is not published.
    authors : tuple of str
        People, or one name for all of them.
    repository : str
        Where the project lives; empty while nobody has said so.
    """

    version: str
    released: str
    authors: tuple[str, ...]
    repository: str

    @property
    def issues(self) -> str:
        """Where everybody may write and read."""
        return f"{self.repository}/issues"

    @property
    def in_private(self) -> str:
        """Where maintainers alone read."""
        return f"{self.repository}/security/advisories/new"


def read(root: Path = ROOT) -> SaidOnce:
    """Return what is said.

    Raises
    ------
    ExplainedError
        If the version is missing, or the address is none of a repository on GitHub.
    """
    project = read_project(root / "pyproject.toml")
    package = (root / "src" / "thousandfold" / "__init__.py").read_text(encoding="utf-8")
    version = _VERSION.search(package)
    if version is None:
        raise ExplainedError(
            'src/thousandfold/__init__.py says no version: write a line __version__ = "0.1.0"'
        )
    repository = project.get("urls", {}).get("Repository", "")
    if repository and not _ADDRESS.fullmatch(repository):
        raise ExplainedError(
            f"pyproject.toml: Repository is {repository!r}. Write the address of the project on "
            "GitHub, such as https://github.com/OWNER/NAME, with nothing behind it"
        )
    return SaidOnce(
        version[1],
        _released(root / "CHANGELOG.md", version[1]),
        tuple(author["name"] for author in project["authors"]),
        repository,
    )


def read_project(path: Path) -> dict[str, Any]:
    """Return the table ``[project]`` of a pyproject.toml."""
    project: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))["project"]
    return project


def _released(changes: Path, version: str) -> str:
    for heading in _HEADING.finditer(changes.read_text(encoding="utf-8")):
        if heading["version"] == version and re.fullmatch(r"[\d-]{10}", heading["when"] or ""):
            return heading["when"]
    return ""


def places(said: SaidOnce) -> dict[str, dict[str, str]]:
    """Return what stands in each place of each file, by the words of the comments around it."""
    if not said.repository:
        ask = f"{UNSET}, also for what others should not read."
        return {
            "SUPPORT.md": {"address": ask},
            "CODE_OF_CONDUCT.md": {"address": ask},
            "SECURITY.md": {"address": ask},
            "docs/accessibility.md": {"address": f"{UNSET}."},
            "CITATION.cff": {"address": _citation(said)},
            ".github/ISSUE_TEMPLATE/config.yml": {"address": f"# {UNSET}."},
            "src/boxgrader/pyproject.toml": {"address": f"# {UNSET}."},
            GRADER: {"address": f"{UNSET}. {_grader(said)}"},
        }
    return {
        "SUPPORT.md": {
            "address": f"Ask, report and propose at <{said.issues}>: everybody reads it. What "
            f"others should not read goes to the maintainers alone, at <{said.in_private}>."
        },
        "CODE_OF_CONDUCT.md": {
            "address": f"Write to the maintainers alone, at <{said.in_private}>."
        },
        "SECURITY.md": {"address": f"Write to the maintainers alone, at <{said.in_private}>."},
        "docs/accessibility.md": {"address": f"Say so at <{said.issues}/new/choose>."},
        "CITATION.cff": {"address": _citation(said)},
        ".github/ISSUE_TEMPLATE/config.yml": {
            "address": "contact_links:\n"
            "  - name: Something that others should not read yet\n"
            f"    url: {said.in_private}\n"
            "    about: A submission that changes a grade or leaves its box, or somebody's "
            "behaviour. Maintainers alone read it.\n"
            "  - name: Whom to ask\n"
            f"    url: {said.repository}/blob/HEAD/SUPPORT.md\n"
            "    about: What to try first, and where to look."
        },
        "src/boxgrader/pyproject.toml": {
            "address": f'[project.urls]\nRepository = "{said.repository}"'
        },
        GRADER: {"address": _grader(said)},
    }


def _grader(said: SaidOnce) -> str:
    """Say where the grader's README goes on: an index of packages shows it, and no file beside it.

    So a page is a whole address, or its name in a copy of the project.
    """
    named = {
        name: f"[{name}]({said.repository}/blob/HEAD/{name})" if said.repository else f"`{name}`"
        for name in GOES_ON
    }
    where = "In the project" if said.repository else "In a copy of the project"
    *first, last = [f"{named[name]} {what}" for name, what in GOES_ON.items()]
    return f"{where}, {', '.join(first)}, and {last}."


def _citation(said: SaidOnce) -> str:
    lines = [f'date-released: "{said.released}"'] if said.released else ["# Not published yet."]
    if said.repository:
        lines.append(f"repository-code: {said.repository}")
    return "\n".join(lines if said.repository else [*lines, f"# {UNSET}."])


def first_page(said: SaidOnce) -> str:
    """Return who made it and whom to ask, for the first page of the book."""
    made = f"{' and '.join(said.authors)}."
    if not said.repository:
        return f"{made} {UNSET}."
    return f"{made} [Where it is made]({said.repository}), and [where to ask]({said.issues})."


def pages(root: Path = ROOT) -> dict[Path, str]:
    """Return each file that repeats something, as it should be.

    Raises
    ------
    ExplainedError
        If a file lost its comments or the line with the version.
    """
    said = read(root)
    texts: dict[Path, str] = {}
    for name, parts in places(said).items():
        texts[root / name] = filled(root / name, parts)
    for name, line in VERSIONS.items():
        path = root / name
        text = texts.get(path) or path.read_text(encoding="utf-8")
        new, found = re.subn(line, rf"\g<1>{said.version}\g<2>", text, flags=re.MULTILINE)
        if not found:
            raise ExplainedError(f"{name} has no line for the version {said.version}: write one")
        texts[path] = new
    return texts


def filled(page: Path, parts: dict[str, str]) -> str:
    """Return a page in which each part stands between its two comments.

    Raises
    ------
    ExplainedError
        If the page has lost the comments.
    """
    text = page.read_text(encoding="utf-8")
    around = "<!-- {} -->" if page.suffix == ".md" else "# {}"
    for what, part in parts.items():
        begin = around.format(f"the {what}: written by `make tables`")
        end = around.format(f"the end of the {what}")
        before, found, rest = text.partition(f"{begin}\n")
        _, closed, after = rest.partition(f"\n{end}")
        if not (found and closed):
            raise ExplainedError(
                f"{page} has no place for the {what}: put the lines\n{begin}\n{end}\n"
                "where they belong"
            )
        text = f"{before}{found}{part}{closed}{after}"
    return text
