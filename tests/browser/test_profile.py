"""A learner's profile: one license taken in its dialog, and given back by the message's *Undo*."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.looks import faults

pytestmark = pytest.mark.one_database("how pages look and are worked; what they do is tested on both in tests/web")


def test_no_license_and_back(admin_page: Page) -> None:
    admin_page.goto("/admin-center/users/?q=status:active")
    admin_page.locator("main table tbody th a").first.click()
    expect(admin_page).to_have_url(re.compile(r"/users/\d+/$"))
    tabs = admin_page.get_by_role("navigation", name="Parts of the profile")
    expect(tabs.get_by_role("link", name="Licenses")).to_have_attribute("aria-current", "page")
    tabs.get_by_role("link", name="Activity").click()
    expect(admin_page.locator("main tbody tr").first).to_be_visible()
    tabs.get_by_role("link", name="Licenses").click()
    row = admin_page.locator("main tbody tr", has_text="Active").first
    pool = row.get_by_role("rowheader").inner_text()
    row.get_by_role("link", name="Manage license").click()
    dialog = admin_page.get_by_role("dialog")
    dialog.get_by_label("Status").select_option(label="No license")
    dialog.get_by_label("Reason (optional)").fill("Left the company.")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_have_count(0)
    row = admin_page.locator("main tbody tr", has_text=pool).first
    expect(row.locator(".status")).to_have_text("No license")
    expect(row).to_contain_text("Kim Xu")
    expect(row).to_contain_text("Left the company.")
    admin_page.locator(".toast").get_by_role("button", name="Undo").click()
    expect(admin_page.get_by_role("heading", level=1)).to_contain_text("Undo, operation")
    expect(admin_page.locator(".toast")).to_contain_text("is undone")
    admin_page.go_back()
    admin_page.reload()
    expect(admin_page.locator("main tbody tr", has_text=pool).first.locator(".status")).to_have_text("Active")


def test_suspended_and_resumed(admin_page: Page) -> None:
    admin_page.goto("/admin-center/users/?q=status:active")
    admin_page.locator("main table tbody th a").nth(1).click()
    menu = admin_page.locator("main details.menu").first
    menu.locator("summary").click()
    menu.get_by_role("link", name="Suspend access").click()
    dialog = admin_page.get_by_role("dialog")
    dialog.get_by_label("Reason (optional)").fill("On leave")
    found = faults(admin_page)
    dialog.get_by_role("button", name="Suspend access").click()
    expect(dialog).to_have_count(0)
    expect(admin_page.locator(".toast")).to_contain_text("is suspended")
    expect(admin_page.locator(".page-head")).to_contain_text("Suspended")
    found += faults(admin_page)
    admin_page.locator("main .note").get_by_role("link", name="Resume access").click()
    found += faults(admin_page)
    dialog.get_by_role("button", name="Resume access").click()
    expect(admin_page.locator(".page-head")).not_to_contain_text("Suspended")
    assert found == []
