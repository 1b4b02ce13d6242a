"""A refused file that may be wanted after all: kept for an hour, for its uploader alone."""

import re
import uuid
from datetime import datetime, timedelta
from os import utime
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from seatkeeper.uploads.errors import NoRoom

KEPT = timedelta(hours=1)
TOKEN = re.compile(r"[0-9a-f]{32}")
BLOCK_BYTES = 1 << 20


def set_aside(source: BinaryIO, *, membership_id: int, now: datetime) -> str:
    """Keep a file in place of the one kept before; the token by which `aside` finds it. Raises NoRoom."""
    sweep_aside(now=now)
    for earlier in _folder().glob(f"aside-{membership_id}-*"):
        earlier.unlink(missing_ok=True)
    token = uuid.uuid4().hex
    path = _folder() / f"aside-{membership_id}-{token}"
    source.seek(0)
    try:
        with path.open("xb") as copy:
            while block := source.read(BLOCK_BYTES):
                copy.write(block)
        utime(path, (now.timestamp(), now.timestamp()))
    except OSError as error:
        path.unlink(missing_ok=True)
        raise NoRoom(path=str(path.parent), why=error.strerror or str(error)) from error
    return token


def aside(token: str, *, membership_id: int, now: datetime) -> Path | None:
    """Where the file is; None where there is none, no more, or it is somebody else's."""
    path = _folder() / f"aside-{membership_id}-{token}"
    if not TOKEN.fullmatch(token) or not path.is_file() or _is_old(path, now):
        return None
    return path


def sweep_aside(*, now: datetime) -> int:
    """Delete what nobody came back for; how many."""
    left = [*_folder().glob("aside-*"), *_folder().glob("*.part")]  # the latter by processes that were killed
    old = [path for path in left if _is_old(path, now)]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def _is_old(path: Path, now: datetime) -> bool:
    try:
        return path.stat().st_mtime < (now - KEPT).timestamp()
    except FileNotFoundError:
        return True


def _folder() -> Path:
    folder = Path(settings.UPLOADS_DIRECTORY)
    folder.mkdir(parents=True, exist_ok=True)
    return folder
