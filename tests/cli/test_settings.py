"""`seatkeeper settings`."""

import pytest

from seatkeeper.accounts.models import AuditEntry
from seatkeeper.directory.models import Organization
from seatkeeper.directory.time_zones import zone_of
from tests.cli.conftest import Command
from tests.cli.explained import REFUSED, assert_explained

AT_FIRST = {"language": "", "time_zone": "UTC", "contact": "", "learners_sign_in": True, "sign_in_adds_people": False}


@pytest.fixture
def home(command: Command) -> Organization:
    assert command("init", "--organization", "Acme").exit_code == 0
    return Organization.objects.get()


def test_what_nobody_chose_is_shown_as_it_is_then(command: Command, home: Organization) -> None:
    assert command("settings", "list").json() == AT_FIRST


def test_what_an_option_names_is_set_and_the_rest_stays(command: Command, home: Organization) -> None:
    set_to = command("settings", "change", "--time-zone", "Europe/Berlin", "--no-learners-sign-in")
    expected = AT_FIRST | {"time_zone": "Europe/Berlin", "learners_sign_in": False}
    assert set_to.json() == command("settings", "list").json() == expected
    assert command("settings", "change", "--contact", "help@acme.example").json() == expected | {"contact": "help@acme.example"}
    assert command("settings", "change", "--contact", "").json() == expected
    logged = AuditEntry.objects.filter(action="settings.time_zone_changed").values_list("actor", "facts")
    assert [(facts["before"], facts["after"]) for _actor, facts in logged] == [("UTC", "Europe/Berlin")]


@pytest.mark.parametrize("name", ["Berlin", "europe/berlin", "", "localtime", "../etc/passwd"])
def test_a_time_zone_that_is_not_there_is_refused_and_changes_nothing(command: Command, home: Organization, name: str) -> None:
    refused = command("settings", "change", "--time-zone", name, "--contact", "help@acme.example")
    assert_explained(refused, REFUSED, f"no time zone {name}", "Europe/Berlin", "Nothing was changed")
    assert command("settings", "list").json() == AT_FIRST
    assert str(zone_of(home.id)) == "UTC"
