"""Ask for people to be erased, and call it off while it waits."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from seatkeeper.accounts.services.audit import log_act
from seatkeeper.background.services.enqueue import enqueue
from seatkeeper.directory.models import Learner
from seatkeeper.erasing.errors import NobodyToDelete, NoSuchDeletion, TooLate, WrongCount
from seatkeeper.erasing.models import Deletion, DeletionStatus
from seatkeeper.erasing.statements import STATEMENTS
from seatkeeper.kernel.sql import embedded

KIND = "erasing.carry_out"


@transaction.atomic
def ask(
    learners: QuerySet[Learner],
    *,
    organization_id: int,
    actor: str,
    source: str,
    typed: int,
    now: datetime,
    at_once: bool = False,
) -> Deletion:
    """A deletion of these people that waits, with its task; where `at_once`, no longer than a worker needs to come to it.

    Raises:
        NobodyToDelete.
        WrongCount: `typed` is not how many they are.
    """
    deletion = new_draft(organization_id, actor=actor, source=source, now=now)
    selection, values = embedded(learners.order_by().values("id"), "selected_")
    where = {"organization": organization_id, "deletion": deletion.id}
    deletion.people = STATEMENTS.execute("add_people", where | values, selection=selection)
    return confirm(deletion, typed=typed, actor=actor, now=now, at_once=at_once)


@transaction.atomic
def confirm(deletion: Deletion, *, typed: int, actor: str, now: datetime, at_once: bool = False) -> Deletion:
    """Let a draft wait for its time. Raises NobodyToDelete, WrongCount, TooLate."""
    if not deletion.people:
        raise NobodyToDelete("nobody")
    if typed != deletion.people:
        raise WrongCount(people=deletion.people, typed=typed)
    due_at = now if at_once else now + timedelta(days=settings.DELETION_WAITS_DAYS)
    drafts = Deletion.objects.filter(id=deletion.id, status=DeletionStatus.DRAFT)
    if not drafts.update(status=DeletionStatus.WAITING, people=deletion.people, asked_by=actor, asked_at=now, due_at=due_at):
        deletion.refresh_from_db()
        raise TooLate(deletion=deletion.id, status=deletion.status)
    enqueue(KIND, now=now, organization_id=deletion.organization_id, arguments={"deletion": deletion.id}, run_at=due_at)
    _log(deletion, "deletion.asked", actor, now)
    deletion.refresh_from_db()
    return deletion


@transaction.atomic
def call_off(deletion: Deletion, *, actor: str, now: datetime) -> None:
    """Nobody is erased. Raises TooLate."""
    waiting = Deletion.objects.filter(id=deletion.id, status__in=(DeletionStatus.WAITING, DeletionStatus.DRAFT))
    if not waiting.update(status=DeletionStatus.CALLED_OFF, called_off_by=actor, ended_at=now):
        deletion.refresh_from_db()
        raise TooLate(deletion=deletion.id, status=deletion.status)
    where = {"organization": deletion.organization_id, "deletion": deletion.id}
    for statement in ("forget_people", "forget_problems"):
        STATEMENTS.execute(statement, where)
    _log(deletion, "deletion.called_off", actor, now)


def deletion_of(*, organization_id: int, number: int) -> Deletion:
    """Raises NoSuchDeletion."""
    found = Deletion.objects.filter(organization_id=organization_id, id=number).first()
    if found is None:
        raise NoSuchDeletion(deletion=number)
    return found


def new_draft(organization_id: int, *, actor: str, source: str, now: datetime) -> Deletion:
    """A deletion without people, that a person has yet to confirm."""
    return Deletion.objects.create(
        organization_id=organization_id,
        status=DeletionStatus.DRAFT,
        source=source,
        asked_by=actor,
        asked_at=now,
        due_at=now,
        people=0,
    )


def _log(deletion: Deletion, action: str, actor: str, now: datetime) -> None:
    facts = {"deletion": deletion.id, "people": deletion.people}
    log_act(organization_id=deletion.organization_id, actor=actor, action=action, now=now, **facts)
