"""The index behind the search: FTS5 on SQLite, pg_trgm on PostgreSQL."""

from django.db import DatabaseError, migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

EXTENSIONS = ("pg_trgm", "btree_gin")

SQLITE = (
    # Positions and lengths are not kept: a hit is looked at anyway.
    """CREATE VIRTUAL TABLE directory_searchindex USING fts5(
         text, content='directory_searchentry', content_rowid='learner_id',
         tokenize='trigram case_sensitive 1', detail=none, columnsize=0)""",
    # Large writes in few segments; merges that others need not wait for.
    "INSERT INTO directory_searchindex(directory_searchindex, rank) VALUES ('hashsize', 33554432)",
    "INSERT INTO directory_searchindex(directory_searchindex, rank) VALUES ('automerge', 8)",
    "INSERT INTO directory_searchindex(directory_searchindex) VALUES ('rebuild')",
)
POSTGRESQL = (
    """CREATE INDEX directory_searchindex ON directory_searchentry USING gin (organization_id, text gin_trgm_ops)
         WITH (fastupdate = on, gin_pending_list_limit = 65536)""",
)


class ExtensionMissing(Exception):
    """PostgreSQL lacks an extension that the search needs, and we may not make it."""


def create(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    is_sqlite = schema_editor.connection.vendor == "sqlite"
    if not is_sqlite:
        for extension in EXTENSIONS:
            _create_extension(extension, schema_editor)
    for statement in SQLITE if is_sqlite else POSTGRESQL:
        schema_editor.execute(statement)


def drop(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    what = "TABLE" if schema_editor.connection.vendor == "sqlite" else "INDEX"
    schema_editor.execute(f"DROP {what} directory_searchindex")


def _create_extension(extension: str, schema_editor: BaseDatabaseSchemaEditor) -> None:
    try:
        schema_editor.execute(f"CREATE EXTENSION IF NOT EXISTS {extension}")
    except DatabaseError as error:
        raise ExtensionMissing(
            f"The search needs PostgreSQL's extension {extension}, which comes with PostgreSQL (package postgresql-contrib),"
            f" and this role may not make it. Let an administrator run in this database: CREATE EXTENSION {extension};"
            f" then try again. PostgreSQL says: {str(error).strip().splitlines()[0]}"
        ) from error


class Migration(migrations.Migration):
    dependencies = (("directory", "0002_json_functions"),)
    operations = (migrations.RunPython(create, drop),)
