"""What the tests of files share: states to start from, and what came of a file."""

import csv
from typing import Any

from seatkeeper.directory.models import Learner, Organization
from seatkeeper.licensing.models import Activation, License, LicensePool, Operation, Status
from seatkeeper.licensing.services.acts import plan_activate
from seatkeeper.licensing.services.operations import Act, apply_operation
from seatkeeper.uploads.models import Upload
from seatkeeper.uploads.results import results_path
from tests import factories

NEVER, INVITED, ACTIVE, UNASSIGNED, WAS_ACTIVE = "never", "invited", "active", "unassigned", "was active"
ANA, BO, CY = "ana@corp.example", "bo@corp.example", "cy@corp.example"


def column(pool: LicensePool) -> str:
    """The header of a pool's license column."""
    budget_group, _, license_type = pool.key.partition("/")
    return f"{budget_group}_license_{license_type}_status"


def person(of: Organization, email: str, **values: str) -> Learner:
    """Somebody without a license; `unique_user_id` and attributes by name."""
    factories.import_csv(of, table(["email", *values], [email, *values.values()]))
    return factories.learner(of, email)


def licensed(pool: LicensePool, email: str, state: str) -> None:
    """Bring somebody's license in a pool into a state, by real operations, whatever the pool's way of activation."""
    if state == NEVER:
        person(pool.organization, email)
        return
    ways = LicensePool.objects.filter(id=pool.id)
    ways.update(activation=Activation.INVITE)
    header = ["email", column(pool)]
    factories.import_csv(pool.organization, table(header, [email, "active"]))
    if state in (ACTIVE, WAS_ACTIVE):
        activated(pool, email)
    if state in (UNASSIGNED, WAS_ACTIVE):
        factories.import_csv(pool.organization, table(header, [email, "inactive"]))
    ways.update(activation=pool.activation)
    pool.refresh_from_db()


def activated(pool: LicensePool, email: str) -> None:
    act = Act(pool.organization_id, "activate", "page", "tester")
    learners = Learner.objects.filter(organization_id=pool.organization_id, email=email)
    operation = plan_activate(learners, pool=pool, act=act, clock=factories.frozen_clock)
    apply_operation(operation, clock=factories.frozen_clock, actor="tester")


def table(*rows: list[str], delimiter: str = ",") -> str:
    """Rows as a CSV, quoted where needed."""
    import io

    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="\n").writerows(rows)
    return text.getvalue()


def status_of(pool: LicensePool, email: str) -> Status:
    license_ = License.objects.filter(pool_id=pool.id, learner_id=factories.learner(pool.organization, email).id).first()
    return Status(license_.status) if license_ else Status.UNASSIGNED


def seats_taken(pool: LicensePool) -> int:
    return LicensePool.objects.get(id=pool.id).seats_taken


def emails(of: Organization) -> set[str]:
    return set(Learner.objects.filter(organization=of).values_list("email", flat=True))


def results(operation: Operation) -> list[dict[str, str]]:
    """The results file, one dict per row."""
    with results_path(operation).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=upload_of(operation).layout["delimiter"]))


def answers(operation: Operation) -> list[tuple[str, str]]:
    """Of each row the status, and the code without its prefix and suffix; blank rows have neither."""
    return [(row["status"] or "", short(row["code"] or "")) for row in results(operation)]


def short(code: str) -> str:
    return code.removeprefix("EIS_UPLOAD_ROW_").removesuffix("_VALIDATION_ERROR")


def problems(operation: Operation) -> list[tuple[str, str]]:
    """Line and short code of each row that is a problem."""
    return [(row["line"], short(row["code"])) for row in results(operation) if row["status"] == "problem"]


def upload_of(operation: Operation) -> Upload:
    return Upload.objects.get(organization_id=operation.organization_id, operation_id=operation.number)


def snapshot(of: Organization) -> dict[str, Any]:
    """Everything that a file could have changed: people with their values, licenses, seats."""
    people = Learner.objects.filter(organization=of).values_list("id", "email", "unique_user_id", "attributes")
    licenses = License.objects.filter(organization_id=of.id).values_list("learner_id", "pool_id", "status", "operation_id")
    pools = LicensePool.objects.filter(organization=of).values_list("key", "seats_taken")
    return {
        "people": sorted(people, key=lambda row: row[0]),
        "licenses": sorted(licenses),
        "pools": sorted(pools),
    }
