"""What one actor did is found without reading the whole audit log."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("accounts", "0009_audit_erasure"),)
    operations = (
        migrations.AddIndex("auditentry", models.Index(fields=("organization", "actor", "id"), name="audit_of_actor")),
    )
