"""Measure the site for browsers in Chromium, and write `benchmarks/SITE.md`.

`make benchmark-site` runs it.

Cold: an empty profile. Warm: the same profile, opened again. Each figure is the median of several
runs, on loopback; they depend on the machine, so measure on one that does nothing else.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import build_site
import fetch_for_tests
import serve_site
from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
RUNS = 3
MOVES = 10
LESSON = "06_communication"
MILLISECONDS = 300_000
OPTIONS = ["--disable-gpu", "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"]
HEAVY = ("ipywidgets", "matplotlib", "networkx", "pandas", "scipy")

READY = """path => window.jupyterapp?.shell?.currentWidget?.context?.path === path
    && window.jupyterapp.shell.currentWidget.content.widgets.length > 1"""
# A cell that is run before its kernel is there never ends.
KERNEL = """async () => {
    const session = window.jupyterapp.shell.currentWidget.sessionContext;
    await session.ready;
    return Boolean(await session.session?.kernel?.info);
}"""
RUN_FIRST = """async (wanted) => {
    // The first code cell, or all cells up to the first that shows a picture.
    const notebook = jupyterapp.shell.currentWidget.content;
    for (const [place, cell] of notebook.widgets.entries()) {
        if (cell.model.type !== "code") continue;
        notebook.activeCellIndex = place;
        await jupyterapp.commands.execute("notebook:run-cell");
        if (wanted === "cell") return;
        if (cell.node.querySelector(".jp-OutputArea-output img")) return;
    }
}"""
LOADED = """async () => {
    const kernel = jupyterapp.shell.currentWidget.sessionContext.session.kernel;
    const code = "import sys, pyodide_js\\nprint(*(f'{name}:{name in sys.modules}' "
        + "for name in pyodide_js.loadedPackages.to_py()))";
    let said = "";
    const future = kernel.requestExecute({code});
    future.onIOPub = ({content}) => { said += content.text ?? ""; };
    await future.done;
    return said;
}"""
RUN_ALL = "() => jupyterapp.commands.execute('notebook:run-all-cells')"
MOVE = """async () => {
    // From the key to the next picture on the screen.
    const handle = document.querySelector(".widget-slider .noUi-handle");
    const output = handle.closest(".jp-OutputArea-output");
    handle.focus();
    const before = output.querySelector("img").src, start = performance.now();
    handle.dispatchEvent(new KeyboardEvent("keydown", {key: "ArrowRight", bubbles: true}));
    while (output.querySelector("img").src === before && performance.now() - start < 20000)
        await new Promise(requestAnimationFrame);
    return performance.now() - start;
}"""


@contextmanager
def opened(playwright: Any, profile: Path, address: str, path: str) -> Iterator[tuple[Page, float]]:
    """Open a notebook in a browser; yield the page and when it was asked for."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    context = playwright.chromium.launch_persistent_context(
        profile, executable_path=chromium, args=OPTIONS, viewport={"width": 1400, "height": 900}
    )
    page = context.new_page()
    page.set_default_timeout(MILLISECONDS)
    started = time.perf_counter()
    page.goto(f"{address}lab/index.html?path={path}")
    page.wait_for_function(READY, arg=path)
    page.wait_for_function(KERNEL)
    yield page, started
    context.close()


def first(playwright: Any, address: str, wanted: str) -> tuple[float, float]:
    """Seconds from an address to the end of the first cell, or to the first figure: cold, warm."""
    with tempfile.TemporaryDirectory() as profile:
        seconds = []
        for _ in ("cold", "warm"):
            where = (playwright, Path(profile), address, f"notebooks/{LESSON}.ipynb")
            with opened(*where) as (page, started):
                page.evaluate(RUN_FIRST, wanted)
                seconds.append(time.perf_counter() - started)
    return seconds[0], seconds[1]


def slider_milliseconds(playwright: Any, address: str) -> float:
    """Median time from a key on a slider to a new figure."""
    with (
        tempfile.TemporaryDirectory() as profile,
        opened(playwright, Path(profile), address, f"notebooks/{LESSON}.ipynb") as (page, _),
    ):
        page.evaluate(RUN_ALL)
        page.locator(".widget-slider .noUi-handle").first.wait_for()
        return float(statistics.median(page.evaluate(MOVE) for _ in range(MOVES)))


def unused(playwright: Any, address: str, stem: str) -> tuple[list[str], list[str]]:
    """Return what a lesson loads of the heavy packages, and what of that it never imports."""
    with (
        tempfile.TemporaryDirectory() as profile,
        opened(playwright, Path(profile), address, f"notebooks/{stem}.ipynb") as (page, _),
    ):
        page.evaluate(RUN_ALL)
        told = dict(one.split(":") for one in page.evaluate(LOADED).split())
    loaded = [name for name in HEAVY if name in told]
    return loaded, [name for name in loaded if told[name] == "False"]


def main() -> int:
    """Build, measure, print and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=RUNS, help=f"of each start (default: {RUNS})")
    runs = parser.parse_args().runs
    if not fetch_for_tests.PYODIDE.is_dir():
        print("run `python tools/fetch_for_tests.py` first", file=sys.stderr)
        return 1
    site = build_site.OUTPUT
    started = time.perf_counter()
    build_site.build(site, fetch_for_tests.PYODIDE)
    built = time.perf_counter() - started
    running = serve_site.server(site, serve_site.LOOPBACK, 0)
    threading.Thread(target=running.serve_forever, daemon=True).start()
    address = f"http://{serve_site.LOOPBACK}:{running.server_address[1]}/"
    stems = sorted(path.stem for path in (ROOT / "notebooks").glob("*.ipynb"))
    with sync_playwright() as playwright:
        cells = [first(playwright, address, "cell") for _ in range(runs)]
        figures = [first(playwright, address, "figure") for _ in range(runs)]
        moved = slider_milliseconds(playwright, address)
        loads = {stem: unused(playwright, address, stem) for stem in stems}
    running.shutdown()
    median = statistics.median
    rows = [
        ("site with everything in it, megabytes", f"{build_site.megabytes(site):.0f}", "below 100"),
        ("building it, packages fetched before, seconds", f"{built:.0f}", "below 120"),
        ("first cell, cold, seconds", f"{median(c for c, _ in cells):.1f}", "below 20"),
        ("first cell, warm, seconds", f"{median(w for _, w in cells):.1f}", "below 12"),
        ("first figure, cold, seconds", f"{median(c for c, _ in figures):.1f}", "below 10"),
        ("first figure, warm, seconds", f"{median(w for _, w in figures):.1f}", "–"),
        ("slider to new figure, milliseconds", f"{moved:.0f}", "below 300"),
    ]
    load = os.getloadavg()[0]
    text = [
        "# The site for browsers",
        "",
        f"Made by `make benchmark-site` in headless Chromium on {os.cpu_count()} cores: medians of",
        f"{runs}, from the address to the end, of lesson `{LESSON}`. Load {load:.1f} at the end:",
        "where it is above 1, others were at work and the seconds are too many.",
        "",
        "| what | measured | wanted |",
        "|---|---|---|",
        *(f"| {what} | {measured} | {wanted} |" for what, measured, wanted in rows),
        "",
        "What each lesson loads besides numpy, and what of that it does not use:",
        "",
        "| lesson | loads | unused |",
        "|---|---|---|",
        *(f"| `{s}` | {', '.join(a)} | {', '.join(b) or '–'} |" for s, (a, b) in loads.items()),
    ]
    print("\n".join(text))
    (ROOT / "benchmarks" / "SITE.md").write_text("\n".join(text) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
