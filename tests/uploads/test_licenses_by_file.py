"""What a license cell does: docs/how-to/csv-file.md, Values."""

import pytest

from seatkeeper.licensing.models import License, Status
from tests import factories
from tests.uploads.files import (
    ACTIVE,
    ANA,
    BO,
    CY,
    INVITED,
    NEVER,
    UNASSIGNED,
    WAS_ACTIVE,
    activated,
    answers,
    column,
    emails,
    licensed,
    person,
    problems,
    seats_taken,
    status_of,
    table,
)

pytestmark = pytest.mark.django_db
DI = "di@corp.example"

# Where somebody stands, what the cell says, how the pool activates: what becomes of it.
OUTCOMES = [
    *[
        (state, "", way, "unchanged")
        for state in (NEVER, INVITED, ACTIVE, UNASSIGNED, WAS_ACTIVE)
        for way in ("invite", "immediate")
    ],
    *[(state, "inactive", way, "unassigned") for state in (INVITED, ACTIVE) for way in ("invite", "immediate")],
    *[(state, "inactive", way, "unchanged") for state in (NEVER, UNASSIGNED, WAS_ACTIVE) for way in ("invite", "immediate")],
    *[(state, "active", way, "unchanged") for state in (INVITED, ACTIVE) for way in ("invite", "immediate")],
    *[(state, "active", "invite", "invited") for state in (NEVER, UNASSIGNED)],
    *[(state, "active", "immediate", "activated") for state in (NEVER, UNASSIGNED)],
    *[(WAS_ACTIVE, "active", way, "activated") for way in ("invite", "immediate")],
]
STATUS_BEFORE = {NEVER: 0, INVITED: 1, ACTIVE: 2, UNASSIGNED: 0, WAS_ACTIVE: 0}
STATUS_AFTER = {"unassigned": Status.UNASSIGNED, "invited": Status.INVITED, "activated": Status.ACTIVE}


@pytest.mark.parametrize(("state", "cell", "way", "outcome"), OUTCOMES)
def test_a_license_cell_does_what_the_table_says(state: str, cell: str, way: str, outcome: str) -> None:
    acme = factories.organization()
    pool = factories.pool(acme, activation=way)
    licensed(pool, ANA, state)

    operation = factories.import_csv(acme, table(["email", column(pool)], [ANA, cell]))

    after = STATUS_AFTER.get(outcome, Status(STATUS_BEFORE[state]))
    assert answers(operation) == [(outcome, "")]
    assert status_of(pool, ANA) == after
    assert seats_taken(pool) == (after == Status.ACTIVE)
    assert {name: operation.counts[name] for name in (*STATUS_AFTER, "unchanged")} == dict.fromkeys(
        (*STATUS_AFTER, "unchanged"), 0
    ) | {outcome: 1}
    assert operation.counts["seats_freed"] == (outcome == "unassigned" and state == ACTIVE)


@pytest.mark.parametrize(
    ("cell", "way", "outcome", "status"),
    [
        ("inactive", "invite", "added", Status.UNASSIGNED),
        ("", "immediate", "added", Status.UNASSIGNED),
        ("active", "invite", "invited", Status.INVITED),
        ("active", "immediate", "activated", Status.ACTIVE),
    ],
)
def test_a_license_cell_of_somebody_unknown_adds_the_person(cell: str, way: str, outcome: str, status: Status) -> None:
    acme = factories.organization()
    pool = factories.pool(acme, activation=way)

    operation = factories.import_csv(acme, table(["email", column(pool)], [ANA, cell]))

    assert answers(operation) == [(outcome, "")]
    assert operation.counts["added"] == 1
    assert status_of(pool, ANA) == status
    assert License.objects.filter(pool_id=pool.id).count() == (cell == "active")


def test_the_preview_counts_people_that_a_file_adds_only_to_take_licenses_from_them() -> None:
    acme = factories.organization()
    pool, pro = factories.pool(acme), factories.pool(acme, license_type="pro")
    person(acme, DI)

    operation = factories.import_csv(
        acme,
        table(
            ["email", column(pool), column(pro)],
            [ANA, "inactive", ""],
            [BO, "inactive", "active"],
            [CY, "", ""],
            [DI, "inactive", ""],
        ),
        apply=False,
    )

    assert operation.counts["added_without_license"] == 1


def test_no_new_people_leaves_them_out_and_each_is_a_skipped_row() -> None:
    acme = factories.organization()
    pool = factories.pool(acme)
    licensed(pool, ANA, ACTIVE)

    operation = factories.import_csv(
        acme, table(["email", column(pool)], [ANA, "inactive"], [BO, "active"], ["no", ""]), new_people=False
    )

    assert answers(operation) == [("unassigned", ""), ("skipped", "NEW_PERSON"), ("problem", "EMAIL")]
    assert emails(acme) == {ANA}
    assert (operation.counts["skipped"], operation.counts["added"]) == (1, 0)


