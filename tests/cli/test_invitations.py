"""`seatkeeper invitations`."""

from tests.conftest import Seatkeeper

PEOPLE = "invited_email_address,license_learning_status\n" + "".join(f"p{n}@corp.example,active\n" for n in (1, 2, 3))


def test_list_resend_remind_and_withdraw(seatkeeper: Seatkeeper) -> None:
    assert seatkeeper("init", "--organization", "Acme").exit_code == 0
    assert seatkeeper("pools", "add", "--type", "learning", "--seats", "5").exit_code == 0
    assert seatkeeper("import", "-", "--no-invitations", stdin=PEOPLE).exit_code == 0
    with seatkeeper.standing() as command:
        listed = command("invitations", "--format", "json").json()
        assert [(one["email"], one["pool"]) for one in listed] == [
            (f"p{n}@corp.example", "default/learning") for n in (1, 2, 3)
        ]
        assert [one["mailed_at"] for one in listed] == [None] * 3
        everyone = ("--all", "--format", "json")
        nobody = {"mails_queued": 0, "left_out_as_suspended": 0}
        assert command("invitations", "remind", *everyone).json() == nobody
        some = ("--filter", "status:invited", "--except", "p3@corp.example", "--format", "json")
        assert command("invitations", "resend", *some).json() == {"mails_queued": 2}
        assert command("invitations", "remind", *everyone).json() == nobody  # mailed just now
        assert command("invitations", "resend", "--all", "--text", "Mine").exit_code == 1
        withdrawn = command("invitations", "withdraw", "--email", "p1@corp.example", "--yes", "--format", "json").json()
        assert withdrawn["unassigned"] == 1
        assert len(command("invitations", "list", "--filter", "p2", "--format", "json").json()) == 1
        assert command("check").exit_code == 0
