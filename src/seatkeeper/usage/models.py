"""What learners did: facts as they were told, and roll-ups that always equal a recount of them.

The big tables carry no foreign keys; `services/check.py` proves what a key would have. Whoever is erased leaves
rows under a number that names nobody any more, so totals stay.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from seatkeeper.directory.models import Organization
from seatkeeper.kernel.fields import KeyField


class FactKind(models.TextChoices):
    """What a fact tells of: for people to read, the figures stand beside it."""

    OPENED = "opened", _("Opened")
    VIEWED = "viewed", _("Viewed")
    COMPLETED = "completed", _("Completed")
    PASSED = "passed", _("Passed")


class Source(models.TextChoices):
    """Where a fact came from."""

    GATE = "gate", _("Gate")
    FILE = "file", _("File")
    API = "api", _("API")
    XAPI = "xapi", _("xAPI")
    SAMPLE = "sample", _("Sample")


class Span(models.TextChoices):
    """What a total is about: a day, a week from Monday, a month."""

    DAY = "day", _("Day")
    WEEK = "week", _("Week")
    MONTH = "month", _("Month")


class UsageBooks(models.Model):
    """Locked by whoever writes usage of the organization; and how far it was looked who has become known."""

    organization = models.OneToOneField(Organization, on_delete=models.CASCADE, primary_key=True)
    segment_looked_at = models.BigIntegerField(default=0)
    content_looked_at = models.BigIntegerField(default=0)
    waiting_looked_at = models.BigIntegerField(default=0, db_default=0)  # of facts that wait, those up to here


class Fact(models.Model):
    """One thing that a learner did with a content. Told once, however often it is told."""

    pk = models.CompositePrimaryKey("organization_id", "learner_id", "key")
    organization_id = models.BigIntegerField()
    learner_id = models.BigIntegerField()  # the profile it was told of, also after that is merged with another
    key = models.BigIntegerField()  # of the teller's own id, or of all that was told
    content_id = models.BigIntegerField()
    day = models.DateField()  # in the organization's time zone
    at = models.DateTimeField(null=True)  # null: only the day was told
    kind = models.TextField(choices=FactKind.choices)
    source = models.TextField(choices=Source.choices)
    seconds = models.BigIntegerField()
    views = models.SmallIntegerField()  # 0 or 1
    completions = models.SmallIntegerField()  # 0 or 1


class WaitingFact(models.Model):
    """A fact of somebody or something unknown as yet, in the words it was told in."""

    id = models.BigAutoField(primary_key=True)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, db_index=False)
    key = models.BigIntegerField()
    id_key = models.BigIntegerField(null=True)  # of the teller's own id
    learner = KeyField()
    content = models.TextField()
    place = KeyField(default="", db_default="")  # by which the content finds it: `places.py`
    day = models.DateField(null=True)
    at = models.DateTimeField(null=True)
    kind = models.TextField(choices=FactKind.choices)
    source = models.TextField(choices=Source.choices)
    seconds = models.BigIntegerField()
    views = models.SmallIntegerField()
    completions = models.SmallIntegerField()
    told_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("organization", "key"), name="waiting_fact_once"),)
        indexes = (
            models.Index(fields=("organization", "learner"), name="waiting_fact_of"),
            models.Index(fields=("organization", "place"), name="waiting_fact_at"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class LearnerDay(models.Model):
    """What a learner did with a content on a day. The learner is the profile that stands after merges."""

    pk = models.CompositePrimaryKey("organization_id", "learner_id", "day", "content_id")
    organization_id = models.BigIntegerField()
    learner_id = models.BigIntegerField()
    day = models.DateField()
    content_id = models.BigIntegerField()
    seconds = models.BigIntegerField()
    views = models.SmallIntegerField()  # 0 or 1: once a content and day


class Completion(models.Model):
    """A content that a learner completed: the first time ever."""

    pk = models.CompositePrimaryKey("organization_id", "learner_id", "content_id")
    organization_id = models.BigIntegerField()
    learner_id = models.BigIntegerField()
    content_id = models.BigIntegerField()
    completed_on = models.DateField()


class ContentDay(models.Model):
    """What everybody did with a content on a day."""

    pk = models.CompositePrimaryKey("organization_id", "content_id", "day")
    organization_id = models.BigIntegerField()
    content_id = models.BigIntegerField()
    day = models.DateField()
    seconds = models.BigIntegerField()
    views = models.BigIntegerField()
    completions = models.BigIntegerField()


class SpanTotal(models.Model):
    """What everybody did on a day, in a week, in a month."""

    pk = models.CompositePrimaryKey("organization_id", "span", "starts_on")
    organization_id = models.BigIntegerField()
    span = models.TextField(choices=Span.choices)
    starts_on = models.DateField()
    learners = models.BigIntegerField()  # each once
    seconds = models.BigIntegerField()
    views = models.BigIntegerField()
    completions = models.BigIntegerField()


class FileStatus(models.TextChoices):
    """How far a usage file is."""

    READING = "reading", _("Reading")  # or waiting for a worker
    DONE = "done", _("Done")
    FAILED = "failed", _("Given up")


class UsageFile(models.Model):
    """A file of usage that an admin sent: a worker reads it, and it is deleted when its end is reached."""

    id = models.BigAutoField(primary_key=True)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, db_index=False)
    name = models.TextField()
    stored_name = models.TextField()
    sent_by = models.TextField()
    sent_at = models.DateTimeField()
    status = models.TextField(choices=FileStatus.choices, default=FileStatus.READING)
    line = models.BigIntegerField(default=0)  # the last one that was taken in
    counted = models.BigIntegerField(default=0)
    known = models.BigIntegerField(default=0)
    waiting = models.BigIntegerField(default=0)
    problems = models.BigIntegerField(default=0)

    class Meta:
        indexes = (models.Index(fields=("organization", "-id"), name="usage_file_newest"),)

    def __str__(self) -> str:
        return self.name


class UsageFileProblem(models.Model):
    """Why a line of a usage file was not taken in."""

    id = models.BigAutoField(primary_key=True)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, db_index=False)
    file_id = models.BigIntegerField()
    line = models.BigIntegerField()
    column = models.TextField()
    code = models.TextField()
    detail = models.TextField()

    class Meta:
        indexes = (models.Index(fields=("organization", "file_id", "id"), name="usage_problem_of_file"),)

    def __str__(self) -> str:
        return f"{self.line}: {self.code}"


class KnownStatement(models.Model):
    """An xAPI statement that was received: by its id it is known again. Of whom and what it tells is not kept."""

    pk = models.CompositePrimaryKey("organization_id", "statement_id")
    organization_id = models.BigIntegerField()
    statement_id = models.UUIDField()
    digest = models.TextField()  # of all that makes it differ from another one
    verb = models.TextField()
    stored_at = models.DateTimeField()

    class Meta:
        db_table = "usage_statement"
