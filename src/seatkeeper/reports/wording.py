"""The reports in words: what each of them shows and what its figures mean.

docs/reference/reports.md is made of this by `scripts/generate_reports_reference.py`.
"""

from django.utils.translation import gettext_lazy as _

from seatkeeper.reports.definitions import Definition, Kind, Meaning
from seatkeeper.reports.people import PERSON_HEADERS

PERSON = Meaning("person", _("Person"), _("Name and e-mail address. The name leads to the Enterprise Profile."), Kind.PERSON)
POOL = Meaning("pool", _("License"), _("The license type, and the budget group that pays."), Kind.POOL)
STATUS = Meaning("status", _("Status"), _("Active, Invited or No license, as it is now."), Kind.STATUS)
LAST_ACTIVITY = Meaning(
    "last_activity_on", _("Last activity"), _("The last day on which the person did anything, whatever the period."), Kind.DAY
)
FILTERED = _(
    "A filter, and an admin's groups, choose people as they are now: by today's department, group and license, not by those of"
    " the day of which a figure tells."
)
TIME_ZONE = _(
    "Days begin and end in the organization's time zone, or in the one that is chosen. What was told with its time counts on"
    " its day there; what was told by the day alone stays on that day."
)
HOME_DAYS = _("Filters and the order by last activity go by days in the organization's time zone.")
SEATS_IN_UTC = _("Days end at midnight UTC. The numbers of pools are the same for every admin who may view reports.")
POOLS_ONLY = _("The filter can name pools: pool:, type: and budget-group:.")
IN_FILE = _("In the file, moments are in UTC.")

