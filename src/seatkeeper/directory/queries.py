"""Reads of organizations, learners and groups."""

from seatkeeper.directory.errors import UnknownGroup, UnknownLearner, UnknownOrganization
from seatkeeper.directory.models import Group, Learner, Organization


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
