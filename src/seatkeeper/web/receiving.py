"""Files that browsers send: written to the home folder, by admins only, and no further than the limit."""

from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.http import HttpRequest

TOO_LARGE, NO_ROOM = "too large", "no room"
FAULT = "seatkeeper.upload_fault"


class BoundedUploadHandler(FileUploadHandler):
    """What comes beyond the limit is read and dropped, so that the browser gets to see the answer."""

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self.received_bytes = 0
        self.kept: Any = None

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        if not getattr(self.request, "admin", None):
            raise StopUpload  # nobody else sends files; the view refuses them
        try:
            folder = Path(settings.UPLOADS_DIRECTORY)
            folder.mkdir(parents=True, exist_ok=True)
            self.kept = NamedTemporaryFile(dir=folder, suffix=".part")  # noqa: SIM115  closed with the request
        except OSError:
            self._stop(NO_ROOM)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.received_bytes += len(raw_data)
        if self.received_bytes > settings.UPLOAD_MAX_BYTES:
            self._stop(TOO_LARGE)
        try:
            self.kept.write(raw_data)
        except OSError:
            self._stop(NO_ROOM)

    def file_complete(self, file_size: int) -> "UploadedFile[Any]":
        self.kept.seek(0)
        file, self.kept = self.kept, None
        return UploadedFile(file, self.file_name, self.content_type, file_size, self.charset, self.content_type_extra)

    def upload_interrupted(self) -> None:
        self._drop()

    def _stop(self, fault: str) -> None:
        self._drop()
        if self.request is not None:
            self.request.META[FAULT] = fault
        raise StopUpload

    def _drop(self) -> None:
        if self.kept is not None:
            self.kept.close()  # and gone
            self.kept = None


def fault_of(request: HttpRequest) -> str:
    """Why the file did not come in whole; empty where it did."""
    return str(request.META.get(FAULT, ""))
