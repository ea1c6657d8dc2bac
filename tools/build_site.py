"""Build the workshop for browsers, as `make site` does: nothing to install.

Writes a static site to `dist/site`: the book with its first page, and beside it JupyterLab with
every lesson, every exercise (never a solution), the data sets and the package. Any static host
can serve it.

Without `--pyodide`, Python itself comes from the address of Pyodide's own network when a learner
opens a lesson. With `--pyodide FOLDER_OR_ARCHIVE` (a full distribution of Pyodide) the site
holds everything and needs no internet.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import ends_together
from build_book import LAB, book, replace_folder
from course import FOR_LEARNERS
from one_at_a_time import alone
from personal import refuse_what_is_personal
from site_bytecode import compile_all
from site_wheels import AT_START, KERNEL, PINNED, ROOT, SiteError, assemble
from study import study as make_study

from thousandfold.errors import ExplainedError, verb
from thousandfold.facilitation.notebooks import version_of
from thousandfold.facilitation.progress import GIVEN_OUT
from thousandfold.teaching.edition import FILE

OUTPUT = ROOT / "dist" / "site"
CACHE = ROOT / "build" / "site"
RUNTIME = "static/pyodide"
SITE_PACKAGES = "/lib/python3.14/site-packages"
CORE = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip")
# What JupyterLite takes along. Of JupyterLab's extensions, those that mean something here.
EXTENSIONS = (
    "anywidget",
    "@jupyter-widgets/jupyterlab-manager",
    "@jupyterlite/pyodide-kernel-extension",
    "thousandfold",
)
SETTINGS = "@jupyterlite/pyodide-kernel-extension:kernel"


def unpack(given: Path, cache: Path) -> Path:
    """Return the folder of a distribution of Pyodide that was given as a folder or an archive.

    Raises
    ------
    SiteError
        If it is neither, or not a distribution of Pyodide.
    """
    folder = given
    if given.is_file():
        folder = cache / f"pyodide-{given.stat().st_size}-{given.stat().st_mtime_ns}"
        if not folder.is_dir():
            part = folder.with_suffix(".part")
            shutil.rmtree(part, ignore_errors=True)
            part.mkdir(parents=True)
            try:
                # Whoever made the archive, nothing is written outside the folder.
                safe = {} if given.suffix == ".zip" else {"filter": "data"}
                shutil.unpack_archive(given, part, **safe)  # type: ignore[arg-type]
            except (OSError, ValueError, shutil.ReadError) as error:
                shutil.rmtree(part, ignore_errors=True)
                raise SiteError(f"{given} cannot be unpacked: {error}") from error
            part.replace(folder)
    found = [path.parent for path in (*folder.glob(CORE[0]), *folder.glob(f"*/{CORE[0]}"))]
    if not found:
        raise SiteError(
            f"{given} is no distribution of Pyodide: there is no {CORE[0]} in it. Download the "
            "archive pyodide-VERSION.tar.bz2 of a release and name it: make site PYODIDE=…"
        )
    return found[0]


def self_contained(source: Path, folder: Path) -> dict[str, Any]:
    """Copy Pyodide and the compiled packages that are needed into `folder`; return the lock.

    Raises
    ------
    SiteError
        If a file is missing, or is not the one that Pyodide's lock describes.
    """
    for name in (*CORE, "pyodide-lock.json"):
        if not (source / name).is_file():
            raise SiteError(f"{source} lacks {name}: take a whole distribution of Pyodide")
    for name in CORE:
        shutil.copy2(source / name, folder)
    official = json.loads((source / "pyodide-lock.json").read_text(encoding="utf-8"))
    lock = assemble(official, folder, CACHE)
    for name, found in lock["packages"].items():
        target = folder / found["file_name"]
        if target.is_file():
            continue
        wheel = source / found["file_name"]
        if not wheel.is_file():
            raise SiteError(f"{source} lacks {wheel.name}: take a whole distribution of Pyodide")
        if hashlib.sha256(wheel.read_bytes()).hexdigest() != found["sha256"]:
            raise SiteError(f"{wheel} is not the {name} that pyodide-lock.json describes")
        shutil.copy2(wheel, target)
    archives = sorted([*folder.glob("*.whl"), folder / CORE[-1]])
    if not compile_all(archives, source, CACHE / "compiled"):
        print("There is no Node.js: Python's files are not compiled, and lessons start slower.")
    for found in lock["packages"].values():
        found["sha256"] = hashlib.sha256((folder / found["file_name"]).read_bytes()).hexdigest()
    return lock


def from_network(folder: Path) -> dict[str, Any]:
    """Return the lock of a site whose compiled packages stay where Pyodide publishes them."""
    from jupyterlite_pyodide_kernel.constants import PYODIDE_CDN_URL, PYODIDE_VERSION

    official = json.loads(PINNED.read_text(encoding="utf-8"))
    if official["version"] != PYODIDE_VERSION:
        raise SiteError(
            f"JupyterLite wants Pyodide {PYODIDE_VERSION}, but {PINNED.name} pins "
            f"{official['version']}: run tools/site_wheels.py as its first lines say"
        )
    lock = assemble(official, folder, CACHE)
    for found in lock["packages"].values():
        if not (folder / found["file_name"]).is_file():
            found["file_name"] = f"{PYODIDE_CDN_URL}/{found['file_name']}"
    return lock


def settings(where: str, given_out: int) -> dict[str, Any]:
    """Return what JupyterLite is told: where Python is, and to ask no package registry.

    Python is told the time of the files, by which it knows what a learner saved.
    """
    kernel = {
        "pyodideUrl": where,
        "disablePyPIFallback": True,
        "loadPyodideOptions": {
            "lockFileURL": f"./{RUNTIME}/pyodide-lock.json",
            "packages": list(KERNEL),
            "env": {"PYTHONSTARTUP": f"{SITE_PACKAGES}/{AT_START}", GIVEN_OUT: str(given_out)},
        },
    }
    return {
        "jupyter-lite-schema-version": 0,
        "jupyter-config-data": {
            "appName": "Thousandfold",
            "exposeAppInBrowser": True,  # for whoever tests a site
            "litePluginSettings": {SETTINGS: kernel},
        },
    }


def contents(folder: Path, given_out: int, *, study: bool) -> None:
    """Put together what a learner sees in the file browser, all of one time; for study one more."""
    for pattern in FOR_LEARNERS:
        for path in sorted(ROOT.glob(pattern)):
            target = folder / path.relative_to(ROOT)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, target)
            if path.suffix == ".ipynb":
                refuse_what_is_personal(path.name, path.read_bytes())
                target.write_text(with_version(path), encoding="utf-8")
            os.utime(target, (given_out, given_out))
    told = [path for path in folder.rglob("*.ipynb") if b"BEGIN SOLUTION" in path.read_bytes()]
    told += [path for path in folder.rglob("*.ipynb") if b"BEGIN HIDDEN" in path.read_bytes()]
    if told:
        raise SiteError(f"{told[0].name} holds answers: run `{verb('release')}`. Nothing was built")
    if study:
        (folder / FILE).write_bytes(make_study())


def with_version(path: Path) -> str:
    """Return a notebook that says its version: a browser keeps copies of those that it had."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    notebook["metadata"]["thousandfold"] = {"version": version_of(notebook)}
    return json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"


