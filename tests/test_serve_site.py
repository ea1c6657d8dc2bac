"""The server of the site, asked by somebody who means no good."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import serve_site
from patience import patience, wait_until

from thousandfold.facilitation.link import lite_link, qr_text


@pytest.fixture
def port(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """Serve a small site, with something beside it that is nobody's business."""
    monkeypatch.setattr(serve_site, "MOST_CONNECTIONS", 3)
    monkeypatch.setattr(serve_site.Handler, "timeout", 0.2)
    site = tmp_path / "site"
    (site / "sub").mkdir(parents=True)
    (site / "jupyter-lite.json").write_text("{}")
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "solution.ipynb").write_text("the answer")
    (site / "link.ipynb").symlink_to(tmp_path / "secret" / "solution.ipynb")
    (site / "folder").symlink_to(tmp_path / "secret")
    (site / "circle").symlink_to(site / "circle")
    (site / "inside.json").symlink_to(site / "jupyter-lite.json")
    running = serve_site.server(site, serve_site.LOOPBACK, 0)
    thread = threading.Thread(target=running.serve_forever, args=(0.01,))
    thread.start()
    yield running.server_address[1]
    running.shutdown()
    thread.join()
    running.server_close()


def ask(port: int, path: str, more: str = "") -> bytes:
    """Return all that is answered until the connection is closed."""
    request = f"GET {path} HTTP/1.1\r\nHost: x\r\n{more}Connection: close\r\n\r\n"
    with socket.create_connection((serve_site.LOOPBACK, port), patience(20)) as connection:
        try:
            connection.sendall(request.encode())
            return b"".join(iter(lambda: connection.recv(1 << 16), b""))
        except ConnectionResetError:  # there was no room yet
            return b""


@pytest.mark.parametrize("more", ["", "Accept-Encoding: gzip\r\n"])
@pytest.mark.parametrize(
    "path",
    [
        "/link.ipynb",
        "/folder/solution.ipynb",
        "/folder/",
        "/circle",
        "/../secret/solution.ipynb",
        "/..%2fsecret%2fsolution.ipynb",
        "/%2e%2e/secret/solution.ipynb",
        "//secret/solution.ipynb",
        "/%00",
        "/%ff",
    ],
)
def test_nothing_outside_is_served(port: int, path: str, more: str) -> None:
    answer = ask(port, path, more)
    assert answer.split(b" ")[1] == b"404"
    assert b"the answer" not in answer
    assert b"solution" not in answer


def test_a_link_within_the_site_is_followed(port: int) -> None:
    assert ask(port, "/inside.json").endswith(b"{}")


def test_whoever_says_nothing_makes_room_for_others(port: int) -> None:
    idle = [socket.create_connection((serve_site.LOOPBACK, port), patience(20)) for _ in range(3)]
    for number, connection in enumerate(idle):
        connection.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n"[: 10 * number])
    assert [connection.recv(1) for connection in idle] == [b""] * 3
    for connection in idle:
        connection.close()
    wait_until(lambda: ask(port, "/jupyter-lite.json").endswith(b"{}"), 20)


def test_no_more_are_answered_than_there_is_room_for(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serve_site.Handler, "timeout", patience(60))
    kept = [socket.create_connection((serve_site.LOOPBACK, port), patience(20)) for _ in range(4)]
    assert kept[-1].recv(1) == b""
    for connection in kept:
        connection.close()


def test_the_room_gets_the_address_and_its_qr_code_and_a_link_takes_it(
    port: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def ends(self: serve_site.Server) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(serve_site.Server, "serve_forever", ends)
    monkeypatch.setattr(serve_site, "room_address", lambda: "192.168.1.20")
    assert serve_site.main(["--folder", str(tmp_path / "site"), "--port", "0"]) == 0
    told = capsys.readouterr().out
    [address] = re.findall(r"For the room: +(http://192\.168\.1\.20:\d+/)\n", told)
    assert qr_text(address) in told
    assert lite_link(address, path="notebooks/a.ipynb").startswith(address)
