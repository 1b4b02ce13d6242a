"""Every page, in the states a person meets it in: axe finds nothing, and nothing makes the page scroll sideways."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Site
from tests.browser.looks import faults
from tests.conftest import Standing

pytestmark = pytest.mark.one_database("how pages look and are worked; what they do is tested on both in tests/web")

PATIENCE_MS = 60_000
HEADER = "invited_email_address,default_license_learning_status"


@pytest.fixture(autouse=True)
def _refusals_are_expected(expected_in_console: list[str]) -> None:
    expected_in_console.extend(["404", "410", "422"])


def addresses(page: Page) -> Iterator[str]:
    """The places of the side bar; the first of what they list; and what they lead to."""
    page.goto("/admin-center/")
    for link in page.get_by_role("navigation", name="Admin Center").get_by_role("link").all():
        yield str(link.get_attribute("href"))
    for place in ("groups", "pools", "admins"):
        page.goto(f"/admin-center/{place}/")
        yield str(page.locator(f"main a[href^='/admin-center/{place}/']").first.get_attribute("href"))
        yield str(page.locator(f"main table a[href^='/admin-center/{place}/']").first.get_attribute("href"))
    yield from (
        f"/admin-center/{place}/"
        for place in ("uploads/new", "uploads/usage", "downloads", "users/new", "help/csv-file", "help/error-codes")
    )
    yield from (f"/admin-center/{place}/" for place in ("deletions/new", "waitlist", "tokens", "content/new", "requests"))
    yield from ("/management/", "/me/", "/me/notices/", "/account/password/change/", "/account/2fa/", "/account/sessions/")


def test_pages(admin_page: Page) -> None:
    found = []
    for address in list(dict.fromkeys(addresses(admin_page))):
        admin_page.goto(address)
        found += faults(admin_page, with_targets=True)
    assert found == []


def test_a_profile_and_its_dialogs(admin_page: Page) -> None:
    admin_page.goto("/admin-center/users/?q=department:Engineering+status:active")
    found = faults(admin_page)
    admin_page.get_by_role("checkbox", name=re.compile("Select everyone")).check()
    expect(admin_page.get_by_role("region", name="Selection")).to_be_visible()
    found += faults(admin_page)
    admin_page.get_by_role("button", name="Manage licenses").click()
    expect(admin_page.get_by_role("dialog")).to_be_visible()
    found += faults(admin_page)
    admin_page.keyboard.press("Escape")
    admin_page.locator("tbody th a").first.click()
    tabs = admin_page.get_by_role("navigation", name="Parts of the profile")
    for tab in ("Groups", "Activity", "Usage", "Licenses"):
        tabs.get_by_role("link", name=tab).click()
        expect(tabs.get_by_role("link", name=tab)).to_have_attribute("aria-current", "page")
        found += faults(admin_page)
    profile = admin_page.url
    admin_page.get_by_role("link", name="Manage license").first.click()
    expect(admin_page.get_by_role("dialog")).to_be_visible()
    found += faults(admin_page)
    for place in ("merge/", "merge/?email=nobody", "disconnection/"):
        admin_page.goto(f"{profile.partition('?')[0]}{place}")
        found += faults(admin_page)
    assert found == []


def test_menus_that_are_open(admin_page: Page) -> None:
    admin_page.goto("/admin-center/users/")
    found = []
    for words in ("Me", "Manage users via CSV", "Filter"):
        admin_page.locator("summary").filter(has_text=re.compile(rf"^\s*{words}\s*$")).click()
        found += faults(admin_page)
        admin_page.keyboard.press("Escape")
    admin_page.locator("tbody summary").first.click()
    found += faults(admin_page)
    assert found == []


def test_an_upload_in_every_state(admin_page: Page, command: Standing, tmp_path: Path) -> None:
    found = []
    for text, button, status in uploads_of(command):
        send(admin_page, tmp_path, text, button)
        if status:
            expect(admin_page.locator("#upload-state").get_by_role("status").first).to_have_text(status, timeout=PATIENCE_MS)
        else:
            expect(admin_page.get_by_role("alert")).to_be_visible()
        found += faults(admin_page)
    admin_page.goto("/admin-center/uploads/new/")
    admin_page.locator("summary").filter(has_text="Get started").click()
    found += faults(admin_page)
    for address in ("/admin-center/uploads/", "/admin-center/notices/"):
        admin_page.goto(address)
        found += faults(admin_page, with_targets=True)
    assert found == []


def uploads_of(command: Standing) -> Iterator[tuple[str, str, str]]:
    """What is sent, by which button, and what its status becomes; none: it is refused at once."""
    people = command("learners", "--filter", "status:active", "--limit", "1", "--format", "json").json()
    person = people[0]["email"]
    yield f"{HEADER}\n{person},inactive\n", "Preview first", "Ready to apply"
    yield f"{HEADER}\n{person},gone\n,active\n", "Upload", "Done"
    yield "invited_email_address,groups\nana@acme.example,Sales\n", "Upload", ""
    yield "", "Upload", ""


def send(page: Page, folder: Path, text: str, button: str) -> None:
    file = folder / "people.csv"
    file.write_text(text)
    page.goto("/admin-center/uploads/new/")
    page.get_by_label("Upload CSV").set_input_files(file)
    page.get_by_role("button", name=button, exact=True).click()


def test_operations_in_every_state(admin_page: Page, command: Standing) -> None:
    planned = command("unassign", "--filter", "department:Support", "--preview", "--format", "json").json()["operation"]
    found = []
    for number in (1, planned):
        admin_page.goto(f"/admin-center/operations/{number}/")
        found += faults(admin_page)
    admin_page.get_by_role("button", name="Discard").click()
    expect(admin_page.locator("[data-toast]")).to_be_visible()
    found += faults(admin_page)
    assert found == []


def test_a_signed_out_person_and_errors(page: Page) -> None:
    found = []
    for address in ("/admin-center/nothing-here/", "/admin-center/users/999999/", "/admin-center/users/?q=pool:"):
        page.goto(address)
        found += faults(page)
    page.context.clear_cookies()
    for address in ("/account/login/", "/account/password/reset/", "/sign-in/spent/"):
        page.goto(address)
        found += faults(page)
    assert found == []


CONNECT = """
import django; django.setup()
from seatkeeper.accounts.models import Membership
from seatkeeper.directory.models import Learner
Membership.objects.filter(is_full_admin=True).update(learner=Learner.objects.earliest("id"))
"""


def test_pages_of_one_who_is_a_learner_too(admin_page: Page, site: Site) -> None:
    environment = site.environment | {"DJANGO_SETTINGS_MODULE": "seatkeeper.config.settings"}
    subprocess.run([sys.executable, "-c", CONNECT], env=environment, check=True, timeout=60)
    found = []
    for address in ("/admin-center/", "/management/", "/learn/", "/learn/history/", "/learn/licenses/", "/learn/refused"):
        admin_page.goto(address)
        found += faults(admin_page, with_targets=True)
    assert found == []
