"""Files made to do harm, through the form: they end in a clear message or as words, and nothing of them is executed."""

import csv
import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from seatkeeper.directory.models import Learner, Organization
from seatkeeper.licensing.models import Operation
from seatkeeper.notices.letters import write
from seatkeeper.notices.models import Mail
from tests import factories
from tests.web.uploading import LIST, NEW, send

pytestmark = pytest.mark.django_db
MARKUP, FORMULA = "<script>alert(1)</script>", '=HYPERLINK(""http://evil.example"")'
BOUNDARY = "part"
TEN_GIGABYTES = 10 << 30


class Zeros(io.RawIOBase):
    """A form with a file of zeros, which are made when they are read."""

    def __init__(self, size: int) -> None:
        self.head = io.BytesIO(
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="zeros.csv"\r\n\r\n'.encode()
        )
        self.left, self.read_bytes = size, 0

    def read(self, size: int = -1) -> bytes:
        found = self.head.read(size) or bytes(min(size, self.left))
        self.left -= len(found)
        self.read_bytes += len(found)
        return found


def files() -> list[Path]:
    return [path for path in Path(django_settings.HOME).rglob("*") if path.is_file()]


def test_ten_gigabytes_of_zeros_are_refused_and_never_written(
    owner: Client, acme: Organization, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.UPLOAD_MAX_BYTES = 1 << 20
    monkeypatch.setattr("seatkeeper.web.receiving.DROPPED_BYTES", 8 << 20)
    monkeypatch.setattr("seatkeeper.web.receiving.NamedTemporaryFile", lambda **more: pytest.fail("it is written"))
    zeros = Zeros(TEN_GIGABYTES)

    answer = owner.generic(
        "POST",
        NEW,
        b"-",
        f"multipart/form-data; boundary={BOUNDARY}",
        **{"wsgi.input": zeros, "CONTENT_LENGTH": str(TEN_GIGABYTES)},  # type: ignore[arg-type]
    )

    assert answer.status_code == 422
    assert "larger than the limit" in answer.content.decode()
    assert zeros.read_bytes < 32 << 20
    assert not files()
    assert not Operation.objects.exists()


def test_a_zip_that_is_called_csv_is_refused(owner: Client, acme: Organization) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("people.csv", "email\nann@acme.example\n" * 10_000)

    answer = send(owner, packed.getvalue(), name="people.csv")

    assert answer.status_code == 422
    assert "The file is no text" in answer.content.decode()
    assert not Learner.objects.exists()
    assert not files()


def test_markup_and_formulas_in_every_cell_are_words_wherever_they_show(owner: Client, acme: Organization) -> None:
    factories.pool(acme)
    cells = "email,preferred_first_name,preferred_last_name,work_title,department_name,location,note"
    hostile = ",".join([MARKUP, f'"{FORMULA}"'] * 3)
    send(owner, f"{cells}\nann@acme.example,{hostile}\n{MARKUP},{hostile}\n", name="<img src=x onerror=alert(1)>.csv")
    ann = factories.learner(acme, "ann@acme.example")
    assert ann.attributes["preferred_first_name"] == MARKUP

    pages = {
        "users": "/admin-center/users/",
        "suggestions": "/admin-center/users/suggestions/?q=ann",
        "upload": f"{LIST}1/",
        "uploads": LIST,
        "operation": "/admin-center/operations/1/",
        "operations": "/admin-center/operations/",
        "notices": "/notices/",
        "overview": "/admin-center/",
        **{tab: f"/admin-center/users/{ann.id}/?tab={tab}" for tab in ("licenses", "groups", "activity")},
    }
    for name, address in pages.items():
        page = owner.get(address).content.decode()
        assert MARKUP not in page, name
        assert "<img src=x" not in page, name
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in owner.get(pages["users"]).content.decode()
    assert "&lt;img src=x" in owner.get(pages["notices"]).content.decode()

    mails = [write(mail) for mail in Mail.objects.all()]
    assert mails
    assert not any("<script" in mail.html or "<img" in mail.html or "\n" in mail.subject for mail in mails)

    exported = streamed(owner.post("/admin-center/downloads/"))
    assert exported.count("'=HYPERLINK") == 2
    for text in (exported, streamed(owner.get(reverse("operation_changes", args=[1])))):
        assert not any(cell.startswith("=") for row in csv.reader(io.StringIO(text)) for cell in row)
    results = owner.get(f"{LIST}1/results/")
    assert (results["Content-Type"], "attachment" in results["Content-Disposition"]) == ("text/csv; charset=utf-8", True)
    assert results["X-Content-Type-Options"] == "nosniff"
    assert MARKUP in b"".join(results).decode()  # the rows as they were sent, for the one who sent them
    results.close()


def streamed(answer: Any) -> str:
    return b"".join(answer.streaming_content).decode()
