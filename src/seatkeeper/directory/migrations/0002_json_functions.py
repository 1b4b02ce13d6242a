"""The JSON functions of `kernel.profile_json` for PostgreSQL. SQLite gets them with each connection."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

FUNCTIONS = """
CREATE FUNCTION json_patch(jsonb, jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT jsonb_strip_nulls($1 || $2) $$;

CREATE FUNCTION json_patch(jsonb, text) RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT jsonb_strip_nulls($1 || $2::jsonb) $$;

CREATE FUNCTION json_before(jsonb, text) RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT coalesce(jsonb_object_agg(key, coalesce($1 -> key, 'null')), '{}') FROM jsonb_each($2::jsonb)
   WHERE coalesce($1 -> key, 'null') <> value $$;

CREATE FUNCTION json_after(jsonb, text) RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT coalesce(jsonb_object_agg(key, value), '{}') FROM jsonb_each($2::jsonb)
   WHERE coalesce($1 -> key, 'null') <> value $$;

CREATE FUNCTION json_undo(jsonb, jsonb, jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT coalesce(jsonb_object_agg(key, coalesce($2 -> key, 'null')), '{}') FROM jsonb_each($3)
   WHERE coalesce($1 -> key, 'null') = value $$;
"""
DROP = """
DROP FUNCTION json_undo(jsonb, jsonb, jsonb);
DROP FUNCTION json_after(jsonb, text);
DROP FUNCTION json_before(jsonb, text);
DROP FUNCTION json_patch(jsonb, text);
DROP FUNCTION json_patch(jsonb, jsonb);
"""


def create(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(FUNCTIONS)


def drop(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(DROP)


class Migration(migrations.Migration):
    dependencies = (("directory", "0001_tables"),)
    operations = (migrations.RunPython(create, drop),)
