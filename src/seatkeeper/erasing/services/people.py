"""Take people out of the tables, a chunk a transaction."""

from typing import Any

from django.conf import settings
from django.db import connection, transaction

from seatkeeper.accounts.services.erase import part_from_sign_ins
from seatkeeper.directory.models import Learner
from seatkeeper.directory.services.find import forget
from seatkeeper.directory.services.organizations import lock_organization
from seatkeeper.directory.values import forget_values
from seatkeeper.erasing.models import Deletion, DeletionPerson
from seatkeeper.erasing.services.lease import keep
from seatkeeper.erasing.statements import STATEMENTS
from seatkeeper.kernel import bulk
from seatkeeper.kernel.clock import Clock
from seatkeeper.licensing.services.claims import drop_claims_of

PEOPLE_AT_A_TIME = 1_000  # the pools are locked meanwhile

LEAVE = (
    "blank_profile_changes",
    "delete_licenses",
    "delete_invitations",
    "delete_refusals_of_reminders",
    "delete_memberships",
    "delete_standings",
    "delete_learners",
)


class LicensesAgain(Exception):
    """Somebody got a license since all were ended: they are to be ended again."""


@transaction.atomic
def erase_next(deletion: Deletion, *, clock: Clock) -> int:
    """Erase the next of them; how many there were. A fixed number of statements a chunk.

    What they are called is noted in the same transaction, for the steps that follow. Raises LicensesAgain, DeletionBusy.
    """
    bulk.prefer_index_lookups()
    lock_organization(deletion.organization_id)
    where: dict[str, Any] = {"organization": deletion.organization_id, "deletion": deletion.id, "after": deletion.cursor}
    through, count = STATEMENTS.row("next_people", where | {"rows": min(PEOPLE_AT_A_TIME, settings.CHUNK_ROWS)})
    if not count:
        return 0
    if connection.features.has_select_for_update:
        STATEMENTS.rows("lock_pools", where)
    _erase(deletion, where | {"through": through, "now": clock()})
    deletion.cursor = through
    keep(deletion, clock)
    return int(count)


def find_former_numbers(deletion: Deletion) -> int:
    """Add those by which they were known before: merged with another profile, or removed by an undo; how many."""
    where = {"organization": deletion.organization_id, "deletion": deletion.id}
    return STATEMENTS.execute("add_merged_numbers", where) + STATEMENTS.execute("add_former_numbers", where)


def _erase(deletion: Deletion, where: dict[str, Any]) -> None:
    people = STATEMENTS.text("people")
    if STATEMENTS.row("have_licenses", where, people=people)[0]:
        raise LicensesAgain
    for statement in ("note_addresses", "note_ids", "note_names"):
        STATEMENTS.execute(statement, where, people=people, stays=STATEMENTS.text("stays"))
    codes = {code for (held,) in STATEMENTS.rows("codes_of_people", where, people=people) for code in held.split()}
    _part_from_sign_ins(deletion, where)
    drop_claims_of(people, where)
    forget(organization_id=deletion.organization_id, leavers=people, parameters=where)
    forget_values(organization_id=deletion.organization_id, codes=sorted(map(int, codes)))
    for statement in LEAVE:
        STATEMENTS.execute(statement, where, people=people)
    STATEMENTS.execute("note_erased", where)


def _part_from_sign_ins(deletion: Deletion, where: dict[str, Any]) -> None:
    people = DeletionPerson.objects.filter(organization_id=deletion.organization_id, deletion_id=deletion.id)
    some = people.filter(learner_id__gt=where["after"], learner_id__lte=where["through"])
    ids = some.values("learner_id")
    addresses = Learner.objects.filter(organization_id=deletion.organization_id, id__in=ids).values("email")
    part_from_sign_ins(organization_id=deletion.organization_id, learner_ids=ids, addresses=addresses)
