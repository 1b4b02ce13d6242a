"""A row of `directory_searchentry`."""

from typing import NamedTuple


class Entry(NamedTuple):
    """What a learner is found and sorted by."""

    learner_id: int
    organization_id: int
    text: str
    name: str
    codes: str
