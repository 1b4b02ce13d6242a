"""Count some people's usage anew from their facts: after merges, and after days begin elsewhere."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.db import transaction

from seatkeeper.kernel import bulk
from seatkeeper.usage.services.owners import note_owners, profiles_of
from seatkeeper.usage.services.rolling import add_moves, begin_moves, lock_as_chunks_do, lock_usage
from seatkeeper.usage.statements import STATEMENTS, execute_for_spans


@transaction.atomic
def recount(*, organization_id: int, learners: Iterable[int]) -> None:
    """Of these profiles, whatever stands for them now and what stood for them before. In proportion to their usage."""
    lock_usage(organization_id)
    where = {"organization": organization_id}
    wanted = set(learners)
    profiles = profiles_of(organization_id, wanted)
    note_owners(profiles)
    bulk.prefer_index_lookups()
    bulk.temporary_table("recounted", "learner_id bigint PRIMARY KEY")
    bulk.insert_rows("recounted", ("learner_id",), ((learner,) for learner in wanted | profiles.keys()))
    begin_moves()
    _move(where, "-")
    for name in ("drop_days", "drop_completions", "count_days_anew", "count_completions_anew"):
        STATEMENTS.execute(name, where)
    _move(where, "")
    add_moves(organization_id)
    lock_as_chunks_do(where)
    for name in ("see_recounted_people", "see_recounted_licenses"):
        STATEMENTS.execute(name, where)


def _move(where: dict[str, int], sign: str) -> None:
    for name in ("move_back_or_forth", "move_completions_back_or_forth"):
        execute_for_spans(name, where, sign=sign)
    STATEMENTS.execute("move_contents_back_or_forth", where, sign=sign)


@contextmanager
def recounted(organization_id: int, learners: Iterable[int]) -> Iterator[None]:
    """Around what changes whose usage it is. Locked first, as by who takes usage in."""
    lock_usage(organization_id)
    yield
    recount(organization_id=organization_id, learners=learners)
