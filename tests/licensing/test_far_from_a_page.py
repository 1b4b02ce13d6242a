"""Where those who fit a filter are few and far between, all whom an index names are looked at, in any state of statistics."""

import json
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from seatkeeper.directory.models import GroupMember, Learner
from seatkeeper.directory.reach import Reach
from seatkeeper.directory.services.groups import add_group
from seatkeeper.kernel.bulk import refresh_statistics
from seatkeeper.licensing import walks
from seatkeeper.licensing.people import Listing, page_of
from tests import factories

MEMBERS = 300


def looked_at(plan: dict[str, Any]) -> float:
    """Rows that a plan made and threw away, in all loops."""
    dropped: float = sum(plan.get(f"Rows Removed by {what}", 0) * plan["Actual Loops"] for what in ("Join Filter", "Filter"))
    made: float = plan["Actual Rows"] * plan["Actual Loops"]
    return dropped + made + sum(map(looked_at, plan.get("Plans", ())))


@pytest.mark.postgresql
@pytest.mark.django_db
def test_a_group_that_was_filled_just_now_is_looked_through_once(monkeypatch: pytest.MonkeyPatch) -> None:
    acme = factories.organization("Acme")
    lines = "".join(f"p{number}@corp.example,\n" for number in range(MEMBERS))
    factories.import_csv(acme, f"email,title\nboss@corp.example,\n{lines}")
    refresh_statistics("directory_learner", "directory_searchentry")
    boss, *others = people = list(Learner.objects.filter(organization=acme).order_by("id"))
    for name, members in (("Everyone", people), ("Others", others)):
        group = add_group(organization_id=acme.id, name=name)
        GroupMember.objects.bulk_create(GroupMember(organization=acme, group=group, learner=one) for one in members)
    monkeypatch.setattr(walks, "COMMON", MEMBERS)
    monkeypatch.setattr(walks, "FIRST_LOOK", 1)

    with CaptureQueriesContext(connection) as captured:
        found = page_of(Listing(filter="group:Everyone -group:Others"), Reach(acme.id), today=factories.NOW.date())

    assert [one.id for one in found.people] == [boss.id]
    (sql,) = [query["sql"] for query in captured if " = ANY(" in query["sql"] or "unnest(" in query["sql"]][:1]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")  # it would be quicker for each of so few
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}")
        (plan,) = cursor.fetchone()
    assert looked_at((json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"]) < 20 * MEMBERS
