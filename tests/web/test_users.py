"""The users page."""

import pytest
from django.test import Client
from django.urls import reverse

from seatkeeper.accounts.models import Account, Grant, Membership
from seatkeeper.accounts.permissions import Permission
from seatkeeper.directory.models import Group, GroupMember, Learner, Organization
from seatkeeper.directory.services.groups import add_group
from seatkeeper.licensing.models import License, Operation
from tests import factories
from tests.directory import cast
from tests.shared import Once

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def made(once: Once) -> Organization:
    return once(cast.organization_with_people)


@pytest.fixture
def people(made: Organization, db: None) -> Organization:
    return Organization.objects.get(id=made.id)


@pytest.fixture
def sales(people: Organization) -> Group:
    """Ana alone."""
    group = add_group(organization_id=people.id, name="Sales EMEA")
    GroupMember.objects.create(organization=people, group=group, learner=factories.learner(people, "ana@corp.example"))
    return group


def client_of(of: Organization, *, is_full: bool = True, **grants: Group | None) -> Client:
    account = Account.objects.create_user(f"admin{Account.objects.count()}@admins.example")
    membership = Membership.objects.create(organization=of, account=account, is_admin=True, is_full_admin=is_full)
    for permission, group in grants.items():
        Grant.objects.create(membership=membership, permission=permission, group=group)
    client = Client()
    client.force_login(account)
    return client


@pytest.fixture
def full(people: Organization) -> Client:
    return client_of(people)


@pytest.fixture
def limited(people: Organization, sales: Group) -> Client:
    return client_of(people, is_full=False, **{Permission.MANAGE_USERS.value: sales})


def body(client: Client, **query: str) -> str:
    response = client.get(reverse("users"), query)
    assert response.status_code == 200
    return response.content.decode()


def test_everyone_with_licenses_and_the_ways_on(full: Client) -> None:
    page = body(full)

    for words in ("ana@corp.example", "Ana Müller", "User Details", "Manage licenses", "Manage users via CSV", "5 users"):
        assert words in page
    for words in ("Download all users via CSV", "Download filtered users via CSV", "Upload Custom Attributes CSV"):
        assert words in page
    assert "Learning · Default" in page
    assert "Talent · Sales" in page
    assert page.count("More<") == 5


def test_a_filter_narrows_and_stands_as_chips(full: Client) -> None:
    page = body(full, q="department:Sales ana")

    assert "ana@corp.example" in page
    assert "bo@corp.example" not in page
    assert "1 user<" in page
    assert 'href="/admin-center/users/?q=ana&amp;sort=name"' in page


@pytest.mark.parametrize("column", ["status", "activity"])
def test_a_heading_sorts_the_highest_first_and_then_turns(full: Client, column: str) -> None:
    assert f'href="/admin-center/users/?sort=-{column}"' in body(full)

    page = body(full, sort=f"-{column}")
    assert page.count('aria-sort="descending"') == 1
    assert f'href="/admin-center/users/?sort={column}"' in page


def test_the_menu_writes_the_filter(full: Client) -> None:
    answer = full.get(reverse("users"), {"q": "ana", "add.department": "Über Büro", "add.status": "none", "add.group": ""})

    assert answer.status_code == 302
    assert answer["Location"] == "/admin-center/users/?q=ana+status%3Anone+department%3A%22%C3%9Cber+B%C3%BCro%22&sort=name"
    answer = full.get(reverse("users"), {"add.attribute": "shoe size", "value": "40"}, follow=True)
    assert "ana@corp.example" in answer.content.decode()
    assert "bo@corp.example" not in answer.content.decode()


@pytest.mark.parametrize("text", ["depratment:Sales", 'ana "open', "group:Nowhere", "status:x", "active-within:no", "-"])
def test_a_malformed_filter_shows_its_fault_and_place(full: Client, text: str) -> None:
    answer = full.get(reverse("users"), {"q": text})

    assert answer.status_code == 422
    assert "The filter is not understood" in answer.content.decode()
    assert "<mark>" in answer.content.decode()


