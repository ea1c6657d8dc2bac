"""What WCAG 2.2 asks of a page that axe-core does not try by itself, as functions of a page."""

from __future__ import annotations

from collections.abc import Iterator

import fetch_for_tests
import pytest
from playwright.sync_api import Page

NARROW = 320  # pixels, at which nothing but data may be wider than the page (1.4.10)
TALL = 640
MOST_STEPS = 400  # of the Tab key through a page

# What a reader may set (1.4.12).
SPACED = """* {
    line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important;
}
p { margin-bottom: 2em !important; }"""
# Words that are cut: what is hidden on purpose, for screen readers alone, is a pixel wide.
CUT = """() => [...document.querySelectorAll("body *")].filter(part => {
    const style = getComputedStyle(part), box = part.getBoundingClientRect();
    const words = [...part.childNodes].some(one => one.nodeType === 3 && one.data.trim());
    if (!words || box.width < 2 || box.height < 2 || style.visibility === "hidden") return false;
    const cuts = way => /hidden|clip/.test(way);
    return cuts(style.overflowX) && part.scrollWidth > part.clientWidth + 1
        || cuts(style.overflowY) && part.scrollHeight > part.clientHeight + 1;
}).map(part => part.outerHTML.slice(0, 120))"""
WIDER = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
# What glides into its place is looked at when it is there.
AT_ONCE = "*, ::before { transition: none !important; scroll-behavior: auto !important; }"
FROM_THE_TOP = """() => {
    window.stops = new Map();
    document.activeElement?.blur();
    scrollTo(0, 0);
}"""
STOPS = """() => [...document.querySelectorAll("*")].filter(
    part => part.tabIndex >= 0 && part.checkVisibility()).length"""
# A page whose pictures are drawn as they come into view moves once more under the keyboard. What
# has left the view by that is brought back; what something covers stays covered.
SETTLED = """async () => {
    await new Promise(then => requestAnimationFrame(() => requestAnimationFrame(then)));
    document.activeElement.scrollIntoView({block: "nearest"});
}"""
# Where the keyboard is: its name, whether anything of it can be seen, and whether it is marked.
HERE = """() => {
    const part = document.activeElement;
    if (!part || part === document.body) return null;
    const seen = part.closest("label") ?? part.labels?.[0] ?? part;
    const boxes = [part, seen].map(one => one.getBoundingClientRect()).filter(
        box => box.width > 2 && box.height > 2);
    const points = boxes.flatMap(box => [0.1, 0.3, 0.5, 0.7, 0.9].flatMap(
        x => [0.1, 0.5, 0.9].map(y => [box.x + x * box.width, box.y + y * box.height])));
    const uncovered = points.some(([x, y]) => {
        const top = document.elementFromPoint(x, y);
        return top && (part.contains(top) || seen.contains(top) || top.contains(part)
            && top !== document.body && top !== document.documentElement);
    });
    const style = getComputedStyle(part);
    if (!window.stops.has(part)) window.stops.set(part, window.stops.size);
    return [window.stops.get(part), uncovered, part.matches(":focus-visible"),
        style.outlineStyle + " " + style.outlineWidth + " " + style.boxShadow,
        part.outerHTML.slice(0, 120)];
}"""


def barriers(page: Page) -> list[str]:
    """Return all that is found below, of a page in a context with `bypass_csp`."""
    return [*cut_when_spaced(page), *too_small_to_touch(page), *wrong_stops(page)]


def axe_finds(page: Page, rules: str = "{}") -> list[tuple[str, list[str]]]:
    """Return each rule of axe-core that is broken, and where."""
    if not fetch_for_tests.AXE.is_file():
        pytest.skip("axe-core is not here: `python tools/fetch_for_tests.py` fetches it")
    page.evaluate(fetch_for_tests.AXE.read_text(encoding="utf-8"))
    found = page.evaluate(f"async () => (await axe.run({rules})).violations")
    return [(one["id"], [node["html"][:200] for node in one["nodes"]][:4]) for one in found]


def cut_when_spaced(page: Page) -> list[str]:
    """Return what is cut, or wider than the page, with the spaces that a reader may set."""
    style = page.add_style_tag(content=SPACED)
    found: list[str] = page.evaluate(CUT)
    wider = page.evaluate(WIDER)
    style.evaluate("style => style.remove()")
    return found + [f"{wider} pixels wider than the page"] * (wider > 0)


def too_small_to_touch(page: Page) -> list[str]:
    """Return what is less than 24 pixels wide or high, and too near to something else."""
    return [html for _, found in axe_finds(page, "{runOnly: ['target-size']}") for html in found]


def wrong_stops(page: Page) -> Iterator[str]:
    """Go through a page with Tab, and yield where the keyboard is held, covered or not marked."""
    page.add_style_tag(content=AT_ONCE)
    page.evaluate(FROM_THE_TOP)
    before = -1
    for _ in range(MOST_STEPS):
        page.keyboard.press("Tab")
        here = page.evaluate(HERE)
        if here is None:
            return  # out of the page
        if not here[1]:
            page.evaluate(SETTLED)
            here = page.evaluate(HERE) or here
        number, uncovered, marked, style, html = here
        if number < before:
            return  # around once
        if number == before:
            if page.evaluate(STOPS) > 1:
                yield f"held: {html}"
            return
        before = number
        if not uncovered:
            yield f"covered: {html}"
        if not marked or (style.startswith(("none", "auto 0px")) and style.endswith(" none")):
            yield f"not marked ({style}): {html}"
    yield f"no end after {MOST_STEPS} stops"
