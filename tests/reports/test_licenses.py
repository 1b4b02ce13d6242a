"""License report: who has or had which license, since when and why."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from seatkeeper.directory.errors import FilterRefused
from seatkeeper.directory.models import Organization
from seatkeeper.directory.services.groups import add_group
from seatkeeper.licensing.models import Activation, LicensePool
from seatkeeper.reports.registry import REPORTS
from tests import factories, steps
from tests.factories import NOW
from tests.reports.conftest import Ask
from tests.reports.reading import file, rows
from tests.steps import email

REPORT = REPORTS["licenses"]
DAY = timedelta(days=1)


def on(day: int) -> Any:
    """A clock that stands on a day of March."""
    return lambda: datetime(2026, 3, day, 12, tzinfo=UTC)


@pytest.fixture
def learning(acme: Organization) -> LicensePool:
    return factories.pool(acme, activation=Activation.INVITE)


@pytest.fixture
def three(acme: Organization, learning: LicensePool) -> LicensePool:
    """p1 was invited on the 1st, active on the 2nd, unassigned on the 3rd; p2 is invited since the 1st; p3 never had one."""
    steps.people(acme, 3)
    steps.do("assign", acme, [email(1), email(2)], pool=learning, clock=on(1))
    steps.do("activate", acme, [email(1)], clock=on(2))
    steps.do("unassign", acme, [email(1)], clock=on(3))
    return learning


def test_every_date_stands_where_it_belongs(ask: Ask, three: LicensePool) -> None:
    assert rows("licenses", ask()) == [
        (email(1), "Learning · Default", "no license", on(1)(), on(2)(), on(3)(), "tester", "", None),
        (email(2), "Learning · Default", "invited", on(1)(), None, None, "tester", "", None),
        (email(3), "", "no license", None, None, None, "", "", None),
    ]


def test_the_file_says_the_same(ask: Ask, three: LicensePool) -> None:
    first, second, third = ("2026-03-01T12:00:00Z", "2026-03-02T12:00:00Z", "2026-03-03T12:00:00Z")
    assert file("licenses", ask()) == [
        ["", "", email(1), "default/learning", "no license", first, second, third, "tester", "", ""],
        ["", "", email(2), "default/learning", "invited", first, "", "", "tester", "", ""],
        ["", "", email(3), "", "no license", "", "", "", "", "", ""],
    ]


def test_what_was_undone_is_as_if_it_had_never_been(acme: Organization, ask: Ask, three: LicensePool) -> None:
    before = rows("licenses", ask()), file("licenses", ask())
    steps.undo(steps.do("unassign", acme, [email(2)], clock=on(4)), clock=on(5))
    again = steps.do("assign", acme, [email(1)], pool=three, clock=on(4))
    assert rows("licenses", ask())[0][2:6] == ("active", None, on(4)(), None)
    steps.undo(again, clock=on(5))

    assert (rows("licenses", ask()), file("licenses", ask())) == before


def test_the_figures_are_those_of_the_pools(ask: Ask, acme: Organization, three: LicensePool) -> None:
    other = factories.pool(acme, license_type="Pro")
    steps.do("assign", acme, [email(1), email(3)], pool=other)
    assert REPORT.numbers(ask()).figures == {"active": 2, "invited": 1}
    assert REPORT.numbers(ask(q="p1")).figures == {"active": 1, "invited": 0}
    assert REPORT.numbers(ask(q="pool:default/learning")).figures == {"active": 0, "invited": 1}


def test_a_filter_that_names_pools_lists_only_these(ask: Ask, acme: Organization, three: LicensePool) -> None:
    other = factories.pool(acme, license_type="Pro")
    steps.do("assign", acme, [email(2)], pool=other)
    assert [row[:2] for row in rows("licenses", ask(q="type:pro"))] == [(email(2), "Pro · Default")]
    assert [line[2:4] for line in file("licenses", ask(q="type:pro"))] == [[email(2), "default/pro"]]
    assert len(rows("licenses", ask(q="p2"))) == 2


@pytest.mark.parametrize("query", ["status:none", "group:Sales"])
def test_people_without_a_license_are_listed_too(ask: Ask, acme: Organization, three: LicensePool, query: str) -> None:
    steps.membership(acme, [email(1), email(3)], add_group(organization_id=acme.id, name="Sales"), joins=True)
    assert [row[0] for row in rows("licenses", ask(q=query))] == [email(1), email(3)]
    assert [line[2] for line in file("licenses", ask(q=query))] == [email(1), email(3)]


def test_nobody_beyond_the_reach_is_listed_or_counted(ask: Ask, acme: Organization, three: LicensePool) -> None:
    group = add_group(organization_id=acme.id, name="Sales")
    steps.membership(acme, [email(2)], group, joins=True)
    within = ask(groups=(group.id,))
    assert [row[0] for row in rows("licenses", within)] == [email(2)]
    assert [line[2] for line in file("licenses", within)] == [email(2)]
    assert REPORT.numbers(within).figures == {"active": 0, "invited": 1}
    assert file("licenses", ask(groups=())) == []


def test_no_cell_is_run_by_a_spreadsheet(ask: Ask, acme: Organization) -> None:
    factories.import_csv(acme, 'invited_email_address,preferred_first_name\na@x.example,"\'=1+1"\n')
    assert file("licenses", ask())[0][0] == "'=1+1"


def test_pages_follow_each_other(ask: Ask, acme: Organization, learning: LicensePool) -> None:
    steps.people(acme, 120)
    first = REPORT.page(ask())
    second = REPORT.page(ask(after=first.next))
    third = REPORT.page(ask(after=second.next))
    back = REPORT.page(ask(before=third.previous))
    assert [len(page.rows) for page in (first, second, third)] == [50, 50, 20]
    assert (first.previous, third.next) == ("", "")
    assert back.rows == second.rows
    assert len({row[0].email for page in (first, second, third) for row in page.rows}) == 120


@pytest.mark.parametrize("key", REPORTS)
def test_a_filter_that_is_none_is_refused(ask: Ask, key: str) -> None:
    for find in (REPORTS[key].page, REPORTS[key].numbers, lambda asked: file(key, asked)):
        with pytest.raises(FilterRefused):
            find(ask(q="nonsense:5"))


def test_the_number_of_statements_does_not_grow_with_people(
    ask: Ask, acme: Organization, learning: LicensePool, django_assert_max_num_queries: Any
) -> None:
    steps.people(acme, 60)
    steps.do("assign", acme, [email(number) for number in range(1, 61)], pool=learning, clock=lambda: NOW)
    with django_assert_max_num_queries(12):
        assert len(rows("licenses", ask())) == 50
