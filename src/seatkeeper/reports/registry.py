"""The reports there are, in the order in which pages name them."""

from collections.abc import Mapping

from seatkeeper.reports.answers import Report
from seatkeeper.reports.content_people import CONTENT_PEOPLE_REPORT
from seatkeeper.reports.contents import CONTENT_REPORT
from seatkeeper.reports.idle import IDLE_REPORT
from seatkeeper.reports.learners import LEARNERS_REPORT
from seatkeeper.reports.licenses import LICENSE_REPORT
from seatkeeper.reports.organization import ORGANIZATION_REPORT
from seatkeeper.reports.seats import POOLS_REPORT, SEATS_REPORT

REPORTS: dict[str, Report] = {
    report.key: report
    for report in (
        LEARNERS_REPORT,
        ORGANIZATION_REPORT,
        CONTENT_REPORT,
        LICENSE_REPORT,
        IDLE_REPORT,
        SEATS_REPORT,
        POOLS_REPORT,
    )
}
# With those to which a row of another one leads, which are of one thing.
ALL_REPORTS: Mapping[str, Report] = REPORTS | {CONTENT_PEOPLE_REPORT.key: CONTENT_PEOPLE_REPORT}
