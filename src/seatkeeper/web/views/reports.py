"""Reports: who holds what, what people did, and what could be freed. Within the asker's reach for viewing reports."""

from collections.abc import Callable, Mapping
from functools import partial, wraps
from itertools import zip_longest
from typing import Any
from zoneinfo import ZoneInfo

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from seatkeeper.accounts.permissions import Permission
from seatkeeper.directory.errors import FilterRefused, UnknownTimeZone
from seatkeeper.directory.filters import notices_on
from seatkeeper.directory.time_zones import time_zones
from seatkeeper.kernel.clock import system_clock
from seatkeeper.reports import idle
from seatkeeper.reports.active import are_far_between
from seatkeeper.reports.answers import Further, Report
from seatkeeper.reports.asked import Asked
from seatkeeper.reports.contents import content_of
from seatkeeper.reports.errors import NotSoManyDays
from seatkeeper.reports.periods import are_other_days
from seatkeeper.reports.registry import ALL_REPORTS, REPORTS
from seatkeeper.reports.services.export import export_report
from seatkeeper.reports.totals import are_at_hand
from seatkeeper.reports.wording import CONTENT
from seatkeeper.web.narrowing import ADD, chips_of, choices_of, narrowed, refused_filter
from seatkeeper.web.numbers import number
from seatkeeper.web.report_plots import drawn
from seatkeeper.web.report_words import cells_of, figures_of, headings_of, period_choices, step_choices
from seatkeeper.web.requests import AdminRequest, admin_required
from seatkeeper.web.sending import file_response, nameless_file

FIELDS = (
    "q",
    "zone",
    "period",
    "from",
    "to",
    "by",
    "days",
    "who",
    "content",
    "sort",
)  # of an address; without those of a page in it
OFFERED_IDLE_DAYS = (30, 60, 90, 180, 365)
ABOUT_LICENSES = ("licenses", "idle")
DAYS_SHOWN = "shown"  # the first and the last day that the form had when it was shown
REFUSED = 422
MOST_POOLS = 12


@require_GET
@admin_required(Permission.VIEW_REPORTS)
def reports(request: AdminRequest) -> HttpResponse:
    return render(request, "web/reports.html", {"reports": [report.definition for report in REPORTS.values()]})


def _of_report(view: Callable[[AdminRequest, Report, Asked], HttpResponse]) -> Callable[[AdminRequest, str], HttpResponse]:
    """A view that is given the report and what is asked of it. Of a time zone, or of days, that are none, the page says so."""

    @wraps(view)
    def asked_of(request: AdminRequest, key: str) -> HttpResponse:
        if key not in ALL_REPORTS:
            raise Http404
        this = ALL_REPORTS[key]
        try:
            return view(request, this, _asked(request, this, request.GET.dict()))
        except (UnknownTimeZone, NotSoManyDays) as error:
            refused = _refused_field(error)
            facts = _frame(request, this, _asked(request, this, request.GET.dict() | {refused["fault_of"]: ""}))
            return render(request, "web/report.html", facts | refused, status=REFUSED)

    return asked_of


@require_GET
@admin_required(Permission.VIEW_REPORTS)
@_of_report
def report(request: AdminRequest, this: Report, asked: Asked) -> HttpResponse:
    """Figures, plot and the first lines. Where figures take time, the page asks for them when it is there."""
    longer = narrowed(request.GET, asked.filter)
    if longer is not None:
        return redirect(f"{reverse('report', args=[this.key])}?{_query(request, q=longer)}")
    if DAYS_SHOWN in request.GET:
        return redirect(f"{reverse('report', args=[this.key])}?{_query(request, **_days_left_behind(request.GET))}")
    facts = _frame(request, this, asked)
    try:
        facts |= _found(request, this, asked)
        status = 200
    except FilterRefused as error:
        facts |= refused_filter(error)
        status = REFUSED
    return render(request, "web/report.html", facts, status=status)


