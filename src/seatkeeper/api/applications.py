"""What each endpoint of applications begins and ends with: who asks, what was sent, and how no is said."""

import binascii
from base64 import b64decode
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from seatkeeper.accounts.queries import Bearer, bearer_of
from seatkeeper.accounts.tokens import BASIC, BEARER, TokenScope, shown_under
from seatkeeper.kernel.clock import system_clock

MOST_BYTES = 16 << 20


class Refused(Exception):
    """The request is answered with this, and nothing was done."""

    def __init__(self, code: str, message: str, status: int, **details: Any) -> None:
        super().__init__(code)
        self.code, self.message, self.status, self.details = code, message, status, details


def application_of(request: HttpRequest, scope: TokenScope, *, takes_basic: bool = False) -> Bearer:
    """Raises Refused: 401 without a good token, 403 with one that is for something else."""
    bearer = bearer_of(_token(request, takes_basic=takes_basic), now=system_clock())
    if bearer is None:
        raise Refused("token_refused", "Show a good token: this one is missing, unknown, revoked or too old.", 401)
    if scope not in bearer.scopes:
        raise Refused("scope_missing", f"The token is not for this: it needs the scope {scope}.", 403)
    return bearer


def body_of(request: HttpRequest) -> bytes:
    """Raises Refused."""
    body = request.read(MOST_BYTES + 1)
    if len(body) > MOST_BYTES:
        raise Refused("too_large", f"A request has at most {MOST_BYTES} bytes. Send it in parts.", 413)
    return body


def refusal(refused: Refused) -> HttpResponse:
    answer = answered({"code": refused.code, "message": refused.message, "details": refused.details}, refused.status)
    if refused.status == 401:
        answer["WWW-Authenticate"] = "Bearer"
    return answer


def not_allowed(request: HttpRequest, *methods: str) -> HttpResponse:
    """The address is there, but not for this method."""
    allowed = ", ".join(methods)
    answer = refusal(Refused("wrong_method", f"{request.method} is not taken here. These are: {allowed}.", 405))
    answer["Allow"] = allowed
    return answer


@csrf_exempt  # else a method that sends something would be answered with a page about forms
def unknown(request: HttpRequest) -> HttpResponse:
    """For every address among those of applications that leads nowhere."""
    return refusal(Refused("not_found", "There is nothing at this address.", 404))


def answered(body: Any, status: int = 200) -> HttpResponse:
    response = JsonResponse(body, status=status, safe=False)
    response["Cache-Control"] = "no-store"
    return response


def _token(request: HttpRequest, *, takes_basic: bool) -> str:
    header = request.headers.get("Authorization", "")
    if (token := shown_under(BEARER, header)) is not None:
        return token
    if takes_basic and (shown := shown_under(BASIC, header)) is not None:
        try:
            return b64decode(shown, validate=True).decode().partition(":")[2]
        except (binascii.Error, UnicodeDecodeError):
            return ""
    return ""
