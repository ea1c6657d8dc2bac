"""Pages made into PDF by the browser that is already there.

Chromium, Chrome and Edge print a local page without a window and without a network. Every laptop
of a facilitator has one of them, it sets text and pictures exactly as the page shows them, it runs
the scripts that slides need, and its PDF carries headings and alternative texts for screen
readers. A library for PDF would be another megabyte of code that sets the same page differently.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from thousandfold.errors import ExplainedError
from thousandfold.writing import make_folder, write_whole

_NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "microsoft-edge",
    "msedge",
)
_PLACES = {
    "darwin": (
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        "/Applications/Chromium.app/Contents/MacOS/Chromium",
        "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    ),
    "win32": (
        r"Google\Chrome\Application\chrome.exe",
        r"Microsoft\Edge\Application\msedge.exe",
        r"Chromium\Application\chrome.exe",
    ),
}
_OPTIONS = (
    "--headless",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
    "--no-pdf-header-footer",
    "--generate-pdf-document-outline",
    "--virtual-time-budget=20000",  # what a script does in its first twenty seconds is awaited
)


class NoPrinterError(ExplainedError):
    """There is no browser here, or it does not print, as where it may not start its sandbox."""


def find_browser() -> Path | None:
    """Return a browser that prints to PDF, or None; ``THOUSANDFOLD_BROWSER`` names another."""
    chosen = os.environ.get("THOUSANDFOLD_BROWSER")
    if chosen:
        return Path(chosen) if Path(chosen).is_file() else None
    for name in _NAMES:
        if found := shutil.which(name):
            return Path(found)
    roots = [os.environ.get(name, "") for name in ("PROGRAMFILES", "PROGRAMFILES(X86)")]
    for place in _PLACES.get(sys.platform, ()):
        for path in (Path(root) / place for root in roots) if roots[0] else [Path(place)]:
            if path.is_file():
                return path
    return None


def write_pdf(page: str | Path, target: Path, *, query: str = "", seconds: float = 180) -> None:
    """Print a page to a PDF file, whole or not at all.

    Nothing is fetched from the network. Size and margins of the paper are those of the page's own
    ``@page`` rule. Scripts run, as slides need them; a page that holds what a learner wrote forbids
    them itself, by a Content-Security-Policy.

    Parameters
    ----------
    page : str or path
        The HTML itself, or the path of a file that holds it (then its neighbours can be used).
    target : path
        The PDF to write; a file that stands there is replaced.
    query : str, optional
        What stands behind the question mark of the address, such as ``"print-pdf"``.
    seconds : float, optional
        After this time the browser is stopped.

    Raises
    ------
    NoPrinterError
        If there is no browser, or it does not print the page.
    ExplainedError
        If it takes too long, or the file cannot be written.
    """
    browser = find_browser()
    if browser is None:
        raise NoPrinterError(
            "a PDF is printed by Chromium, Chrome or Edge, and none was found here. Open the HTML "
            "page in any browser and choose Print, Save as PDF; or set THOUSANDFOLD_BROWSER to "
            "the program"
        )
    # A browser in a container of its own, as Ubuntu's is, may see its user's folders and no other.
    beside = make_folder(target.resolve().parent)  # now: nobody waits for a page in vain
    for place in (None, beside) if os.access(beside, os.W_OK) else (None,):
        if content := _printed(browser, page, query, seconds, place):
            write_whole(target, content)
            return
    raise NoPrinterError(
        f"{browser.name} did not print the page. Open the HTML page in it and choose Print, Save "
        "as PDF"
    )


def print_page(content: str, target: Path) -> Path:
    """Print a page to a PDF file, or write the page itself where no browser prints.

    Parameters
    ----------
    content : str
        The page.
    target : path
        The PDF to write; the page gets the same name.

    Returns
    -------
    pathlib.Path
        What was written.

    Raises
    ------
    ExplainedError
        If it takes too long, the file cannot be written, or the page would replace another one.
    """
    try:
        write_pdf(content, target)
    except NoPrinterError:
        instead = target.with_suffix(".html")
        if instead.exists() and not _holds(instead, content):
            raise ExplainedError(
                f"no Chromium, Chrome or Edge prints here, and {instead} is there already. To have "
                f"a page in its place, say --output {instead}; else name another file"
            ) from None
        return write_whole(instead, content)
    return target


def _holds(page: Path, content: str) -> bool:
    try:
        return page.read_bytes() == content.encode()
    except OSError:
        return False


def unprinted(written: Iterable[Path]) -> str:
    """Return what to do with pages that no browser here has printed; nothing if there are none.

    Parameters
    ----------
    written : iterable of path
        What was to be PDF.
    """
    pages = [path.name for path in written if path.suffix == ".html"]
    if not pages:
        return ""
    one = len(pages) == 1
    what = f"{pages[0]} is a page" if one else "these are pages"
    return (
        f"no Chromium, Chrome or Edge prints here, so {what}, not PDF; open "
        f"{'it' if one else 'them'} in any browser and print"
    )


def _printed(
    browser: Path, page: str | Path, query: str, seconds: float, place: Path | None
) -> bytes:
    """Return the PDF, or nothing if the browser did not write one in a folder at `place`."""
    with tempfile.TemporaryDirectory(prefix="thousandfold-", dir=place) as folder:
        home = Path(folder)
        if isinstance(page, str):
            source = home / "page.html"
            source.write_text(page, encoding="utf-8")
        else:
            source = page.resolve()
        printed = home / "page.pdf"
        options = [*_OPTIONS, f"--user-data-dir={home / 'profile'}", f"--print-to-pdf={printed}"]
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            options.append("--no-sandbox")  # Chromium refuses to start as root without it
        address = source.as_uri() + (f"?{query}" if query else "")
        _run([str(browser), *options, address], seconds, home)
        content = printed.read_bytes() if printed.is_file() else b""
    return content if content.startswith(b"%PDF") else b""


def _run(command: list[str], seconds: float, folder: Path) -> None:
    nothing = subprocess.DEVNULL
    try:
        process = subprocess.Popen(
            command,
            stdin=nothing,
            stdout=nothing,
            stderr=nothing,
            cwd=folder,
            start_new_session=True,
        )
    except OSError as error:
        raise NoPrinterError(f"{command[0]} does not start: {error.strerror}") from error
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired as error:
        raise ExplainedError(
            f"{Path(command[0]).name} did not print the page within {seconds:.0f} seconds. Run "
            "the command again, or open the HTML page and choose Print, Save as PDF"
        ) from error
    finally:
        if process.poll() is None:
            _stop(process)


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Stop the browser and all that it started."""
    if sys.platform == "win32":
        process.kill()
    else:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
