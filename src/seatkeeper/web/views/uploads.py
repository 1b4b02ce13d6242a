"""Uploads."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_GET

from seatkeeper.web.requests import AdminRequest, admin_required


@require_GET
@admin_required()
def uploads(request: AdminRequest) -> HttpResponse:
    return render(request, "web/uploads.html")


@require_GET
@admin_required()
def upload_new(request: AdminRequest) -> HttpResponse:
    return render(request, "web/upload_new.html")


@require_GET
@admin_required()
def upload(request: AdminRequest, number: int) -> HttpResponse:
    return render(request, "web/upload.html")


urls = [
    path("admin-center/uploads/", uploads, name="uploads"),
    path("admin-center/uploads/new/", upload_new, name="upload_new"),
    path("admin-center/uploads/<int:number>/", upload, name="upload"),
]
