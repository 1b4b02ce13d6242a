"""Promise 5: access ends at once. A real nginx asks before each file of a site; no cache stands between."""

import subprocess
import sys
from pathlib import Path

from tests.conftest import Seatkeeper
from tests.gate.nginx import Browser, guarded_site

PEOPLE = "invited_email_address,license_learning_status\nann@acme.example,active\n"
PAGE = "Lesson one"
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


def test_the_next_request_after_an_unassignment_is_refused(seatkeeper: Seatkeeper, tmp_path: Path) -> None:
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
    with guarded_site(seatkeeper, tmp_path, pages) as port, seatkeeper.standing() as command:
        stranger, ann = Browser(port), Browser(port, session_of_learner(seatkeeper))

        assert ann.get("/courses/python/1.html") == (200, "", PAGE)
        assert ann.get("/other.html")[:2] == (302, "/learn/refused?address=%2Fother.html&organization=acme")
        assert stranger.get("/welcome/index.html") == (200, "", "Welcome")
        sign_in = "/account/login/code/?next=%2Fcourses%2Fpython%2F1.html%3Fa%3D1%26b%3D2"
        assert stranger.get("/courses/python/1.html?a=1&b=2")[:2] == (302, sign_in)
        assert stranger.get("/welcome/../courses/python/1.html")[0] == 302
        assert stranger.get("/gate/check")[0] == 404

        assert command("unassign", "--email", "ann@acme.example", "--reason", "left").exit_code == 0
        status, way_on, told = ann.get("/courses/python/1.html")
        why = ann.get(way_on)

        assert (status, PAGE in told) == (302, False)
        assert why[0] == 200
        assert "Your license ended on" in why[2]
        assert command("operations", "undo", "2").exit_code == 0
        assert ann.get("/courses/python/1.html") == (200, "", PAGE)
