"""Choosing people on the users page: the bar, ranges, everyone but some, by keyboard."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

pytestmark = pytest.mark.one_database("what scripts do in the browser; test_article does it all on both")


def boxes(page: Page) -> Locator:
    page.goto("/admin-center/users/")
    return page.locator("input[name=id]")


def bar(page: Page) -> Locator:
    return page.get_by_role("region", name="Selection")


def test_the_bar_shows_while_somebody_is_chosen(admin_page: Page) -> None:
    first = boxes(admin_page).first
    expect(bar(admin_page)).to_be_hidden()
    first.check()
    expect(bar(admin_page)).to_contain_text("1 selected")
    bar(admin_page).get_by_role("link", name="Clear").click()
    expect(bar(admin_page)).to_be_hidden()
    expect(first).not_to_be_checked()


def test_a_range_is_chosen_with_shift(admin_page: Page) -> None:
    rows = boxes(admin_page)
    rows.nth(1).click()
    rows.nth(4).click(modifiers=["Shift"])
    expect(admin_page.locator("input[name=id]:checked")).to_have_count(4)
    expect(bar(admin_page)).to_contain_text("4 selected")


def test_everyone_is_chosen_but_one(admin_page: Page) -> None:
    rows = boxes(admin_page)
    admin_page.locator("[data-select-all]").check()
    rows.first.uncheck()
    expect(bar(admin_page)).to_contain_text("1 left out")
    expect(admin_page.locator("input[name=except]")).to_have_count(1)
    rows.first.check()
    expect(admin_page.locator("input[name=except]")).to_have_count(0)


def test_rows_are_chosen_by_keys_alone(admin_page: Page) -> None:
    rows = boxes(admin_page)
    rows.first.focus()
    admin_page.keyboard.press("Space")
    admin_page.keyboard.press("j")
    expect(rows.nth(1)).to_be_focused()
    admin_page.keyboard.press("x")
    expect(bar(admin_page)).to_contain_text("2 selected")


def test_manage_licenses_opens_for_the_chosen(admin_page: Page) -> None:
    boxes(admin_page).first.check()
    bar(admin_page).get_by_role("button", name="Manage licenses").click()
    expect(admin_page.get_by_role("dialog", name=re.compile("Manage licenses"))).to_be_visible()
    admin_page.keyboard.press("Escape")
    expect(bar(admin_page).get_by_role("button", name="Manage licenses")).to_be_focused()
    expect(boxes(admin_page).first).to_be_visible()
