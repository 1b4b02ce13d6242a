"""Promise 1, as learners meet it: many follow their links at the same moment, for the last ten seats, over HTTP."""

import http.client
import json
import re
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

from tests.cli.test_serve import answer_of
from tests.conftest import COMMAND_SECONDS, Seatkeeper
from tests.ports import free_port
from tests.settings import VENDOR

PEOPLE = 200 if VENDOR == "postgresql" else 40
SEATS = 10
REDIRECTED = 302
LINKS = """
import json, django
django.setup()
from seatkeeper.directory.models import Organization, OrganizationSettings
from seatkeeper.invitations.links import path_of
from seatkeeper.invitations.models import Invitation
from seatkeeper.invitations.services.rounds import carry_on_rounds
from seatkeeper.kernel.clock import system_clock
OrganizationSettings.objects.update_or_create(organization=Organization.objects.get(), defaults={"learners_sign_in": False})
carry_on_rounds(system_clock)
print(json.dumps([path_of(key) for key in Invitation.objects.values_list("key", flat=True)]))
"""


def links_of(seatkeeper: Seatkeeper) -> list[str]:
    environment = seatkeeper.environment | {"DJANGO_SETTINGS_MODULE": "seatkeeper.config.settings"}
    done = subprocess.run(
        [sys.executable, "-c", LINKS], env=environment, capture_output=True, check=True, timeout=COMMAND_SECONDS
    )
    links: list[str] = json.loads(done.stdout)
    return links


class Browser:
    """Has opened a link, and is about to press the button."""

    def __init__(self, port: int, link: str) -> None:
        self.link, self.status, self.leads_to = link, 0, ""
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=COMMAND_SECONDS)
        self.connection.request("GET", link)
        answer = self.connection.getresponse()
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', answer.read().decode())
        assert token
        self.body = f"csrfmiddlewaretoken={token[1]}"
        self.cookie = str(answer.getheader("Set-Cookie")).partition(";")[0]

    def press(self, start: threading.Barrier) -> None:
        headers = {"Cookie": self.cookie, "Content-Type": "application/x-www-form-urlencoded"}
        start.wait()
        self.connection.request("POST", self.link, self.body, headers)
        answer = self.connection.getresponse()
        answer.read()
        self.status, self.leads_to = answer.status, str(answer.getheader("Location"))
        self.connection.close()


def test_all_at_once_after_the_last_ten_seats(seatkeeper: Seatkeeper, run_sql: Callable[[str], list[tuple[Any, ...]]]) -> None:
    seatkeeper.in_turn(
        ("init", "--organization", "Acme"),
        ("pools", "add", "--type", "learning", "--seats", str(SEATS)),
        ("import", "-"),
        stdin="invited_email_address,license_learning_status\n" + "".join(f"p{n}@corp.example,active\n" for n in range(PEOPLE)),
    )
    port, links = free_port(), links_of(seatkeeper)
    assert len(set(links)) == PEOPLE
    server = seatkeeper.start("serve", "--web-only", "--port", str(port))
    try:
        answer_of(f"http://127.0.0.1:{port}/account/login/")
        browsers = [Browser(port, link) for link in links]
        start = threading.Barrier(PEOPLE)
        threads = [threading.Thread(target=browser.press, args=(start,)) for browser in browsers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        server.terminate()
        server.communicate(timeout=COMMAND_SECONDS)
    statuses = Counter(browser.status for browser in browsers)
    assert statuses == {REDIRECTED: PEOPLE}
    assert sum(browser.leads_to == browser.link for browser in browsers) == SEATS  # the others are led to their place
    assert run_sql("SELECT COUNT(*) FROM licensing_license WHERE status = 2") == [(SEATS,)]
    assert run_sql("SELECT seats_taken FROM licensing_licensepool") == [(SEATS,)]
    waiting = run_sql("SELECT COUNT(*), COUNT(DISTINCT number) FROM licensing_claim WHERE kind = 'waiting'")
    assert waiting == [(PEOPLE - SEATS, PEOPLE - SEATS)]
    assert seatkeeper("check").exit_code == 0
