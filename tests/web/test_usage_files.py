"""Usage files in the browser: send one, its problems, what waits."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from seatkeeper.accounts.models import Account, AuditEntry, Grant, Membership
from seatkeeper.accounts.permissions import Permission
from seatkeeper.background.services.run import run_due
from seatkeeper.directory.models import Organization
from seatkeeper.gate.services.content import add_content
from seatkeeper.kernel.clock import system_clock
from seatkeeper.usage.models import Fact, WaitingFact
from tests import factories
from tests.web.conftest import signed_in

PAGE = "/admin-center/uploads/usage/"
LINES = (
    "learner,content,day,seconds,completed\n"
    "ana@acme.example,Python,2026-03-01,60,no\n"
    "zoe@acme.example,Python,2026-03-01,60,no\n"
    "zoe@acme.example,Java,2026-03-02,60,no\n"
    "ana@acme.example,Java,2026-03-02,60,no\n"
    "ana@acme.example,Python,yesterday,60,no\n"
)


@pytest.fixture(autouse=True)
def _people_and_content(acme: Organization) -> None:
    factories.import_csv(acme, "invited_email_address\nana@acme.example\n")
    add_content(organization_id=acme.id, title="Python", address="/python", is_free=True, actor="tester", now=factories.NOW)


def send(browser: Client, content: str, name: str = "usage.csv") -> str:
    file = SimpleUploadedFile(name, content.encode())
    return browser.post(PAGE, {"file": file}, follow=True).content.decode()


def test_a_file_is_read_by_a_worker_and_shows_its_numbers(owner: Client) -> None:
    sent = send(owner, LINES)
    assert "The file is being read" in sent
    assert 'hx-trigger="every 2s"' in sent
    assert ">Reading<" in sent

    run_due(clock=system_clock)

    page = owner.get(PAGE).content.decode()
    assert 'hx-trigger="every 2s"' not in page
    assert ">Done<" in page
    assert Fact.objects.count() == 1
    part = owner.get(PAGE, headers={"HX-Request": "true"}).content.decode()
    assert part.startswith('<div id="usage-files"')


def test_columns_that_are_ignored_are_named(owner: Client) -> None:
    sent = send(owner, "learner,content,day,seconds,completed,ident\nana@acme.example,Python,2026-03-01,60,no,7\n")
    assert "Column ident is not known and was ignored." in sent
    assert "was ignored" not in send(owner, LINES)


def test_problems_are_downloaded_with_their_words(owner: Client) -> None:
    send(owner, LINES)
    run_due(clock=system_clock)
    address = f"{PAGE}{owner.get(PAGE).context['files'][0].pk}/problems/"

    rows = b"".join(owner.get(address)).decode().splitlines()

    assert rows[0] == "line,column,code,message"
    assert rows[1].startswith("6,day,EIS_UPLOAD_ROW_USAGE_DAY_VALIDATION_ERROR,")
    assert "yesterday" in rows[1]


def test_what_waits_is_named_and_discarded_for_good(owner: Client) -> None:
    send(owner, LINES)
    run_due(clock=system_clock)
    page = owner.get(PAGE)
    waiting = page.context["waiting"]
    assert waiting.facts == 3
    assert [(one.name, one.facts) for one in waiting.people] == [("zoe@acme.example", 2)]
    assert [(one.name, one.facts) for one in waiting.contents] == [("Java", 2)]

    done = owner.post(f"{PAGE}discarded/", {"waits_for": "learner", "name": "zoe@acme.example"}, follow=True)

    assert "2 lines about zoe@acme.example are discarded." in done.content.decode()
    assert [fact.content for fact in WaitingFact.objects.all()] == ["Java"]
    entry = AuditEntry.objects.get(action="usage.discarded")
    assert entry.facts == {"facts": 2, "waited_for": "zoe@acme.example"}
    log = owner.get("/admin-center/audit/").content.decode()
    assert "Discarded usage that waited" in log
    assert "Imported usage" in log


def test_nothing_else_is_discarded(owner: Client) -> None:
    send(owner, LINES)
    run_due(clock=system_clock)

    assert owner.post(f"{PAGE}discarded/", {"waits_for": "organization", "name": "1"}).status_code == 404
    assert owner.post(f"{PAGE}discarded/", {"waits_for": "learner"}).status_code == 404
    assert WaitingFact.objects.count() == 3


@pytest.mark.parametrize(("content", "words"), [("email\n", "lacks learner, content, day"), (" \n", "The file is empty")])
def test_a_file_that_is_none_is_refused_on_the_page(owner: Client, content: str, words: str) -> None:
    answer = owner.post(PAGE, {"file": SimpleUploadedFile("u.csv", content.encode())})
    without = owner.post(PAGE)

    assert (answer.status_code, without.status_code) == (422, 422)
    assert words in answer.content.decode()
    assert "Choose a file." in without.content.decode()


def test_the_page_takes_few_statements_and_is_led_to(owner: Client, django_assert_max_num_queries: object) -> None:
    send(owner, LINES)
    run_due(clock=system_clock)
    with django_assert_max_num_queries(25):  # type: ignore[operator]
        owner.get(PAGE)
    assert f'href="{PAGE}"' in owner.get("/admin-center/uploads/").content.decode()


def test_who_is_limited_to_groups_finds_no_usage_files(sub_admin_of_group: Client, acme: Organization) -> None:
    assert sub_admin_of_group.get(PAGE).status_code == 404
    assert PAGE not in sub_admin_of_group.get("/admin-center/uploads/").content.decode()
    account = Account.objects.create_user("everyone@acme.example")
    membership = Membership.objects.create(organization=acme, account=account, is_admin=True)
    Grant.objects.create(membership=membership, permission=Permission.MANAGE_USERS)
    assert signed_in(account).get(PAGE).status_code == 200
