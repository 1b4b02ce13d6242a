"""The database itself refuses to change or delete an entry of the audit log, as long as its organization is there."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

POSTGRESQL = """
CREATE FUNCTION accounts_audit_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND NOT EXISTS (SELECT 1 FROM directory_organization WHERE id = OLD.organization_id) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'the audit log only grows';
END $$;
CREATE TRIGGER accounts_audit_only_grows BEFORE UPDATE OR DELETE ON accounts_auditentry
    FOR EACH ROW EXECUTE FUNCTION accounts_audit_only_grows();
"""
SQLITE = (
    """
CREATE TRIGGER accounts_audit_unchanged BEFORE UPDATE ON accounts_auditentry
BEGIN SELECT RAISE(ABORT, 'the audit log only grows'); END
""",
    """
CREATE TRIGGER accounts_audit_undeleted BEFORE DELETE ON accounts_auditentry
WHEN EXISTS (SELECT 1 FROM directory_organization WHERE id = OLD.organization_id)
BEGIN SELECT RAISE(ABORT, 'the audit log only grows'); END
""",
)
UNDO = {
    "postgresql": (
        "DROP TRIGGER accounts_audit_only_grows ON accounts_auditentry",
        "DROP FUNCTION accounts_audit_only_grows()",
    ),
    "sqlite": ("DROP TRIGGER accounts_audit_unchanged", "DROP TRIGGER accounts_audit_undeleted"),
}


def guard(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for statement in (POSTGRESQL,) if schema_editor.connection.vendor == "postgresql" else SQLITE:
        schema_editor.execute(statement, params=None)


def unguard(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for statement in UNDO[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_admins_in_the_browser"), ("directory", "0005_sorted_lists")]
    operations = [migrations.RunPython(guard, unguard)]
