"""Usage files that admins send: kept until a worker has read them."""

import logging
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.db import transaction
from django.db.models import F

from seatkeeper.background.models import BackgroundTask
from seatkeeper.background.services.enqueue import enqueue
from seatkeeper.kernel.bulk import insert_rows
from seatkeeper.kernel.clock import Clock
from seatkeeper.kernel.turns import give_way
from seatkeeper.uploads.services.copy_in import keep_copy
from seatkeeper.usage.file_lines import Portion
from seatkeeper.usage.models import FileStatus, Source, UsageFile, UsageFileProblem
from seatkeeper.usage.services.read_file import log_import, open_usage_file
from seatkeeper.usage.services.take_in import take_in

logger = logging.getLogger(__name__)

KIND = "usage.file"
SUFFIX = ".usage"
PROBLEM = ("organization_id", "file_id", "line", "column", "code", "detail")


@dataclass(frozen=True, slots=True)
class Received:
    """A file that a worker reads. `notes`: what its sender should know of it, as `uploads.messages.note` says it."""

    file: UsageFile
    notes: Sequence[Mapping[str, str]]


def receive_usage_file(source: BinaryIO, *, organization_id: int, name: str, actor: str, now: datetime) -> Received:
    """A copy that a worker has from the same moment. Where it is refused, nothing is kept.

    Raises:
        FileRefused: the file as a whole can't be used.
        NoRoom: the copy can't be written.
    """
    stored = Path(settings.UPLOADS_DIRECTORY) / f"{uuid.uuid4().hex}{SUFFIX}"
    keep_copy(source, stored)
    try:
        with open_usage_file(stored, now=now) as opened, transaction.atomic():
            file = UsageFile.objects.create(
                organization_id=organization_id, name=name, stored_name=stored.name, sent_by=actor, sent_at=now
            )
            log_import(organization_id=organization_id, name=name, actor=actor, now=now)
            enqueue(KIND, now=now, organization_id=organization_id, arguments={"file": file.id})
            return Received(file, opened.notes)
    except BaseException:
        stored.unlink(missing_ok=True)
        raise


def read_usage_file(file: UsageFile, *, clock: Clock) -> None:
    """From the line that an earlier run had come to. What it did and how far it came are committed together."""
    if file.status != FileStatus.READING:
        return
    with open_usage_file(_stored(file), now=file.sent_at) as opened:
        for portion in opened.portions:
            if portion.last_line > file.line:
                _take(file, portion, now=clock())
                give_way()
    _end(file, FileStatus.DONE)


def give_up_usage_file(task: BackgroundTask, now: datetime) -> None:
    """What was taken in stays."""
    for file in UsageFile.objects.filter(organization=task.organization, id=task.arguments["file"]):
        logger.error("usage file given up", extra={"file": file.id, "line": file.line})
        _end(file, FileStatus.FAILED)


def sweep_usage_files(*, now: datetime) -> int:
    """Remove what is kept of the lines of old files, and copies that nothing names; how many problems and copies."""
    old = UsageFile.objects.filter(sent_at__lt=now - timedelta(days=settings.FILES_KEPT_DAYS))
    problems = UsageFileProblem.objects.filter(file_id__in=old.values("id"))
    removed = problems.filter(id__in=list(problems.values_list("id", flat=True)[: settings.CHUNK_ROWS])).delete()[0]
    before = (now - timedelta(days=settings.FILES_KEPT_DAYS)).timestamp()
    for stray in Path(settings.UPLOADS_DIRECTORY).glob(f"*{SUFFIX}"):
        if stray.stat().st_mtime < before:
            stray.unlink(missing_ok=True)
            removed += 1
    return removed


def problems_of(file: UsageFile) -> Iterator[UsageFileProblem]:
    """By line."""
    return UsageFileProblem.objects.filter(organization_id=file.organization_id, file_id=file.id).order_by("id").iterator()


@transaction.atomic
def _take(file: UsageFile, portion: Portion, *, now: datetime) -> None:
    if UsageFile.objects.select_for_update().get(id=file.id).line >= portion.last_line:
        return  # another worker was taken for dead, and is not
    taken = take_in(organization_id=file.organization_id, facts=portion.facts, source=Source.FILE, now=now)
    rows = [(file.organization_id, file.id, one.line, one.column, one.code, one.detail) for one in portion.problems]
    insert_rows(UsageFileProblem._meta.db_table, PROBLEM, rows)
    UsageFile.objects.filter(id=file.id).update(
        line=portion.last_line,
        counted=F("counted") + taken.counted,
        known=F("known") + taken.known,
        waiting=F("waiting") + taken.waiting,
        problems=F("problems") + len(rows),
    )


def _end(file: UsageFile, status: FileStatus) -> None:
    """The copy goes: it names people, and all that it said is in the books."""
    UsageFile.objects.filter(id=file.id).update(status=status)
    _stored(file).unlink(missing_ok=True)


def _stored(file: UsageFile) -> Path:
    return Path(settings.UPLOADS_DIRECTORY) / file.stored_name
