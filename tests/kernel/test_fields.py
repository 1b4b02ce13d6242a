"""Keys are compared and ordered by their bytes, whatever the locale of the server."""

import pytest

from seatkeeper.directory.models import Learner
from tests import factories

pytestmark = pytest.mark.django_db


def test_keys_are_ordered_by_their_bytes() -> None:
    acme = factories.organization()
    emails = ["a-b@corp.example", "aB@corp.example", "a_b@corp.example", "ab@corp.example", "Zz@corp.example", "é@corp.example"]
    Learner.objects.bulk_create(
        [Learner(id=acme.id << 40 | number, organization=acme, email=email) for number, email in enumerate(emails, start=1)]
    )
    found = list(Learner.objects.filter(organization=acme).order_by("email").values_list("email", flat=True))
    assert found == sorted(emails, key=str.encode)


def test_keys_that_differ_in_case_are_two_keys() -> None:
    acme = factories.organization()
    Learner.objects.create(id=acme.id << 40 | 1, organization=acme, email="Ana@corp.example")
    assert not Learner.objects.filter(organization=acme, email="ana@corp.example").exists()
