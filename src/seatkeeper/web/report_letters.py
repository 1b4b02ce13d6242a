"""What stands in the mail of a saved report: the figures and the first lines that its page shows, and the file."""

import io
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.http import urlencode
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from seatkeeper.accounts.permissions import Admin, Permission
from seatkeeper.directory.errors import FilterRefused, UnknownTimeZone
from seatkeeper.directory.time_zones import zone_of
from seatkeeper.notices.letters import address_of
from seatkeeper.notices.models import Mail
from seatkeeper.notices.registered import Attachment, Letter, Table
from seatkeeper.reports.answers import Report
from seatkeeper.reports.asked import Asked
from seatkeeper.reports.contents import content_of
from seatkeeper.reports.definitions import Kind
from seatkeeper.reports.errors import NotSoManyDays
from seatkeeper.reports.models import SavedReport
from seatkeeper.reports.registry import ALL_REPORTS
from seatkeeper.reports.services.mail_saved import may_be_mailed, saved_of
from seatkeeper.web.report_words import Cell, cells_of, figures_of

LINES = 20
ATTACHED_BYTES = 1_000_000


def report_letter(mail: Mail) -> Letter:
    """As its saver would see it at the time that it is of, within what they may see now. See `mail_still_stands`."""
    saved, at = saved_of(mail), datetime.fromisoformat((mail.facts or {})["at"])
    asker = may_be_mailed(saved) if saved else None
    if saved is None or asker is None:
        raise LookupError(f"mail {mail.id} is of a report that its saver can't see")
    report = ALL_REPORTS[saved.report]
    facts = {"name": saved.name, "report": report.definition.title, "when": date_format(localtime(at), "DATETIME_FORMAT")}
    try:
        found, said = _found(report, _asked(report, saved, asker, at))
    except FilterRefused:
        found, said = {}, [_("Its filter can't be used any more. Open the report, correct the filter, and save it anew.")]
    except UnknownTimeZone as error:
        sentence = _("There is no time zone %(name)s any more. Open the report, choose another one, and save it anew.")
        found, said = {}, [sentence % {"name": error.name}]
    except NotSoManyDays as error:
        sentence = _("%(days)s is no number of days. Open the report, write another one, and save it anew.")
        found, said = {}, [sentence % {"days": error.days}]
    return Letter(
        subject=_("Report: %(name)s") % facts,
        paragraphs=[_("%(report)s, as it was on %(when)s.") % facts, *said],
        button=(_("Open the report"), address_of(f"{reverse('report', args=[saved.report])}?{urlencode(saved.fields)}")),
        why=_("You get this because you saved this report and chose when it is mailed."),
        stop=(_("Change when it is mailed"), address_of(reverse("saved_report", args=[saved.id]))),
        **found,
    )


def _asked(report: Report, saved: SavedReport, asker: Admin, at: datetime) -> Asked:
    """Raises UnknownTimeZone or NotSoManyDays."""
    return report.asked(saved.fields, asker.reach(Permission.VIEW_REPORTS), now=at, zone=zone_of(saved.organization_id))


def _found(report: Report, asked: Asked) -> tuple[dict[str, Any], list[str]]:
    """Of the letter, what is read from the database; and sentences about that. Raises FilterRefused."""
    numbers, page = report.numbers(asked), report.page(asked)
    columns = report.definition.columns
    with timezone.override(asked.zone):
        cells = [[_text(cell) for cell in cells_of(report.definition, row)] for row in page.rows[:LINES]]
    table = Table([str(column.label) for column in columns], cells)
    attachment = _attachment(report, asked)
    said = _of_what(report, asked)
    if not cells:
        said.append(_("It has no lines."))
    elif page.next or len(page.rows) > LINES:
        said.append(_("Below are its first lines."))
    if attachment is None:
        said.append(_("All of it is too large for a mail: download it from the report's page."))
    figures = [(str(figure.label), figure.text) for figure in figures_of(report.definition, numbers)]
    return {"figures": figures, "table": table if cells else None, "attachment": attachment}, said


def _of_what(report: Report, asked: Asked) -> list[str]:
    """Of which content, people and days it tells."""
    definition, period, said = report.definition, asked.period, []
    if content := content_of(asked):
        said.append(_("Content: %(title)s.") % {"title": content.title})
    if asked.filter:
        said.append(_("Filter: %(filter)s") % {"filter": asked.filter})
    if definition.has_period:
        days = {"first": date_format(period.first, "DATE_FORMAT"), "last": date_format(period.last, "DATE_FORMAT")}
        said.append(_("From %(first)s to %(last)s.") % days)
    if definition.has_idle_days:
        said.append(_("Not used for %(days)s days.") % {"days": asked.idle_days})
    if definition.has_time_zone:
        said.append(_("Days in %(zone)s.") % {"zone": asked.zone.key})
    return said


def _text(cell: Cell) -> str:
    """People with their address, as on the page: two may have one name."""
    return f"{cell.text}, {cell.data.email}" if cell.kind == Kind.PERSON and cell.data.name else cell.text


def _attachment(report: Report, asked: Asked) -> Attachment | None:
    """The whole report as a file; None where that is too large."""
    output = _SmallFile()
    with suppress(TooLarge):
        report.write(asked, output)
        return Attachment(f"{report.key}-{asked.today:%Y-%m-%d}.csv", output.getvalue(), "text/csv")
    return None


class TooLarge(Exception):
    """More than is attached to a mail."""


class _SmallFile(io.BytesIO):
    """Nothing is read on for a mail once there is too much of it; what was under way then is let go."""

    is_too_large = False

    def write(self, part: Any, /) -> int:
        if self.is_too_large:
            return len(part)
        if self.tell() + len(part) > ATTACHED_BYTES:
            self.is_too_large = True
            raise TooLarge
        return super().write(part)

    def writelines(self, parts: Iterable[Any], /) -> None:
        for part in parts:
            self.write(part)
