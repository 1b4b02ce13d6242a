"""Join an organization: enter an address, confirm it by mail."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from seatkeeper.invitations.claim_links import claim_path
from seatkeeper.invitations.errors import AddressNotAllowed, TooManyAsked
from seatkeeper.invitations.services.join import ask_to_join, confirm_joining, followed_confirmation, followed_join_link
from seatkeeper.kernel.clock import system_clock


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, token: str) -> HttpResponse:
    """Whoever is known and who is not get the same answer."""
    link = followed_join_link(token)
    if link is None:
        return render(request, "web/learn/join.html", {"link": None}, status=404)
    facts = {"link": link, "email": request.POST.get("email", ""), "domains": ", ".join(link.domains)}
    if request.method != "POST":
        return render(request, "web/learn/join.html", facts)
    try:
        ask_to_join(link, email=request.POST.get("email", ""), now=system_clock())
    except (AddressNotAllowed, TooManyAsked) as error:
        return render(request, "web/learn/join.html", facts | {"error": error.code}, status=422)
    return render(request, "web/learn/join.html", facts | {"is_asked": True})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def join_confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Opening the link changes nothing; the button joins."""
    joining = followed_confirmation(token, now=system_clock())
    if joining is None:
        return render(request, "web/learn/join.html", {"link": None}, status=404)
    if request.method != "POST":
        return render(request, "web/learn/join_confirm.html", {"joining": joining})
    return redirect(claim_path(confirm_joining(joining, clock=system_clock)))


urls = [
    path("learn/join/<str:token>/", join, name="join"),
    path("learn/join/<str:token>/confirm/", join_confirm, name="join_confirm"),
]
