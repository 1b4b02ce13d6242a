"""Where the gate sends people whom it did not let in: since when and why, and what they can do."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET

from seatkeeper.directory.models import Learner
from seatkeeper.gate.queries import About, answer_to_browser
from seatkeeper.gate.rules import HAS_NONE, Reason
from seatkeeper.kernel.clock import system_clock
from seatkeeper.usage.opened import opened_by
from seatkeeper.web.asking import host_of

SHOWN = 10


@require_GET
def refused(request: HttpRequest) -> HttpResponse:
    """Asks the gate again: what is true now is what people read."""
    about = About(uri=request.GET.get("address", ""), host=host_of(request), organization=request.GET.get("organization", ""))
    session_key = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
    found = answer_to_browser(session_key=session_key, about=about, now=system_clock())
    facts: dict[str, Any] = {"found": found, "reason": found.reason.value, "address": about.uri}
    facts["may_sign_in"] = found.reason == Reason.NOT_SIGNED_IN and found.learners_sign_in
    facts["may_ask"] = found.reason in HAS_NONE
    if found.is_allowed and url_has_allowed_host_and_scheme(about.uri, allowed_hosts={request.get_host()}):
        facts["way_in"] = about.uri
    if found.learner:
        mine = Learner.objects.get(organization_id=found.organization_id, id=found.learner.id)
        facts["openings"] = opened_by(mine, content_id=found.content_id, most=SHOWN)
    return render(request, "web/learn/refused.html", facts)


urls = [path("learn/refused", refused, name="refused")]
