"""Usage at work: a year of it in the books, and batches of facts taken in."""

import random
import time
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from django.db import connection, transaction

from benchmarks.files import email
from benchmarks.work.product import organization
from seatkeeper.directory.models import Learner
from seatkeeper.gate.models import Content
from seatkeeper.gate.services.content import add_content
from seatkeeper.kernel.clock import system_clock
from seatkeeper.usage.models import Source, Span
from seatkeeper.usage.rules import Told
from seatkeeper.usage.services.check import check_usage
from seatkeeper.usage.services.take_in import take_in
from seatkeeper.usage.statements import starts_of

CONTENTS = 100
FACTS_A_PERSON = 10
DAYS = 365

FACTS = """
INSERT INTO usage_fact (organization_id, learner_id, key, content_id, day, at, kind, source, seconds, views, completions)
SELECT %(organization)s, learner.id, number.value * 922337203685477 + learner.id,
       %(content)s + (learner.id * 7 + number.value * 13) %% {contents}, {day}, NULL, 'viewed', 'file',
       60 * ((learner.id + number.value) %% 40), 1, CASE WHEN number.value = {last} THEN 1 ELSE 0 END
  FROM directory_learner AS learner
 CROSS JOIN ({numbers}) AS number
 WHERE learner.organization_id = %(organization)s
"""
DAY = {
    "sqlite": f"DATE(%(today)s, '-' || ((learner.id * 31 + number.value * 37) %% {DAYS}) || ' days')",
    "postgresql": f"CAST(%(today)s AS date) - CAST((learner.id * 31 + number.value * 37) %% {DAYS} AS integer)",
}
ROLL_UPS = (
    """
INSERT INTO usage_learnerday (organization_id, learner_id, day, content_id, seconds, views)
SELECT organization_id, learner_id, day, content_id, SUM(seconds), MAX(views)
  FROM usage_fact GROUP BY organization_id, learner_id, day, content_id
""",
    """
INSERT INTO usage_completion (organization_id, learner_id, content_id, completed_on)
SELECT organization_id, learner_id, content_id, MIN(day)
  FROM usage_fact WHERE completions = 1 GROUP BY organization_id, learner_id, content_id
""",
    """
INSERT INTO usage_contentday (organization_id, content_id, day, seconds, views, completions)
SELECT organization_id, content_id, day, SUM(seconds), SUM(views), SUM(completions)
  FROM (SELECT organization_id, content_id, day, seconds, views, 0 AS completions FROM usage_learnerday
         UNION ALL
        SELECT organization_id, content_id, completed_on, 0, 0, 1 FROM usage_completion) AS told
 GROUP BY organization_id, content_id, day
""",
    """
UPDATE directory_standing
   SET last_activity_on = seen.day
  FROM (SELECT learner_id, MAX(day) AS day FROM usage_learnerday GROUP BY learner_id) AS seen
 WHERE directory_standing.learner_id = seen.learner_id
""",
    """
UPDATE licensing_license
   SET last_used_on = standing.last_activity_on
  FROM directory_standing AS standing
 WHERE standing.learner_id = licensing_license.learner_id
""",
    "UPDATE licensing_licensepool SET first_used_on = (SELECT MIN(day) FROM usage_contentday)",
)
SPANS = """
INSERT INTO usage_spantotal (organization_id, span, starts_on, learners, seconds, views, completions)
SELECT %(organization)s, '{span}', starts_on, SUM(learners), SUM(seconds), SUM(views), SUM(completions)
  FROM (SELECT {start} AS starts_on, COUNT(DISTINCT learner_id) AS learners, SUM(seconds) AS seconds, SUM(views) AS views,
               0 AS completions
          FROM usage_learnerday AS part GROUP BY {start}
         UNION ALL
        SELECT {start}, 0, 0, 0, COUNT(*) FROM (SELECT completed_on AS day FROM usage_completion) AS part
         GROUP BY {start}) AS told
 GROUP BY starts_on
"""
FACT = """
INSERT INTO usage_fact (organization_id, learner_id, key, content_id, day, at, kind, source, seconds, views, completions)
VALUES (%s, %s, %s, %s, %s, NULL, 'viewed', 'api', %s, 1, 0) ON CONFLICT DO NOTHING
"""
PART = """
INSERT INTO usage_learnerday (organization_id, learner_id, day, content_id, seconds, views)
VALUES (%s, %s, %s, %s, %s, 1)
    ON CONFLICT (organization_id, learner_id, day, content_id)
    DO UPDATE SET seconds = usage_learnerday.seconds + excluded.seconds
"""


