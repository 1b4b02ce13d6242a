"""Operations: the list and one operation's page."""

from datetime import UTC, datetime
from unittest.mock import patch

import pytest
from django.test import Client

from seatkeeper.directory.models import Organization
from seatkeeper.licensing.models import Operation

NOW = datetime(2026, 3, 4, 14, 2, tzinfo=UTC)
LIST = "/admin-center/operations/"


def operation(organization: Organization, number: int, actor: str = "owner@acme.example") -> None:
    Operation.objects.create(
        organization=organization,
        number=number,
        verb="unassign",
        source="web",
        actor=actor,
        reason=f"Reason {number}.",
        status="done",
        planned_at=NOW,
        planned_changes=1412,
    )


def test_newest_first_and_page_by_page(acme: Organization, owner: Client) -> None:
    for number in (101, 102, 103):
        operation(acme, number)
    with patch("seatkeeper.web.views.operations.OPERATIONS_A_PAGE", 2):
        first = owner.get(LIST).content.decode()
        second = owner.get(LIST, {"before": "102"}).content.decode()
    assert first.index("Reason 103.") < first.index("Reason 102.")
    assert "Reason 101." not in first
    assert "?before=102" in first
    assert "Reason 101." in second
    assert "Reason 102." not in second
    assert "?before=" not in second


def test_one_operation_with_its_facts(acme: Organization, owner: Client) -> None:
    operation(acme, 101)
    page = owner.get(f"{LIST}101/").content.decode()
    assert "Reason 101." in page
    assert "1,412" in page
    assert "Done" in page


def test_limited_to_groups_sees_only_their_own(acme: Organization, sub_admin_of_group: Client) -> None:
    operation(acme, 101)
    operation(acme, 102, actor="sub@acme.example")
    page = sub_admin_of_group.get(LIST).content.decode()
    assert "Reason 102." in page
    assert "Reason 101." not in page
    assert sub_admin_of_group.get(f"{LIST}101/").status_code == 404
    assert sub_admin_of_group.get(f"{LIST}102/").status_code == 200


def test_another_organization_finds_nothing(acme: Organization, other_organization_admin: Client) -> None:
    operation(acme, 101)
    assert "Reason 101." not in other_organization_admin.get(LIST).content.decode()
    assert other_organization_admin.get(f"{LIST}101/").status_code == 404


@pytest.mark.parametrize("before", ["x", "-1", "²", "9" * 40])
def test_a_bad_page_is_the_first(acme: Organization, owner: Client, before: str) -> None:
    operation(acme, 101)
    assert "Reason 101." in owner.get(LIST, {"before": before}).content.decode()


def test_no_such_number_and_wrong_method(acme: Organization, owner: Client) -> None:
    assert owner.get(f"{LIST}{'9' * 40}/").status_code == 404
    assert owner.post(LIST).status_code == 405
