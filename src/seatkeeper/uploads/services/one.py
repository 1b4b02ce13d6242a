"""One person by form: the same as a file of one line."""

import csv
import io
from collections.abc import Mapping

from seatkeeper.kernel.clock import Clock
from seatkeeper.licensing.models import Operation
from seatkeeper.licensing.services.operations import Act
from seatkeeper.uploads.services.receive import Choices, receive_file
from seatkeeper.uploads.services.run import carry_on


def add_one(cells: Mapping[str, str], *, act: Act, choices: Choices, clock: Clock) -> Operation:
    """`cells` by the name of their column. Raises FileRefused, NoRoom."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(cells.keys())
    writer.writerow(cells.values())
    file = io.BytesIO(text.getvalue().encode())
    upload = receive_file(file, name="form", act=act, choices=choices, now=clock())
    return carry_on(upload, clock=clock, actor=act.actor, apply=True)
