"""How far an asker sees: everyone in an organization, or the members of some groups."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet

from seatkeeper.directory.models import Group, GroupMember, Learner


@dataclass(frozen=True, slots=True)
class Reach:
    """Put into every query, so that what lies beyond it is not found: nor counted, nor suggested."""

    organization_id: int
    group_ids: tuple[int, ...] | None = None  # None: everyone; (): nobody

    @property
    def is_everyone(self) -> bool:
        return self.group_ids is None

    def within(self, learners: QuerySet[Learner]) -> QuerySet[Learner]:
        """Those of the learners whom the asker may see."""
        learners = learners.filter(organization_id=self.organization_id)
        if self.group_ids is None:
            return learners
        return learners.filter(Exists(self._memberships().filter(learner_id=OuterRef("id"))))

    def learners(self) -> QuerySet[Learner]:
        return self.within(Learner.objects.all())

    def groups(self) -> QuerySet[Group]:
        groups = Group.objects.filter(organization_id=self.organization_id)
        return groups if self.group_ids is None else groups.filter(id__in=self.group_ids)

    def _memberships(self) -> QuerySet[GroupMember]:
        return GroupMember.objects.filter(organization_id=self.organization_id, group_id__in=self.group_ids or ())
