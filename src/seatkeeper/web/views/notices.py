"""Notices."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_GET

from seatkeeper.web.requests import AdminRequest, admin_required


@require_GET
@admin_required()
def notices(request: AdminRequest) -> HttpResponse:
    return render(request, "web/notices.html")


urls = [
    path("notices/", notices, name="notices"),
]
