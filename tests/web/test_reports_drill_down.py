"""From a report to the people behind a row of it."""

import re
from html import unescape
from typing import Any

import pytest
from django.test import Client

from seatkeeper.accounts.models import AuditEntry
from seatkeeper.directory.models import Group, Organization
from seatkeeper.gate.models import Content
from seatkeeper.gate.services.content import add_content, remove_content
from seatkeeper.kernel.clock import system_clock
from seatkeeper.licensing.models import LicensePool
from seatkeeper.usage.models import Source
from seatkeeper.usage.rules import Told
from seatkeeper.usage.services.take_in import take_in
from tests import factories, steps

LINES = (
    "invited_email_address,preferred_first_name,department_name,license_learning_status\n"
    "a@x.example,Ana,Sales,active\nb@x.example,Bo,R&D,\n"
)


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


def what_follows(owner: Client, page: str) -> str:
    """The part for which a page asks when it is there."""
    (later,) = re.findall(r'hx-get="([^"]*/numbers/[^"]*)"', page)
    return "<main" + owner.get(unescape(later), headers={"HX-Request": "true"}).content.decode()


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
    assert rows_of(what_follows(owner, page)) == rows_of(at_once)
    monkeypatch.setattr("seatkeeper.reports.active.NEARBY", 1)
    assert rows_of(page_of(owner, address)) == rows_of(at_once)


def test_a_content_leads_to_who_used_it_and_they_to_their_usage(owner: Client, ana: Organization) -> None:
    (link,) = links_of(page_of(owner, "/admin-center/reports/content/?q=x.example&zone=Asia%2FTokyo&period=30"))
    assert link.startswith("/admin-center/reports/content-people/?q=x.example&zone=Asia%2FTokyo&period=30&content=")
    page = page_of(owner, link)
    assert "<h1>Python</h1>" in page
    assert "a@x.example" in rows_of(page)
    assert "b@x.example" not in rows_of(page)
    (profile,) = links_of(page)
    assert re.fullmatch(r"/admin-center/users/\d+/\?tab=usage&zone=Asia/Tokyo", profile)
    back = re.search(r'<a href="([^"]*)">Content</a>', page)
    assert back
    assert unescape(back[1]) == "/admin-center/reports/content/?q=x.example&zone=Asia%2FTokyo&period=30"
    content = link.split("content=")[1]
    assert f'<input type="hidden" name="content" value="{content}">' in page


def test_its_file_has_the_same_people_and_is_in_the_audit_log(owner: Client, ana: Organization) -> None:
    (link,) = links_of(page_of(owner, "/admin-center/reports/content/"))
    answer = owner.get(link.replace("/content-people/", "/content-people/report.csv"))
    lines = b"".join(answer.streaming_content).decode().splitlines()  # type: ignore[attr-defined]
    today = system_clock().date().isoformat()
    assert lines == [
        "first_name,last_name,email,days_active,hours,views,completed_on,last_used_on",
        f"Ana,,a@x.example,1,2.00,1,,{today}",
    ]
    facts = AuditEntry.objects.get(action="report.exported").facts
    assert facts == {"report": "content-people", "content": "Python", "filter": "", "rows": 1}


def test_it_can_be_saved(owner: Client, ana: Organization) -> None:
    (link,) = links_of(page_of(owner, "/admin-center/reports/content/?period=30"))
    query = link.split("?")[1]
    add = f"/admin-center/saved-reports/of/content-people/?{query}"
    assert 'value="Python"' in page_of(owner, add)
    owner.post(add, {"name": "Who learns Python", "schedule": "none"})
    (saved,) = re.findall(
        r'href="(/admin-center/reports/content-people/[^"]*)"', page_of(owner, "/admin-center/saved-reports/")
    )
    assert set(unescape(saved).split("?")[1].split("&")) == set(query.split("&"))
    assert owner.get("/admin-center/saved-reports/of/content-people/").status_code == 404


