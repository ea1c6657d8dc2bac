"""Where a room can be reached."""

from __future__ import annotations

import pytest

from thousandfold.errors import ExplainedError
from thousandfold.room import network
from thousandfold.room.network import open_sockets


def test_a_room_says_its_address_in_the_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network, "own_addresses", lambda: ["192.168.1.20", "10.0.0.7"])
    (line,), place = open_sockets(0, shared=True)
    with line:
        port = line.getsockname()[1]
        assert place.address == f"http://192.168.1.20:{port}"
        assert place.others == (f"http://10.0.0.7:{port}",)
        assert place.here == f"http://127.0.0.1:{port}"
        assert not place.proxied
        with pytest.raises(ExplainedError, match=rf"port {port} cannot be opened .* --port"):
            open_sockets(port, shared=True)
    monkeypatch.setattr(network, "own_addresses", list)
    with pytest.raises(ExplainedError, match="in no network"):
        open_sockets(0, shared=True)


def test_behind_a_proxy_nobody_else_comes_in() -> None:
    (line,), place = open_sockets(0, shared=True, address="https://room.example.org/")
    with line:
        assert line.getsockname()[0] == "127.0.0.1"
        assert (place.address, place.host) == ("https://room.example.org", "room.example.org")
        assert place.shared
        assert place.proxied
    with pytest.raises(ExplainedError, match="such as https://room"):
        open_sockets(0, shared=False, address="room.example.org")
