"""The keys of titles that are there already. Some at a time, as they come: run again, it goes on."""

from typing import Any

from django.db import migrations

from seatkeeper.gate.titles import title_key

AT_ONCE = 2_000


def fill_keys(apps: Any, schema_editor: Any) -> None:
    contents, last = apps.get_model("gate", "Content").objects, 0
    while some := list(contents.filter(id__gt=last).order_by("id").only("id", "title")[:AT_ONCE]):
        for content in some:
            content.title_key = title_key(content.title)
        contents.bulk_update(some, ["title_key"])
        last = some[-1].id


class Migration(migrations.Migration):
    dependencies = [("gate", "0004_found_by_title")]

    operations = [migrations.RunPython(fill_keys, migrations.RunPython.noop)]
