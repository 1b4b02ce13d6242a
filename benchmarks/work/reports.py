"""Reports at work: pages and parts as a browser asks for them; and everyone out to a file, beside the bare way."""

import csv
import os
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection
from django.db.models import Min
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.http import urlencode

from benchmarks.figures import percentiles
from benchmarks.files import email
from benchmarks.work.product import organization
from seatkeeper.accounts.models import Account, Membership
from seatkeeper.directory.models import Learner
from seatkeeper.directory.reach import Reach
from seatkeeper.directory.services.groups import add_group
from seatkeeper.gate.models import Content
from seatkeeper.gate.services.content import add_content
from seatkeeper.kernel.bulk import refresh_statistics
from seatkeeper.kernel.clock import system_clock
from seatkeeper.reports.asked import Asked, read
from seatkeeper.reports.registry import REPORTS
from seatkeeper.usage.models import Source
from seatkeeper.usage.rules import Told
from seatkeeper.usage.services.take_in import take_in

TIMES = 5
GROUP, MEMBERS = "Everywhere", 10_000
YEAR = {"period": "365"}
MONTH = {"period": "30"}
OF_PEOPLE: tuple[dict[str, str], ...] = (
    {},
    YEAR,
    {"period": "30"},
    {"q": f"group:{GROUP}"},
    {"q": f"group:{GROUP}"} | YEAR,
    {"q": "kowalski department:Sales"} | YEAR,
    {"q": "email:user77@corp27.example.com"},
)
CASES: dict[str, tuple[dict[str, str], ...]] = {
    "learners": (*OF_PEOPLE, {"sort": "-last_activity_on"}, {"sort": "-person"}),
    "organization": (*OF_PEOPLE, {"by": "day"} | YEAR, {"by": "month", "from": "2020-01-01"}),
    "content": OF_PEOPLE,
    "licenses": (*OF_PEOPLE, {"q": "status:none"}, {"q": "type:learning status:active department:Finance"}),
    "idle": ({}, {"days": "30"}, {"days": "365"}, {"q": f"group:{GROUP}"}, {"q": "kowalski"}),
    "seats": ({}, YEAR, {"by": "day"} | YEAR, {"q": "type:learning"}),
    "pools": ({},),
}
ELSEWHERE = {"zone": "America/New_York"}
USERS = "content-people"
FEW = 30
LARGE = ({"q": "department:Sales"}, {"q": "department:Sales"} | YEAR)  # of 166,000 people in 1,000,000
BARE = {
    "learners": """
SELECT learner.attributes ->> 'preferred_first_name', learner.attributes ->> 'preferred_last_name', learner.email,
       standing.status, used.days, used.seconds / 3600.0, used.views, completed.completions, standing.last_activity_on
  FROM directory_learner AS learner
  LEFT JOIN (SELECT learner_id, COUNT(DISTINCT day) AS days, SUM(seconds) AS seconds, SUM(views) AS views
               FROM usage_learnerday WHERE organization_id = {home} AND day >= '{first}' AND day <= '{last}'
              GROUP BY learner_id) AS used ON used.learner_id = learner.id
  LEFT JOIN (SELECT learner_id, COUNT(*) AS completions
               FROM usage_completion WHERE organization_id = {home} AND completed_on >= '{first}' AND completed_on <= '{last}'
              GROUP BY learner_id) AS completed ON completed.learner_id = learner.id
  LEFT JOIN directory_standing AS standing ON standing.learner_id = learner.id
 WHERE learner.organization_id = {home} ORDER BY learner.id
""",
    "licenses": """
SELECT learner.attributes ->> 'preferred_first_name', learner.attributes ->> 'preferred_last_name', learner.email,
       license.pool_id, license.status, license.status_at, change.from_status_at, operation.actor, operation.reason,
       standing.last_activity_on
  FROM directory_learner AS learner
  LEFT JOIN licensing_license AS license
    ON license.organization_id = learner.organization_id AND license.learner_id = learner.id
  LEFT JOIN licensing_operation AS operation
    ON operation.organization_id = learner.organization_id AND operation.number = license.operation_id
  LEFT JOIN licensing_licensechange AS change
    ON change.organization_id = learner.organization_id AND change.learner_id = learner.id
   AND change.operation_id = license.operation_id AND change.pool_id = license.pool_id
  LEFT JOIN directory_standing AS standing ON standing.learner_id = learner.id
 WHERE learner.organization_id = {home} ORDER BY learner.id
""",
    "content": """
SELECT content.title, content.kind, used.views, used.seconds / 3600.0, used.completions
  FROM (SELECT content_id, SUM(views) AS views, SUM(seconds) AS seconds, SUM(completions) AS completions
          FROM usage_contentday WHERE organization_id = {home} AND day >= '{first}' AND day <= '{last}'
         GROUP BY content_id) AS used
  JOIN gate_content AS content ON content.id = used.content_id
 ORDER BY used.views DESC, used.seconds DESC, used.content_id
""",
}


