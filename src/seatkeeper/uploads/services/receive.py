"""Take a file in: keep a copy, see how it is written and what its columns mean, open its operation."""

import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.db import transaction

from seatkeeper.background.queries import is_waiting
from seatkeeper.licensing.models import Operation
from seatkeeper.licensing.queries import pools_of
from seatkeeper.licensing.services.operations import Act, is_at_work, open_operation
from seatkeeper.uploads.dialect import find_delimiter, find_encoding, first_line, open_text
from seatkeeper.uploads.errors import AlreadyRunning, FileRefused
from seatkeeper.uploads.layout import Layout, notes_on, understand
from seatkeeper.uploads.lines import has_no_text, read_header
from seatkeeper.uploads.models import Upload
from seatkeeper.uploads.services.copy_in import keep_copy
from seatkeeper.uploads.services.hand_over import hand_over


@dataclass(frozen=True, slots=True)
class Choices:
    """What the person who uploads decides beside the file."""

    invitations: bool = True
    invitation_text: int | None = None  # words of the organization's own for them; None: the default
    new_people: bool = True
    without_groups: bool = False
    preview: bool = False
    group_ids: tuple[int, ...] | None = None  # whom the uploader reaches: members of these groups; None: everyone
    join_group_id: int | None = None  # the group that new people join
    all_join: bool = False  # whoever else the file names, too


def receive_file(source: BinaryIO, *, name: str, act: Act, choices: Choices, now: datetime, for_worker: bool = False) -> Upload:
    """An upload, ready to be staged: by the caller, or by a worker that has it from the same moment.

    Where it is refused, nothing is kept.

    Raises:
        FileRefused: the file as a whole can't be used.
        AlreadyRunning: the same file is being imported at this moment.
        NoRoom: the copy can't be written.
    """
    stored = settings.UPLOADS_DIRECTORY / f"{uuid.uuid4().hex}.csv"
    digest, size_bytes = keep_copy(source, stored)
    try:
        pools = {key: pool.id for key, pool in pools_of(act.organization_id).items()}
        layout, notes = look_at(stored, pools=pools, without_groups=choices.without_groups)
        _refuse_if_running(act.organization_id, digest, now)
        with transaction.atomic():
            options = {"invitations": choices.invitations, "invitation_text": choices.invitation_text}
            operation = open_operation(act, now=now, options=options, for_worker=for_worker)
            upload = Upload.objects.create(
                organization_id=act.organization_id,
                operation_id=operation.number,
                file_name=name,
                stored_name=stored.name,
                digest=digest,
                size_bytes=size_bytes,
                layout=layout.as_json(),
                notes=notes,
                options=asdict(choices),
            )
            if for_worker:
                hand_over(upload, now=now, actor=act.actor, apply=not choices.preview)
            return upload
    except BaseException:
        stored.unlink(missing_ok=True)
        raise


def stored_path(upload: Upload) -> Path:
    return Path(settings.UPLOADS_DIRECTORY) / upload.stored_name


def look_at(stored: Path, *, pools: Mapping[str, int], without_groups: bool) -> tuple[Layout, list[dict[str, str]]]:
    """How a file is written, what its columns mean, and notes on them. Raises FileRefused."""
    encoding = find_encoding(stored)
    with open_text(stored, encoding) as text:
        delimiter = find_delimiter(first_line(text))
        text.seek(0)
        header, _ = read_header(text, delimiter)
        if not isinstance(header, list) or not any(map(str.strip, header)):
            raise FileRefused("EIS_UPLOAD_FILE_HEADER_VALIDATION_ERROR")
    if encoding.has_faults and has_no_text(header):
        raise FileRefused("EIS_UPLOAD_FILE_ENCODING_VALIDATION_ERROR")
    columns = understand(header, pools=pools, without_groups=without_groups)
    # A results file that comes back has marks (U+FFFD) where its rows had bytes that are no text.
    has_faults = encoding.has_faults or any(column.role == "result" for column in columns)
    layout = Layout(encoding.name, has_faults, delimiter, columns)
    assumed = [{"code": "encoding_assumed", "column": encoding.name}] if encoding.assumed else []
    return layout, assumed + notes_on(columns)


def _refuse_if_running(organization_id: int, digest: str, now: datetime) -> None:
    same = Upload.objects.filter(organization_id=organization_id, digest=digest).values_list("operation_id", flat=True)
    for operation in Operation.objects.filter(organization_id=organization_id, number__in=list(same)):
        if is_at_work(operation, now=now) or is_waiting(organization_id, operation.number):
            raise AlreadyRunning(operation=operation.number)
