"""How a deletion is carried out: in chunks, from wherever it was cut off, beside others, in step with the books."""

import signal
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from seatkeeper.accounts.models import Account, AuditEntry, Membership
from seatkeeper.accounts.services.audit import log_act
from seatkeeper.accounts.services.erase import audit_log_opened
from seatkeeper.directory.models import ErasedLearner, Learner, Organization
from seatkeeper.erasing.errors import DeletionBusy
from seatkeeper.erasing.models import Deletion, DeletionKey, DeletionStatus
from seatkeeper.erasing.services import run, texts
from seatkeeper.erasing.services.ask import ask
from seatkeeper.erasing.services.people import erase_next
from seatkeeper.erasing.services.run import carry_out_deletion
from seatkeeper.invitations.services.waitlist import join_waitlist, settle_pools
from seatkeeper.kernel.turns import StopAsked
from seatkeeper.licensing.errors import OperationBusy
from seatkeeper.licensing.models import Claim, LicensePool, Operation, ProfileChange
from seatkeeper.licensing.services.check import check_books
from seatkeeper.licensing.services.merge import outlook_of, plan_merge
from seatkeeper.licensing.services.operations import apply_operation
from seatkeeper.licensing.services.undo import plan_undo
from tests import factories, steps
from tests.cli.test_worker import wait_for
from tests.conftest import Seatkeeper
from tests.erasing.traces import traces_of
from tests.promises.interrupted import Sql, kill_after

pytestmark = pytest.mark.django_db(transaction=True)

ZORA = "zora@corp.example"
HEADER = "email,unique_user_id,first_name,last_name,license_learning_status\n"


def people(count: int) -> str:
    rows = (f"zora{n}@corp.example,zq-{n:04},Zora{n},Quist{n},active\n" for n in range(count))
    return HEADER + "".join(rows) + "bo@corp.example,B-1,Bo,Berg,active\n"


def of(home: Organization) -> Any:
    return Learner.objects.filter(organization=home, email__startswith="zora")


def asked(home: Organization, clock: factories.SteppingClock) -> Deletion:
    who = of(home)
    how: dict[str, Any] = {"actor": "kim", "source": "page", "typed": who.count(), "now": clock(), "at_once": True}
    return ask(who, organization_id=home.id, **how)


