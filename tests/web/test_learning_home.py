"""What a learner reads of themselves: licenses, content, history and data, also after an unassignment."""

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from seatkeeper.accounts.models import Account, AuditEntry, Membership
from seatkeeper.accounts.queries import entries_of_actor
from seatkeeper.accounts.services.audit import log_act
from seatkeeper.accounts.services.tokens import make_token
from seatkeeper.accounts.tokens import TokenScope
from seatkeeper.directory.models import Learner, Organization
from seatkeeper.gate import spool
from seatkeeper.gate.models import Content
from seatkeeper.gate.services.content import add_content
from seatkeeper.invitations.models import Invitation, NoReminders
from seatkeeper.invitations.services.expire import expire_invitations
from seatkeeper.invitations.services.requests import ask_for_license
from seatkeeper.invitations.services.rounds import carry_on_rounds
from seatkeeper.invitations.services.waitlist import join_waitlist
from seatkeeper.kernel.clock import system_clock
from seatkeeper.licensing.models import LicensePool, Operation
from seatkeeper.licensing.queries import operations_of_actor
from seatkeeper.notices.models import MailKind
from seatkeeper.notices.services.outbox import post, put
from seatkeeper.sample.catalogue import add_catalogue
from seatkeeper.usage.services.openings import take_in_openings
from tests import factories, steps
from tests.gate.asking import set_license, signed_in
from tests.plans import plans_of
from tests.web.my_data import ADDRESS, my_data, my_rows, my_text


@pytest.fixture
def ann(acme: Organization, learning: LicensePool) -> Learner:
    columns = "invited_email_address,preferred_first_name,license_learning_status"
    factories.import_csv(acme, f"{columns}\nann@acme.example,=Ann,active\n")
    return factories.learner(acme, "ann@acme.example")


@pytest.fixture
def browser(acme: Organization, ann: Learner) -> Client:
    account = Account.objects.create_user(ann.email)
    Membership.objects.create(organization=acme, account=account, learner=ann)
    return signed_in(account)


@pytest.fixture
def course(acme: Organization, ann: Learner) -> Content:
    for title, types in (("Python", ["learning"]), ("Welcome", [])):
        add_content(
            organization_id=acme.id,
            title=title,
            address=f"/{title}",
            license_types=types,
            is_free=not types,
            actor="tester",
            now=factories.NOW,
        )
    course = Content.objects.get(title="Python")
    take_in_openings([(acme.id, ann.id, course.id, factories.NOW)])
    return course


def test_before_and_after_an_unassignment(course: Content, acme: Organization, ann: Learner, browser: Client) -> None:
    before = browser.get("/learn/").content.decode()
    set_license(acme, ann, "inactive")
    after = browser.get("/learn/").content.decode()
    history = browser.get("/learn/history/").content.decode()
    refused = browser.get("/learn/refused?address=/Python/1.html").content.decode()

    assert ("/Python" in before, "/Welcome" in before, "Active" in before) == (True, True, True)
    assert ("/Python" in after, "/Welcome" in after, "Ended" in after) == (False, True, True)
    assert "Python" in history
    assert "Unassigned from Learning · Default" in history
    assert "tester" not in history
    assert "Your license ended on" in refused
    assert "Your history stays" in refused
    assert "/account/sessions/" in before
    assert all("/admin-center/" not in page for page in (before, after, history, refused))


EXPIRED = "Your invitation expired on 4 April 2026, before it was activated."
CLAIM_ENDED = "your invitation, your place in the waitlist or your request ended on 4 March 2026."


