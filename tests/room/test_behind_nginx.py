"""A room over https: what docs/room-over-https.md gives to nginx is tried with nginx."""

from __future__ import annotations

import os
import re
import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from conftest import ROOT
from handed_in import FILE, SECONDS, marked
from patience import patience, wait_until
from running_room import RunningRoom

from thousandfold.room.hand_in import MOST_BYTES
from thousandfold.room.journal import Journal

TOKEN = re.compile(r'_xsrf=([^"&]+)')
WAY = re.compile(r'data-key="ArrowRight".*?name="from" value="([^"]+)".*?name="to" value="([^"]+)"')
AROUND = """
{user} daemon off; pid {folder}/pid; error_log {folder}/error.log;
events {{}}
http {{
  access_log off;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  {server}
}}
"""


@dataclass
class Secure:
    """A room behind a web server.

    Attributes
    ----------
    room : RunningRoom
    address : str
        For a browser.
    certificate : Path
    """

    room: RunningRoom
    address: str
    certificate: Path

    def visitor(self) -> httpx.Client:
        """Return a browser that trusts the certificate."""
        return httpx.Client(
            base_url=self.address,
            verify=ssl.create_default_context(cafile=self.certificate),
            follow_redirects=True,
            timeout=patience(SECONDS),
            trust_env=False,
        )


@pytest.fixture
def secure(tmp_path: Path) -> Iterator[Secure]:
    nginx = shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/opt/homebrew/bin:/usr/bin")
    openssl = shutil.which("openssl")
    if nginx is None or openssl is None:
        pytest.skip("no nginx or openssl, so no room was opened over https: apt-get install nginx")
    key, certificate = tmp_path / "room.key", tmp_path / "room.crt"
    made = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost"]
    made += ["-addext", "subjectAltName=DNS:localhost", "-keyout", str(key)]
    subprocess.run([openssl, *made, "-out", str(certificate)], check=True, capture_output=True)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    address = f"https://localhost:{port}"
    room = RunningRoom(tmp_path, "--modules", "6", "--address", address)
    text = (ROOT / "docs/room-over-https.md").read_text(encoding="utf-8")
    server = re.search(r"```nginx\n(.*?)```", text, re.DOTALL)
    assert server
    told = server[1]
    for written, here in {
        "listen 443": f"listen 127.0.0.1:{port}",
        "room.example.org": "localhost",
        "/etc/ssl/room.crt": str(certificate),
        "/etc/ssl/room.key": str(key),
        "127.0.0.1:8765": f"127.0.0.1:{room.port}",
    }.items():
        assert written in told
        told = told.replace(written, here)
    configuration = tmp_path / "nginx.conf"
    user = "user root;" if os.geteuid() == 0 else ""  # else its workers could not write here
    around = AROUND.format(user=user, folder=tmp_path, server=told)
    configuration.write_text(around, encoding="utf-8")
    process = subprocess.Popen([nginx, "-c", str(configuration), "-p", str(tmp_path)])
    secure = Secure(room, address, certificate)
    try:
        with secure.visitor() as visitor:
            wait_until(lambda: _is_there(visitor), SECONDS)
        yield secure
    finally:
        process.terminate()
        process.wait()
        room.close()


def _is_there(visitor: httpx.Client) -> bool:
    try:
        return visitor.get("/sign-in").status_code == 200
    except httpx.ConnectError:
        return False


def send(visitor: httpx.Client, path: str, **fields: str) -> httpx.Response:
    found = TOKEN.search(visitor.get("/sign-in").text)
    assert found
    return visitor.post(path, params={"_xsrf": found[1]}, data=fields)


def go(facilitator: httpx.Client) -> None:
    way = WAY.search(facilitator.get("/facilitator").text)
    assert way
    send(facilitator, "/facilitator/go", **{"from": way[1], "to": way[2]})


def test_a_vote_and_a_notebook_over_https(secure: Secure) -> None:
    facilitator, ann = secure.visitor(), secure.visitor()
    ann.headers["X-Forwarded-For"] = "10.9.9.9"  # nobody believes it
    facilitator.get(secure.room.key.removeprefix(secure.room.address))
    send(ann, "/sign-in", password=secure.room.password)
    assert {cookie.secure for cookie in ann.cookies.jar} == {True}
    while 'action="/vote' not in (page := ann.get("/").text):
        go(facilitator)
    question = re.search(r'name="question" value="([^"]+)"', page)
    assert question
    assert send(ann, "/vote", question=question[1], answer="0").status_code == 200
    assert "<b>1</b> answered" in facilitator.get("/facilitator").text
    assert ann.get("/hand-in").status_code == 200
    found = TOKEN.search(ann.get("/hand-in").text)
    assert found
    for content, told in ((marked(), "said"), (b"x" * MOST_BYTES, "trouble")):
        answer = ann.post(
            "/hand-in",
            params={"_xsrf": found[1]},
            data={"name": "Ann"},
            files={"notebook": (FILE, content)},
            headers={"Accept": "application/json"},
        )
        assert answer.json()[told], answer.text
    ann.close()
    facilitator.close()
    secure.room.close()
    journal = Journal(secure.room.journal)
    addresses = {deed.body["address"] for deed in journal.deeds() if deed.kind == "enter"}
    journal.close()
    assert addresses == {"127.0.0.1"}


def test_a_page_that_waits_hears_at_once_what_changes(secure: Secure) -> None:
    facilitator, ann = secure.visitor(), secure.visitor()
    facilitator.get(secure.room.key.removeprefix(secure.room.address))
    send(ann, "/sign-in", password=secure.room.password)
    version = re.search(r'data-version="([^"]+)"', ann.get("/").text)
    assert version
    heard = threading.Event()

    def wait() -> None:
        told = ann.get("/", params={"seen": version[1]}, headers={"Accept": "application/json"})
        if told.json()["version"] != version[1]:
            heard.set()

    waiting = threading.Thread(target=wait)
    waiting.start()
    go(facilitator)
    waiting.join()
    assert heard.is_set()
    ann.close()
    facilitator.close()
