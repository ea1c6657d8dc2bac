"""The workshop's site, served by the room: to whom, what, and what its notebooks may reach."""

from __future__ import annotations

import asyncio
import gzip
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
from conftest import ROOT
from handed_in import SECONDS
from patience import patience, wait_until
from served import Served, Visitor, served

from thousandfold.errors import ExplainedError
from thousandfold.room import workshop
from thousandfold.room.pace import Pace
from thousandfold.room.workshop import site_in
from thousandfold.teaching.edition import FILE

BEAT = "api/service-worker-heartbeat"  # answered by JupyterLite itself, in the browser
PAGE = b"<!DOCTYPE html><title>The workshop</title>"
SCRIPT = b"export const a = 1; // " + 5000 * b"a"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Make a small site, with something beside it that is nobody's business."""
    site = tmp_path / "site"
    (site / "lab").mkdir(parents=True)
    (site / "jupyter-lite.json").write_text("{}")
    (site / "index.html").write_bytes(PAGE)
    (site / "lab" / "index.html").write_bytes(PAGE)
    (site / "lab" / "a.mjs").write_bytes(SCRIPT)
    (site / "lab" / "b.whl").write_bytes(SCRIPT)
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "solution.ipynb").write_text("the answer")
    (site / "link.ipynb").symlink_to(tmp_path / "secret" / "solution.ipynb")
    (site / "folder").symlink_to(tmp_path / "secret")
    (site / "circle").symlink_to(site / "circle")
    (site / "inside.json").symlink_to(site / "jupyter-lite.json")
    return site


@pytest.fixture
def room(tmp_path: Path, folder: Path) -> Iterator[Served]:
    with served(tmp_path / "day.room", workshop=site_in(folder, ROOT)) as it:
        yield it


@pytest.fixture
def inside(room: Served) -> Iterator[httpx.Client]:
    visitor = Visitor(room.site)
    visitor.enter()
    yield visitor.client
    visitor.client.close()


def test_nothing_is_served_before_the_password(room: Served) -> None:
    with Visitor(room.site).client as outside:
        for path in ("/workshop/", "/workshop/lab/a.mjs", "/workshop/none", "/workshop/lab"):
            answer = outside.get(path)
            assert answer.url.path == "/sign-in", path


def test_the_site_is_served_with_the_types_that_browsers_insist_on(inside: httpx.Client) -> None:
    assert inside.get("/workshop/").content == PAGE
    assert inside.get("/workshop/lab").url.path == "/workshop/lab/"
    script = inside.get("/workshop/lab/a.mjs")
    assert script.content == SCRIPT
    assert script.headers["Content-Type"] == "text/javascript"
    assert inside.get("/workshop/inside.json").content == b"{}"
    assert inside.get("/workshop/none").status_code == 404
    assert inside.post("/workshop/").status_code == 405


def test_a_page_of_hundreds_of_files_makes_nobody_wait(room: Served, inside: httpx.Client) -> None:
    room.site.pace = Pace(1, 0.0)
    assert [inside.get("/workshop/lab/a.mjs").status_code for _ in range(5)] == [200] * 5
    assert [inside.get("/").status_code for _ in range(2)] == [200, 429]


def test_what_can_be_smaller_travels_so_once(inside: httpx.Client) -> None:
    with inside.stream("GET", "/workshop/lab/a.mjs") as answer:
        sent = b"".join(answer.iter_raw())
    assert answer.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(sent) == SCRIPT
    assert int(answer.headers["Content-Length"]) == len(sent) < len(SCRIPT)
    again = inside.get("/workshop/lab/a.mjs", headers={"If-None-Match": answer.headers["Etag"]})
    assert (again.status_code, again.content) == (304, b"")
    plain = inside.get("/workshop/lab/a.mjs", headers={"Accept-Encoding": "identity"})
    assert plain.content == SCRIPT
    assert plain.headers["Etag"] != answer.headers["Etag"]
    part = inside.get("/workshop/lab/a.mjs", headers={"Range": "bytes=0-5"})
    assert (part.status_code, part.content) == (206, SCRIPT[:6])
    assert "Content-Encoding" not in inside.get("/workshop/lab/b.whl").headers
    head = inside.head("/workshop/lab/a.mjs")
    assert (head.status_code, head.content) == (200, b"")


