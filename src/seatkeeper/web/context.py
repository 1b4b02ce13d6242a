"""What the frame of every page shows."""

from typing import Any

from django.http import HttpRequest

from seatkeeper.accounts.permissions import Permission
from seatkeeper.directory.models import Organization


def frame(request: HttpRequest) -> dict[str, Any]:
    admin = getattr(request, "admin", None)
    if not admin:
        return {"admin": None}
    return {
        "admin": admin,
        "organization": Organization.objects.get(id=admin.organization_id),
        "may": {permission.value: admin.may(permission) for permission in Permission},
    }
