"""Usage in a browser: a file is sent and read, what waits is discarded, and a person's tab shows what they did."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.looks import PHONE, faults

pytestmark = pytest.mark.one_database("how pages look and are worked; what they do is tested on both in tests/web")

READ_MS = 30_000
FILE = (
    "learner,content,day,seconds,completed\n"
    "person1@team1.example.com,Python for beginners,2020-01-06,5400,yes\n"
    "stranger@elsewhere.example,Python for beginners,2020-01-06,60,no\n"
    "person1@team1.example.com,Python for beginners,2020-13-01,60,no\n"
)


def test_a_file_is_sent_and_read_and_what_waits_is_discarded(admin_page: Page, tmp_path: Path) -> None:
    file = tmp_path / "usage.csv"
    file.write_text(FILE)
    admin_page.goto("/admin-center/uploads/")
    admin_page.get_by_role("link", name="Usage files").click()
    admin_page.locator("#file").set_input_files(file)
    admin_page.get_by_role("button", name="Upload", exact=True).click()

    row = admin_page.get_by_role("row", name=re.compile("usage.csv"))
    expect(row).to_contain_text("Done", timeout=READ_MS)
    expect(row.get_by_role("link", name=re.compile("problems of usage.csv"))).to_have_text(re.compile("^1"))
    admin_page.reload()
    waiting = admin_page.get_by_role("row", name=re.compile("stranger@elsewhere.example"))
    waiting.locator("summary").focus()
    admin_page.keyboard.press("Enter")
    expect(waiting.get_by_role("button", name=re.compile("Discard for good"))).to_be_visible()
    assert faults(admin_page, with_targets=True) == []
    admin_page.keyboard.press("Tab")
    admin_page.keyboard.press("Enter")

    expect(admin_page.locator(".toast")).to_contain_text("1 line about stranger@elsewhere.example is discarded.")
    expect(waiting).to_have_count(0)


def test_the_tab_shows_it_on_a_desk_and_on_a_phone(admin_page: Page) -> None:
    admin_page.goto("/admin-center/users/?q=person1@team1.example.com")
    admin_page.locator("tbody th a").first.click()
    admin_page.get_by_role("navigation", name="Parts of the profile").get_by_role("link", name="Usage").click()
    python = admin_page.locator("#usage-contents").get_by_role("row", name=re.compile("Python for beginners"))
    expect(python).to_contain_text("6 January 2020")
    assert faults(admin_page, with_targets=True) == []
    admin_page.set_viewport_size({"width": PHONE, "height": 800})
    expect(python).to_be_visible()
    assert faults(admin_page, with_targets=True) == []
