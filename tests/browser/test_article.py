"""The help article, step by step: one test for each of its four numbered lists, which finds all by
the article's bold labels; by mouse, and by keyboard alone."""

import csv
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser.hands import Hands, Keyboard, Mouse
from tests.conftest import Standing
from tests.notices.post_office import PostOffice

POOL = "default/learning"
STATUS_COLUMN = "default_license_learning_status"
PATIENCE_MS = 60_000  # for work that goes on in the background
SETS = {Mouse: "Support", Keyboard: "Sales"}  # departments of their own: the two share the site
FILES = {Mouse: "Marketing", Keyboard: "Legal"}


@pytest.fixture(params=[Mouse(), Keyboard()], ids=["mouse", "keyboard"])
def hands(request: pytest.FixtureRequest) -> Hands:
    found: Hands = request.param
    return found


@pytest.fixture
def admin_center(admin_page: Page, context: BrowserContext, hands: Hands) -> Page:
    """1. From Learning Management, select Me > Manage users in Admin Center. A new window opens."""
    admin_page.goto("/management/")
    expect(admin_page.get_by_role("heading", level=1, name="Learning Management")).to_be_visible()
    hands.press(menu(admin_page, "Me"))
    with context.expect_page() as opened:
        hands.press(admin_page.get_by_role("banner").get_by_role("link", name="Manage users in Admin Center"))
    expect(opened.value.get_by_role("heading", level=1)).to_have_text("Users")
    return opened.value


def test_unassign_a_learner(admin_center: Page, hands: Hands, command: Standing) -> None:
    email = active(command, "department:Engineering pool:default/learning -pool:engineering/pro")[0]
    before = seats(command)

    row = search_for(admin_center, hands, email)
    hands.press(row.locator("summary").filter(has_text="More"))
    hands.press(row.get_by_role("link", name="Manage licenses"))
    dialog = admin_center.get_by_role("dialog", name=re.compile("Manage licenses"))
    hands.check(dialog.get_by_role("radio", name="No license"))
    expect(dialog).to_contain_text("1 person loses an active license.")
    hands.press(dialog.get_by_role("button", name="Save"))

    expect(row.locator(".status")).to_have_text("No license")
    expect(admin_center.locator("[data-toast]")).to_contain_text("1 seat is free.")
    assert statuses(command, email)[POOL] == "no license"
    assert_freed(command, before, 1)
    assert_told(command, [email], source="page")


def test_unassign_a_specific_license(admin_center: Page, hands: Hands, command: Standing) -> None:
    email = active(command, "department:Finance")[0]
    before = seats(command)

    row = search_for(admin_center, hands, email)
    hands.press(row.locator("th a"))
    expect(admin_center.locator("main")).to_contain_text("Enterprise Profile")
    tabs = admin_center.get_by_role("navigation", name="Parts of the profile")
    hands.press(tabs.get_by_role("link", name="Licenses"))
    license_row = admin_center.get_by_role("row").filter(has=admin_center.get_by_role("link", name="Manage license"))
    hands.press(license_row.get_by_role("link", name="Manage license"))
    dialog = admin_center.get_by_role("dialog", name="Manage license")
    hands.choose(dialog.get_by_role("combobox"), "No license")
    hands.press(dialog.get_by_role("button", name="Save"))

    expect(license_row.locator(".status")).to_have_text("No license")
    assert statuses(command, email)[POOL] == "no license"
    assert_freed(command, before, 1)
    assert_told(command, [email], source="page")


def test_unassign_a_set_of_learners(admin_center: Page, hands: Hands, command: Standing) -> None:
    department = SETS[type(hands)]
    chosen = active(command, f"department:{department}")
    kept, leaving = chosen[0], chosen[1:]
    before = seats(command)

    hands.press(menu(admin_center, "Filter"))
    hands.choose(admin_center.get_by_label("License status"), "Active")
    hands.write(admin_center.get_by_label("Department"), department, then_enter=True)
    expect(admin_center.locator("tbody tr")).to_have_count(len(chosen))
    heading = admin_center.get_by_role("columnheader", name="User Details")
    hands.check(heading.get_by_role("checkbox"))
    bar = admin_center.get_by_role("region", name="Selection")
    expect(bar).to_contain_text(f"{len(chosen)} selected")
    hands.check(admin_center.locator("tbody tr", has_text=kept).get_by_role("checkbox"), wanted=False)
    expect(bar).to_contain_text(f"{len(leaving)} selected · 1 left out")
    hands.press(bar.get_by_role("button", name="Manage licenses"))
    dialog = admin_center.get_by_role("dialog", name=re.compile("Manage licenses"))
    hands.check(dialog.get_by_role("radio", name="No license"))
    expect(dialog).to_contain_text(f"{len(leaving)} people lose an active license.")
    hands.press(dialog.get_by_role("button", name="Save"))

    expect(admin_center.locator("[data-toast]")).to_contain_text(f"{len(leaving)} people changed.")
    assert active(command, f"department:{department}") == [kept]
    assert_freed(command, before, len(leaving))
    assert_told(command, leaving, source="page")


