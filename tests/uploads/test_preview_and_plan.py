"""What a file's plan promises: the preview is what is applied, and cost does not grow in statements."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from seatkeeper.background.models import BackgroundTask
from seatkeeper.licensing.models import Books, LicensePool, Operation, OperationStatus, Segment, Skipped, Status
from seatkeeper.licensing.services import rests
from seatkeeper.uploads.errors import AlreadyRunning
from seatkeeper.uploads.models import Phase, Upload
from seatkeeper.uploads.services.run import carry_on
from tests import factories
from tests.uploads.files import (
    ACTIVE,
    ANA,
    BO,
    CY,
    answers,
    column,
    emails,
    licensed,
    person,
    results,
    seats_taken,
    snapshot,
    status_of,
    table,
    upload_of,
)

pytestmark = pytest.mark.django_db
DI = "di@corp.example"


def applied(planned: Operation) -> Operation:
    """What was previewed, applied."""
    return carry_on(upload_of(planned), clock=factories.frozen_clock, actor="tester", apply=True, release_brake=True)


def test_a_preview_counts_all_that_will_be_and_changes_nothing() -> None:
    acme = factories.organization()
    pool = factories.pool(acme, seats=3)
    licensed(pool, ANA, ACTIVE)
    person(acme, BO)
    before = snapshot(acme)

    planned = factories.import_csv(
        acme,
        table(
            ["email", "title", column(pool)],
            [ANA, "", "inactive"],
            [BO, "Boss", ""],
            [CY, "", "active"],
            ["no", "", ""],
            [DI, "", ""],
        ),
        apply=False,
    )
    unapplied = snapshot(acme)
    operation = applied(planned)

    assert unapplied == before
    assert planned.status == OperationStatus.PLANNED
    assert {key: operation.counts[key] for key in planned.counts} == planned.counts
    expected = {
        "rows": 5,
        "unassigned": 1,
        "updated": 1,
        "activated": 1,
        "added": 2,
        "problems": 1,
        "unchanged": 0,
        "seats_freed": 1,
    }
    assert {key: operation.counts[key] for key in expected} == expected
    assert upload_of(operation).phase == Phase.DONE


def test_what_another_admin_changed_meanwhile_is_skipped_and_not_overwritten() -> None:
    acme = factories.organization()
    pool = factories.pool(acme)
    for email in (ANA, BO, CY):
        licensed(pool, email, ACTIVE)
    person(acme, DI, title="Aide")
    planned = factories.import_csv(
        acme,
        table(
            ["email", "title", column(pool)],
            [ANA, "", "inactive"],
            [BO, "", "inactive"],
            [CY, "Boss", ""],
            [DI, "Boss", "active"],
        ),
        apply=False,
    )

    meanwhile = factories.import_csv(
        acme, table(["email", "title", column(pool)], [ANA, "", "inactive"], [CY, "Chief", ""], [DI, "Chief", ""])
    )
    factories.import_csv(acme, table(["email", column(pool)], [ANA, "active"]))
    operation = applied(planned)

    assert answers(operation) == [
        ("skipped", "CHANGED_SINCE"),
        ("unassigned", ""),
        ("skipped", "CHANGED_SINCE"),
        ("skipped", "CHANGED_SINCE"),
    ]
    assert status_of(pool, ANA) == Status.ACTIVE
    assert [factories.learner(acme, email).attributes["work_title"] for email in (CY, DI)] == ["Chief", "Chief"]
    assert status_of(pool, DI) == Status.ACTIVE
    assert (operation.counts["skipped"], operation.counts["unassigned"], operation.counts["updated"]) == (3, 1, 0)
    assert str(meanwhile.number) in results(operation)[2]["message"]


def test_people_addresses_and_ids_that_came_meanwhile_are_skipped() -> None:
    acme = factories.organization()
    person(acme, ANA)
    person(acme, BO)
    planned = factories.import_csv(
        acme,
        table(
            ["email", "existing_email_address", "new_unique_user_id", "title"],
            [CY, "", "", "Boss"],
            [DI, "", "E4", "Boss"],
            ["new@corp.example", ANA, "", "Boss"],
            [BO, "", "E2", "Boss"],
        ),
        apply=False,
    )

    for email, values in (
        (CY, {}),
        ("x@corp.example", {"unique_user_id": "E4"}),
        ("new@corp.example", {"unique_user_id": "E2"}),
    ):
        person(acme, email, **values)
    operation = applied(planned)

    assert answers(operation) == [
        ("skipped", "ADDRESS_TAKEN"),
        ("skipped", "ID_TAKEN"),
        ("skipped", "ADDRESS_TAKEN"),
        ("skipped", "ID_TAKEN"),
    ]
    assert factories.learner(acme, ANA).attributes == {}
    assert emails(acme) == {ANA, BO, CY, "x@corp.example", "new@corp.example"}


def test_seats_that_went_meanwhile_are_missed_by_the_last_rows() -> None:
    acme = factories.organization()
    pool = factories.pool(acme, seats=3)
    planned = factories.import_csv(
        acme, table(["email", column(pool)], [ANA, "active"], [BO, "active"], [CY, "active"]), apply=False
    )

    factories.import_csv(acme, table(["email", column(pool)], [DI, "active"]))
    operation = applied(planned)

    assert answers(operation) == [("activated", ""), ("activated", ""), ("skipped", "NO_FREE_SEAT")]
    assert seats_taken(pool) == 3
    assert emails(acme) == {ANA, BO, CY, DI}


def test_a_plan_is_applied_once() -> None:
    acme = factories.organization()
    pool = factories.pool(acme)
    planned = factories.import_csv(acme, table(["email", column(pool)], [ANA, "active"]), apply=False)
    once = applied(planned)
    segments = Segment.objects.filter(organization_id=acme.id).count()

    twice = applied(planned)

    assert twice.counts == once.counts
    assert Segment.objects.filter(organization_id=acme.id).count() == segments
    assert seats_taken(pool) == 1


def test_a_second_upload_of_a_file_with_all_kinds_of_changes_changes_nothing() -> None:
    acme = factories.organization()
    pool, pro = factories.pool(acme), factories.pool(acme, license_type="pro", activation="invite")
    licensed(pool, ANA, ACTIVE)
    licensed(pool, BO, ACTIVE)
    person(acme, CY, unique_user_id="E3", title="Aide", attribute_Team="A")
    content = table(
        [
            "email",
            "existing_email_address",
            "unique_user_id",
            "new_unique_user_id",
            "title",
            "attribute_team",
            column(pool),
            column(pro),
        ],
        [ANA, "", "", "", "Boss", "", "inactive", ""],
        [BO, "", "E2", "", "", "", "inactive", "active"],
        ["cy.new@corp.example", CY, "E3", "E30", "(remove)", "(remove)", "active", "active"],
        [DI, "", "E4", "", "'=Boss", "B", "active", ""],
        ["eve@corp.example", "", "", "", "", "", "inactive", ""],
        ["", "", "E4", "", "", "B", "", ""],
    )
    first = factories.import_csv(acme, content)
    after, segments, skipped = snapshot(acme), Segment.objects.count(), Skipped.objects.count()

    second = factories.import_csv(acme, content)

    assert "problem" not in [status for status, _ in answers(first)[:5]]
    assert second.planned_changes == 0
    assert {status for status, _ in answers(second)} == {"unchanged"}
    assert (snapshot(acme), Segment.objects.count(), Skipped.objects.count()) == (after, segments, skipped)


def test_the_same_file_while_the_first_is_at_work_is_refused_and_afterwards_it_is_not() -> None:
    acme = factories.organization()
    upload = factories.receive(acme, "email\nana@corp.example\n")

    with pytest.raises(AlreadyRunning) as caught:
        factories.receive(acme, "email\nana@corp.example\n")
    factories.receive(acme, "email\nbo@corp.example\n")
    factories.receive(factories.organization(), "email\nana@corp.example\n")
    carry_on(upload, clock=factories.frozen_clock, actor="tester", apply=True)

    assert caught.value.operation == upload.operation_id
    assert answers(factories.import_csv(acme, "email\nana@corp.example\n")) == [("unchanged", "")]
    assert Upload.objects.filter(organization_id=acme.id).count() == 3


def test_an_empty_patch_of_a_million_could_be_kept_in_two_letters() -> None:
    """Lines that change nothing cost no text: a full export that comes back is the common case."""
    from seatkeeper.uploads.models import UploadLine

    acme = factories.organization()
    person(acme, ANA, title="Boss")
    factories.import_csv(acme, table(["email", "title"], [ANA, "Boss"], [BO, "Boss"]))

    patches = UploadLine.objects.order_by("operation_id", "line").values_list("patch", flat=True)
    assert list(patches)[1:] == ["=", '{"work_title":"Boss"}']


@contextmanager
def noted(runs: list[list[str]]) -> Iterator[None]:
    """Notes how each statement begins, with the values left out, and without the hint that large chunks give to PostgreSQL."""
    with CaptureQueriesContext(connection) as queries:
        yield
    begins = [re.sub(r"[0-9]+", "", query["sql"])[:60] for query in queries]
    runs.append([sql for sql in begins if not sql.startswith("SELECT set_config")])


def mixed_file(pool: LicensePool, pro: LicensePool, times: int) -> tuple[str, str]:
    """A file to start from and one that does everything to it, each with `times` rows of a kind."""
    header = ["email", "unique_user_id", "title", column(pool), column(pro)]
    start, change = [], []
    for n in range(times):
        start += [
            [f"{kind}{n}@corp.example", f"{kind}{n}", "Aide", "active", ""]
            for kind in ("leaver", "mover", "same", "titled", "twice")
        ]
        change += [
            [f"leaver{n}@corp.example", "", "", "inactive", ""],
            [f"mover{n}@corp.example", "", "", "inactive", "active"],
            [f"same{n}@corp.example", f"same{n}", "Aide", "active", ""],
            ["", f"titled{n}", "Boss", "", ""],
            [f"new{n}@corp.example", f"000{n}", "Boss", "active", ""],
            [f"twice{n}@corp.example", "", "Boss", "", ""],
            [f"twice{n}@corp.example", "", "Chief", "", ""],
            [f"no{n}", "", "", "", ""],
            [f"cut{n}@corp.example", f"{n}", "", "", ""],
            [f"rounded{n}@corp.example", "1.2E+10", "", "", ""],
        ]
    return table(header, *start), table(header, *change)


@pytest.mark.parametrize("what", ["new people", "all kinds", "too few seats"])
def test_a_file_takes_as_many_statements_at_10_lines_as_at_1000(what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rests, "LEAST_ABOVE", 10_000)  # where more seats come free, one statement lays them to rest
    runs: list[list[str]] = []
    for times in (1, 100):
        acme = factories.organization()
        BackgroundTask.objects.all().delete()  # else the second finds the worker woken already
        Books.objects.filter(organization=acme).update(brake_at_least=10_000)  # it looks closer at what is more
        pool = factories.pool(acme, seats=5 * times if what != "too few seats" else 0)
        pro = factories.pool(acme, license_type="pro", seats=times)
        start, change = mixed_file(pool, pro, times)
        if what == "all kinds":
            factories.import_csv(acme, start)
        with noted(runs):
            operation = factories.import_csv(acme, change if what == "all kinds" else start)
        assert operation.counts["rows"] == (10 if what == "all kinds" else 5) * times
        assert operation.counts["problems"] == {"new people": 0, "all kinds": 4 * times, "too few seats": 5 * times}[what]

    short, long = runs
    assert short == long
    assert len(short) < 200


@pytest.mark.parametrize("phase", ["stage", "plan"])
def test_three_chunks_more_take_a_bounded_number_of_statements_more(phase: str, settings: Settings) -> None:
    acme = factories.organization()
    pool = factories.pool(acme)
    content = table(["email", column(pool)], *[[f"p{n}@corp.example", "active"] for n in range(40)])
    settings.STAGE_ROWS, settings.CHUNK_ROWS = (10, 1_000) if phase == "stage" else (1_000, 10)

    with CaptureQueriesContext(connection) as in_four_chunks:
        factories.import_csv(acme, content, apply=False)
    settings.STAGE_ROWS = settings.CHUNK_ROWS = 1_000
    with CaptureQueriesContext(connection) as in_one_chunk:
        factories.import_csv(acme, content.replace("p", "q"), apply=False)

    assert 0 < len(in_four_chunks) - len(in_one_chunk) <= 3 * 20
