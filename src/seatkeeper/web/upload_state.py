"""An upload as its page shows it: how far it is, its rows in numbers, what it does, what can be done."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from django.conf import settings
from django.utils.translation import gettext as _

from seatkeeper.background.queries import latest_tasks
from seatkeeper.licensing.models import Operation, OperationStatus
from seatkeeper.licensing.queries import PoolDemand
from seatkeeper.uploads.messages import advice, note, refusal
from seatkeeper.uploads.models import Phase, Upload
from seatkeeper.uploads.queries import problems_by_code
from seatkeeper.uploads.results import results_path
from seatkeeper.web.progress import ENDED, Followed, Progress, applied_of


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


@dataclass(frozen=True, kw_only=True)
class UploadState(Followed):
    """A file and its operation."""

    file: Upload

    @property
    def number(self) -> int:
        return int(self.operation.number)

    @property
    def is_held(self) -> bool:
        return self.operation.status == OperationStatus.HELD

    @property
    def is_preview(self) -> bool:
        return bool(self.file.options.get("preview"))

    @property
    def is_for_a_person(self) -> bool:
        return self.is_held or (self.is_planned and self.is_preview)

    @property
    def is_unfinished(self) -> bool:
        if self.operation.status == OperationStatus.DONE:
            return bool(self.file.phase != Phase.DONE)
        return self.operation.status not in ENDED

    @property
    def is_planned(self) -> bool:
        return self.operation.status == OperationStatus.PLANNED

    @property
    def is_to_be_applied(self) -> bool:
        """What going on with it means: the plan of a preview waits for its person."""
        return not self.is_preview or self.file.phase in (Phase.APPLYING, Phase.RESULTS)

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
        if self.is_unfinished and self.is_in_the_queue:
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

    @property
    def progress(self) -> Progress:
        """What is done of what is being done."""
        if self.operation.status == OperationStatus.APPLYING:
            return applied_of(self.operation)
        if self.operation.status == OperationStatus.PLANNING and self.file.phase == Phase.PLANNING:
            return Progress(_("Lines planned"), self.file.planned_through, self.file.staged_through)
        return Progress(_("Rows checked"), int(self.file.counts.get("rows", 0)))

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
            ("claims_ended", _("Places in waitlists, offers and requests ended")),
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
    def kept_until(self) -> datetime | None:
        """Until when the file and its results are here; None: as long as it is open."""
        ended = self.operation.finished_at if self.has_ended else None
        return ended and ended + timedelta(days=settings.FILES_KEPT_DAYS)

    @property
    def has_problems(self) -> bool:
        return bool(self.operation.counts.get("problems"))

    @property
    def can_be_undone(self) -> bool:
        done = self.operation.status in (OperationStatus.DONE, OperationStatus.CANCELLED)
        return done and bool(self.changes)


def state_of(file: Upload, operation: Operation) -> UploadState:
    return states_of(file.organization_id, [operation], [file])[0]


def states_of(organization_id: int, operations: Sequence[Operation], files: Iterable[Upload]) -> list[UploadState]:
    """Of those whose file is given, in the same order. One statement."""
    by_number = {file.operation_id: file for file in files}
    tasks = latest_tasks(organization_id, by_number)
    return [
        UploadState(operation=row, task=tasks.get(row.number), file=by_number[row.number])
        for row in operations
        if row.number in by_number
    ]
