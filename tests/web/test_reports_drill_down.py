"""From a report to the people behind a row of it."""

import re
from html import unescape

import pytest
from django.test import Client

from seatkeeper.directory.models import Organization
from seatkeeper.gate.services.content import add_content
from seatkeeper.kernel.clock import system_clock
from seatkeeper.licensing.models import LicensePool
from seatkeeper.usage.models import Source
from seatkeeper.usage.rules import Told
from seatkeeper.usage.services.take_in import take_in
from tests import factories

LINES = "invited_email_address,preferred_first_name,license_learning_status\na@x.example,Ana,active\nb@x.example,Bo,\n"


@pytest.fixture
def ana(acme: Organization, learning: LicensePool) -> Organization:
    """She did something today; Bo did not."""
    factories.import_csv(acme, LINES)
    add_content(organization_id=acme.id, title="Python", address="/p", is_free=True, actor="tester", now=factories.NOW)
    told = [Told("a@x.example", "Python", day=system_clock().date(), seconds=7_200, views=1)]
    take_in(organization_id=acme.id, facts=told, source=Source.API, now=system_clock())
    return acme


def page_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return str(answer.content.decode())


def rows_of(page: str) -> str:
    return page.split("<main")[1].split('class="table-frame"')[-1].split("</table>")[0]


def links_of(page: str) -> list[str]:
    return [unescape(link) for link in re.findall(r'<th scope="row"><a href="([^"]*)"', rows_of(page))]


@pytest.mark.parametrize("step", ["day", "week", "month"])
def test_a_span_leads_to_who_was_active_in_it(owner: Client, ana: Organization, step: str) -> None:
    (link,) = links_of(page_of(owner, f"/admin-center/reports/organization/?by={step}&period=30"))
    page = page_of(owner, link)
    assert '<option value="active" selected>Active in the period</option>' in page
    assert "a@x.example" in rows_of(page)
    assert "b@x.example" not in rows_of(page)
    assert re.search(r'stat__label">Active learners</dt><dd class="stat__number">1<', page)
    assert "b@x.example" in rows_of(page_of(owner, link.replace("who=active", "who=")))


def test_it_is_asked_of_the_same_people_in_the_same_time_zone(owner: Client, ana: Organization) -> None:
    (link,) = links_of(page_of(owner, "/admin-center/reports/organization/?q=status:active&zone=Asia%2FTokyo&by=day"))
    assert link.startswith("/admin-center/reports/learners/?q=status%3Aactive&zone=Asia%2FTokyo&from=20")
    assert "who=active" in link
    page = page_of(owner, link)
    assert "who=active" in page.split("Save report</a>")[0].split("saved-reports/of/")[1]
    answer = owner.get(link.replace("/learners/", "/learners/report.csv"))
    lines = b"".join(answer.streaming_content).decode().splitlines()  # type: ignore[attr-defined]
    assert len(lines) == 2


def test_the_choice_is_one_of_the_learner_summary_alone(owner: Client, ana: Organization) -> None:
    for key, has in (("learners", True), ("organization", False), ("content", False), ("licenses", False)):
        page = page_of(owner, f"/admin-center/reports/{key}/?who=active&period=30")
        assert ('id="report-who"' in page) == has
        assert ("b@x.example" in rows_of(page)) == (key == "licenses")


def test_a_page_does_not_wait_for_a_walk_past_many(owner: Client, ana: Organization, monkeypatch: pytest.MonkeyPatch) -> None:
    address = "/admin-center/reports/learners/?period=30&who=active"
    at_once = page_of(owner, address)
    monkeypatch.setattr("seatkeeper.reports.asked.AT_ONCE", 1)
    monkeypatch.setattr("seatkeeper.reports.asked.FEW", 1)
    page = page_of(owner, address)
    assert "a@x.example" not in page
    (later,) = re.findall(r'hx-get="([^"]*/numbers/[^"]*)"', page)
    part = owner.get(unescape(later), headers={"HX-Request": "true"}).content.decode()
    assert rows_of(f"<main{part}") == rows_of(at_once)
    monkeypatch.setattr("seatkeeper.reports.active.NEARBY", 1)
    assert rows_of(page_of(owner, address)) == rows_of(at_once)
