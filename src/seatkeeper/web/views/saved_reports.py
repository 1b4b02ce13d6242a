"""Saved reports: each admin's own. They are kept under a name, and mailed to who saved them."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from seatkeeper.accounts.permissions import Permission
from seatkeeper.directory.errors import FilterRefused, UnknownTimeZone
from seatkeeper.kernel.clock import system_clock
from seatkeeper.reports.errors import NameTaken, NotSoManyDays
from seatkeeper.reports.models import SavedReport, Schedule
from seatkeeper.reports.registry import ALL_REPORTS
from seatkeeper.reports.services.saved import change_saved, delete_saved, refuse_bad_filter, save_report, saved_by
from seatkeeper.web.forms import PageForm, name_field
from seatkeeper.web.requests import AdminRequest, admin_required
from seatkeeper.web.views.reports import FIELDS, asked_by_address, title_of

BIGGEST_ID = (1 << 63) - 1
LONGEST_VALUE = 2_000


class SavedReportForm(PageForm):
    name = name_field(gettext_lazy("Name"), help_text=gettext_lazy("Yours alone. It is the subject of the mail, too."))
    schedule = forms.ChoiceField(
        label=gettext_lazy("Mail it to me"),
        choices=Schedule.choices,
        initial=Schedule.NONE,
        help_text=gettext_lazy(
            "At 7:00 in the organization's time zone: figures, first lines, and all of it as a CSV file of up to 1 MB."
        ),
        error_messages=dict.fromkeys(("required", "invalid_choice"), gettext_lazy("Choose one.")),
    )


@require_GET
@admin_required(Permission.VIEW_REPORTS)
def saved_reports(request: AdminRequest) -> HttpResponse:
    saved = [
        (one, ALL_REPORTS[one.report].definition, _address(one)) for one in saved_by(request.admin) if one.report in ALL_REPORTS
    ]
    return render(request, "web/saved_reports.html", {"saved": saved})


@require_http_methods(["GET", "POST"])
@admin_required(Permission.VIEW_REPORTS)
def saved_report_add(request: AdminRequest, key: str) -> HttpResponse:
    """The report that the address names, with the fields that the address has."""
    if key not in ALL_REPORTS:
        raise Http404
    this = ALL_REPORTS[key]
    fields = {name: request.GET[name][:LONGEST_VALUE] for name in FIELDS if request.GET.get(name)}
    back = f"{reverse('report', args=[key])}?{urlencode(fields)}"
    try:
        asked = asked_by_address(request, this)
        refuse_bad_filter(this, asked)
    except (FilterRefused, UnknownTimeZone, NotSoManyDays):
        return redirect(back)  # which says what is wrong with it
    title = title_of(this, asked)
    form = SavedReportForm(request.POST if request.method == "POST" else None, initial={"name": title})
    if form.is_valid():
        try:
            saved = save_report(request.admin, report=key, fields=fields, **_wanted(form), now=system_clock())
        except NameTaken:
            form.add_error("name", _("You have saved a report under this name."))
        else:
            messages.success(request, _("Report %(name)s is saved.") % {"name": saved.name})
            return redirect("saved_reports")
    stays = asked.period if this.definition.has_period and not asked.period.name else None
    facts = {"form": form, "title": title, "back": back, "period_that_stays": stays}
    return render(request, "web/saved_report_add.html", facts, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@admin_required(Permission.VIEW_REPORTS)
def saved_report(request: AdminRequest, saved_id: int) -> HttpResponse:
    """Another name, another schedule; or, by `act`, nothing of it any more."""
    if saved_id > BIGGEST_ID:
        raise Http404
    saved = get_object_or_404(saved_by(request.admin), id=saved_id)
    if request.method == "POST" and request.POST.get("act") == "delete":
        delete_saved(saved)
        messages.success(request, _("Saved report %(name)s is deleted.") % {"name": saved.name})
        return redirect("saved_reports")
    now_set = {"name": saved.name, "schedule": saved.schedule}
    form = SavedReportForm(request.POST if request.method == "POST" else None, initial=now_set)
    title = saved.name
    if form.is_valid():
        try:
            change_saved(saved, **_wanted(form), actor=request.admin.actor, now=system_clock())
        except NameTaken:
            form.add_error("name", _("You have saved a report under this name."))
        else:
            messages.success(request, _("Saved."))
            return redirect("saved_reports")
    facts = {"form": form, "title": title, "saved": saved, "address": _address(saved)}
    return render(request, "web/saved_report.html", facts, status=422 if form.errors else 200)


def _wanted(form: SavedReportForm) -> dict[str, Any]:
    return {"name": form.cleaned_data["name"].strip(), "schedule": Schedule(form.cleaned_data["schedule"])}


def _address(saved: SavedReport) -> str:
    return f"{reverse('report', args=[saved.report])}?{urlencode(saved.fields)}"


urls = [
    path("admin-center/saved-reports/", saved_reports, name="saved_reports"),
    path("admin-center/saved-reports/of/<slug:key>/", saved_report_add, name="saved_report_add"),
    path("admin-center/saved-reports/<int:saved_id>/", saved_report, name="saved_report"),
]
