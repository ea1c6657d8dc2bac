"""A course that starts a small server gets a network of its own in each box; it leads nowhere."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from patience import patience

from boxgrader.box import bench
from boxgrader.box.bench import Settings
from boxgrader.engine import execution
from boxgrader.engine.job import Cell, Job

pytestmark = pytest.mark.usefixtures("boxes")

SERVES = """
import http.server, socket, threading, urllib.request
server = http.server.HTTPServer(("localhost", 8000), http.server.SimpleHTTPRequestHandler)
threading.Thread(target=server.serve_forever, daemon=True).start()
print("served", urllib.request.urlopen("http://localhost:8000").status)
"""
OTHERS = {
    "the internet's addresses": "socket.create_connection(('192.0.2.1', 80))",
    "the local network": "socket.create_connection(('10.0.0.1', 80))",
    "raw packets": "socket.socket(socket.AF_INET, socket.SOCK_RAW, 1)",
    "packets of the device": "socket.socket(socket.AF_PACKET, socket.SOCK_RAW)",
    "Bluetooth": "socket.socket(31, socket.SOCK_SEQPACKET)",
    "virtual machines' sockets": "socket.socket(40, socket.SOCK_STREAM)",
}


@pytest.fixture(scope="module", autouse=True)
def benches() -> Iterator[None]:
    yield
    bench.close_all()


def run(loopback: bool) -> list[str]:
    cells = [Cell(SERVES), *map(Cell, OTHERS.values())]
    settings = Settings(timeout=patience(20), loopback=loopback, modules=())
    done = execution.run(Job(tuple(cells), settings))
    return ["".join(it.get("text") or it["ename"] for it in outputs) for outputs in done.outputs]


def test_a_submission_reaches_itself_and_nobody_else() -> None:
    for _ in range(2):  # nothing of the first is in the way of the second
        served, *others = run(loopback=True)
        assert "served 200\n" in served  # beside what the server says of it
        assert set(others) <= {"OSError", "PermissionError"}


def test_without_asking_there_is_no_network_at_all() -> None:
    served, *others = run(loopback=False)
    assert served == "PermissionError"
    assert set(others) == {"PermissionError"}
