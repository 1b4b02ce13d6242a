"""Pools, licenses, operations and the ledger.

The big tables carry no foreign keys: they are written by set-based statements that join
the tables they refer to, and `seatkeeper check` proves what a key would have.
"""

from django.db import models
from django.db.models import Q

from seatkeeper.directory.models import Organization
from seatkeeper.kernel.fields import KeyField
from seatkeeper.kernel.profile_json import CanonicalEncoder

EXPIRE = "expire"  # the verb of what ends by the calendar


class Status(models.IntegerChoices):
    """Of a license. In order of strength, so that a person's status is the highest they have."""

    UNASSIGNED = 0, "unassigned"
    INVITED = 1, "invited"
    ACTIVE = 2, "active"


class Step(models.IntegerChoices):
    """The order in which an operation does things: a change's position is `step << 40 | ordinal`.

    The ordinal is the line of a file, or the learner's number within the organization.
    """

    GIVE_BACK = 0, "give_back"  # an id, before whoever left with it comes again: the mirror of the last
    PEOPLE = 1, "people"  # added, changed, joined, left
    FREE = 2, "free"  # what frees seats goes before what takes them
    MOVE = 3, "move"  # reassign: two halves share a position
    TAKE = 4, "take"
    LEAVE = 5, "leave"  # people whose adding is undone, or who are merged with others
    INHERIT = 6, "inherit"  # what was theirs: an id belongs to one person at a time

    @property
    def is_about_people(self) -> bool:
        """All else is about licenses."""
        return self not in (Step.FREE, Step.MOVE, Step.TAKE)


class Activation(models.TextChoices):
    INVITE = "invite"
    IMMEDIATE = "immediate"


class OperationStatus(models.TextChoices):
    PLANNING = "planning"
    PLANNED = "planned"
    HELD = "held"
    APPLYING = "applying"
    DONE = "done"
    CANCELLED = "cancelled"
    LAPSED = "lapsed"


class ClaimKind(models.TextChoices):
    WAITING = "waiting"  # a place in the waitlist
    OFFER = "offer"  # holds a seat, until it expires
    REQUEST = "request"  # of a learner without invitation, for an admin to answer


class ProfileChangeKind(models.TextChoices):
    ADDED = "added"
    UPDATED = "updated"
    JOINED = "joined"
    LEFT = "left"
    REMOVED = "removed"


def titled(name: str) -> str:
    """With a capital first, where it was written without any: most names come from commands and headers of files."""
    return name[:1].upper() + name[1:] if name.islower() else name


class BudgetGroup(models.Model):
    """Who pays for seats."""

    id = models.BigIntegerField(primary_key=True)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, db_index=False)
    key = KeyField()
    name = models.TextField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("organization", "key"), name="budget_group_key"),)

    def __str__(self) -> str:
        return str(self.key)

    @property
    def title(self) -> str:
        return titled(self.name)


class LicenseType(models.Model):
    """What a license opens."""

    id = models.BigIntegerField(primary_key=True)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, db_index=False)
    key = KeyField()
    name = models.TextField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("organization", "key"), name="license_type_key"),)

    def __str__(self) -> str:
        return str(self.key)

    @property
    def title(self) -> str:
        return titled(self.name)


class LicensePool(models.Model):
    """Seats of one license type paid by one budget group."""

    id = models.BigIntegerField(primary_key=True)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, db_index=False)
    budget_group = models.ForeignKey(BudgetGroup, on_delete=models.CASCADE, db_index=False)
    license_type = models.ForeignKey(LicenseType, on_delete=models.CASCADE, db_index=False)
    key = KeyField()  # budget group / license type
    activation = models.TextField(choices=Activation.choices, default=Activation.INVITE)
    gives_at_sign_in = models.BooleanField(default=False, db_default=False)  # a license to who first signs in
    seats_in_force = models.BigIntegerField()
    seats_until = models.DateField(null=True)  # when `seats_in_force` is to be counted anew; null: never
    seats_taken = models.BigIntegerField(default=0)
    seats_held = models.BigIntegerField(default=0)  # by offers
    last_place = models.BigIntegerField(default=0, db_default=0)  # the number given to a claim last
    first_used_on = models.DateField(null=True)  # null: no usage ever came, so nobody is idle here

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("organization", "key"), name="pool_key"),
            models.CheckConstraint(condition=Q(seats_taken__gte=0), name="pool_taken_not_negative"),
            models.CheckConstraint(condition=Q(seats_held__gte=0), name="pool_held_not_negative"),
            models.CheckConstraint(condition=Q(seats_in_force__gte=0), name="pool_seats_not_negative"),
        )

    def __str__(self) -> str:
        return str(self.key)

    @property
    def title(self) -> str:
        """As people read it: Learning · Default. Commands, files and filters say the key."""
        return f"{self.license_type.title} · {self.budget_group.title}"

    @property
    def is_full(self) -> bool:
        """As it was read: whether a seat is free when it is wanted, the statement that takes it says."""
        return self.seats_free <= 0

    @property
    def seats_free(self) -> int:
        """In force, neither taken nor held by offers. Below zero where the pool is over its contract."""
        return self.seats_in_force - self.seats_taken - self.seats_held


