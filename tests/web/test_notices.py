"""The bell, the notices page, what each wants to hear of, mail set-up, and the mail parts of Manage licenses."""

from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from seatkeeper.accounts.models import Account, AuditEntry, Membership
from seatkeeper.directory.models import Organization
from seatkeeper.licensing.models import LicensePool, Operation
from seatkeeper.notices.models import Kind, LearnerWord, Mail, MailKind, MailSetup, MailState, Notice
from seatkeeper.notices.services.learners import carry_on_words
from tests import factories, steps
from tests.web.test_licenses import save

GOOD = "invited_email_address,license_learning_status\np1@corp.example,active\n"


@pytest.fixture
def pool(acme: Organization) -> LicensePool:
    return factories.pool(acme, seats=100)


def test_the_bell_counts_and_the_page_tells(owner: Client, acme: Organization, pool: LicensePool) -> None:
    assert "Nothing here." in owner.get("/notices/").content.decode()
    first = factories.import_csv(acme, GOOD, name="one.csv")
    factories.import_csv(acme, GOOD + "nobody,active\n", name="<b>two</b>.csv")
    page = owner.get("/notices/").content.decode()
    assert "2 unread" in page
    assert "&lt;b&gt;two&lt;/b&gt;.csv is processed: 1 row has a problem." in page
    assert page.index("two") < page.index("one.csv")
    notice = Notice.objects.get(operation_number=first.number)
    answer = owner.post("/notices/readings/", {"id": notice.id, "open": "1"})
    assert answer["Location"] == f"/admin-center/uploads/{first.number}/"
    assert "1 unread" in owner.get("/admin-center/").content.decode()
    owner.post("/notices/readings/")
    assert "unread" not in owner.get("/notices/").content.decode()
    assert not Notice.objects.filter(read_at=None).exists()


def test_nobody_marks_anothers(owner: Client, other_organization_admin: Client, acme: Organization, pool: LicensePool) -> None:
    factories.import_csv(acme, GOOD)
    notice = Notice.objects.get()
    assert other_organization_admin.post("/notices/readings/", {"id": notice.id}).status_code == 404
    assert other_organization_admin.post("/notices/readings/", {"id": "1x"}).status_code == 404
    other_organization_admin.post("/notices/readings/")
    notice.refresh_from_db()
    assert notice.read_at is None


def test_older_notices_are_a_page_away(owner: Client, acme: Organization) -> None:
    membership = Membership.objects.get(account__email="owner@acme.example")
    facts = {"verb": "import", "about": "x.csv", "number": 1, "who": "x", "counts": {}}
    common: dict[str, Any] = {"organization": acme, "membership": membership, "facts": facts, "created_at": factories.NOW}
    Notice.objects.bulk_create(Notice(kind="done", operation_number=number, **common) for number in range(120))
    page = owner.get("/notices/").content.decode()
    assert ">99+<" in page
    assert page.count('class="card notice"') == 50
    oldest_shown = Notice.objects.order_by("-id")[49].id
    assert f"?before={oldest_shown}" in page
    assert owner.get("/notices/", {"before": oldest_shown}).content.decode().count('class="card notice"') == 50


def test_each_chooses_what_to_hear_of(owner: Client, acme: Organization, pool: LicensePool) -> None:
    assert owner.get("/me/notices/").content.decode().count(" checked>") == 2 * len(Kind)
    owner.post("/me/notices/", {"done-in_product": "on"})
    assert owner.get("/me/notices/").content.decode().count(" checked>") == 1
    factories.import_csv(acme, GOOD)
    assert (Notice.objects.count(), Mail.objects.count()) == (1, 0)


def test_a_test_mail_is_sent_and_confirmed(owner: Client, acme: Organization, settings: Settings) -> None:
    page = owner.get("/admin-center/settings/").content.decode()
    assert "Send test mail" not in page
    owner.post("/admin-center/mail/tests/")
    assert not Mail.objects.exists()
    settings.EMAIL_HOST = "mail.acme.example"
    page = owner.get("/admin-center/settings/").content.decode()
    assert "No test mail was confirmed yet." in page
    assert "Send test mail" in page
    owner.post("/admin-center/mail/tests/")
    mail = Mail.objects.get()
    assert (mail.kind, mail.recipient) == (MailKind.TEST, "owner@acme.example")
    assert mail.facts is not None
    path = mail.facts["path"]
    assert owner.get(path).status_code == 200
    assert MailSetup.objects.get().confirmed_at is None
    assert owner.post(path).status_code == 302
    assert "A test mail was confirmed on" in owner.get("/admin-center/settings/").content.decode()
    assert owner.post(path).status_code == 404
    actions = list(AuditEntry.objects.filter(action__startswith="mail.").order_by("id").values_list("action", flat=True))
    assert actions == ["mail.tested", "mail.confirmed"]


