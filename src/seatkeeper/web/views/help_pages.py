"""Help: the user pages of the documentation, searchable."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_GET

from seatkeeper.directory.models import OrganizationSettings
from seatkeeper.web.handbook import TOPIC, help_pages, related_to, search_help
from seatkeeper.web.requests import AdminRequest, admin_required

LONGEST_QUERY = 200


@require_GET
@admin_required()
def help_list(request: AdminRequest) -> HttpResponse:
    """By topic; with `q`, what a search finds."""
    query = request.GET.get("q", "").strip()[:LONGEST_QUERY]
    pages = list(help_pages().values())
    facts = {
        "query": query,
        "found": search_help(query),
        "topic": TOPIC,
        "of_topic": [page for page in pages if page.topic == TOPIC],
        "others": [page for page in pages if page.topic != TOPIC],
    }
    return render(request, "web/help.html", facts | _contact(request))


@require_GET
@admin_required()
def help_page(request: AdminRequest, slug: str) -> HttpResponse:
    page = help_pages().get(slug)
    if page is None:
        raise Http404
    return render(request, "web/help_page.html", {"page": page, "related": related_to(page)} | _contact(request))


def _contact(request: AdminRequest) -> dict[str, Any]:
    """Where *Contact us* leads."""
    chosen = OrganizationSettings.objects.filter(organization_id=request.admin.organization_id)
    contact = chosen.values_list("contact", flat=True).first() or ""
    return {"contact": contact if not contact or "://" in contact else f"mailto:{contact}"}


urls = [
    path("admin-center/help/", help_list, name="help"),
    path("admin-center/help/<slug:slug>/", help_page, name="help_page"),
]
