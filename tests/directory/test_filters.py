"""Who matches a filter. Every case runs with both ways of asking SQLite for a set of people."""

from datetime import timedelta

import pytest
from django.db import connection
from hypothesis import given, settings

from seatkeeper.directory import terms
from seatkeeper.directory.errors import FilterRefused
from seatkeeper.directory.filters import learners_matching, notices_on
from seatkeeper.directory.models import Learner, Organization
from seatkeeper.directory.services.groups import add_group
from seatkeeper.kernel.sql import embedded
from seatkeeper.licensing.models import License, LicensePool
from tests import steps
from tests.directory.cast import TODAY, matching, organization_with_people
from tests.directory.test_filter_grammar import ANY_TEXT
from tests.shared import Once

pytestmark = pytest.mark.django_db

EVERYONE = "ana bo cy di ed"


@pytest.fixture(scope="module")
def made(once: Once) -> Organization:
    def make() -> Organization:
        acme = organization_with_people()
        emea = add_group(organization_id=acme.id, name="Sales EMEA")
        steps.membership(acme, ["ana@corp.example", "di@corp.example"], emea, joins=True)
        return acme

    return once(make)


@pytest.fixture(params=[terms.FEW, 0], ids=["few", "many"])
def acme(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, made: Organization, db: None) -> Organization:
    monkeypatch.setattr(terms, "FEW", request.param)
    return Organization.objects.get(id=made.id)


CASES = [
    ("", EVERYONE),
    ("  ", EVERYONE),
    # words
    ("ana", "ana"),
    ("muller", "ana"),
    ("MÜLLER", "ana"),
    ("-muller", "bo cy di ed"),
    ("sales", "bo ed"),  # a name and a title; not the department
    ("sales -director", "ed"),
    ('"sales director"', "bo"),
    ('"director sales"', ""),
    ('"ana muller"', "ana"),
    ('-"ana muller"', "bo cy di ed"),
    ("corp.example -ana -bo", "cy di ed"),
    ("e-3", "cy"),
    # attributes
    ("department:Sales", "ana bo"),
    ("department:sales", "ana bo"),
    ("-department:Sales", "cy di ed"),
    ("department:Sale", ""),
    ("department:%", ""),
    ('department:"über büro"', "di"),
    ('department:"ÜBER BÜRO"', "di"),
    ('department_name:"Über Büro"', "di"),
    ("location:göttingen", "di"),
    ("location:GÖTTINGEN", "di"),
    ("location:Gottingen", ""),
    ("location:Berlin title:Engineer", "ana cy"),
    ("location:Berlin -department:Finance", "ana"),
    ("-location:Berlin -location:Paris", "di ed"),
    ("country_code:DE", "ana cy"),
    ("worker_status:inactive", "cy"),
    ("-worker_status:inactive", "ana bo di ed"),
    ("preferred_first_name:ana", "ana"),
    ("attribute.cost_center:CC-001", "ana bo"),
    ("attribute.Cost_Center:cc-001", "ana bo"),
    ("-attribute.cost_center:CC-001", "cy di ed"),
    ('attribute."Shoe Size":40', "ana"),
    ('attribute."shoe  size":40', "ana"),
    # keys
    ("email:ana@corp.example", "ana"),
    ("email:ANA@CORP.EXAMPLE", "ana"),
    ("email:ana", ""),
    ("-email:ana@corp.example", "bo cy di ed"),
    ("id:E-1", "ana"),
    ("id:e-1", ""),
    ("-id:E-1", "bo cy di ed"),
    ('group:"Sales EMEA"', "ana di"),
    ('group:"sales emea"', "ana di"),
    ('-group:"Sales EMEA"', "bo cy ed"),
    ('group:"Sales EMEA" -ana', "di"),
    # the person's one-word status
    ("status:active", "ana cy"),
    ("status:invited", "bo"),
    ("status:none", "di ed"),
    ('status:"No license"', "di ed"),
    ("status:unassigned", "di ed"),
    ("-status:active", "bo di ed"),
    ("-status:none", "ana bo cy"),
    ("status:active status:invited", ""),
    ("-status:active -status:invited", "di ed"),
    # licenses
    ("pool:default/learning", "ana cy"),
    ("pool:Default/Learning", "ana cy"),
    ("pool:sales/talent", "ana bo"),
    ("type:talent", "ana bo"),
    ("budget-group:sales", "ana bo"),
    ("type:learning budget-group:default", "ana cy"),
    ("type:learning budget-group:sales", ""),
    ("pool:default/learning type:talent", ""),
    ("pool:default/learning pool:sales/talent", "ana"),
    ("-pool:default/learning", "bo di ed"),
    ("pool:sales/talent -pool:default/learning", "bo"),
    ("-pool:sales/talent -pool:default/learning", "di ed"),
    ("pool:sales/talent status:active", ""),
    ("status:active pool:sales/talent", ""),
    ("pool:sales/talent status:invited", "ana bo"),
    ("status:active department:Sales pool:sales/talent", "ana"),  # apart, status is the person's
    ("pool:sales/talent status:invited pool:default/learning status:active", "ana"),
    ("pool:sales/talent -status:active", "ana bo"),
    ("pool:sales/talent -status:invited", ""),
    ("pool:default/learning -status:none", "ana cy"),
    ("status:active -type:learning", ""),
    ("status:invited -type:learning", "bo"),
    ("type:talent status:invited -type:learning", "bo"),
    ("type:talent -pool:default/learning status:invited", "bo"),
    ("-pool:sales/talent type:learning", "cy"),
    ("budget-group:default -type:learning", ""),
    ("status:none -pool:default/learning", "di ed"),
    ("-status:active -type:talent", "di ed"),
    ("pool:sales/talent status:none", "cy di ed"),
    ("status:none pool:default/learning", "bo di ed"),
    ("status:none type:learning pool:sales/talent", EVERYONE),  # nobody can have such a license
    ("status:none pool:default/learning status:none pool:sales/talent", "di ed"),
    ("status:none pool:default/learning -status:invited", "di ed"),
    # no usage has come in
    ("idle:1", ""),
    ("-idle:1", EVERYONE),
    ("status:none idle:1", ""),
    ("pool:sales/talent -idle:1", "ana bo"),
]


