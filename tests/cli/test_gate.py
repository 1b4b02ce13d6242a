"""Content, tokens and the gate by command."""

import re
from pathlib import Path

import pytest

from seatkeeper.accounts.models import ApiToken, AuditEntry
from tests.cli.conftest import Command


def test_content_is_added_listed_and_removed(command: Command, acme: Path) -> None:
    added = command("content", "add", "Python", "/courses/python/", "--type", "Learning", "--minutes", "90").json()
    free = command("content", "add", "Welcome", "https://open.example/", "--free", "--kind", "video").json()

    assert (added["opened_by"], added["minutes"], free["opened_by"], free["kind"]) == ("learning", 90, "free", "video")
    assert [one["title"] for one in command("content").json()] == ["Python", "Welcome"]
    assert command("content", "remove", str(added["id"])).exit_code == 0
    assert [one["title"] for one in command("content").json()] == ["Welcome"]
    again = command("content", "remove", str(added["id"]))
    assert (again.exit_code, "There is no content" in again.stderr) == (1, True)
    actions = AuditEntry.objects.filter(action__startswith="content.").order_by("id").values_list("action", flat=True)
    assert list(actions) == ["content.added", "content.added", "content.removed"]


@pytest.mark.parametrize(
    ("arguments", "exit_code", "said"),
    [
        (("/x",), 2, "Say who may open it"),
        (("/x", "--free", "--type", "learning"), 2, "Say who may open it"),
        (("/x", "--type", "coding"), 1, "There is no license type coding. There are: learning."),
        (("/courses/PYTHON", "--free"), 1, "“Python” has this address."),
        (("/x/../y", "--free"), 1, "is no address of content"),
        (("/x?y=1", "--free"), 1, "is no address of content"),
        (("ftp://open.example/", "--free"), 1, "is no address of content"),
        (("x", "--free"), 1, "is no address of content"),
    ],
)
def test_content_that_is_refused(arguments: tuple[str, ...], exit_code: int, said: str, command: Command, acme: Path) -> None:
    command("content", "add", "Python", "/courses/python", "--type", "learning")
    refused = command("content", "add", "Other", *arguments)

    assert refused.exit_code == exit_code
    assert said in refused.stderr
    assert len(command("content").json()) == 1


def test_a_token_is_shown_once_and_revoked(command: Command, acme: Path) -> None:
    made = command("tokens", "add", "Portal", "--scope", "access", "--days", "30").json()
    listed = command("tokens")
    revoked = command("tokens", "revoke", str(made["id"])).json()

    assert made["token"].startswith("skt_")
    assert made["token"] not in listed.stdout
    assert listed.json()[0]["ending"] == made["token"][-4:]
    assert made["token"] not in repr(ApiToken.objects.values())
    assert revoked["revoked_at"]
    assert command("tokens", "revoke", "99").stderr == "There is no token 99. See: seatkeeper tokens list\n"
    assert made["token"] not in repr(AuditEntry.objects.values())
    actions = AuditEntry.objects.filter(action__startswith="token.").order_by("id").values_list("action", flat=True)
    assert list(actions) == ["token.made", "token.revoked"]


def test_nginx_is_told_nothing_that_breaks_its_file(command: Command, acme: Path) -> None:
    refused = command("gate", "nginx", "--root", "/srv; }")
    assert (refused.exit_code, "can't stand in nginx's configuration" in refused.stderr) == (2, True)


def test_the_docs_of_other_servers_let_through_what_nginx_does(command: Command, acme: Path) -> None:
    printed = command("gate", "nginx", "--root", "/srv/site").stdout
    docs = (Path(__file__).parents[2] / "docs" / "how-to" / "gate.md").read_text()
    nginx, traefik = (re.search(r"\^/\(([a-z|-]+)\)\(/\|\$\)", text) for text in (printed, docs))
    caddy = re.search(r"@seatkeeper path (.+)", docs)
    assert nginx
    assert traefik
    assert caddy
    assert traefik[1] == nginx[1]
    assert re.findall(r"/([a-z-]+)/\*", caddy[1]) == nginx[1].split("|")
