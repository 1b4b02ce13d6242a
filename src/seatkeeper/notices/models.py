"""Notices behind the bell, and the outbox of mail."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from seatkeeper.accounts.models import Membership
from seatkeeper.directory.models import Organization
from seatkeeper.kernel.fields import KeyField
from seatkeeper.kernel.profile_json import CanonicalEncoder


class Kind(models.TextChoices):
    """What admins are told of; each chooses how, kind by kind."""

    DONE = "done", _("A file or a large operation is done")
    PROBLEMS = "problems", _("A file is done, and some of its rows have problems")
    CHECKED = "checked", _("A file is checked and waits to be applied")
    HELD = "held", _("The brake holds an operation")
    REFUSED = "refused", _("A file is refused")
    GIVEN_UP = "given_up", _("Work has stopped, because it failed again and again")
    REQUESTS = "requests", _("A learner asks for a license")
    POOL_FULL = "pool_full", _("Somebody signed in, and no license was left")
    TWO_PROFILES = "two_profiles", _("Two profiles are one person's")
    LOW_SEATS = "low_seats", _("A pool runs low on seats")


class Notice(models.Model):
    """One end of one operation, told to one admin: once. Operation 0: about none, and there is but one at a time."""

    id = models.BigAutoField(primary_key=True)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, db_index=False)
    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, db_index=False)
    kind = models.TextField(choices=Kind.choices)
    operation_number = models.BigIntegerField()
    facts = models.JSONField(default=dict, encoder=CanonicalEncoder)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("membership", "operation_number", "kind"), name="notice_once"),)
        indexes = (
            models.Index(fields=("membership", "-id"), name="notice_newest"),
            models.Index(fields=("membership",), condition=Q(read_at=None), name="notice_unread"),
        )

    def __str__(self) -> str:
        return f"{self.kind} of {self.operation_number}"


class Preference(models.Model):
    """How an admin wants to hear of a kind; without a row, both ways."""

    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, db_index=False)
    kind = models.TextField(choices=Kind.choices)
    in_product = models.BooleanField(default=True)
    by_mail = models.BooleanField(default=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("membership", "kind"), name="preference_once"),)

    def __str__(self) -> str:
        return f"{self.kind} of {self.membership_id}"


class MailKind(models.TextChoices):
    NOTICE = "notice"
    TEST = "test"
    SIGN_IN_LINK = "sign_in_link"
    READY = "ready"  # written elsewhere: subject, text and html stand in the row
    LEARNER = "learner"  # a license ended
    INVITATION = "invitation"
    REMINDER = "reminder"
    JOINING = "joining"  # confirm the address, and join
    CLAIM = "claim"  # of a place in the waitlist, an offer or a request
    REPORT = "report"  # saved by an admin, who gets it
    LEARNER_BACK = "learner_back"  # it did not: the operation was undone after the mail had gone


class MailState(models.TextChoices):
    WAITING = "waiting"  # until a test mail is confirmed
    DUE = "due"
    SENT = "sent"
    FAILED = "failed"
    WITHDRAWN = "withdrawn"


class Mail(models.Model):
    """One message to one address. Its Message-ID is fixed when it is made; most are put into words when they are sent."""

    id = models.BigAutoField(primary_key=True)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, null=True, db_index=False)  # null: a sign-in's
    kind = models.TextField(choices=MailKind.choices)
    recipient = KeyField()
    subject = models.TextField(default="")
    text = models.TextField(default="")
    html = models.TextField(default="")
    facts = models.JSONField(null=True, encoder=CanonicalEncoder)
    operation_number = models.BigIntegerField(null=True)
    learner_id = models.BigIntegerField(null=True)
    message_id = KeyField(unique=True)
    state = models.TextField(choices=MailState.choices, default=MailState.DUE)
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    rank = models.SmallIntegerField(default=0)  # 1: to learners, of which there may be many: they let others go first
    attempts = models.IntegerField(default=0)
    lease = models.TextField(default="")
    leased_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)  # sent, failed or withdrawn
    trouble = models.TextField(default="")  # what the server said last

    class Meta:
        indexes = (
            models.Index(fields=("rank", "due_at", "id"), condition=Q(state="due"), name="mail_due"),
            models.Index(fields=("organization", "id"), condition=Q(state="waiting"), name="mail_waiting"),
            models.Index(fields=("lease",), condition=~Q(lease=""), name="mail_leased"),
            models.Index(fields=("organization", "operation_number", "id"), name="mail_of_operation"),
            models.Index(fields=("organization", "-id"), condition=Q(state="failed"), name="mail_failed"),
            models.Index(fields=("ended_at",), name="mail_ended"),
            models.Index(fields=("organization", "learner_id"), condition=Q(learner_id__isnull=False), name="mail_of_learner"),
            # Not of mails to learners: of those there may be many, and addresses come in no order, which is dear to keep.
            models.Index(fields=("recipient",), condition=Q(learner_id=None), name="mail_to_address"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


class LearnerWord(models.Model):
    """What learners are told who lose a license by an operation: a mail each."""

    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, db_index=False)
    operation_number = models.BigIntegerField()
    text = models.TextField(default="")  # the admin's own, after ours
    queued_through = models.BigIntegerField(default=0)  # a position
    is_queued = models.BooleanField(default=False)
    checked_through = models.BigIntegerField(null=True)  # a mail's id, while mails are looked through after an undo

    class Meta:
        constraints = (models.UniqueConstraint(fields=("organization", "operation_number"), name="learner_word_once"),)
        indexes = (
            models.Index(
                fields=("id",), condition=Q(is_queued=False) | Q(checked_through__isnull=False), name="learner_word_open"
            ),
        )

    def __str__(self) -> str:
        return f"word of {self.operation_number}"


class MailSetup(models.Model):
    """Whether an organization's test mail came through."""

    organization = models.OneToOneField(Organization, on_delete=models.CASCADE, primary_key=True)
    digest = models.TextField(default="")  # of the link in the last test mail
    tested_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.TextField(default="")

    def __str__(self) -> str:
        return f"mail of {self.organization_id}"


class MailServer(models.Model):
    """The one mail server of the installation, while it can't be used: no mail is tried before `retry_at`."""

    failures = models.IntegerField()
    retry_at = models.DateTimeField()
    trouble = models.TextField()

    def __str__(self) -> str:
        return f"until {self.retry_at}"


class MailPace(models.Model):
    """How many mails have gone to learners within a minute, of all workers together."""

    minute = models.DateTimeField()
    sent = models.IntegerField()

    def __str__(self) -> str:
        return f"{self.sent} at {self.minute}"
