"""Promise 6: who is erased is found nowhere, and totals are as before."""

import pytest
from django.db.models import Sum

from seatkeeper.accounts.models import Account, AuditEntry, Membership
from seatkeeper.accounts.services.audit import log_act
from seatkeeper.directory.models import ErasedLearner, KnownValue, Learner, Organization
from seatkeeper.erasing.models import Deletion, DeletionStatus
from seatkeeper.erasing.services.ask import ask
from seatkeeper.erasing.services.run import carry_out_deletion
from seatkeeper.licensing.errors import EndedForGood
from seatkeeper.licensing.models import LicenseChange, LicensePool, Operation, PoolDay
from seatkeeper.licensing.services.acts import plan_unassign
from seatkeeper.licensing.services.check import check_books
from seatkeeper.licensing.services.operations import Act, apply_operation
from seatkeeper.licensing.services.undo import plan_undo
from seatkeeper.notices.models import Mail
from seatkeeper.usage.models import Source
from seatkeeper.usage.rules import Told
from seatkeeper.usage.services.take_in import take_in
from tests import factories
from tests.erasing.traces import traces_of

pytestmark = pytest.mark.django_db(transaction=True)

PEOPLE = """\
email,unique_user_id,first_name,last_name,title,manager_primary_email_address,attribute_Badge,license_learning_status
zora.quist@corp.example,ZQ-4711,Zora,Quistgaard,Lead,,blue,active
bo@corp.example,B-1,Bo,Berg,Lead,zora.quist@corp.example,ZQ-4711,active
cy@corp.example,C-1,Cy,Dahl,Clerk,,red,active
"""
ZORA = ("zora.quist@corp.example", "zora.old@corp.example", "zq-4711", "quistgaard")


@pytest.fixture
def acme() -> Organization:
    """Zora is named wherever somebody can be."""
    home = factories.organization("Acme")
    factories.pool(home, seats=3)
    clock = factories.SteppingClock()
    factories.import_csv(home, PEOPLE.replace("zora.quist@", "zora.old@", 1), clock=clock)
    factories.import_csv(
        home,
        "existing_email_address,email\nzora.old@corp.example,zora.quist@corp.example\n",
        clock=clock,
        name="zora.quist@corp.example.csv",
    )
    factories.import_csv(home, PEOPLE + "zora.quist@corp.example,C-1,Zora,Quistgaard,,,,maybe\n", clock=clock, apply=False)
    reason = "Zora Quistgaard (ZQ-4711) has left, said ZORA.QUIST@corp.example"
    act = Act(home.id, "unassign", "page", "kim", about="zora.quist@corp.example", reason=reason)
    operation = plan_unassign(Learner.objects.filter(email="cy@corp.example"), pool=None, act=act, clock=clock)
    apply_operation(operation, clock=clock, actor="kim", release_brake=True)
    log_act(organization_id=home.id, actor="zora.quist@corp.example", action="export", now=clock(), why=reason)
    zora = factories.learner(home, "zora.quist@corp.example")
    account = Account.objects.create_user("zora.quist@corp.example", name="Zora Quistgaard")
    Membership.objects.create(organization=home, account=account, learner=zora)
    told = [Told(name, "unknown", day=clock().date()) for name in ("zora.old@corp.example", "ZQ-4711", "C-1")]
    take_in(organization_id=home.id, facts=told, source=Source.FILE, now=clock())
    for learner_id, recipient, text in ((zora.id, zora.email, "Hello Zora Quistgaard"), (None, "kim@corp.example", reason)):
        Mail.objects.create(
            organization=home, kind="ready", recipient=recipient, text=text, learner_id=learner_id,
            message_id=f"<{recipient}>", created_at=clock(), due_at=clock(),
        )  # fmt: skip
    return home


