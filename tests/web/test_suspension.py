"""An admin suspends a learner on the Enterprise Profile, and resumes; the learner reads it plainly."""

from django.test import Client

from seatkeeper.accounts.models import AuditEntry
from seatkeeper.directory.models import Learner, Organization
from seatkeeper.gate.models import Content
from seatkeeper.invitations.claim_links import Named, claim_path
from seatkeeper.licensing.models import LicensePool, Operation
from tests import steps
from tests.gate.asking import ask
from tests.web.my_data import my_data, my_text
from tests.web.test_invitation_page import invite, pool, read  # noqa: F401  a pool that invites
from tests.web.test_learning_home import ann, browser, course  # noqa: F401  a learner, signed in


def address(of: Learner) -> str:
    return f"/admin-center/users/{of.id}/suspension/"


def test_from_the_profile_and_back(
    course: Content,  # noqa: F811
    ann: Learner,  # noqa: F811
    browser: Client,  # noqa: F811
    owner: Client,
) -> None:
    profile = f"/admin-center/users/{ann.id}/"
    assert f'href="{address(ann)}" data-dialog>Suspend access' in read(owner.get(profile))
    assert "Licenses, seats, dates, groups and history stay." in read(owner.get(address(ann)))
    assert ask(browser, "/Python/1.html") == (200, "active")

    said = read(owner.post(address(ann), {"act": "suspend", "reason": "Leave"}, follow=True))

    assert "ann@acme.example is suspended. Licenses and seats stay." in said
    assert "opens nothing that needs a license" in said
    assert f'href="{address(ann)}" data-dialog>Resume access' in said
    assert ask(browser, "/Python/1.html") == (403, "suspended")
    assert ">Suspended</span>" in read(owner.get("/admin-center/users/?q=suspended:yes"))
    assert AuditEntry.objects.get(action="learner.suspended").facts == {"learner": ann.id, "reason": "Leave"}
    assert "it is so already" in read(owner.post(address(ann), {"act": "suspend"}, follow=True))
    assert "Suspended since" in read(owner.get(address(ann)))

    assert "is resumed, and has access as before" in read(owner.post(address(ann), {"act": "resume"}, follow=True))
    assert ask(browser, "/Python/1.html") == (200, "active")


def test_what_is_not_asked_for_is_not_done(ann: Learner, owner: Client) -> None:  # noqa: F811
    for data in ({}, {"act": "erase"}, {"act": "suspend", "reason": "x" * 1_001}):
        assert owner.post(address(ann), data).status_code == 422
    assert owner.get(f"/admin-center/users/{1 << 63}/suspension/").status_code == 404
    assert owner.put(address(ann)).status_code == 405
    ann.refresh_from_db()
    assert ann.suspended_at is None


def test_the_learner_reads_since_when_and_not_why(
    course: Content,  # noqa: F811
    acme: Organization,
    ann: Learner,  # noqa: F811
    browser: Client,  # noqa: F811
    learning: LicensePool,
    owner: Client,
) -> None:
    owner.post(address(ann), {"act": "suspend", "reason": "Investigation"})
    pages = {
        page: read(browser.get(page))
        for page in (
            "/learn/",
            "/learn/licenses/",
            "/learn/refused?address=/Python/1.html",
            claim_path(Named(acme.id, learning.id, ann.id)),
        )
    }
    for page, text in pages.items():
        assert "Your access is suspended since" in text, page
        assert "Investigation" not in text, page
    assert "/Python" not in pages["/learn/"]
    assert "/Welcome" in pages["/learn/"]
    data = my_data(browser)
    assert (bool(data["suspended_since"]), data["licenses"][0]["status"]) == (True, "active")
    assert "suspended,," in my_text(browser, "csv")


def test_an_invitation_is_not_activated(acme: Organization, pool: LicensePool, client: Client, owner: Client) -> None:  # noqa: F811
    link = invite(acme, 1)
    learner = Learner.objects.get(email=steps.email(1))
    owner.post(address(learner), {"act": "suspend"})
    before = Operation.objects.count()
    assert "Your access is suspended" in read(client.get(link))
    refused = client.post(link)
    assert (refused.status_code, Operation.objects.count(), steps.counted(acme, "active")) == (403, before, 0)
    claim = claim_path(Named(acme.id, pool.id, learner.id))
    assert client.post(claim, {"act": "activate"}).status_code == 422
    assert steps.counted(acme, "active") == 0

    owner.post(address(learner), {"act": "resume"})
    assert "Your license is active" in read(client.post(link, follow=True))


def test_a_merge_says_to_resume_first(acme: Organization, learning: LicensePool, owner: Client) -> None:
    first, second = steps.people(acme, 2)
    owner.post(address(first), {"act": "suspend"})
    page = owner.get(f"/admin-center/users/{second.id}/merge/", {"email": first.email})
    assert "One of the profiles is suspended. Resume it first." in read(page)
