"""Reports that an admin keeps under a name, and may get by mail."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from seatkeeper.accounts.models import Membership
from seatkeeper.directory.models import Organization
from seatkeeper.kernel.profile_json import CanonicalEncoder


class Schedule(models.TextChoices):
    """When a saved report is mailed, in the organization's time zone: see `rules.next_time`."""

    NONE = "none", _("Not by mail")
    DAILY = "daily", _("Every day")
    WEEKLY = "weekly", _("Every Monday")
    MONTHLY = "monthly", _("On the first day of each month")


class SavedReport(models.Model):
    """A report as one admin asked for it. Whoever else may view reports does not see it."""

    id = models.BigAutoField(primary_key=True)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, db_index=False)
    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, db_index=False)
    name = models.TextField()
    report = models.TextField()  # a key of the registry
    fields = models.JSONField(default=dict, encoder=CanonicalEncoder)  # of an address: filter, period and so on
    schedule = models.TextField(choices=Schedule.choices, default=Schedule.NONE)
    next_at = models.DateTimeField(null=True)  # when it is mailed next; null: never

    class Meta:
        constraints = (models.UniqueConstraint(fields=("membership", "name"), name="saved_report_name"),)
        indexes = (models.Index(fields=("next_at",), condition=Q(next_at__isnull=False), name="saved_report_due"),)

    def __str__(self) -> str:
        return f"{self.report} {self.id}"
