"""What was opened is noted in the spool, and loaded by a worker: each once, none of it lost."""

from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.test import Client
from pytest_django import Settings

from seatkeeper.directory.models import Learner
from seatkeeper.gate import spool
from seatkeeper.gate.models import Content
from seatkeeper.gate.services.load_openings import load_openings
from seatkeeper.kernel.clock import system_clock
from seatkeeper.usage.models import Fact, FactKind
from seatkeeper.usage.opened import opened_by
from tests.gate.asking import ask

AT = datetime(2026, 3, 4, 23, 59, 30, tzinfo=UTC)


def later() -> datetime:
    return system_clock() + timedelta(minutes=3)


def noted(*, at: datetime, learner: int, content: Content, name: str = "host-1") -> Path:
    spool.folder().mkdir(parents=True, exist_ok=True)
    path = spool.folder() / f"{at.strftime(spool.MINUTE)}-{name}{spool.SUFFIX}"
    with path.open("a") as file:
        file.write(f"{content.organization_id},{learner},{content.id},{at.timestamp():.0f}\n")
    return path


def test_an_opening_is_noted_once_a_minute_and_loaded_when_it_is_over(
    course: Content, ann: Learner, anns_browser: Client, settings: Settings
) -> None:
    for _page in range(3):
        assert ask(anns_browser) == (200, "active")
    assert ask(anns_browser, "/elsewhere")[0] == 403
    assert ask(Client())[0] == 401
    lines = [line for path in spool.folder().iterdir() for line in path.read_text().splitlines()]
    assert len(lines) in (1, 2)  # the minute may have passed

    assert load_openings(clock=system_clock) == 0
    assert load_openings(clock=later) == len(list(lines))
    (opening,) = Fact.objects.all()
    assert (opening.learner_id, opening.content_id, opening.kind) == (ann.id, course.id, FactKind.OPENED)
    assert not list(spool.folder().iterdir())


def test_loading_again_changes_nothing_and_more_of_a_day_is_put_together(course: Content, ann: Learner) -> None:
    for name in ("host-1", "host-2"):
        noted(at=AT, learner=ann.id, content=course, name=name)
    noted(at=AT - timedelta(hours=2), learner=ann.id, content=course)
    noted(at=AT + timedelta(minutes=1), learner=ann.id, content=course)
    texts = {path: path.read_text() for path in spool.folder().iterdir()}
    load_openings(clock=later)
    before = opened_by(ann)
    for path, text in texts.items():
        path.write_text(text)
    load_openings(clock=later)

    assert opened_by(ann) == before
    assert [(one.title, one.day.day, one.first_at, one.last_at) for one in before] == [
        ("Python", 5, AT + timedelta(minutes=1), AT + timedelta(minutes=1)),
        ("Python", 4, AT - timedelta(hours=2), AT),
    ]


def test_a_line_that_was_cut_off_is_left_out(course: Content, ann: Learner) -> None:
    path = noted(at=AT, learner=ann.id, content=course)
    path.write_text(path.read_text() + f"{course.organization_id},{ann.id}")
    noted(at=AT, learner=1, content=course)

    assert load_openings(clock=later) == 1
    assert Fact.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_what_stood_in_a_table_once_is_loaded_as_if_it_were_noted_anew(
    course: Content, ann: Learner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The table is gone; people who come from a version that had it keep what they opened."""
    before = MigrationExecutor(connection).loader.project_state([("gate", "0001_tables")]).apps
    carry = import_module("seatkeeper.gate.migrations.0002_openings_to_spool")
    monkeypatch.setattr(carry, "LINES_A_FILE", 2)
    noted(at=AT, learner=ann.id, content=course)
    load_openings(clock=later)
    times = {"day": AT.date(), "first_at": AT - timedelta(hours=2), "last_at": AT}
    with connection.schema_editor() as editor:
        editor.create_model(before.get_model("gate", "Opening"))
    try:
        openings = before.get_model("gate", "Opening").objects
        for learner in (ann.id, 1):
            openings.create(organization_id=course.organization_id, learner_id=learner, content_id=course.id, **times)
        for _run in range(2):
            carry.write_files(before, None)
            files = len(list(spool.folder().iterdir()))
            assert load_openings(clock=later) == files == 2
    finally:
        with connection.schema_editor() as editor:
            editor.delete_model(before.get_model("gate", "Opening"))

    (opened,) = opened_by(ann)
    assert (opened.first_at, opened.last_at) == (AT - timedelta(hours=2), AT)
    assert Fact.objects.count() == 2


def test_a_spool_that_cannot_be_written_keeps_nobody_out(
    course: Content, anns_browser: Client, settings: Settings, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("")
    settings.HOME = tmp_path / "file"

    assert ask(anns_browser) == (200, "active")
    assert "opening not noted" in caplog.text
