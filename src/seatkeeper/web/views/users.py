"""The users page."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_GET

from seatkeeper.web.requests import AdminRequest, admin_required


@require_GET
@admin_required()
def user_list(request: AdminRequest) -> HttpResponse:
    people = request.admin.sees.learners().order_by("id")[:50]
    return render(request, "web/user_list.html", {"people": people})


urls = [path("admin-center/users/", user_list, name="users")]
