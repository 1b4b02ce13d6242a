"""Forward-auth: a web server asks here, before each request, whether it may go on."""

from collections.abc import Mapping
from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.http import require_safe

from seatkeeper.accounts.tokens import BEARER, shown_under
from seatkeeper.gate.queries import About, answer_to_application, answer_to_browser
from seatkeeper.gate.rules import Answer
from seatkeeper.gate.spool import note_opening
from seatkeeper.kernel.clock import system_clock
from seatkeeper.web.asking import host_of, way_on

# Each kind of server names the request that it asks about in its own way.
URIS = ("HTTP_X_ORIGINAL_URI", "HTTP_X_FORWARDED_URI")
LEARNERS = {"id": "HTTP_X_LEARNER_ID", "email": "HTTP_X_LEARNER_EMAIL", "unique_user_id": "HTTP_X_LEARNER_UNIQUE_USER_ID"}
PLAIN = "@+.~!$&'()*,;=:/ "  # stays as it is in a header


@require_safe
def check(request: HttpRequest) -> HttpResponse:
    """200: go on; 401: not signed in; 403: signed in, but no; the reason in a header.

    With `refusal=redirect`, for servers that hand our answer to the browser: 302 to the page that helps.
    """
    now = system_clock()
    meta = request.META
    about = About(
        uri=_uri(meta),
        host=host_of(request),
        organization=request.GET.get("organization", ""),
    )
    token = shown_under(BEARER, meta.get("HTTP_AUTHORIZATION", ""))
    if token is not None:
        asked_for = next((name for name, header in LEARNERS.items() if header in meta), "id")
        learner = meta.get(LEARNERS[asked_for], "")
        found = answer_to_application(token=token, asked_for=asked_for, learner=learner, about=about, now=now)
    else:
        session_key = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
        found = answer_to_browser(session_key=session_key, about=about, now=now)
    if found.is_allowed:
        note_opening(found, now=now)
    return _response(found, about, redirects=request.GET.get("refusal") == "redirect")


def _uri(meta: Mapping[str, str]) -> str:
    """Two different ones: a browser added its own, so neither counts."""
    named = {meta[header] for header in URIS if meta.get(header)}
    return named.pop() if len(named) == 1 else ""


def _response(found: Answer, about: About, *, redirects: bool) -> HttpResponse:
    """The headers about people stand there also where they are empty: what a browser made up is always replaced."""
    learner = found.learner
    headers = {
        "Content-Type": "text/plain",
        "Content-Length": str(len(found.reason.value)),
        "Cache-Control": "no-store",
        "X-Seatkeeper-Reason": found.reason.value,
        "X-Seatkeeper-Learner": str(learner.id) if learner else "",
        "X-Seatkeeper-Email": quote(learner.email, PLAIN) if learner else "",
        "X-Seatkeeper-Unique-User-Id": quote(learner.unique_user_id, PLAIN) if learner else "",
        "X-Seatkeeper-Content": str(found.content_id or ""),
    }
    if found.is_allowed:
        return HttpResponse(found.reason.value.encode(), headers=headers)
    headers["X-Seatkeeper-Way-On"] = way_on(found, about)
    if redirects:
        headers["Location"] = headers["X-Seatkeeper-Way-On"]
    return HttpResponse(found.reason.value.encode(), headers=headers, status=302 if redirects else found.status)


urls = [path("gate/check", check, name="gate_check")]
