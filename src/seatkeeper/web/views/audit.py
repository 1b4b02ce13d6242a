"""Audit log."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_GET

from seatkeeper.accounts.permissions import Permission
from seatkeeper.accounts.queries import audit_entries
from seatkeeper.web.audit_details import details_of, names_in
from seatkeeper.web.requests import AdminRequest, admin_required

PER_PAGE = 50
MOST_DIGITS = 18


@require_GET
@admin_required(Permission.VIEW_AUDIT, for_everyone=True)
def audit(request: AdminRequest) -> HttpResponse:
    before = request.GET.get("before", "")
    if before and not (before.isascii() and before.isdecimal() and len(before) <= MOST_DIGITS):
        raise Http404
    found = audit_entries(request.admin.organization_id, before=int(before) if before else None, count=PER_PAGE + 1)
    entries = found[:PER_PAGE]
    older = entries[-1].id if len(found) > PER_PAGE else None
    names = names_in(entries, request.admin.organization_id)
    told = [(entry, details_of(entry, names)) for entry in entries]
    return render(request, "web/audit.html", {"entries": told, "older": older, "before": before})


urls = [
    path("admin-center/audit/", audit, name="audit"),
]
