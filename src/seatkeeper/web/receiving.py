"""Files that browsers send: written to the home folder, by admins only, and no further than the limit."""

from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.http import HttpRequest

TOO_LARGE, NO_ROOM = "too large", "no room"
DROPPED_BYTES = 16 << 30
FORM_BYTES = 1 << 20  # beside the file
FAULT = "seatkeeper.upload_fault"


class BoundedUploadHandler(FileUploadHandler):
    """What comes beyond the limit is dropped, so that the browser, which answers are for when it has sent all, sees ours.

    Where very much is still to come, we stop listening.
    """

    chunk_size = 1 << 20

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self.received_bytes = 0
        self.is_stopped = False
        self.is_announced_too_large = False
        self.kept: Any = None

    def handle_raw_input(
        self,
        input_data: Any,
        META: Any,  # noqa: N803  as Django passes it
        content_length: int,
        boundary: str,
        encoding: Any = None,
    ) -> None:
        """Where the browser announces more than a file may have, nothing of it is written."""
        self.is_announced_too_large = content_length > settings.UPLOAD_MAX_BYTES + FORM_BYTES

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        if not getattr(self.request, "admin", None):
            raise StopUpload(connection_reset=True)  # nobody else sends files
        if self.is_announced_too_large and not self.is_stopped:
            self._stop(TOO_LARGE)
        if self.is_stopped:
            return
        try:
            folder = Path(settings.UPLOADS_DIRECTORY)
            folder.mkdir(parents=True, exist_ok=True)
            self.kept = NamedTemporaryFile(dir=folder, suffix=".part")  # noqa: SIM115  closed with the request
        except OSError:
            self._stop(NO_ROOM)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.received_bytes += len(raw_data)
        if not self.is_stopped and self.received_bytes > settings.UPLOAD_MAX_BYTES:
            self._stop(TOO_LARGE)
        if self.received_bytes > settings.UPLOAD_MAX_BYTES + DROPPED_BYTES:
            raise StopUpload(connection_reset=True)
        if self.is_stopped:
            return
        try:
            self.kept.write(raw_data)
        except OSError:
            self._stop(NO_ROOM)

    def file_complete(self, file_size: int) -> "UploadedFile[Any] | None":
        if self.kept is None:
            return None
        self.kept.seek(0)
        file, self.kept = self.kept, None
        return UploadedFile(file, self.file_name, self.content_type, file_size, self.charset, self.content_type_extra)

    def upload_interrupted(self) -> None:
        self._drop()

    def _stop(self, fault: str) -> None:
        self._drop()
        self.is_stopped = True
        if self.request is not None:
            self.request.META[FAULT] = fault

    def _drop(self) -> None:
        if self.kept is not None:
            self.kept.close()  # and gone
            self.kept = None


def fault_of(request: HttpRequest) -> str:
    """Why the file did not come in whole; empty where it did."""
    return str(request.META.get(FAULT, ""))
