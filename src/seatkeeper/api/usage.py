"""What learners did, told by an application in batches."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from seatkeeper.accounts.tokens import TokenScope
from seatkeeper.api.applications import Refused, answered, application_of, body_of, not_allowed, refusal
from seatkeeper.kernel.clock import system_clock
from seatkeeper.usage.models import Source
from seatkeeper.usage.rules import Told
from seatkeeper.usage.services.take_in import take_in
from seatkeeper.usage.telling import Fault, told_of_values

MOST_ITEMS = 5_000
MESSAGES = {
    "USAGE_ITEM": "An item is an object.",
    "USAGE_FIELD": "There is no such field. There are: learner, content, day or at, seconds, completed, id.",
    "USAGE_LEARNER": "Say who it was, by e-mail address, unique user ID or number, in at most 320 characters.",
    "USAGE_CONTENT": "Say what it was, by number, address or exact title, in at most 2,000 characters.",
    "USAGE_ID": "An id is a string of at most 500 characters.",
    "USAGE_TEXT": "This has characters that are no text.",
    "USAGE_WHEN": "Say either day, written as 2026-03-04, or at, written as 2026-03-04T14:02:00Z; since 1990.",
    "USAGE_DAY_AHEAD": "This day has not begun, or this time has not come yet.",
    "USAGE_SECONDS": "Seconds are a whole number from 0 to 86400.",
    "USAGE_COMPLETED": "Completed is true or false.",
}


@csrf_exempt  # applications show a token; no browser is told to send one by itself
def usage(request: HttpRequest) -> HttpResponse:
    """`{"items": [{"learner", "content", "day" or "at", "seconds", "completed", "id"}, …]}`

    Sound items count though others have problems. What was told before counts no second time.
    """
    if request.method != "POST":
        return not_allowed(request, "POST")
    try:
        organization_id = application_of(request, TokenScope.USAGE).organization_id
        items = _items(body_of(request))
    except Refused as refused:
        return refusal(refused)
    now = system_clock()
    told = [told_of_values(item, now=now) for item in items]
    facts = [one for one in told if isinstance(one, Told)]
    taken = take_in(organization_id=organization_id, facts=facts, source=Source.API, now=now)
    problems = [_problem(index, one) for index, one in enumerate(told) if isinstance(one, Fault)]
    return answered({"counted": taken.counted, "known": taken.known, "waiting": taken.waiting, "problems": problems})


def _items(body: bytes) -> list[Any]:
    """Raises Refused."""
    try:
        sent = json.loads(body)
    except (ValueError, RecursionError):
        raise Refused("wrong_usage", "The body is no JSON.", 400) from None
    items = sent.get("items") if isinstance(sent, dict) else None
    if not isinstance(items, list) or set(sent) != {"items"}:
        raise Refused("wrong_usage", 'The body is an object with the one key "items": a list.', 400)
    if len(items) > MOST_ITEMS:
        raise Refused("too_large", f"A batch has at most {MOST_ITEMS} items. Send it in parts.", 413)
    return items


def _problem(index: int, fault: Fault) -> dict[str, Any]:
    return {"index": index, "field": fault.field, "code": fault.code.lower(), "message": MESSAGES[fault.code]}


urls = [path("usage", usage, name="api_usage")]
