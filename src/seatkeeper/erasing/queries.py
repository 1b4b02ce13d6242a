"""Reads of deletions."""

from collections.abc import Iterator

from django.db.models import QuerySet

from seatkeeper.directory.models import Learner
from seatkeeper.erasing.models import Deletion, DeletionPerson, DeletionProblem, DeletionStatus
from seatkeeper.uploads.messages import ROW_CODE, sentence

SAME_AS_LINE = "SAME_AS_LINE"


def deletions_of(organization_id: int) -> QuerySet[Deletion]:
    """The newest first, without drafts that nobody confirmed."""
    return Deletion.objects.filter(organization_id=organization_id).exclude(status=DeletionStatus.DRAFT).order_by("-id")


def people_of(deletion: Deletion) -> QuerySet[Learner]:
    """Those who are to be erased, by address; nobody any more, once they are."""
    people = DeletionPerson.objects.filter(organization_id=deletion.organization_id, deletion_id=deletion.id)
    return Learner.objects.filter(organization_id=deletion.organization_id, id__in=people.values("learner_id")).order_by(
        "email"
    )


def deletion_awaiting(learner: Learner) -> Deletion | None:
    """The first that will erase somebody."""
    named = DeletionPerson.objects.filter(organization_id=learner.organization_id, learner_id=learner.id)
    waiting = Deletion.objects.filter(organization_id=learner.organization_id, status=DeletionStatus.WAITING)
    return waiting.filter(id__in=named.values("deletion_id")).order_by("due_at").first()


def problems_of(deletion: Deletion) -> QuerySet[DeletionProblem]:
    """Rows of its file that delete nobody, in the order of the file."""
    found = DeletionProblem.objects.filter(organization_id=deletion.organization_id, deletion_id=deletion.id)
    return found.order_by("line", "id")


def answers_of(deletion: Deletion) -> Iterator[list[str]]:
    """The same as rows of a results file, below its header."""
    yield ["primary_email_address", "unique_id", "line", "status", "code", "message"]
    for problem in problems_of(deletion).iterator():
        yield [problem.email, problem.unique_id, str(problem.line), *answer_to(problem)]


def answer_to(problem: DeletionProblem) -> tuple[str, str, str]:
    """Status, code and a sentence."""
    message = sentence(problem.code, problem.detail, problem.column)
    if problem.code == SAME_AS_LINE:
        return "skipped", problem.code, message
    return "problem", ROW_CODE.format(problem.code), message
