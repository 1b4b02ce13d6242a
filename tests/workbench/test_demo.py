"""`make demo`: one command to a signed-in Admin Center."""

import re
import signal
import subprocess
import sys
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar
from pathlib import Path

import pytest

from tests.conftest import BIN, environment_of
from tests.ports import free_port

pytestmark = pytest.mark.one_database("the demo makes a home of its own, on SQLite")
ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 90


def test_the_demo_starts_and_its_link_signs_in(tmp_path: Path) -> None:
    environment = environment_of(tmp_path / "of-the-user", "sqlite:///not/to/be/used")
    environment |= {"PATH": f"{BIN}:{environment['PATH']}", "TMPDIR": str(tmp_path)}
    port = free_port()
    command: list[str | Path] = [sys.executable, ROOT / "scripts" / "demo", "--learners", "12", "--port", str(port)]
    demo = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        home = signed_in_at(printed_link(demo))
        users = home.open(f"http://localhost:{port}/admin-center/users/").read().decode()
    finally:
        demo.send_signal(signal.SIGTERM)
        demo.communicate(timeout=START_SECONDS)

    assert users.count('name="id"') == 12
    assert demo.returncode == 0
    assert list(tmp_path.iterdir()) == []


def printed_link(demo: "subprocess.Popen[str]") -> str:
    assert demo.stdout
    for line in demo.stdout:
        if link := re.search(r"http://localhost:\d+/sign-in/\S+", line):
            return link.group()
    raise AssertionError(f"no link: {demo.stderr.read() if demo.stderr else ''}")


def signed_in_at(link: str) -> urllib.request.OpenerDirector:
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
    page = browser.open(link).read().decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert token
    answer = browser.open(link, data=urllib.parse.urlencode({"csrfmiddlewaretoken": token.group(1)}).encode())
    assert "/sign-in/" not in answer.url
    return browser