@pytest.mark.parametrize(
    ("what", "reason", "said"),
    [
        ("expired", "invitation_expired", EXPIRED),
        ("withdrawn", "claim_ended", CLAIM_ENDED),
        ("asked", "claim_ended", CLAIM_ENDED),
    ],
)
def test_of_who_never_had_one_no_license_ended(
    what: str, reason: str, said: str, acme: Organization, ann: Learner, browser: Client
) -> None:  # fmt: skip
    pro = factories.pool(acme, license_type="Pro", activation="invite")
    page: dict[str, Any] = {"title": "Go", "address": "/go", "license_types": ["pro"], "actor": "tester", "now": factories.NOW}
    go = add_content(organization_id=acme.id, **page)
    made = make_token(organization_id=acme.id, name="App", scopes=[TokenScope.ACCESS], actor="tester", now=system_clock())
    if what == "asked":
        ask_for_license(organization_id=acme.id, pool_id=pro.id, learner_id=ann.id, reason="", now=factories.NOW)
        steps.do("unassign", acme, [ann.email], pool=pro)
    else:
        set_license(acme, ann, "active", column="license_pro_status")
    if what == "expired":
        carry_on_rounds(factories.frozen_clock)
        expire_invitations(organization_id=acme.id, clock=lambda: factories.NOW + timedelta(days=31))
    elif what == "withdrawn":
        steps.do("withdraw", acme, [ann.email], pool=pro)

    refused = browser.get("/learn/refused?address=/go").content.decode()
    told = (
        Client()
        .get("/api/v1/access", {"learner": ann.id, "content": go.id}, headers={"Authorization": f"Bearer {made.secret}"})
        .json()
    )
    own = [browser.get(page).content.decode() for page in ("/learn/", "/learn/licenses/")]

    assert (said in refused, "Your license ended" in refused, "Ask for a license" in refused) == (True, False, True)
    assert told["reason"] == reason
    assert ["2026, never active" in page for page in own] == [True, True]


def test_an_ended_license_says_more_than_an_invitation_that_ended_since(
    course: Content, acme: Organization, ann: Learner, browser: Client
) -> None:
    sales = factories.pool(acme, budget_group="Sales", activation="invite")
    set_license(acme, ann, "active", column="sales_license_learning_status")
    set_license(acme, ann, "inactive")
    steps.do("withdraw", acme, [ann.email], pool=sales, clock=lambda: factories.NOW + timedelta(days=1))

    assert "Your license ended on 4 March 2026." in browser.get("/learn/refused?address=/Python/1.html").content.decode()


@pytest.mark.parametrize(("address", "way_in"), [("/Python/1.html?a=b", "/Python/1.html?a=b"), ("//x.example/Python", "")])
def test_who_may_open_it_by_now_is_led_there_and_nowhere_else(
    address: str, way_in: str, acme: Organization, course: Content, browser: Client
) -> None:
    add_content(organization_id=acme.id, title="All", address="/", is_free=True, actor="tester", now=factories.NOW)
    page = browser.get("/learn/refused", {"address": address}).content.decode()
    assert "You can open this." in page
    assert re.findall('href="([^"]+)">Open it</a>', page) == ([way_in] if way_in else [])


def test_who_is_invited_activates_from_the_page_that_refused_them(acme: Organization, ann: Learner, browser: Client) -> None:
    factories.pool(acme, license_type="Pro", activation="invite")
    add_content(organization_id=acme.id, title="Go", address="/go", license_types=["pro"], actor="tester", now=factories.NOW)
    set_license(acme, ann, "active", column="license_pro_status")

    refused = browser.get("/learn/refused?address=/go").content.decode()
    assert '<a class="button" href="/learn/licenses/">Activate your license</a>' in refused
    home = browser.get("/learn/").content.decode()
    (way,) = re.findall(r'href="(/learn/licenses/[^"]+)">Pro · Default</a>', home)
    assert "Invited on 4 March 2026, not active yet" in home
    assert "Your license is active" in browser.post(way, {"act": "activate"}, follow=True).content.decode()


def test_who_only_waits_reads_it_at_home(acme: Organization, ann: Learner, browser: Client) -> None:
    pro = factories.pool(acme, seats=0, license_type="Pro")
    join_waitlist(organization_id=acme.id, learner_id=ann.id, pool_id=pro.id, now=factories.NOW)
    assert "Number 1 in the waitlist" in browser.get("/learn/").content.decode()


