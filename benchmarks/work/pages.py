"""Pages of the list of people: the cases were written down before the code that is measured."""

import time
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from benchmarks.figures import percentiles
from benchmarks.work.product import organization
from seatkeeper.directory.reach import Reach
from seatkeeper.kernel.clock import system_clock
from seatkeeper.licensing.orders import SORTS
from seatkeeper.licensing.people import Listing, count_people, page_of, people_suggested

TIMES = 5
SUGGESTED = ("ana", "an", "kowalski", "user77", "müller", "美咲", "li", "zz", "corp7.example", "e0000")


@dataclass(frozen=True, slots=True)
class Case:
    """A filter, how the list is sorted, and how many pages are turned before the one that is measured."""

    filter: str
    sort: str = "name"
    turned: int = 0
    is_last: bool = False


CASES = (
    # Every sortable column, both ways, at the beginning, later and at the end.
    *(Case("", sort, turned) for column in SORTS for sort in (column, f"-{column}") for turned in (0, 5)),
    *(Case("", sort, is_last=True) for sort in SORTS),
    *(Case("department:Sales", sort) for sort in ("-status", "-activity")),
    # Common filters.
    Case("department:Sales"),
    Case("department:Sales", "email", 5),
    Case("department:Sales", "-id", is_last=True),
    Case("location:Berlin"),
    Case("location:berlin", "-name", 5),
    Case("title:Engineer", "email"),
    Case("attribute.cost_center:CC-001"),
    Case("attribute.cost_center:cc-299", "-id", 5),
    Case("department:Sales location:Berlin"),
    Case("department:Sales location:Berlin", "-email", 5),
    Case("department:Finance attribute.cost_center:CC-017"),
    # Licenses.
    Case("status:active"),
    Case("status:active", "-id", 5),
    Case("pool:default/learning", "email"),
    Case("type:learning status:active department:Finance"),
    Case("budget-group:default", "-name"),
    Case("status:active location:Berlin attribute.cost_center:CC-100"),
    # Rare and empty.
    Case("status:none"),
    Case("status:invited", "email"),
    Case("idle:90"),
    Case("department:Nowhere"),
    Case("attribute.cost_center:CC-999", "-id"),
    Case("department:Sales department:Finance"),
    Case("department:Sales status:none", "-email"),
    Case("email:user77@corp27.example.com"),
    Case("id:E00000077"),
    # Negated.
    Case("-department:Sales"),
    Case("-department:Sales -location:Berlin", "-name", 5),
    Case("-status:active"),
    Case("-pool:default/learning", "email"),
    Case("-attribute.cost_center:CC-001 status:active", "-id"),
    Case("-ana"),
    # Words.
    Case("ana"),
    Case("ana", "email", 5),
    Case("kowalski", "-id"),
    Case("kowalski department:Sales"),
    Case("ana kowalski location:Berlin", "-name"),
    Case("user77"),
    Case("qqzzyy"),
    Case("engineer -department:Sales", "email"),
    Case("美咲 status:active"),
    Case("li", "-email"),
    Case('"rosa silva" -location:berlin attribute.cost_center:CC-100'),
)


def turn_pages() -> dict[str, Any]:
    """Milliseconds and statements of each case; and of the counts, which the pages do not wait for."""
    reach, today = Reach(organization().id), system_clock().date()
    listings = {case: _turned(case, reach) for case in CASES}
    taken: dict[Case, list[float]] = {case: [] for case in CASES}
    statements = {}
    for _ in range(TIMES):
        for case, listing in listings.items():
            begun = time.perf_counter()
            with CaptureQueriesContext(connection) as asked:
                page_of(listing, reach, today=today)
            taken[case].append((time.perf_counter() - begun) * 1000)
            statements[case] = len(asked)
    cases = [
        {"filter": case.filter, "sort": case.sort, "turned": "last" if case.is_last else case.turned}
        | percentiles(each)
        | {"statements": statements[case]}
        for case, each in taken.items()
    ]
    return {
        "all": percentiles([one for each in taken.values() for one in each]),
        "statements": max(statements.values()),
        "cases": cases,
        "suggestions": percentiles(_suggestions(reach)),
        "counts": percentiles(_counts(reach)),
        "exact": _exact(reach),
    }


def _turned(case: Case, reach: Reach) -> Listing:
    today = system_clock().date()
    if case.is_last:
        return Listing(case.filter, case.sort, before="last")
    listing = Listing(case.filter, case.sort)
    for _ in range(case.turned):
        listing = Listing(case.filter, case.sort, after=page_of(listing, reach, today=today).next)
    return listing


def _suggestions(reach: Reach) -> list[float]:
    taken = []
    for _ in range(TIMES):
        for words in SUGGESTED:
            begun = time.perf_counter()
            people_suggested(words, reach)
            taken.append((time.perf_counter() - begun) * 1000)
    return taken


def _counts(reach: Reach) -> list[float]:
    taken = []
    for text in dict.fromkeys(case.filter for case in CASES):
        begun = time.perf_counter()
        count_people(text, reach, today=system_clock().date())
        taken.append((time.perf_counter() - begun) * 1000)
    return taken


def _exact(reach: Reach) -> dict[str, float]:
    """Seconds of exact numbers, as on selecting everyone."""
    taken = {}
    for text in ("", "department:Sales", "-department:Sales", "status:active", "ana", "status:active location:Berlin"):
        begun = time.perf_counter()
        count_people(text, reach, today=system_clock().date(), exactly=True)
        taken[text] = time.perf_counter() - begun
    return taken
