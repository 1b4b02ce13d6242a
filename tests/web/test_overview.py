"""Overview: three numbers, seats over time, what could be freed, latest operations."""

import re
import xml.etree.ElementTree as ET

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.formats import date_format

from seatkeeper.directory.models import Organization
from seatkeeper.licensing.models import Books, LicensePool
from seatkeeper.notices.models import Kind
from seatkeeper.notices.wording import sentence
from tests import factories
from tests.factories import NOW

TWO = "invited_email_address,license_learning_status\na@x.example,active\nb@x.example,active\n"


def page_of(client: Client, query: str = "") -> str:
    answer = client.get(f"/admin-center/{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def test_an_empty_organization_is_told_how_to_begin(owner: Client) -> None:
    page = page_of(owner)
    assert "There is no pool yet" in page
    assert "<svg" not in page.split("Seats over time")[1].split("</section>")[0]


def test_the_three_numbers_and_the_chart(owner: Client, acme: Organization) -> None:
    factories.pool(acme, seats=2000)
    factories.import_csv(acme, TWO)
    page = page_of(owner)

    assert "seats taken of 2,000" in page
    assert "1,998" in page
    svg = re.search(r'<svg class="chart".*?</svg>', page, re.DOTALL)
    assert svg
    drawn = ET.fromstring(svg[0])  # noqa: S314  our own
    assert {"title", "desc", "polygon", "polyline"} <= {element.tag for element in drawn.iter()}
    assert "style=" not in page
    assert "Import, operation 1" in page
    assert "Undo" in page


@pytest.mark.parametrize(("taken", "shown"), [(8_199, "81.9"), (9_996, "99.9"), (9_500, "95")])
def test_a_share_of_seats_reads_alike_everywhere(owner: Client, acme: Organization, taken: int, shown: str) -> None:
    """100 is said of a full pool only."""
    pool = factories.pool(acme, seats=10_000)
    LicensePool.objects.filter(id=pool.id).update(seats_taken=taken)

    for address in ("/admin-center/", "/admin-center/pools/"):
        assert f"</meter> {shown} %" in owner.get(address).content.decode()
    assert f">{float(shown)}</td>" in owner.get("/admin-center/reports/pools/").content.decode()
    assert f" {shown} % of its seats" in sentence(Kind.LOW_SEATS, {"pool": "Learning", "in_use": taken, "seats": 10_000})


def test_a_date_has_its_month_in_letters() -> None:
    assert date_format(NOW.replace(month=3, day=4, hour=14, minute=2), "DATETIME_FORMAT") == f"4 March {NOW.year}, 14:02"
    assert date_format(NOW.replace(month=3, day=4).date(), "SHORT_DATE_FORMAT") == f"4 Mar {NOW.year}"


@pytest.mark.parametrize("span", ["30", "90", "365", "7", "x"])
def test_any_span_is_answered_with_few_statements(owner: Client, acme: Organization, span: str) -> None:
    factories.pool(acme)
    factories.import_csv(acme, TWO)
    with CaptureQueriesContext(
        connection,
    ) as seen:
        page_of(owner, f"?days={span}")
    assert len(seen) <= 25


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_idle_licenses_are_counted_where_usage_came(owner: Client, acme: Organization, headers: dict[str, str]) -> None:
    factories.pool(acme, seats=5)
    factories.import_csv(acme, TWO)
    assert "No usage ever came" in owner.get("/admin-center/idle/", headers=headers).content.decode()
    LicensePool.objects.update(first_used_on=NOW.date())
    page = owner.get("/admin-center/idle/", headers=headers).content.decode()
    assert '<span class="stat__number">2</span>' in page
    assert "/admin-center/reports/idle/?days=90" in page
    assert ("<html" in page) is (not headers)
    factories.import_csv(acme, TWO.replace(",active", ",inactive", 1))
    assert '<span class="stat__number">1</span>' in owner.get("/admin-center/idle/", headers=headers).content.decode()


def test_idle_licenses_beyond_reach_are_not_counted(sub_admin_of_group: Client, acme: Organization) -> None:
    factories.pool(acme, seats=5)
    factories.import_csv(acme, TWO)
    LicensePool.objects.update(first_used_on=NOW.date())
    assert '<span class="stat__number">0</span>' in sub_admin_of_group.get("/admin-center/idle/").content.decode()


def test_a_limited_admin_sees_only_their_operations(sub_admin_of_group: Client, acme: Organization) -> None:
    factories.pool(acme)
    factories.import_csv(acme, TWO)
    assert Books.objects.get(organization=acme).last_operation == 1
    assert "No operation yet" in page_of(sub_admin_of_group)


def test_free_and_in_use_count_alike_everywhere_and_say_what(owner: Client, acme: Organization) -> None:
    """An offer holds a seat: it is in use, and not free."""
    pool = factories.pool(acme, seats=100)
    LicensePool.objects.filter(id=pool.id).update(seats_taken=30, seats_held=5)

    overview, pools = page_of(owner), page_of(owner, "pools/")
    for page in (overview, pools):
        assert "</meter> 35 %" in page
        assert "held for" in page
    assert '<span class="stat__number">65</span> <span class="stat__label">seats free: neither taken nor held' in overview
    assert 'data-label="Free">65</td>' in pools
    for report in ("seats", "pools"):
        assert re.search(r"Free[^0-9]{1,80}65\b", page_of(owner, f"reports/{report}/")), report
