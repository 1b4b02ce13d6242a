"""Invented people, the same ones for the same number. Their domains are reserved: no mail reaches anybody."""

import random
from collections.abc import Iterator
from dataclasses import dataclass

FIRST_NAMES = (
    "Ana Bo Chen Dina Émile Fatou Goran Hana Ivo Jörg Kim Lena Måns Nia Óscar Priya Quim Rosa Sana Tomás"
    " Uma Viktor Wanda Ximena Yusuf Zoë 美咲 健太 Ольга Иван"
).split()
LAST_NAMES = (
    "Ito Kowalski Müller Nguyen Okafor Pérez Quinn Rossi Silva Tanaka Usman Varga Wójcik Xu Yılmaz Zhang"
    " O'Neil D’Arcy Li Andersson Brandt Costa Dubois Eriksen Fischer García Hansen 田中 佐藤 Соколова"
).split()
DEPARTMENTS = ("Engineering", "Finance", "Legal", "Marketing", "People, Culture", "Sales", "Support")
TITLES = ("Analyst", "Assistant", "Director", "Engineer", "Manager", "Specialist")
LOCATIONS = ("Berlin", "Lagos", "Lisboa", "Mumbai", "São Paulo", "Toronto", "東京")
HEADER = (
    "preferred_first_name",
    "preferred_last_name",
    "invited_email_address",
    "unique_user_id",
    "work_title",
    "department_name",
    "location",
    "attribute_cost_center",
)


@dataclass(frozen=True, slots=True)
class Person:
    """One invented person; `number` decides everything about them."""

    number: int
    cells: tuple[str, ...]  # in the order of HEADER


def person(number: int) -> Person:
    chance = random.Random(number)  # noqa: S311  invented people, no secret
    cells = (
        chance.choice(FIRST_NAMES),
        chance.choice(LAST_NAMES),
        email_of(number),
        f"P{number:08d}",
        chance.choice(TITLES),
        chance.choice(DEPARTMENTS),
        chance.choice(LOCATIONS),
        f"CC-{number % 200:03d}",
    )
    return Person(number, cells)


def email_of(number: int) -> str:
    return f"person{number}@team{number % 40}.example.com"


def people(start: int, stop: int) -> Iterator[Person]:
    return (person(number) for number in range(start, stop))
