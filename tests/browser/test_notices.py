"""The bell and the page of notices, on a phone and on a desk."""

import re
import subprocess

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Site
from tests.browser.looks import PHONE, faults
from tests.conftest import BIN

FILE = "invited_email_address,preferred_first_name\nana@corp.example,Ana\nnobody,Bo\n"


@pytest.fixture(scope="module")
def told(site: Site) -> Site:
    """By a file that whoever runs the server imports: full admins hear of it."""
    done = subprocess.run(
        [BIN / "seatkeeper", "import", "-"],
        input=FILE.encode(),
        env=site.environment,
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 3, done.stderr
    return site


def test_the_bell_leads_to_what_happened(admin_page: Page, told: Site) -> None:
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
