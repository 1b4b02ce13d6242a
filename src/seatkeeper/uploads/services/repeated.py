"""Lines of one file that name the same person: what agrees collapses, what contradicts is a problem."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain, groupby, islice
from operator import itemgetter

from django.db import connection
from django.db.backends.utils import CursorWrapper

from seatkeeper.kernel import bulk, profile_json
from seatkeeper.kernel.sql import fits
from seatkeeper.uploads.models import Upload, UploadProblem, Verdict
from seatkeeper.uploads.seen import Seen
from seatkeeper.uploads.statements import STATEMENTS

GIVEN = "unique_user_id text PRIMARY KEY, line bigint"
SUSPECT = "line bigint PRIMARY KEY"
JUDGEMENT = "line bigint, verdict smallint, code text, detail text, unique_user_id text, patch text, wishes text"
JUDGEMENT_COLUMNS = ("line", "verdict", "code", "detail", "unique_user_id", "patch", "wishes")
LINES_NAMED = 10
LINES_OF_ONE_PERSON = 1_000
ROWS_PER_FETCH = 2_000
AS_IT_IS = "="

# What the lines share, the line, the person (0: a new one) or the person's new address, unique_user_id, patch, wishes.
Row = tuple[object, int, int | str, str | None, str | None, str]
Judgement = tuple[int, int, str | None, str | None, str | None, str | None, str]


def judge_repeated_lines(upload: Upload, seen: Seen, *, email_column: str, id_column: str) -> None:
    """Look for lines with the same learner, the same new address, the same new id, in this order."""
    where = {"organization": upload.organization_id, "operation": upload.operation_id}
    _take_given_ids(where)
    bulk.temporary_table("suspect", SUSPECT)
    if not seen.fill_suspects(where):
        return
    bulk.refresh_statistics("uploads_uploadline", "suspect")
    for query, column, code in (
        ("repeated_by_learner", email_column or id_column, "EMAIL_DUPLICATE"),
        ("repeated_by_email", email_column, "EMAIL_DUPLICATE"),
        ("repeated_by_id", id_column, "IDENTITY_CONFLICT"),
    ):
        _judge(where, query, column, code)


def _take_given_ids(where: dict[str, int]) -> None:
    """Ids are looked up in the directory as it is; those that the file itself gives are found here, where any was not."""
    unknown = UploadProblem.objects.filter(
        organization_id=where["organization"], operation_id=where["operation"], code="UNIQUE_USER_ID"
    )
    if not unknown.exists():
        return
    bulk.temporary_table("given", GIVEN)
    bulk.refresh_statistics("uploads_uploadline", "uploads_uploadproblem")
    if STATEMENTS.execute("note_given_ids", where):
        STATEMENTS.execute("take_given_ids", where, fits=fits("learner.attributes", "uploads_uploadline.patch"))
        STATEMENTS.execute("withdraw_given_ids", where)


@dataclass(slots=True)
class Together:
    """What the lines of one person say, put together; `agrees` turns false at a contradiction."""

    first: Row
    values: dict[str, str | None] = field(default_factory=dict)
    unique_user_id: str | None = None
    wishes: list[str] = field(default_factory=list)
    patch_kinds: set[str] = field(default_factory=set)
    lines: list[int] = field(default_factory=list)
    agrees: bool = True

    def add(self, row: Row) -> None:
        _, line, whom, unique_user_id, patch, wishes = row
        if len(self.lines) < LINES_NAMED:
            self.lines.append(line)
        self.wishes = self.wishes or ["-"] * len(wishes)
        self.agrees = (
            self.agrees
            and whom == self.first[2]
            and self._add_id(unique_user_id)
            and self._add_wishes(wishes)
            and self._add_patch(patch)
        )

    def _add_id(self, unique_user_id: str | None) -> bool:
        if unique_user_id is None:
            return True
        agrees = self.unique_user_id in (None, unique_user_id)
        self.unique_user_id = unique_user_id
        return agrees

    def _add_wishes(self, wishes: str) -> bool:
        agrees = all(old == new or "-" in (old, new) for old, new in zip(self.wishes, wishes, strict=True))
        self.wishes = [new if old == "-" else old for old, new in zip(self.wishes, wishes, strict=True)]
        return agrees

    def _add_patch(self, patch: str | None) -> bool:
        if patch is None:
            return True
        self.patch_kinds.add(AS_IT_IS if patch == AS_IT_IS else "patch")
        if len(self.patch_kinds) > 1:
            return False  # one wants the values as they are, the other wants them changed
        wanted = {} if patch == AS_IT_IS else json.loads(patch)
        agrees = all(self.values.get(key, value) == value for key, value in wanted.items())
        self.values |= wanted
        return agrees

    @property
    def patch(self) -> str | None:
        if self.values:
            return profile_json.dump(self.values)
        return AS_IT_IS if self.patch_kinds else None


def _judge(where: dict[str, int], query: str, column: str, code: str) -> None:
    bulk.temporary_table("judgement", JUDGEMENT)
    found = False
    with connection.chunked_cursor() as cursor:
        STATEMENTS.run(cursor, query, where)
        judgements = chain.from_iterable(_judge_group(rows, code) for _, rows in groupby(_stream(cursor), itemgetter(0)))
        while batch := list(islice(judgements, ROWS_PER_FETCH)):
            bulk.insert_rows("judgement", JUDGEMENT_COLUMNS, batch)
            found = True
    if found:
        STATEMENTS.execute("judge_lines", where)
        STATEMENTS.execute("report_repeated", where | {"column": column})


def _stream(cursor: CursorWrapper) -> Iterator[Row]:
    while rows := cursor.fetchmany(ROWS_PER_FETCH):
        yield from rows


def _judge_group(rows: Iterator[Row], code: str) -> Iterator[Judgement]:
    """One judgement a line. Whoever is named by very many lines is not looked at any closer: that is no file of people."""
    group = list(islice(rows, LINES_OF_ONE_PERSON))
    rest = next(rows, None)
    if len(group) == 1:
        return
    together = Together(first=group[0])
    for row in group:
        together.add(row)
    if rest is None and together.agrees and code != "IDENTITY_CONFLICT":
        yield from _collapsed(group, together)
    else:
        detail = " ".join(map(str, together.lines))
        for row in chain(group, [rest] if rest else [], rows):
            yield row[1], Verdict.PROBLEM, code, detail, *row[3:]


def _collapsed(group: list[Row], together: Together) -> Iterator[Judgement]:
    first = group[0]
    yield first[1], Verdict.SOUND, None, None, together.unique_user_id, together.patch, "".join(together.wishes)
    for row in group[1:]:
        yield row[1], Verdict.COLLAPSED, None, str(first[1]), *row[3:]