def test_a_class_that_opens_the_site_at_once_has_each_file_packed_once_and_nobody_wait(
    room: Served, inside: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    compress, go_on = gzip.compress, threading.Event()
    begun: list[object] = []
    asked: list[int] = []

    def slow(*given: Any, **more: Any) -> bytes:
        begun.append(given)
        go_on.wait(patience(SECONDS))
        return compress(*given, **more)

    monkeypatch.setattr(workshop.gzip, "compress", slow)

    def ask(number: int) -> bytes:
        asked.append(number)
        return inside.get("/workshop/lab/a.mjs").content

    with ThreadPoolExecutor(40) as class_:
        answers = [class_.submit(ask, number) for number in range(40)]
        try:
            wait_until(lambda: begun and len(asked) == 40, SECONDS)
            assert inside.get("/").status_code == 200
            # Where hand-ins are looked at and written.
            other = asyncio.run_coroutine_threadsafe(asyncio.to_thread(str), room.loop)
            assert other.result(patience(SECONDS)) == ""
        finally:
            go_on.set()
        assert {answer.result() for answer in answers} == {SCRIPT}
    assert len(begun) == 1


def test_a_file_that_could_not_be_read_is_tried_again(
    inside: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*given: Any, **more: Any) -> bytes:
        raise OSError

    with monkeypatch.context() as change:
        change.setattr(workshop.gzip, "compress", fails)
        assert inside.get("/workshop/lab/a.mjs").status_code == 500
    assert inside.get("/workshop/lab/a.mjs").content == SCRIPT


def test_a_site_that_was_built_again_is_seen_at_once(inside: httpx.Client, folder: Path) -> None:
    inside.get("/workshop/lab/a.mjs")
    (folder / "lab" / "a.mjs").write_bytes(b"another")
    assert inside.get("/workshop/lab/a.mjs").content == b"another"


@pytest.mark.parametrize("more", ["", "Accept-Encoding: gzip\r\n"])
@pytest.mark.parametrize(
    "path",
    [
        "link.ipynb",
        "folder/solution.ipynb",
        "folder/",
        "folder",
        "circle",
        "../secret/solution.ipynb",
        "..%2fsecret%2fsolution.ipynb",
        "%2e%2e/secret/solution.ipynb",
        "/secret/solution.ipynb",
        "%2fetc%2fpasswd",
        "..%5csecret%5csolution.ipynb",
        "%00",
        "%ff",
    ],
)
def test_nothing_outside_is_served(
    room: Served, inside: httpx.Client, path: str, more: str
) -> None:
    cookies = "; ".join(f"{name}={value}" for name, value in inside.cookies.items())
    request = f"GET /workshop/{path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookies}\r\n{more}"
    port = int(room.site.place.address.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), patience(SECONDS)) as connection:
        connection.sendall(f"{request}Connection: close\r\n\r\n".encode())
        answer = b"".join(iter(lambda: connection.recv(1 << 16), b""))
    assert answer.split(b" ")[1] in (b"400", b"403", b"404")
    assert b"the answer" not in answer


def test_what_a_notebook_runs_there_reaches_no_page_of_the_room(
    room: Served, inside: httpx.Client
) -> None:
    policy = inside.get("/workshop/lab/").headers["Content-Security-Policy"]
    [reached] = [part for part in policy.split("; ") if part.startswith("connect-src ")]
    address = room.site.place.address
    own = [place for place in reached.split() if place.startswith(("'self'", address))]
    assert own == [f"{address}/{path}" for path in ("workshop/", "api/hand-in", BEAT)]
    assert f"form-action {address}/workshop/search.html;" in policy
    assert inside.get("/").headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "Cross-Origin-Opener-Policy" not in inside.get("/workshop/").headers


def test_the_way_to_it_is_on_the_page_of_the_room(
    inside: httpx.Client, room: Served, tmp_path: Path
) -> None:
    assert "Open the workshop in this browser" in inside.get("/").text
    with served(tmp_path / "other.room") as without:
        visitor = Visitor(without.site)
        visitor.enter()
        assert "/workshop/" not in visitor.client.get("/").text
        assert visitor.client.get("/workshop/").status_code == 404
        visitor.client.close()


def test_a_folder_without_a_site_is_named(tmp_path: Path, folder: Path) -> None:
    assert site_in(None, tmp_path) is None
    with pytest.raises(ExplainedError, match="run `make site` first"):
        site_in(tmp_path, tmp_path)
    (tmp_path / "dist").mkdir()
    folder.rename(tmp_path / "dist" / "site")
    assert site_in(None, tmp_path) == (tmp_path / "dist" / "site").resolve()
    (tmp_path / "dist" / "site" / "files").mkdir()
    (tmp_path / "dist" / "site" / "files" / FILE).write_text("")
    with pytest.raises(ExplainedError, match="for whoever learns alone"):
        site_in(None, tmp_path)
