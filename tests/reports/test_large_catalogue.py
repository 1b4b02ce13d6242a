"""The report about content where there are many of them."""

import io

import pytest
from django.utils import translation
from django.utils.translation import trans_real
from pytest_django import DjangoAssertNumQueries

from seatkeeper.directory.models import Organization
from seatkeeper.gate.models import Content, Kind
from seatkeeper.reports.registry import REPORTS
from seatkeeper.usage.models import ContentDay
from tests.factories import NOW
from tests.reports.conftest import Ask


def use_many(acme: Organization, *, first: int, count: int) -> None:
    kinds = list(Kind)
    contents = [
        Content(id=number, organization=acme, title=f"Course {number}", path=f"/{number}", kind=kinds[number % len(kinds)])
        for number in range(first, first + count)
    ]
    Content.objects.bulk_create(contents)
    day = NOW.date()
    ContentDay.objects.bulk_create(
        ContentDay(organization_id=acme.id, content_id=one.id, day=day, seconds=60, views=1, completions=0) for one in contents
    )


@pytest.mark.django_db
def test_a_file_asks_for_no_more_translations_and_statements_of_many_contents_than_of_few(
    acme: Organization, ask: Ask, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    asked: list[str] = []

    def gettext(text: str) -> str:
        asked.append(text)
        return trans_real.gettext(text)

    def translations_of_a_file(lines: int) -> int:
        asked.clear()
        with monkeypatch.context() as patch, django_assert_num_queries(2):
            patch.setattr(translation._trans, "gettext", gettext)  # type: ignore[attr-defined]
            assert REPORTS["content"].write(ask(), io.BytesIO()) == lines
        return len(asked)

    use_many(acme, first=1, count=100)
    few = translations_of_a_file(100)
    use_many(acme, first=101, count=200)
    assert translations_of_a_file(300) == few
