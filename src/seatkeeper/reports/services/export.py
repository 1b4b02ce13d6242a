"""Write a report out, and who did."""

from typing import BinaryIO

from seatkeeper.accounts.services.audit import log_act
from seatkeeper.reports.answers import Report
from seatkeeper.reports.asked import Asked
from seatkeeper.reports.contents import content_of


def export_report(report: Report, asked: Asked, *, output: BinaryIO, actor: str) -> int:
    """The number of lines below the header. It stands in the audit log. Raises FilterRefused."""
    rows = report.write(asked, output)
    log_act(
        organization_id=asked.organization_id,
        actor=actor,
        action="report.exported",
        now=asked.now,
        report=report.key,
        **({"content": content.title} if (content := content_of(asked)) else {}),
        filter=asked.filter,
        rows=rows,
    )
    return rows
