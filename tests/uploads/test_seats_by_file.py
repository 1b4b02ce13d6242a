"""Seats that lines of a file free and want: docs/how-to/csv-file.md, Values."""

import pytest

from seatkeeper.licensing.models import Status
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
    answers,
    column,
    emails,
    licensed,
    person,
    results,
    seats_taken,
    status_of,
    table,
    upload_of,
)

pytestmark = pytest.mark.django_db
DI = "di@corp.example"


@pytest.mark.parametrize("way", ["invite", "immediate"])
@pytest.mark.parametrize(("state", "kept"), [(ACTIVE, Status.ACTIVE), (INVITED, Status.INVITED)])
def test_inactive_here_and_active_there_on_one_row_is_a_reassign_that_keeps_the_status(
    state: str, kept: Status, way: str
) -> None:
    acme = factories.organization()
    learning, pro = factories.pool(acme), factories.pool(acme, license_type="pro", activation=way)
    licensed(learning, ANA, state)

    operation = factories.import_csv(acme, table(["email", column(pro), column(learning)], [ANA, "active", "inactive"]))

    assert answers(operation) == [("reassigned", "")]
    assert (status_of(learning, ANA), status_of(pro, ANA)) == (Status.UNASSIGNED, kept)
    assert (seats_taken(learning), seats_taken(pro)) == (0, kept == Status.ACTIVE)
    assert operation.counts["reassigned"] == 1
    assert [operation.counts[name] for name in ("unassigned", "invited", "activated")] == [0, 0, 0]


@pytest.mark.parametrize("state", [NEVER, UNASSIGNED, WAS_ACTIVE])
def test_inactive_where_there_is_no_license_makes_no_reassign(state: str) -> None:
    acme = factories.organization()
    learning, pro = factories.pool(acme), factories.pool(acme, license_type="pro", activation="invite")
    licensed(learning, ANA, state)

    operation = factories.import_csv(acme, table(["email", column(learning), column(pro)], [ANA, "inactive", "active"]))

    assert answers(operation) == [("invited", "")]
    assert status_of(pro, ANA) == Status.INVITED


def test_active_there_already_makes_no_reassign() -> None:
    acme = factories.organization()
    learning, pro = factories.pool(acme), factories.pool(acme, license_type="pro")
    licensed(learning, ANA, ACTIVE)
    licensed(pro, ANA, ACTIVE)

    operation = factories.import_csv(acme, table(["email", column(learning), column(pro)], [ANA, "inactive", "active"]))

    assert answers(operation) == [("unassigned", "")]
    assert (seats_taken(learning), seats_taken(pro)) == (0, 1)


def test_a_reassign_without_a_free_seat_in_the_target_is_a_problem_and_keeps_the_license() -> None:
    acme = factories.organization()
    learning, pro = factories.pool(acme), factories.pool(acme, license_type="pro", seats=1)
    licensed(learning, ANA, ACTIVE)
    licensed(pro, BO, ACTIVE)

    operation = factories.import_csv(
        acme,
        table(["email", "title", column(learning), column(pro)], [ANA, "Boss", "inactive", "active"], [BO, "Aide", "", ""]),
    )

    assert answers(operation) == [("problem", "SEAT"), ("updated", "")]
    assert (status_of(learning, ANA), status_of(pro, ANA)) == (Status.ACTIVE, Status.UNASSIGNED)
    assert factories.learner(acme, ANA).attributes == {}
    assert upload_of(operation).counts["missing_seats"] == {"default/pro": 1}


def test_an_invited_reassign_needs_no_seat() -> None:
    acme = factories.organization()
    learning, pro = factories.pool(acme), factories.pool(acme, license_type="pro", seats=0)
    licensed(learning, ANA, INVITED)

    operation = factories.import_csv(acme, table(["email", column(learning), column(pro)], [ANA, "inactive", "active"]))

    assert answers(operation) == [("reassigned", "")]
    assert status_of(pro, ANA) == Status.INVITED


def test_people_can_swap_between_full_pools() -> None:
    acme = factories.organization()
    learning, pro = factories.pool(acme, seats=1), factories.pool(acme, license_type="pro", seats=1)
    licensed(learning, ANA, ACTIVE)
    licensed(pro, BO, ACTIVE)

    operation = factories.import_csv(
        acme, table(["email", column(learning), column(pro)], [ANA, "inactive", "active"], [BO, "active", "inactive"])
    )

    assert answers(operation) == [("reassigned", ""), ("reassigned", "")]
    assert (status_of(pro, ANA), status_of(learning, BO)) == (Status.ACTIVE, Status.ACTIVE)
    assert (seats_taken(learning), seats_taken(pro)) == (1, 1)