class License(models.Model):
    """One learner in one pool. Names the operation that set its status; 0: never had one."""

    pk = models.CompositePrimaryKey("organization_id", "learner_id", "pool_id")
    organization_id = models.BigIntegerField()
    learner_id = models.BigIntegerField()
    pool_id = models.BigIntegerField()
    status = models.SmallIntegerField(choices=Status.choices)
    operation_id = models.BigIntegerField()
    status_at = models.DateTimeField(null=True)
    was_active = models.BooleanField(default=False)  # now or ever: such a person comes back active at once
    last_used_on = models.DateField(null=True)

    class Meta:
        indexes = (models.Index(fields=("organization_id", "pool_id", "status", "learner_id"), name="license_in_pool"),)


class Claim(models.Model):
    """What a learner without an active license has on a pool: a place in its waitlist, an offer or a request.

    Lower numbers go first. What ends the license ends the claim, and is named in it: where that is undone, the
    claim stands again.
    """

    pk = models.CompositePrimaryKey("organization_id", "pool_id", "learner_id")
    organization_id = models.BigIntegerField()
    pool_id = models.BigIntegerField()
    learner_id = models.BigIntegerField()
    kind = models.TextField(choices=ClaimKind.choices)
    number = models.BigIntegerField()
    since = models.DateTimeField()  # asked, waiting, or offered
    expires_at = models.DateTimeField(null=True)  # of an offer
    lapses = models.SmallIntegerField(default=0)  # offers that were not answered
    reason = models.TextField(default="")  # of a request, in the learner's words
    ended_by = models.BigIntegerField(default=0)  # an operation; 0: it stands

    class Meta:
        indexes = (
            models.Index(
                fields=("organization_id", "pool_id", "kind", "number"), condition=Q(ended_by=0), name="claim_in_order"
            ),
            models.Index(fields=("organization_id", "learner_id"), name="claim_of"),
            models.Index(fields=("expires_at",), condition=Q(ended_by=0, kind="offer"), name="claim_lapsing"),
            models.Index(fields=("organization_id", "ended_by"), condition=~Q(ended_by=0), name="claim_ended"),
        )


class Rest(models.Model):
    """Seats that a large operation freed from a pool: not offered to who waits, until it is over."""

    pk = models.CompositePrimaryKey("organization_id", "pool_id", "operation_id")
    organization_id = models.BigIntegerField()
    pool_id = models.BigIntegerField()
    operation_id = models.BigIntegerField()
    seats = models.BigIntegerField()
    since = models.DateTimeField()


class Books(models.Model):
    """Counters of an organization that make operations and segments a row without gaps, and its brake."""

    organization = models.OneToOneField(Organization, on_delete=models.CASCADE, primary_key=True)
    last_operation = models.BigIntegerField(default=0)
    last_segment = models.BigIntegerField(default=0)
    brake_percent = models.DecimalField(max_digits=5, decimal_places=2, default=2)
    brake_at_least = models.BigIntegerField(default=50)
    offer_hours = models.IntegerField(default=72, db_default=72)  # an offer stands so long, weekends not counted
    rest_minutes = models.IntegerField(default=60, db_default=60)  # before seats freed by many are offered
    rest_above = models.BigIntegerField(default=50, db_default=50)  # so many freed by one operation are many


DELETE = "delete"  # of people, whose licenses it ends


class Operation(models.Model):
    """One act of one actor from one source, with a plan."""

    pk = models.CompositePrimaryKey("organization_id", "number")
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, db_index=False)
    number = models.BigIntegerField()
    verb = models.TextField()
    source = models.TextField()
    actor = models.TextField()
    reason = models.TextField(default="")
    about = models.TextField(default="")  # the selection or the file, in words
    status = models.TextField(choices=OperationStatus.choices, default=OperationStatus.PLANNING)
    undoes = models.BigIntegerField(null=True)
    planned_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    released_by = models.TextField(default="")  # who let it pass the brake
    cursor = models.BigIntegerField(default=0)
    planned_changes = models.BigIntegerField(default=0)
    counts = models.JSONField(default=dict, encoder=CanonicalEncoder)
    options = models.JSONField(default=dict, encoder=CanonicalEncoder)
    lease = models.TextField(default="")
    beat_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (
            models.Index(fields=("organization", "source", "finished_at"), name="operation_by_source"),
            models.Index(fields=("organization", "actor", "number"), name="operation_of_actor"),
            models.Index(
                fields=("organization", "number"),
                condition=Q(status=OperationStatus.APPLYING),
                name="operation_being_applied",
            ),
        )

    @property
    def is_for_good(self) -> bool:
        """Whether nothing brings back what it ended: those whose licenses these were have been erased."""
        return self.verb == DELETE


