"""What a change of facts moves in the totals, gathered in tables of the transaction and then added at once."""

from collections.abc import Mapping

from django.db import connection

from seatkeeper.kernel.bulk import temporary_table
from seatkeeper.usage.models import UsageBooks
from seatkeeper.usage.statements import STATEMENTS


def lock_usage(organization_id: int) -> UsageBooks:
    """From here to the commit, nobody else writes usage of the organization."""
    UsageBooks.objects.get_or_create(organization_id=organization_id)
    return UsageBooks.objects.select_for_update().get(organization_id=organization_id)


def lock_as_chunks_do(where: Mapping[str, int]) -> None:
    """Before people and licenses are written to: pools, then books, as a chunk of an operation locks them."""
    if connection.features.has_select_for_update:
        for name in ("lock_pools", "lock_books"):
            STATEMENTS.rows(name, where)


def begin_moves() -> None:
    figures = "seconds bigint, views bigint, completions bigint"
    temporary_table("moved_spans", f"span text, starts_on date, learners bigint, {figures}")
    temporary_table("moved_contents", f"content_id bigint, day date, {figures}")


def add_moves(organization_id: int) -> None:
    for name in ("add_moved_spans", "add_moved_contents"):
        STATEMENTS.execute(name, {"organization": organization_id})
