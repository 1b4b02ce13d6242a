"""What the frame of every page shows."""

from typing import Any

from django.http import HttpRequest

from seatkeeper.accounts.permissions import Permission
from seatkeeper.accounts.queries import organizations_of_admin
from seatkeeper.notices.queries import unread_of


def frame(request: HttpRequest) -> dict[str, Any]:
    admin = getattr(request, "admin", None)
    if not admin:
        # Learners find account pages in the frame of Learning, others in none.
        return {"admin": None, "account_frame": "web/learn/base.html" if getattr(request, "learner", None) else "web/bare.html"}
    # One statement, on every page.
    organizations = list(organizations_of_admin(admin.account_id).annotate(unread=unread_of(admin.membership_id)))
    organization = next(one for one in organizations if one.id == admin.organization_id)
    return {
        "admin": admin,
        "account_frame": "web/account_base.html",
        "organizations": organizations,
        "organization": organization,
        "unread": organization.unread,
        "may": {permission.value: admin.may(permission) for permission in Permission},
    }
