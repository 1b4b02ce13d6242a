"""All settings, from the environment. A clone with nothing set runs on SQLite in the home folder."""

from pathlib import Path
from typing import Any

from seatkeeper.kernel import sqlite_driver

sqlite_driver.install()

import dj_database_url  # noqa: E402  the driver must be chosen before Django loads
import platformdirs  # noqa: E402
from django.core.exceptions import ImproperlyConfigured  # noqa: E402

from seatkeeper.config import environment  # noqa: E402

HOME = Path(environment.text("SEATKEEPER_HOME") or platformdirs.user_data_dir("seatkeeper")).expanduser().absolute()
UPLOADS_DIRECTORY = HOME / "uploads"
RESULTS_DIRECTORY = HOME / "results"

ENGINES = {"sqlite": "seatkeeper.kernel.engines.sqlite", "postgresql": "django.db.backends.postgresql"}


def _database(url: str) -> dict[str, Any]:
    try:
        settings: dict[str, Any] = dict(dj_database_url.parse(url))
    except (ValueError, KeyError) as error:
        raise ImproperlyConfigured(
            "SEATKEEPER_DATABASE_URL is not understood; write sqlite:///path or postgresql://user:password@host/name."
        ) from error
    vendor = str(settings["ENGINE"]).rsplit(".", 1)[-1].removesuffix("3")
    if vendor not in ENGINES:
        raise ImproperlyConfigured(f"SEATKEEPER_DATABASE_URL names {vendor}; SQLite and PostgreSQL are supported.")
    settings["ENGINE"] = ENGINES[vendor]
    if vendor == "sqlite":
        settings.setdefault("OPTIONS", {}).update(transaction_mode="IMMEDIATE", timeout=30)
    return settings


DATABASES = {"default": _database(environment.text("SEATKEEPER_DATABASE_URL") or f"sqlite:///{HOME / 'seatkeeper.sqlite3'}")}
DATABASES["default"]["CONN_MAX_AGE"] = None

INSTALLED_APPS = [
    "seatkeeper.directory",
    "seatkeeper.licensing",
    "seatkeeper.uploads",
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = True
LANGUAGE_CODE = "en"

IS_SQLITE = DATABASES["default"]["ENGINE"] == ENGINES["sqlite"]

# Rows a transaction changes at the most. Smaller: others wait less; larger: fewer statements.
CHUNK_ROWS = environment.count("SEATKEEPER_CHUNK_ROWS", default=20_000 if IS_SQLITE else 50_000)
STAGE_ROWS = environment.count("SEATKEEPER_STAGE_ROWS", default=10_000)
UPLOAD_MAX_BYTES = environment.count("SEATKEEPER_UPLOAD_MAX_BYTES", default=2 << 30)
UPLOAD_MAX_ROWS = environment.count("SEATKEEPER_UPLOAD_MAX_ROWS", default=5_000_000)
PLANS_LAPSE_HOURS = environment.count("SEATKEEPER_PLANS_LAPSE_HOURS", default=24)
LEASE_SECONDS = 20
LEASE_BEAT_SECONDS = 5