def test_cut_off_anywhere_it_goes_on_and_ends_the_same(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    settings.CHUNK_ROWS = 2
    home = factories.organization("Acme")
    factories.pool(home, seats=9)
    clock = factories.SteppingClock()
    factories.import_csv(home, people(5), clock=clock)
    deletion, turns = asked(home, clock), 0

    def give_way() -> None:
        nonlocal turns
        turns += 1
        raise StopAsked

    for room in (run, texts):
        monkeypatch.setattr(room, "give_way", give_way)
    seen = set()
    monkeypatch.setattr("seatkeeper.licensing.services.operations.give_way", give_way)
    for _attempt in range(200):
        try:
            carry_out_deletion(deletion, clock=clock)
        except StopAsked:
            deletion = Deletion.objects.get()
            seen.add(deletion.step)
            if deletion.step >= 3 and turns % 2:  # a file or a table further, each time
                for room in (run, texts):
                    monkeypatch.setattr(room, "give_way", lambda: None)
            continue
        break

    assert {1, 2, 3} <= seen
    assert deletion.status == DeletionStatus.DONE
    assert ErasedLearner.objects.count() == 5
    assert list(Learner.objects.values_list("email", flat=True)) == ["bo@corp.example"]
    assert AuditEntry.objects.filter(action="people.erased").count() == 1
    assert not DeletionKey.objects.exists()
    assert check_books(organization_id=home.id).ok
    assert Operation.objects.filter(verb="delete").count() == 1
    assert traces_of("zora3", "zq-0003", "quist3") == []


def test_its_cost_grows_with_people_not_with_statements(settings: Settings) -> None:
    counts = []
    for number in (3, 30):
        home = factories.organization()
        factories.pool(home, seats=99)
        clock = factories.SteppingClock()
        factories.import_csv(home, people(number).replace("active", ""), clock=clock)
        deletion = asked(home, clock)
        deletion.lease = ""
        from seatkeeper.erasing.services.lease import leased

        with leased(deletion, clock), CaptureQueriesContext(connection) as queries:
            assert erase_next(deletion, clock=clock) == number
        counts.append(len(queries))
    assert counts[0] == counts[1] < 60


def test_two_processes_do_not_carry_out_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    home = factories.organization("Acme")
    clock = factories.SteppingClock()
    factories.import_csv(home, "email\nzora@corp.example\n", clock=clock)
    deletion = asked(home, clock)
    Deletion.objects.update(lease="elsewhere:1", beat_at=clock())

    with pytest.raises(DeletionBusy):
        carry_out_deletion(deletion, clock=clock)

    clock.forward(seconds=60)
    assert carry_out_deletion(deletion, clock=clock).status == DeletionStatus.DONE


def test_files_that_somebody_is_at_are_waited_for() -> None:
    home = factories.organization("Acme")
    factories.pool(home, seats=9)
    clock = factories.SteppingClock()
    operation = factories.import_csv(home, people(1), clock=clock)
    deletion = asked(home, clock)
    Operation.objects.filter(number=operation.number).update(lease="elsewhere:1", beat_at=clock())

    with pytest.raises(OperationBusy):
        carry_out_deletion(deletion, clock=clock)
    assert not of(home).exists()  # they are gone from the tables meanwhile

    Operation.objects.update(lease="")
    carry_out_deletion(deletion, clock=clock)
    assert traces_of("zora0", "zq-0000") == []


def test_who_waits_for_a_seat_waits_no_longer() -> None:
    home = factories.organization("Acme")
    pool = factories.pool(home, seats=1, activation="invite")
    clock = factories.SteppingClock()
    factories.import_csv(home, "email\nzora@corp.example\nbo@corp.example\n", clock=clock)
    for email in (ZORA, "bo@corp.example"):
        who = {"organization_id": home.id, "pool_id": pool.id, "learner_id": factories.learner(home, email).id}
        join_waitlist(**who, now=clock())
    settle_pools(clock)
    pool.refresh_from_db()
    assert pool.seats_held == 1

    carry_out_deletion(asked(home, clock), clock=clock)

    pool.refresh_from_db()
    assert (pool.seats_held, Claim.objects.count()) == (0, 1)
    assert check_books(organization_id=home.id).ok
    settle_pools(clock)
    assert LicensePool.objects.get().seats_held == 1  # of Bo, who was next


def test_other_numbers_of_the_same_person_are_erased_too() -> None:
    home = factories.organization("Acme")
    clock = factories.SteppingClock()
    first = factories.import_csv(home, "email,last_name\nzora@corp.example,Quistgaard\n", clock=clock)
    undo = plan_undo(first, act=steps.act(home, "undo"), clock=clock)
    apply_operation(undo, clock=clock, actor="kim")
    factories.import_csv(home, "email,last_name\nzora@corp.example,Quist\nzoe@corp.example,Queist\n", clock=clock)
    outlook = outlook_of(leaving=factories.learner(home, "zoe@corp.example"), staying=factories.learner(home, ZORA))
    apply_operation(plan_merge(outlook, act=steps.act(home, "merge"), clock=clock), clock=clock, actor="kim")

    carry_out_deletion(asked(home, clock), clock=clock)

    assert ErasedLearner.objects.count() == 3
    assert not ProfileChange.objects.exclude(after={}, before={}).exists()
    assert traces_of("quistgaard", "zoe@corp.example", "queist", ZORA) == []
    redo = plan_undo(undo, act=steps.act(home, "undo"), clock=clock)
    done = apply_operation(redo, clock=clock, actor="kim")
    assert (done.counts["skipped"], Learner.objects.count()) == (1, 0)


def test_another_organization_and_an_admin_keep_what_is_theirs() -> None:
    home, other = factories.organization("Acme"), factories.organization("Bolt")
    clock = factories.SteppingClock()
    for organization in (home, other):
        factories.import_csv(organization, "email,unique_user_id\nzora@corp.example,ZQ-1\n", clock=clock)
    account = Account.objects.create_user(ZORA)
    Membership.objects.create(organization=home, account=account, is_admin=True, learner=factories.learner(home, ZORA))

    carry_out_deletion(asked(home, clock), clock=clock)

    assert Membership.objects.get().learner is None
    assert factories.learner(other, ZORA).unique_user_id == "ZQ-1"


def test_the_audit_log_gives_up_names_and_nothing_else() -> None:
    home = factories.organization("Acme")
    log_act(organization_id=home.id, actor=ZORA, action="export", now=factories.NOW, rows=3)
    entry = AuditEntry.objects.filter(organization=home)
    changes: tuple[dict[str, Any], ...] = ({"actor": "kim"}, {"facts": {}})
    for change in changes:
        with pytest.raises(DatabaseError), transaction.atomic():
            entry.update(**change)

    with transaction.atomic(), audit_log_opened(home.id):
        entry.update(actor="[erased]")
        for other in ({"action": "other"}, {"at": factories.SteppingClock()()}):
            with pytest.raises(DatabaseError), transaction.atomic():
                entry.update(**other)
        with pytest.raises(DatabaseError), transaction.atomic():
            entry.delete()

    with pytest.raises(DatabaseError), transaction.atomic():
        entry.update(actor="kim")
    assert entry.get().actor == "[erased]"


@pytest.mark.one_database("processes and leases are the same on the other one")
def test_killed_it_is_taken_up_by_a_worker(seatkeeper: Seatkeeper, run_sql: Sql, tmp_path: Path, settings: Settings) -> None:
    file, leaving = tmp_path / "people.csv", tmp_path / "deletion.csv"
    file.write_text(people(40))
    rows = (f"zora{n}@corp.example,zq-{n:04}\n" for n in range(40))
    leaving.write_text("primary_email_address,unique_id\n" + "".join(rows))
    seatkeeper.in_turn(
        ["init", "--organization", "Acme"],
        ["pools", "add", "--type", "learning", "--seats", "200", "--activation", "immediate"],
        ["import", str(file)],
    )
    few = {"SEATKEEPER_CHUNK_ROWS": "2"}
    command = seatkeeper.start("delete", "--file", leaving, "--people", "40", "--now", **few)
    erased = "SELECT COUNT(*) FROM directory_erasedlearner"
    assert kill_after(command, lambda: run_sql(erased)[0][0] >= 6)
    worker = seatkeeper.start("worker", "--quiet", "--lanes", "1", **few)
    assert kill_after(worker, lambda: run_sql("SELECT step FROM erasing_deletion")[0][0] >= 3)
    worker = seatkeeper.start("worker", "--quiet", "--lanes", "1")
    wait_for(run_sql, "SELECT COUNT(*) FROM erasing_deletion WHERE status = 'done'", 1, 60)
    worker.send_signal(signal.SIGTERM)
    worker.communicate(timeout=60)

    assert run_sql("SELECT email FROM directory_learner") == [("bo@corp.example",)]
    assert run_sql(erased) == [(40,)]
    assert run_sql("SELECT COUNT(*) FROM erasing_deletionkey") == [(0,)]
    assert seatkeeper("check").json()["ok"]
    kept = [path for path in Path(seatkeeper.environment["SEATKEEPER_HOME"]).rglob("*.csv") if b"zora" in path.read_bytes()]
    assert kept == []
