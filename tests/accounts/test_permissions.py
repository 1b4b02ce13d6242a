"""Who gives permissions gives no more than they have: rules without a database."""

from collections.abc import Mapping

import pytest

from seatkeeper.accounts.models import Grant
from seatkeeper.accounts.permissions import EVERYONE, FULL, Admin, Grants, Permission, Role, joined, within, without
from seatkeeper.accounts.queries import grants_of

USERS, GROUPS, CREATE = Permission.MANAGE_USERS, Permission.EDIT_GROUPS, Permission.CREATE_SUB_ADMINS
Limits = tuple[int, ...] | None


def admin(grants: Grants, *, is_full: bool = False) -> Admin:
    return Admin(1, 1, 1, "kim@corp.example", "Kim", is_full, grants)


@pytest.mark.parametrize(
    ("own", "wanted", "covered"),
    [
        ({USERS: EVERYONE, CREATE: EVERYONE}, {USERS: EVERYONE}, True),
        ({USERS: EVERYONE, CREATE: EVERYONE}, {USERS: (7,)}, True),
        ({USERS: EVERYONE, CREATE: EVERYONE}, {CREATE: EVERYONE}, True),
        ({USERS: EVERYONE, CREATE: EVERYONE}, {GROUPS: (7,)}, False),
        ({USERS: EVERYONE, CREATE: (1, 2)}, {USERS: (1,)}, True),
        ({USERS: EVERYONE, CREATE: (1, 2)}, {USERS: (1, 3)}, False),
        ({USERS: EVERYONE, CREATE: (1, 2)}, {USERS: EVERYONE}, False),
        ({USERS: (1, 2), CREATE: EVERYONE}, {USERS: (2,)}, True),
        ({USERS: (1, 2), CREATE: EVERYONE}, {USERS: (2, 3)}, False),
        ({USERS: EVERYONE}, {USERS: (1,)}, False),
    ],
)
def test_what_a_sub_admin_may_give(own: Grants, wanted: Grants, covered: bool) -> None:
    assert admin(own).covers(Role(grants=wanted)) == covered
    assert not admin(own).covers(FULL)


def test_a_full_admin_may_give_all() -> None:
    assert admin({}, is_full=True).covers(FULL)
    assert admin({}, is_full=True).covers(Role(grants=dict.fromkeys(Permission, EVERYONE)))


@pytest.mark.parametrize(
    ("there", "mine", "rest"),
    [
        ({USERS: (1, 3)}, {USERS: (1,)}, {USERS: (3,)}),
        ({USERS: EVERYONE}, {}, {USERS: EVERYONE}),
        ({GROUPS: (1,)}, {}, {GROUPS: (1,)}),
        ({USERS: (1, 2), CREATE: (2,)}, {USERS: (1, 2), CREATE: (2,)}, {}),
    ],
)
def test_the_own_part_and_the_rest_are_the_whole(there: Grants, mine: Grants, rest: Grants) -> None:
    giver = admin({USERS: EVERYONE, CREATE: (1, 2)})
    assert (within(there, giver), without(there, giver)) == (mine, rest)
    assert joined(mine, rest) == there


@pytest.mark.parametrize(
    ("some", "others", "both"),
    [
        ({USERS: (1,)}, {USERS: (2, 1)}, {USERS: (1, 2)}),
        ({USERS: (1,)}, {USERS: EVERYONE}, {USERS: EVERYONE}),
        ({USERS: EVERYONE}, {USERS: (1,), GROUPS: (2,)}, {USERS: EVERYONE, GROUPS: (2,)}),
        ({}, {}, {}),
    ],
)
def test_joined(some: Mapping[Permission, Limits], others: Grants, both: Grants) -> None:
    assert joined(some, others) == both


def test_grants_are_the_same_in_whatever_order_the_database_has_them() -> None:
    rows = [Grant(permission=USERS, group_id=group) for group in (2, 3, 1)]
    assert grants_of(rows) == grants_of(rows[::-1]) == {USERS: (1, 2, 3)}
