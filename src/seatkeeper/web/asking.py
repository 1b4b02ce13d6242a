"""What the pages about content share: which content a request is about, and where people go who are not let in."""

from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest

from seatkeeper.gate.queries import About
from seatkeeper.gate.rules import Answer, Reason

SIGN_IN, REFUSED = "/account/login/code/", "/learn/refused"  # reverse() would take as long as all the rest of the gate


def about_own(request: HttpRequest) -> About:
    """Of a page of ours."""
    return About(uri=request.path, host=host_of(request))


def host_of(request: HttpRequest) -> str:
    """As the browser wrote it."""
    return str(request.META.get("HTTP_X_FORWARDED_HOST") or request.META.get("HTTP_HOST", ""))


def way_on(found: Answer, about: About) -> str:
    """To the sign-in, or to the page that says why not: where no learner signs in, the sign-in would send them back."""
    if found.reason == Reason.NOT_SIGNED_IN and found.learners_sign_in:
        return f"{settings.PUBLIC_URL}{SIGN_IN}?{urlencode({'next': about.uri})}"
    organization = {"organization": about.organization} if about.organization else {}
    return f"{settings.PUBLIC_URL}{REFUSED}?{urlencode({'address': about.uri} | organization)}"
