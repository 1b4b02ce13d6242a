"""The catalogue of an invented organization. Its pages are served by Seatkeeper itself, see `web/views/learn/course.py`."""

from datetime import datetime

from seatkeeper.gate.models import Kind
from seatkeeper.gate.services.content import add_content

PLACE = "/learn/courses"
FREE: tuple[str, ...] = ()
LEARNING, PRO = ("learning",), ("pro",)
BOTH = (*LEARNING, *PRO)

# Title, the end of its address, kind, minutes, the license types that open it.
CATALOGUE: tuple[tuple[str, str, Kind, int, tuple[str, ...]], ...] = (
    ("Welcome to Acme Learning", "welcome", Kind.VIDEO, 4, FREE),
    ("How to learn in ten minutes a day", "ten-minutes", Kind.READING, 10, FREE),
    ("Giving feedback", "giving-feedback", Kind.COURSE, 45, BOTH),
    ("Writing that is read", "writing", Kind.COURSE, 60, BOTH),
    ("Safety at work", "safety", Kind.COURSE, 30, BOTH),
    ("Safety at work: exam", "safety/exam", Kind.EXAM, 15, BOTH),
    ("Spreadsheets, step by step", "spreadsheets", Kind.PATH, 180, BOTH),
    ("Python for beginners", "python", Kind.COURSE, 240, BOTH),
    ("Python for teams", "python/teams", Kind.COURSE, 180, PRO),
    ("Databases in depth", "databases", Kind.PATH, 600, PRO),
)


def add_catalogue(*, organization_id: int, actor: str, now: datetime) -> None:
    for title, end, kind, minutes, types in CATALOGUE:
        add_content(
            organization_id=organization_id,
            title=title,
            address=f"{PLACE}/{end}",
            kind=kind,
            minutes=minutes,
            is_free=not types,
            license_types=types,
            actor=actor,
            now=now,
        )
