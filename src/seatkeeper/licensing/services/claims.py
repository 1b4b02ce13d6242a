"""What ends a claim with a license, or brings it back; called under the pools' locks."""

from collections.abc import Mapping
from typing import Any

from seatkeeper.licensing.statements import STATEMENTS


def settle_claims(chunk: Mapping[str, Any], not_skipped: str) -> None:
    """After the licenses of a chunk were changed: three statements."""
    STATEMENTS.execute("free_held_seats", chunk, not_skipped=not_skipped)
    STATEMENTS.execute("end_claims", chunk, not_skipped=not_skipped)
    STATEMENTS.execute("bring_claims_back", chunk, not_skipped=not_skipped)


def end_claims_of(people: str, parameters: Mapping[str, Any]) -> None:
    """Of people who leave: `people` is SQL that finds their ids. Whose profile is merged waits on with the other one."""
    STATEMENTS.execute("take_claims_along", parameters, leavers=people)
    drop_claims_of(people, parameters)


def drop_claims_of(people: str, parameters: Mapping[str, Any]) -> None:
    """Of people of whom nobody waits on."""
    STATEMENTS.execute("free_held_seats_of_people", parameters, people=people)
    STATEMENTS.execute("remove_claims_of_people", parameters, people=people)
