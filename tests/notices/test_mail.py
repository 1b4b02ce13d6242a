"""Mail on a real server: what goes, what waits, what is tried again, what is given up; and what it looks like."""

from datetime import timedelta
from email.utils import parseaddr
from typing import Any

import pytest
from django.core.mail import send_mail
from pytest_django import Settings

from seatkeeper.accounts.models import Membership
from seatkeeper.background.models import BackgroundTask
from seatkeeper.background.services.run import run_due
from seatkeeper.directory.models import Organization
from seatkeeper.notices.models import Mail, MailKind, MailServer, MailState
from seatkeeper.notices.services.outbox import post, put
from seatkeeper.notices.services.send import retry_failed, send_due, sweep_mails
from tests import factories
from tests.notices.post_office import PostOffice
from tests.ports import free_port

GOOD = "invited_email_address,license_learning_status\np1@corp.example,active\n"
HOSTILE = '<img src=x onerror=alert(1)>"\r\nBcc: all@corp.example\r\n\r\n{{ 7|add:1 }}.csv'


@pytest.fixture
def clock() -> factories.SteppingClock:
    return factories.SteppingClock()


def letter(to: str, subject: str = "Hello") -> Mail:
    """In the outbox."""
    mail = post(to, kind=MailKind.READY, now=factories.NOW, organization_id=None, subject=subject, text="Words.")
    put([mail])
    return Mail.objects.get(message_id=mail.message_id)


def now_is(mail: Mail) -> Mail:
    mail.refresh_from_db()
    return mail


def test_a_notice_goes_out_as_text_and_html(acme: Organization, kim: Membership, post_office: PostOffice) -> None:
    factories.pool(acme)
    done = factories.import_csv(acme, GOOD + "nobody,active\n", name="joiners.csv")
    mail = Mail.objects.get()
    send_due(clock=factories.frozen_clock)
    (came,) = post_office.came
    assert came["To"] == "kim@acme.example"
    assert came["From"] == "Seatkeeper <seats@acme.example>"
    assert came["Subject"] == "Done, with problems: joiners.csv"
    assert came["Message-ID"] == mail.message_id
    assert came["Auto-Submitted"] == "auto-generated"
    told = "joiners.csv is processed: 1 license activated, 1 person added, 1 seat taken, 1 row has a problem."
    page = f"https://seats.acme.example/admin-center/uploads/{done.number}/"
    for content in (post_office.text(), post_office.html()):
        assert told in content
        assert "Begun by tester at Acme." in content
        assert page in content
        assert "https://seats.acme.example/me/notices/" in content
    assert [part.get_content_type() for part in came.iter_parts()] == ["text/plain", "text/html"]
    assert "<img" not in post_office.html()
    assert now_is(mail).state == MailState.SENT
    send_due(clock=factories.frozen_clock)
    assert len(post_office.came) == 1


def test_hostile_names_stay_words(acme: Organization, kim: Membership, post_office: PostOffice) -> None:
    """No markup, no header, no template is made of what a file is called."""
    factories.pool(acme)
    factories.import_csv(acme, GOOD, name=HOSTILE)
    send_due(clock=factories.frozen_clock)
    (came,) = post_office.came
    assert came["Bcc"] is None
    assert parseaddr(str(came["To"]))[1] == "kim@acme.example"
    assert came["Subject"] == 'Done: <img src=x onerror=alert(1)>" Bcc: all@corp.example {{ 7|add:1 }}.csv'
    assert "&lt;img src=x onerror=alert(1)&gt;" in post_office.html()
    assert "<img" not in post_office.html()
    assert "{{ 7|add:1 }}" in post_office.text()


def test_what_django_and_allauth_send_goes_through_the_outbox(
    acme: Organization, post_office: PostOffice, settings: Settings
) -> None:
    settings.EMAIL_BACKEND = "seatkeeper.notices.backend.OutboxBackend"
    send_mail("Reset\nyour password".replace("\n", " "), "The link: https://seats/secret", None, ["kim@acme.example"])
    assert post_office.came == []
    run_due(clock=lambda: Mail.objects.get().due_at)
    assert post_office.to() == ["kim@acme.example"]
    assert "https://seats/secret" in post_office.came[0].get_content()
    assert "secret" not in str(Mail.objects.values().get())


def test_without_a_server_mail_waits(db: None) -> None:
    mail = letter("kim@acme.example")
    assert not send_due(clock=factories.frozen_clock)
    assert (now_is(mail).state, mail.attempts) == (MailState.DUE, 0)


