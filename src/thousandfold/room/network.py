"""Where a live room can be reached: on this computer alone, or in the network of the room."""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

from thousandfold.errors import ExplainedError


@dataclass(frozen=True)
class Place:
    """Where a room can be reached.

    Attributes
    ----------
    address : str
        For a browser, such as ``http://192.168.1.20:8765``.
    shared : bool
        Whether others in the room can reach it.
    others : tuple of str
        The same in other networks that this computer is in, such as a hotspot.
    here : str
        The same on this computer, where no certificate and no network is needed.
    proxied : bool
        Whether people come through a proxy, which says from where they come.
    """

    address: str
    shared: bool
    others: tuple[str, ...] = ()
    here: str = ""
    proxied: bool = False

    @property
    def lasting(self) -> bool:
        """Whether a room here may stay open for days after its close, on a machine that stays."""
        return self.proxied or self.address.startswith("https:")

    @property
    def host(self) -> str:
        """The name in the address, also where it is one from the internet."""
        return urlsplit(self.address).hostname or ""


def open_sockets(
    port: int, *, shared: bool, address: str | None = None
) -> tuple[list[socket.socket], Place]:
    """Open a port on this computer alone, or for its network.

    Parameters
    ----------
    port : int
        0 for any that is free.
    shared : bool
        Whether others on the network may come in.
    address : str, optional
        Where people reach it through a proxy on this computer, which then alone may come in.

    Raises
    ------
    ExplainedError
        If the port is taken, or there is no network.
    """
    from tornado.netutil import bind_sockets

    if address is not None:
        shared, address = False, _checked(address)
    hosts = own_addresses() if shared else ["127.0.0.1"]
    if not hosts:
        raise ExplainedError(
            "this computer is in no network, so nobody can reach it: join the network of the room "
            "first, or leave out --network"
        )
    try:
        sockets = bind_sockets(port, "0.0.0.0" if shared else hosts[0], family=socket.AF_INET)  # noqa: S104
    except (OSError, OverflowError) as error:
        why = error.strerror if isinstance(error, OSError) else "there is no such port"
        raise ExplainedError(
            f"port {port} cannot be opened ({why}). If another room is open, close it with Ctrl+C; "
            "else say --port with another number, such as --port 8800"
        ) from None
    port = sockets[0].getsockname()[1]
    here = f"http://127.0.0.1:{port}"
    if address is not None:
        return sockets, Place(address, True, (), here, proxied=True)
    first, *others = [f"http://{host}:{port}" for host in hosts]
    return sockets, Place(first, shared, tuple(others), here)


def own_addresses() -> list[str]:
    """Return the addresses of this computer in its networks, the most likely one first.

    That is the one from which it would go to the internet. Nothing is sent.
    """
    import psutil  # type: ignore[import-untyped]

    found = [
        str(one.address)
        for card, addresses in psutil.net_if_addrs().items()
        for one in addresses
        if one.family == socket.AF_INET
        and not ipaddress.ip_address(one.address).is_loopback
        and psutil.net_if_stats()[card].isup
    ]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            # Chooses a way to an address that belongs to nobody (RFC 5737), and sends nothing.
            probe.connect(("192.0.2.1", 9))
            likely = str(probe.getsockname()[0])
        except OSError:  # a network without a way out of it
            likely = ""
    return sorted(found, key=lambda address: address != likely)


def line_of(address: str) -> str:
    """Return what stands for one line into the network: with IPv6 it has a whole range.

    Examples
    --------
    >>> line_of("192.0.2.7"), line_of("2001:db8:1:2:a:b:c:d")
    ('192.0.2.7', '2001:db8:1:2::/64')
    """
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return address
    if known.version == 4:
        return address
    return str(ipaddress.ip_network(f"{known.compressed.partition('%')[0]}/64", strict=False))


def is_own_name(host: str) -> bool:
    """Say whether the name in the address is this computer's, and not one from the internet."""
    name = host.strip("[]").rstrip(".").lower()
    own = socket.gethostname().lower()
    if name in ("localhost", own, own.split(".")[0], f"{own.split('.')[0]}.local"):
        return True
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def is_near(host: str) -> bool:
    """Say whether a host is in this network, as far as its name tells, and not on the internet.

    Examples
    --------
    >>> is_near("192.168.1.20"), is_near("anns-laptop.local"), is_near("room.example.org")
    (True, True, False)
    """
    name = host.strip("[]").rstrip(".").lower()
    try:
        return not ipaddress.ip_address(name).is_global
    except ValueError:
        return "." not in name or name.endswith(".local")


def _checked(address: str) -> str:
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/"):
        raise ExplainedError(
            f"--address is what people type, such as https://room.example.org, not {address!r:.80}"
        )
    return f"{parts.scheme}://{parts.netloc}"
