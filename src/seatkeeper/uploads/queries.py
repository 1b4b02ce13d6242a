"""Reads of uploads."""

from dataclasses import dataclass

from django.db.models import Count

from seatkeeper.uploads.messages import ROW_CODE
from seatkeeper.uploads.models import Upload, UploadProblem
from seatkeeper.uploads.statements import STATEMENTS

LINES_NAMED = 8


def problem_counts(upload: Upload) -> dict[str, int]:
    """How many lines have which problem, by its public code, the most frequent first."""
    problems = UploadProblem.objects.filter(organization_id=upload.organization_id, operation_id=upload.operation_id)
    counted = problems.values_list("code").annotate(lines=Count("line", distinct=True)).order_by("-lines", "code")
    return {ROW_CODE.format(code): lines for code, lines in counted}


@dataclass(frozen=True, slots=True)
class ProblemsOfKind:
    """How many lines have a problem, and the first few of them."""

    code: str  # without prefix and suffix, see `messages.ROW_CODE`
    lines: int
    first: list[int]

    @property
    def public_code(self) -> str:
        return ROW_CODE.format(self.code)


def problems_by_code(upload: Upload) -> list[ProblemsOfKind]:
    """The most frequent first. Kept with the plan, as they do not change any more: then without a statement."""
    if "codes" in upload.counts:
        return [ProblemsOfKind(*found) for found in upload.counts["codes"]]
    where = {"organization": upload.organization_id, "operation": upload.operation_id}
    first: dict[str, list[int]] = {}
    for code, line in STATEMENTS.rows("first_lines_by_code", where | {"lines": LINES_NAMED}):
        first.setdefault(code, []).append(line)
    return [ProblemsOfKind(code, lines, first[code]) for code, lines in STATEMENTS.rows("count_by_code", where)]
