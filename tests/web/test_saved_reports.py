"""Saved reports as pages: each admin's own."""

import pytest
from django.test import Client
from django.utils.http import urlencode

from seatkeeper.accounts.models import AuditEntry
from seatkeeper.reports.models import SavedReport

ADD = "/admin-center/saved-reports/of/licenses/?q=department%3ASales&sort=-last_activity_on&after=x"


def read(client: Client, address: str = "/admin-center/saved-reports/") -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return str(answer.content.decode())


def save(client: Client, name: str = "Sales", schedule: str = "weekly") -> SavedReport:
    assert client.post(ADD, {"name": name, "schedule": schedule}).status_code == 302
    return SavedReport.objects.get(name=name)


def test_a_report_is_saved_as_it_is_shown(owner: Client) -> None:
    assert "Nothing is saved yet" in read(owner)
    assert 'href="/admin-center/saved-reports/of/licenses/"' in read(owner, "/admin-center/reports/licenses/")
    assert 'value="License report"' in read(owner, ADD)
    saved = save(owner)
    assert saved.fields == {"q": "department:Sales", "sort": "-last_activity_on"}
    assert saved.next_at is not None
    page = read(owner)
    assert 'href="/admin-center/reports/licenses/?q=department%3ASales&amp;sort=-last_activity_on"' in page
    assert "Every Monday" in page
    entry = AuditEntry.objects.get(action="report.scheduled")
    assert (entry.facts["before"], entry.facts["after"]) == ("none", "weekly")


def test_its_name_and_its_times_are_changed(owner: Client) -> None:
    saved = save(owner)
    address = f"/admin-center/saved-reports/{saved.id}/"
    assert 'value="Sales"' in read(owner, address)
    assert owner.post(address, {"name": "Sales people", "schedule": "weekly"}).status_code == 302
    assert AuditEntry.objects.filter(action="report.scheduled").count() == 1
    assert owner.post(address, {"name": "Sales people", "schedule": "none"}).status_code == 302
    saved.refresh_from_db()
    assert (saved.name, saved.schedule, saved.next_at) == ("Sales people", "none", None)
    assert owner.post(address, {"act": "delete"}).status_code == 302
    assert SavedReport.objects.count() == 0


def test_two_of_one_admin_have_two_names(owner: Client) -> None:
    save(owner)
    other = save(owner, "Others")
    for address in (ADD, f"/admin-center/saved-reports/{other.id}/"):
        answer = owner.post(address, {"name": "Sales", "schedule": "none"})
        assert answer.status_code == 422
        assert "saved a report under this name" in answer.content.decode()
    assert sorted(SavedReport.objects.values_list("name", flat=True)) == ["Others", "Sales"]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ({"name": " ", "schedule": "none"}, "Write a name"),
        ({"name": "x" * 201, "schedule": "none"}, "at most 200"),
        ({"name": "Sales", "schedule": "hourly"}, "Choose one"),
        ({"name": "Sales"}, "Choose one"),
    ],
)
def test_bad_input_gets_a_sentence(owner: Client, data: dict[str, str], says: str) -> None:
    answer = owner.post(ADD, data)
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert SavedReport.objects.count() == 0


@pytest.mark.parametrize(("key", "text"), [("licenses", "bogus:1"), ("learners", '"'), ("seats", "department:Sales")])
def test_a_filter_that_the_report_refuses_is_not_saved(owner: Client, key: str, text: str) -> None:
    address = f"/admin-center/saved-reports/of/{key}/?{urlencode({'q': text})}"
    for answer in (owner.get(address), owner.post(address, {"name": "Sales", "schedule": "daily"})):
        assert answer.status_code == 302
        assert owner.get(answer["Location"]).status_code == 422
    assert SavedReport.objects.count() == 0


def test_of_days_that_stay_the_same_it_says_so(owner: Client) -> None:
    add = "/admin-center/saved-reports/of/learners/"
    assert "from 1 January 2024 to 1 February 2024" in read(owner, f"{add}?from=2024-01-01&to=2024-02-01")
    for moving in (add, f"{add}?period=month", "/admin-center/saved-reports/of/licenses/?from=2024-01-01&to=2024-02-01"):
        assert "the same days each time" not in read(owner, moving)


def test_a_report_that_is_none_is_not_saved(owner: Client) -> None:
    assert owner.get("/admin-center/saved-reports/of/none/").status_code == 404
    assert owner.get(f"/admin-center/saved-reports/{10**30}/").status_code == 404
