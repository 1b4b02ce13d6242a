"""What lists are sorted and filtered by is what a look at each person says, after any change."""

import pytest
from django.db import connection
from django.db.models.expressions import RawSQL

from seatkeeper.directory.filters import learners_matching
from seatkeeper.directory.indexes import index_in_use
from seatkeeper.directory.models import KnownValue, Learner, Organization, SearchEntry
from seatkeeper.directory.services.find import entries_of
from seatkeeper.kernel.profile_json import dump
from tests import factories, steps
from tests.directory import cast

pytestmark = pytest.mark.django_db


def assert_indexed(of: Organization) -> None:
    people = [
        (person.id, person.email, person.unique_user_id, dump(person.attributes), "updated")
        for person in Learner.objects.filter(organization=of).order_by("id")
    ]
    kept = SearchEntry.objects.filter(organization=of).order_by("learner_id")
    fresh = list(entries_of(of.id, people))
    rows = [(row[0], row[1], sorted(row[2].split())) for row in kept.values_list("learner_id", "name", "codes")]
    assert rows == [(each.learner_id, each.name, sorted(each.codes.split())) for each in fresh]
    for code in KnownValue.objects.filter(organization=of).values_list("id", flat=True):
        by_index = RawSQL(*index_in_use().having([code]))  # noqa: S611  our own text
        holders = set(SearchEntry.objects.filter(learner_id__in=by_index).values_list("learner_id", flat=True))
        assert holders == {each.learner_id for each in fresh if f" {code} " in each.codes}


def test_the_index_follows_imports_changes_and_undo() -> None:
    acme = cast.organization_with_people()
    assert_indexed(acme)
    changed = factories.import_csv(
        acme, "invited_email_address,department,attribute_Cost_Center\nana@corp.example,Legal,CC-009\nnew@corp.example,Legal,\n"
    )
    assert_indexed(acme)
    assert cast.matching(acme, "department:legal") == ["ana", "new"]
    steps.apply(steps.undo(changed))
    assert_indexed(acme)
    assert cast.matching(acme, "department:legal") == []
    assert cast.matching(acme, "department:sales attribute.cost_center:cc-001") == ["ana", "bo"]


def test_a_value_as_long_as_a_cell_may_be() -> None:
    acme = factories.organization()
    long, other = "x" * 3_000, "x" * 2_999 + "y"
    factories.import_csv(acme, f"invited_email_address,attribute_note\na@corp.example,{long}\nb@corp.example,{other}\n")

    assert cast.matching(acme, f"attribute.note:{long}") == ["a"]
    assert_indexed(acme)


def test_active_within() -> None:
    acme = cast.organization_with_people()
    ana = factories.learner(acme, "ana@corp.example")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE directory_standing SET last_activity_on = %s WHERE learner_id = %s", [str(cast.TODAY), ana.id])

    assert cast.matching(acme, "active-within:7", days_later=7) == ["ana"]
    assert cast.matching(acme, "active-within:7", days_later=8) == []
    assert learners_matching(acme.id, "-active-within:7", today=cast.TODAY).count() == 4
