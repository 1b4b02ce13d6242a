"""What lists are sorted and filtered by: folded names, and codes of values with their index."""

import json

import django.db.models.deletion
from django.db import connections, migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

import seatkeeper.kernel.fields
from seatkeeper.directory.services.find import entries_of

SQLITE = (
    """CREATE VIRTUAL TABLE directory_valueindex USING fts5(
         codes, content='directory_searchentry', content_rowid='learner_id',
         tokenize='ascii', detail=none, columnsize=0)""",
    "INSERT INTO directory_valueindex(directory_valueindex, rank) VALUES ('hashsize', 33554432)",
    "INSERT INTO directory_valueindex(directory_valueindex, rank) VALUES ('automerge', 8)",
    "INSERT INTO directory_valueindex(directory_valueindex) VALUES ('rebuild')",
)
POSTGRESQL = (
    """CREATE INDEX directory_valueindex ON directory_searchentry USING gin (string_to_array(codes, ' '))
         WITH (fastupdate = on, gin_pending_list_limit = 65536)""",
)
PEOPLE = (
    "SELECT id, organization_id, email, unique_user_id, attributes FROM directory_learner WHERE id > %s ORDER BY id LIMIT 5000"
)
FILL = "UPDATE directory_searchentry SET name = %s, codes = %s WHERE learner_id = %s"


def fill(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Of people who are there already."""
    after = 0
    with connections[schema_editor.connection.alias].cursor() as cursor:
        while True:
            cursor.execute(PEOPLE, [after])
            rows = cursor.fetchall()
            if not rows:
                return
            after = rows[-1][0]
            for organization_id in sorted({row[1] for row in rows}):
                people = [
                    (row[0], row[2], row[3], row[4] if isinstance(row[4], str) else json.dumps(row[4]), "")
                    for row in rows
                    if row[1] == organization_id
                ]
                entries = entries_of(organization_id, people)
                cursor.executemany(FILL, [(entry.name, entry.codes, entry.learner_id) for entry in entries])


def create(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for statement in SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRESQL:
        schema_editor.execute(statement)


def drop(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    what = "TABLE" if schema_editor.connection.vendor == "sqlite" else "INDEX"
    schema_editor.execute(f"DROP {what} directory_valueindex")


class Migration(migrations.Migration):
    atomic = True
    dependencies = (("directory", "0004_organization_settings"),)
    operations = (
        migrations.AddField("searchentry", "name", seatkeeper.kernel.fields.KeyField(default="")),
        migrations.AddField("searchentry", "codes", seatkeeper.kernel.fields.KeyField(default="")),
        migrations.CreateModel(
            name="KnownValue",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", seatkeeper.kernel.fields.KeyField()),
                ("value", seatkeeper.kernel.fields.KeyField()),
                (
                    "organization",
                    models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, to="directory.organization"),
                ),
            ],
            options={"constraints": (models.UniqueConstraint(fields=("organization", "value", "key"), name="known_value"),)},
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AddIndex("searchentry", models.Index(fields=["organization", "name", "learner"], name="learner_by_name")),
        migrations.RunPython(create, drop),
    )
