"""What the Python of a browser gets: wheels, and the lock in which Pyodide looks them up.

Compiled packages come from a distribution of Pyodide; what is pure Python comes with the versions
and hashes of `requirements-site.lock`. A package that not every lesson needs comes when it is
imported: `site/when_imported.py` sees to it.

`python tools/site_wheels.py FOLDER` pins another version of Pyodide: it reads FOLDER's
`pyodide-lock.json` (npm package `pyodide`) and writes `site/pyodide-lock.json`.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import sys
import zipfile
from contextlib import suppress
from dataclasses import dataclass
from email.parser import HeaderParser
from pathlib import Path
from typing import Any

import ends_together
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
PINNED = ROOT / "site" / "pyodide-lock.json"
REQUIREMENTS = ROOT / "requirements-site.lock"

# The kernel needs these before the first cell; named here, they load while Python starts.
KERNEL = (
    *("micropip", "piplite", "ipykernel", "comm", "pyodide-kernel", "jedi", "ipython"),
    "when-imported",
)
MADE_HERE = {"jedi", "when-imported"}
WHEN_IMPORTED = ROOT / "site" / "when_imported.py"
# What a kernel runs first, in the learner's namespace: nothing of it stays there.
AT_START = "workshop.start"
START = """import when_imported
del when_imported
get_ipython().Completer.use_jedi = False
"""
# What every lesson imports comes at once; all else comes when it is imported.
IN_EVERY_LESSON = ("numpy", "matplotlib", "ipywidgets")
# What others name, and import only for what no lesson does.
LATER = {"fonttools", "parso", "pytz", "tzdata"}
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
        done = ends_together.run([*command, "--dest", str(folder), "-r", str(part)])
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
    """Build the wheel of this package, without the lessons: the site has them beside it."""
    shutil.rmtree(folder, ignore_errors=True)
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    done = ends_together.run(command, cwd=ROOT)
    if done.returncode:
        raise SiteError(f"the package cannot be built:\n{done.stderr.strip()[-600:]}")
    whole = next(folder.glob("*.whl"))
    slim = folder / "slim" / whole.name
    slim.parent.mkdir()
    with zipfile.ZipFile(whole) as old, zipfile.ZipFile(slim, "w", zipfile.ZIP_DEFLATED) as new:
        for information in old.infolist():
            if not information.filename.startswith("thousandfold/workshop/"):
                new.writestr(information, old.read(information))
    return Wheel(slim)


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
        if name in packages or name in MADE_HERE:
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
    for found in packages.values():
        found["depends"] = [name for name in found["depends"] if name not in LATER]
    packages[own.name]["depends"] = list(IN_EVERY_LESSON)
    packages |= _made_here(folder)
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


def _made_here(folder: Path) -> dict[str, Entry]:
    """Return what stands in no index: what loads the others, and what the kernel insists on."""
    source = WHEN_IMPORTED.read_text(encoding="utf-8")
    loader = write_wheel(folder, WHEN_IMPORTED.stem, {WHEN_IMPORTED.name: source, AT_START: START})
    # The kernel insists on the name, and IPython completes names without it: it has 5,600 files.
    nothing = write_wheel(folder, "jedi", {})
    return {
        "when-imported": entry("when-imported", loader, [WHEN_IMPORTED.stem], [], "0"),
        "jedi": entry("jedi", nothing, [], [], "0"),
    }


def write_wheel(folder: Path, name: str, files: dict[str, str]) -> Path:
    """Write a wheel of pure Python, the same bytes each time."""
    path = folder / f"{name}-0-py3-none-any.whl"
    information = f"{name}-0.dist-info"
    metadata = {
        "METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 0\n",
        "WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        "RECORD": "",
    }
    with zipfile.ZipFile(path, "w") as archive:
        for file, text in files.items():
            archive.writestr(zipfile.ZipInfo(file), text)
        for file, text in metadata.items():
            archive.writestr(zipfile.ZipInfo(f"{information}/{file}"), text)
    return path


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