def open_pages() -> dict[str, Any]:
    """Milliseconds and statements of each report's first page, with its plot; `large …`: parts the page does not wait for."""
    _make_group()
    client = _signed_in()
    yesterday = system_clock().date() - timedelta(days=1)
    found = {key: _opened(client, list(_addresses(key, CASES[key]))) for key in CASES}
    large = [
        reverse("report_numbers", args=[key]) + f"?{urlencode(query)}" for key in ("learners", "content") for query in LARGE
    ]
    past = {"from": (yesterday - timedelta(days=130)).isoformat(), "to": (yesterday - timedelta(days=40)).isoformat()}
    ended = [f"{reverse('report_numbers', args=[key])}?{urlencode(past)}" for key in ("learners", "organization")]
    first = [f"{reverse('report', args=[key])}?{urlencode(LARGE[1])}" for key in ("learners", "licenses", "content")]
    counted = [f"{reverse('report_numbers', args=[key])}?{urlencode(MONTH | ELSEWHERE)}" for key in ("organization", "content")]
    elsewhere = [
        f"{reverse('report', args=[key])}?{urlencode(query | ELSEWHERE)}"
        for key in ("learners", "organization", "content", "licenses")
        for query in (YEAR, {"q": "kowalski department:Sales"} | YEAR)
    ]
    common, rare = _contents()
    a_day = {"from": yesterday.isoformat(), "to": yesterday.isoformat()}
    spans = ({"by": "day", "period": "30"}, {"by": "week"}, {"by": "month"} | YEAR)
    to_people = [
        *(f"{reverse('report', args=['learners'])}?{urlencode(query | {'who': 'active'})}" for query in (YEAR, MONTH, a_day)),
        *(f"{reverse('report', args=['organization'])}?{urlencode(query)}" for query in spans),
    ]
    of_content = [
        f"{reverse('report', args=[USERS])}?{urlencode(query | {'content': content})}"
        for content in (common, rare)
        for query in ({}, YEAR, {"q": f"group:{GROUP}"}, {"q": "kowalski department:Sales"} | YEAR)
    ]
    rows_of_content = [
        f"{reverse('report_numbers', args=[USERS])}?{urlencode({'content': content} | query)}"
        for content in (common, rare)
        for query in (YEAR, {"q": f"group:{GROUP}"} | YEAR, LARGE[1])
    ]
    return found | {
        "of who was active": _opened(client, to_people),
        "of who used a content": _opened(client, of_content),
        "large of a content": _opened(client, rows_of_content),
        "large": _opened(client, large),
        "large past": _opened(client, ended),
        "large elsewhere": _opened(client, counted, times=1),
        "of many": _opened(client, first),
        "elsewhere": _opened(client, elsewhere),
    }


