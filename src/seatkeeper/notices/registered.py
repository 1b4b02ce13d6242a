"""Mail that higher rooms write. They say so at start."""

from collections.abc import Callable
from dataclasses import dataclass, field

from seatkeeper.kernel.clock import Clock
from seatkeeper.notices.models import Mail, MailKind


@dataclass(frozen=True, slots=True)
class Table:
    """Cells in words."""

    headings: list[str]
    rows: list[list[str]]


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a mail."""

    name: str
    content: bytes
    media_type: str


@dataclass(frozen=True, slots=True)
class Letter:
    """Plain text throughout; whoever renders it as HTML escapes it."""

    subject: str
    paragraphs: list[str]
    why: str  # the reader gets this
    button: tuple[str, str] | None = None  # word, address
    stop: tuple[str, str] | None = None  # how to get no more of it
    quote: str = ""  # an admin's own words
    own: str = ""  # all of it in an organization's own words; addresses in it become links
    headers: dict[str, str] = field(default_factory=dict)
    figures: list[tuple[str, str]] = field(default_factory=list)  # name and value, below the paragraphs
    table: Table | None = None
    attachment: Attachment | None = None


Write = Callable[[Mail], Letter]
Stands = Callable[[Mail], object]  # whether what a mail says is so still, when it goes

LETTERS: dict[MailKind, Write] = {}
STANDS: dict[MailKind, Stands] = {}
QUEUERS: list[Callable[[Clock], object]] = []  # before anything is sent, what waits to be queued is


def register_letter(kind: MailKind, write: Write, stands: Stands | None = None) -> None:
    LETTERS[kind] = write
    if stands is not None:
        STANDS[kind] = stands


def before_sending(queue: Callable[[Clock], object]) -> None:
    QUEUERS.append(queue)
