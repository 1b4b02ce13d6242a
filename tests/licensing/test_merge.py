"""Two profiles of one person become one: licenses, groups, values, sign-ins and history; and back."""

from datetime import date
from typing import Any

import pytest

from seatkeeper.accounts.models import Account, Membership
from seatkeeper.directory.models import Learner, Organization, Standing
from seatkeeper.directory.queries import groups_of
from seatkeeper.directory.services.groups import add_group
from seatkeeper.invitations.services.waitlist import join_waitlist
from seatkeeper.licensing.errors import SamePerson
from seatkeeper.licensing.history import history_of
from seatkeeper.licensing.models import Claim, License, LicensePool, MergedProfile, Operation, Status
from seatkeeper.licensing.services.check import check_books
from seatkeeper.licensing.services.merge import outlook_of, plan_merge
from seatkeeper.licensing.services.operations import apply_operation
from tests import factories, steps

pytestmark = pytest.mark.django_db
OLD, NEW, OTHER = "old@corp.example", "new@corp.example", "other@corp.example"
HEADER = "invited_email_address,unique_user_id,work_title,location,license_learning_status,license_pro_status\n"
PEOPLE = HEADER + f"{OLD},7,Clerk,Bern,active,active\n{NEW},,,Rome,,active\n{OTHER},,,,active,\n"


@pytest.fixture
def acme() -> Organization:
    """Old has two licenses, New has one of them; Learning is full."""
    acme = factories.organization("Acme")
    for license_type, seats in (("Learning", 2), ("Pro", 5), ("Third", 5)):
        factories.pool(acme, seats=seats, license_type=license_type)
    factories.import_csv(acme, PEOPLE)
    for name, email in (("Sales", OLD), ("Both", OLD), ("Both", NEW), ("Support", NEW)):
        group = acme.group_set.filter(name=name).first() or add_group(organization_id=acme.id, name=name)
        steps.membership(acme, [email], group, joins=True)
    return acme


def merge(of: Organization, goes: str = OLD, stays: str = NEW) -> Operation:
    outlook = outlook_of(leaving=factories.learner(of, goes), staying=factories.learner(of, stays))
    planned = plan_merge(outlook, act=steps.act(of, "merge"), clock=factories.frozen_clock)
    return apply_operation(planned, clock=factories.frozen_clock, actor="tester")


def licenses(of: Organization, email: str) -> dict[str, Any]:
    keys = dict(LicensePool.objects.values_list("id", "key"))
    found = License.objects.filter(organization_id=of.id, learner_id=factories.learner(of, email).id, operation_id__gt=0)
    return {keys[license.pool_id]: (license.status, license.operation_id, license.status_at) for license in found}


def everything(of: Organization) -> dict[str, Any]:
    """As an undo has to bring it back."""
    return {
        learner.email: (
            learner.id,
            learner.unique_user_id,
            learner.attributes,
            groups_of(learner),
            licenses(of, learner.email),
            Standing.objects.values_list("status", "last_activity_on").get(learner=learner),
            sorted(Membership.objects.filter(learner_id=learner.id).values_list("account__email", flat=True)),
        )
        for learner in Learner.objects.filter(organization=of)
    }


def test_one_is_left_with_the_stronger_of_each_and_undo_brings_both_back(acme: Organization) -> None:
    old, new = factories.learner(acme, OLD), factories.learner(acme, NEW)
    for learner in (old, new):
        account = Account.objects.create_user(f"at-home-{learner.email}")
        Membership.objects.create(organization=acme, account=account, learner=learner)
    Standing.objects.filter(learner=old).update(last_activity_on=date(2026, 3, 1))
    License.objects.filter(learner_id=old.id).update(last_used_on=date(2026, 3, 1))
    before, of_old = everything(acme), licenses(acme, OLD)
    taken = dict(LicensePool.objects.values_list("key", "seats_taken"))

    done = merge(acme)

    assert {learner.email for learner in Learner.objects.all()} == {NEW, OTHER}
    assert licenses(acme, NEW) == of_old | {"default/pro": licenses(acme, NEW)["default/pro"]}
    assert licenses(acme, NEW)["default/learning"] == of_old["default/learning"]  # with its date and who gave it
    new.refresh_from_db()
    assert new.attributes == {"work_title": "Clerk", "location": "Rome"}
    assert groups_of(new) == ["Both", "Sales", "Support"]
    assert Membership.objects.filter(learner_id=new.id).count() == 2
    assert Standing.objects.get(learner=new).last_activity_on == date(2026, 3, 1)
    learning = LicensePool.objects.get(key="default/learning")
    assert License.objects.get(learner_id=new.id, pool_id=learning.id).last_used_on == date(2026, 3, 1)
    assert dict(LicensePool.objects.values_list("key", "seats_taken")) == taken | {"default/pro": taken["default/pro"] - 1}
    assert (done.counts["reassigned"], done.counts["removed"], done.counts["unassigned"], done.counts["skipped"]) == (
        1,
        1,
        0,
        0,
    )
    assert check_books(organization_id=acme.id).gaps == []

    steps.undo(done)

    assert everything(acme) == before
    assert not MergedProfile.objects.get().stands
    assert check_books(organization_id=acme.id).gaps == []


def test_undo_of_its_undo_merges_again(acme: Organization) -> None:
    account = Account.objects.create_user("at-home@corp.example")
    Membership.objects.create(organization=acme, account=account, learner=factories.learner(acme, OLD))
    steps.undo(merge(acme))
    merged = everything(acme)
    assert set(merged) == {OLD, NEW, OTHER}
    steps.undo(Operation.objects.order_by("-number")[0])
    assert set(everything(acme)) == {NEW, OTHER}
    assert Membership.objects.get().learner_id == factories.learner(acme, NEW).id
    assert check_books(organization_id=acme.id).gaps == []