def open_catalogue() -> dict[str, Any]:
    """The same of many thousand contents: the first pages and one far behind, of a few people, and who used one of them."""
    client = _signed_in()
    far = str(Content.objects.count() // 2)
    asked = ({}, YEAR, MONTH, YEAR | {"after": "50"}, YEAR | {"after": far}, {"q": "kowalski department:Sales"} | YEAR)
    of_all = [f"{reverse('report', args=['content'])}?{urlencode(query)}" for query in asked]
    content = Content.objects.order_by("id").values_list("id", flat=True)[0]
    of_one = [f"{reverse('report', args=[USERS])}?{urlencode(query | {'content': content})}" for query in (YEAR, MONTH)]
    return {"of many contents": _opened(client, of_all), "of one of many": _opened(client, of_one)}


def product(*, key: str) -> dict[str, float]:
    """Everyone, as the page's download writes them."""
    return _timed(lambda output: REPORTS[key].write(_asked(), output))


def bare(*, key: str) -> dict[str, float]:
    """The same rows and joins, cursor to csv.writer or COPY."""
    asked = _asked()
    query = BARE[key].format(home=asked.organization_id, first=asked.period.first, last=asked.period.last)
    return _timed(lambda output: (_copied if connection.vendor == "postgresql" else _fetched)(query, output))


def _addresses(key: str, queries: tuple[dict[str, str], ...]) -> Iterator[str]:
    for query in queries:
        yield f"{reverse('report', args=[key])}?{urlencode(query)}"
        if REPORTS[key].definition.takes_time or GROUP in query.get("q", ""):
            yield f"{reverse('report_numbers', args=[key])}?{urlencode(query)}"


def _opened(client: Client, addresses: list[str], *, times: int = TIMES) -> dict[str, Any]:
    taken: dict[str, list[float]] = {address: [] for address in addresses}
    statements = 0
    for _ in range(times):
        for address in addresses:
            begun = time.perf_counter()
            with CaptureQueriesContext(connection) as asked:
                answer = client.get(address)
            taken[address].append((time.perf_counter() - begun) * 1000)
            assert answer.status_code == 200, address
            statements = max(statements, len(asked))
    slowest = {address: max(each) for address, each in taken.items()}
    everything = [one for each in taken.values() for one in each]
    return percentiles(everything) | {"statements": statements, "slowest": slowest}


def _contents() -> tuple[int, int]:
    """One that people all over the organization used, and one that few did."""
    home, now = organization(), system_clock()
    common = Content.objects.order_by("id").values_list("id", flat=True)[0]
    words = {"title": "Rare", "address": "/rare", "license_types": ["learning"]}
    rare = add_content(organization_id=home.id, **words, actor="bench", now=now)
    told = [Told(email(number), rare.title, day=now.date(), seconds=60, views=1) for number in range(FEW)]
    take_in(organization_id=home.id, facts=told, source=Source.API, now=now)
    return common, rare.id


def _make_group() -> None:
    """Ten thousand people from all over the organization, or a hundredth of those there are."""
    home = organization()
    group = add_group(organization_id=home.id, name=GROUP)
    people = Learner.objects.filter(organization_id=home.id)
    first, count = people.aggregate(Min("id"))["id__min"], people.count()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO directory_groupmember (organization_id, group_id, learner_id)"
            " SELECT organization_id, %s, id FROM directory_learner WHERE organization_id = %s AND (id - %s) %% %s = 0",
            [group.id, home.id, first, max(1, count // MEMBERS) if count > MEMBERS else 100],
        )
    refresh_statistics("directory_groupmember")  # as after an operation


def _signed_in() -> Client:
    account = Account.objects.create_user("reader@bench.example")
    Membership.objects.create(organization=organization(), account=account, is_admin=True, is_full_admin=True)
    client = Client(SERVER_NAME="localhost")
    client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def _asked() -> Asked:
    return read(YEAR, Reach(organization().id), now=system_clock(), zone=ZoneInfo("UTC"))


def _timed(write: Callable[[Any], int]) -> dict[str, float]:
    with (Path(settings.HOME) / "report.csv").open("wb") as output:
        begun = time.perf_counter()
        rows = write(output)
        output.flush()
        os.fsync(output.fileno())
        return {"rows": rows, "seconds": time.perf_counter() - begun}


def _copied(query: str, output: Any) -> int:
    with connection.cursor() as cursor:
        with cursor.copy(f"COPY ({query}) TO STDOUT WITH (FORMAT csv, HEADER)") as copy:
            for block in copy:
                output.write(block)
        return int(cursor.rowcount)


def _fetched(query: str, output: Any) -> int:
    count = 0
    with connection.cursor() as cursor, open(output.fileno(), "w", newline="", encoding="utf-8", closefd=False) as text:
        writer = csv.writer(text, lineterminator="\n")
        for row in cursor.connection.execute(query):  # the driver's own, no layer between
            writer.writerow(row)
            count += 1
    return count
