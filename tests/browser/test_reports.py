"""Reports in a browser: nothing is wrong with a page; and promise 6: what somebody did stays when their license goes."""

import re

import pytest
from playwright.sync_api import Page, expect

from seatkeeper.reports.registry import REPORTS
from tests.browser.looks import faults
from tests.conftest import Standing

pytestmark = pytest.mark.one_database("how pages look and are worked; figures are reckoned anew on both in tests/reports")

YEAR = "period=365&by=month"
COLOURS = """() => ['body', 'main .stat__label', 'main svg.chart text', 'main tbody th'].map(
  one => getComputedStyle(document.querySelector(one)).color)"""


@pytest.mark.parametrize("key", REPORTS)
def test_nothing_is_wrong_with_a_report(admin_page: Page, key: str) -> None:
    admin_page.goto(f"/admin-center/reports/{key}/?period=365&days=30")
    expect(admin_page.locator("main svg.chart")).to_be_visible()  # idle licenses: when it has come
    found = faults(admin_page, with_targets=True)
    for words in ("The numbers as a table", "What the figures mean"):
        admin_page.locator("summary").filter(has_text=words).click()
    found += faults(admin_page)
    assert found == []


@pytest.mark.parametrize("key", REPORTS)
def test_a_report_is_printed_dark_on_white_and_whole(admin_page: Page, key: str) -> None:
    """On A4 with its margins; whoever prints may have chosen dark pages."""
    admin_page.goto(f"/admin-center/reports/{key}/?period=365&days=30&q={'' if key in ('seats', 'pools') else 'status:active'}")
    expect(admin_page.locator("main svg.chart")).to_be_visible()
    admin_page.set_viewport_size({"width": 680, "height": 960})
    on_paper = admin_page.get_by_text(re.compile(r"^Acme, [0-9]+ [A-Z][a-z]+ 2[0-9]{3}$"))
    expect(on_paper).to_be_hidden()
    colours = admin_page.evaluate(COLOURS)
    admin_page.emulate_media(media="print", color_scheme="dark")
    assert admin_page.evaluate(COLOURS) == colours
    assert admin_page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgba(0, 0, 0, 0)"
    for hidden in (".header", ".side", ".breadcrumb", "main search", "main summary:has-text('The numbers as a table')"):
        expect(admin_page.locator(hidden).first).to_be_hidden()
    expect(admin_page.locator("main :is(button, .button, .chip a)").filter(visible=True)).to_have_count(0)
    expect(on_paper).to_be_visible()
    expect(admin_page.locator(".report__meanings dd").first).to_be_visible()
    assert admin_page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_a_report_is_read_by_keyboard_and_without_script(admin_page: Page, expected_in_console: list[str]) -> None:
    expected_in_console.append("net::ERR_FAILED")
    admin_page.route("**/*.js", lambda route: route.abort())
    admin_page.goto("/admin-center/reports/learners/")
    admin_page.get_by_label("Whom").fill("department:Sales")
    admin_page.get_by_label("Period").select_option(label="Last 365 days")
    admin_page.get_by_label("Whom").press("Enter")
    expect(admin_page).to_have_url(re.compile(r"q=department%3ASales.*period=365"))
    expect(admin_page.locator(".chip")).to_contain_text("department:Sales")
    admin_page.get_by_role("link", name="Last activity").press("Enter")
    expect(admin_page.locator("th[aria-sort=descending]")).to_have_text("Last activity")


def test_on_a_phone_figures_are_seen_before_anybody_scrolls(admin_page: Page) -> None:
    admin_page.set_viewport_size({"width": 390, "height": 844})
    for key in ("learners", "organization", "content", "licenses", "seats", "pools"):
        admin_page.goto(f"/admin-center/reports/{key}/")
        assert admin_page.locator("main .stat__number").first.evaluate("one => one.getBoundingClientRect().bottom") < 844


def test_other_days_and_a_time_zone_are_asked_for_when_wanted_and_shown_when_chosen(admin_page: Page) -> None:
    admin_page.goto("/admin-center/reports/learners/")
    expect(admin_page.get_by_label("From", exact=True)).to_be_hidden()
    admin_page.get_by_text("Other days or time zone").click()
    assert faults(admin_page, with_targets=True) == []
    admin_page.get_by_label("From", exact=True).fill("2026-01-05")
    admin_page.get_by_label("To", exact=True).fill("2026-02-01")
    admin_page.get_by_role("button", name="Show").click()
    expect(admin_page.get_by_text("From 5 January 2026 to 1 February 2026.")).to_be_visible()
    expect(admin_page.get_by_label("From", exact=True)).to_have_value("2026-01-05")
    admin_page.goto("/admin-center/reports/licenses/?zone=Asia/Tokyo")
    expect(admin_page.get_by_label("Time zone", exact=True)).to_have_value("Asia/Tokyo")


