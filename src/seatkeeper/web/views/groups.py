"""Groups."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_GET

from seatkeeper.web.requests import AdminRequest, admin_required


@require_GET
@admin_required()
def groups(request: AdminRequest) -> HttpResponse:
    return render(request, "web/groups.html")


@require_GET
@admin_required()
def group(request: AdminRequest, group_id: int) -> HttpResponse:
    return render(request, "web/group.html")


urls = [
    path("admin-center/groups/", groups, name="groups"),
    path("admin-center/groups/<int:group_id>/", group, name="group"),
]
