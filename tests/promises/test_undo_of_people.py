"""Promise 4, for people: attributes, addresses, groups and who was added come back as they were."""

import pytest

from seatkeeper.directory.models import Group, GroupMember, Learner, Organization
from seatkeeper.directory.services.groups import add_group
from seatkeeper.licensing.models import LicensePool
from tests import factories, steps
from tests.steps import do, email, emails, state, undo

pytestmark = pytest.mark.django_db


def test_undo_of_a_file_with_one_column_sorted_alone_gives_every_attribute_back(acme: Organization, pool: LicensePool) -> None:
    rows = [f"{email(n)},Name {n},{['Sales', 'Finance', 'Legal'][n % 3]},C-{n:03}" for n in range(1, 31)]
    header = "invited_email_address,preferred_first_name,department_name,attribute_cost_center\n"
    factories.import_csv(acme, header + "\n".join(rows) + "\n")
    before = state(acme)
    names = sorted((row.split(",")[1] for row in rows), reverse=True)
    ruined = [",".join([row.split(",")[0], name, *row.split(",")[2:]]) for row, name in zip(rows, names, strict=True)]

    ruin = factories.import_csv(acme, header + "\n".join(ruined) + "\n")
    assert ruin.counts["updated"] > 20
    assert state(acme) != before
    back = undo(ruin)

    assert state(acme) == before
    assert back.counts["updated"] == ruin.counts["updated"]
    assert back.counts["skipped"] == 0
    steps.assert_books_right(acme)


def test_undo_puts_back_a_value_that_was_added_and_one_that_was_removed(acme: Organization) -> None:
    factories.import_csv(
        acme, "invited_email_address,department_name,work_title\na@corp.example,Sales,\nb@corp.example,,Boss\n"
    )
    before = state(acme)

    change = factories.import_csv(
        acme, "invited_email_address,department_name,work_title\na@corp.example,REMOVE,Chief\nb@corp.example,Legal,\n"
    )
    undo(change)

    assert state(acme) == before


def test_undo_of_values_somebody_changed_since_leaves_them_and_puts_back_the_others(acme: Organization) -> None:
    header = "invited_email_address,department_name,work_title\n"
    factories.import_csv(acme, header + "a@corp.example,Sales,Rep\nb@corp.example,Sales,Rep\n")
    change = factories.import_csv(acme, header + "a@corp.example,Legal,Boss\nb@corp.example,Legal,Boss\n")
    later = factories.import_csv(acme, header + "a@corp.example,Finance,\n")

    back = undo(change)

    assert steps.values(acme, "a@corp.example") == {"department_name": "Finance", "work_title": "Rep"}
    assert steps.values(acme, "b@corp.example") == {"department_name": "Sales", "work_title": "Rep"}
    assert steps.skipped(back) == {"a@corp.example": ("changed_since", later.number)}


def test_undo_where_every_value_was_changed_since_changes_nobody(acme: Organization) -> None:
    header = "invited_email_address,department_name\n"
    factories.import_csv(acme, header + "a@corp.example,Sales\n")
    change = factories.import_csv(acme, header + "a@corp.example,Legal\n")
    factories.import_csv(acme, header + "a@corp.example,Finance\n")

    back = undo(change)

    assert steps.values(acme, "a@corp.example") == {"department_name": "Finance"}
    assert (back.counts["updated"], back.counts["skipped"]) == (0, 1)


def test_undo_of_added_people_removes_them_but_not_who_got_a_license_since(acme: Organization, pool: LicensePool) -> None:
    steps.people(acme, 1, "active")
    before = state(acme)
    joined = factories.import_csv(acme, steps.csv_of(emails(2, 3, 4), ""))
    since = do("assign", acme, [email(3)], pool=pool)

    back = undo(joined)

    assert set(Learner.objects.filter(organization=acme).values_list("email", flat=True)) == {email(1), email(3)}
    assert steps.skipped(back) == {email(3): ("has_licenses", since.number)}
    assert (back.counts["removed"], back.counts["skipped"]) == (2, 1)
    steps.assert_books_right(acme)
    undo(since)
    undo(joined)
    assert state(acme) == before
    steps.assert_books_right(acme)


@pytest.mark.parametrize("what", ["department,Sales", "unique_user_id,u-7", "existing_email_address,a@corp.example"])
def test_undo_of_added_people_leaves_who_was_given_something_since(acme: Organization, what: str) -> None:
    column, value = what.split(",")
    key = "b@corp.example" if column == "existing_email_address" else "a@corp.example"
    added = factories.import_csv(acme, "email,title\na@corp.example,Boss\nx@corp.example,Boss\n")
    later = factories.import_csv(acme, f"email,{column}\n{key},{value}\n")

    undone = steps.undo(added)

    assert steps.skipped(undone) == {key: ("changed_since", later.number)}
    assert list(Learner.objects.filter(organization=acme).values_list("email", flat=True)) == [key]
    steps.assert_books_right(acme)


