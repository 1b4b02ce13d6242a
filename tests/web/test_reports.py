"""Reports as pages and files."""

import re
import xml.etree.ElementTree as ET
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl

import pytest
from django.test import Client
from django.utils.http import urlencode

from seatkeeper.accounts.models import Account, AuditEntry, Grant, Membership
from seatkeeper.accounts.permissions import Permission
from seatkeeper.directory.models import Group, Organization
from seatkeeper.gate.services.content import add_content
from seatkeeper.kernel.clock import system_clock
from seatkeeper.licensing.models import License, LicensePool
from seatkeeper.reports.answers import Numbers
from seatkeeper.reports.registry import REPORTS
from seatkeeper.reports.wording import NOT_RISING
from seatkeeper.usage.models import Source
from seatkeeper.usage.rules import Told
from seatkeeper.usage.services.take_in import take_in
from seatkeeper.web.report_words import figures_of
from tests import factories, steps
from tests.steps import email
from tests.web.conftest import signed_in

KEYS = list(REPORTS)
TWO = (
    "invited_email_address,preferred_first_name,department_name,license_learning_status\n"
    "a@x.example,Ana,Sales,active\nb@x.example,Bo,R&D,\n"
)


def page_of(client: Client, key: str, status: int = 200, **query: str) -> str:
    answer = client.get(f"/admin-center/reports/{key}/" if key else "/admin-center/reports/", query)
    assert answer.status_code == status
    return str(answer.content.decode())


def file_of(client: Client, key: str, **query: str) -> str:
    answer: Any = client.get(f"/admin-center/reports/{key}/report.csv", query)
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/csv")
    return b"".join(answer.streaming_content).decode()


@pytest.fixture
def two(acme: Organization, learning: LicensePool) -> Organization:
    factories.import_csv(acme, TWO)
    return acme


def test_every_report_is_listed_and_stands_in_the_menu(owner: Client) -> None:
    page = page_of(owner, "")
    assert all(str(report.definition.title) in page for report in REPORTS.values())
    assert 'href="/admin-center/reports/"' in page_of(owner, "licenses")


@pytest.mark.parametrize("key", KEYS)
def test_a_report_says_what_its_figures_mean(owner: Client, two: Organization, key: str) -> None:
    page = page_of(owner, key)
    definition = REPORTS[key].definition
    meanings = page.split("What the figures mean")[1]
    for one in (*definition.figures, *definition.columns):
        assert str(one.label).replace("'", "&#x27;") in meanings
    assert "style=" not in page


@pytest.mark.parametrize("key", KEYS)
def test_an_empty_organization_has_pages_and_files_too(owner: Client, key: str) -> None:
    assert "There is nothing to show" in page_of(owner, key)
    assert file_of(owner, key).splitlines() == [",".join(REPORTS[key].definition.headers)]


