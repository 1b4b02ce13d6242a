"""Copy a file in as it arrives, no further than it may be long."""

import hashlib
import logging
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO

from django.conf import settings

from seatkeeper.uploads.errors import FileRefused, NoRoom

logger = logging.getLogger(__name__)

BLOCK_BYTES = 1 << 20
LINE_LIMIT_BYTES = 8 << 20  # lines are read one at a time: one without end would fill the memory


def keep_copy(source: IO[bytes], stored: Path) -> tuple[str, int]:
    """A file of that name, or none when it is refused; its digest and its bytes.

    Raises:
        FileRefused: it is too large, or no text of lines.
        NoRoom: it can't be written.
    """
    with _no_room_told(stored.parent), stored.open("xb") as copy:
        try:
            return _copy(source, copy)
        except BaseException:
            stored.unlink()
            raise


@contextmanager
def passing_copy(source: IO[bytes]) -> Iterator[Path]:
    """A file that is gone with the block. Raises FileRefused and NoRoom, as `keep_copy`."""
    folder = Path(settings.UPLOADS_DIRECTORY)
    with _no_room_told(folder):
        copy = NamedTemporaryFile(dir=folder, suffix=".part")  # noqa: SIM115  closed below
    with copy:
        with _no_room_told(folder):
            _copy(source, copy.file)
            copy.flush()
        yield Path(copy.name)


def _copy(source: IO[bytes], copy: IO[bytes]) -> tuple[str, int]:
    digest, size_bytes, unbroken_bytes = hashlib.sha256(), 0, 0
    while block := source.read(BLOCK_BYTES):
        size_bytes += len(block)
        if size_bytes > settings.UPLOAD_MAX_BYTES:
            raise FileRefused("EIS_UPLOAD_FILE_TOO_LARGE_VALIDATION_ERROR", detail=str(settings.UPLOAD_MAX_BYTES))
        unbroken_bytes = 0 if b"\n" in block or b"\r" in block else unbroken_bytes + len(block)
        if unbroken_bytes > LINE_LIMIT_BYTES:
            raise FileRefused("EIS_UPLOAD_FILE_ENCODING_VALIDATION_ERROR")
        digest.update(block)
        copy.write(block)
    return digest.hexdigest(), size_bytes


@contextmanager
def _no_room_told(folder: Path) -> Iterator[None]:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        yield
    except OSError as error:
        room = shutil.disk_usage(folder).free if folder.exists() else 0
        logger.warning("upload not kept", extra={"errno": error.errno, "free_bytes": room})
        raise NoRoom(path=str(folder), why=error.strerror or str(error)) from error
