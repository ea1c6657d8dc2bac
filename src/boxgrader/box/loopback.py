"""A network in which a submission reaches itself and nobody else; for a course that asks for it."""

from __future__ import annotations

import socket
import struct
import sys

if sys.platform != "win32":  # there a course is read, but nothing is run
    import fcntl

_SET_FLAGS = 0x8914  # SIOCSIFFLAGS
_UP_AND_RUNNING = 0x41


def switch_on() -> None:
    """Switch the loopback device on, in a network namespace that has no other."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, _SET_FLAGS, struct.pack("16sh14x", b"lo", _UP_AND_RUNNING))
