"""A report is saved from its page, and what is saved leads back to it."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.looks import faults

pytestmark = pytest.mark.one_database("how pages look and are worked; what they do is tested on both in tests/web")


def test_a_report_is_saved_by_keyboard(admin_page: Page) -> None:
    admin_page.goto("/admin-center/reports/seats/?period=30&by=day")
    admin_page.get_by_role("link", name="Save report").press("Enter")
    found = faults(admin_page, with_targets=True)
    admin_page.get_by_label("Name").fill("Seats this month")
    admin_page.get_by_label("Mail it to me").select_option(label="Every Monday")
    admin_page.get_by_label("Name").press("Enter")
    expect(admin_page.get_by_role("row").filter(has_text="Seats this month")).to_contain_text("Every Monday")
    found += faults(admin_page, with_targets=True)
    admin_page.get_by_role("link", name="Change Seats this month").press("Enter")
    expect(admin_page.get_by_role("button", name="Delete saved report")).to_be_visible()
    found += faults(admin_page, with_targets=True)
    admin_page.get_by_role("link", name="Open the report").press("Enter")
    expect(admin_page).to_have_url(re.compile(r"/admin-center/reports/seats/\?by=day&period=30$"))
    assert found == []
