"""Where people land."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_GET

from seatkeeper.web.requests import AdminRequest, admin_required


@require_GET
@login_required
def start(request: HttpRequest) -> HttpResponse:
    """Who is no admin, or no longer one, reads so."""
    if getattr(request, "admin", None):
        return redirect("learning_management")
    return render(request, "web/no_admin.html")


@require_GET
@admin_required()
def learning_management(request: AdminRequest) -> HttpResponse:
    return render(request, "web/learning_management.html")


urls = [
    path("", start, name="start"),
    path("management/", learning_management, name="learning_management"),
]
