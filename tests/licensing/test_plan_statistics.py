"""Before a large plan is counted, PostgreSQL is told how large it is: else it goes through all of it for each change."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from seatkeeper.directory.models import GroupMember, Learner, Organization
from seatkeeper.directory.services.groups import add_group
from seatkeeper.kernel.clock import system_clock
from seatkeeper.licensing.models import LicensePool, Operation
from seatkeeper.licensing.services.acts import plan_membership, plan_unassign
from seatkeeper.licensing.services.operations import Act, apply_operation
from seatkeeper.licensing.services.undo import plan_undo
from tests import factories

FILE = "email,license_learning_status\n" + "".join(f"p{n}@corp.example,active\n" for n in range(6))


@pytest.fixture
def acme(db: None) -> Organization:
    organization = factories.organization("Acme")
    factories.pool(organization, seats=10)
    return organization


def is_told_before_it_counts(made: CaptureQueriesContext) -> bool:
    statements = [query["sql"] for query in made]
    counts = [place for place, sql in enumerate(statements) if "kind.step << 40" in sql]
    told = [place for place, sql in enumerate(statements) if sql.startswith("ANALYZE licensing_licensechange")]
    return bool(told) and told[0] < counts[0]


@pytest.mark.postgresql
def test_plans_of_files_selections_and_undos_are_known_before_they_are_counted(acme: Organization, settings: Settings) -> None:
    settings.CHUNK_ROWS = 4
    act = Act(acme.id, "unassign", "cli", "tester")

    with CaptureQueriesContext(connection) as of_file:
        factories.import_csv(acme, FILE)
    with CaptureQueriesContext(connection) as of_selection:
        people = Learner.objects.filter(organization_id=acme.id)
        planned = plan_unassign(people, pool=None, act=act, clock=system_clock)
    apply_operation(planned, clock=system_clock, actor="tester", release_brake=True)
    original = Operation.objects.get(organization_id=acme.id, number=planned.number)
    with CaptureQueriesContext(connection) as of_undo:
        plan_undo(original, act=Act(acme.id, "undo", "cli", "tester"), clock=system_clock)

    assert [is_told_before_it_counts(made) for made in (of_file, of_selection, of_undo)] == [True, True, True]
    assert LicensePool.objects.get().seats_taken == 0


@pytest.mark.postgresql
def test_groups_that_many_have_joined_are_known_afterwards(acme: Organization, settings: Settings) -> None:
    settings.CHUNK_ROWS = 4
    factories.import_csv(acme, FILE)
    group = add_group(organization_id=acme.id, name="Sales")
    people = Learner.objects.filter(organization_id=acme.id)
    planned = plan_membership(people, group=group, joins=True, act=Act(acme.id, "join", "cli", "tester"), clock=system_clock)
    with CaptureQueriesContext(connection) as captured:
        apply_operation(planned, clock=system_clock, actor="tester", release_brake=True)
    assert GroupMember.objects.count() == 6
    assert [query["sql"] for query in captured if query["sql"].startswith("ANALYZE")] == ["ANALYZE directory_groupmember"]