class LicenseChange(models.Model):
    """One planned change of one license; once applied, an entry of the ledger. Only ever inserted."""

    pk = models.CompositePrimaryKey("organization_id", "operation_id", "position", "pool_id")
    organization_id = models.BigIntegerField()
    operation_id = models.BigIntegerField()
    position = models.BigIntegerField()
    pool_id = models.BigIntegerField()
    learner_id = models.BigIntegerField()
    from_status = models.SmallIntegerField()
    from_operation_id = models.BigIntegerField()
    from_status_at = models.DateTimeField(null=True)
    from_was_active = models.BooleanField()
    to_status = models.SmallIntegerField()
    to_operation_id = models.BigIntegerField()
    to_status_at = models.DateTimeField(null=True)  # null: when it is applied
    to_was_active = models.BooleanField()

    class Meta:
        indexes = (models.Index(fields=("organization_id", "learner_id"), name="license_change_of"),)


class ProfileChange(models.Model):
    """One planned change of a person: added, values, or a group joined or left."""

    pk = models.CompositePrimaryKey("organization_id", "operation_id", "position", "group_id")
    organization_id = models.BigIntegerField()
    operation_id = models.BigIntegerField()
    position = models.BigIntegerField()
    group_id = models.BigIntegerField(default=0)  # 0: not about a group
    learner_id = models.BigIntegerField()
    kind = models.TextField(choices=ProfileChangeKind.choices)
    from_email = KeyField(null=True)
    to_email = KeyField(null=True)
    from_unique_user_id = KeyField(null=True)
    to_unique_user_id = KeyField(null=True)
    before = models.JSONField(encoder=CanonicalEncoder)
    after = models.JSONField(encoder=CanonicalEncoder)

    class Meta:
        indexes = (models.Index(fields=("organization_id", "learner_id"), name="profile_change_of"),)


class MergedProfile(models.Model):
    """A profile that an operation joined with another one of the same person."""

    pk = models.CompositePrimaryKey("organization_id", "operation_number")
    organization_id = models.BigIntegerField()
    operation_number = models.BigIntegerField()
    learner_id = models.BigIntegerField()  # that left
    into_id = models.BigIntegerField()  # that stays
    stands = models.BooleanField(default=False)  # it took effect, and is not undone
    memberships = models.JSONField(default=list, encoder=CanonicalEncoder)  # sign-ins that went along
    claims = models.JSONField(default=list, encoder=CanonicalEncoder)  # of the one that left: pool and number of each
    activity = models.JSONField(default=dict, encoder=CanonicalEncoder)  # of both before: by learner, by pool, a day

    class Meta:
        indexes = (models.Index(fields=("organization_id", "into_id"), name="merged_into"),)


class Skipped(models.Model):
    """A planned change that no longer fitted when its turn came, and why.

    `item_id` is the pool or group of the change. `by_operation_id` names what overtook it.
    """

    pk = models.CompositePrimaryKey("organization_id", "operation_id", "position", "item_id")
    organization_id = models.BigIntegerField()
    operation_id = models.BigIntegerField()
    position = models.BigIntegerField()
    item_id = models.BigIntegerField()
    learner_id = models.BigIntegerField()
    reason = models.TextField()
    by_operation_id = models.BigIntegerField(null=True)


class Segment(models.Model):
    """The positions of an operation that took effect together; segments order the ledger."""

    pk = models.CompositePrimaryKey("organization_id", "number")
    organization_id = models.BigIntegerField()
    number = models.BigIntegerField()
    operation_id = models.BigIntegerField()
    after = models.BigIntegerField()
    through = models.BigIntegerField()
    applied = models.BigIntegerField()
    skipped = models.BigIntegerField()
    applied_at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=("organization_id", "operation_id", "after"), name="segment_of_operation"),)


class PoolDay(models.Model):
    """A pool at the end of a UTC day on which something moved there; days between are as the one before."""

    pk = models.CompositePrimaryKey("organization_id", "pool_id", "day")
    organization_id = models.BigIntegerField()
    pool_id = models.BigIntegerField()
    day = models.DateField()
    seats_taken = models.BigIntegerField()
    seats_in_force = models.BigIntegerField()


class PoolAlert(models.Model):
    """So many percent of a pool's seats, at which admins are told; and whether they are in use now."""

    pk = models.CompositePrimaryKey("organization_id", "pool_id", "percent")
    organization_id = models.BigIntegerField()
    pool_id = models.BigIntegerField()
    percent = models.SmallIntegerField()
    is_reached = models.BooleanField(default=False)
