"""Every page, in the states a person meets it in: axe finds nothing, and nothing makes the page scroll sideways."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import Site
from tests.conftest import Seatkeeper

LOOKS = [(1280, "light"), (1280, "dark"), (360, "light"), (360, "dark")]
PATIENCE_MS = 60_000
HEADER = "invited_email_address,default_license_learning_status"


@pytest.fixture(params=LOOKS, ids=[f"{width}-{scheme}" for width, scheme in LOOKS])
def look(request: pytest.FixtureRequest, admin_page: Page) -> Callable[[Page], list[str]]:
    """What is wrong with a page as it is shown now."""
    width, scheme = request.param
    admin_page.set_viewport_size({"width": width, "height": 900})
    admin_page.emulate_media(color_scheme=scheme, reduced_motion="reduce")

    def found(page: Page) -> list[str]:
        violations = Axe().run(page).response["violations"]
        where = page.url.split("/", 3)[-1]
        faults = [f"{where}: {fault['id']}: {node['html'][:200]}" for fault in violations for node in fault["nodes"]]
        over = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        return [*faults, *([f"{where}: {over} px too wide"] if over > 0 else [])]

    return found


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
        f"/admin-center/{place}/" for place in ("uploads/new", "downloads", "users/new", "help/csv-file", "help/error-codes")
    )
    yield from ("/management/", "/me/", "/me/notices/", "/account/password/change/", "/account/2fa/")


def test_pages(admin_page: Page, look: Callable[[Page], list[str]]) -> None:
    faults = []
    for address in list(dict.fromkeys(addresses(admin_page))):
        admin_page.goto(address)
        faults += look(admin_page)
    assert faults == []


def test_a_profile_and_its_dialogs(admin_page: Page, look: Callable[[Page], list[str]]) -> None:
    admin_page.goto("/admin-center/users/?q=department:Engineering+status:active")
    faults = look(admin_page)
    admin_page.get_by_role("checkbox", name=re.compile("Select everyone")).check()
    expect(admin_page.get_by_role("region", name="Selection")).to_be_visible()
    faults += look(admin_page)
    admin_page.get_by_role("button", name="Manage licenses").click()
    expect(admin_page.get_by_role("dialog")).to_be_visible()
    faults += look(admin_page)
    admin_page.keyboard.press("Escape")
    admin_page.locator("tbody th a").first.click()
    tabs = admin_page.get_by_role("navigation", name="Parts of the profile")
    for tab in ("Groups", "Activity", "Licenses"):
        tabs.get_by_role("link", name=tab).click()
        expect(tabs.get_by_role("link", name=tab)).to_have_attribute("aria-current", "page")
        faults += look(admin_page)
    admin_page.get_by_role("link", name="Manage license").first.click()
    expect(admin_page.get_by_role("dialog")).to_be_visible()
    faults += look(admin_page)
    assert faults == []


def test_menus_that_are_open(admin_page: Page, look: Callable[[Page], list[str]]) -> None:
    admin_page.goto("/admin-center/users/")
    faults = []
    for words in ("Me", "Manage users via CSV", "Filter"):
        admin_page.locator("summary").filter(has_text=re.compile(rf"^\s*{words}\s*$")).click()
        faults += look(admin_page)
        admin_page.keyboard.press("Escape")
    admin_page.locator("tbody summary").first.click()
    faults += look(admin_page)
    assert faults == []


def test_an_upload_in_every_state(admin_page: Page, look: Callable[[Page], list[str]], site: Site, tmp_path: Path) -> None:
    faults = []
    for text, button, status in uploads_of(site):
        send(admin_page, tmp_path, text, button)
        if status:
            expect(admin_page.locator("#upload-state").get_by_role("status").first).to_have_text(status, timeout=PATIENCE_MS)
        else:
            expect(admin_page.get_by_role("alert")).to_be_visible()
        faults += look(admin_page)
    admin_page.goto("/admin-center/uploads/new/")
    admin_page.locator("summary").filter(has_text="Get started").click()
    faults += look(admin_page)
    for address in ("/admin-center/uploads/", "/admin-center/notices/"):
        admin_page.goto(address)
        faults += look(admin_page)
    assert faults == []


def uploads_of(site: Site) -> Iterator[tuple[str, str, str]]:
    """What is sent, by which button, and what its status becomes; none: it is refused at once."""
    found = Seatkeeper(site.environment)("learners", "--filter", "status:active", "--limit", "1", "--format", "json").json()
    person = found[0]["email"]
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


def test_operations_in_every_state(admin_page: Page, look: Callable[[Page], list[str]], site: Site) -> None:
    command = Seatkeeper(site.environment)
    planned = command("unassign", "--filter", "department:Support", "--preview", "--format", "json").json()["operation"]
    faults = []
    for number in (1, planned):
        admin_page.goto(f"/admin-center/operations/{number}/")
        faults += look(admin_page)
    admin_page.get_by_role("button", name="Discard").click()
    expect(admin_page.locator("[data-toast]")).to_be_visible()
    faults += look(admin_page)
    assert faults == []


def test_a_signed_out_person_and_errors(page: Page, look: Callable[[Page], list[str]]) -> None:
    faults = []
    for address in ("/admin-center/nothing-here/", "/admin-center/users/999999/", "/admin-center/users/?q=pool:"):
        page.goto(address)
        faults += look(page)
    page.context.clear_cookies()
    for address in ("/account/login/", "/account/password/reset/", "/sign-in/spent/"):
        page.goto(address)
        faults += look(page)
    assert faults == []