@pytest.mark.parametrize("key", KEYS)
def test_a_page_takes_few_statements(owner: Client, two: Organization, key: str, django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(25):
        page_of(owner, key)


@pytest.mark.parametrize("key", ["learners", "licenses", "organization", "content"])
def test_so_does_one_that_reads_a_filter(
    owner: Client, two: Organization, key: str, django_assert_max_num_queries: Any
) -> None:
    page_of(owner, "")  # the first of a session writes when it was seen
    with django_assert_max_num_queries(25):
        page_of(owner, key, q="a department:Sales", period="365", zone="Asia/Kathmandu")


def test_the_license_report_has_figures_a_plot_with_its_table_and_rows(owner: Client, two: Organization) -> None:
    page = page_of(owner, "licenses")
    plot = re.search(r'<svg class="chart".*?</svg>', page, re.DOTALL)
    assert plot
    ET.fromstring(plot[0])  # noqa: S314  our own
    assert "The numbers as a table" in page
    assert re.search(r'href="/admin-center/users/\d+/\?tab=licenses">Ana</a>', page) or "?tab=licenses" in page
    assert 'data-state="active"' in page
    assert 'data-state="none"' in page


def test_a_filter_of_the_menu_is_worked_into_the_address(owner: Client, two: Organization) -> None:
    answer = owner.get("/admin-center/reports/licenses/", {"q": "ana", "add.department": "Sales", "sort": "-person"})
    assert answer.status_code == 302
    assert answer["Location"] == "/admin-center/reports/licenses/?q=ana+department%3ASales&sort=-person"
    page = owner.get(answer["Location"]).content.decode()
    assert "a@x.example" in page
    assert "b@x.example" not in page


def test_a_period_chosen_by_its_name_comes_in_place_of_the_days_that_the_form_had(owner: Client, two: Organization) -> None:
    days = {"from": "2024-01-01", "to": "2024-02-01"}
    address = "/admin-center/reports/learners/"
    assert 'name="shown" value="2024-01-01 2024-02-01"' in page_of(owner, "learners", 200, **days)

    chosen = owner.get(address, {"period": "30", "shown": "2024-01-01 2024-02-01", "by": "day"} | days)
    written = owner.get(address, {"period": "90", "shown": "2023-01-01 2024-02-01"} | days)
    unchanged = owner.get(address, {"period": "", "shown": "2024-01-01 2024-02-01"} | days)

    assert chosen["Location"] == f"{address}?period=30&by=day"
    assert written["Location"] == f"{address}?period=90&from=2024-01-01&to=2024-02-01"
    assert unchanged["Location"] == f"{address}?from=2024-01-01&to=2024-02-01"


def test_where_no_day_is_foreseen_the_figure_says_why(owner: Client, two: Organization) -> None:
    assert "Seats taken do not rise." in page_of(owner, "seats")


def test_a_figure_says_why_it_is_unknown_only_where_it_is() -> None:
    found: dict[str, Any] = {"taken": 0, "runs_out_on": None}
    why = {"runs_out_on": NOT_RISING}
    figures = {str(one.label): one for one in figures_of(REPORTS["seats"].definition, Numbers(found, unknown=why))}
    assert figures["Runs out on"].text == figures["Held"].text == "–"
    assert (figures["Runs out on"].unknown, figures["Held"].unknown) == (NOT_RISING, "")
    found["runs_out_on"] = factories.NOW.date()
    assert {one.unknown for one in figures_of(REPORTS["seats"].definition, Numbers(found, unknown=why))} == {""}


@pytest.mark.parametrize(
    ("first", "last", "are_others"),
    [
        ("2024-01-01", "2024-02-01", False),
        ("2024-02-01", "2024-01-01", False),  # shown from the earlier to the later one
        ("2024-01-01", "", False),
        ("2024-13-01", "2024-02-01", True),
        ("garbage", "", True),
        ("2024-01-01", "2999-01-01", False),  # as the line of this month leads to its last day
        ("2999-01-01", "2999-02-01", True),
        ("1999-01-01", "2024-02-01", True),
        ("", "", False),
    ],
)
def test_days_that_cannot_be_shown_are_told(owner: Client, two: Organization, first: str, last: str, are_others: bool) -> None:
    for key in ("learners", "seats"):
        page = page_of(owner, key, 200, **{"from": first, "to": last})
        assert ("These are other days than those asked for" in page) is are_others


def test_a_filter_that_is_not_understood_is_shown_with_its_fault(owner: Client, two: Organization) -> None:
    page = page_of(owner, "licenses", 422, q="nonsense:5")
    assert "<mark>nonsense:5</mark>" in page
    assert owner.get("/admin-center/reports/licenses/numbers/", {"q": "nonsense:5"}).status_code == 422
    assert owner.get("/admin-center/reports/licenses/report.csv", {"q": "nonsense:5"}).status_code == 302


def test_a_file_is_written_to_the_audit_log(owner: Client, two: Organization) -> None:
    lines = file_of(owner, "licenses", q="department:Sales").splitlines()
    assert len(lines) == 2
    entry = AuditEntry.objects.get(action="report.exported")
    assert entry.facts == {"report": "licenses", "filter": "department:Sales", "rows": 1}
    assert entry.actor == "owner@acme.example"


@pytest.mark.parametrize("key", ["learners", "organization"])
def test_of_ten_years_of_days_a_page_stays_short_and_says_where_each_day_is(owner: Client, two: Organization, key: str) -> None:
    content = add_content(
        organization_id=two.id, title="Python", address="/p", license_types=["learning"], actor="tester", now=factories.NOW
    )
    today = system_clock().date()
    take_in(
        organization_id=two.id,
        facts=[Told("a@x.example", str(content.id), day=today, seconds=60, views=1)],
        source=Source.FILE,
        now=system_clock(),
    )
    first = today - timedelta(days=3_640)
    asked = {"q": "a@x.example", "from": first.isoformat(), "to": today.isoformat(), "by": "day"}

    page = page_of(owner, key, 200, **asked)

    beside = page.split("The numbers as a table")[1].split("</details>")[0]
    assert 120 <= beside.count("<tr>") <= 122
    assert "A line for each month" in beside
    assert len(page) < 150_000
    link = re.search(r'href="/admin-center/reports/organization/\?([^"]+)">Organization summary', beside)
    if key == "organization":
        assert "The table below has a line for each of them" in beside
    else:
        assert link
        assert dict(parse_qsl(link[1].replace("&amp;", "&"))) == asked
    assert len(file_of(owner, "organization", **asked).splitlines()) == 3_642


def test_idle_licenses_say_for_how_long_on_paper_too(owner: Client, two: Organization) -> None:
    """The form, which says it, is not printed."""
    assert "<p>Not used for 60 days.</p>" in page_of(owner, "idle", days="60")


def test_any_number_of_days_can_be_asked_for_and_goes_wherever_the_report_leads(owner: Client, two: Organization) -> None:
    LicensePool.objects.update(first_used_on=factories.NOW.date())
    ago = system_clock() - timedelta(days=50)
    License.objects.update(status_at=ago)

    page, later = page_of(owner, "idle", days="50"), page_of(owner, "idle", days="51")

    assert 'name="days" value="50"' in page
    assert "<p>Not used for 50 days.</p>" in page
    assert "?q=idle%3A50&amp;all=1" in page
    assert ("a@x.example" in page, "a@x.example" in later) == (True, False)
    assert [len(file_of(owner, "idle", days=days).splitlines()) for days in ("50", "51")] == [2, 1]


@pytest.mark.parametrize("days", ["0", "-5", "36501", "4.5", "many", "٤٥"])
def test_what_is_no_number_of_days_gets_a_sentence(owner: Client, two: Organization, days: str) -> None:
    """Not the usual 90 in its place, without a word."""
    page = page_of(owner, "idle", 422, days=days)
    assert f'<p class="field__error" id="report-days-error">{days} is no number of days from 1 to 36,500.</p>' in page
    assert f'name="days" value="{days}" inputmode="numeric"' in page
    assert "Not used for 90 days" not in page
    assert "stat__number" not in page
    assert "report-filter-error" not in page
    for part in ("numbers/", "report.csv"):
        assert owner.get(f"/admin-center/reports/idle/{part}", {"days": days}).status_code == 422
    answer = owner.post(f"/admin-center/saved-reports/of/idle/?{urlencode({'days': days})}", {"name": "I", "schedule": "none"})
    assert answer["Location"] == f"/admin-center/reports/idle/?{urlencode({'days': days})}"
    assert "no number of days" not in page_of(owner, "licenses", days=days)  # which has no such choice


def test_idle_licenses_lead_to_manage_licenses_with_the_selection(owner: Client, two: Organization) -> None:
    page = page_of(owner, "idle")
    assert "No usage has ever come in for default/learning" in page
    assert "manage-licenses" not in page
    LicensePool.objects.update(first_used_on=factories.NOW.date())
    page = page_of(owner, "idle", days="30", q="ana")
    found = re.search(r'href="([^"]*q=ana\+idle%3A30&amp;all=1)" data-dialog>Manage licenses', page)
    assert found
    assert owner.get(found[1].replace("&amp;", "&")).status_code == 200
    numbers = owner.get("/admin-center/reports/idle/numbers/", {"days": "30"}).content.decode()
    assert "Idle licenses" in numbers
    assert "<svg" in numbers


def test_who_is_idle_in_one_pool_keeps_what_they_use_in_another(
    owner: Client, two: Organization, learning: LicensePool
) -> None:
    LicensePool.objects.update(first_used_on=factories.NOW.date())
    assert "Learning · Default</a>" not in page_of(owner, "idle", days="30").split("card stat")[0]
    pro = factories.pool(two, license_type="Pro")
    factories.import_csv(two, "invited_email_address,license_pro_status\na@x.example,active\n")
    LicensePool.objects.update(first_used_on=factories.NOW.date())
    License.objects.filter(pool_id=pro.id).update(last_used_on=system_clock().date())

    page = page_of(owner, "idle", days="30", q="ana")
    assert "No license takes all that they have" in page
    address = re.search(r'href="([^"]+)">Learning · Default</a>', page)
    assert address
    page = owner.get(address[1].replace("&amp;", "&"), follow=True).content.decode()
    assert "No license takes all that they have" not in page
    found = re.search(r'href="([^"]*all=1)" data-dialog>Manage licenses', page)
    assert found
    dialog = owner.get(found[1].replace("&amp;", "&")).content.decode()
    choices = dict(re.findall(r'name="pool-(\d+)".*?(<option.*?)</select>', dialog, re.DOTALL))
    assert [key for key, options in choices.items() if 'value="none" selected' in options] == [str(learning.id)]
    assert str(pro.id) in choices


@pytest.mark.parametrize("key", KEYS)
def test_an_admin_limited_to_a_group_reads_of_nobody_else(
    key: str, sub_admin_of_group: Client, other_group: Group, acme: Organization, learning: LicensePool
) -> None:
    steps.people(acme, 3, "active")
    LicensePool.objects.update(first_used_on=factories.NOW.date())
    steps.membership(acme, [email(2)], other_group, joins=True)
    for told in (page_of(sub_admin_of_group, key), file_of(sub_admin_of_group, key)):
        assert email(1) not in told
        assert email(3) not in told
        assert (email(2) in told) == any(column.key == "person" for column in REPORTS[key].definition.columns)


def test_reports_are_for_who_may_view_them(acme: Organization) -> None:
    account = Account.objects.create_user("editor@acme.example")
    membership = Membership.objects.create(organization=acme, account=account, is_admin=True)
    Grant.objects.create(membership=membership, permission=Permission.MANAGE_USERS)
    client = signed_in(account)
    assert client.get("/admin-center/reports/").status_code == 404
    assert client.get("/admin-center/reports/licenses/").status_code == 404
    assert "/admin-center/reports/" not in client.get("/admin-center/").content.decode()


def test_there_is_no_other_report(owner: Client) -> None:
    page_of(owner, "nonsense", 404)


@pytest.mark.parametrize("key", ["learners", "organization", "content", "licenses"])
def test_of_many_people_figures_come_when_they_are_there(
    owner: Client, two: Organization, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = add_content(
        organization_id=two.id, title="Python", address="/p", license_types=["learning"], actor="tester", now=factories.NOW
    )
    told = [Told(email, str(content.id), day=system_clock().date(), views=1, seconds=36_000) for email in ("a@x.example",)]
    take_in(organization_id=two.id, facts=told, source=Source.FILE, now=system_clock())
    at_once = page_of(owner, key, q="x.example")
    monkeypatch.setattr("seatkeeper.reports.asked.AT_ONCE", 1)
    page = page_of(owner, key, q="x.example")
    address = f"/admin-center/reports/{key}/numbers/?q=x.example"
    assert f'hx-get="{address}"' in page
    assert "stat__number" not in page
    assert ("Ana</a>" in page) == (key in ("learners", "licenses"))
    later = owner.get(address, headers={"HX-Request": "true"}).content.decode()
    figures = re.compile(r'stat__number">([^<]*)<')
    assert figures.findall(later) == figures.findall(at_once) != []
    cells = re.compile(r'class="number">([^<]+)<')
    if key in ("organization", "content"):
        assert cells.findall(later) == cells.findall(at_once)
    assert "<html" not in later
    assert "<html" in owner.get(address).content.decode()


@pytest.mark.parametrize("key", ["learners", "organization"])
def test_of_many_people_in_a_past_period_figures_come_when_they_are_there(
    owner: Client, two: Organization, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("seatkeeper.reports.asked.AT_ONCE", 1)
    begun = system_clock().date() - timedelta(days=400)
    ended = begun + timedelta(days=40)
    past = {"from": begun.isoformat(), "to": ended.isoformat()}
    assert "Count the figures" in owner.get(f"/admin-center/reports/{key}/", past).content.decode()
    for span in ({"period": "90"}, {"period": "365"}, {"from": begun.isoformat(), "to": begun.isoformat()}):
        assert "Count the figures" not in owner.get(f"/admin-center/reports/{key}/", span).content.decode()
