"""Signing in by a real browser: a passkey, a new password by mail, the organization's sign-in under the strict policy; axe."""

import re
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests import oidc
from tests.browser.looks import faults
from tests.browser.stage import EMAIL, PASSWORD
from tests.conftest import Standing
from tests.notices.post_office import PostOffice

pytestmark = pytest.mark.one_database("how a browser signs in; who is let in is tested on both in tests/accounts")

PAGES = (
    "/me/profile/",
    "/learning/",
    "/account/2fa/totp/activate/",
    "/account/2fa/webauthn/",
    "/account/2fa/webauthn/add/",
    "/account/2fa/recovery-codes/generate/",
    "/account/sessions/",
    "/account/password/change/",
    "/admin-center/admins/new/",
)
ENTRANCES = ("/account/login/", "/account/password/reset/", "/account/password/reset/done/")
PATIENCE_SECONDS = 30


@pytest.fixture(scope="module")
def site_variables() -> Iterator[dict[str, str]]:
    with oidc.provider() as url:
        yield {
            "SEATKEEPER_OIDC_URL": url,
            "SEATKEEPER_OIDC_CLIENT_ID": "seatkeeper",
            "SEATKEEPER_OIDC_CLIENT_SECRET": "a secret",
            "SEATKEEPER_OIDC_NAME": "Corp",
        }


def sign_in(page: Page, email: str, password: str) -> None:
    page.goto("/account/login/")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", name="Learning Management")).to_be_visible()


def confirm(page: Page) -> list[str]:
    """Write the password once more, where a page asks for it. What is wrong with that page."""
    expect(page.get_by_role("button", name="Confirm")).to_be_visible()
    found = faults(page)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()
    return found


def test_axe_finds_nothing_on_the_pages_of_an_account(page: Page) -> None:
    sign_in(page, EMAIL, PASSWORD)  # a session of its own: what is confirmed in it stays there
    page.goto("/account/2fa/totp/activate/")
    found = confirm(page)
    expect(page.get_by_role("heading", name="Set up an authenticator app")).to_be_visible()
    for address in PAGES:
        page.goto(address)
        assert urlsplit(page.url).path == address
        found += faults(page)
    assert found == []


def test_axe_finds_nothing_on_the_pages_before_signing_in(page: Page) -> None:
    found = []
    for address in ENTRANCES:
        page.goto(address)
        found += faults(page)
    assert found == []


def test_a_passkey_is_added_and_signs_in(admin_page: Page, context: BrowserContext, tmp_path: Path) -> None:
    session = context.new_cdp_session(admin_page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})

    admin_page.goto("/account/2fa/")
    admin_page.get_by_role("link", name="Add a passkey").click()
    assert confirm(admin_page) == []
    admin_page.get_by_label("Passwordless").check()
    admin_page.get_by_role("button", name="Add", exact=True).click()
    assert_codes_are_kept(admin_page, tmp_path)

    context.clear_cookies()
    admin_page.goto("/account/login/")
    admin_page.get_by_role("button", name="Sign in with a passkey").click()
    expect(admin_page.get_by_role("heading", name="Learning Management")).to_be_visible()


def assert_codes_are_kept(page: Page, folder: Path) -> None:
    """The recovery codes that come with the first passkey: as on the page, so in the file."""
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    codes = page.get_by_label("Codes left").input_value().split()
    assert len(set(codes)) == 10
    assert faults(page) == []
    with page.expect_download() as started:
        page.get_by_role("link", name="Download the codes").click()
    file = folder / started.value.suggested_filename
    started.value.save_as(file)
    assert [line for line in file.read_text().splitlines() if line in codes] == codes


def test_a_new_password_comes_by_mail(page: Page, command: Standing, post_office: PostOffice) -> None:
    assert command("admins", "add", "lee@acme.example").exit_code == 0
    page.goto("/account/login/")
    page.get_by_role("link", name="Forgot your password?").click()
    page.get_by_label("E-mail address").fill("lee@acme.example")
    page.get_by_role("button", name="Send the link").click()
    expect(page.get_by_role("heading", name="Look at your mail")).to_be_visible()

    link = link_of(post_office, "lee@acme.example")
    page.goto(link)
    assert faults(page) == []
    for label in ("New Password", "New Password (again)"):
        page.get_by_label(label, exact=True).fill("another long password")
    page.get_by_role("button", name="Set password").click()
    expect(page.get_by_role("heading", name="Your password is set")).to_be_visible()
    sign_in(page, "lee@acme.example", "another long password")

    page.goto(link)
    expect(page.get_by_role("main")).to_contain_text("This link was used before")


def link_of(post_office: PostOffice, email: str) -> str:
    """What a mail to somebody leads to."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while email not in post_office.to():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    text = post_office.text(post_office.to().index(email))
    (link,) = re.findall(r"https?://\S+", text)
    return str(link)


def test_the_organization_signs_in_under_the_strict_policy(
    page: Page, command: Standing, expected_in_console: list[str]
) -> None:
    expected_in_console.append("Failed to load resource")  # the provider's page asks for a style sheet elsewhere
    assert command("admins", "add", "kim@corp.example").exit_code == 0
    page.goto("/account/login/")
    page.get_by_role("button", name="Sign in with Corp").click()
    page.locator("input[name=sub]").fill("kim")
    page.locator("form button[type=submit], form button:not([type])").first.click()
    expect(page.get_by_role("heading", name="Learning Management")).to_be_visible()
