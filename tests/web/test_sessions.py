"""When a session was last seen is written now and then, not at every page."""

from datetime import timedelta

from allauth.usersessions.models import UserSession
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from seatkeeper.kernel.clock import system_clock
from seatkeeper.web.middleware import SEEN_ANEW_AFTER


def writes_of_a_page(client: Client, **more: str) -> list[str]:
    with CaptureQueriesContext(
        connection,
    ) as made:
        assert client.get("/management/", **more).status_code == 200  # type: ignore[arg-type]
    return [query["sql"] for query in made if query["sql"].startswith(("INSERT", "UPDATE", "DELETE", "SAVEPOINT"))]


def test_the_pages_after_the_first_write_nothing(owner: Client) -> None:
    assert writes_of_a_page(owner)
    assert writes_of_a_page(owner) == []
    seen = UserSession.objects.get()

    UserSession.objects.update(last_seen_at=system_clock() - SEEN_ANEW_AFTER - timedelta(seconds=1))
    assert writes_of_a_page(owner)
    assert UserSession.objects.get().last_seen_at > seen.last_seen_at
    assert writes_of_a_page(owner) == []


def test_another_address_or_browser_is_written_at_once(owner: Client) -> None:
    writes_of_a_page(owner)
    assert writes_of_a_page(owner, REMOTE_ADDR="192.0.2.7")
    assert writes_of_a_page(owner, REMOTE_ADDR="192.0.2.7", HTTP_USER_AGENT="Other")
    session = UserSession.objects.get()
    assert (session.ip, session.user_agent) == ("192.0.2.7", "Other")


def test_a_session_under_a_new_key_is_listed(owner: Client) -> None:
    writes_of_a_page(owner)
    session = owner.session
    session.cycle_key()
    owner.cookies["seatkeeper_session"] = str(session.session_key)
    writes_of_a_page(owner)
    assert UserSession.objects.filter(session_key=session.session_key).exists()
