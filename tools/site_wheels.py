"""What the Python of a browser gets: wheels, and the lock in which Pyodide looks them up.

Compiled packages come from a distribution of Pyodide; what is pure Python comes with the versions
and hashes of `requirements-site.lock`. Each room of `thousandfold` is an entry of its own, with
what its names need: Pyodide sees which module a cell imports from, and not which name.

`python tools/site_wheels.py FOLDER` pins another version of Pyodide: it reads FOLDER's
`pyodide-lock.json` (npm package `pyodide`) and writes `site/pyodide-lock.json`.
"""

from __future__ import annotations

import ast
import hashlib
import json
import re
import shutil
import subprocess
import sys
import zipfile
from contextlib import suppress
from dataclasses import dataclass
from email.parser import HeaderParser
from pathlib import Path
from typing import Any

from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import thousandfold
from thousandfold import models

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "thousandfold"
PINNED = ROOT / "site" / "pyodide-lock.json"
REQUIREMENTS = ROOT / "requirements-site.lock"

# The kernel needs these before the first cell; named here, they load while Python starts.
KERNEL = ("micropip", "piplite", "ipykernel", "comm", "pyodide-kernel", "jedi", "ipython")
# JupyterLite serves what these hold for the page; their Python is never imported.
LEFT_OUT = {"jupyterlab-widgets", "widgetsnbextension"}
BROWSER = {
    "python_version": "3.14",
    "python_full_version": "3.14.0",
    "sys_platform": "emscripten",
    "platform_system": "Emscripten",
    "platform_machine": "wasm32",
    "os_name": "posix",
    "implementation_name": "cpython",
    "platform_python_implementation": "CPython",
    "extra": "",
}

Entry = dict[str, Any]


class SiteError(Exception):
    """The site cannot be built or served; the message says why and what to do."""


@dataclass(frozen=True)
class Wheel:
    """One wheel, known by its file alone.

    Attributes
    ----------
    path : pathlib.Path
    """

    path: Path

    @property
    def name(self) -> str:
        """Name as locks spell it: lower case, with hyphens."""
        return canonicalize_name(self.path.name.split("-")[0])

    def entry(self) -> Entry:
        """Return what a lock of Pyodide says of it."""
        with zipfile.ZipFile(self.path) as archive:
            names = archive.namelist()
            information = next(name for name in names if name.endswith(".dist-info/METADATA"))
            metadata = HeaderParser().parsestr(archive.read(information).decode())
        needed = map(Requirement, metadata.get_all("Requires-Dist", []))
        return entry(
            self.name,
            self.path,
            imports=sorted({name.split("/")[0] for name in names if name.endswith("/__init__.py")}),
            depends=sorted(
                canonicalize_name(one.name)
                for one in needed
                if one.marker is None or one.marker.evaluate(BROWSER)
            ),
            version=self.path.name.split("-")[1],
        )


def entry(name: str, path: Path, imports: list[str], depends: list[str], version: str) -> Entry:
    """Return one entry of a lock for a wheel that stands beside the lock."""
    return {
        "name": name,
        "version": version,
        "file_name": path.name,
        "install_dir": "site",
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "package_type": "package",
        "imports": imports,
        "depends": [name for name in depends if name not in LEFT_OUT],
        "unvendored_tests": False,
    }


def compiled(lock: dict[str, Any]) -> dict[str, Entry]:
    """Return the entries of a lock of Pyodide by name as locks spell it."""
    return {canonicalize_name(name): found for name, found in lock["packages"].items()}


def is_pure(found: Entry) -> bool:
    """Say whether an entry is pure Python, which we rather take with our own pins."""
    return str(found["file_name"]).endswith("-none-any.whl")


def pinned(requirements: Path = REQUIREMENTS) -> dict[str, str]:
    """Return the line for pip, with hashes, of each package that our own lock gives a browser."""
    found: dict[str, str] = {}
    lines = re.sub(r"\\\n", " ", requirements.read_text(encoding="utf-8")).splitlines()
    for line in lines:
        pin = re.match(r"([\w.-]+)(?:\[.*\])?==(\S+)\s*(?:;(.*?))?\s+(--hash=.*)", line)
        if pin and (not pin[3] or Marker(pin[3]).evaluate(BROWSER)):
            found[canonicalize_name(pin[1])] = f"{pin[1]}=={pin[2]} {pin[4].strip()}"
    return found


