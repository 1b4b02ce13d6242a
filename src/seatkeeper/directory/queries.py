"""Reads of organizations, learners and groups."""

from django.db.models import BigIntegerField, OuterRef, QuerySet, Subquery

from seatkeeper.directory.errors import UnknownGroup, UnknownLearner, UnknownOrganization
from seatkeeper.directory.models import Group, GroupMember, Learner, Organization


def organization_named(slug: str | None) -> Organization:
    """The organization with this slug; without one, the only organization there is.

    Raises UnknownOrganization.
    """
    organizations = Organization.objects.order_by("slug")
    found = list(organizations.filter(slug=slug) if slug else organizations[:2])
    if len(found) != 1:
        raise UnknownOrganization(slug=slug or "", known=list(organizations.values_list("slug", flat=True)[:20]))
    return found[0]


def learner_by_email(organization_id: int, email: str) -> Learner:
    """Raises UnknownLearner."""
    found = Learner.objects.filter(organization_id=organization_id, email=email.strip().lower()).first()
    if found is None:
        raise UnknownLearner(email=email)
    return found


def group_by_name(organization_id: int, name: str) -> Group:
    """Names are told apart without regard to case. Raises UnknownGroup."""
    found = Group.objects.filter(organization_id=organization_id, key=name.strip().casefold()).first()
    if found is None:
        raise UnknownGroup(name=name)
    return found


def groups_of(learner: Learner) -> list[str]:
    groups = Group.objects.filter(organization_id=learner.organization_id, groupmember__learner_id=learner.id)
    return list(groups.order_by("key").values_list("name", flat=True))


class _CountOf(Subquery):
    """How many rows a subquery has."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS counted)"
    output_field = BigIntegerField()


def with_sizes(groups: QuerySet[Group], *, at_most: int) -> list[tuple[Group, int]]:
    """In order of names, each with how many members it has, counted so far. One statement."""
    members = GroupMember.objects.filter(organization_id=OuterRef("organization_id"), group_id=OuterRef("id"))
    sized = groups.annotate(size=_CountOf(members.values("learner_id")[:at_most])).order_by("key")
    return [(group, group.size) for group in sized]