def test_pages_and_sorting(full: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("seatkeeper.licensing.people.PAGE", 2)
    first = full.get(reverse("users"), {"sort": "-email"})
    assert [row["person"].email[:2] for row in first.context["rows"]] == ["ed", "di"]
    second = full.get(f"{reverse('users')}?{first.context['links']['next']}")
    assert [row["person"].email[:2] for row in second.context["rows"]] == ["cy", "bo"]
    back = full.get(f"{reverse('users')}?{second.context['links']['previous']}")
    assert [row["person"].email[:2] for row in back.context["rows"]] == ["ed", "di"]


@pytest.mark.parametrize(
    "query", [{"sort": "x"}, {"after": "x"}, {"before": "1~"}, {"id": "x"}, {"except": "-1"}, {"all": "2"}]
)
def test_odd_addresses_are_the_list(full: Client, query: dict[str, str]) -> None:
    assert full.get(reverse("users"), query).status_code == 200


def test_selecting_everyone_says_the_exact_number(full: Client, people: Organization) -> None:
    ana = factories.learner(people, "ana@corp.example")
    page = full.get(reverse("users"), {"all": "1", "except": str(ana.id)}).content.decode()

    assert "4 selected" in page
    assert page.count(" checked") == 5  # everyone's box, and four rows'
    assert "5 users found" in full.get(reverse("user_count"), {"q": ""}).content.decode()
    assert '<data value="5">5 users found</data>' in full.get(reverse("user_count"), {"exact": "1"}).content.decode()
    assert full.get(reverse("user_count"), {"q": "x:"}).status_code == 422


def test_suggestions_lead_to_the_profile(full: Client, people: Organization) -> None:
    ana = factories.learner(people, "ana@corp.example")
    page = full.get(reverse("user_suggestions"), {"q": "mull"}).content.decode()

    assert reverse("profile", args=[ana.id]) in page
    assert "Nobody" in full.get(reverse("user_suggestions"), {"q": "qqq"}).content.decode()
    assert full.get(reverse("user_suggestions"), {"q": "department:x"}).content.decode().strip() == ""


def test_an_admin_limited_to_groups_sees_only_them(limited: Client) -> None:
    page = body(limited)
    assert "ana@corp.example" in page
    assert "1 user<" in page
    for name in ("bo@", "cy@", "di@", "ed@"):
        assert name not in page
    assert "The filter finds nobody" in body(limited, q="bo")
    assert "Nobody" in limited.get(reverse("user_suggestions"), {"q": "bo li"}).content.decode()
    assert "1 user found" in limited.get(reverse("user_count")).content.decode()


def test_groups_beyond_the_reach_are_not_there(limited: Client, people: Organization) -> None:
    add_group(organization_id=people.id, name="Board")
    answer = limited.get(reverse("users"), {"q": "group:Board"})

    assert answer.status_code == 422
    assert "Sales EMEA" in answer.content.decode()
    assert "Board" not in body(limited)


def test_an_admin_of_another_organization_sees_nobody(people: Organization) -> None:
    other = client_of(factories.organization())

    assert "Nobody is here yet" in body(other)
    assert "The filter finds nobody" in body(other, q="ana")


@pytest.mark.parametrize("name", ["users", "user_suggestions", "user_count", "user_add"])
def test_who_is_no_admin_finds_nothing(people: Organization, name: str) -> None:
    anonymous, learner = Client(), Client()
    learner.force_login(Account.objects.create_user("learner@corp.example"))

    assert anonymous.get(reverse(name)).status_code == 302
    assert learner.get(reverse(name)).status_code == 404


@pytest.mark.parametrize("name", ["users", "user_suggestions", "user_count"])
def test_reading_pages_take_no_posts(full: Client, name: str) -> None:
    assert full.post(reverse(name)).status_code == 405


def test_add_one_person_with_a_license(full: Client, people: Organization) -> None:
    fields = {"email": " New@Corp.example ", "first_name": "Nia", "last_name": 'O"Hara, Jr', "pool": "default/learning"}
    answer = full.post(reverse("user_add"), fields)

    assert answer.status_code == 302
    new = factories.learner(people, "new@corp.example")
    assert new.attributes["preferred_last_name"] == 'O"Hara, Jr'
    assert License.objects.filter(organization_id=people.id, learner_id=new.id).count() == 1


@pytest.mark.parametrize("fields", [{}, {"email": "x"}, {"email": "a@b.example", "pool": "no/such"}])
def test_a_person_who_can_not_be_added(full: Client, people: Organization, fields: dict[str, str]) -> None:
    before = Learner.objects.count()

    assert full.post(reverse("user_add"), fields).status_code == 422
    assert Learner.objects.count() == before


def test_a_limited_admin_adds_into_a_group_of_theirs(limited: Client, people: Organization, sales: Group) -> None:
    other = add_group(organization_id=people.id, name="Board")
    assert limited.post(reverse("user_add"), {"email": "n@corp.example"}).status_code == 422
    assert limited.post(reverse("user_add"), {"email": "n@corp.example", "group": str(other.id)}).status_code == 422
    assert not Learner.objects.filter(email="n@corp.example").exists()

    assert limited.post(reverse("user_add"), {"email": "n@corp.example", "group": str(sales.id)}).status_code == 302
    assert "n@corp.example" in body(limited)
    form = limited.get(reverse("user_add")).content.decode()
    assert f'<option value="{sales.id}" selected>' in form


def test_a_full_pool_is_said_of_a_known_and_of_an_unknown_address(limited: Client, people: Organization, sales: Group) -> None:
    factories.pool(people, license_type="Scarce", seats=0)

    def answer(email: str) -> str:
        sent = {"email": email, "pool": "default/scarce", "group": str(sales.id)}
        page = limited.post(reverse("user_add"), sent)
        assert page.status_code == 422
        return str(page.context["form"].errors)

    assert answer("bo@corp.example") == answer("unknown@corp.example")
    assert "No seat of Scarce · Default is free." in answer("unknown@corp.example")
    assert not Learner.objects.filter(email="unknown@corp.example").exists()


def test_a_known_and_an_unknown_address_get_the_same_answer(limited: Client, people: Organization, sales: Group) -> None:
    def answer(email: str) -> str:
        page = limited.post(reverse("user_add"), {"email": email, "first_name": "Eve", "group": str(sales.id)}, follow=True)
        return " ".join(str(message) for message in page.context["messages"]).replace(email, "")

    bo = factories.learner(people, "bo@corp.example")
    assert answer("bo@corp.example") == answer("unknown@corp.example")
    again = factories.learner(people, "bo@corp.example")
    assert again.attributes == bo.attributes
    assert not GroupMember.objects.filter(learner=bo).exists()


def test_a_person_is_added_and_joins_in_one_operation(
    limited: Client, full: Client, people: Organization, sales: Group
) -> None:
    before = Operation.objects.count()
    limited.post(reverse("user_add"), {"email": "one@corp.example", "group": str(sales.id)})
    full.post(reverse("user_add"), {"email": "bo@corp.example", "group": str(sales.id)})

    assert Operation.objects.count() == before + 2
    assert GroupMember.objects.filter(group=sales, learner__email__in=("one@corp.example", "bo@corp.example")).count() == 2
    newest = Operation.objects.order_by("-number")[1]
    assert (newest.counts["added"], newest.counts["joined"]) == (1, 1)


def test_adding_needs_the_permission(people: Organization) -> None:
    viewer = client_of(people, is_full=False, **{Permission.VIEW_REPORTS.value: None})

    assert viewer.get(reverse("user_add")).status_code == 404
    page = body(viewer)
    assert "Manage licenses" not in page
    assert "Add users" not in page


def test_a_page_takes_at_most_25_statements(full: Client, django_assert_max_num_queries: object) -> None:
    with django_assert_max_num_queries(25):  # type: ignore[operator]
        body(full, q="department:Sales -status:none ana")
