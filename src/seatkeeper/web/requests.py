"""What every view of the Admin Center begins with: a signed-in admin who may do this."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django_htmx.middleware import HtmxDetails

from seatkeeper.accounts.permissions import Admin, Permission

P = ParamSpec("P")


class AdminRequest(HttpRequest):
    """A request of an admin."""

    admin: Admin
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
