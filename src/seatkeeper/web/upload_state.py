"""An upload as its page shows it: how far it is, its rows in numbers, what it does, what can be done."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.utils.translation import gettext as _

from seatkeeper.background.models import BackgroundTask
from seatkeeper.background.queries import latest_tasks
from seatkeeper.background.services.workers import is_a_worker_alive
from seatkeeper.kernel.clock import system_clock
from seatkeeper.licensing.models import Operation, OperationStatus
from seatkeeper.licensing.queries import PoolDemand
from seatkeeper.licensing.services.operations import is_at_work
from seatkeeper.uploads.messages import advice, note, refusal
from seatkeeper.uploads.models import Phase, Upload
from seatkeeper.uploads.queries import problems_by_code
from seatkeeper.uploads.results import results_path
from seatkeeper.web.progress import Progress, applied_of, has_failed, is_open, tries_again_at

ENDED = (OperationStatus.DONE, OperationStatus.CANCELLED, OperationStatus.LAPSED)


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with its words, out of how many."""

    label: str
    count: int
    of: int = 0


@dataclass(frozen=True, slots=True)
class Kind:
    """Lines with the same problem."""

    code: str
    lines: int
    first: list[int]
    advice: str


@dataclass(frozen=True)
class UploadState:
    """A file, its operation, and the task of it that a worker has or had last."""

    file: Upload
    operation: Operation
    task: BackgroundTask | None = None

    @property
    def number(self) -> int:
        return int(self.operation.number)

    @property
    def is_planned(self) -> bool:
        return self.operation.status == OperationStatus.PLANNED

    @property
    def is_held(self) -> bool:
        return self.operation.status == OperationStatus.HELD

    @property
    def is_preview(self) -> bool:
        return bool(self.file.options.get("preview"))

    @property
    def waits(self) -> bool:
        """For a person to say that it may go on."""
        return not is_open(self.task) and (self.is_held or (self.is_planned and self.is_preview))

    @property
    def stopped(self) -> bool:
        """Whether it is not at its end and nobody goes on with it: a worker has given it up, or a command was cut off."""
        if is_open(self.task) or self.waits or not self.is_unfinished:
            return False
        return not is_at_work(self.operation, now=system_clock())

    @property
    def has_failed(self) -> bool:
        return self.stopped and has_failed(self.task)

    @property
    def tries_again_at(self) -> datetime | None:
        return tries_again_at(self.task)

    @cached_property
    def lacks_worker(self) -> bool:
        """Whether it waits and there is nobody to take it."""
        return is_open(self.task) and not is_a_worker_alive(now=system_clock())

    @property
    def is_to_be_applied(self) -> bool:
        """What going on with it means: the plan of a preview waits for its person."""
        return not self.is_preview or self.file.phase in (Phase.APPLYING, Phase.RESULTS)

    @property
    def is_live(self) -> bool:
        """Whether something is going on that the page should follow."""
        return is_open(self.task) or (self.is_unfinished and not self.waits and not self.stopped)

    @property
    def is_unfinished(self) -> bool:
        if self.operation.status == OperationStatus.DONE:
            return bool(self.file.phase != Phase.DONE)
        return self.operation.status not in ENDED

    @property
    def has_ended(self) -> bool:
        return self.operation.status in ENDED

    @property
    def is_done(self) -> bool:
        return self.operation.status == OperationStatus.DONE

    @property
    def has_plan(self) -> bool:
        return bool(self.operation.counts) and "rows" in self.operation.counts

    @property
    def unassigning(self) -> int:
        return int(self.operation.counts.get("unassigned", 0))

    @property
    def status(self) -> str:
        if self.is_unfinished and self.task is not None and is_open(self.task) and not self.task.lease:
            return _("Waiting for its turn")
        if self.operation.status == OperationStatus.PLANNING:
            return _("Checking") if self.file.phase == Phase.STAGING else _("Planning")
        if self.operation.status == OperationStatus.DONE and self.file.phase != Phase.DONE:
            return _("Writing results")
        if self.is_planned:
            return _("Ready to apply") if self.is_preview else _("Waiting to be applied")
        return {
            OperationStatus.HELD: _("Held by the brake"),
            OperationStatus.APPLYING: _("Applying"),
            OperationStatus.DONE: _("Done"),
            OperationStatus.CANCELLED: _("Cancelled"),
            OperationStatus.LAPSED: _("Lapsed"),
        }[OperationStatus(self.operation.status)]

    @cached_property
    def progress(self) -> Progress:
        """What is done of what is being done."""
        if self.operation.status == OperationStatus.APPLYING:
            return applied_of(self.operation)
        if self.operation.status == OperationStatus.PLANNING and self.file.phase == Phase.PLANNING:
            return Progress(_("Lines planned"), self.file.planned_through, self.file.staged_through)
        return Progress(_("Rows checked"), int(self.file.counts.get("rows", 0)))

    @property
    def progress_words(self) -> str:
        return self.progress.words(system_clock())

    @cached_property
    def rows(self) -> list[Figure]:
        """The file's rows: how many change something, are left as they are, are left out, have problems."""
        counts = self.operation.counts
        rows, problems = counts.get("rows", 0), counts.get("problems", 0)
        unchanged, skipped = counts.get("unchanged", 0), counts.get("skipped", 0)
        changed = max(0, rows - problems - unchanged - skipped)
        words = _("Changed") if self.has_ended else _("To be changed")
        return [
            Figure(words, changed, rows),
            Figure(_("Unchanged"), unchanged, rows),
            Figure(_("Skipped"), skipped, rows),
            Figure(_("With problems"), problems, rows),
        ]

    @cached_property
    def problems(self) -> list[Kind]:
        found = problems_by_code(self.file)
        return [Kind(kind.public_code, kind.lines, kind.first, advice(kind.code)) for kind in found]

    @cached_property
    def changes(self) -> list[Figure]:
        """What is done, or will be. Numbers of 0 are left out."""
        words = (
            ("added", _("People added")),
            ("updated", _("People updated")),
            ("unassigned", _("Licenses unassigned")),
            ("reassigned", _("Licenses reassigned")),
            ("activated", _("Licenses activated")),
            ("invited", _("Invitations")),
            ("seats_freed", _("Seats freed")),
            ("seats_taken", _("Seats taken")),
        )
        counts = self.operation.counts
        return [Figure(label, counts[name]) for name, label in words if counts.get(name)]

    @cached_property
    def pools(self) -> list[PoolDemand]:
        """Pools in which seats move, as it looked when the plan was made."""
        return [PoolDemand(0, *pool) for pool in self.file.counts.get("pools", ())]

    @cached_property
    def missing_seats(self) -> list[Figure]:
        return [Figure(key, seats) for key, seats in self.file.counts.get("missing_seats", {}).items() if seats]

    @cached_property
    def remarks(self) -> list[Figure]:
        words = (
            ("added_without_license", _("People added although the file only takes licenses from them")),
            ("inactive_workers", _("People whose employment has ended and who keep a license")),
            ("assigned_again", _("Licenses unassigned in the last 30 days and assigned again")),
        )
        counts = self.operation.counts
        return [Figure(label, counts[name]) for name, label in words if counts.get(name)]

    @cached_property
    def notes(self) -> list[str]:
        return [note(entry) for entry in self.file.notes]

    @property
    def refusal(self) -> str:
        """Why the file as a whole was refused after it had come in; empty where it was not."""
        if not (refused := self.file.options.get("refused")):
            return ""
        problem, column, detail = refused
        return refusal(problem, column=column, detail=detail)

    @cached_property
    def has_results(self) -> bool:
        return results_path(self.operation).is_file()

    @property
    def has_problems(self) -> bool:
        return bool(self.operation.counts.get("problems"))

    @property
    def can_be_undone(self) -> bool:
        done = self.operation.status in (OperationStatus.DONE, OperationStatus.CANCELLED)
        return done and bool(self.changes)


def state_of(file: Upload, operation: Operation) -> UploadState:
    return UploadState(file, operation, latest_tasks(file.organization_id, [operation.number]).get(operation.number))


def states_of(organization_id: int, operations: Sequence[Operation]) -> list[UploadState]:
    """Of those that are uploads, in the same order. Two statements."""
    numbers = [operation.number for operation in operations]
    files = Upload.objects.filter(organization_id=organization_id, operation_id__in=numbers)
    by_number, tasks = {file.operation_id: file for file in files}, latest_tasks(organization_id, numbers)
    return [UploadState(by_number[row.number], row, tasks.get(row.number)) for row in operations if row.number in by_number]
