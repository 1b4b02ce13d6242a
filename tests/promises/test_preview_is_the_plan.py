"""Promise 2: what was previewed is what is applied; what moved meanwhile is skipped and named."""

import csv

import pytest

from seatkeeper.directory.models import Organization
from seatkeeper.directory.services.groups import add_group
from seatkeeper.licensing.models import License, LicensePool, Operation, Skipped
from seatkeeper.uploads.models import Upload
from seatkeeper.uploads.results import results_path
from seatkeeper.uploads.services.run import carry_on
from tests import factories, steps
from tests.steps import do, email, emails

pytestmark = pytest.mark.django_db

HEADER = "invited_email_address,department_name,license_learning_status\n"


@pytest.fixture
def acme() -> Organization:
    return factories.organization()


@pytest.fixture
def pool(acme: Organization) -> LicensePool:
    pool = factories.pool(acme, seats=6)
    factories.import_csv(acme, HEADER + "".join(f"{address},Sales,active\n" for address in emails(1, 2, 3, 4, 5)))
    return pool


def preview(acme: Organization, content: str) -> Upload:
    upload = factories.receive(acme, content)
    carry_on(upload, clock=factories.frozen_clock, actor="tester", apply=False)
    return upload


def apply(upload: Upload) -> Operation:
    return carry_on(upload, clock=factories.frozen_clock, actor="tester", apply=True)


def results(operation: Operation) -> dict[str, tuple[str, str]]:
    with results_path(operation).open(encoding="utf-8", newline="") as file:
        return {row["invited_email_address"]: (row["status"], row["message"]) for row in csv.DictReader(file)}


def test_what_another_admin_changed_since_the_preview_is_skipped_and_named(acme: Organization, pool: LicensePool) -> None:
    rows = "".join(f"{address},Finance,inactive\n" for address in emails(1, 2, 3, 4))
    upload = preview(acme, HEADER + rows + f"{email(5)},Sales,active\nnew@corp.example,Legal,active\n")
    unassigned = do("unassign", acme, [email(1)])
    again = do("assign", acme, [email(1)], pool=pool)
    ended = do("unassign", acme, [email(2)])
    moved = factories.import_csv(acme, f"invited_email_address,department_name\n{email(3)},Legal\n")
    set_by_others = License.objects.get(organization_id=acme.id, learner_id=factories.learner(acme, email(1)).id)

    done = apply(upload)

    assert steps.skipped(done) == {
        email(1): ("changed_since", again.number),
        email(2): ("changed_since", ended.number),
        email(3): ("changed_since", moved.number),
    }
    assert steps.statuses(acme) == {
        email(1): "active",
        email(2): "unassigned",
        email(3): "unassigned",
        email(4): "unassigned",
        email(5): "active",
        "new@corp.example": "active",
    }
    departments = [steps.values(acme, address)["department_name"] for address in emails(1, 2, 3, 4, 5)]
    assert departments == ["Finance", "Finance", "Legal", "Finance", "Sales"]
    kept = License.objects.get(organization_id=acme.id, learner_id=set_by_others.learner_id)
    assert (kept.operation_id, kept.status_at) == (again.number, set_by_others.status_at)
    assert unassigned.number < again.number
    steps.assert_books_right(acme)


def test_the_counts_of_an_overtaken_plan_add_up(acme: Organization, pool: LicensePool) -> None:
    upload = preview(
        acme, HEADER + "".join(f"{address},Sales,inactive\n" for address in emails(1, 2, 3, 4)) + f"{email(5)},,\n"
    )
    do("unassign", acme, emails(1, 2))

    done = apply(upload)

    assert {name: done.counts[name] for name in ("rows", "unassigned", "skipped", "unchanged", "problems", "seats_freed")} == {
        "rows": 5,
        "unassigned": 2,
        "skipped": 2,
        "unchanged": 1,
        "problems": 0,
        "seats_freed": 2,
    }
    answers = results(done)
    assert [answers[address][0] for address in emails(1, 2, 3, 4, 5)] == [
        "skipped",
        "skipped",
        "unassigned",
        "unassigned",
        "unchanged",
    ]
    assert all(answers[address][1] for address in emails(1, 2))
    assert steps.taken(pool) == 1


def test_the_counts_of_an_overtaken_act_add_up(acme: Organization, pool: LicensePool) -> None:
    planned = steps.plan("unassign", acme, emails(1, 2, 3))
    later = do("unassign", acme, [email(2)])

    done = steps.apply(planned)

    assert (done.counts["rows"], done.counts["unassigned"], done.counts["skipped"], done.counts["unchanged"]) == (3, 2, 1, 0)
    assert steps.skipped(done) == {email(2): ("changed_since", later.number)}
    assert steps.taken(pool) == 2