def jupyterlite(lite: Path, files: Path, target: Path) -> None:
    """Run JupyterLite's own build."""
    labextensions = Path(sys.prefix) / "share" / "jupyter" / "labextensions"
    configuration = {
        "LiteBuildConfig": {
            "ignore_sys_prefix": ["federated_extensions"],
            "federated_extensions": [str(labextensions / name) for name in EXTENSIONS],
            "apps": ["lab"],
            "no_sourcemaps": True,
            "no_unused_shared_packages": True,
        }
    }
    (lite / "jupyter_lite_config.json").write_text(json.dumps(configuration), encoding="utf-8")
    command = [sys.executable, "-m", "jupyterlite_core", "build", "--lite-dir", str(lite)]
    command += ["--contents", str(files), "--output-dir", str(target)]
    done = ends_together.run(command, cwd=lite)
    if done.returncode:
        raise SiteError(
            f"JupyterLite cannot build the site:\n{(done.stdout + done.stderr).strip()[-2000:]}"
        )


def tell_sessions_apart(site: Path) -> None:
    """Let a lesson and its exercise, two files of one name, have a kernel each.

    JupyterLite 0.8.6 looks for a running session by the name of the file without its folder: after
    a lesson its exercise gets no kernel. The path tells them apart.

    Raises
    ------
    SiteError
        If JupyterLite's script has changed, and with it perhaps the need for this.
    """
    by_name = re.compile(
        r"(\{path:(\w+),name:(\w+)\}=\w+,\w+=this\._sessions\.find\((\w+)=>\4\.)name===\3(?=\))"
    )
    changed = 0
    for script in (site / "build").rglob("*.js"):
        text = script.read_text(encoding="utf-8")
        if "_sessions.find(" in text:
            mended, count = by_name.subn(r"\1path===\2", text)
            changed += count
            if count:
                script.write_text(mended, encoding="utf-8")
    if changed != 1:
        raise SiteError(
            "JupyterLite is another than this site was made for: look whether a lesson and its "
            "exercise get a kernel each now, and adapt tell_sessions_apart in tools/build_site.py"
        )