@pytest.mark.parametrize("width", [1280, 390])
def test_a_month_leads_to_who_was_active_in_it(admin_page: Page, width: int) -> None:
    admin_page.set_viewport_size({"width": width, "height": 900})
    admin_page.goto("/admin-center/reports/organization/?by=month")
    row = admin_page.locator("main > .table-frame tbody tr").first
    learners = row.locator("td").first.inner_text()
    row.get_by_role("link").click()
    expect(admin_page.get_by_role("heading", level=1)).to_have_text("Learner summary")
    expect(admin_page.get_by_label("People", exact=True)).to_have_value("active")
    expect(admin_page.locator("main .stat").filter(has_text="Active learners")).to_contain_text(learners)
    assert faults(admin_page, with_targets=True) == []


@pytest.mark.parametrize("width", [1280, 390])
def test_a_content_leads_to_who_used_it_and_they_to_their_usage(admin_page: Page, width: int) -> None:
    admin_page.set_viewport_size({"width": width, "height": 900})
    admin_page.goto("/admin-center/reports/content/?period=365")
    row = admin_page.locator("main > .table-frame tbody tr").first
    title = row.get_by_role("link").inner_text()
    views = row.locator("[data-label=Views]").inner_text()
    row.get_by_role("link").click()
    expect(admin_page.get_by_role("heading", level=1)).to_have_text(title)
    expect(admin_page.locator("main .stat").filter(has_text="Views")).to_contain_text(views)
    admin_page.locator("summary").filter(has_text="What the figures mean").click()
    assert faults(admin_page, with_targets=True) == []
    admin_page.get_by_label("Period").select_option(label="Last 30 days")
    admin_page.get_by_role("button", name="Show").click()
    expect(admin_page.get_by_role("heading", level=1)).to_have_text(title)
    admin_page.go_back()
    admin_page.locator("main > .table-frame tbody tr").first.get_by_role("link").click()
    expect(admin_page).to_have_url(re.compile(r"/users/\d+/\?tab=usage"))


def test_what_somebody_did_stays(admin_page: Page, command: Standing) -> None:
    email = somebody_with_usage(admin_page)
    before = told_of(admin_page, email)
    assert "Active" in status_of(admin_page, email)

    give(admin_page, email, "No license")
    assert "No license" in status_of(admin_page, email)
    assert told_of(admin_page, email) == before

    give(admin_page, email, "Assign")
    assert "No license" not in status_of(admin_page, email)
    assert told_of(admin_page, email) == before

    assert command("delete", "--email", email, "--people", "1", "--now").exit_code == 0
    assert told_of_all(admin_page) == [told for told in before if told.startswith("of all")]
    admin_page.goto(f"/admin-center/reports/learners/?q=email:{email}&{YEAR}")
    expect(admin_page.locator("main .empty")).to_be_visible()


def somebody_with_usage(page: Page) -> str:
    """Who has an active license and was active most recently."""
    page.goto(f"/admin-center/reports/learners/?q=status:active&{YEAR}&sort=-last_activity_on")
    return page.locator("main table tbody .report__address").first.inner_text()


def told_of(page: Page, email: str) -> list[str]:
    """Every figure and row about the person, and about everyone together; without the status."""
    query = f"?q=email:{email}&{YEAR}"
    told = [shown(page, f"of the person: {key}", f"{key}/{query}") for key in ("learners", "organization", "content")]
    page.goto(f"/admin-center/users/?q=email:{email}")
    page.goto(f"{page.locator('main table tbody th a').get_attribute('href')}?tab=usage")
    told.append(f"of the person: profile: {page.locator('main .stat, main tbody tr').all_inner_texts()}")
    return told + told_of_all(page)


def told_of_all(page: Page) -> list[str]:
    return [shown(page, f"of all: {key}", f"{key}/?{YEAR}") for key in ("organization", "content")]


def shown(page: Page, what: str, address: str) -> str:
    page.goto(f"/admin-center/reports/{address}")
    figures = page.locator("main .stat").all_inner_texts()
    rows = page.locator("main > .table-frame tbody tr").all_inner_texts()
    without_status = [re.sub(r"\b(Active|Invited|No license)\b", "", row) for row in rows]
    assert rows
    return f"{what}: {figures} {without_status} {page.locator('main svg.chart').inner_html()}"


def status_of(page: Page, email: str) -> str:
    page.goto(f"/admin-center/reports/learners/?q=email:{email}")
    return page.locator("main tbody .status").inner_text()


def give(page: Page, email: str, status: str) -> None:
    """In the dialog of the person's first license."""
    page.goto(f"/admin-center/users/?q=email:{email}")
    page.locator("main table tbody th a").first.click()
    page.get_by_role("link", name="Manage license").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Status").select_option(label=status)
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_have_count(0)