def test_a_person_with_two_licenses_who_was_overtaken_is_one_row(acme: Organization, pool: LicensePool) -> None:
    other = factories.pool(acme, seats=5, license_type="Coding")
    do("assign", acme, [email(1)], pool=other)
    planned = steps.plan("unassign", acme, [email(1)])
    do("unassign", acme, [email(1)])

    done = steps.apply(planned)

    assert (done.counts["unassigned"], done.counts["skipped"]) == (0, 1)


def test_whoever_ends_and_gets_a_license_again_meanwhile_keeps_the_new_one(acme: Organization, pool: LicensePool) -> None:
    """The status is as planned, but it is another operation's."""
    planned = steps.plan("unassign", acme, [email(1)])
    do("unassign", acme, [email(1)])
    again = do("assign", acme, [email(1)], pool=pool)

    done = steps.apply(planned)

    assert steps.skipped(done) == {email(1): ("changed_since", again.number)}
    assert steps.statuses(acme)[email(1)] == "active"


def test_seats_taken_meanwhile_are_not_taken_twice(acme: Organization, pool: LicensePool) -> None:
    upload = preview(acme, HEADER + "a@corp.example,,active\n")
    assert upload.counts["activated"] == 1
    factories.import_csv(acme, HEADER + "b@corp.example,,active\n")

    done = apply(upload)

    assert steps.skipped(done) == {"a@corp.example": ("no_free_seat", None)}
    assert results(done)["a@corp.example"][0] == "skipped"
    assert steps.taken(pool) == 6
    steps.assert_books_right(acme)


def test_two_previews_that_add_the_same_person(acme: Organization, pool: LicensePool) -> None:
    first, second = (preview(acme, HEADER + f"a@corp.example,{word},active\n") for word in ("Sales", "Legal"))
    apply(first)

    done = apply(second)

    reasons = Skipped.objects.filter(organization_id=acme.id, operation_id=done.number).order_by("position")
    assert list(reasons.values_list("reason", flat=True)) == ["address_taken", "person_missing"]
    assert steps.values(acme, "a@corp.example") == {"department_name": "Sales"}
    assert steps.taken(pool) == 6
    steps.assert_books_right(acme)


def test_a_plan_for_people_who_were_removed_gives_no_license(acme: Organization, pool: LicensePool) -> None:
    joined = factories.import_csv(acme, HEADER + "a@corp.example,,\n")
    planned = steps.plan("assign", acme, ["a@corp.example"], pool=pool)
    steps.undo(joined)

    done = steps.apply(planned)

    assert steps.skipped(done) == {"gone": ("person_missing", None)}
    steps.assert_books_right(acme)


def test_a_join_into_a_group_that_others_let_them_join_meanwhile(acme: Organization, pool: LicensePool) -> None:
    group = add_group(organization_id=acme.id, name="Sales EMEA")
    planned = steps.plan("membership", acme, emails(1, 2), group=group, joins=True)
    meanwhile = steps.membership(acme, [email(1)], group, joins=True)

    done = steps.apply(planned)

    assert steps.skipped(done) == {email(1): ("changed_since", meanwhile.number)}
    assert (done.counts["joined"], done.counts["skipped"]) == (1, 1)


def test_a_reassignment_of_which_one_half_moved_meanwhile_does_neither(acme: Organization, pool: LicensePool) -> None:
    other = factories.pool(acme, seats=5, license_type="Coding")
    planned = steps.plan("reassign", acme, emails(1, 2), target=other)
    meanwhile = do("assign", acme, [email(1)], pool=other)

    done = steps.apply(planned)

    assert (done.counts["reassigned"], done.counts["skipped"]) == (1, 1)
    assert steps.skipped(done) == {email(1): ("changed_since", meanwhile.number)}
    assert steps.statuses(acme, pool)[email(1)] == "active"
    assert (steps.taken(pool), steps.taken(other)) == (4, 2)
    steps.assert_books_right(acme)


def test_applying_twice_changes_nothing_the_second_time(acme: Organization, pool: LicensePool) -> None:
    planned = steps.plan("unassign", acme, emails(1, 2))
    steps.apply(planned)
    before = steps.state(acme)

    steps.apply(planned)

    assert steps.state(acme) == before
    assert steps.taken(pool) == 3
