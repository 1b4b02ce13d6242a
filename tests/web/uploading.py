"""Steps of who uploads a file through the pages."""

from pathlib import Path
from typing import Any

from django.conf import settings as django_settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from seatkeeper.background.services.run import run_due
from seatkeeper.directory.models import Organization
from seatkeeper.kernel.clock import system_clock
from seatkeeper.licensing.models import Operation
from seatkeeper.uploads.models import Upload

LIST = "/admin-center/uploads/"
NEW = "/admin-center/uploads/new/"
SOUND = "invited_email_address,license_learning_status\nann@acme.example,active\nbob@acme.example,active\n"


def send(client: Client, content: str | bytes, *, name: str = "people.csv", way: str = "apply", **fields: Any) -> Any:
    """Through the form, and through a worker."""
    answer = hand_in(client, content, name=name, way=way, **fields)
    run_due(clock=system_clock)
    return answer


def hand_in(client: Client, content: str | bytes, *, name: str = "people.csv", way: str = "apply", **fields: Any) -> Any:
    """Through the form alone."""
    raw = content.encode() if isinstance(content, str) else content
    return client.post(NEW, {"file": SimpleUploadedFile(name, raw), "way": way, "invitations": "on"} | fields)


def apply(client: Client, number: int, **fields: str) -> Any:
    answer = client.post(f"{LIST}{number}/apply/", fields)
    run_due(clock=system_clock)
    return answer


def only_upload(acme: Organization) -> Upload:
    return Upload.objects.get(organization_id=acme.id)


def page_of(client: Client, acme: Organization) -> str:
    return str(client.get(f"{LIST}{only_upload(acme).operation_id}/").content.decode())


def status_of(acme: Organization) -> str:
    return str(Operation.objects.get(organization_id=acme.id).status)


def left_in_folder() -> list[Path]:
    folder = Path(django_settings.UPLOADS_DIRECTORY)
    return list(folder.iterdir()) if folder.exists() else []
