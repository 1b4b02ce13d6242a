"""Sign in by a one-time link."""

from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from seatkeeper.accounts.errors import AccessEnded, LinkSpent, OwnSignInNeeded
from seatkeeper.accounts.services.sign_in_links import check_link, use_link
from seatkeeper.kernel.clock import system_clock


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_link(request: HttpRequest, token: str) -> HttpResponse:
    """Opening the link shows a button; only the button spends it."""
    try:
        if request.method == "POST":
            return _sign_in(request, token)
        check_link(token=token, now=system_clock())
    except LinkSpent:
        return render(request, "web/sign_in_link.html", {"state": "spent"}, status=410)
    except AccessEnded:
        return render(request, "web/sign_in_link.html", {"state": "ended"}, status=410)
    return render(request, "web/sign_in_link.html", {"state": "open"})


def _sign_in(request: HttpRequest, token: str) -> HttpResponse:
    """The same way in as a password's: who has a second factor is asked for it next."""
    try:
        account = use_link(token=token, now=system_clock())
    except OwnSignInNeeded:
        messages.info(request, _("Sign in as you always do. Who has no password yet asks for one with Forgot your password."))
        return redirect("account_login")
    record_authentication(request, account, method="link")
    answer: HttpResponse = perform_login(request, account, email_verification="none", redirect_url=reverse("start"))
    return answer


urls = [path("sign-in/<str:token>/", sign_in_link, name="sign_in_link")]
