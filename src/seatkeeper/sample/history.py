"""A year in the life of an invented organization: people join, leave, move; a wrong file is taken back."""

import csv
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import TextIOWrapper
from typing import BinaryIO, cast

from seatkeeper.directory.filters import learners_matching
from seatkeeper.directory.models import Group
from seatkeeper.directory.services.groups import add_group
from seatkeeper.licensing.models import Activation, LicensePool, Operation
from seatkeeper.licensing.queries import pools_of
from seatkeeper.licensing.services.acts import plan_activate, plan_assign, plan_membership, plan_reassign, plan_unassign
from seatkeeper.licensing.services.alerts import note_alerts
from seatkeeper.licensing.services.operations import Act, Progress, apply_operation
from seatkeeper.licensing.services.pools import add_pool
from seatkeeper.licensing.services.undo import plan_undo
from seatkeeper.sample.catalogue import add_catalogue
from seatkeeper.sample.people import DEPARTMENTS, HEADER, Person, people
from seatkeeper.sample.usage import MOST_PEOPLE, Stay, live_and_learn
from seatkeeper.uploads.services.receive import Choices, receive_file
from seatkeeper.uploads.services.run import carry_on

ACTOR = "sample"
LEARNING, PRO = "default/learning", "engineering/pro"
LEARNING_COLUMN = "default_license_learning_status"
MONTHS = 12
MONTH = timedelta(days=30)
LEAVERS = 60  # one of so many leaves in a month


@dataclass(frozen=True, slots=True)
class Year:
    """Who the organization is, how many people it ends with, and when the year ends."""

    organization_id: int
    learners: int
    ends_at: datetime
    progress: Progress

    def month(self, number: int) -> datetime:
        """The beginning of month 0 (a year ago) to 12 (now)."""
        return self.ends_at - MONTH * (MONTHS - number)


def live_a_year(*, organization_id: int, learners: int, ends_at: datetime, progress: Progress) -> int:
    """Fill an empty organization; how many operations it took. Every step is a real one, only its clock is set back."""
    year = Year(organization_id, learners, ends_at, progress)
    learning, pro = _pools(year)
    founders = _joined_by(year, 0)
    steps: list[Callable[[], int]] = [lambda: _import(year, 0, people(0, founders), "active", "founders.csv")]
    joined = founders
    for month in range(1, MONTHS):
        joining = _joined_by(year, month)
        steps += _month(year, month, range(joined, joining), learning, pro)
        joined = joining
    steps += [lambda: _groups(year)]
    done = 0
    for number, step in enumerate(steps, start=1):
        done += step()
        progress("Living a year", number, len(steps))
    add_catalogue(organization_id=organization_id, actor=ACTOR, now=ends_at)
    for pool in pools_of(organization_id).values():
        note_alerts(pool)  # of what the year came to nobody needs to be told today
    live_and_learn(organization_id=organization_id, stays=_stays(year), ends_at=ends_at)
    return done


def _joined_by(year: Year, month: int) -> int:
    """How many have joined by then."""
    founders = year.learners * 6 // 10
    return founders + (year.learners - founders) * month // (MONTHS - 1)


