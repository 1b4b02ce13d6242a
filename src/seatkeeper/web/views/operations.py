"""Operations: who did what, when and why. An admin limited to groups sees only their own."""

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from seatkeeper.accounts.permissions import EVERYONE, Admin
from seatkeeper.licensing.models import Operation, OperationStatus
from seatkeeper.web.requests import AdminRequest, admin_required

OPERATIONS_A_PAGE = 50
BIGGEST_NUMBER = (1 << 63) - 1

STATUS_WORDS = {
    OperationStatus.PLANNING: _("Planning"),
    OperationStatus.PLANNED: _("Planned"),
    OperationStatus.HELD: _("Held"),
    OperationStatus.APPLYING: _("Applying"),
    OperationStatus.DONE: _("Done"),
    OperationStatus.CANCELLED: _("Cancelled"),
    OperationStatus.LAPSED: _("Lapsed"),
}


@require_GET
@admin_required()
def operations(request: AdminRequest) -> HttpResponse:
    """Newest first; `before` is the number that the page before ended with."""
    found = _seen_by(request.admin).order_by("-number")
    before = request.GET.get("before", "")
    if before.isascii() and before.isdigit() and int(before[:20]) <= BIGGEST_NUMBER:
        found = found.filter(number__lt=int(before[:20]))
    rows = list(found[: OPERATIONS_A_PAGE + 1])
    older = rows[OPERATIONS_A_PAGE - 1].number if len(rows) > OPERATIONS_A_PAGE else None
    listed = [(row, STATUS_WORDS[OperationStatus(row.status)]) for row in rows[:OPERATIONS_A_PAGE]]
    return render(request, "web/operations.html", {"rows": listed, "older": older, "before": before})


@require_GET
@admin_required()
def operation(request: AdminRequest, number: int) -> HttpResponse:
    if number > BIGGEST_NUMBER:
        raise Http404
    found = get_object_or_404(_seen_by(request.admin), number=number)
    facts = {"operation": found, "status": STATUS_WORDS[OperationStatus(found.status)]}
    return render(request, "web/operation.html", facts)


def _seen_by(admin: Admin) -> QuerySet[Operation]:
    found = Operation.objects.filter(organization_id=admin.organization_id)
    if admin.is_full or EVERYONE in admin.grants.values():
        return found
    return found.filter(actor=admin.actor)


urls = [
    path("admin-center/operations/", operations, name="operations"),
    path("admin-center/operations/<int:number>/", operation, name="operation"),
]
