"""Whole pages as a browser asks for them; and what the dialog of licenses does for half of all people."""

import gzip
import re
import time
from itertools import cycle
from pathlib import Path
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.http import urlencode

from benchmarks.figures import percentiles
from benchmarks.work.product import organization
from seatkeeper.accounts.models import Account, Membership
from seatkeeper.directory.chosen import Chosen
from seatkeeper.directory.models import Learner
from seatkeeper.directory.reach import Reach
from seatkeeper.kernel.clock import system_clock
from seatkeeper.licensing.models import Operation
from seatkeeper.licensing.services.choices import Choice, foresee, plan_choice
from seatkeeper.licensing.services.operations import Act

TIMES = 7
PAUSE_SECONDS = 0.2
HALF = "-location:Berlin -department:Sales"  # of six departments and three locations: 56 of 100 people
USERS = (
    {},
    {"q": "department:Sales", "sort": "-name"},
    {"q": "status:active location:Berlin", "sort": "-status"},
    {"q": "attribute.cost_center:CC-100 -ana", "sort": "email"},
    {"sort": "-activity", "before": "last"},
)


def open_pages() -> dict[str, Any]:
    """Milliseconds and statements of each kind of page, and the bytes that travel for a first visit."""
    client = _signed_in()
    people = [*Learner.objects.order_by("id").values_list("id", flat=True)[:3], Learner.objects.latest("id").id]
    number = Operation.objects.latest("number").number
    profiles = [reverse("profile", args=[learner_id]) for learner_id in people]
    pages = {
        "users": [f"{reverse('users')}?{urlencode(query)}" for query in USERS],
        "profile": [f"{profile}?tab={tab}" for profile in profiles for tab in ("licenses", "groups", "activity")],
        "operation": [reverse("operation", args=[number]), reverse("operations")],
        "overview": [reverse("overview"), reverse("overview") + "?days=365", reverse("pools")],
    }
    return {kind: _opened(client, addresses) for kind, addresses in pages.items()}


def open_until(*, stop: str) -> dict[str, float]:
    """Open page after page, as one who works there does, until the file `stop` is there. Milliseconds."""
    client, waits = _signed_in(), []
    number = Operation.objects.latest("number").number
    profile = reverse("profile", args=[Learner.objects.order_by("id").values_list("id", flat=True)[0]])
    users = [f"{reverse('users')}?{urlencode(query)}" for query in USERS]
    addresses = [*users, profile, reverse("operation", args=[number]), reverse("overview"), reverse("pools")]
    for address in addresses:
        client.get(address)  # templates are read once
    following = cycle(addresses)
    while not Path(stop).exists():
        begun = time.perf_counter()
        assert client.get(next(following)).status_code == 200
        waits.append((time.perf_counter() - begun) * 1000)
        time.sleep(PAUSE_SECONDS)
    return {"pages": len(waits), **percentiles(waits)}


def choose_for_half() -> dict[str, Any]:
    """Seconds until the dialog shows its numbers for half of all people, and until they are planned."""
    reach, today = Reach(organization().id), system_clock().date()
    chosen, choice = Chosen(filter=HALF, is_all=True), Choice(is_none=True)
    begun = time.perf_counter()
    outlook = foresee(chosen.learners(reach, today=today), choice=choice, organization_id=reach.organization_id)
    foreseen = time.perf_counter() - begun
    act = Act(reach.organization_id, "unassign", "page", "bench", about=chosen.describe())
    begun = time.perf_counter()
    plan = plan_choice(chosen.learners(reach, today=today), choice=choice, act=act, clock=system_clock)
    planned = time.perf_counter() - begun
    assert outlook.is_what(plan), (outlook, plan.counts)
    return {"numbers": foreseen, "planning": planned, "people": outlook.people}


def _signed_in() -> Client:
    account = Account.objects.create_user("bench@corp.example")
    Membership.objects.create(organization=organization(), account=account, is_admin=True, is_full_admin=True)
    client = Client(SERVER_NAME="localhost")
    client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def _opened(client: Client, addresses: list[str]) -> dict[str, Any]:
    taken, statements, weights = [], [], []
    for address in addresses:
        client.get(address)  # templates are read once
    for _ in range(TIMES):
        for address in addresses:
            begun = time.perf_counter()
            with CaptureQueriesContext(connection) as asked:
                answer = client.get(address)
            taken.append((time.perf_counter() - begun) * 1000)
            assert answer.status_code == 200, (address, answer.status_code)
            statements.append(len(asked))
            weights.append(_weight(client, answer.content))
    return percentiles(taken) | {"statements": max(statements), "kilobytes": max(weights) / 1000}


def _weight(client: Client, page: bytes) -> int:
    """Of a page with its styles and scripts, as they travel."""
    names = set(re.findall(rb'(?:src|href)="(/static/[^"]+\.(?:css|js))"', page))
    parts = [page, *(b"".join(client.get(name.decode()).streaming_content) for name in sorted(names))]  # type: ignore[arg-type]
    return sum(len(gzip.compress(part, 6)) for part in parts)
