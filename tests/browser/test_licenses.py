"""Manage licenses as an admin does it: search, More, No license, Save, and back by Undo."""

import re

from playwright.sync_api import Page, expect


def test_no_license_for_one_person(admin_page: Page) -> None:
    admin_page.goto("/admin-center/users/?q=status:active")
    email = admin_page.locator("tbody tr").first.inner_text()
    address = re.search(r"\S+@\S+", email)
    assert address
    admin_page.goto(f"/admin-center/users/?q=email:{address[0]}")
    row = admin_page.locator("tbody tr")
    expect(row).to_have_count(1)
    row.get_by_text("More").click()
    row.get_by_role("link", name="Manage licenses").click()
    dialog = admin_page.get_by_role("dialog", name=re.compile("Manage licenses"))
    expect(dialog).to_contain_text("1 person loses an active license.")
    with admin_page.expect_response("**/admin-center/licenses/"):
        dialog.locator("select").first.select_option("none")  # one license only: the option above follows
    expect(dialog.get_by_label("Choose per license")).to_be_checked()
    dialog.locator("select").first.select_option("leave")
    expect(dialog).to_contain_text("every license is left as it is")
    dialog.get_by_label("No license", exact=True).first.check()
    expect(dialog).to_contain_text("1 person loses an active license.")
    dialog.get_by_role("button", name="Save").click()
    toast = admin_page.locator("[data-toast]")
    expect(toast).to_contain_text("1 person changed.")
    expect(row.locator(".status")).to_have_text("No license")
    toast.get_by_role("button", name="Undo").click()
    admin_page.goto(f"/admin-center/users/?q=email:{address[0]}")
    expect(row.locator(".status")).to_have_text("Active")
