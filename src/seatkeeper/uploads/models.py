"""A file on its way: what it is, its lines, and what was wrong with them."""

from django.db import models

from seatkeeper.kernel.fields import KeyField
from seatkeeper.kernel.profile_json import CanonicalEncoder


class Phase(models.TextChoices):
    STAGING = "staging"
    PLANNING = "planning"
    PLANNED = "planned"
    APPLYING = "applying"
    RESULTS = "results"
    DONE = "done"


class Verdict(models.IntegerChoices):
    """What the checks said of a line."""

    SOUND = 0
    PROBLEM = 1
    COLLAPSED = 2  # the same person as an earlier line that says the same
    LEFT_OUT = 3  # new people are not wanted


class Upload(models.Model):
    """One file. Shares its number with the operation it became."""

    pk = models.CompositePrimaryKey("organization_id", "operation_id")
    organization_id = models.BigIntegerField()
    operation_id = models.BigIntegerField()
    file_name = models.TextField()
    stored_name = models.TextField()
    digest = models.TextField()
    size_bytes = models.BigIntegerField()
    layout = models.JSONField(encoder=CanonicalEncoder)  # encoding, delimiter, columns: `rules.Layout`
    notes = models.JSONField(default=list, encoder=CanonicalEncoder)
    options = models.JSONField(default=dict, encoder=CanonicalEncoder)
    phase = models.TextField(choices=Phase.choices, default=Phase.STAGING)
    staged_through = models.BigIntegerField(default=0)
    planned_through = models.BigIntegerField(default=0)
    counts = models.JSONField(default=dict, encoder=CanonicalEncoder)
    files_removed_at = models.DateTimeField(null=True)  # the copy and the results, and what was wrong with which cell

    class Meta:
        indexes = (models.Index(fields=("organization_id", "digest"), name="upload_digest"),)


class UploadLine(models.Model):
    """One sound row, matched to its learner.

    `email` and `unique_user_id` are set where they are new to the person. `patch` is the
    values wanted as JSON, "=" where the person has them already. `wishes` has a letter
    per license column: a(ctive), i(nactive), - (leave).
    """

    pk = models.CompositePrimaryKey("organization_id", "operation_id", "line")
    organization_id = models.BigIntegerField()
    operation_id = models.BigIntegerField()
    line = models.BigIntegerField()
    learner_id = models.BigIntegerField(null=True)
    is_new = models.BooleanField()
    email = KeyField(null=True)
    unique_user_id = KeyField(null=True)
    patch = models.TextField(null=True)
    wishes = models.TextField()
    verdict = models.SmallIntegerField(default=Verdict.SOUND)
    code = models.TextField(null=True)
    detail = models.TextField(null=True)


class UploadProblem(models.Model):
    """One thing wrong with one line."""

    id = models.BigAutoField(primary_key=True)
    organization_id = models.BigIntegerField()
    operation_id = models.BigIntegerField()
    line = models.BigIntegerField()
    column = models.TextField()  # "" when the whole line is at fault
    code = models.TextField()
    detail = models.TextField(default="")  # the value, the other lines, or the likely person

    class Meta:
        indexes = (models.Index(fields=("organization_id", "operation_id", "line"), name="upload_problem_line"),)