def test_undo_of_added_people_with_their_licenses_and_back_again(
    acme: Organization, pool: LicensePool, clock: factories.SteppingClock
) -> None:
    before = state(acme)
    joined = factories.import_csv(acme, steps.csv_of(emails(1, 2), "active"), clock=clock)
    joined_state = state(acme)

    gone = undo(joined, clock=clock)
    assert {key: rows for key, rows in state(acme).items() if key != "seats"} == {
        key: rows for key, rows in before.items() if key != "seats"
    }
    assert steps.taken(pool) == 0
    undo(gone, clock=clock)

    assert state(acme) == joined_state
    steps.assert_books_right(acme)


def test_undo_keeps_a_person_who_was_changed_since(acme: Organization) -> None:
    joined = factories.import_csv(acme, "invited_email_address,department_name\na@corp.example,Sales\nb@corp.example,Sales\n")
    later = factories.import_csv(acme, "invited_email_address,department_name\na@corp.example,Legal\n")

    back = undo(joined)

    assert list(Learner.objects.filter(organization=acme).values_list("email", flat=True)) == ["a@corp.example"]
    assert steps.skipped(back) == {"a@corp.example": ("changed_since", later.number)}


def test_undo_of_changed_addresses_and_ids(acme: Organization) -> None:
    factories.import_csv(acme, "invited_email_address,unique_user_id\na@corp.example,1\nb@corp.example,\n")
    before = state(acme)

    change = factories.import_csv(acme, "invited_email_address,unique_user_id\nnew@corp.example,1\nb@corp.example,2\n")
    assert factories.learner(acme, "new@corp.example").unique_user_id == "1"
    assert factories.learner(acme, "b@corp.example").unique_user_id == "2"
    undo(change)

    assert state(acme) == before


def test_undo_of_an_address_that_somebody_else_has_taken_is_named(acme: Organization) -> None:
    factories.import_csv(acme, "invited_email_address,unique_user_id\na@corp.example,1\n")
    change = factories.import_csv(acme, "invited_email_address,unique_user_id\nnew@corp.example,1\n")
    factories.import_csv(acme, "invited_email_address,unique_user_id\na@corp.example,2\n")

    back = undo(change)

    assert steps.skipped(back)["new@corp.example"][0] == "address_taken"
    assert factories.learner(acme, "a@corp.example").unique_user_id == "2"


def test_undo_of_an_address_changed_since_leaves_it_and_puts_back_the_values(acme: Organization) -> None:
    header = "invited_email_address,unique_user_id,department_name\n"
    factories.import_csv(acme, header + "a@corp.example,1,Sales\n")
    change = factories.import_csv(acme, header + "b@corp.example,1,Legal\n")
    later = factories.import_csv(acme, header + "c@corp.example,1,\n")

    back = undo(change)

    assert steps.values(acme, "c@corp.example") == {"department_name": "Sales"}
    assert steps.skipped(back) == {"c@corp.example": ("changed_since", later.number)}


def test_undo_of_joins_and_leaves(acme: Organization) -> None:
    steps.people(acme, 3)
    group = add_group(organization_id=acme.id, name="Sales EMEA")
    steps.membership(acme, [email(1)], group, joins=True)
    before = state(acme)

    joined = steps.membership(acme, emails(1, 2, 3), group, joins=True)
    assert joined.counts["joined"] == 2
    left = steps.membership(acme, emails(1, 2), group, joins=False)
    undo(left)
    undo(joined)

    assert state(acme) == before


def test_undo_of_a_join_into_a_group_that_was_left_since(acme: Organization) -> None:
    steps.people(acme, 2)
    group = add_group(organization_id=acme.id, name="Sales")
    joined = steps.membership(acme, emails(1, 2), group, joins=True)
    later = steps.membership(acme, [email(1)], group, joins=False)

    back = undo(joined)

    assert steps.skipped(back) == {email(1): ("changed_since", later.number)}
    assert not GroupMember.objects.filter(organization=acme).exists()


def test_undo_of_a_leave_whose_group_is_gone_is_named(acme: Organization) -> None:
    steps.people(acme, 1)
    group = add_group(organization_id=acme.id, name="Sales")
    steps.membership(acme, [email(1)], group, joins=True)
    left = steps.membership(acme, [email(1)], group, joins=False)
    Group.objects.filter(id=group.id).delete()

    assert steps.skipped(undo(left)) == {email(1): ("group_missing", None)}
