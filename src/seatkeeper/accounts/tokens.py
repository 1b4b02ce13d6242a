"""Tokens with which applications ask: what they may be for, and what is kept of them."""

import hashlib

from django.db import models
from django.utils.translation import gettext_lazy as _

BEARER, BASIC = "Bearer", "Basic"


class TokenScope(models.TextChoices):
    """What an application may do with its token."""

    ACCESS = "access", _("Ask whether a learner may open content")
    USAGE = "usage", _("Tell what learners did")


def digest_of(token: str) -> str:
    """All that is kept: a token has so many signs that nobody finds it by trying."""
    return hashlib.sha256(token.encode()).hexdigest()


def shown_under(scheme: str, header: str) -> str | None:
    """What an Authorization header shows under a scheme, in whatever case (RFC 9110, 11.1). None: under another, or nothing."""
    found, _, shown = header.partition(" ")
    return shown.strip() if found.lower() == scheme.lower() else None
