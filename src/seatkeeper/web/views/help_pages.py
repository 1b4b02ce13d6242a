"""Help."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_GET

from seatkeeper.web.requests import AdminRequest, admin_required


@require_GET
@admin_required()
def help_page(request: AdminRequest) -> HttpResponse:
    return render(request, "web/help.html")


urls = [
    path("admin-center/help/", help_page, name="help"),
]
