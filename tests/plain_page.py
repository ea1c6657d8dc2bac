"""A widget of ours on a plain page, without JupyterLab: Python is asked by what the page sends."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from patience import patient
from playwright.sync_api import Browser, Page, ViewportSize, expect

# What anywidget gives a view, and as little of it as the views use.
MODEL = """
const listeners = {}, state = STATE;
window.tell = (name, value) => {
    state[name] = value;
    (listeners["change:" + name] ?? []).forEach(listener => listener());
};
const model = {
    get: name => state[name],
    on: (name, listener) => { (listeners[name] ??= []).push(listener); },
    send: content => window.heard(content),
};
const view = await import(URL.createObjectURL(new Blob([SOURCE], { type: "text/javascript" })));
view.default.render({ model, el: document.querySelector("#screen") });
document.body.dataset.ready = "yes";
"""
DARK = """data-jp-theme-light="false" style="background: #111; --jp-ui-font-color1: #eee;
--jp-ui-font-color2: #bbb; --jp-layout-color1: #111; --jp-layout-color2: #222;
--jp-border-color2: #444" """
PHONE: ViewportSize = {"width": 390, "height": 844}


@contextmanager
def drawn(
    browser: Browser,
    canvas: Any,
    hear: Callable[[Any], None],
    told: tuple[str, ...],
    size: ViewportSize,
    look: str = "",
    *,
    address: str = "",
    configured: str = "{}",
) -> Iterator[Page]:
    """Open a page with a canvas, whose `told` changes when Python hears something.

    `address` is where the page seems to stand, `configured` what JupyterLab knows of that place.
    """
    page = patient(browser.new_page(viewport=size))
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))

    def heard(content: dict[str, Any]) -> None:
        before = {name: getattr(canvas, name) for name in told}
        hear(content)
        for name, old in before.items():
            now = getattr(canvas, name)
            if now is not old:
                page.evaluate("([name, value]) => tell(name, value)", [name, now])

    page.expose_function("heard", heard)
    state = {name: getattr(canvas, name) for name in canvas.keys}
    html = (
        '<!doctype html><html lang="en"><title>Screen</title><style>body { margin: 4px }'
        f'{canvas._css}</style><body {look}><main id="screen"></main>'
        f'<script id="jupyter-config-data" type="application/json">{configured}</script>'
    )
    if address:
        page.route("**/*", lambda route: route.fulfill(body=html, content_type="text/html"))
        page.goto(address)
    else:
        page.set_content(html)
    state = {name: value for name, value in state.items() if isinstance(value, dict | list)}
    script = MODEL.replace("SOURCE", json.dumps(canvas._esm)).replace("STATE", json.dumps(state))
    page.add_script_tag(content=script, type="module")
    expect(page.locator("[data-ready]")).to_be_attached()
    try:
        yield page
    finally:
        page.close()
    assert not problems
