"""Reads of uploads."""

from django.db.models import Count

from seatkeeper.uploads.messages import ROW_CODE
from seatkeeper.uploads.models import Upload, UploadProblem


def problem_counts(upload: Upload) -> dict[str, int]:
    """How many lines have which problem, by its public code, the most frequent first."""
    problems = UploadProblem.objects.filter(organization_id=upload.organization_id, operation_id=upload.operation_id)
    counted = problems.values_list("code").annotate(lines=Count("line", distinct=True)).order_by("-lines", "code")
    return {ROW_CODE.format(code): lines for code, lines in counted}