def test_a_link_of_the_gate_to_nowhere(browser: Client, course: Content) -> None:
    assert "Nothing is known at this address." in browser.get("/learn/refused?address=/no").content.decode()
    stranger = Client().get("/learn/refused?address=/Python/a%3Fb%3D1%26c%3D2").content.decode()
    assert 'href="/account/login/code/?next=%2FPython%2Fa%3Fb%3D1%26c%3D2"' in stranger


def test_content_of_our_own_stands_behind_the_gate(acme: Organization, ann: Learner, browser: Client) -> None:
    factories.pool(acme, license_type="Pro")
    add_catalogue(organization_id=acme.id, actor="tester", now=factories.NOW)

    assert "Python for beginners" in browser.get("/learn/courses/python").content.decode()
    assert (
        browser.get("/learn/courses/python/teams")["Location"] == "/learn/refused?address=%2Flearn%2Fcourses%2Fpython%2Fteams"
    )
    assert "Welcome to Acme Learning" in Client().get("/learn/courses/welcome").content.decode()
    assert Client().get("/learn/courses/python")["Location"] == "/account/login/code/?next=%2Flearn%2Fcourses%2Fpython"
    assert len([line for path in spool.folder().iterdir() for line in path.read_text().splitlines()]) == 1


def test_all_that_is_kept_as_data(course: Content, acme: Organization, ann: Learner, browser: Client) -> None:
    data, rows = my_data(browser), my_rows(browser)

    assert (data["email"], data["profile"]["preferred_first_name"]) == ("ann@acme.example", "=Ann")
    assert [one["status"] for one in data["licenses"]] == ["active"]
    assert [one["title"] for one in data["opened"]] == ["Python"]
    assert len(data["license_history"]) == 1
    assert ["opened", "Python", "", "2026-03-04T14:02:00+00:00", "2026-03-04T14:02:00+00:00"] in rows
    assert ["profile", "preferred_first_name", "'=Ann", "", ""] in rows
    assert browser.get(f"{ADDRESS}?format=csv")["Content-Disposition"] == 'attachment; filename="my-data.csv"'
    assert browser.get(f"{ADDRESS}?format=xml").status_code == 404


def test_places_in_waitlists_and_requests_are_among_the_data(acme: Organization, ann: Learner, browser: Client) -> None:
    pro, third = (factories.pool(acme, seats=0, license_type=name, activation="invite") for name in ("Pro", "Third"))
    who: dict[str, Any] = {"organization_id": acme.id, "learner_id": ann.id, "now": factories.NOW}
    factories.import_csv(acme, f"invited_email_address,license_third_status\n{ann.email},active\n")
    join_waitlist(**who, pool_id=third.id)
    ask_for_license(**who, pool_id=pro.id, reason="=For the exam")
    steps.do("unassign", acme, [ann.email], pool=third)

    claims = {claim["title"]: claim for claim in my_data(browser)["claims"]}
    rows = my_rows(browser)

    asked, waited = claims["Pro · Default"], claims["Third · Default"]
    assert (asked["kind"], asked["reason"], asked["has_ended"]) == ("request", "=For the exam", False)
    assert (waited["kind"], waited["reason"], waited["has_ended"]) == ("waiting", "", True)
    since = factories.NOW.isoformat()
    assert ["claim", "Pro · Default", "request: =For the exam", since, ""] in rows
    assert ["claim", "Third · Default", "waiting, ended", since, ""] in rows


