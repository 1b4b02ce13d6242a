"""A real browser on the real application: decision 0014 says how the two are kept apart."""

import json
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect, sync_playwright

from tests.browser import chromium
from tests.conftest import BIN, Seatkeeper, Standing, environment_of
from tests.notices.post_office import PostOffice, open_post_office
from tests.ports import free_port
from tests.promises.homes import Origin
from tests.shared import by_one_worker, database_for_all

START_SECONDS = 30
PEOPLE = 60
PATIENCE_MS = 10_000


@dataclass(frozen=True, slots=True)
class Site:
    """A running Seatkeeper: Acme with some people, and the session of its full admin Kim Xu."""

    url: str
    session: str
    environment: dict[str, str]

    def sign_in(self, context: BrowserContext) -> None:
        context.add_cookies([{"name": "seatkeeper_session", "value": self.session, "url": self.url}])


# The plugin keeps one Playwright until the last test of all. Its loop would still be running in
# this thread while tests of other folders use Django's ORM, which Django refuses: so, one a module.
@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="module")
def browser(playwright: Playwright) -> Iterator[Browser]:
    browser = playwright.chromium.launch(executable_path=chromium.path(), args=list(chromium.ARGUMENTS))
    yield browser
    browser.close()


@pytest.fixture(scope="module")
def browser_context_args(site: Site) -> dict[str, Any]:
    return {"base_url": site.url, "locale": "en-GB", "timezone_id": "Europe/Berlin"}


@pytest.fixture(scope="module")
def post_office() -> Iterator[PostOffice]:
    """Where the site's mail comes in."""
    with open_post_office() as office:
        yield office


@pytest.fixture(scope="module")
def site_variables() -> dict[str, str]:
    """More of the site's environment, where a module needs it."""
    return {}


@pytest.fixture(scope="session")
def staged(migrated: str) -> tuple[Origin, str]:
    """Acme and the session of its admin, made once for all workers and copied for each module."""
    home, url, session = by_one_worker("staged", partial(_stage, migrated))
    return Origin(Path(home), url), session


def _stage(migrated: str, folder: Path) -> tuple[str, str, str]:
    home, url = folder / "home", database_for_all(folder, like=migrated)
    home.mkdir()
    return str(home), url, set_stage(environment_of(home, url), people=PEOPLE)


@pytest.fixture(scope="module")
def site(
    staged: tuple[Origin, str],
    tmp_path_factory: pytest.TempPathFactory,
    post_office: PostOffice,
    site_variables: dict[str, str],
) -> Iterator[Site]:
    """One for each module: its tests see each other's changes."""
    mail = {"SEATKEEPER_SMTP_HOST": "127.0.0.1", "SEATKEEPER_SMTP_PORT": str(post_office.port)}
    origin, session = staged
    with ExitStack() as stack:
        copy = stack.enter_context(origin.copied(tmp_path_factory.mktemp("site")))
        yield stack.enter_context(running_site(environment_of(copy.home, copy.url) | mail | site_variables, session))


@pytest.fixture(scope="module")
def command(site: Site) -> Iterator[Standing]:
    """Looks at what is kept, by another way than the pages."""
    with Seatkeeper(site.environment).standing() as standing:
        yield standing


def set_stage(environment: dict[str, str], *, people: int) -> str:
    """In a process of its own. The session of the full admin."""
    stage = [sys.executable, "-m", "tests.browser.stage", str(people)]
    made = subprocess.run(stage, env=environment, check=True, capture_output=True, timeout=120)
    return str(json.loads(made.stdout)["session"])


@contextmanager
def running_site(environment: dict[str, str], session: str) -> Iterator[Site]:
    """Serve what was staged, and work for it, each in a process of its own."""
    port = free_port()
    url = f"http://localhost:{port}"
    with (Path(environment["SEATKEEPER_HOME"]) / "server.log").open("wb") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "seatkeeper.config.server", "127.0.0.1", str(port)],
            env=environment,
            stdout=log,
            stderr=log,
        )
        worker = subprocess.Popen(
            [BIN / "seatkeeper", "worker", "--quiet", "--lanes", "1"], env=environment, stdout=log, stderr=log
        )
        try:
            _wait_for(url, server)
            yield Site(url, session, environment)
        finally:
            for process in (server, worker):
                process.terminate()
                process.wait(timeout=START_SECONDS)


@pytest.fixture
def expected_in_console() -> list[str]:
    """Words of console errors that a test provokes: add to it."""
    return []


@pytest.fixture(autouse=True)
def _quiet_console(context: BrowserContext, expected_in_console: list[str]) -> Iterator[None]:
    """No page may complain: no script error, no violation of the CSP, nothing missing."""
    complaints: list[str] = []
    context.set_default_timeout(PATIENCE_MS)
    expect.set_options(timeout=PATIENCE_MS)
    context.on("console", lambda message: complaints.append(message.text) if message.type in ("error", "warning") else None)
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    yield
    unexpected = [text for text in complaints if not any(word in text for word in expected_in_console)]
    assert unexpected == []


@pytest.fixture
def admin_page(page: Page, context: BrowserContext, site: Site) -> Page:
    """Of the full admin, signed in."""
    site.sign_in(context)
    return page


def _wait_for(url: str, server: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        assert server.poll() is None, f"the server ended with exit code {server.returncode}"
        try:
            urllib.request.urlopen(f"{url}/static/seatkeeper/mark.svg", timeout=2).close()  # noqa: S310  of this machine
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise AssertionError("the server did not answer in time")
