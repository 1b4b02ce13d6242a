"""The marks of keys on SQLite: no repeated key goes unseen, however full the tables are."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seatkeeper.uploads import seen

pytestmark = pytest.mark.one_database("only SQLite is spared the grouping of lines")


@pytest.mark.parametrize("places", [16, 256, 65_536])
@settings(max_examples=50)
@given(keys=st.lists(st.integers(0, 300).map(str), max_size=400))
def test_every_line_that_repeats_a_key_is_a_suspect(places: int, keys: list[str]) -> None:
    marks = seen.Marks(places)
    marks.add_keys(enumerate(keys))

    repeats = {line for line, key in enumerate(keys) if key in keys[:line]}
    assert repeats <= set(marks.suspects)


def test_hardly_a_line_is_a_suspect_for_nothing() -> None:
    marks = seen.Marks()
    marks.add_keys((line, f"person{line}@corp.example") for line in range(100_000))

    assert len(marks.suspects) <= 3
