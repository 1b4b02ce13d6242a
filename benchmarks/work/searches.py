"""Searches as a page's search box runs them: words in, the first 20 people out."""

import time
from typing import Any

from benchmarks.figures import percentiles
from benchmarks.work.product import organization
from seatkeeper.directory.filters import learners_matching
from seatkeeper.kernel.clock import system_clock

HITS = 20
TIMES = 20
COMMON = ("ana", "user", "corp", "example", "engineer", "com", "example.com", "E0000", "ing")
NAMES = ("Kowalski", "Nguyen", "Priya", "Okafor", "Varga", "Rossi", "quinn", "neil", "O'Neil", "D’Arcy", "rcy", "tana")
FOLDED = ("Müller", "muller", "MULLER", "Wojcik", "Wójcik", "emile", "Perez", "Yilmaz", "Jorg", "Oscar", "Mans")
OTHER_SCRIPTS = ("美咲", "美", "咲", "Ольга", "ольга", "льг")
SHORT = ("Li", "a", "Ki", "x", "mü", "mu", "zh", "us", "e0")
SEVERAL = (
    "Ana Ito",
    "Bo Zhang",
    "kim xu corp7",
    "Lena Müller user1",
    "engineer rosa silva",
    "美咲 Ito",
    "ana -ito",
    '"Ana Ito"',
)
ABSENT = ("qqzzyy", "nobody@nowhere", "Xavier", "渡辺", "zq", "ana qqzzyy")


def search(*, people: int) -> dict[str, Any]:
    """Milliseconds of each query, run 20 times in turn with the others: as cold as they come in real life."""
    home, today = organization().id, system_clock().date()
    queries = [*COMMON, *NAMES, *FOLDED, *OTHER_SCRIPTS, *SHORT, *SEVERAL, *ABSENT, *_rare(people)]
    taken: dict[str, list[float]] = {query: [] for query in queries}
    hits: dict[str, int] = {}
    for _ in range(TIMES):
        for query in queries:
            begun = time.perf_counter()
            hits[query] = len(list(learners_matching(home, query, today=today)[:HITS]))
            taken[query].append((time.perf_counter() - begun) * 1000)
    cases = [{"query": query, "hits": hits[query], **percentiles(each)} for query, each in taken.items()]
    return {"all": percentiles([one for each in taken.values() for one in each]), "cases": cases}


def _rare(people: int) -> list[str]:
    middle = people // 2
    return [f"user{middle}@", f"E{middle:08d}", f"{middle:08d}"[3:], f"user{people - 1}", f"ana user{middle}"]
