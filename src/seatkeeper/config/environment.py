"""Typed reading of environment variables; what is not understood is an error."""

import os
from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

TRUE, FALSE = ("1", "true", "on"), ("0", "false", "off")


def text(name: str, default: str = "") -> str:
    """The variable, or the content of the file that `NAME_FILE` points to."""
    path = os.environ.get(f"{name}_FILE")
    if path:
        return Path(path).read_text("utf-8").strip()
    return os.environ.get(name, default)


def flag(name: str, *, default: bool) -> bool:
    value = os.environ.get(name)
    if value is None:
        return default
    if value.lower() in TRUE:
        return True
    if value.lower() in FALSE:
        return False
    raise ImproperlyConfigured(f"{name}={value!r} is neither true nor false; write one of {', '.join(TRUE + FALSE)}.")


def count(name: str, *, default: int, at_least: int = 1) -> int:
    value = os.environ.get(name)
    if value is None:
        return default
    if not value.isdecimal() or int(value) < at_least:
        raise ImproperlyConfigured(f"{name}={value!r} is not a whole number from {at_least} up.")
    return int(value)


def words(name: str) -> list[str]:
    """A list, separated by commas."""
    return [word for part in text(name).split(",") if (word := part.strip())]


def origin(name: str, address: str) -> str:
    """Scheme, host and port of an address, as a content security policy names them."""
    parts = urlsplit(address)
    if parts.scheme not in ("https", "http") or not parts.hostname or any(sign in parts.netloc for sign in " ;,'\"@"):
        raise ImproperlyConfigured(f"{name}={address!r} is no address that begins with https://.")
    return f"{parts.scheme}://{parts.netloc}"
