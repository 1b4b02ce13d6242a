"""Openings, noted in a file of the process: the gate never writes to the database within a request.

Each server process writes a file of its own for each minute. A worker loads the files whose minute
is long over (`services/load_openings.py`), so nobody writes to a file that is being read.
"""

import logging
import os
from datetime import datetime
from pathlib import Path
from socket import gethostname

from django.conf import settings

from seatkeeper.gate.rules import Answer

SUFFIX = ".openings"
MINUTE = "%Y%m%dT%H%M"
HOST = gethostname()


logger = logging.getLogger(__name__)


def note_opening(answer: Answer, *, now: datetime) -> None:
    """Once a minute for each learner and content: a page comes with dozens of files.

    Where the file can't be written the learner is let in all the same.
    """
    if answer.learner is None or answer.content_id is None:
        return
    try:
        _spool.note(answer, answer.learner.id, answer.content_id, now)
    except OSError:
        logger.exception("opening not noted")


def folder() -> Path:
    return Path(settings.HOME) / "spool"


class _Spool:
    """The open file of this minute, and what stands in it."""

    def __init__(self) -> None:
        self.minute, self.home = -1, Path()
        self.file = -1
        self.noted: set[tuple[int, int]] = set()

    def note(self, answer: Answer, learner_id: int, content_id: int, now: datetime) -> None:
        seconds = int(now.timestamp())
        if seconds // 60 != self.minute or self.home != settings.HOME:
            self._begin(now)
            self.minute, self.home = seconds // 60, settings.HOME
        if (learner_id, content_id) not in self.noted:
            os.write(self.file, f"{answer.organization_id},{learner_id},{content_id},{seconds}\n".encode())
            self.noted.add((learner_id, content_id))

    def _begin(self, now: datetime) -> None:
        folder().mkdir(parents=True, exist_ok=True)
        path = folder() / f"{now.strftime(MINUTE)}-{HOST}-{os.getpid()}{SUFFIX}"
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        if self.file >= 0:
            os.close(self.file)
        self.file, self.noted = file, set()


_spool = _Spool()
