"""Files and their results are kept for 30 days, then a worker removes them."""

from datetime import timedelta

import pytest

from seatkeeper.uploads import tasks
from seatkeeper.uploads.models import Upload, UploadProblem
from seatkeeper.uploads.results import results_path
from seatkeeper.uploads.services.receive import stored_path
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db


def test_files_of_uploads_that_ended_go_after_30_days() -> None:
    acme = factories.organization()
    done = factories.import_csv(acme, "email,unique_user_id\nana@corp.example,A\nno address,B\n")
    open_one = factories.receive(acme, "email\nbo@corp.example\n")
    upload = Upload.objects.get(operation_id=done.number)
    paths = [stored_path(upload), results_path(done)]

    tasks.sweep(lambda: NOW + timedelta(days=29))
    assert all(path.exists() for path in paths)

    tasks.sweep(lambda: NOW + timedelta(days=31))
    upload.refresh_from_db()
    assert not any(path.exists() for path in paths)
    assert upload.files_removed_at == NOW + timedelta(days=31)
    assert set(UploadProblem.objects.values_list("code", "detail")) == {("EMAIL", "")}
    assert stored_path(open_one).exists()
