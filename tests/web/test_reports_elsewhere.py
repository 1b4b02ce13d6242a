"""Reports on the days of another time zone: chosen in the form, and kept wherever the report leads."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from seatkeeper.directory.models import Organization
from seatkeeper.gate.services.content import add_content
from seatkeeper.licensing.models import LicensePool
from seatkeeper.reports.models import SavedReport
from seatkeeper.reports.registry import REPORTS
from seatkeeper.usage.models import Source
from seatkeeper.usage.rules import Told
from seatkeeper.usage.services.take_in import take_in
from tests import factories

WITH_ZONES = [key for key, report in REPORTS.items() if report.definition.has_time_zone]
WITHOUT = [key for key in REPORTS if key not in WITH_ZONES]
TOKYO = {"zone": "Asia/Tokyo"}
MARS = {"zone": "Mars/Olympus"}
JANUARY = {"from": "2026-01-01", "to": "2026-01-31", "by": "day"}


@pytest.fixture
def ana(acme: Organization, learning: LicensePool) -> Organization:
    """She did something on the evening of 31 December, which is New Year in Tokyo."""
    factories.import_csv(acme, "invited_email_address,license_learning_status\na@x.example,active\nb@x.example,\n")
    add_content(organization_id=acme.id, title="Python", address="/p", is_free=True, actor="tester", now=factories.NOW)
    told = Told("a@x.example", "Python", at=datetime(2025, 12, 31, 18, tzinfo=UTC), seconds=7_200, views=1, completions=1)
    take_in(organization_id=acme.id, facts=[told], source=Source.API, now=factories.NOW)
    return acme


def page_of(client: Client, key: str, query: dict[str, str], *, status: int = 200) -> str:
    answer = client.get(f"/admin-center/reports/{key}/", query)
    assert answer.status_code == status
    return str(answer.content.decode())


def file_of(client: Client, key: str, query: dict[str, str]) -> list[str]:
    answer: Any = client.get(f"/admin-center/reports/{key}/report.csv", query)
    assert answer.status_code == 200
    return b"".join(answer.streaming_content).decode().splitlines()


def test_which_reports_have_the_choice() -> None:
    assert set(WITH_ZONES) == {"learners", "organization", "content", "licenses"}


@pytest.mark.parametrize("key", WITH_ZONES)
def test_the_choice_stands_in_the_form_and_beside_the_period(owner: Client, ana: Organization, key: str) -> None:
    at_home, page = page_of(owner, key, {}), page_of(owner, key, TOKYO)
    assert "Days in UTC." in at_home
    assert '<option value="">UTC (the organization&#x27;s)</option>' in at_home.replace("\u2019", "&#x27;").replace(
        "'", "&#x27;"
    )
    assert "<option selected>Asia/Tokyo</option>" in page
    assert "Days in Asia/Tokyo." in page


@pytest.mark.parametrize("key", WITH_ZONES)
def test_it_is_kept_wherever_the_report_leads(owner: Client, ana: Organization, key: str) -> None:
    page = page_of(owner, key, {"q": "x.example"} | TOKYO)
    links = [link.replace("&amp;", "&") for link in re.findall(r'href="([^"]*)"', page.split("<main")[1])]
    kept = [link for link in links if f"/{key}/" in link and "?" in link] + [link for link in links if "/users/" in link]
    assert any("report.csv?" in link for link in kept)
    assert any("saved-reports/of/" in link for link in kept)
    assert any("/users/" in link for link in kept) == (key in ("learners", "licenses"))
    assert all("zone=Asia%2FTokyo" in link or "zone=Asia/Tokyo" in link for link in kept), kept


def test_days_are_those_of_the_zone_on_the_page_and_in_the_file(owner: Client, ana: Organization) -> None:
    for key, line in (
        ("organization", "2026-01-01,1,2.00,1,1"),
        ("content", "Python,Course,1,2.00,1"),
        ("learners", ",,a@x.example,active,1,2.00,1,1,2026-01-01"),
    ):
        assert line in file_of(owner, key, JANUARY | TOKYO)
        assert line not in file_of(owner, key, JANUARY)
    assert re.search(r'stat__label">Views</dt><dd class="stat__number">1<', page_of(owner, "organization", JANUARY | TOKYO))
    assert "There is nothing to show" in page_of(owner, "organization", JANUARY)


def test_moments_are_shown_on_their_day_there(owner: Client, ana: Organization) -> None:
    from seatkeeper.licensing.models import License

    License.objects.filter(organization_id=ana.id).update(status_at=datetime(2025, 12, 31, 18, tzinfo=UTC))
    assert re.search(r'data-label="Activated"><span class="report__day">31 Dec 2025', page_of(owner, "licenses", {}))
    page = page_of(owner, "licenses", TOKYO)
    assert re.search(r'data-label="Activated"><span class="report__day">1 Jan 2026', page)
    assert re.search(r'data-label="Last activity"><span class="report__day">1 Jan 2026', page)


@pytest.mark.parametrize("key", WITH_ZONES)
def test_a_time_zone_that_is_none_is_refused(owner: Client, ana: Organization, key: str) -> None:
    page = page_of(owner, key, MARS, status=422)
    assert "There is no time zone Mars/Olympus. Choose one from the list." in page
    assert 'id="report-zone" name="zone" aria-invalid="true"' in page
    assert "stat__number" not in page
    assert "report-filter-error" not in page
    for part in ("numbers/", "report.csv"):
        answer = owner.get(f"/admin-center/reports/{key}/{part}", MARS)
        assert answer.status_code == 422
        assert "There is no time zone Mars/Olympus" in answer.content.decode()
    add = f"/admin-center/saved-reports/of/{key}/?zone=Mars%2FOlympus"
    answer = owner.post(add, {"name": "Mars", "schedule": "none"})
    assert answer["Location"] == f"/admin-center/reports/{key}/?zone=Mars%2FOlympus"
    assert SavedReport.objects.count() == 0


@pytest.mark.parametrize("key", WITHOUT)
def test_where_there_is_no_choice_it_changes_nothing(owner: Client, ana: Organization, key: str) -> None:
    for zone in (TOKYO, MARS):
        page = page_of(owner, key, zone)
        assert "report-zone" not in page
        assert "Days in" not in page


def test_it_is_saved_with_the_report(owner: Client, ana: Organization) -> None:
    owner.post("/admin-center/saved-reports/of/content/?zone=Asia%2FTokyo&period=30", {"name": "Tokyo", "schedule": "none"})
    assert SavedReport.objects.get().fields == {"zone": "Asia/Tokyo", "period": "30"}
    page = owner.get("/admin-center/saved-reports/").content.decode()
    (link,) = re.findall(r'href="(/admin-center/reports/content/[^"]*)"', page)
    assert "Days in Asia/Tokyo." in owner.get(link.replace("&amp;", "&")).content.decode()


@pytest.mark.parametrize("key", ["learners", "organization", "content", "licenses"])
def test_of_many_people_the_page_does_not_wait_for_other_days(
    owner: Client, ana: Organization, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_once = page_of(owner, key, TOKYO)
    assert "stat__number" in at_once
    monkeypatch.setattr("seatkeeper.reports.asked.AT_ONCE", 1)
    address = f"/admin-center/reports/{key}/numbers/?zone=Asia%2FTokyo"
    page = page_of(owner, key, TOKYO)
    if key == "licenses":  # its figures are no days
        assert "stat__number" in page
        return
    assert f'hx-get="{address}"' in page
    assert "stat__number" not in page
    later = owner.get(address).content.decode()
    assert "Days in Asia/Tokyo." in later
    figures = re.compile(r'stat__number">([^<]*)<')
    assert figures.findall(later) == figures.findall(at_once) != []
    assert "stat__number" in page_of(owner, key, {})


@pytest.mark.parametrize("key", WITH_ZONES)
def test_a_page_takes_few_statements(owner: Client, ana: Organization, key: str, django_assert_max_num_queries: Any) -> None:
    owner.get("/admin-center/reports/")
    with django_assert_max_num_queries(25):
        page_of(owner, key, {"q": "x.example department:Sales"} | TOKYO)
