"""What every view begins with: a signed-in admin who may do this, or a signed-in learner."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django_htmx.middleware import HtmxDetails

from seatkeeper.accounts.permissions import Admin, Permission
from seatkeeper.accounts.queries import SignedInLearner

P = ParamSpec("P")


class AdminRequest(HttpRequest):
    """A request of an admin."""

    admin: Admin
    htmx: HtmxDetails


class LearnerRequest(HttpRequest):
    """A request of a learner."""

    learner: SignedInLearner
    htmx: HtmxDetails


View = Callable[Concatenate[AdminRequest, P], HttpResponse]


def admin_required(*permissions: Permission, for_everyone: bool = False) -> Callable[[View[P]], Callable[..., HttpResponse]]:
    """For admins with any of the permissions (none named: any admin). Others find nothing here.

    `for_everyone`: being limited to groups is not enough.
    """

    def lets_in(admin: Admin) -> bool:
        may = admin.may_for_everyone if for_everyone else admin.may
        return not permissions or any(may(permission) for permission in permissions)

    def decorate(view: View[P]) -> Callable[..., HttpResponse]:
        @wraps(view)
        @login_required
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            admin = getattr(request, "admin", None)
            if not admin or not lets_in(admin):
                raise Http404
            return view(cast(AdminRequest, request), *args, **kwargs)

        guarded.lets_in = lets_in  # type: ignore[attr-defined]  # the side bar asks, too
        return cast(Callable[..., HttpResponse], guarded)

    return decorate


def learner_required(view: Callable[Concatenate[LearnerRequest, P], HttpResponse]) -> Callable[..., HttpResponse]:
    """For those who are signed in and connected with a profile. Others find nothing here."""

    @wraps(view)
    @login_required(login_url="account_request_login_code")
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not getattr(request, "learner", None):
            raise Http404
        return view(cast(LearnerRequest, request), *args, **kwargs)

    return cast(Callable[..., HttpResponse], guarded)