def fill(*, contents: int = CONTENTS, facts_a_person: int = FACTS_A_PERSON) -> dict[str, Any]:
    """Facts of every learner over the last year, on so many contents, and their roll-ups: by a statement each."""
    home, now = organization(), system_clock()
    with transaction.atomic():
        for number in range(contents):
            words = {"title": f"Course {number}", "address": f"/courses/{number}", "license_types": ["learning"]}
            add_content(organization_id=home.id, **words, actor="bench", now=now)
    first = Content.objects.order_by("id").values_list("id", flat=True)[0]
    where = {"organization": home.id, "content": first, "today": now.date().isoformat()}
    numbers = " UNION ALL ".join(f"SELECT {number} AS value" for number in range(facts_a_person))
    facts = FACTS.format(contents=contents, day=DAY[connection.vendor], numbers=numbers, last=facts_a_person - 1)
    spans = [SPANS.format(span=span.value, start=starts_of(span, "part.day")) for span in Span]
    for statement in (facts, *ROLL_UPS, *spans):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, where)
    return {"facts": Learner.objects.filter(organization_id=home.id).count() * facts_a_person}


def take(*, people: int, batches: int, size: int) -> dict[str, Any]:
    """Facts a second, of people from all over the organization and days of the last month: the product's, and bare ones."""
    home, now = organization(), system_clock()
    chance = random.Random(7)  # noqa: S311  the same people each time
    told = [_batch(chance, people, now.date(), size) for _ in range(batches)]
    begun = time.perf_counter()
    for batch in told:
        taken = take_in(organization_id=home.id, facts=batch, source=Source.API, now=now)
        assert taken.counted == size, taken
    seconds = time.perf_counter() - begun
    bare = _bare(home.id, chance, people, now.date(), batches, size)
    return {"per_second": batches * size / seconds, "bare_per_second": batches * size / bare}


def check() -> dict[str, Any]:
    begun = time.perf_counter()
    gaps = check_usage(organization_id=organization().id)
    assert gaps == [], gaps
    return {"seconds": time.perf_counter() - begun}


def _batch(chance: random.Random, people: int, today: date, size: int) -> list[Told]:
    return [
        Told(
            email(chance.randrange(people)),
            f"/courses/{chance.randrange(CONTENTS)}/lesson-1.html",
            day=today - timedelta(days=chance.randrange(30)),
            seconds=chance.randrange(3_600),
            views=1,
            id=str(uuid4()),
        )
        for _ in range(size)
    ]


def _bare(organization_id: int, chance: random.Random, people: int, today: date, batches: int, size: int) -> float:
    """Seconds for as many rows into the two tables that grow, of people and content known by number, nothing counted."""
    learners = list(Learner.objects.filter(organization_id=organization_id).order_by("id").values_list("id", flat=True))
    first = Content.objects.order_by("id").values_list("id", flat=True)[0]
    seconds = 0.0
    for _ in range(batches):
        rows = [
            (
                learners[chance.randrange(people)],
                (today - timedelta(days=chance.randrange(30))).isoformat(),
                first + chance.randrange(CONTENTS),
                chance.randrange(3_600),
            )
            for _ in range(size)
        ]
        begun = time.perf_counter()
        with transaction.atomic(), connection.cursor() as cursor:
            facts = [
                (organization_id, learner, chance.getrandbits(62), content, day, took) for learner, day, content, took in rows
            ]
            cursor.executemany(FACT, facts)
            cursor.executemany(PART, [(organization_id, *row) for row in rows])
        seconds += time.perf_counter() - begun
    return seconds
