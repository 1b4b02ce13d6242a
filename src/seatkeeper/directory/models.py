"""Organizations, their learners, groups and attributes."""

from django.db import models

from seatkeeper.kernel.fields import KeyField
from seatkeeper.kernel.profile_json import CanonicalEncoder

IDS_PER_ORGANIZATION = 1 << 40


class Organization(models.Model):
    """The tenant. Ids of what it owns come from its own range, so that it can move house."""

    slug = models.SlugField(unique=True)
    name = models.TextField()
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.slug


class OrganizationSettings(models.Model):
    """What an organization chose for itself; without a row, all as below."""

    organization = models.OneToOneField(Organization, on_delete=models.CASCADE, primary_key=True)
    language = models.TextField(default="")  # a tag, for people who chose none; "": as their browser asks
    time_zone = models.TextField(default="UTC", db_default="UTC")  # by its name in the time zone database
    invitation_subject = models.TextField(default="")  # "": the product's own words
    invitation_text = models.TextField(default="")
    contact = models.TextField(default="")  # an e-mail address or a page, behind *Contact us*
    sign_in_adds_people = models.BooleanField(default=False, db_default=False)  # whom the organization's sign-in vouches for
    learners_sign_in = models.BooleanField(default=True, db_default=True)  # by mailed code, or by the organization's sign-in

    def __str__(self) -> str:
        return f"settings of {self.organization_id}"


class IdRange(models.Model):
    """How many ids of an organization's range are given out: the next is `organization << 40 | last + 1`."""

    organization = models.OneToOneField(Organization, on_delete=models.CASCADE, primary_key=True)
    last = models.BigIntegerField(default=0)


class Learner(models.Model):
    """A person in an organization: keys, and a flat JSON object of values (see `attributes.py`)."""

    id = models.BigIntegerField(primary_key=True)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, db_constraint=False, db_index=False)
    email = KeyField()
    unique_user_id = KeyField(null=True)
    attributes = models.JSONField(default=dict, encoder=CanonicalEncoder)
    suspended_at = models.DateTimeField(null=True)  # opens nothing since; licenses, seats and dates stay

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("organization", "email"), name="learner_email"),
            models.UniqueConstraint(fields=("organization", "unique_user_id"), name="learner_unique_user_id"),
        )
        indexes = (
            models.Index(
                fields=("organization", "id"), condition=models.Q(suspended_at__isnull=False), name="learner_suspended"
            ),
        )

    def __str__(self) -> str:
        return str(self.id)


class Standing(models.Model):
    """What changes often about a learner and lists filter by, kept apart from the wide row."""

    learner = models.OneToOneField(Learner, on_delete=models.CASCADE, primary_key=True, db_constraint=False)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, db_constraint=False, db_index=False)
    status = models.SmallIntegerField(default=0)  # the strongest licensing status the person has
    last_activity_on = models.DateField(null=True)

    class Meta:
        # Of those who were seen active: a change of status writes nothing here.
        indexes = (
            models.Index(
                fields=("organization", "last_activity_on", "learner"),
                condition=models.Q(last_activity_on__isnull=False),
                name="standing_by_activity",
            ),
        )


class SearchEntry(models.Model):
    """What a learner is found and sorted by (see `search.py` and `values.py`)."""

    learner = models.OneToOneField(Learner, on_delete=models.CASCADE, primary_key=True, db_constraint=False)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, db_constraint=False, db_index=False)
    text = KeyField()  # the folded words
    name = KeyField(default="")  # to sort by: `folding.sorts_as`
    codes = KeyField(default="")  # of the values that filters ask for, a blank before and after each

    class Meta:
        indexes = (models.Index(fields=("organization", "name", "learner"), name="learner_by_name"),)


class KnownValue(models.Model):
    """A value that some attribute has, or had, without regard to case; its id is the code by which an entry names it."""

    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, db_index=False)
    key = KeyField()
    value = KeyField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("organization", "value", "key"), name="known_value"),)

    def __str__(self) -> str:
        return str(self.value)


class Group(models.Model):
    """A named set of learners; names are told apart without regard to case."""

    id = models.BigIntegerField(primary_key=True)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, db_index=False)
    key = KeyField()
    name = models.TextField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("organization", "key"), name="group_key"),)

    def __str__(self) -> str:
        return self.name


class ErasedLearner(models.Model):
    """All that is left of somebody who was erased: the number by which the ledger and totals go on to know of them."""

    learner_id = models.BigIntegerField(primary_key=True)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, db_constraint=False, db_index=False)
    erased_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"erased-{self.learner_id % IDS_PER_ORGANIZATION}"


class GroupMember(models.Model):
    """One learner in one group."""

    pk = models.CompositePrimaryKey("organization_id", "group_id", "learner_id")
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, db_constraint=False, db_index=False)
    group = models.ForeignKey(Group, on_delete=models.CASCADE, db_constraint=False, db_index=False)
    learner = models.ForeignKey(Learner, on_delete=models.CASCADE, db_constraint=False, db_index=False)

    class Meta:
        indexes = (models.Index(fields=("organization", "learner"), name="member_of"),)


class Attribute(models.Model):
    """A custom attribute in use; `key` is its folded name, `name` the first spelling met."""

    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, db_index=False)
    key = KeyField()
    name = models.TextField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("organization", "key"), name="attribute_key"),)

    def __str__(self) -> str:
        return self.name
