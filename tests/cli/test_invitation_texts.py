"""Invitations in an organization's own words, by command."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests import steps
from tests.conftest import Seatkeeper

MAILED = "SELECT text_id IS NULL FROM invitations_mailround ORDER BY id"


def test_kept_listed_chosen_and_deleted(
    seatkeeper: Seatkeeper, run_sql: Callable[[str], list[tuple[Any, ...]]], tmp_path: Path
) -> None:
    words, people, newcomers = (tmp_path / name for name in ("words.txt", "people.csv", "newcomers.csv"))
    words.write_text("Hi {name}: {link}")
    people.write_text(steps.csv_of(steps.emails(1), "active"))
    newcomers.write_text(steps.csv_of(steps.emails(2, 3)))
    with seatkeeper.standing() as command:
        command("init", "--organization", "Acme")
        command("pools", "add", "--type", "learning", "--seats", "5")
        command("invitations", "save-text", "Autumn", "--subject", "Autumn", "--file", words)
        command("invitations", "save-text", "Autumn", "--subject", "Autumn begins", "--file", words)
        listed = command("invitations", "texts", "--format", "json").json()
        assert listed == [{"name": "Autumn", "subject": "Autumn begins", "text": "Hi {name}: {link}"}]
        assert command("invitations", "days", "--good-for", "9", "--format", "json").json()["good_for_days"] == 9
        assert "no invitation" in command("import", people, "--invitation", "Winter").stderr.lower()
        assert command("import", people, "--invitation", "Autumn").exit_code == 0
        command("import", newcomers)
        for wanted in ("Winter", "Autumn"):
            assigned = command("assign", "--email", steps.email(2), "--invitation", wanted, "--preview", "--format", "json")
            assert assigned.exit_code == (1 if wanted == "Winter" else 0), assigned.stderr
        command("operations", "apply", str(assigned.json()["operation"]))
        command("assign", "--email", steps.email(3))
        assert command("invitations", "delete-text", "Autumn").exit_code == 0
        assert command("invitations", "delete-text", "Autumn").exit_code == 1

    assert [bool(is_default) for (is_default,) in run_sql(MAILED)] == [False, False, True]
