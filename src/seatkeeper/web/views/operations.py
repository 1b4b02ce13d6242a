"""Operations."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_GET

from seatkeeper.web.requests import AdminRequest, admin_required


@require_GET
@admin_required()
def operations(request: AdminRequest) -> HttpResponse:
    return render(request, "web/operations.html")


@require_GET
@admin_required()
def operation(request: AdminRequest, number: int) -> HttpResponse:
    return render(request, "web/operation.html")


urls = [
    path("admin-center/operations/", operations, name="operations"),
    path("admin-center/operations/<int:number>/", operation, name="operation"),
]
