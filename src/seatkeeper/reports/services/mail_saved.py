"""Mail saved reports when their time has come: once for each time, and once for all that were missed."""

from datetime import datetime

from django.db import transaction

from seatkeeper.accounts.permissions import Admin, Permission
from seatkeeper.accounts.queries import admin_of
from seatkeeper.accounts.services.audit import log_act
from seatkeeper.directory.time_zones import zone_of
from seatkeeper.kernel.clock import Clock
from seatkeeper.notices.models import Mail, MailKind
from seatkeeper.notices.services.outbox import post, put
from seatkeeper.reports.models import SavedReport, Schedule
from seatkeeper.reports.registry import ALL_REPORTS
from seatkeeper.reports.rules import next_time


def mail_due_reports(clock: Clock) -> None:
    """One statement where none is due."""
    for saved in SavedReport.objects.select_related("membership__account").filter(next_at__lte=clock()):
        _mail(saved, now=clock())


@transaction.atomic
def _mail(saved: SavedReport, *, now: datetime) -> None:
    """Whoever moves its time on mails it: with the same commit. It is looked into when the mail goes."""
    due = saved.next_at
    following = next_time(Schedule(saved.schedule), after=now, zone=zone_of(saved.organization_id))
    if not SavedReport.objects.filter(id=saved.id, next_at=due).update(next_at=following):
        return
    facts = {"name": saved.name, "report": saved.report}
    log = {"organization_id": saved.organization_id, "actor": saved.membership.account.email, "now": now, **facts}
    if may_be_mailed(saved) is None:
        SavedReport.objects.filter(id=saved.id).update(schedule=Schedule.NONE, next_at=None)
        log_act(action="report.mail_stopped", **log)
        return
    key = f"{saved.organization_id}.report.{saved.id}.{due:%Y%m%d%H%M}"
    told = {"saved": saved.id, "at": now.isoformat()}
    mail = post(
        saved.membership.account.email,
        key=key,
        facts=told,
        now=now,
        kind=MailKind.REPORT,
        organization_id=saved.organization_id,
    )
    put([mail])
    log_act(action="report.mailed", **log)


def may_be_mailed(saved: SavedReport) -> Admin | None:
    """Its saver, where they may view reports as things stand, and the report is one that there is."""
    asker = admin_of(account_id=saved.membership.account_id, organization_id=saved.organization_id)
    return asker if asker and asker.may(Permission.VIEW_REPORTS) and saved.report in ALL_REPORTS else None


def mail_still_stands(mail: Mail) -> bool:
    """Whether it has not been deleted, and its saver may view reports, when the mail goes."""
    saved = saved_of(mail)
    return saved is not None and may_be_mailed(saved) is not None


def saved_of(mail: Mail) -> SavedReport | None:
    found = SavedReport.objects.select_related("membership")
    return found.filter(organization_id=mail.organization_id or 0, id=(mail.facts or {})["saved"]).first()
