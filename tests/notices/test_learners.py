"""Learners who lose a license are told once, and not at all where they have it back."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from seatkeeper.accounts.models import Membership
from seatkeeper.directory.models import Organization, OrganizationSettings
from seatkeeper.invitations.services.requests import ask_for_license
from seatkeeper.licensing.models import LicensePool, Operation
from seatkeeper.licensing.services.operations import cancel_operation
from seatkeeper.notices.models import LearnerWord, Mail, MailState
from seatkeeper.notices.queries import word_of_operation
from seatkeeper.notices.services.learners import RESTS, carry_on_words, tell_learners
from seatkeeper.notices.services.send import send_due
from seatkeeper.notices.services.test_mail import confirm_mail, send_test_mail
from tests import factories, steps
from tests.notices.post_office import PostOffice

LATER = factories.NOW + RESTS


@pytest.fixture
def pool(acme: Organization) -> LicensePool:
    return factories.pool(acme, seats=100)


@pytest.fixture
def confirmed(acme: Organization) -> None:
    confirm(acme)


def confirm(of: Organization) -> None:
    token = send_test_mail(organization_id=of.id, recipient="kim@acme.example", actor="kim", now=factories.NOW)
    assert confirm_mail(organization_id=of.id, token=token, actor="kim", now=factories.NOW)
    Mail.objects.all().delete()


def unassign_and_tell(of: Organization, *numbers: int, text: str = "Ask Bo.") -> Operation:
    plan = steps.plan("unassign", of, steps.emails(*numbers))
    tell_learners(organization_id=of.id, operation_number=plan.number, text=text)
    return steps.apply(plan)


def counts(operation: Operation) -> dict[str, int]:
    word = word_of_operation(organization_id=operation.organization_id, number=operation.number)
    assert word is not None
    return dict(word.counts)


def send(at: object = LATER) -> None:
    send_due(clock=lambda: at)  # type: ignore[arg-type,return-value]


def test_each_is_told_once(acme: Organization, pool: LicensePool, confirmed: None, post_office: PostOffice) -> None:
    second = factories.pool(acme, license_type="Pro", seats=100)
    steps.people(acme, 3, "active")
    steps.do("assign", acme, steps.emails(1), pool=second)
    done = unassign_and_tell(acme, 1, 2)
    for _again in range(2):
        send()
    assert sorted(post_office.to()) == ["p1@corp.example", "p2@corp.example"]
    place = post_office.to().index("p1@corp.example")
    assert post_office.came[place]["Subject"] == "Your license at Acme has ended"
    for content in (post_office.text(place), post_office.html(place)):
        assert "Your license for Learning, Pro at Acme has ended." in content
        assert "Ask Bo." in content
    assert counts(done) == {"sent": 2}


def test_what_was_no_license_is_not_called_one(
    acme: Organization, pool: LicensePool, confirmed: None, post_office: PostOffice
) -> None:
    pro, extra = (factories.pool(acme, license_type=name, seats=9, activation="invite") for name in ("Pro", "Extra"))
    steps.people(acme, 3, "active")
    steps.do("unassign", acme, steps.emails(3))
    for number in (1, 3):
        who = {"organization_id": acme.id, "learner_id": factories.learner(acme, steps.email(number)).id}
        ask_for_license(**who, pool_id=extra.id, reason="", now=factories.NOW)
    steps.do("assign", acme, steps.emails(1, 2), pool=pro)
    steps.do("unassign", acme, steps.emails(2), pool=pool)
    Mail.objects.all().delete()

    done = unassign_and_tell(acme, 1, 2, 3)
    send()

    assert sorted(post_office.to()) == steps.emails(1, 2)  # the third had only asked
    first, second = (post_office.to().index(address) for address in steps.emails(1, 2))
    assert post_office.came[first]["Subject"] == "Your license at Acme has ended"
    assert "Your license for Learning at Acme has ended." in post_office.text(first)
    assert "Your invitation to a license for Pro at Acme has ended." in post_office.text(first)
    assert post_office.came[second]["Subject"] == "Your invitation at Acme has ended"
    assert "Your license for" not in post_office.text(second)
    assert "Extra" not in "".join(map(post_office.text, (0, 1)))

    steps.undo(done)
    steps.do("assign", acme, steps.emails(1), pool=extra)
    send()
    send(LATER + RESTS)
    back = [text for text in map(post_office.text, range(2, len(post_office.came))) if "That was undone." in text]
    assert len(back) == 2
    assert sum("We wrote that your license for Learning at Acme has ended." in text for text in back) == 1
    assert all("We wrote that your invitation to a license for Pro at Acme has ended." in text for text in back)
    assert "Extra" not in "".join(back)


def test_they_never_see_the_reason_and_names_stay_words(
    acme: Organization, pool: LicensePool, confirmed: None, post_office: PostOffice
) -> None:
    factories.import_csv(
        acme,
        "invited_email_address,preferred_first_name,license_learning_status\np1@corp.example,<b>Ana</b>,active\n",
    )
    Operation.objects.update(reason="seen stealing")
    OrganizationSettings.objects.create(organization=acme, contact="help@acme.example")
    plan = steps.plan("unassign", acme, steps.emails(1))
    Operation.objects.filter(number=plan.number).update(reason="seen stealing")
    tell_learners(organization_id=acme.id, operation_number=plan.number, text="<script>alert(1)</script>\nBye")
    steps.apply(plan)
    send()
    assert "Hello <b>Ana</b>," in post_office.text()
    assert "Hello &lt;b&gt;Ana&lt;/b&gt;," in post_office.html()
    assert "<script>" not in post_office.html()
    assert 'href="mailto:help@acme.example"' in post_office.html()
    assert "stealing" not in post_office.came[0].as_string()


def test_they_wait_for_a_confirmed_test_mail(
    acme: Organization, kim: Membership, pool: LicensePool, post_office: PostOffice
) -> None:
    steps.people(acme, 2, "active")
    Mail.objects.all().delete()
    done = unassign_and_tell(acme, 1, 2)
    send()
    assert post_office.came == []
    assert counts(done) == {"waiting": 2}
    token = send_test_mail(organization_id=acme.id, recipient="kim@acme.example", actor="kim", now=factories.NOW)
    send()
    assert post_office.to() == ["kim@acme.example"]
    assert f"https://seats.acme.example/admin-center/mail/confirmations/{token}/" in post_office.text()
    assert confirm_mail(organization_id=acme.id, token=token, actor="kim", now=factories.NOW)
    assert not confirm_mail(organization_id=acme.id, token=token, actor="kim", now=factories.NOW)
    send()
    assert len(post_office.came) == 3


def test_others_mail_does_not_go_by_our_confirmation(acme: Organization, confirmed: None, post_office: PostOffice) -> None:
    other = factories.organization("Other")
    factories.pool(other, seats=5)
    steps.people(other, 1, "active")
    Mail.objects.all().delete()
    unassign_and_tell(other, 1)
    send()
    assert post_office.came == []


def test_there_is_time_to_undo_before_anybody_reads_of_it(
    acme: Organization, pool: LicensePool, confirmed: None, post_office: PostOffice
) -> None:
    steps.people(acme, 3, "active")
    done = unassign_and_tell(acme, 1, 2, 3)
    send(factories.NOW + RESTS - timedelta(seconds=1))
    assert post_office.came == []
    steps.undo(done)
    carry_on_words(clock=factories.frozen_clock)
    assert counts(done) == {"withdrawn": 3}
    send()
    assert post_office.came == []


def test_who_has_it_back_by_other_ways_is_not_told_either(
    acme: Organization, pool: LicensePool, confirmed: None, post_office: PostOffice
) -> None:
    steps.people(acme, 2, "active")
    done = unassign_and_tell(acme, 1, 2)
    carry_on_words(clock=factories.frozen_clock)
    steps.do("assign", acme, steps.emails(1), pool=pool)
    send()
    assert post_office.to() == ["p2@corp.example"]
    assert counts(done) == {"sent": 1, "withdrawn": 1}


def test_undone_before_it_was_queued_nobody_is_told(
    acme: Organization, pool: LicensePool, confirmed: None, post_office: PostOffice
) -> None:
    steps.people(acme, 2, "active")
    done = unassign_and_tell(acme, 1, 2)
    steps.undo(done)
    send()
    assert (post_office.came, counts(done)) == ([], {})


def test_who_was_told_before_the_undo_is_told_of_it_and_the_others_of_nothing(
    acme: Organization, pool: LicensePool, confirmed: None, post_office: PostOffice
) -> None:
    second = factories.pool(acme, license_type="Pro", seats=100)
    steps.people(acme, 3, "active")
    steps.do("assign", acme, steps.emails(1), pool=second)
    done = unassign_and_tell(acme, 1, 2, 3)
    send_due(clock=lambda: LATER, at_most=1)
    (told,) = post_office.to()
    undo = steps.undo(done)
    send()
    assert post_office.to() == [told]  # it rests, too
    for _again in range(2):
        send(LATER + RESTS)
    assert post_office.to() == [told, told]
    assert post_office.came[1]["Subject"] == "You have your license at Acme again"
    licenses = "Learning, Pro" if told == "p1@corp.example" else "Learning"
    assert f"We wrote that your license for {licenses} at Acme has ended. That was undone." in post_office.text(1)
    assert "Ask Bo." not in post_office.text(1)
    assert counts(done) == {"sent": 1, "withdrawn": 2}
    word = word_of_operation(organization_id=acme.id, number=done.number)
    assert word is not None
    assert word.told_back == 1
    assert word_of_operation(organization_id=acme.id, number=undo.number) is None


def test_an_undo_that_is_undone_before_they_hear_of_it_is_not_told(
    acme: Organization, pool: LicensePool, confirmed: None, post_office: PostOffice
) -> None:
    steps.people(acme, 1, "active")
    done = unassign_and_tell(acme, 1)
    send()
    undo = steps.undo(done)
    carry_on_words(clock=factories.frozen_clock)
    steps.undo(undo)
    send(LATER + RESTS)
    assert len(post_office.came) == 1


def test_a_mail_that_a_server_has_in_hand_is_waited_for(
    acme: Organization, pool: LicensePool, confirmed: None, post_office: PostOffice
) -> None:
    steps.people(acme, 2, "active")
    done = unassign_and_tell(acme, 1, 2)
    carry_on_words(clock=factories.frozen_clock)
    in_hand = Mail.objects.filter(operation_number=done.number).order_by("id")[0]
    Mail.objects.filter(id=in_hand.id).update(lease="elsewhere:1", leased_at=LATER, state=MailState.DUE)
    steps.undo(done)
    send()
    Mail.objects.filter(id=in_hand.id).update(lease="", state=MailState.SENT, ended_at=LATER)
    send()
    send(LATER + RESTS)
    assert post_office.to() == [in_hand.recipient]
    assert counts(done) == {"sent": 1, "withdrawn": 1}


@pytest.mark.parametrize("rows", [1, 100])
def test_a_reassigned_license_is_not_lost(
    acme: Organization, pool: LicensePool, confirmed: None, post_office: PostOffice, settings: Settings, rows: int
) -> None:
    second = factories.pool(acme, license_type="Pro", seats=100)
    steps.people(acme, 2, "active")
    plan = steps.plan("reassign", acme, steps.emails(1, 2), target=second)
    tell_learners(organization_id=acme.id, operation_number=plan.number, text="")
    steps.apply(plan)
    settings.CHUNK_ROWS = rows
    send()
    assert post_office.came == []


def test_a_plan_that_is_thrown_away_tells_nobody(acme: Organization, pool: LicensePool, confirmed: None) -> None:
    steps.people(acme, 2, "active")
    plan = steps.plan("unassign", acme, steps.emails(1, 2))
    tell_learners(organization_id=acme.id, operation_number=plan.number, text="")
    carry_on_words(clock=factories.frozen_clock)
    assert not LearnerWord.objects.get().is_queued
    cancel_operation(plan, now=factories.NOW)
    carry_on_words(clock=factories.frozen_clock)
    assert LearnerWord.objects.get().is_queued
    assert not Mail.objects.filter(learner_id__isnull=False).exists()


def test_cost_grows_with_chunks_not_with_people(acme: Organization, pool: LicensePool, settings: Settings) -> None:
    steps.people(acme, 40, "active")
    done = unassign_and_tell(acme, *range(1, 41))
    settings.CHUNK_ROWS = 50
    one_chunk = statements(done)
    settings.CHUNK_ROWS = 10
    four_chunks = statements(done)
    assert four_chunks <= one_chunk * 5
    settings.CHUNK_ROWS = 50
    steps.people(acme, 80, "active")
    more = unassign_and_tell(acme, *range(1, 46))
    assert statements(more) == one_chunk


def statements(operation: Operation) -> int:
    Mail.objects.filter(operation_number=operation.number).delete()
    LearnerWord.objects.filter(operation_number=operation.number).update(is_queued=False, queued_through=2 << 40)
    with CaptureQueriesContext(connection) as caught:
        carry_on_words(clock=factories.frozen_clock)
    assert Mail.objects.filter(operation_number=operation.number, state=MailState.WAITING).count() in (40, 45)
    return len(caught)


def test_cut_off_between_chunks_it_goes_on_and_tells_each_once(
    acme: Organization, pool: LicensePool, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps.people(acme, 30, "active")
    done = unassign_and_tell(acme, *range(1, 31))
    settings.CHUNK_ROWS = 10
    calls = []

    def stop() -> None:
        calls.append(1)
        raise KeyboardInterrupt

    for _time in range(3):
        with monkeypatch.context() as cut:
            cut.setattr("seatkeeper.notices.services.learners.give_way", stop)
            with pytest.raises(KeyboardInterrupt):
                carry_on_words(clock=factories.frozen_clock)
    carry_on_words(clock=factories.frozen_clock)
    assert counts(done) == {"waiting": 30}
    assert len(set(Mail.objects.filter(operation_number=done.number).values_list("learner_id", flat=True))) == 30
