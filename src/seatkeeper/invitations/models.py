"""Invitations: what stands beside an invited license, and mails about them that are yet to be queued."""

from django.db import models
from django.db.models import Q

from seatkeeper.directory.models import Organization
from seatkeeper.kernel.fields import KeyField
from seatkeeper.kernel.profile_json import CanonicalEncoder


class Invitation(models.Model):
    """One invitation of one learner into one pool by one operation.

    It is open while the license is invited by that same operation: whatever ends or replaces the license
    voids its link without a statement. The link itself is kept nowhere (see `links.py`).
    """

    pk = models.CompositePrimaryKey("organization_id", "learner_id", "pool_id", "operation_number")
    organization_id = models.BigIntegerField()
    learner_id = models.BigIntegerField()
    pool_id = models.BigIntegerField()
    operation_number = models.BigIntegerField()
    key = models.UUIDField(unique=True)  # chance alone: what a link names the invitation by
    text_id = models.BigIntegerField(null=True)  # words of the organization's own; null: the default
    mailed_at = models.DateTimeField(null=True)  # queued last, or reminded; null: invited without mail
    expires_at = models.DateTimeField(null=True)  # null: not before a mail has been queued
    is_watched = models.BooleanField(default=False)  # its end is yet to be looked at

    class Meta:
        indexes = (
            models.Index(
                fields=("organization_id", "expires_at", "learner_id"),
                condition=Q(is_watched=True),
                name="invitation_to_expire",
            ),
        )


class InvitationText(models.Model):
    """Words of an organization's own, beside its default invitation."""

    id = models.BigAutoField(primary_key=True)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, db_index=False)
    name = models.TextField()
    subject = models.TextField()
    text = models.TextField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("organization", "name"), name="invitation_text_name"),)

    def __str__(self) -> str:
        return self.name


class RoundKind(models.TextChoices):
    INVITE = "invite"  # whom an operation invited
    RESEND = "resend"
    REMIND = "remind"


class MailRound(models.Model):
    """A mail to each of many who are invited: queued by a worker, chunk by chunk."""

    id = models.BigAutoField(primary_key=True)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, db_index=False)
    kind = models.TextField(choices=RoundKind.choices)
    operation_number = models.BigIntegerField(null=True)  # of `invite`
    people = models.JSONField(null=True, encoder=CanonicalEncoder)  # of the others, see `Chosen.as_json`
    pool_id = models.BigIntegerField(null=True)  # of the others: of this pool only
    text_id = models.BigIntegerField(null=True)
    is_mailed = models.BooleanField(default=True)  # no: invited without mail
    actor = models.TextField()
    created_at = models.DateTimeField()
    starts_at = models.DateTimeField(null=True)  # null: the operation is not applied yet
    queued_through = models.BigIntegerField(default=0)  # a position, or a learner
    queued = models.BigIntegerField(default=0)  # mails
    suspended = models.BigIntegerField(default=0, db_default=0)  # invitations of `remind` whose people are, and got none
    is_queued = models.BooleanField(default=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("organization", "operation_number"), condition=Q(kind="invite"), name="invite_round_once"
            ),
        )
        indexes = (models.Index(fields=("id",), condition=Q(is_queued=False), name="mail_round_open"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class NoReminders(models.Model):
    """A learner who wants none."""

    pk = models.CompositePrimaryKey("organization_id", "learner_id")
    organization_id = models.BigIntegerField()
    learner_id = models.BigIntegerField()
    since = models.DateTimeField()


class InvitationRules(models.Model):
    """What an organization chose for its invitations; without a row, all as below."""

    organization = models.OneToOneField(Organization, on_delete=models.CASCADE, primary_key=True)
    good_for_days = models.IntegerField(default=30)
    remind_after_days = models.IntegerField(default=7)  # at the soonest, after a mail

    def __str__(self) -> str:
        return f"invitations of {self.organization_id}"


class JoinLink(models.Model):
    """One link for everybody whose address is of the organization's domains."""

    organization = models.OneToOneField(Organization, on_delete=models.CASCADE, primary_key=True)
    key = models.UUIDField(unique=True)  # chance alone, as of an invitation
    pool_id = models.BigIntegerField()
    domains = models.JSONField(default=list, encoder=CanonicalEncoder)

    def __str__(self) -> str:
        return f"join link of {self.organization_id}"


class Joining(models.Model):
    """An address that asked to join, until its owner confirms it by the link in a mail."""

    id = models.BigAutoField(primary_key=True)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, db_index=False)
    key = models.UUIDField(unique=True)
    email = KeyField()
    asked_at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=("organization", "asked_at"), name="joining_lately"),)

    def __str__(self) -> str:
        return f"joining {self.id}"
