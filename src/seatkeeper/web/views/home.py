"""Where people land."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_GET

from seatkeeper.accounts.queries import own_learner
from seatkeeper.licensing.history import licenses_of
from seatkeeper.web.requests import AdminRequest, admin_required


@require_GET
@login_required
def start(request: HttpRequest) -> HttpResponse:
    """Who is neither admin nor learner, or no longer, reads so."""
    if getattr(request, "admin", None):
        return redirect("learning_management")
    if getattr(request, "learner", None):
        return redirect("learn_home")
    return render(request, "web/no_admin.html")


@require_GET
@admin_required()
def learning_management(request: AdminRequest) -> HttpResponse:
    return render(request, "web/learning_management.html")


@require_GET
@admin_required()
def learning(request: AdminRequest) -> HttpResponse:
    """What the admin has as a learner, where their profile is connected."""
    mine = own_learner(request.admin)
    licenses = [license for license in licenses_of(mine) if license["status"] != "no license"] if mine else []
    return render(request, "web/learning.html", {"learner": mine, "licenses": licenses})


urls = [
    path("learning/", learning, name="learning"),
    path("", start, name="start"),
    path("management/", learning_management, name="learning_management"),
]
