"""Large acts are a worker's: the request opens the operation, its page follows it."""

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from seatkeeper.background.models import BackgroundTask
from seatkeeper.background.services.run import run_due
from seatkeeper.background.services.workers import note_worker
from seatkeeper.directory.models import Group, GroupMember, Organization
from seatkeeper.directory.services.groups import add_group
from seatkeeper.kernel.clock import system_clock
from seatkeeper.licensing.models import LicenseChange, LicensePool, Operation, OperationStatus
from seatkeeper.licensing.services.brake import set_brake
from seatkeeper.licensing.services.check import check_books
from seatkeeper.licensing.services.operations import open_operation
from seatkeeper.notices.letters import write
from seatkeeper.notices.models import Mail, Notice
from seatkeeper.web.progress import Progress
from tests import factories, steps
from tests.factories import NOW

ADDRESS, LIST = "/admin-center/licenses/", "/admin-center/operations/"
EVERYONE = {"all": "1", "what": "none"}


@pytest.fixture
def pool(acme: Organization) -> LicensePool:
    return factories.pool(acme, seats=100)


@pytest.fixture
def people(acme: Organization, pool: LicensePool, settings: Settings) -> list[int]:
    """Eight, of whom more than three are many."""
    found = [person.id for person in steps.people(acme, 8, "active")]
    settings.IN_REQUEST_PEOPLE = 3
    settings.CHUNK_ROWS = 2
    return found


def save(client: Client, data: dict[str, Any] = EVERYONE, **more: Any) -> Any:
    page = client.post(ADDRESS, data | {"show": "1"}).content.decode()
    found = re.search(r'name="counted" value="([^"]*)"', page)
    assert found
    return client.post(ADDRESS, data | {"counted": found[1]} | more)


def latest(acme: Organization) -> Operation:
    return Operation.objects.filter(organization=acme).latest("number")


def page_of(client: Client, operation: Operation, **headers: str) -> str:
    return str(client.get(f"{LIST}{operation.number}/", headers=headers).content.decode())


def work() -> int:
    return run_due(clock=system_clock)


def test_many_are_left_to_a_worker_and_followed(owner: Client, acme: Organization, people: list[int]) -> None:
    answer = save(owner, reason="left us")

    operation = latest(acme)
    assert (answer.status_code, answer["Location"]) == (302, f"{LIST}{operation.number}/")
    assert (operation.status, operation.lease, set(steps.statuses(acme).values())) == ("planning", "", {"active"})
    for page in (page_of(owner, operation), page_of(owner, operation, HX_Request="true")):
        assert 'hx-trigger="every 1s"' in page
        assert "Waiting for its turn" in page
        assert "Reload" in page
        assert "Cancel operation" in page
        assert "No worker is running: start it with <code>seatkeeper worker</code>" in page
    note_worker(now=system_clock())
    assert "No worker" not in page_of(owner, operation)

    assert work()
    assert not work()

    operation.refresh_from_db()
    assert (operation.status, operation.reason, operation.verb) == ("done", "left us", "unassign")
    assert set(steps.statuses(acme).values()) == {"unassigned"}
    page = page_of(owner, operation)
    assert 'hx-trigger="every' not in page
    assert 'id="undo-heading"' in page
    assert check_books(organization_id=acme.id).ok


def test_few_are_done_in_the_request(owner: Client, acme: Organization, people: list[int]) -> None:
    save(owner, {"id": people[:3], "what": "none"})
    assert latest(acme).status == OperationStatus.DONE
    assert not BackgroundTask.objects.filter(operation_id=latest(acme).number).exists()


def test_where_the_numbers_differ_a_person_is_asked_again(owner: Client, acme: Organization, people: list[int]) -> None:
    save(owner)
    steps.do("unassign", acme, ["p1@corp.example"], source="cli")
    work()

    operation = Operation.objects.get(organization=acme, source="page")
    assert operation.status == OperationStatus.PLANNED
    assert "The numbers are not those you saw" in page_of(owner, operation)
    owner.post(f"{LIST}{operation.number}/runs/")
    work()
    operation.refresh_from_db()
    assert operation.status == OperationStatus.DONE


