"""Which values of a profile have codes, so that a filter finds who has them through an index.

Names, dates and managers are as many as people: nobody filters a list by them, and they stay
in the profile alone.
"""

from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256

from seatkeeper.directory.attributes import CUSTOM_PREFIX
from seatkeeper.directory.expressions import without_case
from seatkeeper.directory.indexes import index_in_use
from seatkeeper.directory.models import KnownValue

CODED = frozenset(
    "work_title department_name job_function job_level worker_type country_code location worker_status language".split()
)
LONGEST = 200  # of a value as it is kept; an index takes no longer ones
VALUES_PER_STATEMENT = 5_000

Pair = tuple[str, str]  # key and value


def has_codes(key: str) -> bool:
    return key in CODED or key.startswith(CUSTOM_PREFIX)


def code_of(organization_id: int, key: str, value: str) -> int | None:
    """None: nobody has this value."""
    found = KnownValue.objects.filter(organization_id=organization_id, key=key, value=_kept(value))
    return found.values_list("id", flat=True).first()


def codes_of(organization_id: int, pairs: Iterable[Pair]) -> Mapping[Pair, int]:
    """The code of each pair; new ones get theirs. Within the caller's transaction, one at a time an organization."""
    kept = {pair: (pair[0], _kept(pair[1])) for pair in pairs}
    known = _known(organization_id, set(kept.values()))
    if missing := sorted(set(kept.values()) - known.keys()):
        KnownValue.objects.bulk_create(
            [KnownValue(organization_id=organization_id, key=key, value=value) for key, value in missing],
            batch_size=VALUES_PER_STATEMENT,
            ignore_conflicts=True,
        )
        known |= _known(organization_id, set(missing))
    return {pair: known[as_kept] for pair, as_kept in kept.items()}


def forget_values(*, organization_id: int, codes: Sequence[int]) -> None:
    """Delete what nobody has any more, of the values with these codes. In the transaction in which people lost them."""
    if codes:
        unused = index_in_use().unused(codes)
        KnownValue.objects.filter(organization_id=organization_id, id__in=unused).delete()


def _known(organization_id: int, pairs: set[Pair]) -> dict[Pair, int]:
    values = sorted({value for _, value in pairs})
    found: dict[Pair, int] = {}
    for start in range(0, len(values), VALUES_PER_STATEMENT):
        some = values[start : start + VALUES_PER_STATEMENT]
        rows = KnownValue.objects.filter(organization_id=organization_id, value__in=some)
        found |= {(key, value): code for key, value, code in rows.values_list("key", "value", "id")}
    return found


def _kept(value: str) -> str:
    folded = without_case(value)
    return folded if len(folded) <= LONGEST else folded[: LONGEST - 64] + sha256(folded.encode()).hexdigest()
