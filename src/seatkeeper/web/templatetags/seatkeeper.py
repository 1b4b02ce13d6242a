"""Tags and filters of the pages."""

from typing import Any

from django import template
from django.conf import settings
from django.contrib.messages.storage.base import Message
from django.template.context import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from seatkeeper.licensing.models import Operation
from seatkeeper.licensing.queries import pool_titles
from seatkeeper.notices.queries import UNREAD_COUNTED_TO
from seatkeeper.reports.definitions import Kind
from seatkeeper.web import navigation
from seatkeeper.web.audit_wording import ACTS
from seatkeeper.web.numbers import number
from seatkeeper.web.report_words import written
from seatkeeper.web.wording import title_of

register = template.Library()

UNDO = "undo:"  # a message's extra tag: "undo:/admin-center/operations/7/…"
UNDONE = "undone"  # the message tells of an undo
THEMES = ("light", "dark")
THEME_COOKIE = "seatkeeper_theme"


@register.simple_tag
def icon(name: str) -> SafeString:
    """A picture of the sprite. It says nothing to a screen reader: a word stands beside it."""
    return format_html('<svg class="icon" aria-hidden="true" focusable="false"><use href="#icon-{}"></use></svg>', name)


@register.simple_tag(takes_context=True)
def side_bar(context: Context) -> list[navigation.Entry]:
    """What the admin who asks may open."""
    return list(navigation.entries(context["admin"], context["request"].path))


@register.simple_tag(takes_context=True)
def pool_title(context: Context, key: str) -> str:
    """Of the pool that has the key; all are read at the first one of a page."""
    request: Any = context["request"]
    if not hasattr(request, "pool_titles"):
        request.pool_titles = pool_titles(request.admin.organization_id)
    return str(request.pool_titles.get(key, key))


@register.simple_tag(takes_context=True)
def theme(context: Context) -> str:
    """`light` or `dark` where somebody chose; empty: as the system has it."""
    request: Any = context.get("request")
    chosen = request.COOKIES.get(THEME_COOKIE, "") if request else ""
    return chosen if chosen in THEMES else ""


@register.simple_tag
def mail_is_set() -> bool:
    """Whether this installation can send mail at all."""
    return bool(settings.EMAIL_HOST)


@register.filter
def undo_url(message: Message) -> str:
    """Where a toast's *Undo* goes; empty where nothing can be undone."""
    tags = (message.extra_tags or "").split()
    return next((tag.removeprefix(UNDO) for tag in tags if tag.startswith(UNDO)), "")


@register.filter
def is_of_an_undo(message: Message) -> bool:
    """Whether it tells of an undo: undoing that does the act again."""
    return UNDONE in (message.extra_tags or "").split()


@register.filter
def unread_shown(count: int) -> str:
    """As the bell shows it: it counts no further than it has room."""
    return f"{UNREAD_COUNTED_TO}+" if count > UNREAD_COUNTED_TO else str(count)


@register.filter
def hours(seconds: int) -> str:
    """As reports write them."""
    return written(Kind.HOURS, seconds)


@register.filter
def minutes(seconds: int) -> str:
    """Whole ones, to the nearest; what is so little that it would read as nothing says so."""
    nearest = round(seconds / 60)
    return gettext("< %(least)s") % {"least": 1} if seconds and not nearest else number(nearest)


@register.filter
def titled(operation: Operation) -> str:
    """Its verb and number: Unassign, operation 7."""
    return title_of(operation)


@register.filter
def act(action: str) -> str:
    """What an entry of the audit log is about, in words."""
    return str(ACTS.get(action, action))


@register.filter
def plainly(fact: Any) -> str:
    """A fact of the audit log, without the signs of a program."""
    if isinstance(fact, bool):
        return gettext("yes") if fact else gettext("no")
    if isinstance(fact, dict):
        return "; ".join(f"{name}: {plainly(value)}" for name, value in fact.items()) or gettext("nothing")
    if isinstance(fact, list):
        return ", ".join(plainly(part) for part in fact) or gettext("nothing")
    return gettext("nothing") if fact in (None, "") else str(fact)


@register.filter
def words(text: str) -> list[str]:
    """A list, for a loop."""
    return text.split()