def test_invitations_mails_and_sign_ins_are_among_the_data(acme: Organization, ann: Learner, browser: Client) -> None:
    factories.pool(acme, license_type="Pro", activation="invite")
    factories.import_csv(acme, f"invited_email_address,license_pro_status\n{ann.email},active\nbo@acme.example,active\n")
    carry_on_rounds(system_clock)
    now, other = system_clock(), factories.organization("Other")
    NoReminders.objects.create(organization_id=acme.id, learner_id=ann.id, since=factories.NOW)
    for to, home in ((ann.email, None), ("bo@acme.example", None), (ann.email, other.id)):
        put([post(to, kind=MailKind.READY, now=now, organization_id=home, subject="Your code: 123456", text="123456")])
    account = Membership.objects.get(organization=acme, learner=ann).account
    EmailAddress.objects.create(user=account, email=account.email, verified=True)
    SocialAccount.objects.create(user=account, provider="corp", uid="=subject-7")
    Authenticator.objects.create(user=account, type="totp", data={"secret": "hush"})

    text, table = my_text(browser), my_text(browser, "csv")
    data, rows = json.loads(text), my_rows(browser)

    (invitation,) = data["invitations"]
    assert (invitation["title"], data["no_reminders_since"]) == ("Pro · Default", factories.NOW.isoformat())
    assert ["invitation", "Pro · Default", "", invitation["mailed_at"], invitation["expires_at"]] in rows
    assert [(mail["kind"], mail["to"], mail["state"]) for mail in data["mails"]] == [
        ("invitation", ann.email, "waiting"),
        ("ready", ann.email, "due"),
    ]
    assert ["mail", "ready", f"{ann.email}, due", now.isoformat(), ""] in rows
    ways = data["sign_ins"]
    assert (ways["account"]["email"], ways["addresses"][0]["is_verified"]) == (ann.email, True)
    assert ["identity", "corp", "'=subject-7"] in [row[:3] for row in rows]
    assert ["authenticator", "totp"] in [row[:2] for row in rows]
    assert ["session", "127.0.0.1"] in [[row[0], row[2]] for row in rows]
    secrets = {"123456", "hush", "bo@acme.example", str(browser.session.session_key)}
    secrets |= {str(one.key) for one in Invitation.objects.all()}
    assert [secret for secret in secrets if secret in text + table] == []


@pytest.mark.parametrize("at_a_time", [1, 1_000])
def test_what_they_did_as_an_admin_is_among_the_data_and_nobody_elses(
    acme: Organization, ann: Learner, browser: Client, at_a_time: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("seatkeeper.kernel.bulk.ROWS_AT_A_TIME", at_a_time)
    other = factories.organization("Other")
    for home, actor, action in (
        (acme, ann.email, "admin.ended"),
        (acme, "kim@acme.example", "brake.changed"),
        (other, ann.email, "pool.added"),
        (acme, ann.email, "group.renamed"),
    ):
        log_act(organization_id=home.id, actor=actor, action=action, now=factories.NOW, name="=Secret")
    by_ann = steps.do("unassign", acme, [ann.email], clock=lambda: factories.NOW - timedelta(days=1)).number
    Operation.objects.filter(organization=acme, number=by_ann).update(actor=ann.email)

    assert my_data(browser)["acts"] == [
        {"at": "2026-03-03T14:02:00+00:00", "what": f"Unassign, operation {by_ann}"},
        {"at": factories.NOW.isoformat(), "what": "Ended admin access"},
        {"at": factories.NOW.isoformat(), "what": "Renamed a group"},
    ]
    assert [row[1] for row in my_rows(browser) if row[0] == "act"] == [act["what"] for act in my_data(browser)["acts"]]
    assert "Secret" not in my_text(browser)


def test_what_an_actor_did_is_found_by_index(acme: Organization) -> None:
    actors = [f"kim{number % 500}@acme.example" for number in range(2_000)]
    AuditEntry.objects.bulk_create(AuditEntry(organization=acme, at=factories.NOW, actor=one, action="x") for one in actors)
    Operation.objects.bulk_create(
        Operation(organization=acme, number=number, verb="unassign", source="page", actor=one, planned_at=factories.NOW)
        for number, one in enumerate(actors, start=1)
    )
    connection.cursor().execute("ANALYZE")
    with CaptureQueriesContext(connection) as captured:
        assert len([*entries_of_actor(acme.id, actors[0]), *operations_of_actor(acme.id, actors[0])]) == 8
    for table, index in (("accounts_auditentry", "audit_of_actor"), ("licensing_operation", "operation_of_actor")):
        assert [index in plan for plan in plans_of(captured, table)] == [True, True]
