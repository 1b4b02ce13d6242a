"""The orders of a list of people: stretches of it, each along an index, and where a cursor points into them."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db.models import F, Q, QuerySet

from seatkeeper.directory.models import Learner, SearchEntry, Standing
from seatkeeper.directory.ranges import owned_by
from seatkeeper.licensing.models import Status

SORTS = ("name", "email", "status", "activity", "id")
VALUES = {
    "name": "searchentry__name",
    "email": "email",
    "status": "standing__status",
    "activity": "standing__last_activity_on",
    "id": "id",
}  # where a learner has what is sorted by

Key = tuple[int, Any]  # a learner, and what they are sorted by
Cursor = tuple[Any, int]  # the same of the row that a page ended or began with
Stretch = QuerySet[Any, Key]


def in_order(column: str, organization_id: int, cursor: Cursor | None, *, is_descending: bool) -> list[Stretch]:
    """Everyone beyond the cursor, in stretches one after the other. Whom nobody saw active stands before all days."""
    match column:
        case "name":
            rows: QuerySet[Any] = SearchEntry.objects.filter(organization_id=organization_id)
            return [_stretch(rows, "name", "learner_id", cursor, is_descending)]
        case "email":
            rows = Learner.objects.filter(organization_id=organization_id)
            return [_stretch(rows, "email", "id", cursor, is_descending)]
        case "status":
            return _by_status(organization_id, cursor, is_descending)
        case "activity":
            return _by_activity(organization_id, cursor, is_descending)
        case _:
            rows = owned_by(organization_id, Learner.objects.all())
            return [_along_ids(rows, "id", "id", cursor, is_descending)]


def beyond(keys: Iterable[Key], cursor: Cursor | None, *, is_descending: bool) -> list[Key]:
    """Those of the keys that the stretches would have, in the same order."""
    ordered = sorted(((value is not None, value, learner_id) for learner_id, value in keys), reverse=is_descending)
    if cursor is not None:
        here = (cursor[0] is not None, *cursor)
        ordered = [key for key in ordered if (key < here if is_descending else key > here)]
    return [(learner_id, value) for _, value, learner_id in ordered]


def written(key: Key) -> str:
    learner_id, value = key
    return f"{learner_id}~{'' if value is None else value}"


def read(cursor: str, column: str) -> Cursor | None:
    """None for what is no cursor of this order."""
    learner_id, mark, text = cursor.partition("~")
    if not mark or not (learner_id.isascii() and learner_id.isdecimal() and len(learner_id) < 19) or "\0" in text:
        return None
    try:
        return _value(text, int(learner_id), column), int(learner_id)
    except ValueError:
        return None


def _value(text: str, learner_id: int, column: str) -> Any:
    """Raises ValueError."""
    match column:
        case "id":
            return learner_id
        case "status":
            return Status(int(text)).value
        case "activity":
            return date.fromisoformat(text) if text else None
        case _:
            return text


def _by_status(organization_id: int, cursor: Cursor | None, is_descending: bool) -> list[Stretch]:
    standings = owned_by(organization_id, Standing.objects.all(), "learner_id")
    # No index keeps the standings by status: one look tells where nobody is anything but active.
    are_all_active = not standings.filter(status__lt=Status.ACTIVE).exists()
    statuses = [Status.ACTIVE.value] if are_all_active else Status.values
    stretches = []
    for status in _from(statuses, cursor, is_descending):
        within = cursor if cursor is not None and cursor[0] == status else None
        stretches.append(_along_ids(standings.filter(status=status), "status", "learner_id", within, is_descending))
    return stretches


def _by_activity(organization_id: int, cursor: Cursor | None, is_descending: bool) -> list[Stretch]:
    standings = Standing.objects.filter(organization_id=organization_id)
    never = owned_by(organization_id, Standing.objects.filter(last_activity_on=None), "learner_id")
    stretches = []
    for was_seen in _from((False, True), None if cursor is None else (cursor[0] is not None, 0), is_descending):
        within = cursor if cursor is not None and (cursor[0] is not None) == was_seen else None
        if was_seen:
            days = standings.filter(last_activity_on__isnull=False)
            stretches.append(_stretch(days, "last_activity_on", "learner_id", within, is_descending))
        else:
            stretches.append(_along_ids(never, "last_activity_on", "learner_id", within, is_descending))
    return stretches


def _from(values: Sequence[Any], cursor: Cursor | None, is_descending: bool) -> list[Any]:
    ordered = list(reversed(values)) if is_descending else list(values)
    if cursor is None:
        return ordered
    return [value for value in ordered if (value <= cursor[0] if is_descending else value >= cursor[0])]


def _stretch(rows: QuerySet[Any], column: str, id_column: str, cursor: Cursor | None, is_descending: bool) -> Stretch:
    """Rows by a column with an index, and by ids where it is equal."""
    if cursor is not None:
        value, learner_id = cursor
        way = "lt" if is_descending else "gt"
        further = Q(**{f"{column}__{way}": value}) | Q(**{column: value, f"{id_column}__{way}": learner_id})
        # The first condition is implied, but an index can begin there.
        rows = rows.filter(Q(**{f"{column}__{way}e": value}) & further)
    return _ordered(rows, column, id_column, (column, id_column), is_descending)


def _along_ids(rows: QuerySet[Any], column: str, id_column: str, cursor: Cursor | None, is_descending: bool) -> Stretch:
    """Rows by ids, where the column says nothing more."""
    if cursor is not None:
        rows = rows.filter(**{f"{id_column}__{'lt' if is_descending else 'gt'}": cursor[1]})
    return _ordered(rows, column, id_column, (id_column,), is_descending)


def _ordered(rows: QuerySet[Any], column: str, id_column: str, order: Sequence[str], is_descending: bool) -> Stretch:
    rows = rows.order_by(*(F(name).desc() if is_descending else F(name).asc() for name in order))
    stretch: Stretch = rows.annotate(key=F(id_column), value=F(column)).values_list("key", "value")
    return stretch
