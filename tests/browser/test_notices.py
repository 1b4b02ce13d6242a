"""The bell and the page of notices, on a phone and on a desk."""

import re
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.looks import PHONE, faults
from tests.conftest import Standing

FILE = "invited_email_address,preferred_first_name\nana@corp.example,Ana\nnobody,Bo\n"


def test_the_bell_leads_to_what_happened(admin_page: Page, command: Standing, tmp_path: Path) -> None:
    """Of a file that whoever runs the server imports, full admins hear."""
    file = tmp_path / "people.csv"
    file.write_text(FILE)
    assert command("import", file).exit_code == 3
    admin_page.set_viewport_size({"width": PHONE, "height": 800})
    admin_page.goto("/admin-center/")
    bell = admin_page.get_by_role("link", name=re.compile("Notices"))
    expect(bell).to_contain_text("1 unread")
    bell.click()
    notice = admin_page.get_by_role("listitem").filter(has_text="1 row has a problem")
    expect(notice).to_be_visible()
    for address in ("/notices/", "/me/notices/"):
        admin_page.goto(address)
        assert faults(admin_page) == []
    admin_page.goto("/notices/")
    admin_page.get_by_role("button", name=re.compile("^Open: ")).click()
    expect(admin_page).to_have_url(re.compile(r"/admin-center/uploads/\d+/$"))
    expect(admin_page.get_by_role("link", name="Notices")).not_to_contain_text("unread")
