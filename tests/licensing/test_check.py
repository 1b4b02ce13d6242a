# ruff: noqa: E501, S608  tables of edits; SQL from our own words
"""`check` finds every way in which state and ledger, or the ledger and itself, may come apart."""

from typing import Any

import pytest
from django.db import connection

from seatkeeper.directory.models import IDS_PER_ORGANIZATION, GroupMember, Learner, Organization
from seatkeeper.directory.services.groups import add_group
from seatkeeper.licensing.models import LicensePool
from seatkeeper.licensing.services.check import check_books
from tests import factories, steps
from tests.shared import Once
from tests.steps import do, email, emails

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def made(once: Once) -> Organization:
    return once(make)


@pytest.fixture
def acme(made: Organization, db: None) -> Organization:
    return Organization.objects.get(id=made.id)


def make() -> Organization:
    """Three licensed people, a fourth whose plan found no seat, one unassigned, one changed, one assigned later."""
    acme = factories.organization()
    pool = factories.pool(acme, seats=4)
    steps.people(acme, 5)
    first, second = (steps.plan("assign", acme, emails(1, 2, 3, n), pool=pool) for n in (4, 5))
    steps.apply(first)
    steps.apply(second)  # skips all four: three have one, one finds no seat
    do("unassign", acme, [email(1)])
    factories.import_csv(acme, f"invited_email_address,department_name\n{email(2)},Sales\n")
    do("assign", acme, [email(5)], pool=pool)
    return acme


def one(table: str, where: str, column: str = "*") -> Any:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {table} WHERE {where}")
        return cursor.fetchone()


def gaps(acme: Organization) -> set[str]:
    return {gap.code for gap in check_books(organization_id=acme.id).gaps}


def test_the_books_of_real_operations_are_right(acme: Organization) -> None:
    proof = check_books(organization_id=acme.id)

    assert proof.ok, proof.gaps
    assert [(pool.key, pool.taken, pool.active, pool.ledger) for pool in proof.pools] == [("default/learning", 4, 4, 4)]


EDITS = {
    "the status of an active license": ("UPDATE licensing_license SET status = {} WHERE learner_id = {a}", 0, 2, {"license_wrong", "seats_taken_wrong", "standings_wrong"}),
    "an invitation out of nothing": ("UPDATE licensing_license SET status = {} WHERE learner_id = {gone}", 1, 0, {"license_wrong", "standings_wrong"}),
    "seats taken, one too many": ("UPDATE licensing_licensepool SET seats_taken = {} WHERE organization_id = {org}", 5, 4, {"seats_taken_wrong"}),
    "seats taken, one too few": ("UPDATE licensing_licensepool SET seats_taken = {} WHERE organization_id = {org}", 3, 4, {"seats_taken_wrong"}),
    "the operation that a license names": ("UPDATE licensing_license SET operation_id = {} WHERE learner_id = {a}", 1, 2, {"license_wrong"}),
    "whether somebody was active": ("UPDATE licensing_license SET was_active = {} WHERE learner_id = {a}", "FALSE", "TRUE", {"license_wrong"}),
    "what a change came to": ("UPDATE licensing_licensechange SET to_status = {} WHERE learner_id = {a} AND operation_id = 2", 1, 2, {"license_wrong", "seats_taken_wrong", "seats_on_day_wrong"}),
    "a person's standing": ("UPDATE directory_standing SET status = {} WHERE learner_id = {a}", 0, 2, {"standings_wrong"}),
    "a person's values": ("UPDATE directory_learner SET attributes = '{}' WHERE id = {a}", '{"department_name":"Ales"}', '{"department_name":"Sales"}', {"person_wrong"}),
    "a person's address": ("UPDATE directory_learner SET email = '{}' WHERE id = {a}", "other@example.com", email(2), {"person_wrong"}),
    "a person's id": ("UPDATE directory_learner SET unique_user_id = {} WHERE id = {a}", "'u2'", "NULL", {"person_wrong"}),
    "what a person was added with": ("UPDATE licensing_profilechange SET after = '{}' WHERE learner_id = {gone}", '{"title":"x"}', "{}", {"person_wrong"}),
    "where an operation stands": ("UPDATE licensing_operation SET cursor = cursor + {} WHERE number = 2", 1, -1, {"operation_not_covered"}),
    "where a segment begins": ("UPDATE licensing_segment SET after = after + {} WHERE operation_id = 2", 1, -1, {"operation_not_covered"}),
    "how many a segment applied": ("UPDATE licensing_segment SET applied = applied + {} WHERE operation_id = 2", 1, -1, {"segment_wrong"}),
    "how many segments there are": ("UPDATE licensing_books SET last_segment = last_segment + {} WHERE organization_id = {org}", 1, -1, {"segment_missing"}),
}  # fmt: skip


@pytest.mark.parametrize("what", EDITS)
def test_an_edit_by_hand_is_found_until_it_is_put_back(acme: Organization, what: str) -> None:
    statement, wrong, right, expected = EDITS[what]
    names = {
        "org": acme.id,
        "a": factories.learner(acme, email(2)).id,
        "gone": factories.learner(acme, email(1)).id,
    }

    assert steps.execute(statement.format(wrong, **names)) == 1
    assert gaps(acme) == expected
    assert steps.execute(statement.format(right, **names)) == 1
    steps.assert_books_right(acme)


