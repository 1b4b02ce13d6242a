"""Migration operations for what Django's models can't say."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def leave_room_in_pages(tables: tuple[str, ...], *, percent_filled: int) -> migrations.RunPython:
    """On PostgreSQL, keep free space in each page of tables whose rows change in bulk (HOT updates)."""

    def fill(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
        if schema_editor.connection.vendor == "postgresql":
            for table in tables:
                schema_editor.execute(f"ALTER TABLE {table} SET (fillfactor = {percent_filled})")

    def unfill(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
        if schema_editor.connection.vendor == "postgresql":
            for table in tables:
                schema_editor.execute(f"ALTER TABLE {table} RESET (fillfactor)")

    return migrations.RunPython(fill, unfill)
