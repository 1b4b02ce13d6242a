"""The page behind the link of an invitation."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from seatkeeper.invitations.claim_links import Named, claim_path
from seatkeeper.invitations.queries import Opened, Standing
from seatkeeper.invitations.services.activate import NoSeat
from seatkeeper.invitations.services.links import Followed, activate_by_link, follow
from seatkeeper.invitations.services.reminders import is_known as is_known_link
from seatkeeper.invitations.services.reminders import stop_reminders
from seatkeeper.kernel.clock import system_clock

GONE = {Standing.EXPIRED, Standing.WITHDRAWN, Standing.ENDED, Standing.REPLACED}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Opening the link changes nothing, as mail scanners open links, too; the button activates."""
    followed = (activate_by_link if request.method == "POST" else follow)(token, account_id=request.user.pk, clock=system_clock)
    if followed is None:
        return render(request, "web/learn/invitation.html", {"followed": None}, status=404)
    if followed.opened.is_waiting or isinstance(followed.done, NoSeat):  # who waits for a seat reads there how it stands
        return redirect(_claim(followed.opened))
    if followed.done:
        return redirect("invitation", token)
    facts = {"followed": followed, "claim": _claim(followed.opened)}
    return render(request, "web/learn/invitation.html", facts, status=_status(request, followed))


@never_cache
@csrf_exempt  # mail programs use the link by themselves (RFC 8058): whoever has it may say so, and no more than that
@require_http_methods(["GET", "HEAD", "POST"])
def no_reminders(request: HttpRequest, token: str) -> HttpResponse:
    """Opening the link changes nothing."""
    is_known = stop_reminders(token, now=system_clock()) if request.method == "POST" else is_known_link(token)
    facts = {"is_known": is_known, "is_done": request.method == "POST"}
    return render(request, "web/learn/no_reminders.html", facts, status=200 if is_known else 404)


def _claim(opened: Opened) -> str:
    invitation = opened.invitation
    return claim_path(Named(invitation.organization_id, invitation.pool_id, invitation.learner_id))


def _status(request: HttpRequest, followed: Followed) -> int:
    if followed.opened.standing in GONE:
        return 410
    may_not = followed.opened.is_open or followed.opened.standing is Standing.SUSPENDED
    return 403 if request.method == "POST" and may_not else 200


urls = [
    path("learn/invitations/<str:token>/", invitation, name="invitation"),
    path("learn/invitations/<str:token>/reminders/", no_reminders, name="no_reminders"),
]
