"""The network is closed in tests; this machine's own addresses stay open."""

import ipaddress
import socket
from typing import Any

import pytest


class NetworkClosed(Exception):
    """A test reached for another machine."""


def is_this_machine(address: Any) -> bool:
    """Unix sockets, and IP addresses and names of the loopback."""
    if not isinstance(address, tuple):
        return True
    host = str(address[0])
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return host == "localhost"


def close(patch: pytest.MonkeyPatch) -> None:
    """From now on, connecting to or looking up another machine raises NetworkClosed."""
    connect, connect_ex, getaddrinfo = socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo

    def guarded_connect(self: socket.socket, address: Any) -> None:
        _refuse_unless_own(address)
        connect(self, address)

    def guarded_connect_ex(self: socket.socket, address: Any) -> int:
        _refuse_unless_own(address)
        return connect_ex(self, address)

    def guarded_getaddrinfo(host: Any, *arguments: Any, **options: Any) -> Any:
        if host is not None:
            _refuse_unless_own((host.decode() if isinstance(host, bytes) else host,))
        return getaddrinfo(host, *arguments, **options)

    patch.setattr(socket.socket, "connect", guarded_connect)
    patch.setattr(socket.socket, "connect_ex", guarded_connect_ex)
    patch.setattr(socket, "getaddrinfo", guarded_getaddrinfo)


def _refuse_unless_own(address: Any) -> None:
    if not is_this_machine(address):
        raise NetworkClosed(f"{address!r} is not on this machine")
