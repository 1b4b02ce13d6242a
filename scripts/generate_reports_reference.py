"""Write docs/reference/reports.md from the reports' own definitions: `python scripts/generate_reports_reference.py`."""

import os
import sys
from pathlib import Path

TARGET = Path(__file__).parent.parent / "docs" / "reference" / "reports.md"
INTRODUCTION = """\
# Reports

What every figure means: the same sentences stand on the pages. Written by `scripts/generate_reports_reference.py`; do not edit.
How to use reports: [Reports](../how-to/reports.md).
"""


def reference() -> str:
    """The whole page."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "seatkeeper.config.settings")
    import django

    django.setup()

    from seatkeeper.reports.definitions import Definition
    from seatkeeper.reports.registry import ALL_REPORTS

    def part(one: Definition) -> str:
        notes = "".join(f"- {note}\n" for note in one.notes)
        figures = "".join(f"| {figure.label} | {figure.meaning} |\n" for figure in one.figures)
        columns = "".join(f"| {column.label} | {column.meaning} |\n" for column in one.columns)
        headers = ", ".join(f"`{header}`" for header in one.headers)
        return (
            f"\n## {one.title}\n\n{one.about}\n\n{notes}"
            f"\n| Above the table | |\n|---|---|\n{figures}"
            f"\n| Column | |\n|---|---|\n{columns}"
            f"\nColumns of the file: {headers}.\n"
        )

    return INTRODUCTION + "".join(part(report.definition) for report in ALL_REPORTS.values())


def main() -> None:
    TARGET.write_text(reference(), "utf-8")
    sys.stdout.write(f"{TARGET}\n")


if __name__ == "__main__":
    main()
