"""Carry a deletion out, step by step, from wherever it stands."""

from datetime import datetime
from typing import Any

from django.db import transaction

from seatkeeper.accounts.services.audit import log_act
from seatkeeper.directory.models import Learner
from seatkeeper.erasing.models import Deletion, DeletionKey, DeletionPerson, DeletionProblem, DeletionStatus, Step
from seatkeeper.erasing.services.keys import words_of
from seatkeeper.erasing.services.lease import keep, leased
from seatkeeper.erasing.services.people import LicensesAgain, erase_next, find_former_numbers
from seatkeeper.erasing.services.texts import erase_from_texts
from seatkeeper.erasing.services.tidy import tidy
from seatkeeper.erasing.statements import STATEMENTS
from seatkeeper.kernel.clock import Clock
from seatkeeper.kernel.turns import give_way
from seatkeeper.licensing.errors import NothingSelected
from seatkeeper.licensing.models import DELETE, License, Operation, OperationStatus, Status
from seatkeeper.licensing.services import operations
from seatkeeper.licensing.services.acts import plan_unassign
from seatkeeper.licensing.services.operations import (
    Act,
    Progress,
    apply_operation,
    no_progress,
    open_operation,
    operation_of,
)
from seatkeeper.uploads.models import Upload
from seatkeeper.uploads.services.erase import erase_from_files


def carry_out_deletion(deletion: Deletion, *, clock: Clock, progress: Progress = no_progress) -> Deletion:
    """Erase its people. A second call changes nothing; one that was called off stays so.

    Raises:
        DeletionBusy: another process is at it.
        OperationBusy: somebody is at an operation whose files name them; go on later.
    """
    with leased(deletion, clock):
        started = Deletion.objects.filter(id=deletion.id, status=DeletionStatus.WAITING)
        started.update(status=DeletionStatus.RUNNING, started_at=clock())
        deletion.refresh_from_db()
        _go_on(deletion, clock, progress)
    return deletion


def _go_on(deletion: Deletion, clock: Clock, progress: Progress) -> None:
    while deletion.status == DeletionStatus.RUNNING:
        match Step(deletion.step):
            case Step.LICENSES:
                _end_licenses(deletion, clock, progress)
                _move_on(deletion, Step.PEOPLE, clock)
            case Step.PEOPLE:
                _erase_people(deletion, clock, progress)
            case Step.FILES:
                _erase_from_files(deletion, clock, progress)
                _move_on(deletion, Step.TEXTS, clock)
            case Step.TEXTS:
                _erase_from_texts(deletion, clock, progress)
            case Step.TIDY:
                tidy()
                _finish(deletion, now=clock())


def _end_licenses(deletion: Deletion, clock: Clock, progress: Progress) -> None:
    """By an operation like any other: seats come free, the ledger has it."""
    while _have_licenses(deletion):
        operation = _operation(deletion, now=clock())
        if operation.status == OperationStatus.PLANNING:
            people = Learner.objects.filter(organization_id=deletion.organization_id, id__in=_people(deletion))
            try:
                with operations.leased(operation, clock=clock):
                    plan_unassign(people, pool=None, act=operation, clock=clock, progress=progress)
            except NothingSelected:
                return
        apply_operation(operation, clock=clock, actor=deletion.asked_by, release_brake=True, progress=progress)


@transaction.atomic
def _operation(deletion: Deletion, *, now: datetime) -> Operation:
    """The one that was cut off, or a new one."""
    if deletion.operation_number is not None:
        operation = operation_of(organization_id=deletion.organization_id, number=deletion.operation_number)
        if operation.status not in (OperationStatus.DONE, OperationStatus.CANCELLED, OperationStatus.LAPSED):
            return operation
    act = Act(deletion.organization_id, DELETE, deletion.source, deletion.asked_by, about=f"{deletion.people} people")
    operation = open_operation(act, now=now)
    deletion.operation_number = operation.number
    deletion.save(update_fields=["operation_number"])
    return operation


def _have_licenses(deletion: Deletion) -> bool:
    licenses = License.objects.filter(organization_id=deletion.organization_id, status__gt=Status.UNASSIGNED)
    return licenses.filter(learner_id__in=_people(deletion)).exists()


def _erase_people(deletion: Deletion, clock: Clock, progress: Progress) -> None:
    done = 0
    try:
        while count := erase_next(deletion, clock=clock):
            done += count
            progress("Erasing", done, deletion.people)
            give_way()
    except LicensesAgain:
        deletion.refresh_from_db()
        _move_on(deletion, Step.LICENSES, clock)
        return
    # Who had been here before under another number, and had been removed by an undo.
    _move_on(deletion, Step.PEOPLE if find_former_numbers(deletion) else Step.FILES, clock)


def _erase_from_files(deletion: Deletion, clock: Clock, progress: Progress) -> None:
    """Batch by batch of what they are called, `cursor` counts them. Raises OperationBusy."""
    uploads = Upload.objects.filter(organization_id=deletion.organization_id).order_by("operation_id")
    while words := words_of(deletion, deletion.cursor):
        for done, upload in enumerate(uploads.iterator(), start=1):
            may_name, names, erases = words.may_stand_in_lines, words.are, words.erased_from
            erase_from_files(upload, may_name=may_name, names=names, erases=erases, clock=clock)
            progress("Reading kept files", done, 0)
            keep(deletion, clock)
            give_way()
        _next_batch(deletion, clock)


def _erase_from_texts(deletion: Deletion, clock: Clock, progress: Progress) -> None:
    where = {"organization": deletion.organization_id, "deletion": deletion.id}
    for statement in ("blank_lines", "delete_mails", "delete_joinings", "delete_waiting_facts", "blank_profile_changes_again"):
        STATEMENTS.execute(statement, where)
    while words := words_of(deletion, deletion.cursor):
        erase_from_texts(deletion.organization_id, words, beat=lambda: keep(deletion, clock))
        progress("Reading texts", deletion.cursor + 1, 0)
        _next_batch(deletion, clock)
    with transaction.atomic():
        for rows in (DeletionKey, DeletionProblem, DeletionPerson):
            rows.objects.filter(organization_id=deletion.organization_id, deletion_id=deletion.id).delete()
        _move_on(deletion, Step.TIDY, clock)


def _next_batch(deletion: Deletion, clock: Clock) -> None:
    deletion.cursor += 1
    keep(deletion, clock)


def _move_on(deletion: Deletion, step: Step, clock: Clock) -> None:
    deletion.step, deletion.cursor = step, 0
    keep(deletion, clock)


@transaction.atomic
def _finish(deletion: Deletion, *, now: datetime) -> None:
    deletion.status, deletion.ended_at = DeletionStatus.DONE, now
    deletion.save(update_fields=["status", "ended_at"])
    facts = {"deletion": deletion.id, "people": deletion.people}
    log_act(organization_id=deletion.organization_id, actor=deletion.asked_by, action="people.erased", now=now, **facts)


def _people(deletion: Deletion) -> Any:
    people = DeletionPerson.objects.filter(organization_id=deletion.organization_id, deletion_id=deletion.id)
    return people.values("learner_id")
