"""Links that open a lesson on a hub, on Binder, in Colab, in Codespaces or in a browser alone.

Sources: nbgitpuller's ``git-pull`` address (nbgitpuller.readthedocs.io, "Link generator"),
BinderHub's ``v2`` addresses (binderhub.readthedocs.io), JupyterLite's ``path`` parameter
(jupyterlite.readthedocs.io, "URL Parameters"), Colab's ``github`` addresses (its own notebook
"Using Google Colab with GitHub"), ``codespaces.new`` (docs.github.com, "Facilitating quick creation
and resumption of codespaces").
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit

from thousandfold.errors import ExplainedError

BINDER = "https://mybinder.org"
COLAB = "https://colab.research.google.com"
CODESPACES = "https://codespaces.new"

QUIET = 4  # modules of white around a QR code, as its standard asks (ISO/IEC 18004)
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}
_BRANCH = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/+-]*")


def hub_link(hub: str, repository: str, *, path: str, branch: str = "main") -> str:
    """Return the address that copies a repository into a learner's home on a hub and opens a file.

    Parameters
    ----------
    hub : str
        Address of the hub, on which nbgitpuller is installed.
    repository : str
        Address for ``git clone``. Learners get every file of it.
    path : str
        What to open, from the top of the repository.
    branch : str
        The branch to copy.

    Raises
    ------
    ExplainedError
        If an address cannot be right; the message says what to write.

    Examples
    --------
    >>> hub_link("https://hub.example.org", "https://git.example.org/we/work", path="a b.ipynb")
    ... # doctest: +ELLIPSIS
    'https://hub.example.org/hub/user-redirect/git-pull?repo=https%3A%2F%2Fgit.example.org%2Fwe...'
    """
    repository = _repository(repository)
    name = repository.rsplit("/", 1)[1]
    wanted = {
        "repo": repository,
        "branch": _branch(branch),
        # This is an address inside the address, so its own blanks are quoted here already.
        "urlpath": quote(f"lab/tree/{name}/{_path(path)}"),
    }
    return _add(f"{_address(hub, 'the hub')}/hub/user-redirect/git-pull", wanted)


def binder_link(repository: str, *, path: str, branch: str = "main", service: str = BINDER) -> str:
    """Return the address that builds a repository on Binder and opens a file.

    Raises
    ------
    ExplainedError
        If an address cannot be right; the message says what to write.

    Examples
    --------
    >>> binder_link("https://github.com/ferry/shop", path="a.ipynb")
    'https://mybinder.org/v2/gh/ferry/shop/main?urlpath=lab%2Ftree%2Fa.ipynb'
    """
    repository = _repository(repository)
    host, place = urlsplit(repository).netloc, urlsplit(repository).path.strip("/")
    branch = quote(_branch(branch), safe="")
    if host == "github.com":
        provider = f"gh/{quote(_on_github(repository, 'Binder'))}"
    elif host == "gitlab.com":
        provider = f"gl/{quote(place, safe='')}"
    else:
        provider = f"git/{quote(repository, safe='')}"
    start = f"{_address(service, 'Binder')}/v2/{provider}/{branch}"
    return _add(start, {"urlpath": quote(f"lab/tree/{_path(path)}")})


def colab_link(repository: str, *, path: str, branch: str = "main") -> str:
    """Return the address that opens a notebook of a repository on GitHub in Google Colab.

    Colab opens the one file and has none of our packages: see `colab_install`.

    Raises
    ------
    ExplainedError
        If an address cannot be right, or is not on GitHub; the message says what to write.

    Examples
    --------
    >>> colab_link("https://github.com/ferry/shop", path="notebooks/a.ipynb")
    'https://colab.research.google.com/github/ferry/shop/blob/main/notebooks/a.ipynb'
    """
    place = _on_github(_repository(repository), "Colab")
    return f"{COLAB}/github/{quote(place)}/blob/{quote(_branch(branch))}/{quote(_path(path))}"


def colab_install(repository: str, *, branch: str = "main") -> str:
    """Return the line that a learner runs first in Colab, so that it has our package.

    It asks for no exact versions, so what Colab has and we can use stays as it is.

    Examples
    --------
    >>> colab_install("https://github.com/ferry/shop")
    '%pip install --quiet "git+https://github.com/ferry/shop@main"'
    """
    return f'%pip install --quiet "git+{_repository(repository)}@{_branch(branch)}"'


def codespaces_link(repository: str, *, branch: str = "main") -> str:
    """Return the address where a learner starts a codespace of a repository, or goes on in theirs.

    It opens what ``.devcontainer/devcontainer.json`` names, so it cannot name a lesson.

    Raises
    ------
    ExplainedError
        If an address cannot be right, or is not on GitHub; the message says what to write.

    Examples
    --------
    >>> codespaces_link("https://github.com/ferry/shop")
    'https://codespaces.new/ferry/shop/tree/main?quickstart=1'
    """
    place = _on_github(_repository(repository), "Codespaces")
    return _add(f"{CODESPACES}/{quote(place)}/tree/{quote(_branch(branch))}", {"quickstart": "1"})


def lite_link(site: str, *, path: str) -> str:
    """Return the address that opens a file on a JupyterLite site, with nothing installed.

    Nobody types a password there, so a computer of the room can serve it, as `make serve-site`
    does.

    Raises
    ------
    ExplainedError
        If the address cannot be right; the message says what to write.

    Examples
    --------
    >>> lite_link("https://example.org/thousandfold/", path="notebooks/a.ipynb")
    'https://example.org/thousandfold/lab/index.html?path=notebooks%2Fa.ipynb'
    >>> lite_link("http://192.168.1.20:8000/", path="notebooks/a.ipynb")
    'http://192.168.1.20:8000/lab/index.html?path=notebooks%2Fa.ipynb'
    """
    return _add(
        f"{_address(site, 'the site', in_the_room=True)}/lab/index.html", {"path": _path(path)}
    )


def as_markdown(link: str, title: str) -> str:
    """Return a line of Markdown that shows a title and leads to the link.

    Examples
    --------
    >>> as_markdown("https://example.org", "Open the lesson")
    '[Open the lesson](https://example.org)'
    """
    title = re.sub(r"([\\\[\]])", r"\\\1", title)
    return f"[{title}]({link})"


def qr_picture(link: str, kind: str) -> bytes:
    """Return a link as a QR code for a projector.

    Parameters
    ----------
    link : str
        An address of up to 2,000 characters or so.
    kind : {"svg", "png"}
        The format; a PNG has about 1,000 pixels a side.
    """
    import io

    import segno

    code = segno.make(link, error="m", micro=False)
    scale = max(1, 1000 // code.symbol_size(border=QUIET)[0])
    said = {"title": link} if kind == "svg" else {}  # a PNG has no text alternative of its own
    buffer = io.BytesIO()
    code.save(buffer, kind=kind, border=QUIET, scale=scale, light="white", **said)
    return buffer.getvalue()


def qr_text(link: str) -> str:
    """Return a link as a QR code for a terminal, in block characters."""
    import io

    import segno

    buffer = io.StringIO()
    segno.make(link, error="l", micro=False).terminal(buffer, border=QUIET, compact=True)
    return buffer.getvalue()


def write_qr(link: str, target: Path) -> Path:
    """Write a link as a QR code, whole or not at all.

    Raises
    ------
    ExplainedError
        If the file is neither ``.svg`` nor ``.png``, or cannot be written.
    """
    from thousandfold.writing import write_whole

    kind = target.suffix.removeprefix(".").lower()
    if kind not in ("svg", "png"):
        raise ExplainedError(f"{target}: a QR code is written as FILE.svg or FILE.png")
    return write_whole(target, qr_picture(link, kind))


def known_repository() -> str:
    """Return the repository that ``[project.urls]`` of pyproject.toml names, or nothing."""
    import importlib.metadata

    try:
        about = importlib.metadata.metadata("thousandfold")
    except importlib.metadata.PackageNotFoundError:
        return ""
    for line in about.get_all("Project-URL") or []:
        name, _, address = line.partition(",")
        if name.strip().lower() == "repository":
            return str(address.strip())
    return ""


def _address(text: str, what: str, *, in_the_room: bool = False) -> str:
    """Return an address without its last slash, if it is one that a room can be sent to.

    Without a password to read, a computer of the room may serve it without https.
    """
    try:
        address = urlsplit(text.strip())
        host = address.hostname
    except ValueError:  # brackets that do not close
        raise ExplainedError(f"{text!r} is no address: write it as a browser shows it") from None
    hint = f"write the address of {what} as a browser shows it, such as https://example.org"
    if not address.scheme or not host:
        raise ExplainedError(f"{text!r} is no address: {hint}")
    if address.scheme != "https" and not (
        host in _LOOPBACK or (in_the_room and _is_of_the_room(host))
    ):
        raise ExplainedError(
            f"{text} is not https, so everybody on the wi-fi could read passwords: {hint}"
        )
    if address.scheme not in ("http", "https"):
        raise ExplainedError(f"{text} is not https: {hint}")
    if address.username or address.password:
        raise ExplainedError(f"a password stands in the address of {what}: take it out")
    if address.query or address.fragment:
        raise ExplainedError(f"{text} goes on after the address itself (? or #): {hint}")
    if re.search(r"[\s<>\"]", text.strip()):
        raise ExplainedError(f"{text!r} has a blank or a sign that no address has: {hint}")
    return text.strip().rstrip("/")


def _is_of_the_room(host: str) -> bool:
    """Whether a host is a number that means something in this network alone."""
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return False


def _repository(text: str) -> str:
    """Return the address of a repository, in the form that names its folder the same everywhere."""
    if re.match(r"(?:ssh://)?git@", text.strip()):
        raise ExplainedError(
            f"{text} asks for a key that learners do not have: write the https address, "
            "such as https://github.com/OWNER/NAME"
        )
    repository = _address(text, "the repository").removesuffix(".git")
    if "/" not in urlsplit(repository).path.strip("/"):
        raise ExplainedError(f"{text} names no repository: write https://github.com/OWNER/NAME")
    if re.search(r"/(?:tree|blob|-)/", urlsplit(repository).path):
        raise ExplainedError(
            f"{text} is a page inside a repository: end at its name and say --branch for a branch"
        )
    return repository


def _on_github(repository: str, service: str) -> str:
    """Return OWNER/NAME of a repository that a service finds on GitHub alone."""
    address = urlsplit(repository)
    place = address.path.strip("/")
    if address.netloc != "github.com" or place.count("/") != 1:
        raise ExplainedError(
            f"{repository} is not a repository on GitHub, where {service} looks: "
            "write https://github.com/OWNER/NAME"
        )
    return place


def _branch(text: str) -> str:
    if not _BRANCH.fullmatch(text) or ".." in text:
        raise ExplainedError(f"{text!r} is no branch: write its name, such as main")
    return text


def _path(text: str) -> str:
    path = text.strip().lstrip("/")
    if not path or ".." in path.split("/"):
        raise ExplainedError(f"{text!r} is no file of the workshop: write notebooks/NAME.ipynb")
    return path


def _add(address: str, wanted: Mapping[str, str]) -> str:
    return f"{address}?{urlencode(wanted, quote_via=quote, safe='')}"
