"""Work that waits for a worker, and the workers there are."""

from django.db import models
from django.db.models import Q

from seatkeeper.directory.models import Organization


class BackgroundTask(models.Model):
    """One piece of work. Written in the transaction of what it belongs to, so that neither is there without the other."""

    id = models.BigAutoField(primary_key=True)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, null=True, db_index=False)  # null: nobody's
    operation_id = models.BigIntegerField(null=True)  # on whose page it shows
    kind = models.TextField()
    arguments = models.JSONField(default=dict)
    run_at = models.DateTimeField()
    attempts = models.IntegerField(default=0)
    lease = models.TextField(default="")
    beat_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    failed = models.BooleanField(default=False)

    class Meta:
        indexes = (
            models.Index(fields=("run_at", "id"), name="task_due", condition=Q(finished_at=None)),
            models.Index(fields=("organization", "operation_id"), name="task_of_operation"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class Worker(models.Model):
    """A process that runs tasks, and when it last said so."""

    name = models.TextField(primary_key=True)
    beat_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
