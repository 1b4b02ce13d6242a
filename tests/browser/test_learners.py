"""Pages about and of learners: axe at both widths, the keyboard alone, and without script on a phone."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import Site
from tests.browser.hands import Keyboard
from tests.browser.looks import faults

pytestmark = pytest.mark.one_database("how pages look and are worked; what they do is tested on both in tests/web")

OF_ADMINS = (
    *("waitlist", "requests", "waiting settings", "texts", "text", "new text", "merge", "deletions", "deletion"),
    *("delete", "content", "remove content", "tokens"),
)
OF_LEARNERS = (
    *("learning", "history", "licenses", "refused", "invitation", "no reminders", "place", "ask", "join", "confirm"),
    "sessions",
)
OF_STRANGERS = ("invitation", "join", "confirm", "refused", "sign-in", "ask")


@dataclass(frozen=True, slots=True)
class Cast:
    """A learner's session, and where each page is."""

    session: str
    pages: dict[str, str]

    def sign_in(self, context: BrowserContext, site: Site) -> None:
        context.add_cookies([{"name": "seatkeeper_session", "value": self.session, "url": site.url}])


@pytest.fixture(scope="module")
def cast(site: Site) -> Cast:
    made = subprocess.run(
        [sys.executable, "-m", "tests.browser.learners"], env=site.environment, capture_output=True, timeout=120, check=True
    )
    return Cast(**json.loads(made.stdout))


@pytest.fixture
def learner_page(page: Page, context: BrowserContext, site: Site, cast: Cast) -> Page:
    cast.sign_in(context, site)
    return page


@pytest.fixture
def bare(browser: Browser, site: Site) -> Iterator[BrowserContext]:
    """A phone without script."""
    context = browser.new_context(base_url=site.url, java_script_enabled=False, viewport={"width": 360, "height": 800})
    yield context
    context.close()


def seen(page: Page, cast: Cast, names: tuple[str, ...]) -> list[str]:
    found = []
    for name in names:
        answer = page.goto(cast.pages[name])
        assert answer
        assert answer.status == 200, name
        found += faults(page, with_targets=True)
    return found


def test_pages_of_admins(admin_page: Page, cast: Cast) -> None:
    assert seen(admin_page, cast, OF_ADMINS) == []


def test_pages_of_learners(learner_page: Page, cast: Cast) -> None:
    assert seen(learner_page, cast, OF_LEARNERS) == []
    learner_page.goto(cast.pages["learning"])
    learner_page.locator("summary").filter(has_text="Me").click()
    assert faults(learner_page) == []


def test_pages_of_strangers(page: Page, cast: Cast) -> None:
    assert seen(page, cast, OF_STRANGERS) == []


def test_by_keyboard_alone(learner_page: Page, cast: Cast) -> None:
    hands = Keyboard()
    learner_page.goto(cast.pages["invitation"])
    hands.press(learner_page.get_by_role("button", name="Activate your license"))
    expect(learner_page.get_by_role("heading", level=1)).to_have_text("Your license is active")
    learner_page.goto(cast.pages["place"])
    hands.press(learner_page.get_by_role("button", name="Leave the waitlist"))
    expect(learner_page.get_by_role("status").first).to_contain_text("You do not wait for a license any more")
    learner_page.goto(cast.pages["learning"])
    hands.press(learner_page.locator("summary").filter(has_text="Me"))
    hands.press(learner_page.get_by_role("link", name="Where you are signed in"))
    expect(learner_page.get_by_role("heading", level=1)).to_have_text("Where you are signed in")


def test_admins_by_keyboard_alone(admin_page: Page, cast: Cast) -> None:
    hands = Keyboard()
    admin_page.goto(cast.pages["requests"])
    hands.check(admin_page.locator("main tbody input[type=checkbox]").first)
    hands.press(admin_page.get_by_role("button", name="Approve", exact=True))
    expect(admin_page.locator("main tbody tr")).to_have_count(2)
    admin_page.goto(cast.pages["deletion"])
    hands.press(admin_page.get_by_role("button", name="Call off"))
    expect(admin_page.locator("main")).to_contain_text("Called off")


def test_learners_without_script(bare: BrowserContext, site: Site, cast: Cast) -> None:
    page = bare.new_page()
    page.goto(cast.pages["join"])
    page.get_by_label("E-mail address").fill("other@acme.example")
    page.locator("main button").click()
    expect(page.locator("main")).to_contain_text("Look into your mail")
    page.goto(cast.pages["ask"])
    page.get_by_role("textbox").fill("For the course")
    page.get_by_role("button", name="Ask for a license").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("You asked for a license")
    cast.sign_in(bare, site)
    for name in OF_LEARNERS:
        page.goto(cast.pages[name])
        expect(page.locator("h1")).to_have_count(1)
    page.goto(cast.pages["learning"])
    page.locator("summary").filter(has_text="Me").click()
    page.get_by_role("button", name="Sign out").click()
    page.goto(cast.pages["learning"])
    expect(page).to_have_url(re.compile("/account/login/code/"))


def test_admins_without_script(bare: BrowserContext, site: Site, cast: Cast) -> None:
    site.sign_in(bare)
    page = bare.new_page()
    for name in OF_ADMINS:
        page.goto(cast.pages[name])
        expect(page.locator("h1")).to_have_count(1)
    page.goto(cast.pages["requests"])
    before = page.locator("main tbody tr").count()
    page.locator("main tbody input[type=checkbox]").first.check()
    page.get_by_role("button", name="Decline", exact=True).click()
    expect(page.locator("main tbody tr")).to_have_count(before - 1)
    page.goto(cast.pages["delete"])
    page.get_by_label("Type").fill("1")
    page.locator("main").get_by_role("button", name="Delete").click()
    expect(page.locator("main")).to_contain_text("Call off")
    page.goto(cast.pages["new text"])
    page.get_by_label("Name").fill("Winter")
    page.get_by_label("Subject").fill("Welcome")
    page.get_by_role("textbox").last.fill("Come in. {link}")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("main")).to_contain_text("Winter")
    page.goto(cast.pages["tokens"])
    page.get_by_role("button", name="Revoke").first.click()
    expect(page.locator("main")).to_contain_text("Revoked")