def test_a_server_that_puts_off_is_asked_again_after_growing_pauses(
    db: None, post_office: PostOffice, clock: factories.SteppingClock
) -> None:
    mail = letter("kim@acme.example")
    other = letter("other@acme.example")
    pauses = []
    post_office.refuses["kim@acme.example"] = "451 Greylisted"
    for _attempt in range(8):
        send_due(clock=clock)
        pauses.append(now_is(mail).due_at - clock.now)
        clock.now = mail.due_at
    assert [round(pause / timedelta(minutes=1)) for pause in pauses] == [1, 2, 4, 8, 16, 32, 60, 60]
    assert (mail.state, mail.trouble) == (MailState.DUE, "451 Greylisted")
    assert now_is(other).state == MailState.SENT
    post_office.refuses.clear()
    send_due(clock=clock)
    assert now_is(mail).state == MailState.SENT
    assert post_office.to() == ["other@acme.example", "kim@acme.example"]


def test_what_is_put_off_for_days_is_given_up(db: None, post_office: PostOffice, clock: factories.SteppingClock) -> None:
    mail = letter("kim@acme.example")
    post_office.refuses["kim@acme.example"] = "451 Greylisted"
    clock.forward(days=5)
    send_due(clock=clock)
    assert now_is(mail).state == MailState.FAILED


def test_a_refusal_for_good_is_shown_and_can_be_tried_anew(
    acme: Organization, post_office: PostOffice, clock: factories.SteppingClock
) -> None:
    refused, put_off = letter("gone@corp.example"), letter("big@corp.example")
    Mail.objects.update(organization=acme)
    post_office.refuses["gone@corp.example"] = "550 5.1.1 No such person"
    post_office.answers = ["554 5.6.0 We do not like it"]
    send_due(clock=clock)
    assert (now_is(refused).state, refused.trouble) == (MailState.FAILED, "550 5.1.1 No such person")
    assert (now_is(put_off).state, put_off.trouble) == (MailState.FAILED, "554 5.6.0 We do not like it")
    post_office.refuses.clear()
    assert retry_failed(organization_id=acme.id, now=clock()) == 2
    send_due(clock=clock)
    assert len(post_office.came) == 2
    assert post_office.came[0]["Message-ID"] == refused.message_id


def test_an_address_that_no_mail_can_have_does_not_stop_the_others(db: None, post_office: PostOffice) -> None:
    bad = letter("kim@acme.example\r\nBcc: all@corp.example")
    good = letter("other@acme.example")
    send_due(clock=factories.frozen_clock)
    assert (now_is(bad).state, now_is(good).state) == (MailState.FAILED, MailState.SENT)
    assert post_office.to() == ["other@acme.example"]


def test_a_server_that_is_away_gets_a_pause_and_no_mail_is_blamed(
    db: None, post_office: PostOffice, settings: Settings, clock: factories.SteppingClock
) -> None:
    settings.EMAIL_PORT = free_port()
    mails = [letter("a@acme.example"), letter("b@acme.example")]
    send_due(clock=clock)
    server = MailServer.objects.get()
    assert (server.failures, server.trouble) == (1, "Connection refused")
    send_due(clock=clock)
    assert MailServer.objects.get().failures == 1
    clock.now = server.retry_at
    send_due(clock=clock)
    assert MailServer.objects.get().failures == 2
    assert {(now_is(mail).state, mail.attempts, mail.lease) for mail in mails} == {("due", 0, "")}
    settings.EMAIL_PORT = post_office.port
    clock.forward(minutes=1)
    send_due(clock=clock)
    assert len(post_office.came) == 2
    assert not MailServer.objects.exists()


def test_people_do_not_wait_behind_mail_to_learners(db: None, post_office: PostOffice) -> None:
    for number in range(3):
        Mail.objects.filter(id=letter(f"learner{number}@corp.example").id).update(rank=1)
    letter("kim@acme.example")
    send_due(clock=factories.frozen_clock, at_most=1)
    assert post_office.to() == ["kim@acme.example"]


def test_a_worker_sends_it_without_being_asked(db: None, post_office: PostOffice) -> None:
    letter("kim@acme.example")
    letter("kim@acme.example")
    assert BackgroundTask.objects.filter(kind="notices.send").count() == 1
    run_due(clock=factories.frozen_clock)
    assert len(post_office.came) == 2


def test_logs_name_nobody(db: None, post_office: PostOffice, caplog: Any) -> None:
    letter("gone@corp.example")
    post_office.refuses["gone@corp.example"] = "550 gone@corp.example is no more"
    with caplog.at_level("DEBUG", logger="seatkeeper"):
        send_due(clock=factories.frozen_clock)
    assert caplog.records
    assert all("gone@" not in str(vars(record)) for record in caplog.records)


def test_mails_that_ended_go_after_a_month(db: None, post_office: PostOffice) -> None:
    letter("kim@acme.example")
    letter("kim@acme.example")
    send_due(clock=factories.frozen_clock, at_most=1)
    assert sweep_mails(now=factories.NOW + timedelta(days=29)) == 0
    assert sweep_mails(now=factories.NOW + timedelta(days=31)) == 1
    assert Mail.objects.get().state == MailState.DUE
