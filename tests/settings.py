"""Seatkeeper's settings, on a database and in a home folder of the test run's own.

`SEATKEEPER_TEST_DATABASE` is `sqlite` (the default) or `postgresql`. Nothing here reads or
touches what SEATKEEPER_HOME and SEATKEEPER_DATABASE_URL of the developer point to.
"""

import os
import tempfile
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

VENDOR = os.environ.get("SEATKEEPER_TEST_DATABASE") or "sqlite"
POSTGRES_URL = os.environ.get("SEATKEEPER_TEST_POSTGRES_URL", "")
# The workers of one run inherit its folder from the process that starts them.
RUN_FOLDER = Path(os.environ.get("SEATKEEPER_TEST_FOLDER") or tempfile.mkdtemp(prefix="seatkeeper-tests-"))
os.environ["SEATKEEPER_TEST_FOLDER"] = str(RUN_FOLDER)
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")

if VENDOR not in ("sqlite", "postgresql"):
    raise ImproperlyConfigured(f"SEATKEEPER_TEST_DATABASE={VENDOR!r}: write sqlite or postgresql.")
if VENDOR == "postgresql" and not POSTGRES_URL:
    raise ImproperlyConfigured(
        "No PostgreSQL to test on: run `python -m tests.database python -m pytest`, which starts one,"
        " or set SEATKEEPER_TEST_POSTGRES_URL to a server on which databases may be created."
    )

for name in [name for name in os.environ if name.startswith("SEATKEEPER_") and not name.startswith("SEATKEEPER_TEST_")]:
    del os.environ[name]
os.environ["SEATKEEPER_HOME"] = str(RUN_FOLDER / (WORKER or "main"))
if VENDOR == "postgresql":
    os.environ["SEATKEEPER_DATABASE_URL"] = POSTGRES_URL

from seatkeeper.config.settings import *  # noqa: E402, F403  the real ones, read from the environment made above
from seatkeeper.config.settings import HOME  # noqa: E402

HOME.mkdir(parents=True, exist_ok=True)
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # quick: no test is about how hard one is to guess
