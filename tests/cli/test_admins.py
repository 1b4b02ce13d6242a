"""Admins by command: the first one, sub admins, and the end of access."""

from pathlib import Path

from allauth.mfa.models import Authenticator
from django.test import Client

from seatkeeper.accounts.models import Account, AuditEntry
from tests.cli.conftest import Command


def test_init_makes_the_first_admin_and_prints_a_link(command: Command) -> None:
    made = command("init", "--organization", "Acme", "--admin", "Kim@corp.example")
    assert made.exit_code == 0
    assert made.stderr == ""
    assert Client().post(made.json()["link"].removeprefix("http://localhost:8000"))["Location"] == "/"
    assert command("admins", "list").json() == [{"email": "kim@corp.example", "role": "full", "permissions": []}]


def test_init_without_an_admin_says_how_to_make_one(command: Command) -> None:
    made = command("init", "--organization", "Acme")
    assert made.exit_code == 0
    assert "seatkeeper admins add E-MAIL" in made.stderr


def test_init_with_what_is_no_address_makes_nothing(command: Command) -> None:
    refused = command("init", "--organization", "Acme", "--admin", "kim")
    assert (refused.exit_code, refused.stderr) == (1, "kim is no e-mail address. Nothing was changed.\n")
    assert command("init", "--organization", "Acme").exit_code == 0


def test_a_sub_admin_for_some_groups(command: Command) -> None:
    command("init", "--organization", "Acme", "--admin", "kim@corp.example")
    for group in ("Sales", "Legal"):
        command("groups", "add", group)
    wish = ("--may", "manage-users", "--may", "view-reports", "--group", "sales", "--group", "Legal")
    assert command("admins", "add", "lee@corp.example", "--name", "Lee", *wish).exit_code == 0
    assert command("admins", "add", "lee@corp.example", "--may", "view-audit").exit_code == 0

    (lee,) = [row for row in command("admins", "list").json() if row["role"] == "sub"]
    assert lee["permissions"] == [
        "manage-users for Legal, Sales",
        "view-reports for Legal, Sales",
        "view-audit for everyone",
    ]
    assert Account.objects.get(email="lee@corp.example").name == "Lee"


def test_an_admin_is_ended_but_not_the_last(command: Command) -> None:
    command("init", "--organization", "Acme", "--admin", "kim@corp.example")
    command("admins", "add", "lee@corp.example")
    assert command("admins", "end", "lee@corp.example").json() == {"email": "lee@corp.example", "status": "ended"}

    last = command("admins", "end", "kim@corp.example")
    assert (last.exit_code, "kim@corp.example is the last full admin" in last.stderr) == (1, True)
    gone = command("admins", "end", "lee@corp.example")
    assert (gone.exit_code, "no admin here" in gone.stderr) == (1, True)


def test_a_lost_second_factor_is_removed_and_logged(command: Command) -> None:
    link = command("init", "--organization", "Acme", "--admin", "kim@corp.example").json()["link"]
    kim, client = Account.objects.get(), Client()
    client.post(link.removeprefix("http://localhost:8000"))
    for kind in (Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES):
        Authenticator.objects.create(user=kim, type=kind, data={})
    assert client.get("/admin-center/users/").status_code == 200

    reset = ("admins", "reset-second-factor", "kim@corp.example")
    assert command(*reset, "--yes").json() == {"email": "kim@corp.example", "removed": ["recovery_codes", "totp"]}

    assert not Authenticator.objects.exists()
    assert client.get("/admin-center/users/").status_code == 302
    entry = AuditEntry.objects.get(action="account.second_factor_reset")
    assert (entry.facts["account"], entry.facts["kinds"]) == (kim.pk, ["recovery_codes", "totp"])
    assert entry.facts["by"].startswith("cli:")
    again = command(*reset)
    assert (again.exit_code, again.stderr) == (1, "kim@corp.example has no second factor. Nothing was changed.\n")


def test_wrong_wishes_are_explained(command: Command) -> None:
    command("init", "--organization", "Acme")
    assert command("admins", "add", "lee@corp.example", "--group", "Sales").exit_code == 2
    unknown = command("admins", "add", "lee@corp.example", "--may", "manage-users", "--group", "Nowhere")
    assert (unknown.exit_code, "There is no group Nowhere" in unknown.stderr) == (1, True)
    command("groups", "add", "Sales")
    useless = command("admins", "add", "lee@corp.example", "--may", "manage-users", "--may", "view-audit", "--group", "Sales")
    assert (useless.exit_code, "view-audit is about the whole organization" in useless.stderr) == (1, True)
    assert not Account.objects.exists()


def test_admins_are_added_listed_and_given_a_new_link(command: Command, acme: Path) -> None:
    added = command("admins", "add", "kim@corp.example", "--format", "json").json()
    again = command("admins", "link", "kim@corp.example", "--format", "json").json()

    assert added["link"] != again["link"]
    assert command("admins", "list", "--format", "json").json() == [
        {"email": "kim@corp.example", "role": "full", "permissions": []}
    ]
    assert command("admins", "link", "bo@corp.example").exit_code == 1
    assert command("admins", "add", "bo").exit_code == 1
