"""A small generator of load: one request at a time on each of some connections that stay open."""

import selectors
import socket
import time
from collections.abc import Sequence
from itertools import cycle
from types import TracebackType
from typing import Any

MOST_BYTES = 65_536
WARM_SECONDS = 1.0


class Connection:
    """One that stays open."""

    def __init__(self, host: str, port: int) -> None:
        self.socket = socket.create_connection((host, port), timeout=60)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sent_at = 0.0

    def ask(self, request: bytes) -> int:
        """The status."""
        self.send(request)
        return self.receive()

    def send(self, request: bytes) -> None:
        self.sent_at = time.perf_counter()
        self.socket.sendall(request)

    def receive(self) -> int:
        """Reads the answer to its end, as its length says."""
        data = self.socket.recv(MOST_BYTES)
        while b"\r\n\r\n" not in data:
            data += self._more()
        head, _, body = data.partition(b"\r\n\r\n")
        lines = head.lower().split(b"\r\n")
        length = next((int(line.partition(b":")[2]) for line in lines if line.startswith(b"content-length:")), 0)
        while len(body) < length:
            body += self._more()
        return int(lines[0].split(b" ")[1])

    def _more(self) -> bytes:
        data = self.socket.recv(MOST_BYTES)
        if not data:
            raise ConnectionError("the server hung up")
        return data

    def __enter__(self) -> "Connection":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.socket.close()


def load(host: str, port: int, requests: Sequence[bytes], *, seconds: float, connections: int) -> dict[str, Any]:
    """Requests a second and percentiles of milliseconds, after a second of warming up."""
    selector, rest = selectors.DefaultSelector(), cycle(requests)
    everyone = [Connection(host, port) for _ in range(connections)]
    for one in everyone:
        selector.register(one.socket, selectors.EVENT_READ, one)
        one.send(next(rest))
    begun = time.perf_counter() + WARM_SECONDS
    waits: list[float] = []
    refused = 0
    while (now := time.perf_counter()) < begun + seconds:
        for ready, _ in selector.select():
            one = ready.data
            refused += one.receive() != 200
            if now >= begun:
                waits.append((time.perf_counter() - one.sent_at) * 1000)
            one.send(next(rest))
    for one in everyone:
        one.socket.close()
    ordered = sorted(waits)
    at = {name: ordered[int((len(ordered) - 1) * share)] for name, share in (("p50", 0.5), ("p95", 0.95), ("p99", 0.99))}
    return {"per_second": len(waits) / seconds, "refused": refused, "max": ordered[-1], **at}