def fetch(names: list[str], folder: Path) -> dict[str, Wheel]:
    """Download pure wheels, exactly those of our lock; what is there already is kept.

    Raises
    ------
    SiteError
        If pip cannot get one.
    """
    folder.mkdir(parents=True, exist_ok=True)
    pins = pinned()
    wanted = folder / "requirements.txt"
    text = "".join(f"{pins[name]}\n" for name in names)
    if not wanted.is_file() or wanted.read_text(encoding="utf-8") != text:
        for old in folder.glob("*.whl"):
            old.unlink()
        part = folder / "requirements.part"
        part.write_text(text, encoding="utf-8")
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
        command += ["--disable-pip-version-check", "--require-hashes", "--only-binary=:all:"]
        command += ["--platform=any", "--implementation=py", "--abi=none", "--python-version=3.14"]
        done = subprocess.run(
            [*command, "--dest", str(folder), "-r", str(part)], capture_output=True, text=True
        )
        if done.returncode:
            raise SiteError(
                "the packages that browsers need cannot be downloaded; the first `make site` needs "
                f"a network, later ones do not. pip says:\n{done.stderr.strip()[-600:]}"
            )
        part.replace(wanted)
    wheels = map(Wheel, sorted(folder.glob("*.whl")))
    return {wheel.name: wheel for wheel in wheels}


def kernel_wheels() -> dict[str, Wheel]:
    """Return the wheels that the kernel for browsers brings along."""
    places = Path(sys.prefix) / "share" / "jupyter" / "labextensions" / "@jupyterlite"
    wheels = map(Wheel, places.glob("pyodide-kernel-extension/static/pypi/*.whl"))
    found = {wheel.name: wheel for wheel in wheels if wheel.name not in LEFT_OUT}
    if not found:
        raise SiteError("JupyterLite's Python kernel is not installed: `make site` installs it")
    return found


def own_wheel(folder: Path) -> Wheel:
    """Build the wheel of this package."""
    shutil.rmtree(folder, ignore_errors=True)
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        raise SiteError(f"the package cannot be built:\n{done.stderr.strip()[-600:]}")
    return Wheel(next(folder.glob("*.whl")))


def assemble(official: dict[str, Any], folder: Path, cache: Path) -> dict[str, Any]:
    """Put all wheels that are not Pyodide's into `folder` and return the lock of all.

    Parameters
    ----------
    official : dict
        The lock of a distribution of Pyodide.
    folder : Path
        Where wheels and lock will stand.
    cache : Path
        What is kept between builds.

    Returns
    -------
    dict
        A lock with only what the workshop needs. Entries of Pyodide are unchanged but for what
        they depend on.
    """
    theirs, kernel, own = compiled(official), kernel_wheels(), own_wheel(cache / "own")
    ours = {**kernel, own.name: own}
    wheels = {**fetch(_candidates(ours, theirs), cache / "pure"), **ours}
    packages: dict[str, Entry] = {}
    waiting = [*KERNEL, own.name]
    while waiting:
        name = waiting.pop()
        if name in packages:
            continue
        if name in theirs and not is_pure(theirs[name]):
            packages[name] = {**theirs[name], "name": name}
        elif name in wheels:
            packages[name] = wheels[name].entry()
            shutil.copy2(wheels[name].path, folder)
        elif name in theirs:
            packages[name] = {**theirs[name], "name": name}
        else:
            raise SiteError(
                f"{name} is needed in the browser, but neither Pyodide nor {REQUIREMENTS.name} "
                "has it: add it to the group `site` in pyproject.toml and run `make lock`"
            )
        depends = [canonicalize_name(one) for one in packages[name]["depends"]]
        packages[name]["depends"] = depends
        waiting += depends
    packages |= _modules(own, packages, folder)
    return {"info": official["info"], "packages": packages}


def _candidates(ours: dict[str, Wheel], theirs: dict[str, Entry]) -> list[str]:
    """Return which of our pins may be needed, by what is installed here: one run of pip is enough.

    What a browser gets is then read from the wheels themselves.
    """
    from importlib.metadata import PackageNotFoundError, requires

    found: set[str] = set()
    waiting = [*KERNEL, *ours]
    while waiting:
        name = canonicalize_name(waiting.pop())
        if name in found or name in LEFT_OUT:
            continue
        found.add(name)
        if name in ours:
            waiting += ours[name].entry()["depends"]
        elif name in theirs and not is_pure(theirs[name]):
            waiting += theirs[name]["depends"]
        else:
            with suppress(PackageNotFoundError):
                wanted = map(Requirement, requires(name) or [])
                waiting += [w.name for w in wanted if not w.marker or w.marker.evaluate(BROWSER)]
    pure = {name for name in found if name not in theirs or is_pure(theirs[name])}
    return sorted(pure & set(pinned()) - set(ours))


