"""The named SQL of this room, and how each database counts days."""

from collections.abc import Mapping
from typing import Any

from django.db import connection

from seatkeeper.kernel.sql import Statements
from seatkeeper.usage.models import Span

STATEMENTS = Statements("seatkeeper.usage")

# The first day of the span that a day stands in, and the last.
STARTS = {
    "sqlite": {
        Span.DAY: "{day}",
        Span.WEEK: "DATE({day}, '-6 days', 'weekday 1')",
        Span.MONTH: "DATE({day}, 'start of month')",
    },
    "postgresql": {
        Span.DAY: "{day}",
        Span.WEEK: "CAST(DATE_TRUNC('week', {day}) AS date)",
        Span.MONTH: "CAST(DATE_TRUNC('month', {day}) AS date)",
    },
}
ENDS = {
    "sqlite": {
        Span.DAY: "{day}",
        Span.WEEK: "DATE({day}, 'weekday 0')",
        Span.MONTH: "DATE({day}, 'start of month', '+1 month', '-1 day')",
    },
    "postgresql": {
        Span.DAY: "{day}",
        Span.WEEK: "CAST(DATE_TRUNC('week', {day}) AS date) + 6",
        Span.MONTH: "CAST(DATE_TRUNC('month', {day}) + INTERVAL '1 month - 1 day' AS date)",
    },
}


def starts_of(span: Span, day: str) -> str:
    """SQL for the first day of the span that the day (SQL, too) stands in."""
    return STARTS[connection.vendor][span].replace("{day}", day)


def ends_of(span: Span, day: str) -> str:
    """SQL for the last day of it."""
    return ENDS[connection.vendor][span].replace("{day}", day)


def in_span(span: Span) -> dict[str, str]:
    """The words of a statement about the spans that `part.day` stands in."""
    return {"span": f"'{span}'", "start": starts_of(span, "part.day"), "end": ends_of(span, "part.day")}


def of_all_spans(name: str) -> str:
    """SQL of what a statement finds for each span in turn."""
    return " UNION ALL ".join(STATEMENTS.compose(name, **in_span(span)) for span in Span)


def execute_for_spans(name: str, parameters: Mapping[str, Any], **fragments: str) -> None:
    for span in Span:
        STATEMENTS.execute(name, parameters, **in_span(span), **fragments)
