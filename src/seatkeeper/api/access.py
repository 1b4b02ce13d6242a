"""May this learner open this content, asked by an application with a token."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from seatkeeper.accounts.tokens import BEARER, shown_under
from seatkeeper.api.applications import not_allowed
from seatkeeper.gate.queries import About, answer_to_application
from seatkeeper.gate.rules import Answer, Reason
from seatkeeper.gate.spool import note_opening
from seatkeeper.kernel.clock import system_clock

LEARNERS = {"learner": "id", "email": "email", "unique_user_id": "unique_user_id"}  # our word, and the directory's
MOST_DIGITS = 19


@csrf_exempt  # else a method that sends something would be answered with a page about forms
def access(request: HttpRequest) -> HttpResponse:
    """`learner`, `email` or `unique_user_id`; `content` (its number) or `address` (a path or URL).

    `opens=1`: the learner opens it now, which is noted where it is allowed.
    """
    if request.method not in ("GET", "HEAD"):
        return not_allowed(request, "GET", "HEAD")
    token = shown_under(BEARER, request.headers.get("Authorization", ""))
    if token is None:
        return _refused("token_refused", "Show a token: Authorization: Bearer …", 401)
    named = [name for name in LEARNERS if request.GET.get(name)]
    about = _about(request)
    if len(named) != 1 or about is None:
        return _refused("wrong_usage", "Say one of learner, email, unique_user_id; and one of content, address.", 400)
    now = system_clock()
    found = answer_to_application(
        token=token,
        asked_for=LEARNERS[named[0]],
        learner=request.GET[named[0]],
        about=about,
        now=now,
    )
    if found.reason == Reason.TOKEN_REFUSED:
        return _refused("token_refused", "The token is unknown, revoked, too old, or not for this.", 401)
    if found.is_allowed and request.GET.get("opens") == "1":
        note_opening(found, now=now)
    return _response(_in_words(found), 200)


def _about(request: HttpRequest) -> About | None:
    number, address = request.GET.get("content", ""), request.GET.get("address", "")
    if bool(number) == bool(address):
        return None
    if address:
        return About(uri=address)
    return About(content_id=int(number)) if number.isascii() and number.isdecimal() and len(number) < MOST_DIGITS else None


def _in_words(found: Answer) -> dict[str, Any]:
    return {
        "allowed": found.is_allowed,
        "reason": found.reason.value,
        "since": found.since.isoformat() if found.since else None,
        "learner": found.learner.id if found.learner else None,
        "content": {"id": found.content_id, "title": found.content_title} if found.content_id else None,
    }


def _refused(code: str, message: str, status: int) -> HttpResponse:
    return _response({"code": code, "message": message, "details": {}}, status)


def _response(body: dict[str, Any], status: int) -> HttpResponse:
    response = JsonResponse(body, status=status)
    response["Cache-Control"] = "no-store"
    if status == 401:
        response["WWW-Authenticate"] = "Bearer"
    return response


urls = [path("access", access, name="api_access")]
