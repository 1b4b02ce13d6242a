"""The frame in a real browser: keyboard, dark, with and without script."""

import re

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import Site

pytestmark = pytest.mark.one_database("the frame around pages of any data; test_article works in it on both")

PLACES = ("Overview", "Users", "Groups", "Pools", "Uploads", "Operations", "Admins", "Audit", "Settings", "Help")


def me_menu(page: Page) -> Locator:
    return page.locator("summary").filter(has_text=re.compile(r"^\s*Me\s*$"))


def addresses(page: Page) -> list[str]:
    page.goto("/admin-center/")
    links = page.get_by_role("navigation", name="Admin Center").get_by_role("link")
    return [str(link.get_attribute("href")) for link in links.all()]


def test_every_place_is_in_the_side_bar(admin_page: Page) -> None:
    admin_page.goto("/admin-center/")
    bar = admin_page.get_by_role("navigation", name="Admin Center")
    for place in PLACES:
        bar.get_by_role("link", name=place, exact=True).click()
        expect(admin_page.locator("h1")).to_have_count(1)
        expect(bar.get_by_role("link", name=place, exact=True)).to_have_attribute("aria-current", "page")


def test_skip_links_lead_to_the_content_and_to_the_search(admin_page: Page) -> None:
    admin_page.goto("/admin-center/")
    admin_page.keyboard.press("Tab")
    expect(admin_page.get_by_role("link", name="Skip to content")).to_be_focused()
    admin_page.keyboard.press("Enter")
    expect(admin_page.locator("main")).to_be_focused()
    admin_page.reload()
    admin_page.keyboard.press("Tab")
    admin_page.keyboard.press("Tab")
    expect(admin_page.get_by_role("link", name="Skip to search")).to_be_focused()
    admin_page.keyboard.press("Enter")
    expect(admin_page.get_by_role("searchbox", name="Search people")).to_be_focused()


def test_a_slash_goes_to_a_search(admin_page: Page) -> None:
    admin_page.goto("/admin-center/audit/")
    admin_page.keyboard.press("/")
    expect(admin_page.locator("input[type=search]:focus")).to_have_count(1)
    expect(admin_page.locator("input[type=search]:focus")).to_have_value("")


def test_a_menu_is_worked_by_keys_alone(admin_page: Page) -> None:
    admin_page.goto("/admin-center/")
    me = me_menu(admin_page)
    me.focus()
    admin_page.keyboard.press("ArrowDown")
    expect(admin_page.get_by_role("link", name="Manage users in Admin Center")).to_be_focused()
    admin_page.keyboard.press("End")
    expect(admin_page.get_by_role("button", name="Sign out")).to_be_focused()
    admin_page.keyboard.press("Escape")
    expect(me).to_be_focused()
    expect(admin_page.get_by_role("button", name="Sign out")).to_be_hidden()


def test_suggested_people_are_reached_by_arrow_keys(admin_page: Page) -> None:
    admin_page.goto("/admin-center/")
    search = admin_page.get_by_role("searchbox", name="Search people")
    search.press_sequentially("person1")
    found = admin_page.get_by_role("list", name="People found").get_by_role("link")
    expect(found.first).to_be_visible()
    search.press("ArrowDown")
    expect(found.first).to_be_focused()
    admin_page.keyboard.press("Escape")
    expect(found).to_have_count(0)
    expect(search).to_be_focused()


def test_dark_is_remembered(admin_page: Page) -> None:
    admin_page.goto("/admin-center/")
    me_menu(admin_page).click()
    admin_page.get_by_role("button", name="Dark").click()
    admin_page.reload()
    expect(admin_page.locator("html")).to_have_attribute("data-theme", "dark")


def test_an_unknown_address_says_what_to_do(admin_page: Page, expected_in_console: list[str]) -> None:
    expected_in_console.append("404")
    admin_page.goto("/admin-center/nothing-here/")
    expect(admin_page.get_by_role("heading", name="Not found")).to_be_visible()
    admin_page.get_by_role("link", name="Go to the start page").click()
    expect(admin_page).to_have_url(re.compile("/management/"))


def test_the_frame_works_without_script(browser: Browser, site: Site) -> None:
    context = browser.new_context(base_url=site.url, java_script_enabled=False, viewport={"width": 360, "height": 800})
    site.sign_in(context)
    page = context.new_page()
    for address in addresses(page):
        answer = page.goto(address)
        assert answer is not None
        assert answer.ok
        expect(page.locator("h1")).to_be_visible()
    me_menu(page).click()
    page.get_by_role("button", name="Sign out").click()
    expect(page).not_to_have_url(re.compile("/admin-center/"))
    context.close()
