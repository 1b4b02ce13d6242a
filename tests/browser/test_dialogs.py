"""Dialogs: a page of its own without script, a real <dialog> with it."""

import re

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.one_database("what scripts do in the browser; test_article does it all on both")


def open_first_group(page: Page) -> None:
    page.goto("/admin-center/groups/")
    page.locator("main table tbody a[href*='/groups/']").first.click()
    expect(page.get_by_role("link", name="Delete group")).to_be_visible()


def test_a_dialog_takes_the_focus_and_gives_it_back(admin_page: Page) -> None:
    open_first_group(admin_page)
    opener = admin_page.get_by_role("link", name="Delete group")
    opener.press("Enter")
    dialog = admin_page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    expect(dialog.locator(":focus")).to_have_count(1)
    admin_page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(opener).to_be_focused()


def test_cancel_closes_a_dialog(admin_page: Page) -> None:
    open_first_group(admin_page)
    address = admin_page.url
    admin_page.get_by_role("link", name="Delete group").click()
    admin_page.get_by_role("dialog").get_by_role("link", name="Cancel").click()
    expect(admin_page.get_by_role("dialog")).to_have_count(0)
    expect(admin_page).to_have_url(address)


def test_a_form_in_a_dialog_leads_on_and_its_message_is_shown(admin_page: Page) -> None:
    open_first_group(admin_page)
    admin_page.get_by_role("link", name="Delete group").click()
    admin_page.get_by_role("dialog").get_by_role("button", name="Delete group").click()
    expect(admin_page).to_have_url(re.compile(r"/groups/$"))
    expect(admin_page.get_by_role("dialog")).to_have_count(0)
    expect(admin_page.locator(".toast")).to_be_visible()
    expect(admin_page.locator("main h1")).to_be_focused()
