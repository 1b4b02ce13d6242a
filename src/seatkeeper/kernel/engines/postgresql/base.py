"""Django's PostgreSQL engine, with room for changing rows in place in narrow tables."""

from typing import Any

from django.db.backends.postgresql import base, schema
from django.db.models import Model


class DatabaseSchemaEditor(schema.DatabaseSchemaEditor):
    def table_sql(self, model: type[Model]) -> tuple[str, list[Any]]:
        """Leave free space in the pages of tables whose rows change in bulk (HOT updates)."""
        sql, params = super().table_sql(model)
        fillfactor = getattr(model, "fillfactor", None)
        if fillfactor:
            sql += f" WITH (fillfactor = {int(fillfactor)})"
        return sql, params


class DatabaseWrapper(base.DatabaseWrapper):
    SchemaEditorClass = DatabaseSchemaEditor