def test_the_brake_that_was_let_pass_stays_so(owner: Client, acme: Organization, people: list[int]) -> None:
    set_brake(organization_id=acme.id, percent=Decimal(2), at_least=1, actor="owner", now=NOW)
    save(owner, typed="8")
    work()
    assert (latest(acme).status, latest(acme).released_by) == ("done", "owner@acme.example")


def test_a_brake_that_takes_hold_meanwhile_holds_it(owner: Client, acme: Organization, people: list[int]) -> None:
    save(owner)
    set_brake(organization_id=acme.id, percent=Decimal(2), at_least=1, actor="owner", now=NOW)
    work()
    operation = latest(acme)
    assert operation.status == OperationStatus.HELD

    owner.post(f"{LIST}{operation.number}/runs/", {"unassigned": "8"})
    page = page_of(owner, operation)
    assert "Waiting for its turn" in page
    assert "This is held" not in page
    work()
    operation.refresh_from_db()
    assert operation.status == OperationStatus.DONE


def test_cancelled_before_a_worker_has_it_nothing_is_done(owner: Client, acme: Organization, people: list[int]) -> None:
    save(owner)
    owner.post(f"{LIST}{latest(acme).number}/cancellation/")
    work()
    assert latest(acme).status == OperationStatus.CANCELLED
    assert set(steps.statuses(acme).values()) == {"active"}


def test_a_plan_that_was_cut_off_is_made_anew(owner: Client, acme: Organization, people: list[int]) -> None:
    save(owner)
    operation = latest(acme)
    with pytest.MonkeyPatch.context() as cut:
        cut.setattr("seatkeeper.licensing.services.acts.finish_planning", lambda *args, **more: 1 / 0)
        work()
    assert LicenseChange.objects.filter(operation_id=operation.number).count() == 8
    note_worker(now=system_clock())
    assert "is tried again at" in page_of(owner, operation)
    BackgroundTask.objects.update(run_at=system_clock())
    work()

    assert latest(acme).status == OperationStatus.DONE
    assert LicenseChange.objects.filter(operation_id=operation.number).count() == 8
    assert set(steps.statuses(acme).values()) == {"unassigned"}


def test_a_large_undo_is_a_workers_and_one_at_a_time(owner: Client, acme: Organization, people: list[int]) -> None:
    save(owner)
    work()
    done = latest(acme)

    first = owner.post(f"{LIST}{done.number}/reversals/")
    again = owner.post(f"{LIST}{done.number}/reversals/")
    undo = latest(acme)
    assert (first["Location"], again.status_code) == (f"{LIST}{undo.number}/", 409)
    assert (undo.undoes, undo.status) == (done.number, "planning")
    assert "Its undo is planned already" in again.content.decode()
    assert "Undo planned:" in page_of(owner, done)
    assert "Undone by" not in page_of(owner, done)
    assert (
        f"Undo planned: operation {undo.number}."
        in owner.get(f"/admin-center/users/{people[0]}/?tab=activity").content.decode()
    )
    work()

    undo.refresh_from_db()
    assert undo.status == OperationStatus.DONE
    assert set(steps.statuses(acme).values()) == {"active"}
    assert "Undone by" in page_of(owner, done)
    assert "Undo planned" not in page_of(owner, done)


