"""Compile what a browser's Python imports, so that it need not: the half of a start is compiling.

Bytecode belongs to one version of Python. So that it is the browser's, Pyodide itself compiles, in
Node.js; where there is none, a site works as well and starts slower. What was compiled once is
kept, by the hash of what it was made from.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
from pathlib import Path

import ends_together
from site_wheels import SiteError

# Readers look into our own files, and nobody into others'; without sources there is less to fetch.
WITH_SOURCES = "thousandfold"
# Large, and in few lessons: their bytecode would cost more to fetch than it saves.
AS_THEY_ARE = ("fonttools", "networkx", "scipy")
RUN = """
import { loadPyodide } from PYODIDE;
const pyodide = await loadPyodide();
pyodide.FS.mkdirTree("/given");
pyodide.mountNodeFS("/given", process.argv[1]);
pyodide.runPython(process.argv[2]);
"""
COMPILE = """
import zipfile
from importlib.util import source_hash
from importlib._bootstrap_external import _code_to_hash_pyc
from pathlib import Path

def packed(archive, name, data):
    information = zipfile.ZipInfo(name)
    information.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(information, data)

for path in sorted(Path("/given").glob("*.given")):
    name = path.name.removesuffix(".given")
    is_ours, place = name.startswith("WITH_SOURCES"), "/lib/python314.zip"
    if name.endswith(".whl"):
        place = "/lib/python3.14/site-packages"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(path.with_suffix(".part"), "w") as new:
        for file in old.namelist():
            if "/tests/" in file:
                continue
            data = old.read(file)
            if not file.endswith(".py") or name.startswith(AS_THEY_ARE):
                packed(new, file, data)
                continue
            try:
                code = compile(data, f"{place}/{file}", "exec", dont_inherit=True)
            except (SyntaxError, ValueError):  # a template, or a test of what is no Python
                packed(new, file, data)
                continue
            compiled = _code_to_hash_pyc(code, source_hash(data), checked=False)
            if is_ours:
                packed(new, file, data)
                folder, _, stem = file.rpartition("/")
                file = f"{folder}/__pycache__/{stem.removesuffix('.py')}.cpython-314.py"
            packed(new, f"{file}c", compiled)
    path.with_suffix(".part").rename(path.with_suffix(".done"))
""".replace("WITH_SOURCES", WITH_SOURCES).replace("AS_THEY_ARE", repr(AS_THEY_ARE))


def node() -> str | None:
    """Return where Node.js is, ours before the computer's."""
    here = str(Path(sys.executable).parent)
    return shutil.which("node", path=os.pathsep.join([here, os.environ.get("PATH", "")]))


def compile_all(archives: list[Path], pyodide: Path, cache: Path) -> bool:
    """Replace sources by bytecode in archives, in place; say whether it could be done.

    Parameters
    ----------
    archives : list of Path
        Wheels, and the archive of the standard library.
    pyodide : Path
        A distribution of Pyodide: its Python compiles.
    cache : Path
        What is kept between builds.

    Returns
    -------
    bool
        False where there is no Node.js; then nothing has changed.

    Raises
    ------
    SiteError
        If Pyodide does not run, or not to the end.
    """
    program = node()
    if program is None:
        return False
    cache.mkdir(parents=True, exist_ok=True)
    edition = hashlib.sha256((pyodide / "pyodide.asm.wasm").read_bytes() + COMPILE.encode())
    kept = {path: _kept(path, edition.copy(), cache) for path in archives}
    missing = {path: done for path, done in kept.items() if not done.is_file()}
    if missing:
        work = cache / "work"
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir()
        for path in missing:
            shutil.copy2(path, work / f"{path.name}.given")
        address = repr((pyodide.resolve() / "pyodide.mjs").as_uri())
        script = RUN.replace("PYODIDE", address)
        command = [program, "--input-type=module", "--eval", script, "--", str(work), COMPILE]
        done = ends_together.run(command)
        if done.returncode:
            raise SiteError(f"Python's files cannot be compiled:\n{done.stderr.strip()[-600:]}")
        for path, target in missing.items():
            (work / f"{path.name}.done").replace(target)
        shutil.rmtree(work)
    for path, done_before in kept.items():
        shutil.copyfile(done_before, path)
    for old in set(cache.iterdir()) - set(kept.values()):
        old.unlink()
    return True


def _kept(path: Path, edition: hashlib._Hash, cache: Path) -> Path:
    edition.update(path.read_bytes())
    return cache / f"{edition.hexdigest()[:32]}-{path.name}"
