"""Promise 5: access ends at once. Real web servers ask before each file of a site; no cache stands between."""

import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from tests.conftest import Seatkeeper
from tests.gate.web_servers import Browser, Server, caddy, guarded_site, nginx, traefik

PEOPLE = "invited_email_address,license_learning_status\nann@acme.example,active\n"
PAGE = "Lesson one"
# Headers by which somebody could ask about one page and open another.
MADE_UP = ("X-Original-URI", "X_Original_URI", "X-Forwarded-Uri", "X_Forwarded_Uri")
SIGN_IN = """
import django
django.setup()
from django.conf import settings
settings.ALLOWED_HOSTS = ["*"]
from django.test import Client
from seatkeeper.accounts.models import Account, Membership
from seatkeeper.directory.models import Learner
learner = Learner.objects.get()
account = Account.objects.create_user(learner.email)
Membership.objects.create(organization_id=learner.organization_id, account=account, learner=learner)
client = Client()
client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
client.get("/")
print(client.cookies[settings.SESSION_COOKIE_NAME].value)
"""


def session_of_learner(seatkeeper: Seatkeeper) -> str:
    environment = seatkeeper.environment | {"DJANGO_SETTINGS_MODULE": "seatkeeper.config.settings"}
    return subprocess.check_output([sys.executable, "-c", SIGN_IN], env=environment, text=True).strip()


once = pytest.mark.one_database("how web servers ask, and pass the answer on; nginx works on both")


def reader_of(port: int, session: str) -> str | None:
    """Whom the site's own server takes the reader for, who says to be somebody else. None: the site has no server."""
    headers = {"Cookie": f"seatkeeper_session={session}", "X-Seatkeeper-Email": "boss@acme.example"}
    request = urllib.request.Request(f"http://127.0.0.1:{port}/courses/python/1.html", headers=headers)
    with urllib.request.urlopen(request) as page:  # noqa: S310  our own address
        reader: str | None = page.headers["X-Reader"]
    return reader


@pytest.mark.parametrize("server", [nginx, pytest.param(caddy, marks=once), pytest.param(traefik, marks=once)])
def test_the_next_request_after_an_unassignment_is_refused(server: Server, seatkeeper: Seatkeeper, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text(PEOPLE, "utf-8")
    seatkeeper.in_turn(
        ("init", "--organization", "Acme"),
        ("pools", "add", "--type", "learning", "--seats", "5", "--activation", "immediate"),
        ("import", str(file)),
        ("content", "add", "Python", "/courses/python", "--type", "learning"),
        ("content", "add", "Welcome", "/welcome", "--free"),
    )
    pages = {"courses/python/1.html": PAGE, "welcome/index.html": "Welcome", "other.html": "Other"}
    with guarded_site(server, seatkeeper, tmp_path, pages) as port, seatkeeper.standing() as command:
        session = session_of_learner(seatkeeper)
        stranger, ann = Browser(port), Browser(port, session)

        assert ann.get("/courses/python/1.html") == (200, "", PAGE)
        assert ann.get("/other.html")[:2] == (302, "/learn/refused?address=%2Fother.html&organization=acme")
        assert stranger.get("/welcome/index.html") == (200, "", "Welcome")
        sign_in = "/account/login/code/?next=%2Fcourses%2Fpython%2F1.html%3Fa%3D1%26b%3D2"
        assert stranger.get("/courses/python/1.html?a=1&b=2")[:2] == (302, sign_in)
        assert stranger.get("/welcome/../courses/python/1.html")[0] == 302
        assert stranger.get("/gate/check")[0] in (302, 404)
        for name in MADE_UP:
            assert stranger.get("/courses/python/1.html", {name: "/welcome/"})[0] == 302
        assert reader_of(port, session) in (None, "ann@acme.example")

        assert command("unassign", "--email", "ann@acme.example", "--reason", "left").exit_code == 0
        status, way_on, told = ann.get("/courses/python/1.html")
        why = ann.get(way_on)

        assert (status, PAGE in told) == (302, False)
        assert why[0] == 200
        assert "Your license ended on" in why[2]
        assert command("operations", "undo", "2").exit_code == 0
        assert ann.get("/courses/python/1.html") == (200, "", PAGE)
