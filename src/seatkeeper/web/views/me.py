"""Account."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_GET

from seatkeeper.web.requests import AdminRequest, admin_required


@require_GET
@admin_required()
def me(request: AdminRequest) -> HttpResponse:
    return render(request, "web/me.html")


urls = [
    path("me/", me, name="me"),
]
