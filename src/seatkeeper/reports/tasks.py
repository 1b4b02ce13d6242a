"""What workers do for reports."""

from datetime import timedelta

from seatkeeper.background.kinds import register_periodic
from seatkeeper.reports.services.mail_saved import mail_due_reports

LOOK_EVERY = timedelta(seconds=30)


def register_tasks() -> None:
    register_periodic("reports.mail", mail_due_reports, every=LOOK_EVERY)
