"""What became of one learner: licenses as they are, and how they came to be so."""

from collections.abc import Mapping
from typing import Any, TypeVar

from django.db.models import F, QuerySet

from seatkeeper.directory.attributes import in_order
from seatkeeper.directory.models import Group, Learner
from seatkeeper.licensing.models import (
    License,
    LicenseChange,
    LicensePool,
    MergedProfile,
    Operation,
    ProfileChange,
    Segment,
    Skipped,
    Status,
    Step,
)
from seatkeeper.licensing.statements import ORDINALS, step_of

ENTRIES = 200
CLAIM = "claim"  # in place of a status: a place in the waitlist, an offer or a request
Change = TypeVar("Change", LicenseChange, ProfileChange)
NEWEST_FIRST = (F("operation_id") * -1).asc()  # an expression: else the whole ledger may be walked in this order


def licenses_of(learner: Learner) -> list[dict[str, Any]]:
    """One entry for each pool the learner ever had to do with: status, since when, by which operation and why."""
    pools = dict(LicensePool.objects.filter(organization_id=learner.organization_id).values_list("id", "key"))
    licenses = License.objects.filter(organization_id=learner.organization_id, learner_id=learner.id).order_by("pool_id")
    operations = _operations(learner, {license.operation_id for license in licenses})
    return [
        {
            "pool": pools.get(license.pool_id, ""),
            "status": "no license" if license.status == Status.UNASSIGNED else Status(license.status).label,
            "since": license.status_at,
            "was_active": license.was_active,
            **_because(operations.get(license.operation_id)),
        }
        for license in licenses
    ]


def history_of(learner: Learner, *, pools: Mapping[int, str] | None = None) -> list[dict[str, Any]]:
    """The ledger for this person, newest first: what, when, by whom, why, from which file and line.

    `pools`: their keys by id, where the caller has them.
    """
    where = {"organization_id": learner.organization_id, "learner_id__in": with_merged(learner)}
    license_changes = _newest(LicenseChange.objects.filter(**where))
    profile_changes = _newest(ProfileChange.objects.filter(**where))
    changes: list[LicenseChange | ProfileChange] = [*license_changes, *profile_changes]
    operations = _operations(learner, {change.operation_id for change in changes})
    skipped = set(Skipped.objects.filter(**where).values_list("operation_id", "position", "item_id"))
    if pools is None:
        pools = dict(LicensePool.objects.filter(organization_id=learner.organization_id).values_list("id", "key"))
    groups = dict(Group.objects.filter(organization_id=learner.organization_id).values_list("id", "name"))
    segments = _Segments(learner.organization_id, set(operations))
    entries = [
        (segments.at(change), change.position, _license_entry(change, pools))
        for change in license_changes
        if (change.operation_id, change.position, change.pool_id) not in skipped
    ] + [
        (segments.at(change), change.position, _profile_entry(change, groups))
        for change in profile_changes
        if (change.operation_id, change.position, change.group_id) not in skipped
    ]
    applied = sorted(((segment, position, entry) for segment, position, entry in entries if segment), key=_order, reverse=True)
    return [
        entry
        | {"at": segment.applied_at}
        | _because(operations[segment.operation_id])
        | _line(operations[segment.operation_id], position)
        for segment, position, entry in applied
    ]


def with_merged(learner: Learner) -> list[int]:
    """The learner, and the profiles that were merged into theirs, however many times over."""
    merges = MergedProfile.objects.filter(organization_id=learner.organization_id, stands=True)
    found, new = [learner.id], [learner.id]
    while new := list(merges.filter(into_id__in=new).values_list("learner_id", flat=True)):
        found += new
    return found


def _newest(changes: QuerySet[Change]) -> list[Change]:
    """Keys first: the index of the learner has them, while SQLite, asked for whole rows, would read the whole ledger."""
    keys = list(changes.order_by(NEWEST_FIRST).values_list("pk", flat=True)[:ENTRIES])
    return list(changes.model._default_manager.filter(pk__in=keys)) if keys else []


def _order(found: tuple[Segment, int, dict[str, Any]]) -> tuple[int, int]:
    return found[0].number, found[1]


class _Segments:
    """Which segment applied a change, if any did."""

    def __init__(self, organization_id: int, operations: set[int]) -> None:
        self.segments: dict[int, list[Segment]] = {}
        for segment in Segment.objects.filter(organization_id=organization_id, operation_id__in=operations):
            self.segments.setdefault(segment.operation_id, []).append(segment)

    def at(self, change: LicenseChange | ProfileChange) -> Segment | None:
        segments = self.segments.get(change.operation_id, [])
        return next((s for s in segments if s.after < change.position <= s.through), None)


def _operations(learner: Learner, numbers: set[int]) -> dict[int, Operation]:
    found = Operation.objects.filter(organization_id=learner.organization_id, number__in=numbers)
    return {operation.number: operation for operation in found}


def _because(operation: Operation | None) -> dict[str, Any]:
    if operation is None:
        return {}
    return {"operation": operation.number, "verb": operation.verb, "actor": operation.actor, "reason": operation.reason}


def _line(operation: Operation, position: int) -> dict[str, Any]:
    if operation.source != "csv":
        return {}
    return {"file": operation.about, "line": position & ORDINALS}


def _license_entry(change: LicenseChange, pools: Mapping[int, str]) -> dict[str, Any]:
    return {
        "what": " → ".join(statuses_of(change)),
        "pool": pools.get(change.pool_id, ""),
    }


def statuses_of(change: LicenseChange) -> tuple[str, str]:
    """Before and after. Where no license comes or goes, a claim does."""
    if change.from_status == change.to_status == Status.UNASSIGNED and step_of(change.position) != Step.MOVE:
        none = Status.UNASSIGNED.label
        return (CLAIM, none) if step_of(change.position) == Step.FREE else (none, CLAIM)
    return Status(change.from_status).label, Status(change.to_status).label


def _profile_entry(change: ProfileChange, groups: dict[int, str]) -> dict[str, Any]:
    entry: dict[str, Any] = {"what": change.kind}
    if change.group_id > 0:
        return entry | {"group": groups.get(change.group_id, "")}
    before, after = in_order(change.before), in_order(change.after)
    for name in ("email", "unique_user_id"):
        was, becomes = getattr(change, f"from_{name}"), getattr(change, f"to_{name}")
        if was or becomes:
            before, after = before | {name: was}, after | {name: becomes}
    return entry | {"before": before, "after": after}
