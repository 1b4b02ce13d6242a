"""The download of a learner's own data, read as it is sent."""

import csv
import io
import json
from typing import Any

from django.test import Client

ADDRESS = "/learn/my-data/"


def my_text(browser: Client, kind: str = "json") -> str:
    answer = browser.get(ADDRESS, {"format": kind})
    return b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]


def my_data(browser: Client) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(my_text(browser))
    return found


def my_rows(browser: Client) -> list[list[str]]:
    return list(csv.reader(io.StringIO(my_text(browser, "csv"))))
