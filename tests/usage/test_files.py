"""Usage files that a worker reads."""

import io
from pathlib import Path

import pytest
from django.conf import settings

from seatkeeper.accounts.models import AuditEntry
from seatkeeper.background.models import BackgroundTask
from seatkeeper.background.services.run import run_due
from seatkeeper.directory.models import Organization
from seatkeeper.kernel.turns import StopAsked
from seatkeeper.uploads.errors import FileRefused
from seatkeeper.usage.models import Fact, FileStatus, UsageFile, UsageFileProblem
from seatkeeper.usage.services import files, read_file
from seatkeeper.usage.services.files import give_up_usage_file, problems_of, receive_usage_file, sweep_usage_files
from tests.factories import NOW, SteppingClock, frozen_clock

HEADER = "learner,content,day,seconds,completed\n"
LINES = "".join(f"ann@corp.example,Python,2026-03-0{day},{day},no\n" for day in (1, 2, 3))


def received(acme: Organization, content: str) -> UsageFile:
    source = io.BytesIO(content.encode())
    return receive_usage_file(source, organization_id=acme.id, name="u.csv", actor="kim@corp.example", now=NOW).file


def copies() -> list[Path]:
    return list(Path(settings.UPLOADS_DIRECTORY).glob("*.usage"))


@pytest.mark.usefixtures("courses")
def test_a_worker_takes_a_file_in_and_the_copy_goes(acme: Organization) -> None:
    file = received(acme, HEADER + LINES + "zoe@corp.example,Python,2026-03-01,1,no\nann@corp.example,Python,x,1,no\n")
    assert (len(copies()), file.status) == (1, FileStatus.READING)

    assert run_due(clock=frozen_clock) == 1

    file.refresh_from_db()
    assert (file.status, file.counted, file.known, file.waiting, file.problems) == (FileStatus.DONE, 3, 0, 1, 1)
    assert [(one.line, one.column, one.code, one.detail) for one in problems_of(file)] == [(6, "day", "USAGE_DAY", "x")]
    assert copies() == []
    assert AuditEntry.objects.get(action="usage.imported").actor == "kim@corp.example"


@pytest.mark.usefixtures("courses")
def test_one_that_was_cut_off_goes_on_where_it_stood(acme: Organization, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read_file, "LINES_AT_ONCE", 1)
    file = received(acme, HEADER + "ann@corp.example,Python,x,1,no\n" + LINES)
    turns = iter([None, None])

    def stop_at_the_third() -> None:
        if next(turns, StopAsked) is StopAsked:
            raise StopAsked

    monkeypatch.setattr(files, "give_way", stop_at_the_third)
    with pytest.raises(StopAsked):
        run_due(clock=frozen_clock)
    file.refresh_from_db()
    assert (file.status, file.line, file.counted, file.problems) == (FileStatus.READING, 4, 2, 1)

    monkeypatch.setattr(files, "give_way", lambda: None)
    run_due(clock=frozen_clock)

    file.refresh_from_db()
    assert (file.status, file.counted, file.known, file.problems) == (FileStatus.DONE, 3, 0, 1)
    assert (Fact.objects.count(), UsageFileProblem.objects.count()) == (3, 1)


def test_one_that_is_refused_leaves_nothing(acme: Organization) -> None:
    with pytest.raises(FileRefused):
        received(acme, "email,course\n")

    assert (copies(), UsageFile.objects.count(), BackgroundTask.objects.count()) == ([], 0, 0)


def test_one_that_is_given_up_says_so_and_its_copy_goes(acme: Organization) -> None:
    file = received(acme, HEADER + LINES)

    give_up_usage_file(BackgroundTask.objects.get(), NOW)

    file.refresh_from_db()
    assert (file.status, copies()) == (FileStatus.FAILED, [])


def test_lines_of_old_files_go(acme: Organization) -> None:
    received(acme, HEADER + "ann@corp.example,Python,x,1,no\n")
    run_due(clock=frozen_clock)
    clock = SteppingClock()

    assert sweep_usage_files(now=clock()) == 0
    clock.forward(days=settings.FILES_KEPT_DAYS + 1)
    assert sweep_usage_files(now=clock()) == 1
    assert not UsageFileProblem.objects.exists()
