"""The sign-in of a learner, as admins see it: disconnect it."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from seatkeeper.accounts.errors import NotConnected
from seatkeeper.accounts.permissions import Permission
from seatkeeper.accounts.queries import is_connected
from seatkeeper.kernel.clock import system_clock
from seatkeeper.notices.services.disconnect import disconnect_profile
from seatkeeper.web.requests import AdminRequest, admin_required

BIGGEST_ID = (1 << 63) - 1


@require_http_methods(["GET", "POST"])
@admin_required(Permission.MANAGE_USERS)
def profile_disconnection(request: AdminRequest, learner_id: int) -> HttpResponse:
    """Says first what it does, and what stays."""
    if learner_id > BIGGEST_ID:
        raise Http404
    learner = get_object_or_404(request.admin.reach(Permission.MANAGE_USERS).learners(), id=learner_id)
    if request.method != "POST":
        return render(request, "web/profile_disconnection.html", {"learner": learner, "is_connected": is_connected(learner)})
    try:
        disconnect_profile(learner=learner, actor=request.admin.actor, now=system_clock())
        messages.success(request, _("The profile is disconnected. Its licenses stay. A mail says how to connect again."))
    except NotConnected:
        messages.info(request, _("No sign-in is connected with this profile. Nothing was changed."))
    return redirect("profile", learner.id)


urls = [
    path("admin-center/users/<int:learner_id>/disconnection/", profile_disconnection, name="profile_disconnection"),
]
