"""What follows a merge, and its undo, beside licenses and values: sign-ins, and when somebody was last active.

A higher room that keeps figures by person says so at start (`around_merges`).
"""

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, ExitStack
from datetime import date, datetime

from django.db.models import Q

from seatkeeper.accounts.models import Membership
from seatkeeper.directory.models import Learner, Standing
from seatkeeper.licensing.ends import End
from seatkeeper.licensing.models import Claim, ClaimKind, License, MergedProfile, Operation

VERB = "merge"
ANYWHERE = ""  # in place of a pool: the day of the last activity at all

Activity = dict[str, str]  # by pool, a day
Around = Callable[[int, Iterable[int]], AbstractContextManager[None]]  # of an organization and the two profiles

_around: list[Around] = []


def around_merges(around: Around) -> None:
    """Entered before profiles are joined or parted, and left after it, in the same transaction."""
    _around.append(around)


def activity_of(learner: Learner) -> Activity:
    """When the learner was last active."""
    where = {"organization_id": learner.organization_id, "learner_id": learner.id}
    used = License.objects.filter(**where, last_used_on__isnull=False).values_list("pool_id", "last_used_on")
    found = {str(pool): day.isoformat() for pool, day in used if day}
    last = Standing.objects.filter(**where).values_list("last_activity_on", flat=True).first()
    return found | ({ANYWHERE: last.isoformat()} if last else {})


def follow(operation: Operation, end: End, now: datetime) -> None:
    """After a merge, sign-ins go to the profile that stays; when it is undone, they go back.

    It depends on whether the other profile is there now: a second call changes nothing.
    """
    if end is not End.APPLIED or not (operation.verb == VERB or operation.undoes is not None):
        return
    merged = MergedProfile.objects.filter(organization_id=operation.organization_id, operation_number=_root(operation)).first()
    if merged is None:
        return
    is_gone = not Learner.objects.filter(organization_id=merged.organization_id, id=merged.learner_id).exists()
    if is_gone == merged.stands:
        return
    with ExitStack() as others:
        for around in _around:
            others.enter_context(around(merged.organization_id, (merged.learner_id, merged.into_id)))
        if is_gone:
            _join(merged)
        else:
            _part(merged)


def _root(operation: Operation) -> int:
    """What an undo, or an undo of an undo, is about in the end."""
    number, undoes = operation.number, operation.undoes
    while undoes is not None:
        number = undoes
        earlier = Operation.objects.filter(organization_id=operation.organization_id, number=number)
        undoes = earlier.values_list("undoes", flat=True).first()
    return number


def _join(merged: MergedProfile) -> None:
    moved = Membership.objects.filter(organization_id=merged.organization_id, learner_id=merged.learner_id)
    merged.stands, merged.memberships = True, list(moved.values_list("id", flat=True))
    merged.save(update_fields=["stands", "memberships"])
    moved.update(learner_id=merged.into_id)
    _set_activity(merged, merged.into_id, _latest(merged))


def _part(merged: MergedProfile) -> None:
    """What somebody moved or did since stays as it is."""
    moved = Membership.objects.filter(organization_id=merged.organization_id, id__in=merged.memberships)
    moved.filter(learner_id=merged.into_id).update(learner_id=merged.learner_id)
    for pool_id, number in merged.claims:
        claims = Claim.objects.filter(organization_id=merged.organization_id, pool_id=pool_id, learner_id=merged.into_id)
        claims.filter(number=number, kind=ClaimKind.OFFER).exclude(ended_by=0).update(kind=ClaimKind.WAITING, expires_at=None)
        claims.filter(number=number).update(learner_id=merged.learner_id, ended_by=0)
    suspended = Learner.objects.filter(organization_id=merged.organization_id, id=merged.into_id, suspended_at__isnull=False)
    for since in suspended.values_list("suspended_at", flat=True):  # since the merge: both profiles are the person's
        Learner.objects.filter(organization_id=merged.organization_id, id=merged.learner_id).update(suspended_at=since)
    merged.stands = False
    merged.save(update_fields=["stands"])
    _set_activity(merged, merged.learner_id, merged.activity[str(merged.learner_id)])
    _set_activity(merged, merged.into_id, merged.activity[str(merged.into_id)], where_still=_latest(merged))


def _latest(merged: MergedProfile) -> Activity:
    some, others = merged.activity[str(merged.learner_id)], merged.activity[str(merged.into_id)]
    return {pool: max(some.get(pool, ""), others.get(pool, "")) for pool in some | others}


def _set_activity(merged: MergedProfile, learner_id: int, days: Activity, *, where_still: Activity | None = None) -> None:
    """`where_still`: only where these days still stand; those of them that `days` does not name are cleared."""
    where = {"organization_id": merged.organization_id, "learner_id": learner_id}
    for pool in days if where_still is None else where_still:
        field = "last_used_on" if pool != ANYWHERE else "last_activity_on"
        still = Q(**{field: date.fromisoformat(where_still[pool])}) if where_still is not None else Q()
        wanted = date.fromisoformat(days[pool]) if pool in days else None
        if pool == ANYWHERE:
            Standing.objects.filter(still, **where).update(last_activity_on=wanted)
        else:
            License.objects.filter(still, **where, pool_id=int(pool)).update(last_used_on=wanted)
