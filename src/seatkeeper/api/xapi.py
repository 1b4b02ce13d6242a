"""Where applications send xAPI statements: the part of the Experience API 1.0.3 that takes them.

https://github.com/adlnet/xAPI-Spec/blob/master/xAPI-Communication.md; a tool that follows it for one resource only
is no learning record store, as its section 2.0 says, and we claim to be none.
"""

import json
import re
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path, re_path
from django.views.decorators.csrf import csrf_exempt

from seatkeeper.accounts.tokens import TokenScope
from seatkeeper.api.applications import Refused, answered, application_of, body_of, not_allowed, refusal, unknown
from seatkeeper.kernel.clock import system_clock
from seatkeeper.usage.errors import BadStatement, StatementConflict
from seatkeeper.usage.services.take_statements import take_statements

VERSION = "1.0.3"
VERSIONS = re.compile(r"1\.0(\.\d+)?")
VERSION_HEADER = "X-Experience-API-Version"
CONSISTENT_HEADER = "X-Experience-API-Consistent-Through"
MOST_STATEMENTS = 5_000


@csrf_exempt  # applications show a token; no browser is told to send one by itself
def statements(request: HttpRequest) -> HttpResponse:
    """POST: a statement or a list of them, answered with their ids. PUT: one, whose id is `statementId`."""
    now = system_clock()
    ways = {"POST": _post, "PUT": _put}
    if request.method not in ways:
        return _versioned(not_allowed(request, *ways))
    try:
        answer = ways[request.method](request, now)
    except Refused as refused:
        answer = refusal(refused)
        if refused.status == 401:
            answer["WWW-Authenticate"] = 'Basic realm="xAPI"'
    answer[CONSISTENT_HEADER] = now.isoformat(timespec="milliseconds")
    return _versioned(answer)


@csrf_exempt
def about(request: HttpRequest) -> HttpResponse:
    """Which versions are spoken: for everyone, and asked without one."""
    if request.method not in ("GET", "HEAD"):
        return _versioned(not_allowed(request, "GET", "HEAD"))
    return _versioned(answered({"version": [VERSION]}))


@csrf_exempt
def elsewhere(request: HttpRequest) -> HttpResponse:
    """For the resources of the specification that are not there, and for what it has not."""
    return _versioned(unknown(request))


def _post(request: HttpRequest, now: datetime) -> HttpResponse:
    organization_id, sent = _begin(request, parameters=set())
    many = sent if isinstance(sent, list) else [sent]
    if len(many) > MOST_STATEMENTS:
        raise Refused("too_large", f"A request has at most {MOST_STATEMENTS} statements. Send them in parts.", 413)
    return answered(_taken(organization_id, many, now))


def _put(request: HttpRequest, now: datetime) -> HttpResponse:
    organization_id, sent = _begin(request, parameters={"statementId"})
    named = request.GET["statementId"]
    if not isinstance(sent, dict) or str(sent.setdefault("id", named)).lower() != named.lower():
        raise Refused("wrong_usage", "PUT takes one statement, whose id is statementId.", 400)
    _taken(organization_id, [sent], now)
    return HttpResponse(status=204)


def _begin(request: HttpRequest, *, parameters: set[str]) -> tuple[int, Any]:
    """Whose statements they are, and what was sent. Raises Refused."""
    if not VERSIONS.fullmatch(request.headers.get(VERSION_HEADER, "")):
        raise Refused("version_refused", f"Say {VERSION_HEADER}: {VERSION}.", 400)
    organization_id = application_of(request, TokenScope.USAGE, takes_basic=True).organization_id
    if set(request.GET) != parameters:
        raise Refused("wrong_usage", f"The parameters here are: {', '.join(parameters) or 'none'}.", 400)
    if request.content_type != "application/json":
        raise Refused("wrong_usage", "Send application/json. Files of attachments are not taken: say their fileUrl.", 400)
    try:
        return organization_id, json.loads(body_of(request), parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise Refused("wrong_usage", "The body is no JSON.", 400) from None


def _taken(organization_id: int, sent: list[Any], now: datetime) -> list[str]:
    """Raises Refused."""
    try:
        return list(take_statements(organization_id=organization_id, sent=sent, now=now).ids)
    except BadStatement as bad:
        where = {"index": bad.index, "field": bad.field}
        place = f"Statement {bad.index}, {bad.field}" if bad.field else f"Statement {bad.index}"
        raise Refused(bad.code, f"{place}: {bad.why}. None was stored.", 400, **where) from bad
    except StatementConflict as conflict:
        message = f"Another statement has the id {conflict.statement}. None was stored."
        raise Refused(conflict.code, message, 409, statement=conflict.statement) from conflict
    except RecursionError:
        raise Refused("wrong_usage", "The statement is nested too deeply.", 400) from None


def _refuse_constant(name: str) -> None:
    raise ValueError(name)


def _versioned(answer: HttpResponse) -> HttpResponse:
    answer[VERSION_HEADER] = VERSION
    return answer


urls = [
    path("statements", statements, name="xapi_statements"),
    path("about", about, name="xapi_about"),
    re_path("", elsewhere, name="xapi_elsewhere"),
]
