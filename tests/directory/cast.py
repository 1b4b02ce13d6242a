"""The people that the tests of filters and searches look for."""

from collections.abc import Iterable
from datetime import timedelta

from django.db import connection

from seatkeeper.directory.filters import learners_matching
from seatkeeper.directory.models import IDS_PER_ORGANIZATION, Learner, Organization, Standing
from seatkeeper.directory.search import first_hits
from seatkeeper.directory.services.find import find_anew
from seatkeeper.directory.services.ids import reserve_ids
from seatkeeper.kernel.profile_json import dump
from tests import factories

TODAY = factories.NOW.date()

HEADER = (
    "invited_email_address,unique_user_id,first_name,last_name,title,department,location,country_code,worker_status,"
    "attribute_Cost_Center,attribute_Shoe Size,license_learning_status,sales_license_talent_status\n"
)
# Talent invites, Learning makes active at once.
ACTIVE = HEADER + (
    "ana@corp.example,E-1,Ana,Müller,Engineer,Sales,Berlin,DE,active,CC-001,40,active,active\n"
    "bo@corp.example,E-2,Bo,Li,Sales Director,SALES,Paris,FR,active,cc-001,,,active\n"
    "cy@corp.example,E-3,Cy,O'Neil,Engineer,Finance,Berlin,de,inactive,CC-002,,active,\n"
    "di@corp.example,,Di,Öztürk,,Über Büro,Göttingen,,,,,,\n"
    "ed@corp.example,E-5,Ed,Sales,,,,,,,,active,\n"
)
LATER = "invited_email_address,license_learning_status\ned@corp.example,inactive\n"


def organization_with_people() -> Organization:
    """Ana: active in Learning, invited in Talent; Bo: invited in Talent; Cy: active in Learning;
    Di: never had a license; Ed: had one in Learning."""
    acme = factories.organization()
    factories.pool(acme)
    factories.pool(acme, budget_group="Sales", license_type="Talent", activation="invite")
    factories.import_csv(acme, ACTIVE)
    factories.import_csv(acme, LATER)
    return acme


def matching(of: Organization, text: str, *, days_later: int = 0) -> list[str]:
    """The names before the @ of those whom a filter finds, in order."""
    found = learners_matching(of.id, text, today=TODAY + timedelta(days=days_later))
    return names(found.order_by("id").values_list("email", flat=True))


def found(of: Organization, words: str, limit: int = 20) -> list[str]:
    ids = first_hits(of.id, words, limit=limit)
    emails = dict(Learner.objects.filter(organization=of, id__in=ids).values_list("id", "email"))
    return names(emails[learner_id] for learner_id in ids)


def names(emails: Iterable[str]) -> list[str]:
    return [email.partition("@")[0] for email in emails]


def add_people(of: Organization, people: Iterable[tuple[str, str, str]]) -> list[Learner]:
    """Many people at once, straight into the tables: rows of (e-mail, first name, last name)."""
    rows = list(people)
    first = reserve_ids(organization_id=of.id, count=len(rows))
    learners = [
        Learner(
            id=first + number,
            organization_id=of.id,
            email=email,
            unique_user_id=f"E{(first + number) % IDS_PER_ORGANIZATION:08d}",
            attributes={"preferred_first_name": given, "preferred_last_name": family},
        )
        for number, (email, given, family) in enumerate(rows)
    ]
    Learner.objects.bulk_create(learners)
    Standing.objects.bulk_create([Standing(learner_id=learner.id, organization_id=of.id) for learner in learners])
    index(of, learners, "added")
    return learners


def index(of: Organization, learners: Iterable[Learner], kind: str) -> None:
    people = [(person.id, person.email, person.unique_user_id, dump(person.attributes), kind) for person in learners]
    find_anew(organization_id=of.id, people=people)


def check_index() -> None:
    """SQLite compares its index with the texts and raises where they differ; PostgreSQL keeps its own in step."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO directory_searchindex(directory_searchindex, rank) VALUES ('integrity-check', 1)")
