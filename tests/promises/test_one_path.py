"""Promise 9: a page, an API call, a CSV line and a command end in the same service, so in the same changes."""

import pytest

from seatkeeper.directory.models import Organization
from seatkeeper.directory.selections import Selection
from seatkeeper.licensing.models import LicenseChange, LicensePool, Operation, Step
from seatkeeper.licensing.services.acts import plan_unassign
from seatkeeper.licensing.statements import ORDINALS
from tests import factories, steps
from tests.steps import email, emails

pytestmark = pytest.mark.django_db

LEAVERS = (2, 3)


@pytest.fixture
def acme() -> Organization:
    acme = factories.organization()
    factories.pool(acme, seats=5)
    file = "invited_email_address,department_name,license_learning_status\n"
    rows = [f"{email(n)},{'Leaving' if n in LEAVERS else 'Staying'},active\n" for n in range(1, 6)]
    factories.import_csv(acme, file + "".join(rows))
    return acme


def by_line(acme: Organization) -> Operation:
    return factories.import_csv(acme, steps.csv_of(emails(*LEAVERS), "inactive"))


def by_selection(acme: Organization, selection: Selection, pool: LicensePool | None = None) -> Operation:
    learners = selection.learners(acme.id, today=factories.NOW.date())
    act = steps.act(acme, "unassign", source="cli")
    return steps.apply(plan_unassign(learners, pool=pool, act=act, clock=factories.frozen_clock))


def changes(operation: Operation) -> list[dict[str, object]]:
    """Whole rows, but for the operation's own number and the ordinal within the step: a file's is its line."""
    names = [field.attname for field in LicenseChange._meta.local_concrete_fields]
    where = {"organization_id": operation.organization_id, "operation_id": operation.number}
    rows = LicenseChange.objects.filter(**where).order_by("learner_id").values(*names)
    assert {row["position"] & ~ORDINALS for row in rows} == {Step.FREE << 40}
    return [
        {
            name: "own" if name.endswith("operation_id") and value == operation.number else value
            for name, value in row.items()
            if name != "position"
        }
        for row in rows
    ]


def test_the_same_act_by_a_line_by_address_and_by_filter_makes_the_same_changes(acme: Organization) -> None:
    seen, after = [], []
    for way in (
        by_line,
        lambda acme: by_selection(acme, Selection(emails=tuple(emails(*LEAVERS)))),
        lambda acme: by_selection(acme, Selection(filter="department:Leaving")),
        lambda acme: by_selection(acme, Selection(everyone=True, exceptions=tuple(emails(1, 4, 5)))),
        lambda acme: by_selection(
            acme, Selection(filter="department:Leaving"), pool=LicensePool.objects.get(organization=acme)
        ),
    ):
        operation = way(acme)
        seen.append(changes(operation))
        after.append(steps.statuses(acme))
        counts = {name: operation.counts[name] for name in ("rows", "unassigned", "seats_freed", "skipped", "problems")}
        assert counts == {"rows": 2, "unassigned": 2, "seats_freed": 2, "skipped": 0, "problems": 0}
        steps.undo(operation)

    assert len(seen[0]) == len(LEAVERS)
    assert all(one == seen[0] for one in seen)
    assert all(one == after[0] for one in after)
    steps.assert_books_right(acme)
