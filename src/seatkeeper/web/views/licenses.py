"""Manage licenses."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_GET

from seatkeeper.web.requests import AdminRequest, admin_required


@require_GET
@admin_required()
def manage_licenses(request: AdminRequest) -> HttpResponse:
    return render(request, "web/manage_licenses.html")


urls = [
    path("admin-center/licenses/", manage_licenses, name="manage_licenses"),
]
