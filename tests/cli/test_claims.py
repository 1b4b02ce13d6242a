"""`seatkeeper waitlist` and `seatkeeper requests`."""

from pathlib import Path
from typing import Any

from seatkeeper.directory.models import Organization
from seatkeeper.invitations.services.requests import ask_for_license
from seatkeeper.invitations.services.waitlist import join_waitlist
from seatkeeper.kernel.clock import system_clock
from seatkeeper.licensing.models import LicensePool
from tests import factories
from tests.cli.conftest import Command
from tests.cli.explained import REFUSED, WRONG_USAGE, assert_explained

POOL = "default/learning"


def who(name: str) -> dict[str, Any]:
    pool, home = LicensePool.objects.get(), Organization.objects.get()
    learner = factories.learner(home, f"{name}@corp.example")
    return {"organization_id": home.id, "pool_id": pool.id, "learner_id": learner.id, "now": system_clock()}


def test_the_waitlist_is_listed_offered_and_cleared(command: Command, acme: Path) -> None:
    join_waitlist(**who("di"))

    (row,) = command("waitlist").json()
    assert (row["pool"], row["place"], row["email"], row["has"]) == (POOL, 1, "di@corp.example", "waiting")
    assert command("pools", "list").json()[0]["waiting"] == 1
    assert command("waitlist", "offer").json() == {"pool": POOL, "offered": 1}
    assert command("waitlist", "list", "--pool", POOL).json()[0]["has"] == "offer"
    assert command("waitlist", "remove", "di@corp.example").json() == {"pool": POOL, "removed": "di@corp.example"}
    assert_explained(command("waitlist", "remove", "di@corp.example"), REFUSED, "do not wait there")
    assert command("check").json()["ok"]


def test_unassigning_ends_a_place(command: Command, acme: Path) -> None:
    join_waitlist(**who("di"))
    assert command("unassign", "--email", "di@corp.example", "--preview").json()["claims_ended"] == 1
    done = command("unassign", "--email", "di@corp.example").json()
    assert (done["claims_ended"], done["unassigned"], command("waitlist").json()) == (1, 0, [])
    assert command("operations", "undo", str(done["operation"])).json()["claims_back"] == 1
    assert command("waitlist").json()[0]["email"] == "di@corp.example"


def test_the_rules_are_printed_and_changed(command: Command, acme: Path) -> None:
    assert command("waitlist", "rules").json() == {"offer_hours": 72, "rest_minutes": 60, "rest_above": 50}
    assert command("waitlist", "rules", "--offer-hours", "24").json()["offer_hours"] == 24
    assert command("waitlist", "rules").json()["offer_hours"] == 24
    assert_explained(command("waitlist", "rules", "--offer-hours", "0"), WRONG_USAGE, "--offer-hours")


def test_requests_are_listed_approved_and_declined(command: Command, acme: Path) -> None:
    ask_for_license(**who("di"), reason="Exam")

    (row,) = command("requests").json()
    assert (row["email"], row["reason"]) == ("di@corp.example", "Exam")
    assert command("requests", "decline", "--email", "di@corp.example", "--text", "Later").json() == {"declined": 1}
    assert_explained(command("requests", "approve", "--all"), REFUSED, "no request of these")
    ask_for_license(**who("di"), reason="")
    assert command("requests", "approve", "--all").json() == {"active": 1, "waiting": 0}
    assert_explained(command("requests", "approve"), WRONG_USAGE, "Say who")
    assert_explained(command("requests", "decline", "--all"), REFUSED, "no request of these")


def test_the_join_link_is_opened_and_closed(command: Command, acme: Path) -> None:
    opened = command("join-link", "open", "--domain", "Corp.example").json()
    assert (opened["pool"], opened["domains"]) == (POOL, ["corp.example"])
    assert command("join-link", "show").json() == opened
    assert_explained(command("join-link", "open", "--domain", "no domain"), REFUSED, "corp.example")
    assert command("join-link", "close").json()["link"] is None
