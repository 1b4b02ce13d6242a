"""Signing in by a real browser: a passkey, the sign-in of the organization under the strict policy, axe on each page."""

import re
import subprocess
import sys
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from tests import oidc
from tests.browser.conftest import Site
from tests.browser.stage import PASSWORD

PAGES = (
    "/me/",
    "/me/profile/",
    "/learning/",
    "/account/password/set/",
    "/account/2fa/",
    "/account/2fa/totp/activate/",
    "/account/2fa/webauthn/",
    "/account/2fa/webauthn/add/",
    "/account/sessions/",
    "/admin-center/admins/",
    "/admin-center/admins/new/",
)
ENTRANCES = ("/account/login/", "/account/password/reset/", "/account/password/reset/done/", "/account/logout/")
WIDTHS = (1280, 360)


@pytest.fixture(scope="module")
def site_variables() -> Iterator[dict[str, str]]:
    with oidc.provider() as url:
        yield {
            "SEATKEEPER_OIDC_URL": url,
            "SEATKEEPER_OIDC_CLIENT_ID": "seatkeeper",
            "SEATKEEPER_OIDC_CLIENT_SECRET": "a secret",
            "SEATKEEPER_OIDC_NAME": "Corp",
        }


def faults(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{page.url} {fault['id']}: {node['html'][:120]}" for fault in found for node in fault["nodes"]]


def no_wider_than_the_window(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


@pytest.mark.parametrize("width", WIDTHS)
def test_axe_finds_nothing_on_the_pages_of_an_account(admin_page: Page, width: int) -> None:
    admin_page.set_viewport_size({"width": width, "height": 800})
    found = []
    for address in PAGES:
        admin_page.goto(address)
        found += faults(admin_page)
        assert no_wider_than_the_window(admin_page), address
    assert found == []


@pytest.mark.parametrize("width", WIDTHS)
def test_axe_finds_nothing_on_the_pages_before_signing_in(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    found = []
    for address in ENTRANCES:
        page.goto(address)
        found += faults(page)
        assert no_wider_than_the_window(page), address
    assert found == []


def test_a_passkey_is_added_and_signs_in(admin_page: Page, context: BrowserContext) -> None:
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
    admin_page.get_by_label("Password").fill(PASSWORD)
    admin_page.get_by_role("button", name="Confirm").click()
    admin_page.get_by_label("Passwordless").check()
    admin_page.get_by_role("button", name="Add", exact=True).click()
    admin_page.wait_for_url(re.compile("recovery-codes|webauthn/$"))

    context.clear_cookies()
    admin_page.goto("/account/login/")
    admin_page.get_by_role("button", name="Sign in with a passkey").click()
    expect(admin_page.get_by_role("heading", name="Learning Management")).to_be_visible()


def test_the_organization_signs_in_under_the_strict_policy(page: Page, site: Site, expected_in_console: list[str]) -> None:
    expected_in_console.append("Failed to load resource")  # the provider's page asks for a style sheet elsewhere
    add = [sys.executable, "-m", "seatkeeper.cli.main", "admins", "add", "kim@corp.example"]
    subprocess.run(add, env=site.environment, check=True, capture_output=True, timeout=60)
    page.goto("/account/login/")
    page.get_by_role("button", name="Sign in with Corp").click()
    page.locator("input[name=sub]").fill("kim")
    page.locator("form button[type=submit], form button:not([type])").first.click()
    expect(page.get_by_role("heading", name="Learning Management")).to_be_visible()