def test_a_filter_finds(acme: Organization) -> None:
    found = {text: " ".join(matching(acme, text, days_later=1000)) for text, _ in CASES}
    assert found == dict(CASES)


def test_a_filter_stands_in_a_named_statement(acme: Organization) -> None:
    for text, _ in CASES:
        learners = learners_matching(acme.id, text, today=TODAY)
        sql, values = embedded(learners.values("id"), "selected_")
        with connection.cursor() as cursor:
            statement = f"SELECT id FROM ({sql}) AS selected WHERE id > %(after)s"  # noqa: S608  what is tested
            cursor.execute(statement, values | {"after": 0})
            assert {row[0] for row in cursor.fetchall()} == set(learners.values_list("id", flat=True)), text


def test_nobody_of_another_organization_is_found() -> None:
    ours, theirs = organization_with_people(), organization_with_people()
    for of in (ours, theirs):
        add_group(organization_id=of.id, name="Sales EMEA")

    for text, _ in CASES:
        assert not learners_matching(ours.id, text, today=TODAY).exclude(organization_id=ours.id).exists(), text
        assert matching(ours, text) == matching(theirs, text), text
    Learner.objects.filter(organization=ours).delete()
    for text, _ in CASES:
        assert not learners_matching(ours.id, text, today=TODAY).exists(), text


def test_licenses_and_groups_of_another_organization_do_not_count() -> None:
    ours, theirs = organization_with_people(), organization_with_people()
    group = add_group(organization_id=theirs.id, name="Sales EMEA")
    steps.membership(theirs, ["ana@corp.example"], group, joins=True)
    License.objects.filter(organization_id=ours.id).delete()

    assert matching(ours, "pool:default/learning") == []
    with pytest.raises(FilterRefused, match="no group"):
        matching(ours, 'group:"Sales EMEA"')


@pytest.mark.parametrize(
    ("text", "at", "fault", "known"),
    [
        ("ana pool:default/gone", 9, "no pool", "default/learning"),
        ("-pool:default/gone", 6, "no pool", "sales/talent"),
        ("type:gone", 5, "no license type", "talent"),
        ("status:none budget-group:gone", 25, "no budget group", "sales"),
        ("-idle:90 -type:gone", 15, "no license type", "learning"),
        ("group:gone", 6, "no group", "Sales EMEA"),
        ("-group:gone", 7, "no group", "Sales EMEA"),
        ("-attribute.cost_centre:1", 1, "no attribute", "Cost_Center"),
        ("attribute.department_name:x", 0, "no attribute", "Cost_Center"),
        ("ana ---", 4, "nothing to negate", None),
        ("ana &", 4, "no letter and no digit", None),
        ("-'", 1, "no letter and no digit", None),
    ],
)
def test_what_is_not_there_is_refused_with_its_place(
    acme: Organization, text: str, at: int, fault: str, known: str | None
) -> None:
    with pytest.raises(FilterRefused) as refused:
        matching(acme, text)
    assert (refused.value.at, refused.value.text) == (at, text)
    assert fault in refused.value.fault
    assert known is None or known in refused.value.known


