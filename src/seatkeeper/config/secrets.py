"""The key that signs sessions and links: from the environment, else made once and kept in the home."""

import contextlib
import os
from pathlib import Path

from django.core.management.utils import get_random_secret_key

from seatkeeper.config import environment

FILE = "secret-key"


def of_home(home: Path) -> str:
    """Several machines that serve one database need the same: set SEATKEEPER_SECRET_KEY there."""
    return environment.text("SEATKEEPER_SECRET_KEY") or _kept(home / FILE)


def _kept(file: Path) -> str:
    with contextlib.suppress(FileNotFoundError):
        return file.read_text("utf-8").strip()
    key = get_random_secret_key()
    if not file.parent.is_dir():
        return key  # nothing is served without a home, and a command must not make one by the way
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return file.read_text("utf-8").strip()
    except OSError:
        return key  # a home that can't be written is refused where it matters
    with os.fdopen(descriptor, "w", encoding="utf-8") as output:
        output.write(key)
    return key
