"""Steps that tests of licensing take: people who join, acts on them, and how it all stands then."""

from collections.abc import Callable, Iterable
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from seatkeeper.directory.models import Group, GroupMember, Learner, Organization, Standing
from seatkeeper.licensing.models import License, LicenseChange, LicensePool, Operation, ProfileChange, Skipped, Status
from seatkeeper.licensing.services import acts
from seatkeeper.licensing.services.check import check_books
from seatkeeper.licensing.services.operations import Act, apply_operation, operation_of
from seatkeeper.licensing.services.undo import plan_undo
from tests import factories

Row = tuple[Any, ...]


def email(number: int) -> str:
    return f"p{number}@corp.example"


def emails(*numbers: int) -> list[str]:
    return [email(number) for number in numbers]


def csv_of(addresses: Iterable[str], license: str = "", column: str = "license_learning_status") -> str:
    return f"invited_email_address,{column}\n" + "".join(f"{address},{license}\n" for address in addresses)


def people(of: Organization, count: int, license: str = "", **choices: Any) -> list[Learner]:
    """`count` new people, p1@corp.example and so on, with a license of the default pool where `license` is "active"."""
    column = "license_learning_status" if license else "preferred_first_name"
    factories.import_csv(of, csv_of(emails(*range(1, count + 1)), license, column), **choices)
    return list(Learner.objects.filter(organization=of).order_by("id"))


def chosen(of: Organization, addresses: Iterable[str]) -> QuerySet[Learner]:
    return Learner.objects.filter(organization=of, email__in=list(addresses))


def act(of: Organization, verb: str = "act", source: str = "page", actor: str = "tester") -> Act:
    return Act(of.id, verb, source, actor)


def plan(
    verb: str, of: Organization, addresses: Iterable[str], *, clock: Callable[[], Any] = factories.frozen_clock,
    source: str = "page", **pools: Any,
) -> Operation:  # fmt: skip
    planner: Any = getattr(acts, f"plan_{verb}")
    if verb in ("unassign", "activate", "withdraw"):
        pools.setdefault("pool", None)
    if verb == "reassign":
        pools.setdefault("source", None)
        if "from_pool" in pools:
            pools["source"] = pools.pop("from_pool")
    done: Operation = planner(chosen(of, addresses), act=act(of, verb, source), clock=clock, **pools)
    return done


def membership(of: Organization, addresses: Iterable[str], group: Group, *, joins: bool) -> Operation:
    operation = acts.plan_membership(
        chosen(of, addresses), group=group, joins=joins, act=act(of, "join" if joins else "leave"), clock=factories.frozen_clock
    )
    return apply(operation)


def apply(operation: Operation, *, clock: Callable[[], Any] = factories.frozen_clock, release_brake: bool = True) -> Operation:
    return apply_operation(operation, clock=clock, actor="tester", release_brake=release_brake)


def do(verb: str, of: Organization, addresses: Iterable[str], **pools: Any) -> Operation:
    """Plan an act and apply it: `do("unassign", acme, [email(1)])`."""
    clock = pools.get("clock", factories.frozen_clock)
    return apply(plan(verb, of, addresses, **pools), clock=clock)


def undo(operation: Operation, *, clock: Callable[[], Any] = factories.frozen_clock) -> Operation:
    original = operation_of(organization_id=operation.organization_id, number=operation.number)
    return apply(plan_undo(original, act=act(_of(operation), "undo"), clock=clock), clock=clock)


def statuses(of: Organization, pool: LicensePool | None = None) -> dict[str, str]:
    """By e-mail, of those who have or had a license (of this pool)."""
    addresses = dict(Learner.objects.filter(organization=of).values_list("id", "email"))
    licenses = License.objects.filter(organization_id=of.id)
    if pool:
        licenses = licenses.filter(pool_id=pool.id)
    return {
        addresses.get(learner, str(learner)): Status(status).label
        for learner, status in licenses.order_by("learner_id", "-status").values_list("learner_id", "status")
    }


def counted(of: Organization, status: str, pool: LicensePool | None = None) -> int:
    licenses = License.objects.filter(organization_id=of.id, status=Status[status.upper()])
    return (licenses.filter(pool_id=pool.id) if pool else licenses).count()


def state(of: Organization) -> dict[str, list[Row]]:
    """Every row of people and licenses, whole, and the seats taken."""
    models: tuple[Any, ...] = (License, Learner, Standing, GroupMember)
    found = {model.__name__: _rows(model, of) for model in models}
    found["seats"] = list(LicensePool.objects.filter(organization=of).order_by("id").values_list("id", "seats_taken"))
    return found


def ledger(of: Organization, operation: Operation) -> list[Row]:
    """The changes of an operation without its own number: (position, who, what, from, to)."""
    names = [field.attname for field in LicenseChange._meta.local_concrete_fields]
    changes = LicenseChange.objects.filter(organization_id=of.id, operation_id=operation.number)
    return [
        tuple("own" if name.endswith("operation_id") and value == operation.number else value for name, value in row.items())
        for row in changes.order_by("position", "pool_id").values(*names)
    ]


def skipped(operation: Operation) -> dict[str, tuple[str, int | None]]:
    """By e-mail: why a change was skipped, and the operation that overtook it."""
    rows = Skipped.objects.filter(organization_id=operation.organization_id, operation_id=operation.number)
    addresses = dict(Learner.objects.filter(organization_id=operation.organization_id).values_list("id", "email"))
    return {addresses.get(row.learner_id, "gone"): (row.reason, row.by_operation_id) for row in rows}


def profile_changes(operation: Operation) -> list[ProfileChange]:
    where = {"organization_id": operation.organization_id, "operation_id": operation.number}
    return list(ProfileChange.objects.filter(**where).order_by("position", "group_id"))


def taken(pool: LicensePool) -> int:
    pool.refresh_from_db()
    return pool.seats_taken


def assert_books_right(of: Organization) -> None:
    proof = check_books(organization_id=of.id)
    assert proof.ok, proof.gaps


def values(of: Organization, address: str) -> dict[str, Any]:
    return dict(factories.learner(of, address).attributes)


def execute(sql: str, *parameters: Any) -> int:
    """For tests that damage or mend what the services keep; the number of rows."""
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return int(cursor.rowcount)


def _of(operation: Operation) -> Organization:
    return Organization.objects.get(id=operation.organization_id)


def _rows(model: Any, of: Organization) -> list[Row]:
    names = [field.attname for field in model._meta.local_concrete_fields]
    return sorted(
        (tuple(map(_plain, row)) for row in model.objects.filter(organization_id=of.id).values_list(*names)), key=repr
    )


def _plain(value: Any) -> Any:
    return tuple(sorted(value.items())) if isinstance(value, dict) else value
