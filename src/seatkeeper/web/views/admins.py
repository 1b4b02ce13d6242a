"""Admins."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_GET

from seatkeeper.accounts.permissions import Permission
from seatkeeper.accounts.queries import admins_of
from seatkeeper.web.requests import AdminRequest, admin_required


@require_GET
@admin_required(Permission.CREATE_SUB_ADMINS, for_everyone=True)
def admins(request: AdminRequest) -> HttpResponse:
    return render(request, "web/admins.html", {"memberships": admins_of(request.admin.organization_id)})


urls = [
    path("admin-center/admins/", admins, name="admins"),
]
