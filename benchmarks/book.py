"""Measure the book on a slow phone in Chromium, and write `benchmarks/BOOK.md`.

`make benchmark-book` runs it. The phone is the profile that is usual for slow ones: a processor a
quarter as fast as this one, 1.6 Mbit/s, 150 ms there and back.
"""

from __future__ import annotations

import os
import platform
import shutil
import statistics
import sys
import threading
import time
from functools import partial
from pathlib import Path
from typing import Any

import build_book
import serve_site
from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
SLOWER = 4
BYTES_A_SECOND = 200_000
ROUND_TRIP_MS = 150
MOVES = 8
MILLISECONDS = 120_000
# From the key on a slider to the next sentence on the screen.
TOUCH = """async ([name, back]) => {
    const figure = document.getElementById(name), input = figure.querySelector("input");
    const sentence = figure.querySelector(".player-sentence");
    const before = sentence.textContent, svg = () => figure.querySelector("svg")?.innerHTML ?? "";
    const drawn = svg(), start = performance.now();
    input.value = Number(input.value) + (back || input.value === input.max ? -1 : 1);
    input.dispatchEvent(new Event("input"));
    while (svg() === drawn && sentence.textContent === before && performance.now() - start < 30000)
        await new Promise(requestAnimationFrame);
    await new Promise(requestAnimationFrame);
    return performance.now() - start;
}"""
SLIDERS = """() => [...document.querySelectorAll("figure.player")].map(figure => figure.id)"""
THERE = """() => {
    const figures = [...document.querySelectorAll("figure.player")];
    return figures.every(figure => figure.querySelector("input"));
}"""


def slow_phone(page: Page, transferred: list[int]) -> None:
    """Let a page be as slow as on a slow phone, and count what it is sent."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("Network.enable")
    down = {"downloadThroughput": BYTES_A_SECOND, "uploadThroughput": BYTES_A_SECOND / 2}
    devtools.send(
        "Network.emulateNetworkConditions", {"offline": False, "latency": ROUND_TRIP_MS, **down}
    )
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    devtools.on(
        "Network.loadingFinished", lambda told: transferred.append(told["encodedDataLength"])
    )


def measured(browser: Any, address: str) -> dict[str, Any]:
    """Open a page on a slow phone and touch each slider of it as soon as it is there."""
    found: dict[str, Any] = {"first": [], "next": []}
    sent: list[int] = []
    for place in range(99):  # each slider is the first that is touched, on a page of its own
        page = browser.new_page(viewport={"width": 360, "height": 740})
        page.set_default_timeout(MILLISECONDS)
        transferred: list[int] = []
        slow_phone(page, transferred)
        started = time.perf_counter()
        page.goto(address, wait_until="domcontentloaded")
        page.wait_for_function(THERE)
        found.setdefault("ready", time.perf_counter() - started)
        names = page.evaluate(SLIDERS)
        if place < len(names):
            found["first"].append(page.evaluate(TOUCH, [names[place], False]))
            found["next"] += [
                page.evaluate(TOUCH, [names[place], bool(move % 2)]) for move in range(MOVES)
            ]
        page.evaluate("scrollTo(0, document.body.scrollHeight)")
        for image in page.locator("img").all():
            image.scroll_into_view_if_needed()
        page.wait_for_load_state("networkidle")
        sent.append(sum(transferred))
        page.close()
        if place + 1 >= len(names):
            break
    found["bytes"] = max(sent)
    return found


def row(name: str, found: dict[str, Any]) -> str:
    """Return what was measured of one page."""
    first = max(found["first"], default=0)
    others = statistics.median(found["next"]) if found["next"] else 0
    slowest = max(found["next"], default=0)
    return (
        f"| `{name}` | {found['bytes'] / 1e3:,.0f} | {found['ready']:.1f} | {len(found['first'])} "
        f"| {first:,.0f} | {others:.0f} | {slowest:.0f} |"
    )


def main() -> int:
    """Build, measure, print and write the table."""
    folder = build_book.OUTPUT
    started = time.perf_counter()
    shutil.rmtree(build_book.CACHE, ignore_errors=True)
    build_book.build(folder)
    whole = time.perf_counter() - started
    lesson = ROOT / "notebooks" / "06_communication.ipynb"
    text = lesson.read_text(encoding="utf-8")
    try:
        lesson.write_text(text.replace("Ruth has found the money", "Ruth has found money"), "utf-8")
        started = time.perf_counter()
        build_book.build(folder)
        one = time.perf_counter() - started
    finally:
        lesson.write_text(text, encoding="utf-8")
    build_book.build(folder)
    running = serve_site.Server(
        (serve_site.LOOPBACK, 0), partial(serve_site.Handler, directory=str(folder))
    )
    threading.Thread(target=running.serve_forever, daemon=True).start()
    address = f"http://{serve_site.LOOPBACK}:{running.server_address[1]}"
    pages = [
        "index",
        *(f"notebooks/{path.stem}" for path in sorted(ROOT.glob("notebooks/*.ipynb"))),
    ]
    rows = []
    with sync_playwright() as playwright:
        executable = shutil.which("chromium") or shutil.which("google-chrome")
        browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        for name in pages:
            rows.append(row(name, measured(browser, f"{address}/{name}.html")))
            print(rows[-1], flush=True)
        browser.close()
    running.shutdown()
    lines = [
        "# The book, on a slow phone",
        "",
        f"Made by `make benchmark-book` in headless Chromium on {os.cpu_count()} cores "
        f"({platform.machine()}): a processor",
        f"{SLOWER} times slower than this one, {BYTES_A_SECOND * 8 / 1e6:.1f} Mbit/s, "
        f"{ROUND_TRIP_MS} ms there and back, 360 pixels wide. Load {os.getloadavg()[0]:.1f} at the",
        "end: where it is above 1, others were at work and the numbers are too large.",
        "",
        f"Building the whole book took {whole:.0f} s (wanted: under 180), and {one:.0f} s after a "
        "change in one lesson (wanted: under 20).",
        "",
        "*Sent*: all that a page loads if somebody scrolls to its end and touches a slider",
        "(wanted: under 1,000). *Ready*: until the sliders are there. *First touch*: from the key",
        "to the picture, before pictures were loaded, the slowest slider of the page (wanted:",
        "under 1,000). *Next*: the touches after it (wanted: under 50).",
        "",
        "| page | sent, kB | ready, s | sliders | first touch, ms | next, ms | slowest next, ms |",
        "|---|---|---|---|---|---|---|",
        *rows,
    ]
    (ROOT / "benchmarks" / "BOOK.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
