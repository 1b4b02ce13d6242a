"""Whose usage it is after merges: that of the profile which stands."""

from collections.abc import Iterable, Mapping

from seatkeeper.kernel.bulk import insert_rows, temporary_table
from seatkeeper.licensing.models import MergedProfile


def owners_of(organization_id: int, learners: Iterable[int] | None = None) -> dict[int, int]:
    """By profile that was merged, the one that stands for it now; of these learners only, or of all."""
    merged = MergedProfile.objects.filter(organization_id=organization_id, stands=True)
    into = dict(merged.values_list("learner_id", "into_id"))
    wanted = into if learners is None else set(learners) & into.keys()
    return {learner: _last(into, learner) for learner in wanted}


def profiles_of(organization_id: int, owners: Iterable[int]) -> dict[int, int]:
    """Each of these profiles, and all that were merged into them, with the one that stands for it."""
    return profiles_among(owners_of(organization_id), owners)


def profiles_among(everyone: Mapping[int, int], owners: Iterable[int]) -> dict[int, int]:
    """The same where the owners of all merged profiles are known."""
    wanted = {everyone.get(owner, owner) for owner in owners}
    found = {learner: owner for learner, owner in everyone.items() if owner in wanted}
    return found | {owner: owner for owner in wanted}


def note_owners(owners: dict[int, int]) -> None:
    """As a table of the transaction."""
    temporary_table("owners", "learner_id bigint PRIMARY KEY, owner_id bigint")
    insert_rows("owners", ("learner_id", "owner_id"), owners.items())


def _last(into: dict[int, int], learner: int) -> int:
    seen = {learner}
    while into.get(learner, learner) not in seen:
        learner = into[learner]
        seen.add(learner)
    return learner
