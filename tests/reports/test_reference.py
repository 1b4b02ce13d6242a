"""docs/reference/reports.md says what the pages say, of every figure and column."""

import importlib.util
from pathlib import Path

import pytest

from seatkeeper.reports.definitions import Kind
from seatkeeper.reports.registry import ALL_REPORTS

ROOT = Path(__file__).parents[2]


def test_the_reference_is_current() -> None:
    spec = importlib.util.spec_from_file_location("reference", ROOT / "scripts" / "generate_reports_reference.py")
    assert spec is not None
    assert spec.loader is not None
    generator = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(generator)

    assert generator.TARGET.read_text("utf-8") == generator.reference(), "run: python scripts/generate_reports_reference.py"


@pytest.mark.parametrize("key", ALL_REPORTS)
def test_every_column_of_the_page_is_one_of_the_file(key: str) -> None:
    definition = ALL_REPORTS[key].definition
    columns = [column.key for column in definition.columns if column.kind != Kind.PERSON]
    assert list(definition.headers)[-len(columns) :] == columns
    assert all(str(one.meaning).endswith(".") for one in (*definition.columns, *definition.figures))
