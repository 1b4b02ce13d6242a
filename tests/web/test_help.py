"""Help: every user page, found by words, dated, without HTML of its own."""

from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from seatkeeper.directory.models import Organization, OrganizationSettings
from seatkeeper.web import handbook
from seatkeeper.web.handbook import help_pages, related_to, search_help

DOCS = Path(__file__).parents[2] / "docs"
SLUGS = [*sorted(file.stem for file in DOCS.glob("how-to/*.md")), "glossary"]


@pytest.mark.parametrize("slug", SLUGS)
def test_every_user_page_is_shown_with_its_date(owner: Client, slug: str) -> None:
    answer = owner.get(reverse("help_page", args=[slug]))
    page = answer.content.decode()

    assert answer.status_code == 200
    assert help_pages()[slug].updated, f"write `Last updated: YYYY-MM-DD` below the title of {slug}.md"
    assert "Last updated: " in page
    assert page.count("<h1") == 1
    assert "style=" not in page
    for target in help_pages()[slug].links:
        assert target in help_pages()


def test_the_list_has_the_topic_and_every_page(owner: Client) -> None:
    page = owner.get(reverse("help")).content.decode()
    assert "Admin Center License Management" in page
    assert all(reverse("help_page", args=[slug]) in page for slug in SLUGS)


def test_words_find_pages_and_titles_come_first(owner: Client) -> None:
    assert search_help("UNASSIGN licenses")[0].page.slug == "unassign"
    assert "No page has all of these words" in owner.get(reverse("help"), {"q": "zebra crossing"}).content.decode()
    assert "<b>" not in owner.get(reverse("help"), {"q": "<b>unassign"}).content.decode()


def test_related_pages_are_those_linked_and_of_the_topic() -> None:
    slugs = [page.slug for page in related_to(help_pages()["unassign"])]
    assert "import-and-undo" in slugs
    assert "filters" in slugs
    assert "unassign" not in slugs


def test_html_in_a_page_is_text_and_odd_links_lead_nowhere() -> None:
    source = "# T\n\n<script>alert(1)</script> [a](javascript:alert(1)) [b](../secret/x.py) [c](filters.md#words)\n"
    page = handbook._page("t", source, frozenset({"filters"}))
    assert "<script" not in page.body
    assert 'href="javascript' not in page.body
    assert "secret" not in page.body
    assert 'href="../filters/#words"' in page.body


@pytest.mark.parametrize(
    ("contact", "link"), [("help@acme.example", "mailto:help@acme.example"), ("https://x.example/", "https://x.example/")]
)
def test_contact_us_leads_where_the_settings_say(owner: Client, acme: Organization, contact: str, link: str) -> None:
    assert "Contact us" not in owner.get(reverse("help")).content.decode()
    OrganizationSettings.objects.create(organization=acme, contact=contact)
    assert f'href="{link}"' in owner.get(reverse("help")).content.decode()


@pytest.mark.parametrize("slug", ["nothing", "..", "cli"])
def test_no_other_file_is_shown(owner: Client, slug: str) -> None:
    assert owner.get(f"/admin-center/help/{slug}/").status_code == 404


def test_help_is_only_read(owner: Client) -> None:
    assert owner.post(reverse("help")).status_code == 405