DELETIONS = {
    "a change": ("licensing_licensechange", "operation_id = 2 AND learner_id = {a}", {"segment_wrong", "seats_taken_wrong", "seats_on_day_wrong"}),
    "a change of somebody who has no license any more": ("licensing_licensechange", "operation_id = 4 AND learner_id = {gone}", {"segment_wrong", "license_wrong", "seats_taken_wrong", "seats_on_day_wrong"}),
    "a change that was skipped": ("licensing_licensechange", "operation_id = 3 AND learner_id = {a}", {"segment_wrong"}),
    "a change of a person": ("licensing_profilechange", "operation_id = 5", {"segment_wrong", "person_wrong"}),
    "the adding of a person": ("licensing_profilechange", "operation_id = 1 AND learner_id = {a}", {"segment_wrong", "person_wrong"}),
    "a skipped row": ("licensing_skipped", "operation_id = 3 AND learner_id = {a}", {"segment_wrong", "license_wrong", "seats_taken_wrong", "seats_on_day_wrong"}),
    "a segment": ("licensing_segment", "operation_id = 2", {"segment_missing", "operation_not_covered", "seats_on_day_wrong"}),
    "the first segment": ("licensing_segment", "operation_id = 1", {"segment_missing", "operation_not_covered"}),
    "the last segment": ("licensing_segment", "operation_id = 6", {"segment_missing", "operation_not_covered", "seats_on_day_wrong"}),
    "an active license": ("licensing_license", "learner_id = {a}", {"license_wrong", "seats_taken_wrong", "standings_wrong"}),
    "a license that ended": ("licensing_license", "learner_id = {gone}", {"license_wrong"}),
    "a person with a license": ("directory_learner", "id = {a}", {"licenses_without_person", "person_wrong"}),
    "a person's standing": ("directory_standing", "learner_id = {a}", {"standings_wrong"}),
}  # fmt: skip


@pytest.mark.parametrize("what", DELETIONS)
def test_a_deletion_by_hand_is_found_until_it_is_put_back(acme: Organization, what: str) -> None:
    table, condition, expected = DELETIONS[what]
    where = condition.format(a=factories.learner(acme, email(2)).id, gone=factories.learner(acme, email(1)).id)
    row = one(table, where)

    assert steps.execute(f"DELETE FROM {table} WHERE {where}") == 1
    assert gaps(acme) == expected
    put_back(table, row)
    steps.assert_books_right(acme)


def test_a_license_out_of_nothing_is_found(acme: Organization) -> None:
    pool = LicensePool.objects.get(organization=acme)
    row = one("licensing_license", f"learner_id = {factories.learner(acme, email(2)).id}")
    names = columns_of("licensing_license")
    stranger = [
        factories.learner(acme, email(4)).id if name == "learner_id" else value for name, value in zip(names, row, strict=True)
    ]
    other = factories.pool(acme, license_type="Coding")
    stranger = [other.id if name == "pool_id" else value for name, value in zip(names, stranger, strict=True)]

    put_back("licensing_license", tuple(stranger))

    assert gaps(acme) == {"seats_taken_wrong", "licenses_without_ledger"}
    assert pool.id != other.id


def test_a_person_out_of_nothing_is_found(acme: Organization) -> None:
    newcomer = Learner.objects.create(id=acme.id * IDS_PER_ORGANIZATION + 9, organization=acme, email="n@example.com")

    assert gaps(acme) == {"people_without_ledger"}
    newcomer.delete()
    steps.assert_books_right(acme)


def test_a_group_that_was_joined_or_left_by_hand_is_found(acme: Organization) -> None:
    sales, gone = (add_group(organization_id=acme.id, name=name) for name in ("Sales", "Gone"))
    first, second = (factories.learner(acme, email(n)).id for n in (1, 2))
    for group in (sales, gone):
        steps.membership(acme, emails(1), group, joins=True)
    GroupMember.objects.filter(group=gone).delete()
    gone.delete()  # took its members' places along
    steps.assert_books_right(acme)

    GroupMember.objects.filter(group=sales).update(learner_id=second)

    found = check_books(organization_id=acme.id).gaps
    assert [(gap.code, gap.facts) for gap in found] == [
        ("membership_wrong", {"learner": first, "group": sales.id, "ledger": "in"}),
        ("membership_wrong", {"learner": second, "group": sales.id, "ledger": "out"}),
    ]


def test_changes_of_people_count_in_the_order_in_which_they_took_effect(acme: Organization) -> None:
    """A later operation's number can be lower: it was planned first, and applied last."""
    early = factories.import_csv(acme, f"invited_email_address,title\n{email(1)},Lead\n", apply=False)
    late = factories.import_csv(acme, f"invited_email_address,department_name\n{email(1)},Finance\n", apply=False)
    steps.apply(late)
    steps.apply(early)
    steps.assert_books_right(acme)

    steps.undo(late)

    steps.assert_books_right(acme)


def test_a_persons_columns_that_differ_are_named(acme: Organization) -> None:
    learner = factories.learner(acme, email(2))
    learner.email, learner.attributes = "other@example.com", {"title": "Boss"}
    learner.save()

    (gap,) = check_books(organization_id=acme.id).gaps

    assert gap.facts == {"learner": learner.id, "columns": ["email", "department_name", "title"]}


def test_another_organizations_books_are_not_looked_at(acme: Organization) -> None:
    beta = factories.organization()
    factories.pool(beta, seats=1)
    steps.execute("UPDATE licensing_licensepool SET seats_taken = 9 WHERE organization_id = %s", acme.id)

    assert check_books(organization_id=beta.id).ok
    assert not check_books(organization_id=acme.id).ok


def columns_of(table: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table} WHERE 1 = 0")
        return [column[0] for column in cursor.description]


def put_back(table: str, row: tuple[Any, ...]) -> None:
    names = ", ".join(f'"{name}"' for name in columns_of(table))
    steps.execute(f"INSERT INTO {table} ({names}) VALUES ({', '.join(['%s'] * len(row))})", *row)
