"""Promise 6: a learner with a year of usage is unassigned, given a license again, and erased, in the browser.

Every figure and row about them is the same before and after; totals outlive the person.
"""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from seatkeeper.kernel.clock import system_clock
from tests.conftest import Standing

TITLES = ("Python for beginners", "Writing that is read", "Safety at work: exam")
STATUS = re.compile(r"Active|Invited|No license")
YEAR = "?period=365"


@pytest.fixture
def email(command: Standing) -> str:
    """Of somebody with a license, to whom a year of usage is added."""
    found = command("export", "--filter", "status:active department:Sales").stdout
    address = re.search(r"[\w.+-]+@[\w.-]+", found)
    assert address
    return address[0]


def test_history_stays(admin_page: Page, command: Standing, email: str, tmp_path: Path) -> None:
    tell(command, tmp_path, email, days=range(0, 360, 3))
    profile = address_of(admin_page, email)
    before = everything(admin_page, profile, email)
    assert "120" in before["profile"]

    choose(admin_page, profile, "No license", becomes="No license")
    assert everything(admin_page, profile, email) == before

    choose(admin_page, profile, "Assign", becomes="Active")
    assert everything(admin_page, profile, email) == before
    tell(command, tmp_path, email, days=range(1, 6, 3))
    after = everything(admin_page, profile, email)
    assert "122" in after["profile"]
    assert after["organization"] != before["organization"]

    assert command("delete", "--email", email, "--people", "1", "--now").exit_code == 0
    totals = everything(admin_page, profile, email, is_there=False)
    assert totals == {key: after[key] for key in ("organization", "content")}
    assert command("check").json()["ok"]


def tell(command: Standing, folder: Path, email: str, *, days: range) -> None:
    """Half an hour on each of these days ago; the exam is passed now and then, which counts once."""
    today = system_clock().date()
    lines = [
        f"{email},{TITLES[number % 3]},{today - timedelta(days=day)},1800,{'yes' if number % 3 == 2 else 'no'}\n"
        for number, day in enumerate(days)
    ]
    file = folder / "usage.csv"
    file.write_text("learner,content,day,seconds,completed\n" + "".join(lines))
    assert command("usage", "import", file).json()["counted"] == len(days)


def address_of(page: Page, email: str) -> str:
    page.goto(f"/admin-center/users/?q=email:{email}")
    return str(page.locator("main table tbody th a").first.get_attribute("href")).partition("?")[0]


def everything(page: Page, profile: str, email: str, *, is_there: bool = True) -> dict[str, str]:
    """What pages say of the person and of all, but for the status of the license."""
    places = {
        "profile": f"{profile}?tab=usage",
        "learner": f"/admin-center/reports/learners/{YEAR}&q=email:{email}",
        "organization": f"/admin-center/reports/organization/{YEAR}&by=month",
        "content": f"/admin-center/reports/content/{YEAR}",
    }
    return {name: told_at(page, place) for name, place in places.items() if is_there or name in ("organization", "content")}


def told_at(page: Page, place: str) -> str:
    """The tables and figures of a page. Figures of many come by themselves, when they are added up."""
    page.goto(place)
    expect(page.get_by_role("link", name="Count the figures")).to_have_count(0)
    page.evaluate("document.querySelectorAll('main details').forEach((one) => { one.open = true; })")
    main = page.locator("main")
    expect(main.locator("table tbody tr").first).to_be_visible()
    parts = main.locator(".stat, figure, table").all_inner_texts()
    return STATUS.sub("", "\n".join(parts))


def choose(page: Page, profile: str, choice: str, *, becomes: str) -> None:
    page.goto(f"{profile}?tab=licenses")
    page.locator("main").get_by_role("link", name="Manage license").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Status").select_option(label=choice)
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_have_count(0)
    expect(page.locator("main tbody tr .status").first).to_have_text(becomes)
