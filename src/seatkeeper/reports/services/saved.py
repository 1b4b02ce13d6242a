"""Keep a report under a name, change that and when it is mailed, and let go of it."""

from collections.abc import Mapping
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from seatkeeper.accounts.permissions import Admin
from seatkeeper.accounts.services.audit import log_act
from seatkeeper.directory.filters import conditions_of
from seatkeeper.directory.time_zones import zone_of
from seatkeeper.kernel.clock import system_clock
from seatkeeper.licensing.filter_terms import pools_named
from seatkeeper.reports.answers import Report
from seatkeeper.reports.asked import Asked
from seatkeeper.reports.errors import NameTaken
from seatkeeper.reports.models import SavedReport, Schedule
from seatkeeper.reports.rules import next_time


def saved_by(admin: Admin) -> QuerySet[SavedReport]:
    """Their own, by name."""
    mine = SavedReport.objects.filter(organization_id=admin.organization_id, membership_id=admin.membership_id)
    return mine.order_by("name", "id")


def refuse_bad_filter(report: Report, asked: Asked) -> None:
    """Raises FilterRefused where the report would refuse the filter, too."""
    if report.definition.filters_people:
        conditions_of(asked.organization_id, asked.filter, today=asked.today_at_home, reach=asked.reach)
    else:
        pools_named(asked.organization_id, asked.filter, only=True)


def save_report(
    admin: Admin, *, report: str, fields: Mapping[str, str], name: str, schedule: Schedule, now: datetime
) -> SavedReport:
    """Raises NameTaken."""
    saved = SavedReport(
        organization_id=admin.organization_id, membership_id=admin.membership_id, report=report, fields=dict(fields)
    )
    change_saved(saved, name=name, schedule=schedule, actor=admin.actor, now=now)
    return saved


@transaction.atomic
def change_saved(saved: SavedReport, *, name: str, schedule: Schedule, actor: str, now: datetime) -> None:
    """When it is mailed is in the audit log. Raises NameTaken."""
    before = saved.schedule
    saved.name, saved.schedule = name, schedule
    if schedule != before:
        saved.next_at = next_time(schedule, after=now, zone=zone_of(saved.organization_id))
    try:
        with transaction.atomic():
            saved.save()
    except IntegrityError as error:
        raise NameTaken(name=name) from error
    if schedule != before:
        facts = {"name": name, "report": saved.report, "before": before, "after": schedule}
        log_act(organization_id=saved.organization_id, actor=actor, action="report.scheduled", now=now, **facts)


def delete_saved(saved: SavedReport) -> None:
    saved.delete()


def set_times_anew(organization_id: int) -> None:
    """By the clock of another time zone, after its organization has moved there."""
    zone, now = zone_of(organization_id), system_clock()
    for saved in SavedReport.objects.filter(organization_id=organization_id, next_at__gt=now):
        saved.next_at = next_time(Schedule(saved.schedule), after=now, zone=zone)
        saved.save(update_fields=["next_at"])
