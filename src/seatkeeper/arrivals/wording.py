"""What a learner reads after a first sign-in."""

from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from seatkeeper.arrivals.services.first_sign_in import Given


def said_of(given: Given) -> str:
    license = given.pool.license_type.title
    if given.place is not None:
        words = _("All licenses of %(license)s are taken. You wait for one: you are number %(place)s.")
        return words % {"license": license, "place": intcomma(given.place)}
    if given.ended_at is not None:
        day = date_format(localtime(given.ended_at), "DATE_FORMAT")
        if given.was_active:
            ended = _("Your license of %(license)s ended on %(day)s. You can ask for it again.")
        else:
            ended = _("What you had for %(license)s, an invitation, a place in the waitlist or a request, ended on %(day)s.")
        return ended % {"license": license, "day": day}
    return _("You have a license of %(license)s.") % {"license": license}