LICENSES = Definition(
    key="licenses",
    title=_("License report"),
    about=_("Who has or had which license: since when, and who took it away and why."),
    figures=(
        Meaning("active", _("Active licenses"), _("Licenses that take a seat now."), Kind.COUNT),
        Meaning("invited", _("Invitations"), _("Licenses whose invitation is not answered. They take no seat."), Kind.COUNT),
    ),
    columns=(
        PERSON,
        POOL,
        STATUS,
        Meaning(
            "invited_at",
            _("Invited"),
            _("When the invitation was sent that led to this license. Empty where it was given at once."),
            Kind.MOMENT,
        ),
        Meaning("activated_at", _("Activated"), _("When it last became active."), Kind.MOMENT),
        Meaning("unassigned_at", _("Unassigned"), _("When it ended. Empty while it stands."), Kind.MOMENT),
        Meaning("by", _("By"), _("Who set the status that it has now."), Kind.TEXT),
        Meaning("reason", _("Reason"), _("The reason given with that."), Kind.TEXT),
        LAST_ACTIVITY,
    ),
    headers=(
        *PERSON_HEADERS,
        *("pool", "status", "invited_at", "activated_at", "unassigned_at", "by", "reason", "last_activity_on"),
    ),
    notes=(
        _("A line for each license that a person has or had. Who has and had none has one line, without a license."),
        _("Where the filter names pools, only licenses of these are listed."),
        _("What was undone is as if it had never been."),
        FILTERED,
        HOME_DAYS,
        IN_FILE,
    ),
    has_time_zone=True,
    sorts=("person", "last_activity_on"),
)
HELD = Meaning("held", _("Held"), _("Seats kept for offers to people who wait, at this moment."), Kind.COUNT)
FREE = Meaning("free", _("Free"), _("Seats in force, neither taken nor held. A pool that is over has none."), Kind.COUNT)
FEW_DAYS = _("Fewer than 14 days are known.")  # why no day is foreseen
NOT_RISING = _("Seats taken do not rise.")
FAR_OFF = _("Not within two years.")
SEATS = Definition(
    key="seats",
    title=_("Seats over time"),
    about=_("Seats taken and seats there were, and when they run out."),
    figures=(
        Meaning("taken", _("Seats taken"), _("Active licenses at this moment."), Kind.COUNT),
        Meaning("seats", _("Seats"), _("Those in force today."), Kind.COUNT),
        HELD,
        FREE,
        Meaning(
            "runs_out_on",
            _("Runs out on"),
            _(
                "Forecast. A straight line is laid through the seats taken at the end of each of the last 90 days (least"
                " squares; at least 14 days), and drawn on from what is taken today. The day is that on which it comes to"
                " the seats in force today. Empty where it does not rise, or only gets there after two years."
            ),
            Kind.DAY,
        ),
    ),
    columns=(
        Meaning("starts_on", _("From"), _("The first day of the day, week or month. Weeks begin on Monday."), Kind.DAY),
        Meaning("taken", _("Seats taken"), _("Active licenses at the end of it, or of the period."), Kind.COUNT),
        Meaning("seats", _("Seats"), _("Seats in force at the same moment."), Kind.COUNT),
        Meaning(
            "not_taken",
            _("Not taken"),
            _(
                "Seats less seats taken. Below zero where a contract has shrunk. Not all of them were free: how many were held"
                " for offers is not known of past days."
            ),
            Kind.COUNT,
        ),
    ),
    headers=("starts_on", "taken", "seats", "not_taken"),
    notes=(
        _("Several pools are added up, for the forecast, too. One of them can run out before: see Pools that run out."),
        SEATS_IN_UTC,
        POOLS_ONLY,
    ),
    filters_people=False,
    has_period=True,
    has_steps=True,
)
POOLS = Definition(
    key="pools",
    title=_("Pools that run out"),
    about=_("For each pool, the day on which its seats run out if it goes on as in the last 90 days."),
    figures=(
        Meaning("pools", _("Pools"), _("All there are, or those the filter names."), Kind.COUNT),
        Meaning(
            "running_out",
            _("Run out"),
            _("Pools that run out within two years, or whose seats are all taken today."),
            Kind.COUNT,
        ),
    ),
    columns=(
        POOL,
        Meaning("seats", _("Seats"), _("Those in force today."), Kind.COUNT),
        Meaning("taken", _("Seats taken"), _("Active licenses at this moment."), Kind.COUNT),
        Meaning(
            "percent",
            _("Taken, %"),
            _("Seats taken, of 100 seats in force, rounded down. More than 100 where a contract has shrunk."),
            Kind.DECIMAL,
        ),
        HELD,
        Meaning(
            "free", _("Free"), _("Seats in force, neither taken nor held. Below zero where a contract has shrunk."), Kind.COUNT
        ),
        Meaning(
            "a_week",
            _("More each week"),
            _(
                "Seats taken more each week, by the straight line: 0.25 are one in four weeks, below zero are fewer."
                " Empty for a pool younger than 14 days."
            ),
            Kind.RATE,
        ),
        Meaning(
            "runs_out_on",
            _("Runs out on"),
            _("The day on which the line comes to the seats in force today. Today where all are taken."),
            Kind.DAY,
        ),
    ),
    headers=("pool", "seats", "taken", "percent", "held", "free", "a_week", "runs_out_on"),
    notes=(
        _(
            "The line is that with the least squared distance from the seats taken at the end of each of the last 90 days, at"
            " least 14 of them. It knows nothing of contracts that begin or end later."
        ),
        SEATS_IN_UTC,
        POOLS_ONLY,
    ),
    filters_people=False,
)
IDLE = Definition(
    key="idle",
    title=_("Idle licenses"),
    about=_("Active licenses that were not used for a while, and could be freed."),
    figures=(
        Meaning("idle", _("Idle licenses"), _("As many seats would be free without them."), Kind.COUNT),
        Meaning(
            "without_usage",
            _("Pools left out"),
            _("No usage ever came for them, so nobody can tell who is idle there."),
            Kind.COUNT,
        ),
    ),
    columns=(
        PERSON,
        POOL,
        Meaning("activated_at", _("Active since"), _("When the license became active."), Kind.MOMENT),
        Meaning(
            "last_used_on",
            _("Last used"),
            _("The last day on which something was opened that the license opens. Empty: never."),
            Kind.DAY,
        ),
        Meaning("idle_days", _("Days idle"), _("Since it was last used, or became active if that was later."), Kind.COUNT),
    ),
    headers=(*PERSON_HEADERS, "pool", "activated_at", "last_used_on", "idle_days"),
    notes=(
        _("Idle is an active license that was neither activated nor used within so many days."),
        FILTERED,
        IN_FILE,
    ),
    has_idle_days=True,
    sorts=("person", "last_activity_on"),
    takes_time=True,
)

