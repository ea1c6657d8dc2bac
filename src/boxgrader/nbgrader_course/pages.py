"""Pages of a submission that run nothing of it, and ask for nothing outside.

nbconvert shows texts and outputs of a notebook as they are, and loads scripts from elsewhere.
"""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import unquote

from jinja2 import DictLoader, pass_context
from nbconvert.exporters import HTMLExporter
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbformat import NotebookNode
from traitlets import Unicode

from boxgrader.nbgrader_course.comment_bank import offered
from boxgrader.nbgrader_course.sanitize import FLOOD, MOST_LETTERS, MOST_MARKS, clean, marks
from boxgrader.nbgrader_course.steps import through

# Formulas stay as they were written: what would set them is loaded from elsewhere.
_MATHJAX = "{{% macro mathjax(url='') %}}{}{{% endmacro %}}"
# Formgrader waits until they are set before it lets anybody grade.
_ALL_SET = """<script>
window.MathJax = { Hub: { Startup: { signal: { Interest: tell => setTimeout(tell, 0, "End") } } } };
</script>"""
_SHOWN = {"text/html", "text/markdown", "text/latex", "text/plain", "image/svg+xml", "image/png",
          "image/jpeg"}  # fmt: skip
_ELSEWHERE = re.compile(r"(?:[a-z][a-z0-9+.-]*:)?//", re.IGNORECASE)
_IN_MARKUP = re.compile(r"""(<img\b[^<>]*?\bsrc=["'])([^"'<>]+)(?=["'])""", re.IGNORECASE)
_HELD = re.compile(r";base64,[A-Za-z0-9+/=]+")
_ENVIRONMENT = 60  # marks: looking for the end of one goes through all the rest
_KINDS = {
    b"\x89PNG": "png",
    b"\xff\xd8\xff": "jpeg",
    b"GIF8": "gif",
    b"RIFF": "webp",
    b"<svg": "svg+xml",
    b"<?xml": "svg+xml",
}
_MOST_OF_PICTURES = 8 << 20  # letters of a page; one picture can be named a thousand times
# What formgrader's template says of a submission.
_NAMES = ("student", "last_name", "first_name", "notebook_path", "notebook_id", "assignment_id")
_LARGEST_PICTURE = 4 << 20  # bytes


