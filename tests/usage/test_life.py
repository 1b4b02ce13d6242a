"""Usage through what happens to people: openings at the gate, undo of adding, erasing."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from pytest_django import Settings

from seatkeeper.directory.models import Learner, Organization
from seatkeeper.gate import spool
from seatkeeper.gate.models import Content
from seatkeeper.gate.services.load_openings import load_openings
from seatkeeper.usage.models import Fact, LearnerDay, Source
from seatkeeper.usage.rules import Told
from seatkeeper.usage.services.take_in import take_in
from tests import factories, steps
from tests.usage.reckoning import kept, reckoned

AT = datetime(2026, 3, 4, 10, 5, tzinfo=UTC)


def test_what_the_gate_saw_is_usage_and_loading_it_twice_counts_it_once(
    acme: Organization, courses: list[Content], tmp_path: Path, settings: Settings
) -> None:
    settings.HOME = tmp_path
    ann, gone = factories.learner(acme, "ann@corp.example"), 1 << 41
    for _run in range(2):
        spool.folder().mkdir(parents=True, exist_ok=True)
        path = spool.folder() / f"{AT.strftime(spool.MINUTE)}-host-1{spool.SUFFIX}"
        seconds = int(AT.timestamp())
        lines = [f"{acme.id},{learner},{courses[0].id},{seconds}\n" for learner in (ann.id, gone)]
        path.write_text("".join([*lines, f"{acme.id},{ann.id},{courses[0].id},{seconds + 1800}\n"]))
        load_openings(clock=lambda: AT + timedelta(minutes=5))
    assert Fact.objects.filter(organization_id=acme.id, source=Source.GATE).count() == 2
    (day,) = LearnerDay.objects.filter(organization_id=acme.id)
    assert (day.learner_id, day.views, day.seconds) == (ann.id, 1, 0)
    assert kept(acme.id) == reckoned(acme.id)


def test_who_has_used_content_since_they_were_added_stays_when_that_is_undone(
    acme: Organization, courses: list[Content]
) -> None:
    added = factories.import_csv(acme, "invited_email_address\ndan@corp.example\neve@corp.example\n")
    told = Told("dan@corp.example", "Python", day=AT.date(), views=1)
    take_in(organization_id=acme.id, facts=[told], source=Source.API, now=AT)
    undone = steps.undo(added)
    left = Learner.objects.filter(organization=acme, email__in=("dan@corp.example", "eve@corp.example"))
    assert [learner.email for learner in left] == ["dan@corp.example"]
    assert {reason for reason, _ in steps.skipped(undone).values()} == {"has_usage"}