def test_a_file_without_a_license_column_changes_no_license() -> None:
    acme = factories.organization()
    pool = factories.pool(acme)
    licensed(pool, ANA, ACTIVE)

    operation = factories.import_csv(acme, table(["email", "first_name"], [ANA, "Ana"], [BO, "Bo"]))

    assert answers(operation) == [("updated", ""), ("added", "")]
    assert (status_of(pool, ANA), status_of(pool, BO)) == (Status.ACTIVE, Status.UNASSIGNED)


def test_several_pools_act_each_for_itself() -> None:
    acme = factories.organization()
    learning, pro = factories.pool(acme), factories.pool(acme, budget_group="Sales EMEA", license_type="Pro Plus")
    licensed(learning, ANA, ACTIVE)
    licensed(pro, ANA, ACTIVE)
    licensed(pro, BO, ACTIVE)
    licensed(learning, CY, ACTIVE)

    operation = factories.import_csv(
        acme,
        table(
            ["email", column(learning), "SALES EMEA_license _pro plus_status"],
            [ANA, "inactive", "Inactive"],
            [BO, "active", ""],
            [CY, "", "active"],
            [DI, "active", "active"],
        ),
    )

    assert answers(operation) == [("unassigned", ""), ("activated", ""), ("activated", ""), ("activated", "")]
    assert (operation.counts["unassigned"], operation.counts["activated"], operation.counts["seats_freed"]) == (2, 4, 2)
    assert (seats_taken(learning), seats_taken(pro)) == (3, 3)


def test_worker_status_never_touches_the_license_and_the_preview_counts_them() -> None:
    acme = factories.organization()
    pool = factories.pool(acme)
    for email in (ANA, BO):
        licensed(pool, email, ACTIVE)
    person(acme, CY)
    content = table(
        ["email", "worker_status", column(pool)], [ANA, "Inactive ", ""], [BO, "inactive", "inactive"], [CY, "inactive", ""]
    )

    preview = factories.import_csv(acme, content, apply=False)
    operation = factories.import_csv(acme, content)

    assert preview.counts["inactive_workers"] == 1
    assert answers(operation) == [("updated", ""), ("unassigned", ""), ("updated", "")]
    assert status_of(pool, ANA) == Status.ACTIVE
    assert factories.learner(acme, ANA).attributes == {"worker_status": "inactive"}


def test_the_preview_counts_who_lost_the_license_lately_and_would_get_it_again() -> None:
    acme = factories.organization()
    pool = factories.pool(acme)
    for email in (ANA, BO):
        licensed(pool, email, WAS_ACTIVE)
    content = table(["email", column(pool)], [ANA, "active"], [BO, ""], [CY, "active"])
    later = factories.SteppingClock()
    later.forward(days=31)

    assert factories.import_csv(acme, content, apply=False).counts["assigned_again"] == 1
    assert factories.import_csv(acme, content, apply=False, clock=later).counts["assigned_again"] == 0


def test_who_comes_back_keeps_having_been_active_through_any_number_of_files() -> None:
    acme = factories.organization()
    pool = factories.pool(acme, activation="invite")
    factories.import_csv(acme, table(["email", column(pool)], [ANA, "active"]))
    activated(pool, ANA)

    for _ in range(2):
        factories.import_csv(acme, table(["email", column(pool)], [ANA, "inactive"]))
        operation = factories.import_csv(acme, table(["email", column(pool)], [ANA, "active"]))
        assert answers(operation) == [("activated", "")]


@pytest.mark.parametrize("chunk_rows", [1, 2, 3])
def test_small_chunks_come_to_the_same(settings: object, chunk_rows: int) -> None:
    settings.CHUNK_ROWS = settings.STAGE_ROWS = chunk_rows  # type: ignore[attr-defined]
    acme = factories.organization()
    learning, pro = factories.pool(acme, seats=2), factories.pool(acme, license_type="pro", seats=1)
    licensed(learning, ANA, ACTIVE)
    licensed(learning, BO, ACTIVE)

    operation = factories.import_csv(
        acme,
        table(
            ["email", column(learning), column(pro)],
            [CY, "active", ""],
            [ANA, "inactive", ""],
            [BO, "inactive", "active"],
            [DI, "active", ""],
            ["eve@corp.example", "active", ""],
        ),
    )

    assert answers(operation) == [
        ("activated", ""),
        ("unassigned", ""),
        ("reassigned", ""),
        ("activated", ""),
        ("problem", "SEAT"),
    ]
    assert problems(operation) == [("6", "SEAT")]
    assert (seats_taken(learning), seats_taken(pro)) == (2, 1)
