"""Prove that the roll-ups are what a recount of the facts would make of them."""

from django.db import transaction

from seatkeeper.licensing.services.check import Gap
from seatkeeper.usage.models import Span
from seatkeeper.usage.services.owners import note_owners, owners_of
from seatkeeper.usage.statements import STATEMENTS, in_span


@transaction.atomic
def check_usage(*, organization_id: int) -> list[Gap]:
    """What does not agree. Time grows with the facts."""
    where = {"organization": organization_id}
    note_owners(owners_of(organization_id))
    gaps = [
        Gap("usage_day_wrong", {"learner": learner, "day": str(day), "content": content})
        for learner, day, content in STATEMENTS.rows("wrong_days", where)
    ]
    gaps += [
        Gap("usage_completion_wrong", {"learner": learner, "content": content})
        for learner, content in STATEMENTS.rows("wrong_completions", where)
    ]
    gaps += [
        Gap("usage_content_wrong", {"content": content, "day": str(day)})
        for content, day in STATEMENTS.rows("wrong_contents", where)
    ]
    for span in Span:
        wrong = STATEMENTS.rows("wrong_spans", where, **in_span(span))
        gaps += [Gap("usage_total_wrong", {"span": str(span), "starts_on": str(day)}) for (day,) in wrong]
    return gaps
