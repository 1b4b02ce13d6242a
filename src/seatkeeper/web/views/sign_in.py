"""Sign in by a one-time link."""

from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from seatkeeper.accounts.errors import LinkSpent
from seatkeeper.accounts.services.sign_in_links import is_open, use_link
from seatkeeper.kernel.clock import system_clock

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_link(request: HttpRequest, token: str) -> HttpResponse:
    """Opening the link shows a button; only the button spends it."""
    if request.method != "POST":
        return _page(request, can_be_used=is_open(token=token, now=system_clock()))
    try:
        account = use_link(token=token, now=system_clock())
    except LinkSpent:
        return _page(request, can_be_used=False)
    login(request, account, backend=BACKEND)
    messages.success(request, _("You are signed in. Set a password under Me, Account, to sign in without a link."))
    return redirect("start")


def _page(request: HttpRequest, *, can_be_used: bool) -> HttpResponse:
    return render(request, "web/sign_in_link.html", {"can_be_used": can_be_used}, status=200 if can_be_used else 410)


urls = [path("sign-in/<str:token>/", sign_in_link, name="sign_in_link")]