def _stays(year: Year) -> Iterator[Stay]:
    """From when to when those whose usage is told are there."""
    every = -(-year.learners // MOST_PEOPLE)
    for number in range(0, year.learners, every):
        joined = next(month for month in range(MONTHS) if number < _joined_by(year, month))
        leaves = number % LEAVERS if joined < number % LEAVERS < MONTHS else MONTHS
        yield Stay(number, joined * MONTH.days, leaves * MONTH.days)


def _month(year: Year, month: int, joining: range, learning: LicensePool, pro: LicensePool) -> list[Callable[[], int]]:
    """What happens in a month: some join, every 60th of those there leaves, and once in a while something more."""
    steps: list[Callable[[], int]] = []
    if joining:
        steps.append(lambda: _import(year, month, people(joining.start, joining.stop), "active", f"joiners-{month:02d}.csv"))
    leaving = (p for p in people(0, joining.start) if p.number % LEAVERS == month)
    steps.append(lambda: _import(year, month, leaving, "inactive", f"leavers-{month:02d}.csv"))
    if month == 3:
        steps.append(lambda: _act(year, month, "assign", "department:Engineering title:Manager", pool=pro))
    if month == 4:
        steps.append(lambda: _act(year, month, "activate", f"pool:{PRO} status:invited location:Berlin", pool=pro))
    if month == 6:
        directors = f"department:Engineering title:Director pool:{LEARNING} status:active"
        steps.append(lambda: _act(year, month, "reassign", directors, pool=pro))
    if month == 8:
        steps.append(lambda: _wrong_file(year, month))
    if month == 10:
        steps.append(lambda: _act(year, month, "unassign", "department:Legal location:Lagos", pool=learning))
    return steps


def _pools(year: Year) -> tuple[LicensePool, LicensePool]:
    there = pools_of(year.organization_id)
    learning = there.get(LEARNING) or add_pool(
        organization_id=year.organization_id,
        budget_group="default",
        license_type="learning",
        seats=year.learners,
        activation=Activation.IMMEDIATE,
    )
    pro = there.get(PRO) or add_pool(
        organization_id=year.organization_id, budget_group="engineering", license_type="pro", seats=year.learners // 10 + 1
    )
    return learning, pro


def _import(year: Year, month: int, rows: Iterable[Person], wish: str, name: str) -> int:
    def clock() -> datetime:
        return year.month(month)

    with tempfile.TemporaryFile() as file:
        if not _write(cast(BinaryIO, file), rows, wish):
            return 0
        file.seek(0)
        act = Act(year.organization_id, "import", "csv", ACTOR, about=name)
        upload = receive_file(cast(BinaryIO, file), name=name, act=act, choices=Choices(), now=clock())
    carry_on(upload, clock=clock, actor=ACTOR, apply=True, release_brake=True)
    return 1


def _write(file: BinaryIO, rows: Iterable[Person], wish: str) -> int:
    text = TextIOWrapper(file, encoding="utf-8", newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*HEADER, LEARNING_COLUMN])
    count = 0
    for row in rows:
        writer.writerow([*row.cells, wish])
        count += 1
    text.flush()
    text.detach()
    return count


def _act(year: Year, month: int, verb: str, filter_text: str, *, pool: LicensePool) -> int:
    def clock() -> datetime:
        return year.month(month) + timedelta(days=10)

    learners = learners_matching(year.organization_id, filter_text, today=clock().date())
    if not learners.exists():
        return 0
    act = Act(year.organization_id, verb, "cli", ACTOR, about=filter_text)
    match verb:
        case "assign":
            operation = plan_assign(learners, pool=pool, act=act, clock=clock)
        case "activate":
            operation = plan_activate(learners, pool=pool, act=act, clock=clock)
        case "reassign":
            operation = plan_reassign(learners, source=None, target=pool, act=act, clock=clock)
        case _:
            operation = plan_unassign(learners, pool=pool, act=act, clock=clock)
    _apply(operation, clock)
    return 1


def _wrong_file(year: Year, month: int) -> int:
    """A file with everybody of a department on it is uploaded by mistake, and taken back the same hour."""
    wrong = [p for p in people(0, min(year.learners * 6 // 10, 20_000)) if p.cells[5] == "Support"]
    _import(year, month, wrong, "inactive", "everyone-in-support.csv")
    latest = Operation.objects.filter(organization_id=year.organization_id).order_by("-number")[0]

    def clock() -> datetime:
        return year.month(month) + timedelta(hours=1)

    act = Act(year.organization_id, "undo", "cli", ACTOR, about=f"operation {latest.number}", reason="The wrong file")
    _apply(plan_undo(latest, act=act, clock=clock), clock)
    return 2


def _groups(year: Year) -> int:
    """A group for each department, joined by its people."""
    made = 0
    for name in DEPARTMENTS:
        group = _group(year.organization_id, name)
        learners = learners_matching(year.organization_id, f'department:"{name}"', today=year.ends_at.date())
        if learners.exists():
            act = Act(year.organization_id, "join", "cli", ACTOR, about=f'department:"{name}"')
            operation = plan_membership(learners, group=group, joins=True, act=act, clock=lambda: year.month(MONTHS))
            _apply(operation, lambda: year.month(MONTHS))
            made += 1
    return made


def _group(organization_id: int, name: str) -> Group:
    there = Group.objects.filter(organization_id=organization_id, key=name.casefold()).first()
    return there or add_group(organization_id=organization_id, name=name)


def _apply(operation: Operation, clock: Callable[[], datetime]) -> None:
    apply_operation(operation, clock=clock, actor=ACTOR, release_brake=True)