class SafePage(HTMLExporter):
    """A page of a submission; `policy` says what a browser may load for it."""

    policy: ClassVar[str]
    instead_of_mathjax: ClassVar[str] = ""

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)  # type: ignore[no-untyped-call]
        mathjax = _MATHJAX.format(self.instead_of_mathjax)
        self.extra_loaders = [DictLoader({"mathjax.html.j2": mathjax})]
        self._room, self._picture_room = MOST_MARKS, _MOST_OF_PICTURES

    def default_filters(self) -> Any:
        """Yield nbconvert's filters, and those that clean."""
        yield from super().default_filters()  # type: ignore[no-untyped-call]
        yield "clean_html", clean
        # It looks for an old kind of link, in time that grows with the square of hostile markup.
        yield "strip_files_prefix", lambda markup: markup

    def from_notebook_node(  # type: ignore[override] # nbconvert's own HTMLExporter has it too
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[str, dict[str, Any]]:
        """Return the page of a notebook, and its resources."""
        self._room, self._picture_room = MOST_MARKS, _MOST_OF_PICTURES
        page, made = self._page(nb, resources, **kw)
        meta = f'<meta http-equiv="Content-Security-Policy" content="{self.policy}">'
        return page.replace("<head>", f"<head>\n{meta}", 1), made

    def _page(
        self, nb: NotebookNode, resources: dict[str, Any] | None, **kw: Any
    ) -> tuple[str, dict[str, Any]]:
        return super().from_notebook_node(nb, resources, **kw)

    def _preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Leave out what a page cannot show as text or picture."""
        made, resources = through(self, nb, resources)
        made.metadata.pop("widgets", None)
        for cell in made.cells:
            if "outputs" in cell:
                cell.outputs = [it for it in map(_plain, cell.outputs) if it.get("data", True)]
        return made, resources

    def _init_resources(self, resources: dict[str, Any] | None) -> dict[str, Any]:
        made: dict[str, Any] = super()._init_resources(resources)  # type: ignore[no-untyped-call]
        made.update(should_sanitize_html=True, should_not_encode_svg=False)
        return made

    @pass_context
    def markdown2html(self, context: Any, source: str) -> str:
        """Return a text as HTML."""
        attachments = context.get("cell", {}).get("attachments", {})
        path = context.get("resources", {}).get("metadata", {}).get("path", "")
        letters = len(_HELD.sub("", source))
        self._room -= marks(source) + letters // 100 + _ENVIRONMENT * source.count("\\begin{")
        if self._room < 0 or len(source) > MOST_LETTERS:
            return f"{html.escape(source[:1000])} {FLOOD}"
        return self._set(source, attachments, path)

    def _set(self, source: str, attachments: dict[str, Any], path: str) -> str:
        renderer = _Renderer(
            escape=False, attachments=attachments, path=path, exclude_anchor_links=True
        )
        renderer.fits = self._fits
        return clean(MarkdownWithMath(renderer=renderer).render(source))

    def _fits(self, picture: str) -> bool:
        """Say whether there is room for a picture, and take it."""
        self._picture_room -= len(picture)
        return bool(self._picture_room >= 0)


class FormgraderPage(SafePage):
    """A submission in formgrader: scripts are the server's own."""

    policy = (
        "default-src 'self' 'unsafe-inline' 'unsafe-eval'; img-src 'self' data:; "
        "font-src 'self' data:; object-src 'none'; base-uri 'none'"
    )
    instead_of_mathjax = _ALL_SET
    comments = Unicode("", help="A file of ready comments.").tag(config=True)

    def _page(
        self, nb: NotebookNode, resources: dict[str, Any] | None, **kw: Any
    ) -> tuple[str, dict[str, Any]]:
        """Escape names, a learner's among them: the template writes them as they are."""
        told = dict(resources or {})
        told.update({name: html.escape(told[name]) for name in _NAMES if told.get(name)})
        page, made = super()._page(nb, told, **kw)
        if self.comments:
            before, end, after = page.rpartition("</body>")
            page = "".join([before, offered(Path(self.comments)), end, after])
        return page, made


def _plain(output: NotebookNode) -> NotebookNode:
    """Return what text and pictures an output has, and how large they are."""
    if "data" in output:
        output.data = {kind: said for kind, said in output.data.items() if kind in _SHOWN}
    for kind, said in output.get("metadata", {}).items():
        sizes = said if isinstance(said, dict) else {}
        output.metadata[kind] = {
            name: value
            for name, value in sizes.items()
            if name == "alt" or (name in ("width", "height") and type(value) is int)
        }
    return output


class _Renderer(IPythonRenderer):
    """Puts pictures into the page, and names those that are not there."""

    fits: Callable[[str], bool]

    def image(self, text: str, url: str, title: str | None = None) -> str:
        if _ELSEWHERE.match(url):
            said = text or url
            return f'<a href="{html.escape(url)}">{html.escape(said)}</a> (a picture elsewhere)'
        full = not self.fits("")
        found = "" if full else self._picture(url)
        if not found or not self.fits(found):
            name = url.removeprefix("attachment:")[:200]
            why = "too large to show" if full or found else "missing"
            return f"<em>(the picture {html.escape(name)} is {why})</em>"
        return str(super(IPythonRenderer, self).image(text, found, title))

    def block_html(self, html: str) -> str:
        return _IN_MARKUP.sub(self._embedded, html)

    inline_html = block_html

    def task_list_item(self, text: str, checked: bool = False) -> str:
        sign = "\N{BALLOT BOX WITH CHECK}" if checked else "\N{BALLOT BOX}"
        return f"<li>{sign} {text}</li>\n"

    def _embedded(self, found: re.Match[str]) -> str:
        picture = self._picture(html.unescape(found[2])) if self.fits("") else ""
        return found[1] + (picture if self.fits(picture) else "")

    def _picture(self, url: str) -> str:
        """Return a picture as an address that holds it, or nothing if there is none."""
        if url.startswith("data:"):
            return url
        if url.startswith("attachment:"):
            held = self.attachments.get(url.removeprefix("attachment:")) or {}
            for kind in ("image/svg+xml", "image/png", "image/jpeg", *held):
                if isinstance(held, dict) and kind in held:
                    return f"data:{kind};base64,{held[kind]}"
            return ""
        return _held(Path(self.path), url)


def _held(folder: Path, name: str) -> str:
    """Return a picture beside a notebook, or nothing if it is none or lies elsewhere."""
    try:
        path = (folder / unquote(name)).resolve(strict=True)
        beside = path.is_relative_to(folder.resolve()) and path.is_file()
        if not beside or path.stat().st_size > _LARGEST_PICTURE:
            return ""
        data = path.read_bytes()
    except (OSError, RuntimeError, ValueError):
        return ""
    kind = next((kind for start, kind in _KINDS.items() if data.startswith(start)), "")
    return f"data:image/{kind};base64,{base64.b64encode(data).decode()}" if kind else ""