def test_an_undo_and_its_task_are_there_together_or_not_at_all(
    owner: Client, acme: Organization, people: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    save(owner)
    work()
    done = latest(acme)
    monkeypatch.setattr("seatkeeper.licensing.services.hand_over.enqueue", lambda *args, **more: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        owner.post(f"{LIST}{done.number}/reversals/")
    assert latest(acme) == done


def test_many_join_a_group_by_a_worker(owner: Client, acme: Organization, people: list[int]) -> None:
    team = add_group(organization_id=acme.id, name="Team")
    owner.post("/admin-center/groups/members/", {"all": "1", "group": team.id})
    assert not GroupMember.objects.exists()
    work()
    assert GroupMember.objects.filter(group=team).count() == 8


def test_many_leave_a_group_by_a_worker(owner: Client, acme: Organization, people: list[int]) -> None:
    team = add_group(organization_id=acme.id, name="Team")
    GroupMember.objects.bulk_create(GroupMember(organization=acme, group=team, learner_id=person) for person in people)
    answer = owner.post(f"/admin-center/groups/{team.id}/leavers/", {"id": people[1:]})
    assert answer.headers["Location"] == f"/admin-center/operations/{Operation.objects.latest('number').number}/"
    assert GroupMember.objects.filter(group=team).count() == len(people)
    run_due(clock=system_clock)
    assert list(GroupMember.objects.filter(group=team).values_list("learner_id", flat=True)) == people[:1]
    assert Operation.objects.latest("number").verb == "leave"


def test_the_reach_is_that_of_the_choice(
    sub_admin_of_group: Client, acme: Organization, people: list[int], other_group: Group
) -> None:
    for person in people[:4]:
        GroupMember.objects.create(organization=acme, group=other_group, learner_id=person)
    save(sub_admin_of_group)
    GroupMember.objects.filter(learner_id=people[0]).delete()
    work()
    operation = Operation.objects.get(organization=acme, source="page")
    assert (operation.status, operation.counts["rows"]) == (OperationStatus.PLANNED, 3)


@pytest.mark.django_db(transaction=True)  # a lease is let go of outside transactions
def test_what_is_given_up_says_so_and_can_be_gone_on_with(owner: Client, acme: Organization, people: list[int]) -> None:
    save(owner)
    BackgroundTask.objects.update(attempts=30)
    with pytest.MonkeyPatch.context() as cut:
        cut.setattr("seatkeeper.licensing.services.operations.apply_chunk", lambda *args, **more: 1 / 0)
        work()
    operation = latest(acme)
    page = page_of(owner, operation)
    assert operation.status == OperationStatus.APPLYING
    assert "failed: it is stopped" in page
    assert "Go on" in page
    (notice,), (mail,) = Notice.objects.filter(kind="given_up"), Mail.objects.filter(facts__notice="given_up")
    assert (notice.kind, notice.operation_number, mail.recipient) == ("given_up", operation.number, "owner@acme.example")
    assert "has stopped: it failed again and again" in owner.get("/notices/").content.decode()
    assert write(mail).subject == f"Stopped: Unassign, operation {operation.number}"

    owner.post(f"{LIST}{operation.number}/runs/")
    work()

    assert latest(acme).status == OperationStatus.DONE


def test_what_a_command_was_planning_when_cut_off_can_be_discarded_alone(
    owner: Client, acme: Organization, people: list[int]
) -> None:
    cut = open_operation(steps.act(acme, "unassign"), now=NOW)
    Operation.objects.filter(number=cut.number).update(lease="")
    page = page_of(owner, cut)
    assert "nobody is at work on it" in page
    assert "Go on" not in page
    assert "Discard" in page


def test_progress_in_words() -> None:
    progress = Progress("Changes applied", 182_000, 410_124, NOW)
    assert progress.words(NOW) == "182,000 of 410,124"
    assert progress.words(NOW + timedelta(seconds=2)) == "182,000 of 410,124 · about 3 s left"
    assert progress.words(NOW + timedelta(minutes=2)) == "182,000 of 410,124 · about 2 min left"
    assert progress.words(NOW + timedelta(hours=2)) == "182,000 of 410,124 · about 3 h left"
    assert Progress("Rows checked", 5).words(NOW) == "5"
