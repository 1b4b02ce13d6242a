"""Saved reports come by mail: at their time, once, with what their saver may see."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from seatkeeper.accounts.models import AuditEntry, Grant, Membership
from seatkeeper.accounts.permissions import Permission
from seatkeeper.accounts.queries import admin_of
from seatkeeper.accounts.services.settings import change_settings
from seatkeeper.directory.models import Group, GroupMember, Organization
from seatkeeper.gate.services.content import add_content
from seatkeeper.notices.models import Mail, MailState
from seatkeeper.notices.services.send import send_due
from seatkeeper.reports.models import SavedReport, Schedule
from seatkeeper.reports.services import mail_saved
from seatkeeper.reports.services.mail_saved import mail_due_reports
from seatkeeper.reports.services.saved import delete_saved, save_report
from seatkeeper.usage.models import Source
from seatkeeper.usage.rules import Told
from seatkeeper.usage.services.take_in import take_in
from seatkeeper.web import report_letters
from tests import factories, steps
from tests.factories import NOW
from tests.notices.conftest import admin
from tests.notices.post_office import PostOffice
from tests.steps import email

TOMORROW = datetime(2026, 3, 5, 6, 0, tzinfo=UTC)  # seven in Berlin


@pytest.fixture(autouse=True)
def _people(acme: Organization) -> None:
    change_settings(organization_id=acme.id, actor="kim", now=NOW, time_zone="Europe/Berlin")
    factories.pool(acme, seats=30)
    steps.people(acme, 25, "active")


@pytest.fixture
def kim(acme: Organization) -> Membership:
    return admin(acme, "kim@acme.example", "Kim Xu")


def saved(of: Membership, schedule: Schedule = Schedule.DAILY, report: str = "licenses", **fields: str) -> SavedReport:
    asker = admin_of(account_id=of.account_id, organization_id=of.organization_id)
    assert asker
    return save_report(asker, report=report, fields=fields, name="Who has what", schedule=schedule, now=NOW)


def go(at: datetime = TOMORROW) -> None:
    """A worker looks twice, and mail goes."""
    for _again in range(2):
        mail_due_reports(lambda: at)
    send_due(clock=lambda: at)


def test_it_comes_at_its_time_with_figures_lines_and_file(acme: Organization, kim: Membership, post_office: PostOffice) -> None:
    one = saved(kim, q="status:active")
    go(TOMORROW - timedelta(seconds=1))
    assert post_office.came == []
    go()
    (came,) = post_office.came
    assert came["To"] == "kim@acme.example"
    assert came["Subject"] == "Report: Who has what"
    text = came.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    html = came.get_body(("html",)).get_content()  # type: ignore[union-attr]
    for content in (text, html):
        assert "License report, as it was on 5 March 2026, 07:00." in content
        assert "Below are its first lines." in content
        assert "Active licenses" in content
        assert email(1) in content
        assert "https://seats.acme.example/admin-center/reports/licenses/?q=status%3Aactive" in content
        assert f"https://seats.acme.example/admin-center/saved-reports/{one.id}/" in content
    assert "Active licenses: 25" in text
    (file,) = came.iter_attachments()
    assert (file.get_filename(), file.get_content_type()) == ("licenses-2026-03-05.csv", "text/csv")
    assert file.get_content().count(",active,") == 25
    assert AuditEntry.objects.filter(action="report.mailed", actor="kim@acme.example").count() == 1


def test_of_a_content_it_says_which_and_who_used_it(acme: Organization, kim: Membership, post_office: PostOffice) -> None:
    content = add_content(organization_id=acme.id, title="Python", address="/p", is_free=True, actor="kim", now=NOW)
    told = [Told(email(1), "Python", day=NOW.date(), seconds=60, views=1)]
    take_in(organization_id=acme.id, facts=told, source=Source.API, now=NOW)
    saved(kim, report="content-people", content=str(content.id))
    go()
    (came,) = post_office.came
    text = came.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "Content: Python." in text
    assert email(1) in text
    assert email(2) not in text


def test_it_says_of_whom_and_of_which_days_its_figures_are(kim: Membership, post_office: PostOffice) -> None:
    saved(kim, report="learners", q="status:active", period="30")
    go()
    text = post_office.came[0].get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "Filter: status:active" in text
    assert "From 4 February 2026 to 5 March 2026." in text
    assert "Days in Europe/Berlin." in text


def test_people_of_one_name_stand_with_their_addresses(acme: Organization, kim: Membership, post_office: PostOffice) -> None:
    columns = "invited_email_address,preferred_first_name,department_name"
    factories.import_csv(acme, f"{columns}\n{email(1)},Ana,Sales\n{email(2)},Ana,Sales\n{email(3)},,Sales\n")
    saved(kim, q="department:Sales")
    go()
    text = post_office.came[-1].get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert f"Ana, {email(1)} | " in text
    assert f"Ana, {email(2)} | " in text
    assert f"\n{email(3)} | " in text


def test_of_idle_licenses_it_says_how_long_they_are_that(kim: Membership, post_office: PostOffice) -> None:
    saved(kim, report="idle", days="60")
    go()
    assert "Not used for 60 days." in post_office.came[0].get_body(("plain",)).get_content()  # type: ignore[union-attr]


def test_times_that_were_missed_are_made_up_for_once(kim: Membership, post_office: PostOffice) -> None:
    one = saved(kim)
    go(TOMORROW + timedelta(days=5, hours=1))
    assert len(post_office.came) == 1
    one.refresh_from_db()
    assert one.next_at == TOMORROW + timedelta(days=6)
    go(TOMORROW + timedelta(days=6))
    assert len(post_office.came) == 2


def test_of_two_workers_one_mails_it(kim: Membership) -> None:
    saved(kim)
    (seen_by_both,) = SavedReport.objects.select_related("membership__account")
    for _worker in range(2):
        mail_saved._mail(seen_by_both, now=TOMORROW)
    assert (Mail.objects.count(), AuditEntry.objects.filter(action="report.mailed").count()) == (1, 1)


def test_a_worker_that_dies_between_has_moved_nothing(
    kim: Membership, post_office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved(kim)

    def die(*arguments: Any, **more: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(mail_saved, "put", die)
        with pytest.raises(KeyboardInterrupt):
            mail_due_reports(lambda: TOMORROW)
    go(TOMORROW + timedelta(minutes=1))
    assert len(post_office.came) == 1


def test_who_is_limited_to_groups_reads_of_nobody_else(acme: Organization, post_office: PostOffice) -> None:
    group = Group.objects.create(id=10**9, organization=acme, key="sales", name="Sales")
    GroupMember.objects.create(organization=acme, group=group, learner=factories.learner(acme, email(7)))
    sub = admin(acme, "sub@acme.example", is_full=False)
    Grant.objects.create(membership=sub, permission=Permission.VIEW_REPORTS, group=group)
    saved(sub)
    go()
    (came,) = post_office.came
    (file,) = came.iter_attachments()
    whole = came.as_string() + file.get_content()
    assert email(7) in whole
    assert not [number for number in range(1, 26) if number != 7 and email(number) in whole]


def test_without_the_permission_it_stops_and_the_log_says_so(
    acme: Organization, kim: Membership, post_office: PostOffice
) -> None:
    one = saved(kim)
    Membership.objects.filter(id=kim.id).update(is_full_admin=False)
    go()
    assert Mail.objects.count() == 0
    one.refresh_from_db()
    assert (one.schedule, one.next_at) == (Schedule.NONE, None)
    entry = AuditEntry.objects.get(action="report.mail_stopped")
    assert (entry.organization_id, entry.facts["name"]) == (acme.id, "Who has what")


@pytest.mark.parametrize("lost", ["permission", "report"])
def test_what_was_lost_before_the_mail_goes_is_not_sent(kim: Membership, post_office: PostOffice, lost: str) -> None:
    one = saved(kim)
    mail_due_reports(lambda: TOMORROW)
    if lost == "permission":
        Membership.objects.filter(id=kim.id).update(is_full_admin=False)
    else:
        delete_saved(one)
    send_due(clock=lambda: TOMORROW)
    assert post_office.came == []
    assert Mail.objects.get().state == MailState.WITHDRAWN


def test_what_is_too_large_is_a_link(kim: Membership, post_office: PostOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report_letters, "ATTACHED_BYTES", 400)
    saved(kim)
    go()
    (came,) = post_office.came
    assert list(came.iter_attachments()) == []
    assert "too large for a mail" in post_office.text()
    assert "Active licenses: 25" in post_office.text()


def test_a_filter_that_is_none_any_more_is_told_of(kim: Membership, post_office: PostOffice) -> None:
    saved(kim, q="group:Gone")
    go()
    assert "filter can't be used any more" in post_office.text()


def test_it_has_the_days_of_its_own_time_zone(acme: Organization, kim: Membership, post_office: PostOffice) -> None:
    add_content(organization_id=acme.id, title="Python", address="/p", is_free=True, actor="tester", now=NOW)
    told = Told(email(1), "Python", at=datetime(2026, 3, 3, 4, tzinfo=UTC), seconds=3_600, views=1)  # there the 2nd
    take_in(organization_id=acme.id, facts=[told], source=Source.API, now=NOW)
    saved(kim, report="organization", zone="America/Los_Angeles", period="30", by="day")
    go()
    (came,) = post_office.came
    assert "Days in America/Los_Angeles." in post_office.text()
    assert "zone=America%2FLos_Angeles" in post_office.text()
    (file,) = came.iter_attachments()
    assert file.get_filename() == "organization-2026-03-04.csv"  # in the evening there
    lines = file.get_content().splitlines()
    assert "2026-03-02,1,1.00,1,0" in lines
    assert "2026-03-03,0,0.00,0,0" in lines


def test_a_time_zone_that_is_none_any_more_is_told_of(kim: Membership, post_office: PostOffice) -> None:
    saved(kim, zone="Mars/Olympus")
    go()
    assert "There is no time zone Mars/Olympus any more." in post_office.text()


def test_days_that_are_none_are_told_of(kim: Membership, post_office: PostOffice) -> None:
    saved(kim, report="idle", days="many")
    go()
    assert "many is no number of days." in post_office.text()


def test_it_moves_with_the_time_zone(acme: Organization, kim: Membership, monkeypatch: pytest.MonkeyPatch) -> None:
    one = saved(kim)
    monkeypatch.setattr("seatkeeper.reports.services.saved.system_clock", factories.frozen_clock)
    change_settings(organization_id=acme.id, actor="kim", now=NOW, time_zone="Asia/Tokyo")
    one.refresh_from_db()
    assert one.next_at == datetime(2026, 3, 4, 22, 0, tzinfo=UTC)
