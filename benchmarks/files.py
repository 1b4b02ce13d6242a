"""User CSV files of any length. Every person is invented; the same length gives the same file."""

import csv
import random
from collections.abc import Callable, Iterator
from pathlib import Path

# fmt: off
FIRST = (
    "Ana", "Bo", "Chen", "Dina", "Émile", "Fatou", "Goran", "Hana", "Ivo", "Jörg", "Kim", "Lena", "Måns", "Nia",
    "Óscar", "Priya", "Quim", "Rosa", "Sana", "Tomás", "美咲", "Ольга",
)
LAST = (
    "Ito", "Kowalski", "Müller", "Nguyen", "Okafor", "Pérez", "Quinn", "Rossi", "Silva", "Tanaka", "Usman", "Varga",
    "Wójcik", "Xu", "Yılmaz", "Zhang", "O'Neil", "D’Arcy",
)
# fmt: on
DEPARTMENTS = ("Finance", "Sales", "R&D", "Support", "People, Culture", 'Legal "EMEA"')
LOCATIONS = ("Berlin", "São Paulo", "東京")
HEADER = (
    "preferred_first_name",
    "preferred_last_name",
    "invited_email_address",
    "unique_user_id",
    "work_title",
    "department_name",
    "location",
    "attribute_cost_center",
    "default_license_learning_status",
)
SEED = 20261123


def joiners(path: Path, lines: int) -> Path:
    """Everyone new, everyone with a license."""
    return _write(path, lines, lambda number: "active")


def leavers(path: Path, lines: int) -> Path:
    """The same people; every second one loses the license."""
    return _write(path, lines, lambda number: "inactive" if number % 2 else "active")


def email(number: int) -> str:
    return f"user{number}@corp{number % 50}.example.com"


def _write(path: Path, lines: int, status: Callable[[int], str]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        writer.writerows((*person, status(number)) for number, person in enumerate(_people(lines)))
    return path


def _people(lines: int) -> Iterator[tuple[str, ...]]:
    choose = random.Random(SEED).choice  # noqa: S311  nobody's secret
    for number in range(lines):
        yield (
            choose(FIRST),
            choose(LAST),
            email(number),
            f"E{number:08d}",
            "Engineer",
            choose(DEPARTMENTS),
            choose(LOCATIONS),
            f"CC-{number % 300:03d}",
        )