def test_the_history_of_both_is_found_from_the_one_that_is_left(acme: Organization) -> None:
    steps.apply(steps.plan("unassign", acme, [OLD], pool=LicensePool.objects.get(key="default/learning")))
    merge(acme)
    merge(acme, NEW, OTHER)
    told = [(entry.get("pool"), entry["what"]) for entry in history_of(factories.learner(acme, OTHER))]
    assert ("default/learning", "active → unassigned") in told
    assert [what for _, what in told].count("added") == 3


def test_a_license_that_had_ended_stays_ended(acme: Organization) -> None:
    """Else a merge, and not an admin's word, would give it back."""
    learning = LicensePool.objects.get(key="default/learning")
    steps.apply(steps.plan("unassign", acme, [OLD], pool=learning))
    ended = licenses(acme, OLD)["default/learning"]
    merge(acme)
    assert licenses(acme, NEW)["default/learning"] == ended
    assert ended[0] == Status.UNASSIGNED
    assert check_books(organization_id=acme.id).gaps == []


def test_who_waits_goes_on_to_wait_at_the_old_number(acme: Organization) -> None:
    old, new = factories.learner(acme, OTHER), factories.learner(acme, NEW)
    third = LicensePool.objects.get(key="default/third")
    LicensePool.objects.filter(id=third.id).update(seats_in_force=0, activation="invite")
    steps.apply(steps.plan("assign", acme, [OTHER], pool=LicensePool.objects.get(id=third.id)))
    join_waitlist(organization_id=acme.id, pool_id=third.id, learner_id=old.id, now=factories.NOW)

    done = merge(acme, OTHER, NEW)

    assert Claim.objects.values_list("learner_id", "kind", "ended_by").get() == (new.id, "waiting", 0)
    assert check_books(organization_id=acme.id).gaps == []
    steps.undo(done)
    assert Claim.objects.values_list("learner_id", "kind", "ended_by").get() == (old.id, "waiting", 0)
    assert Claim.objects.get().number == 1
    assert check_books(organization_id=acme.id).gaps == []


def test_somebody_is_not_merged_into_themselves(acme: Organization) -> None:
    old = factories.learner(acme, OLD)
    with pytest.raises(SamePerson):
        outlook_of(leaving=old, staying=factories.learner(acme, OLD))


def test_what_changed_since_the_look_is_skipped_and_the_profile_stays(acme: Organization) -> None:
    outlook = outlook_of(leaving=factories.learner(acme, OLD), staying=factories.learner(acme, NEW))
    planned = plan_merge(outlook, act=steps.act(acme, "merge"), clock=factories.frozen_clock)
    steps.apply(steps.plan("assign", acme, [OLD], pool=LicensePool.objects.get(key="default/third")))
    done = apply_operation(planned, clock=factories.frozen_clock, actor="tester")
    assert {email: reason for email, (reason, _) in steps.skipped(done).items()} == {OLD: "has_licenses", NEW: "id_taken"}
    assert licenses(acme, OLD)["default/third"][0] == Status.ACTIVE
    assert not MergedProfile.objects.get().stands
    assert check_books(organization_id=acme.id).gaps == []


def test_who_has_signed_in_since_they_were_added_stays_when_that_is_undone() -> None:
    acme = factories.organization()
    added = factories.import_csv(acme, f"invited_email_address\n{OLD}\n{NEW}\n")
    account = Account.objects.create_user("at-home@corp.example")
    Membership.objects.create(organization=acme, account=account, learner=factories.learner(acme, OLD))
    undone = steps.undo(added)
    assert [learner.email for learner in Learner.objects.all()] == [OLD]
    assert {reason for reason, _ in steps.skipped(undone).values()} == {"has_sign_in"}


def test_an_id_goes_over_where_the_one_that_stays_has_none_and_comes_back_with_an_undo(acme: Organization) -> None:
    before = everything(acme)
    outlook = outlook_of(leaving=factories.learner(acme, OLD), staying=factories.learner(acme, NEW))
    assert (outlook.moved_id, outlook.lost_id) == ("7", "")

    done = merge(acme)

    assert factories.learner(acme, NEW).unique_user_id == "7"
    assert done.counts["skipped"] == 0
    undone = steps.undo(done)
    assert everything(acme) == before
    assert undone.counts["skipped"] == 0
    again = steps.undo(undone)
    assert (factories.learner(acme, NEW).unique_user_id, again.counts["skipped"]) == ("7", 0)
    steps.undo(again)
    assert everything(acme) == before
    assert check_books(organization_id=acme.id).gaps == []


def test_of_two_ids_the_one_that_stays_keeps_its_own(acme: Organization) -> None:
    Learner.objects.filter(email=NEW).update(unique_user_id="8")
    outlook = outlook_of(leaving=factories.learner(acme, OLD), staying=factories.learner(acme, NEW))
    assert (outlook.moved_id, outlook.lost_id) == ("", "7")
    steps.undo(merge(acme))
    assert dict(Learner.objects.values_list("email", "unique_user_id")) == {OLD: "7", NEW: "8", OTHER: None}


def test_an_id_that_somebody_changed_since_is_left_alone_by_an_undo(acme: Organization) -> None:
    done = merge(acme)
    Learner.objects.filter(email=NEW).update(unique_user_id="9")
    undone = steps.undo(done)
    assert dict(Learner.objects.values_list("email", "unique_user_id")) == {OLD: "7", NEW: "9", OTHER: None}
    assert steps.skipped(undone)[NEW][0] == "changed_since"
