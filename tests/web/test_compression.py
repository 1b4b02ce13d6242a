"""Pages travel compressed; files keep their length."""

import gzip

from django.test import Client
from django.urls import reverse


def test_a_page_is_compressed_and_a_file_is_not(owner: Client) -> None:
    page = owner.get(reverse("users"), headers={"Accept-Encoding": "gzip"})
    file = owner.get(reverse("upload_template"), headers={"Accept-Encoding": "gzip"})

    assert b"Users" in gzip.decompress(page.content)
    assert "Content-Encoding" not in file
    assert file.content.startswith(b"invited_email_address")