@require_GET
@admin_required(Permission.VIEW_REPORTS)
@_of_report
def report_numbers(request: AdminRequest, this: Report, asked: Asked) -> HttpResponse:
    """The part of a report that may take a while: figures and plot, and rows that are sums."""
    facts = _frame(request, this, asked)
    try:
        facts |= _numbers(this, asked)
        if _rows_follow(this, asked):
            facts |= _rows(request, this, asked) | {"rows_follow": True}
        status = 200
    except FilterRefused as error:
        facts |= refused_filter(error)
        status = REFUSED
    template = "web/_report_numbers.html" if request.htmx else "web/report_numbers.html"
    return render(request, template, facts, status=status)


@require_GET
@admin_required(Permission.VIEW_REPORTS)
@_of_report
def report_file(request: AdminRequest, this: Report, asked: Asked) -> HttpResponse:
    """Every line of the report as a file; written to the audit log."""
    output = nameless_file()
    try:
        export_report(this, asked, output=output, actor=request.admin.actor)
    except FilterRefused:
        output.close()
        return redirect(f"{reverse('report', args=[this.key])}?{_query(request)}")  # which shows what is wrong with it
    except OSError:
        output.close()
        fault = _("The file can't be written: the server's disk is full or can't be used. Tell whoever runs the server.")
        return render(request, "web/report.html", _frame(request, this, asked) | {"fault": fault}, status=507)
    except BaseException:
        output.close()
        raise
    return file_response(output, f"{this.key}-{asked.today:%Y-%m-%d}.csv")


def _asked(request: AdminRequest, this: Report, data: Mapping[str, str]) -> Asked:
    """Raises UnknownTimeZone or NotSoManyDays; and Http404 where it is about a content that the organization has not."""
    reach = request.admin.reach(Permission.VIEW_REPORTS)
    asked = this.asked(data, reach, now=system_clock(), zone=ZoneInfo(request.admin.time_zone))
    if this.definition.is_of_content and content_of(asked) is None:
        raise Http404
    return asked


def _days_left_behind(data: Mapping[str, str]) -> dict[str, str]:
    """What to take out of an address: the days of the last period, where another one was chosen by its name since."""
    first, last = data.get("from", ""), data.get("to", "")
    return {"from": "", "to": ""} if data.get("period") and data[DAYS_SHOWN] == f"{first} {last}" else {}


def asked_by_address(request: AdminRequest, this: Report) -> Asked:
    """What its address asks of it. Raises UnknownTimeZone, NotSoManyDays; Http404 as above."""
    return _asked(request, this, request.GET.dict())


def title_of(this: Report, asked: Asked) -> str:
    """That of the content it is about, or its own."""
    content = content_of(asked)
    return content.title if content else str(this.definition.title)


def _refused_field(error: UnknownTimeZone | NotSoManyDays) -> dict[str, Any]:
    """What a page shows of it. `fault_of`: the field's name in the address."""
    if isinstance(error, UnknownTimeZone):
        fault = _("There is no time zone %(name)s. Choose one from the list.") % {"name": error.name}
        return {"refused": error, "fault_of": "zone", "fault": fault, "has_days_chosen": True}
    sentence = _("%(days)s is no number of days from 1 to %(most)s.")
    fault = sentence % {"days": error.days, "most": number(error.most)}
    return {"refused": error, "fault_of": "days", "fault": fault, "days": error.days}


def _frame(request: AdminRequest, this: Report, asked: Asked) -> dict[str, Any]:
    """What a page shows of a report, whatever it finds."""
    definition = this.definition
    fields = [(name, request.GET[name]) for name in FIELDS if request.GET.get(name)]
    return {
        "report": definition,
        "title": title_of(this, asked),
        "above": [(f"{reverse('report', args=['content'])}?{_query(request, content='', sort='')}", CONTENT.title)]
        if definition.is_of_content
        else [],
        "asked": asked,
        "text": asked.filter,
        "query": _query(request),
        "asked_for": _query(request, after=asked.after, before=asked.before),
        "periods": period_choices(asked.period),
        "has_other_days": definition.has_period and are_other_days(request.GET, asked.period, today=asked.today),
        "steps": step_choices(asked.step),
        "days": asked.idle_days,
        "offered_idle_days": OFFERED_IDLE_DAYS,
        "zones": time_zones() if definition.has_time_zone else (),
        "has_days_chosen": bool(asked.chosen_zone) or (definition.has_period and not asked.period.name),
        "choices": SimpleLazyObject(partial(choices_of, asked.reach)),  # read where the form is shown
        "profile_tab": "licenses" if this.key in ABOUT_LICENSES else "usage",
        "filter_action": reverse("report", args=[this.key]),
        "filter_fields": fields,
    }


