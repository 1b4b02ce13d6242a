"""The places of facts that wait already. Some at a time, as they come: run again, it goes on."""

from typing import Any

from django.db import migrations

from seatkeeper.usage.places import place_of_words

AT_ONCE = 2_000


def fill_places(apps: Any, schema_editor: Any) -> None:
    facts, last = apps.get_model("usage", "WaitingFact").objects, 0
    while some := list(facts.filter(id__gt=last).order_by("id").only("id", "content")[:AT_ONCE]):
        for fact in some:
            fact.place = place_of_words(fact.content)
        facts.bulk_update(some, ["place"])
        last = some[-1].id


class Migration(migrations.Migration):
    dependencies = [("usage", "0003_waiting_found_by_place")]

    operations = [migrations.RunPython(fill_places, migrations.RunPython.noop)]
