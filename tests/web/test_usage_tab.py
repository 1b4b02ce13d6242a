"""What a person did: the tab of the profile, and the learner's own history and data."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client

from seatkeeper.accounts.models import Account, Membership
from seatkeeper.directory.models import Group, GroupMember, Learner, Organization
from seatkeeper.gate.models import Content
from seatkeeper.gate.services.content import add_content, remove_content
from seatkeeper.licensing.models import LicensePool
from seatkeeper.usage.history import Place, all_usage_of, totals_of, usage_by_content, usage_by_day
from seatkeeper.usage.models import Source
from seatkeeper.usage.rules import Told
from seatkeeper.usage.services.take_in import take_in
from tests import factories
from tests.gate.asking import set_license
from tests.web.conftest import signed_in
from tests.web.my_data import my_data, my_rows

FIRST = date(2025, 3, 4)
ANN = "ann@acme.example"


@pytest.fixture
def ann(acme: Organization, learning: LicensePool) -> Learner:
    factories.import_csv(acme, f"invited_email_address,license_learning_status\n{ANN},active\nbob@acme.example,\n")
    return factories.learner(acme, ANN)


@pytest.fixture
def content(acme: Organization, ann: Learner) -> None:
    for title in ("Python", "SQL"):
        add_content(organization_id=acme.id, title=title, address=f"/{title}", is_free=True, actor="tester", now=factories.NOW)


def tell(acme: Organization, *facts: Told) -> None:
    take_in(organization_id=acme.id, facts=facts, source=Source.API, now=factories.NOW)


def used(day: int, content: str = "Python", seconds: int = 0, completions: int = 0, learner: str = ANN) -> Told:
    return Told(learner, content, day=FIRST + timedelta(days=day), seconds=seconds, views=1, completions=completions)


@pytest.mark.usefixtures("content")
def test_by_content_with_first_and_last_day_hours_views_and_completion(acme: Organization, ann: Learner) -> None:
    tell(acme, used(0, seconds=3_600), used(0, seconds=1_800), used(9, seconds=900, completions=1), used(4, "SQL"))
    tell(acme, used(0, learner="bob@acme.example", seconds=7))

    python, sql = usage_by_content(ann).rows
    assert (python.title, python.first_on, python.last_on) == ("Python", FIRST, FIRST + timedelta(days=9))
    assert (python.days, python.seconds, python.views, python.completed_on) == (2, 6_300, 2, FIRST + timedelta(days=9))
    assert (sql.title, sql.days, sql.seconds, sql.completed_on) == ("SQL", 1, 0, None)
    totals = totals_of(ann)
    assert (totals.contents, totals.days, totals.seconds, totals.views, totals.completions) == (2, 3, 6_300, 3, 1)
    assert (totals.first_on, totals.last_on) == (FIRST, FIRST + timedelta(days=9))
    assert [(one.day - FIRST, one.title, one.is_completed) for one in usage_by_day(ann).rows] == [
        (timedelta(days=9), "Python", True),
        (timedelta(days=4), "SQL", False),
        (timedelta(days=0), "Python", False),
    ]


@pytest.mark.usefixtures("content")
def test_pages_follow_each_other_without_gaps(acme: Organization, ann: Learner) -> None:
    tell(acme, *(used(day, content, seconds=day) for day in range(7) for content in ("Python", "SQL")))

    days, after = [], None
    while True:
        page = usage_by_day(ann, after=after, size=4)
        days += page.rows
        after = page.after
        if after is None:
            break
        assert Place.parse(str(after)) == after
    assert days == usage_by_day(ann).rows == list(all_usage_of(ann))
    first = usage_by_content(ann, size=1)
    second = usage_by_content(ann, size=1, after=first.after)
    assert first.rows + second.rows == usage_by_content(ann).rows
    assert second.after is None


@pytest.mark.parametrize(
    "written", ["", "x", "2026-03-04", "2026-03-04.", "2026-03-04.x", "2026-13-04.1", f"2026-03-04.{'9' * 20}"]
)
def test_a_place_that_is_none(written: str) -> None:
    assert Place.parse(written) is None


@pytest.mark.usefixtures("content")
def test_it_is_the_same_before_and_after_an_unassignment(acme: Organization, ann: Learner, owner: Client) -> None:
    tell(acme, used(0, seconds=5_400), used(3, completions=1))
    address = f"/admin-center/users/{ann.id}/?tab=usage"
    before = owner.get(address)
    set_license(acme, ann, "inactive")
    after = owner.get(address)

    for name in ("totals", "contents", "days"):
        assert before.context[name] == after.context[name]
    page = after.content.decode()
    assert 'href="?tab=usage" aria-current="page"' in page
    assert "1.5" in page
    assert "No license" in page


@pytest.mark.usefixtures("content")
def test_days_of_which_more_was_told_than_they_have_are_named(acme: Organization, ann: Learner, owner: Client) -> None:
    """They count as they were told, from whomever."""
    full, address = 24 * 3_600, f"/admin-center/users/{ann.id}/"
    tell(acme, used(0, seconds=full), used(1, seconds=full - 1), used(1, "SQL", seconds=1))
    tell(acme, used(1, seconds=full, learner="bob@acme.example"))
    for zone in ("", "Asia/Tokyo"):
        assert "24 hours were told" not in owner.get(address, {"tab": "usage", "zone": zone}).content.decode()

    tell(acme, *(used(day, content, seconds=72_000) for day in range(2, 8) for content in ("Python", "SQL")))
    tell(acme, used(1, seconds=1_801))
    for zone in ("", "Asia/Tokyo"):
        page = owner.get(address, {"tab": "usage", "zone": zone})
        assert [(one.day - FIRST, one.seconds) for one in page.context["long_days"]] == [
            *((timedelta(days=day), 144_000) for day in range(7, 1, -1)),
            (timedelta(days=1), full + 1_801),
        ]
        text = page.content.decode()
        assert "More than 24 hours were told of each of 7 days, these are the latest:" in text
        assert text.count("(40.00 hours)") == 5
        assert page.context["totals"].seconds == full + full + 1_801 + 6 * 144_000


@pytest.mark.usefixtures("content")
def test_content_that_is_gone_keeps_its_title(acme: Organization, ann: Learner, owner: Client) -> None:
    tell(acme, used(0, "SQL"))
    number = usage_by_day(ann, size=1).rows
    remove_content(organization_id=acme.id, content_id=Content.objects.get(title="SQL").pk, actor="tester", now=factories.NOW)
    assert usage_by_day(ann).rows == number
    assert "SQL" in owner.get(f"/admin-center/users/{ann.id}/?tab=usage").content.decode()


@pytest.mark.usefixtures("content")
def test_long_histories_come_in_pages_and_few_statements(
    acme: Organization, ann: Learner, owner: Client, django_assert_max_num_queries: object
) -> None:
    tell(acme, *(used(day, seconds=60) for day in range(60)))
    address = f"/admin-center/users/{ann.id}/"
    with django_assert_max_num_queries(25):  # type: ignore[operator]
        page = owner.get(address, {"tab": "usage"})
    assert len(page.context["days"].rows) == 50
    older = f"?tab=usage&amp;{page.context['older_days']}#usage-days"
    assert older in page.content.decode()
    rest = owner.get(address, {"tab": "usage", "days": str(page.context["days"].after)})
    assert len(rest.context["days"].rows) == 10


@pytest.mark.usefixtures("content")
def test_a_report_leads_to_it_in_its_own_time_zone(
    acme: Organization, ann: Learner, owner: Client, django_assert_max_num_queries: object
) -> None:
    """Of what was told with its time the day moves, of what was told by its day alone it does not."""
    late = datetime(2025, 3, 4, 22, 30, tzinfo=UTC)  # the 5th in Tokyo
    tell(acme, Told(ANN, "Python", at=late, seconds=60, views=1, completions=1), used(1, seconds=30), used(0, "SQL"))
    tell(acme, *(used(day, "SQL") for day in range(2, 60)))
    address = f"/admin-center/users/{ann.id}/"
    at_home, same = (owner.get(address, {"tab": "usage", "zone": zone}).context for zone in ("", "Europe/London"))
    for name in ("totals", "contents", "days"):
        assert at_home[name] == same[name], name
    assert at_home["totals"].views == 61

    with django_assert_max_num_queries(25):  # type: ignore[operator]
        page = owner.get(address, {"tab": "usage", "zone": "Asia/Tokyo"})
    assert page.context["totals"].views == 60  # Python was viewed on one day
    python = page.context["contents"].rows[1]
    fifth = date(2025, 3, 5)
    assert (python.title, python.first_on, python.completed_on, python.seconds) == ("Python", fifth, fifth, 90)
    text = page.content.decode()
    assert "Days in Asia/Tokyo." in text
    older = f"?tab=usage&amp;zone=Asia%2FTokyo&amp;{page.context['older_days']}#usage-days"
    assert older in text
    rest = owner.get(f"{address}{older.replace('&amp;', '&')}").context["days"].rows
    assert [(one.day, one.title, one.is_completed) for one in rest][-2:] == [(fifth, "Python", True), (FIRST, "SQL", False)]
    assert len(rest) == 10
    assert "Days in UTC." in owner.get(address, {"tab": "usage", "zone": "Mars/Olympus"}).content.decode()


def test_without_usage_it_says_so(ann: Learner, owner: Client) -> None:
    assert "Nothing was told of this person yet" in owner.get(f"/admin-center/users/{ann.id}/?tab=usage").content.decode()


@pytest.mark.usefixtures("content")
def test_within_reach_only(acme: Organization, ann: Learner, other_group: Group, sub_admin_of_group: Client) -> None:
    tell(acme, used(0))
    address = f"/admin-center/users/{ann.id}/?tab=usage"
    assert sub_admin_of_group.get(address).status_code == 404
    GroupMember.objects.create(organization=acme, group=other_group, learner=ann)
    assert "Python" in sub_admin_of_group.get(address).content.decode()


@pytest.mark.usefixtures("content")
def test_learners_read_and_download_their_own(acme: Organization, ann: Learner) -> None:
    account = Account.objects.create_user(ann.email)
    Membership.objects.create(organization=acme, account=account, learner=ann)
    browser = signed_in(account)
    assert "Nothing yet" in browser.get("/learn/history/").content.decode()

    tell(acme, used(0, seconds=90), used(1, completions=1), used(2, "SQL", learner="bob@acme.example"))

    page = browser.get("/learn/history/").content.decode()
    assert "Python" in page
    assert "SQL" not in page
    assert "admin-center" not in page
    assert my_data(browser)["usage"] == [
        {"title": "Python", "day": "2025-03-05", "seconds": 0, "completed": True},
        {"title": "Python", "day": "2025-03-04", "seconds": 90, "completed": False},
    ]
    rows = my_rows(browser)
    assert ["usage", "Python", "90 seconds", "2025-03-04", "2025-03-04"] in rows
    assert ["usage", "Python", "0 seconds completed", "2025-03-05", "2025-03-05"] in rows
