"""Run the tests that compare digits as other processors compute them: `make test-processors`.

How a number ends depends on the instructions that a processor has. A variant takes some of them
away, for pytest and all that it starts, and gives strings another order in sets. What compares no
digits is left to `make test`: what needs a browser, a server or the whole of nbgrader, words, types
and the places of marks on a figure.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# What decides how a number ends, and the variable that chooses.
PARTS = {
    "OpenBLAS": "OPENBLAS_CORETYPE",
    "numpy": "NPY_DISABLE_CPU_FEATURES",
    "glibc": "GLIBC_TUNABLES",
}
LEFT_OUT = (
    # A server, a kernel of a browser, the whole of nbgrader, a program of its own.
    *("grading", "facilitation", "repository", "room", "test_binder.py", "test_class.py"),
    *("test_cli.py", "test_environment.py", "test_hub.py", "test_interrupts.py", "test_kit.py"),
    *("test_new_module.py", "test_notebooks.py", "test_serve_site.py", "test_set_up.py"),
    *("test_speed.py", "test_tables.py", "test_lti_launch.py", "test_points_back.py"),
    *("test_data_package.py", "test_distributions.py", "test_images.py", "test_start.py"),
    # The house itself, types and words.
    *("test_arguments.py", "test_docstrings.py", "test_glossary.py", "test_handbook.py"),
    *("test_release_check.py", "test_said_once.py", "test_translation.py", "test_workflows.py"),
    *("test_house.py", "test_outputs.py", "test_patience.py", "test_personal.py"),
    *("test_plans_asked_for.py", "test_rooms.py", "test_security.py", "test_surface.py"),
    *("teaching/test_stumbles.py", "teaching/test_study.py"),
    # Where marks lie on a figure; what its words say of its numbers is in test_every_picture.py.
    *("drawing/test_colours.py", "drawing/test_drawing.py", "drawing/test_drawn_kinds.py"),
    *("drawing/test_narrow.py", "drawing/test_recorded.py", "drawing/test_translated_pictures.py"),
)
PROBE = """
import hashlib, math, numpy, scipy.linalg
square = numpy.random.default_rng(0).random((200, 200))
for digits in (
    [numpy.linalg.inv(square), scipy.linalg.inv(square)],
    [numpy.exp(square), numpy.tanh(square)],
    [math.exp(x) for x in square.flat],
):
    print(hashlib.sha256(numpy.array(digits).tobytes()).hexdigest())
print(*numpy.show_config(mode="dicts")["SIMD Extensions"].get("found", []))
"""


def environment(variables: dict[str, str]) -> dict[str, str]:
    """Return the environment with these choices, and no others."""
    chosen = ("OPENBLAS_", "PYTHONHASHSEED", *PARTS.values())
    kept = {name: value for name, value in os.environ.items() if not name.startswith(chosen)}
    return kept | variables


def probe(variables: dict[str, str]) -> tuple[dict[str, str], str]:
    """Return what each part computes in this environment, and what numpy could do without."""
    run = subprocess.run(
        [sys.executable, "-c", PROBE],
        env=environment(variables),
        capture_output=True,
        text=True,
        check=True,
    )
    *digits, features = run.stdout.splitlines()
    return dict(zip(PARTS, digits, strict=True)), features


def variants(features: str) -> dict[str, dict[str, str]]:
    """Return what each variant chooses, by name; each has an order of strings of its own."""
    found = {
        f"{core.lower()}-{threads}": {
            PARTS["OpenBLAS"]: core,
            "OPENBLAS_NUM_THREADS": str(threads),
        }
        for core in ("Haswell", "Sandybridge", "Nehalem")
        for threads in (1, 2)
    }
    found["numpy"] = {PARTS["numpy"]: features}
    found["glibc"] = {PARTS["glibc"]: "glibc.cpu.hwcaps=-AVX2,-FMA,-FMA4"}
    found["oldest"] = found["nehalem-1"] | found["numpy"] | found["glibc"]
    return {
        name: variables | {"PYTHONHASHSEED": str(seed)}
        for seed, (name, variables) in enumerate(found.items(), start=1)
    }


def test(variables: dict[str, str]) -> bool:
    """Run the tests in one variant."""
    ignored = [f"--ignore=tests/{name}" for name in LEFT_OUT]
    chosen = [*ignored, "-m", "not browser and not site"]
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *chosen],
        cwd=ROOT,
        env=environment(variables),
        check=False,
    )
    return run.returncode == 0


def main() -> int:
    """Test the variants that are named, or all, and say which this machine cannot stand in for."""
    here, features = probe({})
    known = variants(features)
    named = sys.argv[1:] or list(known)
    if unknown := set(named) - set(known):
        print(f"There is no {', '.join(unknown)}; choose from: {', '.join(known)}")
        return 2
    results = {}
    for name in named:
        there, _ = probe(known[name])
        asked = {part for part, variable in PARTS.items() if variable in known[name]}
        same = {part for part in asked if there[part] == here[part]}
        told = f"; the same digits as without: {', '.join(sorted(same))}" if same else ""
        if same == asked:
            results[name] = f"not run{told}"
            continue
        print(name, flush=True)
        begun = time.monotonic()
        result = "passed" if test(known[name]) else "FAILED"
        results[name] = f"{result} in {time.monotonic() - begun:.0f} s{told}"
    for name, result in results.items():
        print(f"{name}: {result}")
    return int(any(result.startswith("FAILED") for result in results.values()))


if __name__ == "__main__":
    sys.exit(main())
