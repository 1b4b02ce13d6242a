"""Whole files in the shapes in which they are met: from a spreadsheet, in UTF-16, with groups, with problems."""

import csv
import io
import random
from collections.abc import Iterator

import pytest

from seatkeeper.licensing.models import Status
from seatkeeper.uploads.errors import FileRefused
from seatkeeper.uploads.messages import refusal
from seatkeeper.uploads.results import results_path
from tests import factories
from tests.uploads.files import answers, column, results, seats_taken, snapshot, status_of, upload_of

pytestmark = pytest.mark.django_db
FIRST = ["Ana", "Émile", "Jörg", "Måns", "Óscar", "Tomás", "美咲", "Ольга"]
LAST = ["Müller", "O'Neil", "D’Arcy", "Yılmaz", "Wójcik", "=SUM(A1)"]
DEPARTMENTS = ["Finance", "R&D", "People, Culture", 'Legal "EMEA"', "Sales\nand more"]
HEADER = [
    "preferred_first_name",
    "preferred_last_name",
    "invited_email_address",
    "unique_user_id",
    "department_name",
    "location",
    "attribute_cost_center",
    "default_license_learning_status",
]
EMAIL, LICENSE = 2, 7
ROWS = 60


def people(rows: int = ROWS) -> Iterator[list[str]]:
    chance = random.Random(7)  # noqa: S311  invented people
    for n in range(rows):
        name = [chance.choice(FIRST), chance.choice(LAST).replace("=", "'=")]
        yield [
            *name,
            f"user{n}@corp{n % 5}.example.com",
            f"E{n:08d}",
            chance.choice(DEPARTMENTS),
            "São Paulo",
            f"CC-{n % 3:03d}",
        ]


def written(
    rows: list[list[str]], *, header: list[str] = HEADER, encoding: str = "utf-8", delimiter: str = ",", newline: str = "\r\n"
) -> bytes:
    text = io.StringIO(newline="")
    needs_quotes = newline == "\r"  # or it would leave a lone LF unquoted
    csv.writer(
        text, delimiter=delimiter, lineterminator=newline, quoting=csv.QUOTE_ALL if needs_quotes else csv.QUOTE_MINIMAL
    ).writerows([header, *rows])
    return text.getvalue().encode(encoding)


def everyone(wish: str) -> list[list[str]]:
    return [[*row, wish] for row in people()]


def half_leaving(leave: str, stay: str) -> list[list[str]]:
    return [[*row, leave if n % 2 else stay] for n, row in enumerate(people())]


@pytest.mark.parametrize(
    ("rows", "dialect"),
    [
        (half_leaving("inactive", "active"), {}),
        (half_leaving("Inactive ", "ACTIVE"), {"encoding": "utf-8-sig", "delimiter": ";"}),
        (half_leaving("inactive", ""), {"encoding": "utf-16", "delimiter": "\t", "newline": "\n"}),
        (half_leaving("inactive", "active"), {"newline": "\r"}),
    ],
)
def test_a_file_of_leavers_gives_back_their_seats_alone(rows: list[list[str]], dialect: dict[str, str]) -> None:
    acme = factories.organization()
    pool = factories.pool(acme, seats=ROWS)
    joined = factories.import_csv(acme, written(everyone("active")))

    left = factories.import_csv(acme, written(rows, **dialect))  # type: ignore[arg-type]
    again = factories.import_csv(acme, results_path(left).read_bytes())

    assert (joined.counts["added"], joined.counts["activated"]) == (ROWS, ROWS)
    assert {name: left.counts[name] for name in ("rows", "unassigned", "unchanged", "updated", "problems", "seats_freed")} == {
        "rows": ROWS,
        "unassigned": ROWS // 2,
        "unchanged": ROWS // 2,
        "updated": 0,
        "problems": 0,
        "seats_freed": ROWS // 2,
    }
    assert seats_taken(pool) == ROWS // 2
    assert again.planned_changes == 0
    assert column(pool) == HEADER[LICENSE]
    assert (status_of(pool, "user0@corp0.example.com"), status_of(pool, "user1@corp1.example.com")) == (
        Status.ACTIVE,
        Status.UNASSIGNED,
    )


def test_a_file_with_groups_changes_nothing_until_they_are_left_out() -> None:
    acme = factories.organization()
    pool = factories.pool(acme, seats=ROWS)
    factories.import_csv(acme, written(everyone("active")))
    before = snapshot(acme)
    content = written([[*row, "Sales,EMEA"] for row in everyone("inactive")], header=[*HEADER, "Group"])

    with pytest.raises(FileRefused) as caught:
        factories.import_csv(acme, content)
    assert snapshot(acme) == before
    assert "VALIDATION_ERROR in column groups" in refusal(caught.value.problem, column=caught.value.column, detail="")

    operation = factories.import_csv(acme, content, without_groups=True)
    assert operation.counts["unassigned"] == ROWS
    assert seats_taken(pool) == 0
    assert [entry["code"] for entry in upload_of(operation).notes] == ["groups_left_out"]


def test_a_file_with_problems_applies_what_is_sound_and_names_every_fault() -> None:
    acme = factories.organization()
    pool = factories.pool(acme, seats=ROWS)
    factories.import_csv(acme, written(everyone("active")))
    spoiled = everyone("inactive")
    for n, row in enumerate(spoiled):
        match n % 10:
            case 3:
                row[EMAIL] = "not an address"
            case 5:
                row[LICENSE] = "gone"
            case 7:
                spoiled[n] = row[:5]

    operation = factories.import_csv(acme, written(spoiled))

    codes = {3: ("problem", "EMAIL"), 5: ("problem", "LICENSE_STATUS"), 7: ("problem", "COLUMN_COUNT")}
    assert answers(operation) == [codes.get(n % 10, ("unassigned", "")) for n in range(ROWS)]
    assert (operation.counts["problems"], operation.counts["unassigned"]) == (18, 42)
    assert seats_taken(pool) == 18
    assert all(row["message"] for row in results(operation) if row["status"] == "problem")
