"""Numbers for people, in sentences made by code."""

from django.contrib.humanize.templatetags.humanize import intcomma


def number(value: int) -> str:
    """With the separators of the reader's language."""
    return str(intcomma(value))
