"""`thousandfold link`: a link that opens a lesson, as text, Markdown or QR code."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from thousandfold.commands import Command, add_workshop

ALL_OF_IT = "thousandfold: learners get every file of the repository: it must hold no solutions"


def _declare(parser: argparse.ArgumentParser) -> None:
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--hub", metavar="URL", help="a JupyterHub with nbgitpuller")
    where.add_argument(
        "--binder",
        metavar="URL",
        nargs="?",
        const="https://mybinder.org",
        help="Binder; without an address mybinder.org",
    )
    where.add_argument("--colab", action="store_true", help="Google Colab")
    where.add_argument("--codespaces", action="store_true", help="GitHub Codespaces")
    where.add_argument("--lite", metavar="URL", help="a JupyterLite site that you have published")
    parser.add_argument(
        "--repository",
        metavar="URL",
        help="what they copy (not --lite); by default the one that pyproject.toml names",
    )
    parser.add_argument("--branch", default="main", help="of the repository (default: main)")
    parser.add_argument(
        "--lesson", default="0", metavar="NUMBER", help="module to open (default: 0)"
    )
    parser.add_argument("--markdown", action="store_true", help="as a line of Markdown")
    parser.add_argument(
        "--qr",
        metavar="FILE",
        nargs="?",
        const="-",
        help="as a QR code too: FILE.svg or FILE.png, or in the terminal without a file",
    )
    add_workshop(parser)


def _run(arguments: argparse.Namespace) -> int:
    from thousandfold.errors import ExplainedError
    from thousandfold.facilitation import link
    from thousandfold.facilitation.course import find_course

    course = find_course(arguments.folder)
    module = course.module(arguments.lesson)
    path = f"notebooks/{module.stem}.ipynb"
    repository = arguments.repository or link.known_repository()
    if not arguments.lite and not repository:
        raise ExplainedError(
            "say --repository https://github.com/OWNER/NAME, or set it once: Repository under "
            "[project.urls] in pyproject.toml, then install again"
        )
    if arguments.lite:
        made = link.lite_link(arguments.lite, path=path)
    elif arguments.hub:
        made = link.hub_link(arguments.hub, repository, path=path, branch=arguments.branch)
        print(ALL_OF_IT, file=sys.stderr)
    elif arguments.colab:
        made = link.colab_link(repository, path=path, branch=arguments.branch)
        first = link.colab_install(repository, branch=arguments.branch)
        print(f"thousandfold: learners run this first, in a new cell: {first}", file=sys.stderr)
    elif arguments.codespaces:
        made = link.codespaces_link(repository, branch=arguments.branch)
        print(ALL_OF_IT, file=sys.stderr)
        if module != course.modules[0]:
            print("thousandfold: it opens the first lesson, whatever is asked for", file=sys.stderr)
    else:
        made = link.binder_link(
            repository, path=path, branch=arguments.branch, service=arguments.binder
        )
    if arguments.qr and arguments.qr != "-":
        link.write_qr(made, Path(arguments.qr))
    print(link.as_markdown(made, module.question) if arguments.markdown else made)
    if arguments.qr == "-":
        print(link.qr_text(made))
    return 0


COMMAND = Command(
    name="link",
    summary="make a link, or a QR code for the projector, that opens a lesson",
    details="""
Make the one link that a room needs. Choose where the lesson is to open:

  --hub      copies the repository into each learner's home on a JupyterHub (with nbgitpuller) and
             opens the lesson; learners who open it again get what has changed and keep their work
  --binder   builds the repository on Binder and opens the lesson; nothing is kept
  --colab    opens the lesson in Google Colab, from GitHub; learners first run the line that this
             command prints, and what they change is kept when they save a copy in their Drive
  --codespaces  starts a machine at GitHub with all of the repository, answers too, and opens the
             first lesson; each learner needs an account there, and what they write is kept
  --lite     opens the lesson on a JupyterLite site, in the browser alone

The link goes to stdout, so that it can be copied or piped. Nothing is sent anywhere.
""",
    example="thousandfold link --binder --repository https://github.com/OWNER/NAME --lesson 6 --qr",
    declare=_declare,
    run=_run,
)
