"""Where the gate sends people whom it did not let in: since when and why, and what they can do."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_GET

from seatkeeper.gate.queries import About, answer_to_browser
from seatkeeper.kernel.clock import system_clock


@require_GET
def refused(request: HttpRequest) -> HttpResponse:
    """Asks the gate again: what is true now is what people read."""
    host = request.META.get("HTTP_X_FORWARDED_HOST") or request.META.get("HTTP_HOST", "")
    about = About(uri=request.GET.get("address", ""), host=host, organization=request.GET.get("organization", ""))
    session_key = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
    found = answer_to_browser(session_key=session_key, about=about, now=system_clock())
    return render(request, "web/learn/refused.html", {"found": found, "reason": found.reason.value, "address": about.uri})


urls = [path("learn/refused", refused, name="refused")]
