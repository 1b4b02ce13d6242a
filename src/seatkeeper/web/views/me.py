"""Account."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_GET, require_POST

from seatkeeper.accounts.queries import organizations_of_admin
from seatkeeper.web.middleware import ORGANIZATION
from seatkeeper.web.requests import AdminRequest, admin_required


@require_GET
@admin_required()
def me(request: AdminRequest) -> HttpResponse:
    return render(request, "web/me.html")


@require_POST
@admin_required()
def choose_organization(request: AdminRequest) -> HttpResponse:
    """Work in another of the organizations that the account is an admin of."""
    wanted = request.POST.get("organization", "")
    known = {str(one.id): one.id for one in organizations_of_admin(request.admin.account_id)}
    if wanted not in known:
        raise Http404
    request.session[ORGANIZATION] = known[wanted]
    return redirect("overview")


urls = [
    path("me/organization/", choose_organization, name="choose_organization"),
    path("me/", me, name="me"),
]