def test_what_frees_seats_goes_before_what_takes_them_wherever_it_stands() -> None:
    acme = factories.organization()
    pool = factories.pool(acme, seats=1)
    licensed(pool, BO, ACTIVE)

    operation = factories.import_csv(acme, table(["email", column(pool)], [ANA, "active"], [BO, "inactive"]))

    assert answers(operation) == [("activated", ""), ("unassigned", "")]
    assert seats_taken(pool) == 1


def test_rows_beyond_the_free_seats_are_problems_in_file_order_and_the_rest_is_applied() -> None:
    acme = factories.organization()
    pool = factories.pool(acme, seats=2)
    person(acme, DI)
    eve = "eve@corp.example"

    operation = factories.import_csv(
        acme,
        table(
            ["email", "title", column(pool)],
            [DI, "Boss", "active"],
            [ANA, "Aide", ""],
            [BO, "Aide", "active"],
            [CY, "Aide", "active"],
            [eve, "Aide", "active"],
        ),
    )

    assert answers(operation) == [("activated", ""), ("added", ""), ("activated", ""), ("problem", "SEAT"), ("problem", "SEAT")]
    assert column(pool) in results(operation)[3]["message"]
    assert emails(acme) == {ANA, BO, DI}
    assert upload_of(operation).counts["missing_seats"] == {"default/learning": 2}
    assert operation.counts["problems"] == 2


def test_file_order_decides_between_a_reassign_and_others_who_want_the_same_seat() -> None:
    acme = factories.organization()
    learning, pro = factories.pool(acme), factories.pool(acme, license_type="pro", seats=1)
    licensed(learning, BO, ACTIVE)

    operation = factories.import_csv(
        acme, table(["email", column(learning), column(pro)], [ANA, "", "active"], [BO, "inactive", "active"])
    )

    assert answers(operation) == [("activated", ""), ("problem", "SEAT")]
    assert status_of(learning, BO) == Status.ACTIVE


@pytest.mark.parametrize("types", [("learning", "pro"), ("pro", "learning")])
def test_a_row_without_a_seat_in_one_pool_leaves_its_seat_in_another_to_the_next(types: tuple[str, str]) -> None:
    acme = factories.organization()
    full, other = factories.pool(acme, license_type=types[0], seats=0), factories.pool(acme, license_type=types[1], seats=1)

    operation = factories.import_csv(
        acme, table(["email", column(full), column(other)], [ANA, "active", "active"], [BO, "", "active"])
    )

    assert answers(operation) == [("problem", "SEAT"), ("activated", "")]
    assert upload_of(operation).counts["missing_seats"] == {full.key: 1}


def test_a_row_that_fails_takes_back_the_seat_it_would_have_freed() -> None:
    acme = factories.organization()
    learning, pro = factories.pool(acme, seats=1), factories.pool(acme, license_type="pro", seats=0)
    licensed(learning, ANA, ACTIVE)

    operation = factories.import_csv(
        acme, table(["email", column(learning), column(pro)], [ANA, "inactive", "active"], [BO, "active", ""], [CY, "", ""])
    )

    assert answers(operation) == [("problem", "SEAT"), ("problem", "SEAT"), ("added", "")]
    assert seats_taken(learning) == 1
    assert upload_of(operation).counts["missing_seats"] == {"default/learning": 1, "default/pro": 1}


def test_an_invitation_needs_no_seat() -> None:
    acme = factories.organization()
    pool = factories.pool(acme, seats=0, activation="invite")

    assert answers(factories.import_csv(acme, table(["email", column(pool)], [ANA, "active"]))) == [("invited", "")]


def test_a_pool_that_is_over_takes_nobody_until_it_is_under() -> None:
    acme = factories.organization()
    pool = factories.pool(acme, seats=3)
    for email in (ANA, BO, CY):
        licensed(pool, email, ACTIVE)
    type(pool).objects.filter(id=pool.id).update(seats_in_force=1)

    operation = factories.import_csv(acme, table(["email", column(pool)], [ANA, "inactive"], [DI, "active"]))

    assert answers(operation) == [("unassigned", ""), ("problem", "SEAT")]
    assert seats_taken(pool) == 2
