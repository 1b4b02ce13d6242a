"""Notices as sentences."""

from collections.abc import Mapping
from typing import Any

from django.contrib.humanize.templatetags.humanize import intcomma
from django.template.defaultfilters import floatformat
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from seatkeeper.licensing.queries import percent_of
from seatkeeper.licensing.wording import VERBS, counts_in_words
from seatkeeper.notices.models import Kind

LEFT_OUT = ("problems", "unchanged")


def sentence(kind: str, facts: Mapping[str, Any]) -> str:
    """Of a notice: "leavers.csv is processed: 412 licenses unassigned, 3 rows have problems." """
    if kind == Kind.REQUESTS:
        return _("A learner asks for a license. All requests are on one page.")
    if kind == Kind.POOL_FULL:
        return _("All licenses of %(pool)s are taken. Somebody signed in and waits for one.") % {"pool": facts["pool"]}
    if kind == Kind.TWO_PROFILES:
        return _("Somebody could not sign in, as two profiles are theirs. Look at both, and merge them.")
    if kind == Kind.LOW_SEATS:
        return _low_seats(facts)
    words = {"what": subject_of(facts), "counts": what_changed(facts)}
    if kind == Kind.HELD:
        count = facts["counts"].get("unassigned", 0)
        text = ngettext(
            "%(what)s is held by the brake: it would unassign %(n)s license. Nothing is changed until a person lets it pass.",
            "%(what)s is held by the brake: it would unassign %(n)s licenses. Nothing is changed until a person lets it pass.",
            count,
        )
        return text % (words | {"n": intcomma(count)})
    if kind == Kind.REFUSED:
        return _("%(what)s is refused: it can't be used as it is. Nothing was changed.") % words
    if kind == Kind.GIVEN_UP:
        return _("%(what)s has stopped: it failed again and again. Its page says how far it is, and lets you go on.") % words
    if kind == Kind.CHECKED:
        return _("%(what)s is checked and waits for you. It would do this: %(counts)s.") % words
    if facts["verb"] == "import":
        return _("%(what)s is processed: %(counts)s.") % words
    return _("%(what)s is done: %(counts)s.") % words


def _low_seats(facts: Mapping[str, Any]) -> str:
    free = max(0, facts["seats"] - facts["in_use"])
    text = ngettext(
        "%(pool)s runs low: %(percent)s %% of its seats are in use, %(used)s of %(seats)s. %(n)s seat is free.",
        "%(pool)s runs low: %(percent)s %% of its seats are in use, %(used)s of %(seats)s. %(n)s seats are free.",
        free,
    )
    numbers = {"used": intcomma(facts["in_use"]), "seats": intcomma(facts["seats"]), "n": intcomma(free)}
    return text % (
        {"pool": facts["pool"], "percent": floatformat(percent_of(facts["in_use"], facts["seats"]), "-1g")} | numbers
    )


def subject_of(facts: Mapping[str, Any]) -> str:
    """The file, or the operation, that it is about."""
    if facts["verb"] == "import" and facts["about"]:
        return str(facts["about"])
    verb = VERBS.get(facts["verb"], facts["verb"])
    return _("%(verb)s, operation %(number)s") % {"verb": verb, "number": facts["number"]}


def what_changed(facts: Mapping[str, Any]) -> str:
    counts = facts["counts"]
    said = counts_in_words({name: count for name, count in counts.items() if name not in LEFT_OUT})
    if problems := counts.get("problems", 0):
        words = ngettext("%(n)s row has a problem", "%(n)s rows have problems", problems)
        said.append(words % {"n": intcomma(problems)})
    return ", ".join(said) or _("nothing to change")