def build(output: Path, pyodide: Path | None, repository: str = "", *, study: bool = False) -> None:
    """Build the site and put it in place of the one before, whole or not at all.

    Parameters
    ----------
    output : Path
        Folder of the site; what stands there is replaced if it is such a site.
    pyodide : Path, optional
        A distribution of Pyodide, as a folder or an archive; by default the network's.
    repository : str
        ``owner/name`` on GitHub, for a link to Binder; by default there is none.
    study : bool
        Whether it tells somebody alone if an answer is right.

    Raises
    ------
    SiteError
        If it cannot be built; the site before then still stands.
    """
    if output.exists() and any(output.iterdir()) and not (output / "jupyter-lite.json").is_file():
        raise SiteError(f"{output} holds other files; name a folder that is new or empty")
    with alone(CACHE), tempfile.TemporaryDirectory(prefix="work-", dir=CACHE) as temporary:
        made = _made(Path(temporary), pyodide, repository, study=study)
        replace_folder(output, made)


def add_book(site: Path, work: Path, repository: str) -> None:
    """Put the book at the top of the site: its first page is the site's.

    Raises
    ------
    SiteError
        If the book and JupyterLite both have something of one name.
    """
    pages = work / "book"
    book(pages, lab=LAB, repository=repository)
    both = {path.name for path in pages.iterdir()} & {path.name for path in site.iterdir()}
    if both - {"index.html"}:
        raise SiteError(
            f"the book and JupyterLite both have {', '.join(sorted(both))}: rename ours"
        )
    shutil.copytree(pages, site, dirs_exist_ok=True)


def _made(work: Path, pyodide: Path | None, repository: str, *, study: bool) -> Path:
    lite, files, made = work / "lite", work / "contents", work / "site"
    print("packages …", flush=True)
    lite.mkdir()
    runtime = work / "pyodide"
    runtime.mkdir()
    if pyodide is None:
        from jupyterlite_pyodide_kernel.constants import PYODIDE_CDN_URL

        lock, where = from_network(runtime), f"{PYODIDE_CDN_URL}/{CORE[0]}"
    else:
        lock, where = self_contained(unpack(pyodide, CACHE), runtime), f"./{RUNTIME}/{CORE[0]}"
    (runtime / "pyodide-lock.json").write_text(json.dumps(lock), encoding="utf-8")
    given_out = int(time.time())
    told = json.dumps(settings(where, given_out))
    (lite / "jupyter-lite.json").write_text(told, encoding="utf-8")
    shutil.copy2(ROOT / "site" / "overrides.json", lite)
    contents(files, given_out, study=study)
    print("JupyterLite …", flush=True)
    jupyterlite(lite, files, made)
    tell_sessions_apart(made)
    runtime.replace(made / RUNTIME)
    print("the book …", flush=True)
    add_book(made, work, repository)
    shutil.copy2(made / "lab" / "favicon.ico", made)  # browsers look for it at the top
    return made


def megabytes(folder: Path) -> float:
    """Return what a folder holds, in megabytes."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


def main(arguments: list[str] | None = None) -> int:
    """Build the site and say what came out."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--pyodide", type=Path, help="folder or archive of a whole distribution")
    parser.add_argument("--output", type=Path, default=OUTPUT, help="default: dist/site")
    parser.add_argument("--repository", default="", help="owner/name on GitHub, for Binder")
    parser.add_argument("--study", action="store_true", help="for whoever learns alone")
    options = parser.parse_args(arguments)
    started = time.perf_counter()
    try:
        build(options.output, options.pyodide, options.repository, study=options.study)
    except (SiteError, ExplainedError, OSError) as error:
        print(f"the site was not built: {error}", file=sys.stderr)
        return 1
    seconds = time.perf_counter() - started
    print(f"{options.output}: {megabytes(options.output):.0f} MB in {seconds:.0f} s.")
    print(f"To look at it, or to serve a room: {verb('serve-site')}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