ACTIVE_LEARNERS = Meaning(
    "learners",
    _("Active learners"),
    _("People who did anything in the period, each counted once."),
    Kind.COUNT,
)
HOURS = Meaning(
    "hours",
    _("Hours viewed"),
    _(
        "The time that content told of, added up, to two places: 0.05 are three minutes, and less than 18 seconds are < 0.01."
        " It counts as it was told. Where a person's day comes to more than 24 hours, as when two sources tell of the same"
        " time, their Usage says so."
    ),
    Kind.HOURS,
)
VIEWS = Meaning(
    "views", _("Views"), _("Once for each person, content and day, however often it was opened that day."), Kind.COUNT
)
COMPLETIONS = Meaning(
    "completions",
    _("Completions"),
    _("Once for each person and content, ever: on the day on which it was completed for the first time."),
    Kind.COUNT,
)
ERASED = _("People who were erased are counted on where no filter is set and everyone may be seen: totals stay.")
STAYS = _("What somebody did counts whether they have a license now, had one then, or never had any.")
MERGED = _("What was done under a profile that was merged into another counts as done by that one.")
LATE = _("What comes in late counts on the day on which it was done.")
OF_USAGE = (STAYS, FILTERED, TIME_ZONE, HOME_DAYS, LATE, MERGED, ERASED)  # what all reports on it say
LEARNERS = Definition(
    key="learners",
    title=_("Learner summary"),
    about=_("What each person did: days, hours, views and completions; with and without a license."),
    figures=(ACTIVE_LEARNERS, HOURS, VIEWS, COMPLETIONS),
    columns=(
        PERSON,
        STATUS,
        Meaning("days_active", _("Days active"), _("Days of the period on which the person did anything."), Kind.COUNT),
        HOURS,
        VIEWS,
        COMPLETIONS,
        LAST_ACTIVITY,
    ),
    headers=(*PERSON_HEADERS, "status", "days_active", "hours", "views", "completions", "last_activity_on"),
    notes=(
        _(
            "Active in the period lists only people who did anything in it: as many as the figure above says, less those who"
            " were erased."
        ),
        *OF_USAGE,
        _("In the plot, weeks and months count whole."),
    ),
    chooses_active=True,
    has_period=True,
    has_steps=True,
    has_time_zone=True,
    sorts=("person", "last_activity_on"),
)
ORGANIZATION = Definition(
    key="organization",
    title=_("Organization summary"),
    about=_("Active learners, hours, views and completions by day, week or month."),
    figures=(ACTIVE_LEARNERS, HOURS, VIEWS, COMPLETIONS),
    columns=(
        Meaning(
            "starts_on",
            _("From"),
            _(
                "The first day of the day, week or month. Weeks begin on Monday. It leads to the people who were active in it,"
                " in the Learner summary."
            ),
            Kind.DAY,
        ),
        Meaning("learners", _("Active learners"), _("People who did anything in it, each counted once."), Kind.COUNT),
        HOURS,
        VIEWS,
        COMPLETIONS,
    ),
    headers=("starts_on", "learners", "hours", "views", "completions"),
    notes=(
        _("In the table and the plot, weeks and months count whole, also where the period begins within one."),
        *OF_USAGE,
    ),
    has_period=True,
    has_steps=True,
    has_time_zone=True,
    adds_up=True,
)
CONTENT = Definition(
    key="content",
    title=_("Content"),
    about=_("What was viewed, for how long, and completed. The most viewed comes first."),
    figures=(
        Meaning("contents", _("Content in use"), _("Courses and other content with which anything was done."), Kind.COUNT),
        VIEWS,
        HOURS,
        COMPLETIONS,
    ),
    columns=(
        Meaning(
            "title",
            _("Title"),
            _("As on the page Content. What was removed keeps its title. It leads to who used it."),
            Kind.TEXT,
        ),
        Meaning("kind", _("Kind"), _("Course, video and so on."), Kind.TEXT),
        VIEWS,
        HOURS,
        COMPLETIONS,
    ),
    headers=("title", "kind", "views", "hours", "completions"),
    notes=OF_USAGE,
    has_period=True,
    has_time_zone=True,
    adds_up=True,
)
CONTENT_PEOPLE = Definition(
    key="content-people",
    title=_("Who used a content"),
    about=_("What each person did with it in the period; with and without a license."),
    figures=(VIEWS, HOURS, COMPLETIONS),
    columns=(
        PERSON,
        Meaning("days_active", _("Days active"), _("Days of the period on which the person did anything with it."), Kind.COUNT),
        HOURS,
        VIEWS,
        Meaning(
            "completed_on",
            _("Completed"),
            _("The day on which the person completed it for the first time, where that is one of the period."),
            Kind.DAY,
        ),
        Meaning(
            "last_used_on", _("Last used"), _("The last day of the period on which the person did anything with it."), Kind.DAY
        ),
    ),
    headers=(*PERSON_HEADERS, "days_active", "hours", "views", "completed_on", "last_used_on"),
    notes=(
        _("A line of Content leads here. The figures above are those of that line, and what the people below come to."),
        *OF_USAGE,
    ),
    is_of_content=True,
    has_period=True,
    has_time_zone=True,
    sorts=("person",),
)