@settings(max_examples=60)
@given(text=ANY_TEXT)
def test_any_text_is_answered_or_refused(acme: Organization, text: str) -> None:
    try:
        matching(acme, text)
    except FilterRefused as refused:
        assert 0 <= refused.at <= len(text)  # noqa: PT017  refused is one of two right answers


def test_a_filter_of_many_terms_is_answered(acme: Organization) -> None:
    assert matching(acme, "ana -bo " * 25) == ["ana"]
    assert matching(acme, "pool:default/learning -status:invited " * 25) == ["ana", "cy"]


class TestIdle:
    """All were activated on the day of the import; usage comes in for Learning."""

    @pytest.fixture(autouse=True)
    def _usage(self, acme: Organization) -> None:
        pool = LicensePool.objects.get(organization=acme, key="default/learning")
        pool.first_used_on = TODAY + timedelta(days=3)
        pool.save(update_fields=["first_used_on"])

    @pytest.mark.parametrize(
        ("text", "days_later", "expected"),
        [
            ("idle:90", 89, ""),
            ("idle:90", 90, "ana cy"),  # not Bo: invited people are never idle; not Ed: has none
            ("idle:91", 90, ""),
            ("-idle:90", 90, "bo di ed"),
            ("idle:90 pool:default/learning", 90, "ana cy"),
            ("pool:sales/talent idle:90", 90, ""),
            ("status:invited idle:90", 90, ""),
            ("status:active idle:90", 90, "ana cy"),
            ("status:none idle:90", 90, ""),
            ("pool:default/learning -idle:90", 90, ""),
            ("pool:default/learning -idle:90", 89, "ana cy"),
            ("idle:36500", 90, ""),
        ],
    )
    def test_idle_means_neither_activated_nor_used(self, acme: Organization, text: str, days_later: int, expected: str) -> None:
        assert matching(acme, text, days_later=days_later) == expected.split()

    def test_who_used_it_is_idle_so_many_days_later(self, acme: Organization) -> None:
        ana = Learner.objects.get(organization=acme, email="ana@corp.example")
        licenses = License.objects.filter(organization_id=acme.id, learner_id=ana.id)
        licenses.update(last_used_on=TODAY + timedelta(days=10))

        assert matching(acme, "idle:90", days_later=99) == ["cy"]
        assert matching(acme, "idle:90", days_later=100) == ["ana", "cy"]
        assert matching(acme, "pool:default/learning -idle:90", days_later=99) == ["ana"]

    def test_pools_without_usage_find_nobody_and_say_so(self, acme: Organization) -> None:
        License.objects.filter(organization_id=acme.id, status=1).update(status=2)

        assert matching(acme, "pool:sales/talent idle:90", days_later=90) == []
        assert [notice.sentence for notice in notices_on(acme.id, "pool:sales/talent idle:90")] == [
            "No usage has ever come in for sales/talent: nobody there is idle."
        ]

    @pytest.mark.parametrize(
        ("text", "pools"),
        [
            ("idle:90", ["sales/talent"]),
            ("-idle:90", ["sales/talent"]),
            ("idle:90 type:talent", ["sales/talent"]),
            ("pool:default/learning idle:90", []),
            ("pool:sales/talent", []),
            ("", []),
            ("department:Sales", []),
        ],
    )
    def test_notices_name_the_pools_meant(self, acme: Organization, text: str, pools: list[str]) -> None:
        notices = notices_on(acme.id, text)
        assert [(notice.code, notice.facts["pool"]) for notice in notices] == [("no_usage", pool) for pool in pools]


def test_people_are_not_multiplied_by_their_licenses(acme: Organization) -> None:
    assert learners_matching(acme.id, "type:learning -status:invited", today=TODAY).count() == 2
    assert learners_matching(acme.id, "status:active status:active", today=TODAY).count() == 2


def test_a_status_that_is_listed_can_be_typed_as_it_stands(acme: Organization) -> None:
    with pytest.raises(FilterRefused) as refused:
        matching(acme, "status:gone")
    known = refused.value.explain().partition("Known: ")[2].partition(".\n")[0].split(", ")
    assert '"no license"' in known
    for status in known:
        matching(acme, f"status:{status}")


def test_known_names_with_a_comma_stand_in_quotes(acme: Organization) -> None:
    for name in ("North, East", 'The "best"', "West"):
        add_group(organization_id=acme.id, name=name)
    with pytest.raises(FilterRefused) as refused:
        matching(acme, "group:south")
    assert 'Known: "North, East", "Sales EMEA", "The ""best""", West.' in refused.value.explain()