def _found(request: AdminRequest, this: Report, asked: Asked) -> dict[str, Any]:
    takes_time = _takes_time(this, asked)
    facts: dict[str, Any] = {
        "chips": [(chip, _query(request, q=chip.without)) for chip in chips_of(asked.filter)],
        "unfiltered": _query(request, q=""),
        "notices": notices_on(asked.organization_id, idle.filter_of(asked) if this.key == "idle" else asked.filter),
        "later": takes_time,
    }
    if not (takes_time and _rows_follow(this, asked)):
        facts |= _rows(request, this, asked) | {"with_rows": True}
    return facts if takes_time else facts | _numbers(this, asked)


def _rows(request: AdminRequest, this: Report, asked: Asked) -> dict[str, Any]:
    page = this.page(asked)
    with timezone.override(asked.zone):
        rows = [
            cells_of(this.definition, row, address=_address(request, further))
            for row, further in zip_longest(page.rows, page.further)
        ]
    facts: dict[str, Any] = {
        "rows": rows,
        "headings": headings_of(this.definition, asked, lambda **fields: _query(request, **fields)),
        "previous": _query(request, before=page.previous) if page.previous else "",
        "next": _query(request, after=page.next) if page.next else "",
    }
    if this.key == "idle" and page.rows and request.admin.may(Permission.MANAGE_USERS):
        facts["manage"] = urlencode({"q": idle.filter_of(asked), "all": "1"})
        facts["pools_alone"] = _of_one_pool(request, asked)
    return facts


def _address(request: AdminRequest, further: Further | None) -> str:
    """Of where a row leads, asked of the same people in the same time zone."""
    return f"{reverse('report', args=[further.report])}?{_query(request, **further.fields)}" if further else ""


def _of_one_pool(request: AdminRequest, asked: Asked) -> list[tuple[str, str]]:
    """Titles and addresses of the same report about one pool each; none where it is about one only."""
    pools = idle.pools_looked_at(asked)
    if len(pools) < 2:
        return []
    address = _query(request, days=str(asked.idle_days))
    return [(pool.title, f"{address}&{urlencode({f'{ADD}pool': pool.key})}") for pool in pools[:MOST_POOLS]]


def _numbers(this: Report, asked: Asked) -> dict[str, Any]:
    found = this.numbers(asked)
    return {"figures": figures_of(this.definition, found), "plot": drawn(this.definition, found.plot)}


def _takes_time(this: Report, asked: Asked) -> bool:
    """Whether it has to look at so many people that the page should be there before."""
    definition = this.definition
    if definition.takes_time or (asked.lists_active_alone and are_far_between(asked)):
        return True
    if definition.counts_learners:
        return not are_at_hand(asked)
    if not definition.filters_people or (asked.has_totals if definition.counts_days else asked.is_of_everyone):
        return False
    return not asked.is_added_up_at_once


def _rows_follow(this: Report, asked: Asked) -> bool:
    """Where figures take time: whether its rows do, too, and come with them."""
    return this.definition.adds_up or asked.lists_active_alone


def _query(request: AdminRequest, **fields: str) -> str:
    """The address's own fields, some of them changed; what is empty is left out."""
    kept = {name: request.GET.get(name, "") for name in FIELDS}
    return urlencode({name: value for name, value in (kept | fields).items() if value})


urls = [
    path("admin-center/reports/", reports, name="reports"),
    path("admin-center/reports/<slug:key>/", report, name="report"),
    path("admin-center/reports/<slug:key>/numbers/", report_numbers, name="report_numbers"),
    path("admin-center/reports/<slug:key>/report.csv", report_file, name="report_file"),
]