def erase(home: Organization, *emails: str, clock: factories.SteppingClock | None = None) -> Deletion:
    clock = clock or factories.SteppingClock()
    people = Learner.objects.filter(organization=home, email__in=emails)
    now = clock()
    deletion = ask(people, organization_id=home.id, actor="kim", source="page", typed=len(emails), now=now, at_once=True)
    return carry_out_deletion(deletion, clock=clock)


def test_who_is_erased_is_found_nowhere(acme: Organization) -> None:
    number = factories.learner(acme, "zora.quist@corp.example").id
    assert len(traces_of(*ZORA)) > 15

    deletion = erase(acme, "zora.quist@corp.example")

    assert traces_of(*ZORA) == []
    assert deletion.status == DeletionStatus.DONE
    assert str(ErasedLearner.objects.get(learner_id=number)) == f"erased-{number & (1 << 40) - 1}"
    assert not Account.objects.exists()
    assert not KnownValue.objects.filter(value="blue").exists()


def test_totals_are_as_before(acme: Organization) -> None:
    pool = LicensePool.objects.get()
    changes, days = LicenseChange.objects.count(), PoolDay.objects.aggregate(Sum("seats_taken"))
    taken = pool.seats_taken

    erase(acme, "zora.quist@corp.example")

    pool.refresh_from_db()
    assert check_books(organization_id=acme.id).ok
    assert (taken, pool.seats_taken) == (2, 1)  # an operation like any other freed the seat
    assert LicenseChange.objects.count() == changes + 1
    assert PoolDay.objects.aggregate(Sum("seats_taken"))["seats_taken__sum"] == days["seats_taken__sum"] - 1
    assert Operation.objects.get(verb="delete").counts["unassigned"] == 1


def test_undo_of_earlier_operations_names_the_erased_and_goes_on(acme: Organization) -> None:
    clock = factories.SteppingClock()
    erase(acme, "zora.quist@corp.example")

    undone = {}
    with pytest.raises(EndedForGood):
        plan_undo(Operation.objects.get(verb="delete"), act=Act(acme.id, "undo", "page", "kim"), clock=clock)
    for number in (2, 1):
        original = Operation.objects.get(number=number)
        undo = plan_undo(original, act=Act(acme.id, "undo", "page", "kim"), clock=clock)
        undone[number] = apply_operation(undo, clock=clock, actor="kim", release_brake=True)
    reasons = {(number, skipped.reason) for number, undo in undone.items() for skipped in _skipped(undo)}

    assert {(2, "person_erased"), (1, "person_erased")} <= reasons
    assert check_books(organization_id=acme.id).ok
    assert not Learner.objects.filter(email="bo@corp.example").exists()
    assert traces_of(*ZORA) == []


def test_other_people_and_lines_stay_as_they_are(acme: Organization) -> None:
    from seatkeeper.uploads.models import Upload
    from seatkeeper.uploads.results import results_path
    from seatkeeper.uploads.services.receive import stored_path

    erase(acme, "zora.quist@corp.example")

    bo = factories.learner(acme, "bo@corp.example")
    assert (bo.unique_user_id, bo.attributes["work_title"]) == ("B-1", "Lead")
    assert "manager_primary_email_address" not in bo.attributes
    first = Upload.objects.get(operation_id=1)
    lines = stored_path(first).read_text().splitlines()
    assert (lines[1], lines[3]) == (",,,,,,,", "cy@corp.example,C-1,Cy,Dahl,Clerk,,red,active")
    results = results_path(Operation.objects.get(number=1)).read_text().splitlines()
    assert results[1] == ",,,,,,,,2,activated,,"
    entry = AuditEntry.objects.get(action="export")
    assert (entry.actor, entry.facts["why"]) == ("[erased]", "[erased] ([erased]) has left, said [erased]")


def _skipped(operation: Operation) -> list:  # type: ignore[type-arg]
    from seatkeeper.licensing.models import Skipped

    return list(Skipped.objects.filter(organization_id=operation.organization_id, operation_id=operation.number))
