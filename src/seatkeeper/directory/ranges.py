"""An organization's ids are a range of their own."""

from typing import TypeVar

from django.db.models import Model, QuerySet

from seatkeeper.directory.models import IDS_PER_ORGANIZATION

Row = TypeVar("Row", bound=Model)


def id_range(organization_id: int) -> tuple[int, int]:
    """The first and the last."""
    first = organization_id * IDS_PER_ORGANIZATION
    return first, first + IDS_PER_ORGANIZATION - 1


def owned_by(organization_id: int, rows: QuerySet[Row], column: str = "id") -> QuerySet[Row]:
    """Those whose ids are the organization's: for rows that are looked up, or walked along, by their ids.

    Told the organization itself, SQLite would rather read all of an index that begins with it.
    """
    first, last = id_range(organization_id)
    return rows.filter(**{f"{column}__gte": first, f"{column}__lte": last})
