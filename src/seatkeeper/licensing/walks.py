"""Two ways to the next page of a filtered list: walk along its order and look at each; or find all who fit, and sort them."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import islice
from typing import Any

from django.db import connection, transaction
from django.db.models import BooleanField, F, QuerySet
from django.db.models.expressions import RawSQL

from seatkeeper.directory.models import Learner
from seatkeeper.directory.ranges import owned_by
from seatkeeper.directory.terms import Condition, Sql
from seatkeeper.kernel import bulk
from seatkeeper.licensing.orders import VALUES, Cursor, Key, Stretch, beyond, in_order

FIRST_LOOK = 1_000  # people; they tell how common it is to fit
COMMON = 5  # so many among them: it is not far to a page
SECOND_LOOK = 20_000
READ_AT_FIRST = 10_000  # people whose texts are read on the way
READ_AT_MOST = {"sqlite": 0, "postgresql": 100_000}  # SQLite's index of words is read quicker than so many texts
EVERYONE = 1 << 40
THIS_LEARNER = '"directory_learner"."id"'
FEW = 20_000  # taken in all, and sorted here
MANY = 300_000

WALK = "SELECT walked.key, walked.value FROM ({rows}) AS walked WHERE ({fits}) IS NOT NULL LIMIT {limit}"
WALK_READING = (
    "SELECT walked.key, walked.value FROM ({rows}) AS walked"
    " WHERE CASE WHEN {holds} THEN ({fits}) END IS NOT NULL LIMIT {limit}"
)
WALK_AMONG = (
    "SELECT walked.key, walked.value FROM ({rows}) AS walked"
    # Not a plain AND: PostgreSQL would ask the index again for each who is walked by.
    " WHERE CASE WHEN walked.key IN ({among}) THEN ({fits}) END IS NOT NULL LIMIT {limit}"
)
HOLDS = {"sqlite": "instr(walked.text, %s) > 0", "postgresql": "strpos(walked.text, %s) > 0"}
# What many an index names is kept in memory, and plans do not hang on estimates of how many they are.
WALKING = "SET LOCAL work_mem = '64MB'; SET LOCAL jit = off; SET LOCAL max_parallel_workers_per_gather = 0"


def next_keys(
    column: str,
    organization_id: int,
    conditions: Sequence[Condition],
    cursor: Cursor | None,
    *,
    is_descending: bool,
    limit: int,
) -> list[Key]:
    """The first so many beyond the cursor who meet all conditions."""
    stretches = in_order(column, organization_id, cursor, is_descending=is_descending)
    if not conditions:
        return list(islice((key for stretch in stretches for key in stretch[:limit]), limit))
    if len(stretches) > 1:
        stretches = [stretch for stretch in stretches if stretch.exists()]
    terms = [term for condition in conditions for term in condition.holds] if column == "name" else []
    walk = partial(_walk, stretches, _fit(organization_id, conditions, this="walked.key"), limit, terms)
    keys = _found_nearby(walk, limit, READ_AT_FIRST if terms else FIRST_LOOK)
    if len(keys) == limit:
        return keys
    indexes = [condition.among for condition in conditions if condition.among is not None]
    few = _fewest(indexes or [_fit(organization_id, conditions)])
    if few is not None:
        return beyond(_fitting(few, organization_id, conditions, column), cursor, is_descending=is_descending)[:limit]
    # Of many, none among the first ones: they stand together further down, as names in another script do.
    most = READ_AT_MOST[connection.vendor] if terms and keys else 0
    keys = walk(most) if most else []
    if len(keys) == limit:
        return keys
    with _plans_for_walking():
        return walk(EVERYONE, among=_narrowest(indexes))


def next_keys_among(
    ids: Iterable[int], column: str, organization_id: int, cursor: Cursor | None, *, is_descending: bool, limit: int
) -> list[Key]:
    """The same of people who were found before, and are few."""
    return beyond(_fitting(ids, organization_id, (), column), cursor, is_descending=is_descending)[:limit]


def _found_nearby(walk: Callable[[int], list[Key]], limit: int, window: int) -> list[Key]:
    keys = walk(window)
    return walk(SECOND_LOOK) if COMMON <= len(keys) < limit and window < SECOND_LOOK else keys


@contextmanager
def _plans_for_walking() -> Iterator[None]:
    if connection.vendor != "postgresql":
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(WALKING)
        yield


def _walk(
    stretches: Sequence[Stretch],
    fits: Sql,
    limit: int,
    terms: Sequence[str],
    window: int,
    *,
    among: Sql | None = None,
) -> list[Key]:
    """Along the stretches, until one has more people than the window.

    Whom `among` does not name, or whose search text has not all of the terms, is not looked at.
    """
    columns = ("key", "value", "text") if terms and not among else ("key", "value")
    if among:
        statement, check = WALK_AMONG, {"among": among[0]}
        checked: Sequence[Any] = among[1]
    elif terms:
        statement, check, checked = WALK_READING, {"holds": " AND ".join([HOLDS[connection.vendor]] * len(terms))}, terms
    else:
        statement, check, checked = WALK, {}, ()
    keys: list[Key] = []
    for stretch in stretches:
        # The limit also keeps SQLite from working the inner query into the outer one, and its order with it.
        rows, rows_values = stretch.values_list(*columns)[:window].query.sql_with_params()
        sql = statement.format(rows=rows, fits=fits[0], limit=limit - len(keys), **check)
        keys += _rows(sql, (*rows_values, *checked, *fits[1]), stretch)
        is_last = stretch is stretches[-1]
        if len(keys) == limit or (not is_last and window < EVERYONE and stretch[window : window + 1].exists()):
            break
    return keys


def _rows(sql: str, values: Sequence[Any], stretch: Stretch) -> list[Key]:
    compiler = stretch.query.get_compiler(connection=connection)
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        rows = cursor.fetchall()
    converters = compiler.get_converters([stretch.query.annotations[name] for name in ("key", "value")])
    return [(key, value) for key, value in compiler.apply_converters(rows, converters)]


def _fewest(indexes: Sequence[Sql]) -> set[int] | None:
    """All whom one of the indexes names, where they are few."""
    return next((few for index in indexes if (few := _few(index)) is not None), None)


def _few(ids: Sql) -> set[int] | None:
    sql, values = ids
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM ({sql} LIMIT {FEW + 1}) AS named", values)  # noqa: S608  our own text
        rows = cursor.fetchall()
    return {row[0] for row in rows} if len(rows) <= FEW else None  # rows: some people are named twice


def _narrowest(indexes: Sequence[Sql]) -> Sql | None:
    """That which names the fewest, as far as they are counted; None of none. One statement, however many there are."""
    if len(indexes) < 2:
        return next(iter(indexes), None)
    counts = ", ".join(f"(SELECT COUNT(*) FROM ({sql} LIMIT {MANY}) AS named)" for sql, _ in indexes)  # noqa: S608  our own text
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {counts}", [value for _, values in indexes for value in values])
        numbers: tuple[int, ...] = cursor.fetchone()
    return indexes[numbers.index(min(numbers))]


def _fitting(ids: Iterable[int], organization_id: int, conditions: Sequence[Condition], column: str) -> list[Key]:
    """One by one, and not by a join: PostgreSQL may think that a group filled just now has one member."""
    sql, value = bulk.is_one_of(THIS_LEARNER, sorted(ids), "%s")
    among = RawSQL(sql, (value,), output_field=BooleanField())  # noqa: S611  our own text
    some = owned_by(organization_id, Learner.objects.filter(among))
    if not conditions:
        return list(some.values_list("id", VALUES[column]))
    stretch = some.annotate(key=F("id"), value=F(VALUES[column])).values_list("key", "value")
    return _walk([stretch], _fit(organization_id, conditions, this="walked.key"), EVERYONE, (), EVERYONE)


def _fit(organization_id: int, conditions: Sequence[Condition], *, this: str = "") -> Sql:
    """SQL that selects everyone who meets the conditions; or `this` learner, if they do."""
    people = owned_by(organization_id, Learner.objects.all())
    if this:
        people = people.filter(id=RawSQL(this, ()))  # noqa: S611  our own text
    sql, values = _meeting(conditions, people).values("id").query.sql_with_params()
    return sql, tuple(values)


def _meeting(conditions: Sequence[Condition], people: QuerySet[Learner]) -> QuerySet[Learner]:
    return people.filter(*(condition.fits for condition in conditions))
