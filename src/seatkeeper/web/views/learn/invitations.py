"""The page behind the link of an invitation."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from seatkeeper.invitations.queries import Opened, Standing, opened_by
from seatkeeper.invitations.services.activate import NoSeat
from seatkeeper.invitations.services.links import activate_by_link
from seatkeeper.kernel.clock import system_clock

GONE = {Standing.EXPIRED, Standing.WITHDRAWN, Standing.ENDED, Standing.REPLACED}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Opening the link changes nothing, as mail scanners open links, too; the button activates."""
    if request.method != "POST":
        return _page(request, opened_by(token, now=system_clock()))
    opened, done = activate_by_link(token, clock=system_clock)
    if isinstance(done, NoSeat):
        return _page(request, opened, no_seat=True)
    if done is None:
        return _page(request, opened)
    return redirect("invitation", token)


def _page(request: HttpRequest, opened: Opened | None, *, no_seat: bool = False) -> HttpResponse:
    if opened is None:
        status = 404
    elif opened.standing in GONE:
        status = 410
    else:
        status = 409 if no_seat else 200
    return render(request, "web/learn/invitation.html", {"opened": opened, "no_seat": no_seat}, status=status)


urls = [path("learn/invitations/<str:token>/", invitation, name="invitation")]
