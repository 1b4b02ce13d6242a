"""What there is to open, and which licenses open it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from seatkeeper.directory.models import Organization
from seatkeeper.kernel.fields import KeyField
from seatkeeper.licensing.models import LicenseType


class Kind(models.TextChoices):
    """Of content: for people to read, nothing hangs on it."""

    COURSE = "course", _("Course")
    PATH = "path", _("Learning path")
    VIDEO = "video", _("Video")
    READING = "reading", _("Reading")
    EXAM = "exam", _("Exam")
    SITE = "site", _("Site")


class Content(models.Model):
    """A part of a site, or all of it. Which address belongs to which content: `addresses.py`.

    Removed content stays as a row, so that what was opened keeps its title.
    """

    id = models.BigIntegerField(primary_key=True)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, db_index=False)
    title = models.TextField()
    title_key = KeyField(default="")  # as it is found by: `titles.py`
    address = models.TextField()  # as it was written: where links lead
    host = KeyField(default="")  # "": any. Host and path are as requests are compared with them
    path = KeyField()
    kind = models.TextField(choices=Kind.choices, default=Kind.COURSE)
    minutes = models.IntegerField(null=True)
    is_free = models.BooleanField(default=False)  # for everyone, signed in or not
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("organization", "path", "host"), condition=models.Q(removed_at=None), name="content_address_once"
            ),
        )
        indexes = (models.Index(fields=["organization", "title_key"], name="content_by_title"),)

    def __str__(self) -> str:
        return self.title


class Opener(models.Model):
    """A license type that opens a content."""

    pk = models.CompositePrimaryKey("content_id", "license_type_id")
    content = models.ForeignKey(Content, on_delete=models.CASCADE, related_name="openers", db_index=False)
    license_type = models.ForeignKey(LicenseType, on_delete=models.CASCADE, related_name="+")