def test_unassign_in_bulk_by_csv(
    admin_center: Page, hands: Hands, command: Standing, tmp_path: Path, post_office: PostOffice
) -> None:
    post_office.came.clear()
    department = FILES[type(hands)]
    leaving = active(command, f"department:{department}")
    before = seats(command)

    file = download(admin_center, hands, tmp_path)
    edit(file, lambda row: {STATUS_COLUMN: "inactive"} if row["invited_email_address"] in leaving else {})
    upload(admin_center, hands, file)

    state = admin_center.locator("#upload-state")
    expect(state.get_by_role("status").first).to_have_text("Done", timeout=PATIENCE_MS)
    expect(state).to_contain_text("No problems.")
    expect(state.locator("dt", has_text="Licenses unassigned").locator("+ dd")).to_have_text(str(len(leaving)))
    assert active(command, f"department:{department}") == []
    assert_freed(command, before, len(leaving))
    assert_told(command, leaving, source="csv")
    address = admin_center.url
    hands.press(admin_center.get_by_role("link", name=re.compile("Notices")))
    expect(admin_center.get_by_role("main")).to_contain_text(file.name)
    assert_mailed(admin_center, post_office, address)


def test_a_group_column_is_refused_and_left_out(
    admin_center: Page, hands: Hands, command: Standing, tmp_path: Path, expected_in_console: list[str]
) -> None:
    expected_in_console.append("422")
    leaving = active(command, "department:Finance")[-1:]
    before = seats(command)

    file = download(admin_center, hands, tmp_path)
    edit(
        file,
        lambda row: (
            {STATUS_COLUMN: "inactive" if row["invited_email_address"] in leaving else row[STATUS_COLUMN], "Group": "Legal"}
        ),
    )
    upload(admin_center, hands, file)

    expect(admin_center.get_by_role("alert")).to_contain_text("EIS_UPLOAD_ROW_GROUP_ITEM_VALIDATION_ERROR in column groups")
    assert_freed(command, before, 0)
    hands.press(admin_center.get_by_role("button", name="Upload without this column"))
    expect(admin_center.locator("#upload-state").get_by_role("status").first).to_have_text("Done", timeout=PATIENCE_MS)
    assert_freed(command, before, 1)
    assert_told(command, leaving, source="csv")


def menu(page: Page, words: str) -> Locator:
    return page.locator("summary").filter(has_text=re.compile(rf"^\s*{words}\s*$"))


def search_for(page: Page, hands: Hands, words: str) -> Locator:
    """2. Search for the learner in the search bar. The row of the one who is found."""
    hands.write(page.get_by_role("searchbox", name="Search people"), words, then_enter=True)
    row = page.locator("tbody tr")
    expect(row).to_have_count(1)
    return row


def download(page: Page, hands: Hands, folder: Path) -> Path:
    """2. to 4. Download all users via CSV, with the license that is to go."""
    hands.press(menu(page, "Manage users via CSV"))
    hands.press(page.get_by_role("link", name="Download all users via CSV"))
    field = page.get_by_role("group", name="Licenses")
    with page.expect_response("**/downloads/?part=licenses*"):
        hands.write(field.get_by_role("searchbox"), "learn")
    expect(field.get_by_role("checkbox")).to_have_count(1)
    hands.check(field.get_by_role("checkbox", name=re.compile("learning", re.IGNORECASE)))
    with page.expect_download() as started:
        hands.press(page.get_by_role("button", name="Download CSV"))
    file = folder / started.value.suggested_filename
    started.value.save_as(file)
    return file


def edit(file: Path, change: Callable[[dict[str, str]], dict[str, str]]) -> None:
    """5. Open the CSV file and change it, each row by itself."""
    with file.open(encoding="utf-8-sig", newline="") as lines:
        rows = [row | change(row) for row in csv.DictReader(lines)]
    with file.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def upload(page: Page, hands: Hands, file: Path) -> None:
    """6. to 9. Back on the Admin Center page: Upload Custom Attributes CSV."""
    hands.press(page.get_by_role("navigation", name="Admin Center").get_by_role("link", name="Users"))
    hands.press(menu(page, "Manage users via CSV"))
    hands.press(page.get_by_role("link", name="Upload Custom Attributes CSV"))
    expect(menu(page, "Get started")).to_be_visible()
    hands.attach(page.get_by_label("Upload CSV"), file)
    expect(page.locator("[data-file-name]")).to_contain_text(file.name)
    expect(page.get_by_role("checkbox", name="Default invitation email")).to_be_checked()
    hands.press(page.get_by_role("button", name="Upload", exact=True))


def active(command: Standing, text: str) -> list[str]:
    """Addresses of those whom the filter finds and who have a license."""
    found = command("learners", "--filter", f"{text} status:active", "--format", "json").json()
    return [person["email"] for person in found]


def statuses(command: Standing, email: str) -> dict[str, str]:
    return {held["pool"]: held["status"] for held in person(command, email)["licenses"] if "operation" in held}


def person(command: Standing, email: str) -> dict[str, Any]:
    found: dict[str, Any] = command("learner", email, "--format", "json").json()
    return found


def seats(command: Standing) -> int:
    """Taken."""
    pools = command("pools", "list", "--format", "json").json()
    return int(next(pool["taken"] for pool in pools if pool["key"] == POOL))


def assert_freed(command: Standing, before: int, freed: int) -> None:
    assert before - seats(command) == freed
    assert command("check").exit_code == 0


def assert_mailed(page: Page, post_office: PostOffice, address: str) -> None:
    """The admin, once, with the way to the upload's page."""
    for _ in range(PATIENCE_MS // 100):
        if post_office.came:
            break
        page.wait_for_timeout(100)
    assert post_office.to() == ["kim@acme.example"]
    assert urlsplit(address).path in post_office.text()


def assert_told(command: Standing, leaving: list[str], *, source: str) -> None:
    """It stands in the ledger as one operation of the admin, with the licenses of those who leave and no other."""
    last = person(command, leaving[0])["history"][0]
    assert last["what"] == "active → unassigned"
    done = command("operations", "show", str(last["operation"]), "--format", "json").json()
    assert (done["source"], done["actor"], done["unassigned"]) == (source, "kim@acme.example", len(leaving))