def test_mail_that_did_not_go_out_is_shown_and_sent_again(owner: Client, acme: Organization) -> None:
    common: dict[str, Any] = {"kind": MailKind.READY, "created_at": factories.NOW, "due_at": factories.NOW}
    failed = {"state": MailState.FAILED, "ended_at": factories.NOW, "trouble": "550 <b>No</b> such person"}
    mail = Mail.objects.create(organization=acme, recipient="gone@corp.example", message_id="<1@x>", **common, **failed)
    page = owner.get("/admin-center/settings/").content.decode()
    assert "gone@corp.example" in page
    assert "550 &lt;b&gt;No&lt;/b&gt; such person" in page
    owner.post("/admin-center/mail/retries/")
    mail.refresh_from_db()
    assert (mail.state, mail.message_id) == (MailState.DUE, "<1@x>")


def test_learners_are_told_where_asked_for(owner: Client, acme: Organization, pool: LicensePool) -> None:
    people = [person.id for person in steps.people(acme, 3, "active")]
    assert "Tell the learners" in owner.get("/admin-center/licenses/", {"id": people[0]}).content.decode()
    save(owner, {"id": people[0], "what": "none"})
    assert not LearnerWord.objects.exists()
    save(owner, {"id": people[1:], "what": "none", "tell": "on", "words": "See\r\nyou"})
    word = LearnerWord.objects.get()
    done = Operation.objects.latest("number")
    assert (word.operation_number, word.text) == (done.number, "See\nyou")
    carry_on_words(clock=factories.frozen_clock)
    assert Mail.objects.filter(kind=MailKind.LEARNER).count() == 2
    page = owner.get(f"/admin-center/operations/{done.number}/").content.decode()
    assert "<dt>Waiting for mail set-up</dt><dd>2</dd>" in page
    assert "2 mails to learners are waiting for mail set-up." in owner.get("/admin-center/settings/").content.decode()


def test_a_text_too_long_is_refused_before_anything(owner: Client, acme: Organization, pool: LicensePool) -> None:
    people = [person.id for person in steps.people(acme, 1, "active")]
    answer = save(owner, {"id": people, "what": "none", "tell": "on", "words": "x" * 5_001})
    assert answer.status_code == 422
    assert "Use at most 5000 characters." in answer.content.decode()
    assert steps.counted(acme, "active") == 1


def test_admins_among_the_selected_are_named_and_ended_where_asked_for(
    owner: Client, acme: Organization, pool: LicensePool
) -> None:
    people = [person.id for person in steps.people(acme, 3, "active")]
    account = Account.objects.create_user(steps.email(1))
    leaver = Membership.objects.create(organization=acme, account=account, is_admin=True, is_full_admin=True)
    page = owner.get("/admin-center/licenses/", {"id": people[:2]}).content.decode()
    assert "End admin access too" in page
    assert f'value="{leaver.id}"> p1@corp.example' in page
    assert "End admin access too" not in owner.get("/admin-center/licenses/", {"id": people[1]}).content.decode()
    save(owner, {"id": people[:1], "what": "none"})
    assert is_admin(leaver)
    save(owner, {"id": people[1], "what": "none", "end_admin": leaver.id})
    assert is_admin(leaver)  # not among those selected
    steps.do("assign", acme, steps.emails(1), pool=pool)
    save(owner, {"id": people[0], "what": "none", "end_admin": leaver.id})
    assert not is_admin(leaver)
    entry = AuditEntry.objects.get(action="admin.ended")
    assert (entry.actor, entry.facts["account"]) == ("owner@acme.example", account.id)


def test_a_sub_admin_of_a_group_sees_no_admin_among_the_selected(
    sub_admin_of_group: Client, acme: Organization, other_group: Any, pool: LicensePool
) -> None:
    (person,) = steps.people(acme, 1, "active")
    steps.membership(acme, steps.emails(1), other_group, joins=True)
    account = Account.objects.create_user(steps.email(1))
    Membership.objects.create(organization=acme, account=account, is_admin=True, is_full_admin=True)
    page = sub_admin_of_group.get("/admin-center/licenses/", {"id": person.id}).content.decode()
    assert "p1@corp.example" in page
    assert "End admin access too" not in page


def test_a_new_admin_gets_the_link_by_mail(owner: Client, acme: Organization, settings: Settings) -> None:
    data = {"email": "new@acme.example", "name": "New", "full": "on", "role": "full", "is_full": "on"}
    owner.post("/admin-center/admins/new/", data)
    assert not Mail.objects.exists()
    settings.EMAIL_HOST = "mail.acme.example"
    Membership.objects.filter(account__email="new@acme.example").delete()
    answer = owner.post("/admin-center/admins/new/", data)
    assert "A mail with it is on its way to them." in answer.content.decode()
    mail = Mail.objects.get()
    assert (mail.kind, mail.recipient) == (MailKind.SIGN_IN_LINK, "new@acme.example")
    assert mail.facts is not None
    assert mail.facts["link"] in answer.content.decode()


def is_admin(membership: Membership) -> bool:
    return Membership.objects.get(id=membership.id).is_admin
