"""Enterprise Profile: one person within the asker's reach, and their licenses."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from seatkeeper.licensing.history import licenses_of
from seatkeeper.web.requests import AdminRequest, admin_required

BIGGEST_ID = (1 << 63) - 1
STATUS_WORDS = {"active": _("Active"), "invited": _("Invited")}


@require_GET
@admin_required()
def profile(request: AdminRequest, learner_id: int) -> HttpResponse:
    if learner_id > BIGGEST_ID:
        raise Http404
    learner = get_object_or_404(request.admin.sees.learners(), id=learner_id)
    licenses = []
    for entry in licenses_of(learner):
        state = entry["status"].lower()
        licenses.append(
            entry | {"state": state if state in STATUS_WORDS else "none", "word": STATUS_WORDS.get(state, _("No license"))}
        )
    return render(request, "web/profile.html", {"learner": learner, "licenses": licenses})


urls = [
    path("admin-center/users/<int:learner_id>/", profile, name="profile"),
]
