"""Enterprise Profile."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_GET

from seatkeeper.web.requests import AdminRequest, admin_required


@require_GET
@admin_required()
def profile(request: AdminRequest, learner_id: int) -> HttpResponse:
    return render(request, "web/profile.html")


urls = [
    path("admin-center/users/<int:learner_id>/", profile, name="profile"),
]