def _modules(own: Wheel, packages: dict[str, Entry], folder: Path) -> dict[str, Entry]:
    """Let each room of ours, and the package itself, bring what its names need.

    Pyodide loads by what a cell imports, and knows dotted names. An entry must have a wheel, so
    modules share one that is empty.
    """
    empty = folder / "module-0-py3-none-any.whl"
    with zipfile.ZipFile(empty, "w") as archive:
        information = "module-0.dist-info"
        metadata = "Metadata-Version: 2.1\nName: module\nVersion: 0\n"
        archive.writestr(zipfile.ZipInfo(f"{information}/METADATA"), metadata)
        wheel = "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        archive.writestr(zipfile.ZipInfo(f"{information}/WHEEL"), wheel)
        archive.writestr(zipfile.ZipInfo(f"{information}/RECORD"), "")
    by_import = {top: name for name, found in packages.items() for top in found["imports"]}
    needs = module_needs()
    entries: dict[str, Entry] = {}
    for module, imported in needs.items():
        depends = {by_import[top] for top in imported if top in by_import} - {own.name}
        if module == own.name:
            packages[own.name]["depends"] = sorted({"numpy", *depends})
        elif module.count(".") == 1 and depends - {"numpy"}:
            name = canonicalize_name(module)
            entries[name] = entry(name, empty, [module], sorted({own.name, *depends}), "0")
    return entries


def module_needs(package: Path = PACKAGE) -> dict[str, set[str]]:
    """Return what each module imports from elsewhere, itself or through others of the package.

    What is imported inside a function counts, what only types need does not.
    """
    trees = {}
    for path in package.rglob("*.py"):
        parts = [package.name, *path.relative_to(package).with_suffix("").parts]
        dotted = ".".join(parts).removesuffix(".__init__")
        trees[dotted] = ast.parse(path.read_text(encoding="utf-8"))
    direct = {module: _imports(tree, set(trees)) for module, tree in trees.items()}
    # What these load by name when it is asked for, a cell that imports them may ask for.
    for lazy in (thousandfold, models):
        direct[lazy.__name__] |= {*lazy.FILE_OF.values()}
    return {module: _reached(module, direct, set()) for module in direct}


def _imports(tree: ast.AST, ours: set[str]) -> set[str]:
    found: set[str] = set()
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            full = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= full & ours if full <= ours else {node.module, *(full & ours)}
        found |= _imports(node, ours)
    return found


def _reached(module: str, direct: dict[str, set[str]], seen: set[str]) -> set[str]:
    found: set[str] = set()
    seen.add(module)
    for name in direct[module]:
        if name not in direct:
            found.add(name.split(".")[0])
        elif name not in seen:
            found |= _reached(name, direct, seen)
    return found


def main() -> int:
    """Pin the compiled packages of another version of Pyodide."""
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    folder = Path(sys.argv[1])
    official = json.loads((folder / "pyodide-lock.json").read_text(encoding="utf-8"))
    version = json.loads((folder / "package.json").read_text(encoding="utf-8"))["version"]
    theirs, pins = compiled(official), pinned()
    needed: set[str] = set()
    waiting = [name for name in (*KERNEL, *_wanted()) if name in theirs]
    while waiting:
        name = waiting.pop()
        if name not in needed and (not is_pure(theirs[name]) or name not in pins):
            needed.add(name)
            waiting += map(canonicalize_name, theirs[name]["depends"])
    packages = {name: theirs[name] for name in sorted(needed)}
    text = json.dumps(
        {"version": version, "info": official["info"], "packages": packages}, indent=1
    )
    PINNED.write_text(text + "\n", encoding="utf-8")
    print(f"{PINNED}: Pyodide {version}, {', '.join(packages)}")
    return 0


def _wanted() -> set[str]:
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return {canonicalize_name(Requirement(line).name) for line in project["dependencies"]}


if __name__ == "__main__":
    sys.exit(main())
