"""The docs name what there is: every code, every decision; and their links lead somewhere."""

import re
from pathlib import Path

import pytest

from seatkeeper.uploads.messages import REFUSALS, ROW_CODE, SENTENCES

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = [*DOCS.rglob("*.md"), *ROOT.glob("*.md")]
WRITTEN_ELSEWHERE = {DOCS / "performance.md", DOCS / "reference" / "cli.md"}


def public_codes() -> set[str]:
    """As a results file and a refusal spell them. Variants of a sentence share a code."""
    of_rows = {
        ROW_CODE.format(code) if code.isupper() and code not in ("NEW_PERSON", "SAME_AS_LINE", "TAKEN_IN") else code.upper()
        for code in SENTENCES
        if code not in ("EMAIL_MISSING", "COLUMN_COUNT_STILL", "UNIQUE_USER_ID_LIKELY", "UNREADABLE_LONG", "UNREADABLE_AFTER")
    }
    return of_rows | set(REFUSALS)


def test_the_page_of_codes_names_every_code_and_no_other() -> None:
    page = (DOCS / "how-to" / "error-codes.md").read_text("utf-8")
    assert set(re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE)) == public_codes()


def test_every_decision_is_listed_and_dated() -> None:
    listed = (DOCS / "decisions" / "README.md").read_text("utf-8")
    for page in (DOCS / "decisions").glob("0*.md"):
        assert f"({page.name})" in listed
        assert re.search(r"^\d{4}-\d\d-\d\d$", page.read_text("utf-8"), re.MULTILINE)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text("utf-8")):
        if not target.startswith(("http:", "https:", "mailto:")):
            found = (page.parent / target).resolve()
            assert found.exists() or found in WRITTEN_ELSEWHERE, target


def test_every_dependency_has_its_line() -> None:
    project = (ROOT / "pyproject.toml").read_text("utf-8")
    names = re.findall(r'^    "([a-z0-9-]+)(?:\[[a-z-]+\])?[~>]=', project, re.MULTILINE)
    page = (DOCS / "dependencies.md").read_text("utf-8")
    assert names
    assert [name for name in names if not re.search(rf"^\|[^|]*\b{re.escape(name)}\b", page, re.MULTILINE)] == []
