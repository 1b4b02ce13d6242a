"""Notices: what the bell tells, and what each admin wants to hear of."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from seatkeeper.directory.models import Learner
from seatkeeper.kernel.clock import system_clock
from seatkeeper.notices.models import Kind, Notice
from seatkeeper.notices.queries import notices_of
from seatkeeper.notices.services.preferences import choose, preferences_of
from seatkeeper.notices.services.read import mark_read
from seatkeeper.notices.wording import sentence
from seatkeeper.web.requests import AdminRequest, admin_required

PER_PAGE = 50
MOST_DIGITS = 18


@require_GET
@admin_required()
def notices(request: AdminRequest) -> HttpResponse:
    """Newest first; `before` is the id that the page before ended with."""
    before = request.GET.get("before", "")
    found = notices_of(request.admin.membership_id, before=_id(before) if before else None, count=PER_PAGE + 1)
    listed = [(notice, sentence(notice.kind, notice.facts)) for notice in found[:PER_PAGE]]
    older = found[PER_PAGE - 1].id if len(found) > PER_PAGE else None
    return render(request, "web/notices.html", {"listed": listed, "older": older, "before": before})


@require_POST
@admin_required()
def notice_readings(request: AdminRequest) -> HttpResponse:
    """Mark one as read, and open what it tells of where that is asked for; or mark all."""
    mine = {"membership_id": request.admin.membership_id}
    if "id" not in request.POST:
        mark_read(**mine, now=system_clock())
        return redirect("notices")
    notice = get_object_or_404(Notice, **mine, id=_id(request.POST["id"]))
    mark_read(**mine, now=system_clock(), notice_id=notice.id)
    if "open" not in request.POST:
        return redirect("notices")
    if notice.kind == Kind.REQUESTS:
        return redirect("license_requests")
    if notice.kind in (Kind.POOL_FULL, Kind.LOW_SEATS):
        return redirect("pools")
    if notice.kind == Kind.TWO_PROFILES:
        return redirect(_merge_of(notice))
    return redirect("upload" if notice.facts["verb"] == "import" else "operation", notice.operation_number)


def _merge_of(notice: Notice) -> str:
    """The page that merges the two; where one of them has gone, the list of people."""
    people = Learner.objects.filter(organization_id=notice.organization_id)
    found = people.in_bulk([notice.facts["learner"], notice.facts["other"]])
    if len(found) < len(("learner", "other")):
        return reverse("users")
    merge = reverse("profile_merge", args=[notice.facts["learner"]])
    return f"{merge}?{urlencode({'email': found[notice.facts['other']].email})}"


@require_http_methods(["GET", "POST"])
@admin_required()
def my_notices(request: AdminRequest) -> HttpResponse:
    membership_id = request.admin.membership_id
    if request.method == "POST":
        ways = {kind: (f"{kind}-in_product" in request.POST, f"{kind}-by_mail" in request.POST) for kind in Kind}
        choose(membership_id=membership_id, ways=ways)
        messages.success(request, _("Saved."))
        return redirect("my_notices")
    rows = [(kind, kind.label, preference) for kind, preference in preferences_of(membership_id).items()]
    return render(request, "web/my_notices.html", {"rows": rows})


def _id(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS):
        raise Http404
    return int(text)


urls = [
    path("notices/", notices, name="notices"),
    path("notices/readings/", notice_readings, name="notice_readings"),
    path("me/notices/", my_notices, name="my_notices"),
]