@pytest.mark.parametrize("content", ["", "0", "x", "99999999999999999999", "theirs"])
def test_a_content_that_the_organization_has_not_is_not_found(owner: Client, ana: Organization, content: str) -> None:
    stranger = factories.organization("Stranger")
    theirs = add_content(
        organization_id=stranger.id, title="Secret", address="/s", is_free=True, actor="tester", now=factories.NOW
    )
    query = {"content": str(theirs.id) if content == "theirs" else content}
    for part in ("", "numbers/", "report.csv"):
        assert owner.get(f"/admin-center/reports/content-people/{part}", query).status_code == 404
    assert owner.get("/admin-center/saved-reports/of/content-people/", query).status_code == 404


def test_content_that_was_removed_is_led_from_too(owner: Client, ana: Organization) -> None:
    content = Content.objects.get()
    remove_content(organization_id=ana.id, content_id=content.id, actor="tester", now=factories.NOW)
    (link,) = links_of(page_of(owner, "/admin-center/reports/content/"))
    assert "a@x.example" in rows_of(page_of(owner, link))


def test_an_admin_limited_to_a_group_sees_nobody_else(
    sub_admin_of_group: Client, other_group: Group, ana: Organization
) -> None:
    steps.membership(ana, ["b@x.example"], other_group, joins=True)
    address = f"/admin-center/reports/content-people/?content={Content.objects.get().id}"
    assert "There is nothing to show" in page_of(sub_admin_of_group, address)
    steps.membership(ana, ["a@x.example"], other_group, joins=True)
    assert "a@x.example" in rows_of(page_of(sub_admin_of_group, address))


@pytest.mark.parametrize("zone", ["", "Asia/Tokyo"])
def test_of_many_people_its_lines_come_with_its_figures(
    owner: Client, ana: Organization, monkeypatch: pytest.MonkeyPatch, zone: str
) -> None:
    address = f"/admin-center/reports/content-people/?content={Content.objects.get().id}&q=x.example&zone={zone}"
    at_once = page_of(owner, address)
    monkeypatch.setattr("seatkeeper.reports.asked.AT_ONCE", 1)
    page = page_of(owner, address)
    assert "a@x.example" not in page
    assert rows_of(what_follows(owner, page)) == rows_of(at_once)


@pytest.mark.parametrize("more", ["", "&q=x.example", "&q=department:Sales", "&q=x.example+department:Sales"])
def test_where_nothing_is_found_nearby_the_part_that_follows_takes_few_statements(
    owner: Client, ana: Organization, more: str, monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries: Any
) -> None:
    """As where many people are, of whom few fit: every way to them is tried."""
    for name in ("reports.asked.AT_ONCE", "reports.asked.FEW", "licensing.walks.FEW", "licensing.walks.COMMON"):
        monkeypatch.setattr(f"seatkeeper.{name}", 0)
    for name in ("FIRST_LOOK", "READ_AT_FIRST"):
        monkeypatch.setattr(f"seatkeeper.licensing.walks.{name}", 1)
    page_of(owner, "/admin-center/reports/")
    with django_assert_max_num_queries(25):
        page = page_of(owner, f"/admin-center/reports/learners/numbers/?who=active&period=365{more}")
    assert ("a@x.example" in page, "b@x.example" in page) == (True, False)


@pytest.mark.parametrize("key", ["learners", "content-people"])
@pytest.mark.parametrize("at_once", [0, 2_000])
def test_such_pages_take_few_statements(
    owner: Client,
    ana: Organization,
    key: str,
    at_once: int,
    monkeypatch: pytest.MonkeyPatch,
    django_assert_max_num_queries: Any,
) -> None:
    for name in ("AT_ONCE", "FEW"):
        monkeypatch.setattr(f"seatkeeper.reports.asked.{name}", at_once)
    query = f"who=active&content={Content.objects.get().id}&period=365"
    page_of(owner, "/admin-center/reports/")
    for more in ("", "&q=x.example+department:Sales", "&zone=Asia%2FTokyo", "&zone=Asia%2FTokyo&q=department:Sales"):
        for part in ("", "numbers/"):
            with django_assert_max_num_queries(24):
                page_of(owner, f"/admin-center/reports/{key}/{part}?{query}{more}")
