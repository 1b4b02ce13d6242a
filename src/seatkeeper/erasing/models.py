"""Deletions: who is to be erased, and how far that has come."""

from django.db import models

from seatkeeper.directory.models import Organization
from seatkeeper.kernel.fields import KeyField


class DeletionStatus(models.TextChoices):
    DRAFT = "draft"  # a file was read; nobody has confirmed it
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    CALLED_OFF = "called_off"


class Step(models.IntegerChoices):
    """What is done, in this order. Each goes on where it was cut off, and may be done twice."""

    LICENSES = 1, "licenses"  # end, by an operation
    PEOPLE = 2, "people"  # leave the tables
    FILES = 3, "files"  # kept uploads and results
    TEXTS = 4, "texts"  # wherever else they are named
    TIDY = 5, "tidy"  # the room they took is overwritten


class Deletion(models.Model):
    """Some people whom somebody wants erased."""

    id = models.BigAutoField(primary_key=True)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, db_index=False)
    status = models.TextField(choices=DeletionStatus.choices)
    source = models.TextField()  # page, csv or cli
    asked_by = models.TextField()
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    people = models.BigIntegerField()
    rows = models.BigIntegerField(default=0)  # of the file
    problems = models.BigIntegerField(default=0)  # rows of the file with one
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    called_off_by = models.TextField(default="")
    operation_number = models.BigIntegerField(null=True)  # that ends, or ended, their licenses
    step = models.SmallIntegerField(choices=Step.choices, default=Step.LICENSES)
    cursor = models.BigIntegerField(default=0)  # how far within the step: a person's number, or batches of keys
    lease = models.TextField(default="", db_default="")  # the process that is at it
    beat_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(fields=("organization", "-id"), name="deletion_newest"),)

    def __str__(self) -> str:
        return f"deletion {self.id}"


class DeletionPerson(models.Model):
    """One of the people, until they are erased."""

    pk = models.CompositePrimaryKey("organization_id", "deletion_id", "learner_id")
    organization_id = models.BigIntegerField()
    deletion_id = models.BigIntegerField()
    learner_id = models.BigIntegerField()
    line = models.BigIntegerField(null=True)  # of the file that names them first

    class Meta:
        indexes = (models.Index(fields=("organization_id", "learner_id"), name="deletion_of_learner"),)


class KeyKind(models.TextChoices):
    ADDRESS = "address"
    ID = "id"
    NAME = "name"


class DeletionKey(models.Model):
    """How one of the people is named in files and texts: noted as they leave the tables, deleted at the end of the run."""

    pk = models.CompositePrimaryKey("organization_id", "deletion_id", "kind", "text")
    organization_id = models.BigIntegerField()
    deletion_id = models.BigIntegerField()
    kind = models.TextField(choices=KeyKind.choices)
    text = KeyField()


class DeletionProblem(models.Model):
    """One row of a deletion file that deletes nobody, and why."""

    id = models.BigAutoField(primary_key=True)
    organization_id = models.BigIntegerField()
    deletion_id = models.BigIntegerField()
    line = models.BigIntegerField()
    email = models.TextField()
    unique_id = models.TextField()
    column = models.TextField()
    code = models.TextField()
    detail = models.TextField(default="")

    class Meta:
        indexes = (models.Index(fields=("organization_id", "deletion_id", "line"), name="deletion_problem_line"),)
