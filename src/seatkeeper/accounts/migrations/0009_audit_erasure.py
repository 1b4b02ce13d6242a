"""Let people who are erased be taken out of the audit log, by one named way and no other."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

POSTGRESQL = """
CREATE OR REPLACE FUNCTION accounts_audit_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND NOT EXISTS (SELECT 1 FROM directory_organization WHERE id = OLD.organization_id) THEN
        RETURN OLD;
    END IF;
    IF TG_OP = 'UPDATE' AND {erases}
       AND (NEW.id, NEW.organization_id, NEW.at, NEW.action) = (OLD.id, OLD.organization_id, OLD.at, OLD.action) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'the audit log only grows';
END $$
"""
ERASES = "EXISTS (SELECT 1 FROM accounts_auditerasure WHERE organization_id = OLD.organization_id)"
SQLITE_UNCHANGED = """
CREATE TRIGGER accounts_audit_unchanged BEFORE UPDATE ON accounts_auditentry
WHEN NOT ({erases})
  OR (NEW.id, NEW.organization_id, NEW.at, NEW.action) <> (OLD.id, OLD.organization_id, OLD.at, OLD.action)
BEGIN SELECT RAISE(ABORT, 'the audit log only grows'); END
"""


def _set(schema_editor: BaseDatabaseSchemaEditor, erases: str) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(POSTGRESQL.format(erases=erases), params=None)
    else:
        schema_editor.execute("DROP TRIGGER accounts_audit_unchanged")
        schema_editor.execute(SQLITE_UNCHANGED.format(erases=erases), params=None)


def allow(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    _set(schema_editor, ERASES)


def refuse(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    _set(schema_editor, "FALSE")


class Migration(migrations.Migration):
    dependencies = [("accounts", "0008_api_tokens"), ("directory", "0008_erased_learners")]
    operations = [
        migrations.CreateModel(
            name="AuditErasure",
            fields=[
                (
                    "organization",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        serialize=False,
                        to="directory.organization",
                    ),
                ),
            ],
        ),
        migrations.RunPython(allow, refuse),
    ]
