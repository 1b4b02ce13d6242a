"""Who is asking: the admin, and the organization they work in; and how pages travel."""

from collections.abc import Callable
from datetime import timedelta

from allauth.account.adapter import get_adapter
from allauth.usersessions.middleware import UserSessionsMiddleware
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from django.utils.functional import SimpleLazyObject

from seatkeeper.accounts.permissions import Admin
from seatkeeper.accounts.queries import SignedInLearner, admin_of, learner_of
from seatkeeper.kernel.clock import system_clock
from seatkeeper.web.views.gate import check

ASKED_FIRST: dict[str, Callable[[HttpRequest], HttpResponseBase]] = {"/gate/check": check}
SEEN_ANEW_AFTER = timedelta(minutes=5)
ORGANIZATION = "organization"  # the session's choice, where an account has several


def gate_first(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """The gate answers before everything that pages need: it is asked for each file of a site."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        asked = ASKED_FIRST.get(request.path_info)
        return get_response(request) if asked is None else asked(request)

    return middleware


class SessionsMiddleware(UserSessionsMiddleware):  # type: ignore[misc]
    """When and where a session was last seen. Written every few minutes, and when its address or browser changes:

    the library's own writes at every page, and on SQLite waits each time for whoever writes.
    """

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        answer: HttpResponseBase = self.get_response(request) if _is_just_seen(request) else super().__call__(request)
        return answer


class AdminMiddleware:
    """`request.admin` and `request.learner`: looked up when first asked for; false where the asker is none."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.admin = SimpleLazyObject(lambda: _admin(request))  # type: ignore[attr-defined]
        request.learner = SimpleLazyObject(lambda: _learner(request))  # type: ignore[attr-defined]
        if language := _language(request):
            translation.activate(language)
            request.LANGUAGE_CODE = language
        with timezone.override(_time_zone(request)):
            response = self.get_response(request)
        patch_vary_headers(response, ("HX-Request",))
        if request.user.is_authenticated and "Cache-Control" not in response:
            response["Cache-Control"] = "private, no-store"
        return response


class PageCompressionMiddleware(GZipMiddleware):
    """Compresses pages, with Django's random padding against BREACH. Files travel as they are, with their length."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        is_page = not response.streaming and response.headers.get("Content-Type", "").startswith("text/html")
        return super().process_response(request, response) if is_page else response


def _is_just_seen(request: HttpRequest) -> bool:
    if not request.user.is_authenticated:
        return False
    browser = request.headers.get("User-Agent", "")[: UserSession._meta.get_field("user_agent").max_length]
    same = UserSession.objects.filter(user_id=request.user.pk, session_key=request.session.session_key, user_agent=browser)
    recent = same.filter(ip=get_adapter().get_client_ip(request), last_seen_at__gt=system_clock() - SEEN_ANEW_AFTER)
    return bool(recent.exists())


def _language(request: HttpRequest) -> str:
    """The asker's own, else the organization's; empty: as the browser asks."""
    own = getattr(request.user, "language", "")
    offered = dict(settings.LANGUAGES)
    if own in offered:
        return str(own)
    asker = request.admin or request.learner  # type: ignore[attr-defined]
    of_home = asker.language if asker else ""
    return of_home if of_home in offered else ""


def _time_zone(request: HttpRequest) -> str | None:
    """The organization's, so that everybody there reads the same times."""
    if not request.user.is_authenticated:
        return None
    asker = request.admin or request.learner  # type: ignore[attr-defined]
    return asker.time_zone if asker else None


def _learner(request: HttpRequest) -> SignedInLearner | None:
    if not request.user.is_authenticated:
        return None
    return learner_of(account_id=request.user.pk, organization_id=request.session.get(ORGANIZATION))


def _admin(request: HttpRequest) -> Admin | None:
    """In the organization chosen; where access to that has ended, in another one."""
    if not request.user.is_authenticated:
        return None
    account_id, chosen = request.user.pk, request.session.get(ORGANIZATION)
    admin = admin_of(account_id=account_id, organization_id=chosen)
    return admin if admin or chosen is None else admin_of(account_id=account_id, organization_id=None)
